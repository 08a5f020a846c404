//! The hash by which the registry finds content that it already has, and the GUID that is made of it (semantics §2.1).
//!
//! It is MD5 over all parts one after the other, without separators or lengths: it finds candidates, and equality of
//! the content decides.

use md5::{Digest, Md5};
use std::fmt;

/// Takes the parts of a schema and its surroundings in the registry's order: the canonical text; each reference's name,
/// subject and version; then the metadata and the rule set, each begun by a mark when it is there.
///
/// ```
/// use avro_model::identity::IdentityHasher;
/// let guid = IdentityHasher::new("\"string\"").finish();
/// assert_eq!(guid.to_string(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
/// ```
#[derive(Debug, Clone)]
pub struct IdentityHasher {
    state: Md5,
}

impl IdentityHasher {
    /// Begins with the canonical text of a schema.
    pub fn new(canonical_text: &str) -> Self {
        Self { state: Md5::new().chain_update(canonical_text) }
    }

    /// Adds a reference; in the order of the list.
    pub fn reference(&mut self, name: &str, subject: &str, version: i32) -> &mut Self {
        self.state.update(name);
        self.state.update(subject);
        self.state.update(version.to_be_bytes());
        self
    }

    /// Begins a section that may be absent: the metadata or the rule set. It also marks a disabled rule.
    pub fn mark(&mut self) -> &mut Self {
        self.state.update([1]);
        self
    }

    /// Adds a text of a section. An absent text adds nothing.
    pub fn part(&mut self, text: &str) -> &mut Self {
        self.state.update(text);
        self
    }

    /// The identity.
    pub fn finish(&self) -> Guid {
        Guid(self.state.clone().finalize().into())
    }
}

/// The identity of a schema, written as a lower-case UUID. No bits are set for a version or variant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid(pub [u8; 16]);

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guid({self})")
    }
}
