//! Answers of lookups and registrations.

use std::sync::Arc;

use crate::domain::{Content, SchemaId, Subject, Version};
use crate::store::StoredVersion;

/// A version of a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The subject.
    pub subject: Subject,
    /// The version.
    pub version: Version,
    /// The id.
    pub id: SchemaId,
    /// The content.
    pub content: Arc<Content>,
    /// The store's knowledge beside; `None` where the answer repeats the request, as it does when its identity was found
    /// or just made.
    pub stored: Option<Stored>,
    /// How it came about, which decides the shape of older replies.
    pub origin: Origin,
}

/// The store's knowledge of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// When it was last written, in milliseconds since 1970.
    pub ts: i64,
    /// Whether it is soft-deleted.
    pub deleted: bool,
}

/// How a version in an answer came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It was there.
    Existing,
    /// It was written, or found, with exactly what the request said.
    AsRequested,
    /// It was written, or found, after text, metadata or rules were taken over from elsewhere.
    Populated,
}

impl Found {
    /// A version whose identity is that of the request.
    pub(super) fn identical(version: &StoredVersion, content: Content) -> Self {
        Self {
            subject: version.subject.clone(),
            version: version.version,
            id: version.id,
            content: Arc::new(content),
            stored: None,
            origin: Origin::Existing,
        }
    }

    /// A version as it is stored.
    pub(super) fn stored(version: &StoredVersion) -> Self {
        Self {
            subject: version.subject.clone(),
            version: version.version,
            id: version.id,
            content: Arc::clone(&version.content),
            stored: Some(Stored { ts: version.ts, deleted: version.deleted }),
            origin: Origin::Existing,
        }
    }
}
