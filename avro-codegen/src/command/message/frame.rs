//! What stands before a message.

use avro_model::Schema;
use avro_model::fingerprint::rabin;
use clap::ValueEnum;

/// What stands before the data of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Frame {
    /// Nothing.
    Bare,
    /// What the serializers of a registry write: a zero and the id in four bytes, or a one and the GUID.
    Registry,
    /// The single-object encoding: C3 01 and the fingerprint of the schema.
    SingleObject,
}

/// The header of the single-object encoding.
fn single_object(schema: &Schema) -> [u8; 10] {
    let mut header = [0xc3, 0x01, 0, 0, 0, 0, 0, 0, 0, 0];
    header[2..].copy_from_slice(&rabin(&schema.parsing_canonical_form()).to_le_bytes());
    header
}

impl Frame {
    /// The data of a message, and what its frame says in words; or the problem.
    pub(super) fn strip<'b>(
        self,
        bytes: &'b [u8],
        schema: &Schema,
    ) -> Result<(&'b [u8], Option<String>), String> {
        let begins = || bytes.iter().take(10).map(|byte| format!("{byte:02x}")).collect::<String>();
        match (self, bytes) {
            (Self::Bare, _) => Ok((bytes, None)),
            (Self::Registry, [0, a, b, c, d, rest @ ..]) => {
                let id = u32::from_be_bytes([*a, *b, *c, *d]);
                Ok((rest, Some(format!("schema id {id}"))))
            }
            (Self::Registry, [1, rest @ ..]) if rest.len() >= 16 => {
                let (guid, rest) = rest.split_at(16);
                let hex: String = guid.iter().map(|byte| format!("{byte:02x}")).collect();
                let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
                Ok((rest, Some(format!("schema GUID {}", parts.join("-")))))
            }
            (Self::Registry, _) => Err(format!(
                "the message has no frame of a registry, which begins with 00 and four bytes or 01 and sixteen: it begins with {}",
                begins()
            )),
            (Self::SingleObject, _) => {
                let header = single_object(schema);
                if let Some(rest) = bytes.strip_prefix(&header) {
                    return Ok((rest, None));
                }
                let expected: String = header.iter().map(|byte| format!("{byte:02x}")).collect();
                Err(format!(
                    "the message does not begin with {expected}, the header of its schema, but with {}",
                    begins()
                ))
            }
        }
    }

    /// The bytes before the data.
    pub(super) fn header(self, schema: &Schema, id: u32) -> Vec<u8> {
        match self {
            Self::Bare => Vec::new(),
            Self::Registry => [&[0], &id.to_be_bytes()[..]].concat(),
            Self::SingleObject => single_object(schema).to_vec(),
        }
    }
}
