//! Ids and subjects on the command line.

use serde_wire::frame::{Guid, SchemaId, SchemaKey};
use serde_wire::registry::VersionSelector;

/// Reads an id or a GUID.
pub(super) fn key(text: &str) -> Result<SchemaKey, String> {
    if let Ok(guid) = text.parse::<Guid>() {
        return Ok(SchemaKey::Guid(guid));
    }
    let id = text.parse().ok().and_then(SchemaId::new);
    id.map(SchemaKey::Id).ok_or_else(|| {
        "an id is a number from 0 to 2147483647, and a GUID has 32 hexadecimal digits".to_owned()
    })
}

/// A subject, and the version behind its `@`.
#[derive(Debug, Clone)]
pub(super) struct SubjectVersion {
    pub(super) subject: String,
    pub(super) version: VersionSelector,
}

/// Reads a subject, or a subject and a version.
#[expect(clippy::unnecessary_wraps, reason = "what clap calls may fail")]
pub(super) fn subject(text: &str) -> Result<SubjectVersion, String> {
    let numbered = text.rsplit_once('@').and_then(|(subject, number)| Some((subject, number.parse().ok()?)));
    Ok(match numbered {
        Some((subject, number)) => {
            SubjectVersion { subject: subject.to_owned(), version: VersionSelector::Number(number) }
        }
        None => SubjectVersion { subject: text.to_owned(), version: VersionSelector::Latest },
    })
}
