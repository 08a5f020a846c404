//! The meaning of a file, whatever its syntax.

use super::output::{Converted, Loss, Target};
use super::parts::Parts;
use crate::command::inputs::without_code;
use crate::error::Error;
use crate::idl;
use crate::input::{self, Syntax};
use crate::reading::{Reading, of_idl};
use crate::report::{Diagnostic, Place, Report};
use avro_model::idl::{IdlLoss, IdlText, NoImports, NotInIdl, Protocol, parse_idl};
use avro_model::{Parser, Schema};
use std::path::PathBuf;
use std::rc::Rc;

/// The meaning of a file.
pub(super) struct Content {
    /// The path for messages.
    pub(super) name: String,
    /// The files that were read together, and which of them it is.
    pub(super) reading: Rc<Reading>,
    pub(super) number: usize,
    /// The file name without its extension.
    pub(super) stem: String,
    pub(super) syntax: Syntax,
    /// The schema that stands for the file.
    pub(super) main: Option<Schema>,
    /// The named types of IDL or of a protocol, in their order.
    pub(super) types: Vec<Schema>,
    pub(super) protocol: Option<Protocol>,
}

impl Content {
    /// The files, all read together.
    pub(super) fn of_files(inputs: &[PathBuf]) -> Result<Vec<Self>, Error> {
        let reading = Rc::new(Reading::of(input::read(inputs)?, &without_code()).complete()?);
        let mut contents = Vec::new();
        let mut diagnostics = Vec::new();
        for (number, source) in reading.sources.iter().enumerate() {
            let mut content = Self {
                name: source.name.clone(),
                reading: Rc::clone(&reading),
                number,
                stem: source.stem().to_owned(),
                syntax: source.syntax(),
                main: None,
                types: Vec::new(),
                protocol: None,
            };
            let read = match source.syntax() {
                Syntax::Schema => {
                    let own = reading.documents.iter().find(|document| document.source == number);
                    content.main = own.and_then(|document| document.schema.clone());
                    Ok(())
                }
                Syntax::Idl => idl::whole(source).map(|idl| {
                    (content.main, content.types, content.protocol) = (idl.main, idl.types, idl.protocol);
                }),
                Syntax::Protocol => idl::whole_protocol(source).map(|protocol| {
                    content.types.clone_from(&protocol.types);
                    content.protocol = Some(protocol);
                }),
            };
            if let Err(errors) = read {
                diagnostics.extend(errors.iter().map(|error| of_idl(error, source)));
            }
            contents.push(content);
        }
        match diagnostics.is_empty() {
            true => Ok(contents),
            false => Err(Error::Invalid(Box::new(Report { diagnostics }))),
        }
    }

    /// The file, for messages.
    pub(super) fn place(&self) -> Place {
        Place::new(&self.name, "", 1, 1)
    }

    /// The places of its parts.
    pub(super) fn parts(&self) -> Parts<'_> {
        Parts::of(&self.reading, self.number, self.protocol.as_ref())
    }

    /// An error about the file.
    pub(super) fn error(&self, text: &str) -> Diagnostic {
        Diagnostic::error(text).at(self.place())
    }

    /// The file as IDL.
    pub(super) fn to_idl(&self, target: &Target) -> Result<Converted, Vec<Diagnostic>> {
        let (text, before) = match (&self.protocol, &self.main) {
            (Some(protocol), _) => (protocol.idl(), protocol.text()),
            (None, Some(schema)) => (schema.idl(), schema.canonical_text()),
            (None, None) => return Err(vec![self.error("the file holds no schema")]),
        };
        let told = |problems: Vec<NotInIdl>| {
            let parts = self.parts();
            let told = |problem: &NotInIdl| {
                Diagnostic::error(&problem.to_string()).at(parts.place(problem.of(), "name"))
            };
            problems.iter().map(told).collect::<Vec<_>>()
        };
        let idl = text.map_err(told)?;
        let read = parse_idl(&self.name, &idl.text, &NoImports, Parser::new());
        let after = read.map(|idl| match (idl.protocol, idl.main) {
            (Some(protocol), _) => protocol.text(),
            (None, main) => main.as_ref().map(Schema::canonical_text).unwrap_or_default(),
        });
        if !after.is_ok_and(|after| idl.is_read_back(&before, &after)) {
            return Err(vec![self.unlike()]);
        }
        let IdlText { text, losses, .. } = idl;
        let parts = self.parts();
        let told = |loss: &IdlLoss| Loss {
            message: loss.to_string(),
            place: parts.place(loss.of(), loss.attribute()),
            means_the_same: loss.means_the_same(),
        };
        let losses = losses.iter().map(told).collect();
        Ok(Converted { input: self.name.clone(), path: target.path(&self.stem), text, losses })
    }

    /// What was written means something else.
    pub(super) fn unlike(&self) -> Diagnostic {
        self.error("it cannot be converted: what would be written is not read back as the same")
    }
}
