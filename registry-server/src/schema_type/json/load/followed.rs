//! How much is looked at to follow references.

use super::super::limits::MAX_FOLLOWED;
use super::super::text::Json;
use super::LoadError;

/// How much dearer a byte that is kept is than one that is looked at.
const KEPT: usize = 16;

/// The members and bytes that were looked at. Names are as long as their authors like, and each reference reads from
/// one and into another, so that the work is not in proportion to the text.
#[derive(Debug, Default)]
pub(super) struct Followed(u64);

impl Followed {
    /// Something was looked at.
    pub(super) fn spend(&mut self, looked_at: usize) -> Result<(), LoadError> {
        self.0 = self.0.saturating_add(looked_at as u64 + 1);
        if self.0 > MAX_FOLLOWED { Err(LoadError::TooMuchFollowed) } else { Ok(()) }
    }

    /// Something was kept.
    pub(super) fn keep(&mut self, bytes: usize) -> Result<(), LoadError> {
        self.spend(bytes.saturating_mul(KEPT))
    }

    /// A member was looked for.
    pub(super) fn search(&mut self, json: &Json) -> Result<(), LoadError> {
        self.spend(json.as_object().map_or(0, <[_]>::len))
    }
}
