//! What becomes of a broken rule.

use super::rules::RULES;
use crate::report::Severity;
use avro_model::parser::nearest_word;

/// What becomes of a broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LintLevel {
    /// Nothing is said.
    Allow,
    /// It is told.
    Warn,
    /// It ends the run.
    Deny,
}

impl LintLevel {
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Warn => Some(Severity::Warning),
            Self::Deny => Some(Severity::Error),
        }
    }
}

/// Rules that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Mistakes,
    Evolution,
    Style,
}

impl Group {
    fn name(self) -> &'static str {
        match self {
            Self::Mistakes => "mistakes",
            Self::Evolution => "evolution",
            Self::Style => "style",
        }
    }
}

/// A rule as the table has it.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) group: Group,
    pub(super) what: &'static str,
    pub(super) why: &'static str,
}

/// A lint rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LintRule {
    /// Its name.
    pub name: &'static str,
    /// The name of its group: `mistakes`, `evolution` or `style`.
    pub group: &'static str,
    /// What breaks it.
    pub what: &'static str,
    /// The reason for it.
    pub why: &'static str,
}

/// All lint rules, by groups.
pub fn lint_rules() -> impl Iterator<Item = LintRule> {
    RULES.iter().map(|rule| LintRule {
        name: rule.name,
        group: rule.group.name(),
        what: rule.what,
        why: rule.why,
    })
}

/// What the schemas are read for, which decides what is told by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Usage {
    /// Generating code: mistakes are told.
    Generate,
    /// Checking schemas: mistakes are told, and what will break somebody.
    #[cfg(feature = "cli")]
    Check,
}

impl Usage {
    fn default_of(self, group: Group) -> LintLevel {
        match (self, group) {
            (_, Group::Mistakes) => LintLevel::Warn,
            #[cfg(feature = "cli")]
            (Self::Check, Group::Evolution) => LintLevel::Warn,
            _ => LintLevel::Allow,
        }
    }
}

/// The levels that were chosen: for a rule, else for its group, else for all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Levels {
    chosen: Vec<(String, LintLevel)>,
}

impl Levels {
    /// Sets the level of a rule, a group or `all`. A later choice for the same name counts.
    pub(crate) fn set(&mut self, name: impl Into<String>, level: LintLevel) {
        self.chosen.push((name.into(), level));
    }

    /// The first name that is none, with what is near to it.
    pub(crate) fn unknown(&self) -> Option<(&str, Option<String>)> {
        let (name, _) = self.chosen.iter().find(|(name, _)| !is_known(name))?;
        Some((name, nearest_word(name, names())))
    }

    pub(super) fn of(&self, rule: &str, usage: Usage) -> LintLevel {
        let Some(rule) = RULES.iter().find(|known| known.name == rule) else { return LintLevel::Allow };
        let chosen = |name: &str| self.chosen.iter().rev().find(|(chosen, _)| chosen == name);
        let found = [rule.name, rule.group.name(), ALL].into_iter().find_map(chosen);
        found.map_or_else(|| usage.default_of(rule.group), |(_, level)| *level)
    }
}

/// The name for all rules.
const ALL: &str = "all";

fn names() -> impl Iterator<Item = &'static str> {
    let groups = [Group::Mistakes, Group::Evolution, Group::Style].map(Group::name);
    RULES.iter().map(|rule| rule.name).chain(groups).chain([ALL])
}

/// Whether it is the name of a rule or of a group.
pub(super) fn is_known(name: &str) -> bool {
    names().any(|known| known == name)
}

/// The rule or group that is near to a name.
pub(super) fn near(name: &str) -> Option<String> {
    nearest_word(name, names())
}

/// Whether a rule is one of a group of that name.
pub(super) fn is_in_group(rule: &str, group: &str) -> bool {
    group == ALL || RULES.iter().any(|known| known.name == rule && known.group.name() == group)
}
