//! The headers that say what is wrong: the table of the parent module.

use super::Origin;
use super::cut::cut;
use super::names;
use crate::DeserializeError;
use crate::frame::SchemaKey;

/// Names and values, in the order of the table.
pub(super) fn headers(error: &DeserializeError, origin: &Origin<'_>) -> Vec<(&'static str, String)> {
    let mut headers =
        vec![(names::REASON, error.kind().name().to_owned()), (names::MESSAGE, cut(error.to_string()))];
    match error.schema() {
        Some(SchemaKey::Id(id)) => headers.push((names::SCHEMA_ID, id.to_string())),
        Some(SchemaKey::Guid(guid)) => headers.push((names::SCHEMA_GUID, guid.to_string())),
        Some(SchemaKey::Fingerprint(_)) | None => {}
    }
    if let Some(offset) = error.offset() {
        headers.push((names::BYTE_OFFSET, offset.to_string()));
    }
    if let Some(path) = error.path().filter(|path| !path.is_empty()) {
        headers.push((names::FIELD_PATH, cut(path.to_string())));
    }
    headers.extend([
        (names::TOPIC, origin.topic.to_owned()),
        (names::PARTITION, origin.partition.to_string()),
        (names::OFFSET, origin.offset.to_string()),
        (names::ROLE, origin.role.to_string()),
    ]);
    headers
}
