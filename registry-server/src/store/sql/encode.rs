//! Between rows and the registry's values.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::cipher::{Cipher, may_be_sealed};
use super::param::Row;
use crate::domain::{Association, AssociationType, Content, Guid, Lifecycle, Mode, Reference, Subject};
use crate::store::{Setting, StoreError, StoredVersion};

/// The columns of a content, from alias `c`, in the order that [`content`] reads.
pub(super) const CONTENT: &str = "c.guid, c.schema_type, c.body, c.refs, c.metadata, c.rule_set";

/// The members of a content that are metadata.
pub(super) const CONTENT_METADATA: [&str; 1] = ["metadata"];
/// The members of a config that are metadata.
pub(super) const CONFIG_METADATA: [&str; 2] = ["defaultMetadata", "overrideMetadata"];

/// Contents as they are written to their columns.
#[derive(Debug)]
pub(super) struct ContentColumns {
    pub(super) references: Option<String>,
    pub(super) metadata: Option<String>,
    pub(super) rule_set: Option<String>,
    /// SHA-256 of everything that makes two contents equal, each part with its length; over clear values.
    pub(super) digest: [u8; 32],
}

impl ContentColumns {
    /// The columns of a content, its sensitive values sealed.
    pub(super) fn of(content: &Content, cipher: &Cipher) -> Result<Self, StoreError> {
        let references = if content.references.is_empty() { None } else { Some(json(&content.references)?) };
        let metadata = content.metadata.as_ref().map(json).transpose()?;
        let rule_set = content.rule_set.as_ref().map(json).transpose()?;
        let mut hash = Sha256::new();
        for part in [
            Some(content.schema_type.as_str()),
            Some(&content.text),
            references.as_deref(),
            metadata.as_deref(),
            rule_set.as_deref(),
        ] {
            // The length with one bit for presence: no metadata is something else than empty metadata.
            let marker = part.map_or(0, |part| 2 * part.len() + 1);
            hash.update(marker.to_le_bytes());
            hash.update(part.unwrap_or_default());
        }
        let metadata = match &content.metadata {
            Some(clear) if !clear.sensitive.is_empty() => Some(sealed(clear, |value| cipher.seal(value))?),
            _ => metadata,
        };
        Ok(Self { references, metadata, rule_set, digest: hash.finalize().into() })
    }
}

/// Reads the columns of [`CONTENT`], the first of which is `at`.
pub(super) fn content(row: &Row, at: usize, cipher: &Cipher) -> Result<Content, StoreError> {
    let guid = row.bytes(at)?;
    let guid = guid
        .try_into()
        .map_err(|_| StoreError::Corrupt { place: "contents.guid", detail: "not 16 bytes".to_owned() })?;
    let schema_type = row.text(at + 1)?;
    Ok(Content {
        guid: Guid(guid),
        schema_type: schema_type.parse().map_err(|error| corrupt("contents.schema_type", &error))?,
        text: row.text(at + 2)?,
        references: parsed::<Vec<Reference>>(row, at + 3, "contents.refs")?.unwrap_or_default(),
        metadata: opened(row, at + 4, "contents.metadata", |value| cipher.open(value))?,
        rule_set: parsed(row, at + 5, "contents.rule_set")?,
    })
}

/// The columns of a version with its content, from `v` and `c`, in the order that [`stored_version`] reads.
pub(super) const VERSION: &str = "v.context, v.subject, v.version, v.id, v.deleted, v.ts, v.created_ts, \
    c.guid, c.schema_type, c.body, c.refs, c.metadata, c.rule_set";

/// How many columns [`VERSION`] has, and which of them is the body of the content.
pub(super) const VERSION_COLUMNS: usize = 13;
pub(super) const VERSION_BODY: usize = 9;

/// The tables that [`VERSION`] comes from.
pub(super) const VERSION_TABLES: &str = "versions v JOIN contents c ON c.context = v.context AND c.id = v.id";

/// Reads the columns of [`VERSION`].
pub(super) fn stored_version(row: &Row, cipher: &Cipher) -> Result<StoredVersion, StoreError> {
    stored_version_at(row, 0, cipher)
}

/// Reads the columns of [`VERSION`], the first of which is `at`.
pub(super) fn stored_version_at(row: &Row, at: usize, cipher: &Cipher) -> Result<StoredVersion, StoreError> {
    Ok(StoredVersion {
        subject: Subject::new(row.context(at)?, &row.text(at + 1)?),
        version: row.version(at + 2)?,
        id: row.id(at + 3)?,
        deleted: row.flag(at + 4)?,
        ts: row.int(at + 5)?,
        created_ts: row.int(at + 6)?,
        content: std::sync::Arc::new(content(row, at + 7, cipher)?),
    })
}

/// Reads a config and the mode after it.
pub(super) fn setting(row: &Row, at: usize, cipher: &Cipher) -> Result<Setting, StoreError> {
    let config = opened(row, at, "settings.config", |value| cipher.open_in(value, &CONFIG_METADATA))?;
    Ok(Setting { config, mode: mode(row, at + 1)? })
}

fn mode(row: &Row, at: usize) -> Result<Option<Mode>, StoreError> {
    row.opt_text(at)?.map(|text| text.parse().map_err(|error| corrupt("settings.mode", &error))).transpose()
}

/// The columns of an association, in the order that [`association`] reads.
pub(super) const ASSOCIATION: &str = "context, subject, guid, resource_name, resource_namespace, resource_id, \
    resource_type, association_type, lifecycle, frozen, create_ts, update_ts";

/// Reads the columns of [`ASSOCIATION`].
pub(super) fn association(row: &Row) -> Result<Association, StoreError> {
    let association_type = row.text(7)?;
    let lifecycle = row.text(8)?;
    Ok(Association {
        subject: Subject::new(row.context(0)?, &row.text(1)?),
        guid: row.text(2)?,
        resource_name: row.text(3)?,
        resource_namespace: row.text(4)?,
        resource_id: row.text(5)?,
        resource_type: row.text(6)?,
        association_type: AssociationType::from_name(&association_type)
            .ok_or_else(|| corrupt("associations.association_type", &association_type))?,
        lifecycle: Lifecycle::from_name(&lifecycle)
            .ok_or_else(|| corrupt("associations.lifecycle", &lifecycle))?,
        frozen: row.flag(9)?,
        create_ts: row.int(10)?,
        update_ts: row.int(11)?,
    })
}

/// JSON as it is stored.
pub(super) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| corrupt("a value that is about to be stored", &error))
}

/// Reads JSON from a TEXT column.
pub(super) fn parsed<T: DeserializeOwned>(
    row: &Row,
    column: usize,
    place: &'static str,
) -> Result<Option<T>, StoreError> {
    row.opt_text(column)?
        .map(|text| serde_json::from_str(&text).map_err(|error| corrupt(place, &error)))
        .transpose()
}

/// JSON as it is stored, with what is to be sealed in it.
pub(super) fn sealed(
    value: &impl Serialize,
    seal: impl Fn(&mut Value) -> Result<(), StoreError>,
) -> Result<String, StoreError> {
    let mut value =
        serde_json::to_value(value).map_err(|error| corrupt("a value that is about to be stored", &error))?;
    seal(&mut value)?;
    Ok(value.to_string())
}

/// Reads JSON from a TEXT column in which something may be sealed.
fn opened<T: DeserializeOwned>(
    row: &Row,
    column: usize,
    place: &'static str,
    open: impl Fn(&mut Value) -> Result<(), StoreError>,
) -> Result<Option<T>, StoreError> {
    let Some(text) = row.opt_text(column)? else { return Ok(None) };
    if !may_be_sealed(&text) {
        return serde_json::from_str(&text).map(Some).map_err(|error| corrupt(place, &error));
    }
    let mut value = serde_json::from_str(&text).map_err(|error| corrupt(place, &error))?;
    open(&mut value)?;
    serde_json::from_value(value).map(Some).map_err(|error| corrupt(place, &error))
}

pub(super) fn corrupt(place: &'static str, detail: &impl ToString) -> StoreError {
    StoreError::Corrupt { place, detail: detail.to_string() }
}

/// The first text in byte order that does not start with `prefix`, after all that do; `None` if there is none.
pub(super) fn prefix_end(prefix: &str) -> Option<String> {
    let mut head = prefix;
    while let Some(last) = head.chars().next_back() {
        head = head.get(..head.len() - last.len_utf8())?;
        // The next character; the surrogates between U+D7FF and U+E000 are no characters.
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            _ => u32::from(last).checked_add(1).and_then(char::from_u32),
        };
        if let Some(next) = next {
            return Some(format!("{head}{next}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Metadata, SchemaType};

    #[test]
    fn the_end_of_a_prefix_is_the_first_text_after_it() {
        for (prefix, end) in [
            ("", None),
            ("a", Some("b")),
            ("ord-", Some("ord.")),
            ("a\u{7f}", Some("a\u{80}")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}\u{10ffff}", None),
        ] {
            assert_eq!(prefix_end(prefix).as_deref(), end, "{prefix:?}");
        }
    }

    #[test]
    fn digests_tell_apart_what_the_guid_does_not() {
        let content = Content {
            schema_type: SchemaType::Avro,
            guid: Guid([0; 16]),
            text: "ab".to_owned(),
            references: Vec::new(),
            metadata: None,
            rule_set: None,
        };
        let digest = |content: &Content| ContentColumns::of(content, &Cipher::default()).unwrap().digest;
        let base = digest(&content);
        assert_eq!(base, digest(&content.clone()));
        for other in [
            Content { schema_type: SchemaType::Json, ..content.clone() },
            Content { text: "a".to_owned(), ..content.clone() },
            Content { metadata: Some(Metadata::default()), ..content.clone() },
            Content { rule_set: Some(crate::domain::RuleSet::default()), ..content.clone() },
        ] {
            assert_ne!(base, digest(&other), "{other:?}");
        }
    }
}
