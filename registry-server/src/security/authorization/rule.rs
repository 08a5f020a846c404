//! Rules.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::SubjectPattern;
use crate::domain::Subject;
use crate::security::{Permission, PermissionScope, Principal};

/// All rules, in the order in which they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(pub Vec<Arc<Rule>>);

/// One rule: it allows, or denies, some permissions for some subjects to some principals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whether it allows or denies.
    pub effect: Effect,
    /// To whom it applies.
    pub principals: Vec<PrincipalPattern>,
    /// What it allows or denies. A global one counts whatever the subjects are.
    pub permissions: Vec<Permission>,
    /// The subjects; none where all permissions are global.
    pub subjects: Vec<SubjectPattern>,
    /// Where it was written.
    pub origin: RuleOrigin,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// What it is about is allowed, unless another rule denies it.
    Allow,
    /// What it is about is denied, whatever other rules say.
    Deny,
}

impl Effect {
    /// Its name in rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// Where a rule was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleOrigin {
    /// The file.
    pub file: Arc<PathBuf>,
    /// Its line there, counted from 1.
    pub line: usize,
}

impl fmt::Display for RuleOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// To whom a rule applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrincipalPattern {
    /// Everybody, whether asked for credentials or not: `*`, or `User:*`.
    Everybody,
    /// A user: `User:alice`. Who was not asked for credentials is `User:ANONYMOUS`.
    User(String),
    /// Everybody in a group, which is also called role: `Group:payments`.
    Group(String),
}

impl PrincipalPattern {
    /// Reads one as it is written in rules; `None` for what is none. A name is a whole one, without a `*` and without white space
    /// at its ends.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "*" => Some(Self::Everybody),
            Some(("User", "*")) => Some(Self::Everybody),
            Some(("User", name)) if is_name(name) => Some(Self::User(name.to_owned())),
            Some(("Group", name)) if is_name(name) => Some(Self::Group(name.to_owned())),
            _ => None,
        }
    }

    /// Whether it applies to a principal.
    #[must_use]
    pub fn matches(&self, principal: &Principal) -> bool {
        match self {
            Self::Everybody => true,
            Self::User(name) => principal.name() == name,
            Self::Group(name) => principal.is_in(name),
        }
    }
}

/// Whether this can be the whole name of a user or a group: what looks like more than one name would be nobody's.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains('*') && text.trim() == text
}

impl fmt::Display for PrincipalPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everybody => f.write_str("*"),
            Self::User(name) => write!(f, "User:{name}"),
            Self::Group(name) => write!(f, "Group:{name}"),
        }
    }
}

impl Rule {
    /// Whether it applies to a principal.
    #[must_use]
    pub fn is_for(&self, principal: &Principal) -> bool {
        self.principals.iter().any(|pattern| pattern.matches(principal))
    }

    /// Whether it is about a permission for a subject; `None` for the registry as a whole.
    #[must_use]
    pub fn is_about(&self, permission: Permission, subject: Option<&Subject>) -> bool {
        self.permissions.contains(&permission)
            && match (permission.scope(), subject) {
                (PermissionScope::Global, _) => true,
                (PermissionScope::Subjects, Some(subject)) => {
                    self.subjects.iter().any(|pattern| pattern.matches(subject))
                }
                (PermissionScope::Subjects, None) => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::Proof;

    #[test]
    fn principals_are_written_as_kafka_writes_them() {
        let alice = Principal::user("alice", ["payments"], Proof::Password);
        let named_like_nobody = Principal::user("bob", ["alice"], Proof::Password);
        for (text, of_alice, of_bob, of_anonymous) in [
            ("*", true, true, true),
            ("User:*", true, true, true),
            ("User:alice", true, false, false),
            ("User:ANONYMOUS", false, false, true),
            ("Group:payments", true, false, false),
            ("Group:alice", false, true, false),
        ] {
            let pattern = PrincipalPattern::parse(text).unwrap();
            assert_eq!(pattern.matches(&alice), of_alice, "{text}");
            assert_eq!(pattern.matches(&named_like_nobody), of_bob, "{text}");
            assert_eq!(pattern.matches(&Principal::anonymous()), of_anonymous, "{text}");
        }
        for text in [
            "alice",
            "user:alice",
            "User:",
            "Group:",
            "Group:*",
            "",
            "Role:x",
            "User:a*",
            "User:*a",
            "Group:a*",
            "User: a",
            "Group:a ",
            " User:a",
            "* ",
        ] {
            assert_eq!(PrincipalPattern::parse(text), None, "{text}");
        }
    }
}
