//! Secrets that a store is opened with.

use std::fmt;

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret; an empty text is none.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The text, to be used and not to be shown.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The secrets that sensitive metadata is encrypted with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    /// The secret in force; `None` for no encryption.
    pub current: Option<Secret>,
    /// The secret that was in force before, while it is being changed.
    pub old: Option<Secret>,
}
