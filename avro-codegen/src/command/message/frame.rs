//! What stands before a message.

use avro_model::Schema;
use avro_model::fingerprint::rabin;
use clap::ValueEnum;
use serde_wire::frame::{
    FrameError, Guid, SchemaId, SchemaKey, guid_prefix, id_prefix, single_object_prefix,
};

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

impl Frame {
    /// The schema that the frame names, and what stands behind it; or the problem.
    pub(super) fn split<'b>(
        self,
        bytes: &'b [u8],
        schema: Option<&Schema>,
    ) -> Result<(Option<SchemaKey>, &'b [u8]), String> {
        let begins = || bytes.iter().take(10).map(|byte| format!("{byte:02x}")).collect::<String>();
        match (self, bytes) {
            (Self::Bare, _) => Ok((None, bytes)),
            (Self::Registry, [0, a, b, c, d, rest @ ..]) => {
                let number = u32::from_be_bytes([*a, *b, *c, *d]);
                let id = SchemaId::new(number).ok_or_else(|| FrameError::IdOutOfRange(number).to_string())?;
                Ok((Some(SchemaKey::Id(id)), rest))
            }
            (Self::Registry, [1, rest @ ..]) if rest.len() >= 16 => {
                let (guid, rest) = rest.split_at(16);
                let guid = Guid::from_slice(guid).map_err(|error| error.to_string())?;
                Ok((Some(SchemaKey::Guid(guid)), rest))
            }
            (Self::Registry, _) => Err(format!(
                "the message has no frame of a registry, which begins with 00 and four bytes or 01 and sixteen: it begins with {}",
                begins()
            )),
            (Self::SingleObject, _) => {
                let header = schema.map(|schema| header(fingerprint(schema))).unwrap_or_default();
                if let Some(rest) = bytes.strip_prefix(header.as_slice()) {
                    return Ok((None, rest));
                }
                let expected: String = header.iter().map(|byte| format!("{byte:02x}")).collect();
                Err(format!(
                    "the message does not begin with {expected}, the header of its schema, but with {}",
                    begins()
                ))
            }
        }
    }
}

/// The name of a schema in the single-object encoding.
pub(super) fn fingerprint(schema: &Schema) -> SchemaKey {
    SchemaKey::Fingerprint(rabin(&schema.parsing_canonical_form()))
}

/// The bytes before data of the schema of that name.
pub(super) fn header(key: SchemaKey) -> Vec<u8> {
    match key {
        SchemaKey::Id(id) => id_prefix(id).to_vec(),
        SchemaKey::Guid(guid) => guid_prefix(guid).to_vec(),
        SchemaKey::Fingerprint(fingerprint) => single_object_prefix(fingerprint).to_vec(),
    }
}
