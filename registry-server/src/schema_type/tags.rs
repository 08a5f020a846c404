//! Tags that stand inside a schema's text, each on an element of it.

/// The kind of element that carries tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityType {
    /// A record.
    SrRecord,
    /// A field of a record.
    SrField,
}

impl EntityType {
    /// The name in requests and replies.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SrRecord => "sr_record",
            Self::SrField => "sr_field",
        }
    }
}

/// The tags of one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaTags {
    /// The element: names from the outermost record inwards, joined by dots.
    pub path: String,
    /// The kind of the entity.
    pub entity: EntityType,
    /// The tags, without duplicates, in order.
    pub tags: Vec<String>,
}

/// The tags of an element after some were added behind those that it has, or taken away.
pub(super) fn changed(mut now: Vec<String>, tags: &[String], adding: bool) -> Vec<String> {
    if adding {
        for tag in tags {
            if !now.contains(tag) {
                now.push(tag.clone());
            }
        }
    } else {
        now.retain(|tag| !tags.contains(tag));
    }
    now
}
