//! Rule sets: what clients do to records on their way in and out. The registry validates, stores and returns them; it
//! never runs them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The rules of a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RuleSet {
    /// Rules that turn records of one version into records of another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub migration_rules: Vec<Rule>,
    /// Rules on the values of records.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domain_rules: Vec<Rule>,
    /// Rules on the bytes of records.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub encoding_rules: Vec<Rule>,
    /// The name of the execution environment in which the rules are enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_at: Option<String>,
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Rule {
    /// The name, unique in the rule set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The purpose of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Whether the rule changes records or judges them.
    pub kind: RuleKind,
    /// When the rule runs.
    pub mode: RuleMode,
    /// The executor, such as `CEL` or `ENCRYPT`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub rule_type: Option<String>,
    /// The tags of the fields to which the rule applies.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// Parameters of the executor.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// The body of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expr: Option<String>,
    /// The action after success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_success: Option<String>,
    /// The action after failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<String>,
    /// Whether the rule is switched off.
    pub disabled: bool,
}

/// The kind of a rule: it changes records or judges them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RuleKind {
    /// The rule gives another record.
    #[default]
    Transform,
    /// The rule gives true or false.
    Condition,
}

/// When a rule runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RuleMode {
    /// From an older version to a newer one.
    Upgrade,
    /// From a newer version to an older one.
    Downgrade,
    /// Between versions, both ways.
    UpDown,
    /// When a record is written.
    Write,
    /// When a record is read.
    Read,
    /// When a record is written and when it is read.
    #[default]
    WriteRead,
}

impl RuleSet {
    /// The migration, domain and encoding rules.
    #[must_use]
    pub fn lists(&self) -> [&[Rule]; 3] {
        [&self.migration_rules, &self.domain_rules, &self.encoding_rules]
    }
}

impl RuleKind {
    /// Every value.
    pub const ALL: [Self; 2] = [Self::Transform, Self::Condition];

    /// The upper-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transform => "TRANSFORM",
            Self::Condition => "CONDITION",
        }
    }
}

impl RuleMode {
    /// Every value.
    pub const ALL: [Self; 6] =
        [Self::Upgrade, Self::Downgrade, Self::UpDown, Self::Write, Self::Read, Self::WriteRead];

    /// The upper-case name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upgrade => "UPGRADE",
            Self::Downgrade => "DOWNGRADE",
            Self::UpDown => "UPDOWN",
            Self::Write => "WRITE",
            Self::Read => "READ",
            Self::WriteRead => "WRITEREAD",
        }
    }

    /// Whether rules of this mode turn records of one version into records of another.
    #[must_use]
    pub fn is_migration(self) -> bool {
        matches!(self, Self::Upgrade | Self::Downgrade | Self::UpDown)
    }
}
