//! `avro-gen fingerprint`

use super::format::Format;
use super::inputs::{Inputs, object};
use super::{Outcome, print};
use crate::Error;
use avro_model::Schema;
use avro_model::fingerprint::{md5, rabin, sha256};
use avro_model::identity::IdentityHasher;
use clap::{Args, ValueEnum};
use std::fmt::Write;

/// Print fingerprints of schemas.
///
/// The fingerprints of the specification are those of the Parsing Canonical Form: two schemas with one fingerprint read each other's
/// data, but may differ in defaults and docs. The GUID is that of a registry, for a schema without references.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Fingerprint {
    #[command(flatten)]
    inputs: Inputs,

    /// Print this one alone, each in a line before its schema.
    #[arg(short, long, value_name = "ALGORITHM")]
    algorithm: Option<Algorithm>,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

const HELP: &str = "\
Examples:
  avro-gen fingerprint user.avsc                all of them
  avro-gen fingerprint schemas/ -a sha-256      one of each schema
  avro-gen fingerprint user.avsc -a frame       the ten bytes before a message of the single-object encoding

Exit status: 0 done, 1 a schema is not valid or cannot be read, 2 the command line is not valid";

/// A fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Algorithm {
    /// CRC-64-AVRO as a number, in hexadecimal.
    #[value(name = "crc-64")]
    Crc64,
    /// The header of the single-object encoding: C3 01 and CRC-64-AVRO, its last byte first.
    Frame,
    /// MD5.
    Md5,
    /// SHA-256.
    #[value(name = "sha-256")]
    Sha256,
    /// The GUID that a registry gives.
    Guid,
}

impl Algorithm {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn of(self, schema: &Schema) -> String {
        let form = schema.parsing_canonical_form();
        match self {
            Self::Crc64 => format!("{:016x}", rabin(&form)),
            Self::Frame => format!("c301{}", hex(&rabin(&form).to_le_bytes())),
            Self::Md5 => hex(&md5(&form)),
            Self::Sha256 => hex(&sha256(&form)),
            Self::Guid => IdentityHasher::new(&schema.canonical_text()).finish().to_string(),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string succeeds");
        text
    })
}

impl Fingerprint {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let version = self.inputs.read()?;
        let algorithms = match &self.algorithm {
            Some(one) => std::slice::from_ref(one),
            None => Algorithm::value_variants(),
        };
        let mut text = String::new();
        for subject in version.subjects() {
            let name = subject.called();
            let found: Vec<(String, String)> =
                algorithms.iter().map(|one| (one.name(), one.of(subject.schema))).collect();
            match (self.format, self.algorithm) {
                (Format::Json, _) => {
                    let members: Vec<(&str, &str)> = std::iter::once(("schema", name.as_str()))
                        .chain(found.iter().map(|(name, value)| (name.as_str(), value.as_str())))
                        .collect();
                    text.push_str(&format!("{}\n", object(&members)));
                }
                (Format::Text, Some(_)) => {
                    found.iter().for_each(|(_, value)| text.push_str(&format!("{value}  {name}\n")));
                }
                (Format::Text, None) => {
                    text.push_str(&format!("{name}\n"));
                    found.iter().for_each(|(name, value)| text.push_str(&format!("  {name:<8} {value}\n")));
                }
            }
        }
        print(&text)?;
        Ok(Outcome::Success)
    }
}
