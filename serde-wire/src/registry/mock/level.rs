//! Which versions a new one is compared with, and in which direction.

use avro_model::Schema;
use avro_model::compatibility::{Wording, check};

/// A subject's rule for new versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CompatibilityLevel {
    /// Anything goes.
    None,
    /// The new version reads what the latest one wrote.
    #[default]
    Backward,
    /// The new version reads what all wrote.
    BackwardTransitive,
    /// The latest version reads what the new one writes.
    Forward,
    /// All versions read what the new one writes.
    ForwardTransitive,
    /// Both, with the latest version.
    Full,
    /// Both, with all versions.
    FullTransitive,
}

impl CompatibilityLevel {
    /// What keeps `new` from following these versions, of which the last is the latest: nothing, when it may.
    pub(super) fn findings(self, new: &Schema, versions: &[Schema]) -> Vec<String> {
        let (backward, forward) = match self {
            Self::None => (false, false),
            Self::Backward | Self::BackwardTransitive => (true, false),
            Self::Forward | Self::ForwardTransitive => (false, true),
            Self::Full | Self::FullTransitive => (true, true),
        };
        let compared = match self {
            Self::Backward | Self::Forward | Self::Full => &versions[versions.len().saturating_sub(1)..],
            _ => versions,
        };
        let mut findings = Vec::new();
        for old in compared.iter().rev() {
            if backward {
                findings.extend(told(new, old, Wording::NewReadsOld));
            }
            if forward {
                findings.extend(told(old, new, Wording::OldReadsNew));
            }
        }
        findings
    }
}

fn told(reader: &Schema, writer: &Schema, wording: Wording) -> Vec<String> {
    match check(reader, writer) {
        Ok(found) => found.iter().map(|finding| finding.describe(wording)).collect(),
        Err(error) => vec![error.to_string()],
    }
}
