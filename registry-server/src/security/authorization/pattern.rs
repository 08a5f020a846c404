//! Which subjects a rule is about.

use std::fmt;
use std::str::FromStr;

use crate::domain::{Context, Subject};

/// Subjects by name: one of them, those whose names begin alike, or all; in one context or in all.
///
/// A context, as far as its configuration and its mode are concerned, is the subject without a name in it.
///
/// ```
/// use registry_server::domain::Subject;
/// use registry_server::security::SubjectPattern;
///
/// let orders: SubjectPattern = "orders-*".parse().unwrap();
/// assert!(orders.matches(&Subject::parse("orders-value")));
/// assert!(!orders.matches(&Subject::parse(":.prod:orders-value")));
/// let everywhere: SubjectPattern = ":*:orders-*".parse().unwrap();
/// assert!(everywhere.matches(&Subject::parse(":.prod:orders-value")));
/// assert!("a*b".parse::<SubjectPattern>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectPattern {
    /// `None` for all.
    context: Option<Context>,
    name: NamePattern,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum NamePattern {
    Literal(String),
    /// The empty one is of all names.
    Prefix(String),
}

/// A text that is no pattern of subjects.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' has a * that is not at its end; write a name, a beginning and *, or * alone, behind :.context: or :*: where another context or all of them are meant"
)]
pub struct InvalidPattern(pub String);

impl SubjectPattern {
    /// Whether a subject is among them.
    #[must_use]
    pub fn matches(&self, subject: &Subject) -> bool {
        self.reaches(subject.context())
            && match &self.name {
                NamePattern::Literal(name) => name == subject.name(),
                NamePattern::Prefix(prefix) => subject.name().starts_with(prefix.as_str()),
            }
    }

    /// Whether subjects of a context can be among them.
    #[must_use]
    pub fn reaches(&self, context: &Context) -> bool {
        self.context.as_ref().is_none_or(|own| own == context)
    }

    /// Whether every subject of every context is among them.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.context.is_none() && self.is_every_name()
    }

    /// Whether every name is among them, wherever.
    pub(super) fn is_every_name(&self) -> bool {
        matches!(&self.name, NamePattern::Prefix(prefix) if prefix.is_empty())
    }
}

impl FromStr for SubjectPattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        let subject = Subject::parse(text);
        let context = (!subject.context().is_wildcard()).then(|| subject.context().clone());
        let name = match subject.name().strip_suffix('*') {
            Some(prefix) => NamePattern::Prefix(prefix.to_owned()),
            None => NamePattern::Literal(subject.name().to_owned()),
        };
        let (NamePattern::Literal(fixed) | NamePattern::Prefix(fixed)) = &name;
        let stars =
            fixed.contains('*') || context.as_ref().is_some_and(|context| context.as_str().contains('*'));
        if stars { Err(InvalidPattern(text.to_owned())) } else { Ok(Self { context, name }) }
    }
}

impl fmt::Display for SubjectPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.context {
            None => f.write_str(":*:")?,
            Some(context) if context.is_default() => {}
            Some(context) => write!(f, ":{context}:")?,
        }
        match &self.name {
            NamePattern::Literal(name) => f.write_str(name),
            NamePattern::Prefix(prefix) => write!(f, "{prefix}*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_of_these_subjects_and_of_no_others() {
        for (pattern, of, not_of) in [
            ("orders", &["orders", ":.:orders"][..], &["orders-value", "order", ":.c:orders", ""][..]),
            ("orders*", &["orders", "orders-value"], &["order", "Orders", ":.c:orders"]),
            ("*", &["orders", "", "a*"], &[":.c:orders", ":.c:"]),
            (":.c:*", &[":.c:orders", ":.c:"], &["orders", ":.cc:orders", ":.:orders"]),
            (":.c:orders-*", &[":.c:orders-value"], &["orders-value", ":.c:", ":.c:orders"]),
            (":.c:", &[":.c:"], &[":.c:orders", ""]),
            (":*:orders", &["orders", ":.c:orders"], &[":.c:orders2"]),
            (":*:*", &["orders", ":.c:orders", "", ":.c:"], &[]),
            ("a:b*", &["a:bc"], &["a"]),
        ] {
            let parsed: SubjectPattern = pattern.parse().unwrap();
            for subject in of {
                assert!(parsed.matches(&Subject::parse(subject)), "{pattern} {subject}");
            }
            for subject in not_of {
                assert!(!parsed.matches(&Subject::parse(subject)), "{pattern} {subject}");
            }
            assert_eq!(parsed.to_string(), pattern);
            assert_eq!(parsed.is_everything(), pattern == ":*:*", "{pattern}");
        }
    }

    #[test]
    fn a_star_stands_at_the_end_only() {
        for text in ["*a", "a*b", "a**", ":.c*:a", ":.*:a", ":*:*a"] {
            assert_eq!(text.parse::<SubjectPattern>(), Err(InvalidPattern(text.to_owned())), "{text}");
        }
    }
}
