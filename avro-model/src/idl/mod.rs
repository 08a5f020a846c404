//! Avro IDL (`.avdl`) and protocols (`.avpr`), read into the same model as JSON schemas. Feature `idl`.
//!
//! Both syntaxes of Avro 1.12 are read: a file that starts with `namespace`, `schema` or a type definition, and a file
//! with a `protocol`. A file is brought into one JSON document per named type, which the [`Parser`] reads
//! under its own rules; every error is reported where it stands in the IDL.
//!
//! [`Schema::idl`](crate::Schema::idl) and [`Protocol::idl`] go the other way.
//!
//! Nothing here opens a file: imports are asked for from an [`Importer`].

mod annotation;
mod definition;
mod doc_comment;
mod document;
mod error;
mod file;
mod hexadecimal_float;
mod importer;
mod lexer;
mod literal;
mod message;
mod outline;
mod printer;
mod protocol;
mod protocol_text;
mod seeming;
mod source;
mod syntax;
mod types;

pub use document::DefinitionText;
pub use error::{IdlError, IdlProblem};
pub use importer::{ImportKind, Imported, Importer, NoImports};
pub use printer::{IdlLoss, IdlPart, IdlText, NotInIdl};
pub use protocol::{Message, Protocol};
pub use seeming::seemingly_defined;

use crate::parser::Parser;
use crate::schema::Schema;
use document::{Documents, Schemas};
use outline::Outline;
use source::Sources;

/// The definitions of an IDL file. Every schema is self-contained.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Idl {
    /// The schema that the `schema` declaration names, where there is one.
    pub main: Option<Schema>,
    /// The named types of the file and of everything it imports, in the order in which their definitions end, as if imported
    /// texts stood in place of the imports. One that is repeated alike is the first, with its doc and aliases.
    pub types: Vec<Schema>,
    /// The protocol, where the file has one.
    pub protocol: Option<Protocol>,
    /// The texts that the types are read from, in their order; one text may define several.
    pub definitions: Vec<DefinitionText>,
}

/// Reads IDL. `name` is what messages call the file and what the importer is told that an import comes from.
///
/// # Errors
/// [`IdlError`] with the file, line and column: text that is not IDL, an import that cannot be had, a schema that is not
/// valid under `parser`.
///
/// ```
/// use avro_model::idl::{NoImports, parse_idl};
/// use avro_model::Parser;
/// let idl = parse_idl("user.avdl", "namespace acme; record User { string? email = null; }", &NoImports, Parser::new())?;
/// assert_eq!(
///     idl.types[0].canonical_text(),
///     r#"{"type":"record","name":"User","namespace":"acme","fields":[{"name":"email","type":["null","string"],"default":null}]}"#,
/// );
/// # Ok::<(), avro_model::idl::IdlError>(())
/// ```
pub fn parse_idl(
    name: &str,
    text: &str,
    importer: &dyn Importer,
    parser: Parser<'_>,
) -> Result<Idl, IdlError> {
    read_idl(name, text, importer, parser, Documents::parse_first).map_err(first)
}

/// The first of the errors of a reading that failed.
fn first(errors: Vec<IdlError>) -> IdlError {
    errors.into_iter().next().expect("what failed has an error")
}

/// [`parse_idl`], with all errors: of what is not IDL, and of schemas that are not valid. What uses a type that could not be read is
/// not judged.
///
/// # Errors
/// Those of [`parse_idl`], at least one.
///
/// ```
/// use avro_model::Parser;
/// use avro_model::idl::{NoImports, parse_idl_fully};
/// let text = "record R { strng a; int b = \"no\"; int 3; S s; }\nenum E { A, A }\nrecord S { # }";
/// assert_eq!(parse_idl_fully("r.avdl", text, &NoImports, Parser::new()).unwrap_err().len(), 5);
/// ```
pub fn parse_idl_fully(
    name: &str,
    text: &str,
    importer: &dyn Importer,
    parser: Parser<'_>,
) -> Result<Idl, Vec<IdlError>> {
    read_idl(name, text, importer, parser, Documents::parse_fully)
}

/// How the schemas of documents, by number, are read beside what is wrong already.
type Parse =
    fn(&Documents, &[usize], &Sources<'_>, Parser<'_>, Vec<IdlError>) -> Result<Schemas, Vec<IdlError>>;

fn read_idl(
    name: &str,
    text: &str,
    importer: &dyn Importer,
    parser: Parser<'_>,
    parse: Parse,
) -> Result<Idl, Vec<IdlError>> {
    let mut sources = Sources::new(importer);
    let (mut documents, mut faults) = (Documents::default(), Vec::new());
    let main = sources.enter(name.to_owned(), text.to_owned());
    let file = file::read(main, &sources, &mut documents, &mut faults);
    let outline = Outline::of(file, &mut sources, &mut documents, &mut faults);
    let schemas = parse(&documents, &outline.order, &sources, parser, faults)?;
    Ok(Idl {
        main: outline.schema.map(|document| schemas.of(document)),
        definitions: documents.definitions(&outline.types, &sources),
        types: outline.types.iter().map(|definition| schemas.defined(definition)).collect(),
        protocol: outline
            .protocol
            .map(|head| head.complete(&outline.types, outline.messages, &documents, &schemas, &sources)),
    })
}

/// Reads a protocol in its JSON form.
///
/// # Errors
/// [`IdlError`] with line and column, for text that is not a protocol or a schema in it that is not valid under `parser`.
///
/// ```
/// use avro_model::Parser;
/// use avro_model::idl::parse_protocol;
/// let text = r#"{"protocol": "Echo", "namespace": "acme", "messages": {
///     "ping": {"request": [{"name": "text", "type": "string"}], "response": "string"}}}"#;
/// let protocol = parse_protocol("echo.avpr", text, Parser::new())?;
/// assert_eq!(protocol.name.to_string(), "acme.Echo");
/// assert_eq!(protocol.messages[0].response.canonical_text(), r#""string""#);
/// # Ok::<(), avro_model::idl::IdlError>(())
/// ```
pub fn parse_protocol(name: &str, text: &str, parser: Parser<'_>) -> Result<Protocol, IdlError> {
    read_protocol(name, text, parser, Documents::parse_first).map_err(first)
}

/// [`parse_protocol`], with all errors: of messages and of schemas that are not valid.
///
/// # Errors
/// Those of [`parse_protocol`], at least one.
pub fn parse_protocol_fully(name: &str, text: &str, parser: Parser<'_>) -> Result<Protocol, Vec<IdlError>> {
    read_protocol(name, text, parser, Documents::parse_fully)
}

fn read_protocol(
    name: &str,
    text: &str,
    parser: Parser<'_>,
    parse: Parse,
) -> Result<Protocol, Vec<IdlError>> {
    let mut sources = Sources::new(&NoImports);
    let (mut documents, mut faults) = (Documents::default(), Vec::new());
    let file = sources.enter(name.to_owned(), text.to_owned());
    let read = protocol::read_json(file, &sources, &mut documents, &mut faults);
    let Some((head, file)) = read else { return Err(faults) };
    let outline = Outline::of(file, &mut sources, &mut documents, &mut faults);
    let schemas = parse(&documents, &outline.order, &sources, parser, faults)?;
    Ok(head.complete(&outline.types, outline.messages, &documents, &schemas, &sources))
}

#[cfg(test)]
mod tests;
