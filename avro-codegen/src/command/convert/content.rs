//! The meaning of a file, whatever its syntax.

use super::output::{Converted, Loss, Target};
use crate::command::inputs::without_code;
use crate::error::Error;
use crate::idl;
use crate::input::{self, Syntax};
use crate::reading::{Reading, of_idl};
use crate::report::{Diagnostic, Place, Report};
use avro_model::idl::{IdlText, NoImports, NotInIdl, Protocol, parse_idl};
use avro_model::{Parser, Schema};
use std::path::PathBuf;

/// The meaning of a file.
pub(super) struct Content {
    /// The path for messages.
    pub(super) name: String,
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
        let reading = Reading::of(input::read(inputs)?, &without_code()).complete()?;
        let mut contents = Vec::new();
        let mut diagnostics = Vec::new();
        for (number, source) in reading.sources.iter().enumerate() {
            let mut content = Self {
                name: source.name.clone(),
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
            problems.iter().map(|problem| self.error(&problem.to_string())).collect::<Vec<_>>()
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
        let losses = losses
            .iter()
            .map(|loss| Loss { message: loss.to_string(), means_the_same: loss.means_the_same() })
            .collect();
        Ok(Converted { input: self.name.clone(), path: target.path(&self.stem), text, losses })
    }

    /// What was written means something else.
    pub(super) fn unlike(&self) -> Diagnostic {
        self.error("it cannot be converted: what would be written is not read back as the same")
    }
}
