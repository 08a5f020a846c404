//! `avro-gen canonical`

use super::format::Format;
use super::inputs::{Inputs, object};
use super::{Outcome, print};
use crate::Error;
use avro_model::{Parser, Schema};
use clap::{Args, ValueEnum};

/// Print schemas in a canonical form.
///
/// Of one schema the text alone is printed, of several each in a line behind its name. The schema of a file is its root; in IDL and
/// protocols each named type is one. Types of other inputs are written out where they are used first.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Canonical {
    #[command(flatten)]
    inputs: Inputs,

    /// The form.
    #[arg(short = 'F', long, value_name = "FORM", default_value = "parsing")]
    form: Form,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

const HELP: &str = "\
Examples:
  avro-gen canonical user.avsc                  what fingerprints are taken of
  avro-gen canonical schemas/ --form registry   what a registry keeps, and tells schemas apart by

Exit status: 0 done, 1 a schema is not valid or cannot be read, 2 the command line is not valid";

/// A canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The Parsing Canonical Form of the specification: what matters to a decoder.
    Parsing,
    /// The text of a registry: everything in a fixed order, without blanks.
    Registry,
    /// The text of a registry that is asked to normalize: properties and aliases sorted, too.
    Normalized,
}

impl Form {
    fn of(self, schema: &Schema) -> String {
        match self {
            Self::Parsing => schema.parsing_canonical_form(),
            Self::Registry => schema.canonical_text(),
            Self::Normalized => match schema.normalized(&Parser::new(), &[]) {
                Ok(schema) => schema.canonical_text(),
                // What the original cannot normalize it keeps.
                Err(_) => schema.canonical_text(),
            },
        }
    }
}

impl Canonical {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let version = self.inputs.read()?;
        let subjects = version.subjects();
        let texts = subjects.iter().map(|subject| (subject.called(), self.form.of(subject.schema)));
        let text: String = match self.format {
            Format::Json => {
                let lines =
                    texts.map(|(name, text)| format!("{}\n", object(&[("schema", &name), ("text", &text)])));
                lines.collect()
            }
            Format::Text if subjects.len() == 1 => texts.map(|(_, text)| text + "\n").collect(),
            Format::Text => texts.map(|(name, text)| format!("{name}: {text}\n")).collect(),
        };
        print(&text)?;
        Ok(Outcome::Success)
    }
}
