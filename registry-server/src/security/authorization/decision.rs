//! Decisions, and how they are told.

use std::fmt;

use super::RuleOrigin;
use crate::domain::Subject;
use crate::security::{Permission, PermissionScope};

/// Whether one may do something, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Why.
    pub reason: Reason,
}

/// Why something is allowed or denied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There are no rules: everybody may do everything.
    Unrestricted,
    /// It is a super user.
    SuperUser,
    /// A rule says so.
    Rule(RuleOrigin),
    /// No rule allows it.
    NoRule,
    /// The token that was shown is for other things.
    TokenScope,
    /// The rules could not be read when the server started: nobody may do anything.
    Unreadable,
}

impl Reason {
    /// A name for programs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Unrestricted => "NO_RULES",
            Self::SuperUser => "SUPER_USER",
            Self::Rule(_) => "RULE",
            Self::NoRule => "NO_RULE_ALLOWS_IT",
            Self::TokenScope => "TOKEN_SCOPE",
            Self::Unreadable => "RULES_UNREADABLE",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unrestricted => f.write_str("there are no rules"),
            Self::SuperUser => f.write_str("super.users names this user"),
            Self::Rule(origin) => write!(f, "the rule at {origin}"),
            Self::NoRule => f.write_str("no rule allows it"),
            Self::TokenScope => f.write_str("the token is limited to other things"),
            Self::Unreadable => f.write_str("the rules cannot be read"),
        }
    }
}

/// The refusal of something that is not allowed. Its text is the original's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// What would have had to be permitted.
    pub permission: Permission,
    /// For which subject, by the name that the request has for it; `None` for the registry as a whole.
    pub subject: Option<Subject>,
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "User is denied operation {} on ", self.permission.operation())?;
        match &self.subject {
            Some(subject) if self.permission == Permission::ContextDelete => {
                write!(f, "Context: {}", subject.context())
            }
            Some(subject) if self.permission.scope() == PermissionScope::Subjects => {
                write!(f, "Subject: {subject}")
            }
            None if self.permission.scope() == PermissionScope::Subjects => f.write_str("Subject"),
            _ => f.write_str("Schema Registry"),
        }
    }
}
