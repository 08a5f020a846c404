//! Which versions a new one is compared with, and in which direction.

use avro_model::Schema;
use avro_model::compatibility::{Wording, check};

/// A subject's rule for new versions.
///
/// ```
/// use serde_wire::registry::{CompatibilityLevel, MockRegistry};
///
/// let registry = MockRegistry::new();
/// registry.set_level("orders-value", CompatibilityLevel::FullTransitive);
/// assert_eq!(CompatibilityLevel::FullTransitive.name(), "FULL_TRANSITIVE");
/// ```
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

/// A version that is there; without a schema when it is none of Avro.
pub(super) struct Old<'v> {
    pub(super) number: u32,
    pub(super) text: &'v str,
    pub(super) schema: Option<Schema>,
}

impl CompatibilityLevel {
    /// The name in a registry's config, such as `FULL_TRANSITIVE`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Backward => "BACKWARD",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Self::Forward => "FORWARD",
            Self::ForwardTransitive => "FORWARD_TRANSITIVE",
            Self::Full => "FULL",
            Self::FullTransitive => "FULL_TRANSITIVE",
        }
    }

    /// What keeps `new` from following these versions, of which the last is the latest, in a registry's words: nothing, when it
    /// may. The first version that does not fit ends the search.
    pub(super) fn findings(self, new: &Schema, versions: &[Old<'_>]) -> Vec<String> {
        let (backward, forward) = match self {
            Self::None => return Vec::new(),
            Self::Backward | Self::BackwardTransitive => (true, false),
            Self::Forward | Self::ForwardTransitive => (false, true),
            Self::Full | Self::FullTransitive => (true, true),
        };
        let compared = match self {
            Self::Backward | Self::Forward | Self::Full => 1,
            _ => versions.len(),
        };
        let mut newest_first = versions.iter().rev().take(compared);
        let found = newest_first.find_map(|old| {
            let found = against(new, old, backward, forward);
            (!found.is_empty()).then_some(found)
        });
        let mut found = found.unwrap_or_default();
        if !found.is_empty() {
            found.push(format!("{{validateFields: 'false', compatibility: '{}'}}", self.name()));
        }
        found
    }
}

/// The findings against one version. In both directions, which version it is stands behind the second list alone.
fn against(new: &Schema, old: &Old<'_>, backward: bool, forward: bool) -> Vec<String> {
    let Some(schema) = &old.schema else {
        return vec!["Incompatible because of different schema type".to_owned()];
    };
    let mut findings = if forward { told(schema, new, Wording::OldReadsNew) } else { Vec::new() };
    let last = if backward { told(new, schema, Wording::NewReadsOld) } else { std::mem::take(&mut findings) };
    if !last.is_empty() {
        findings.extend(last);
        findings.push(format!("{{oldSchemaVersion: {}}}", old.number));
        findings.push(format!("{{oldSchema: '{}'}}", old.text));
    }
    findings
}

fn told(reader: &Schema, writer: &Schema, wording: Wording) -> Vec<String> {
    match check(reader, writer) {
        Ok(found) => found.iter().map(|finding| finding.describe(wording)).collect(),
        Err(error) => vec![error.to_string()],
    }
}
