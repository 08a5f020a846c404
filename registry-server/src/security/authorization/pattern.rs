//! Which subjects a rule is about.

use std::fmt;
use std::str::FromStr;

use crate::domain::{Context, Subject, SubjectFilter};

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

/// Why a text is no pattern of subjects, or would be one of other subjects than it looks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPattern {
    /// A `*` stands elsewhere than at the end.
    #[error(
        "'{0}' has a * that is not at its end; write a name, a beginning and *, or * alone, behind :.context: or :*: where another context or all of them are meant"
    )]
    Star(String),
    /// There is white space at an end.
    #[error("'{0}' has white space at an end, which would be a part of the name; leave it out")]
    WhiteSpace(String),
    /// There is no text.
    #[error(
        "an empty text is no name; write * for every subject of the default context, :*:* for all there are"
    )]
    Empty,
    /// It begins with a colon and names no context.
    #[error(
        "'{0}' begins with a colon and names no context; write :.context:NAME or :*:NAME, or :.:{0} for a name in the default context that begins so"
    )]
    NoContext(String),
    /// It is a context without the colon behind it.
    #[error(
        "'{0}' is the name of a context alone; write {0}: for its config and mode, {0}:* for all its subjects as well"
    )]
    ContextAlone(String),
}

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

    /// The part of a filter in which these subjects can be; `None` if they are in none of it.
    pub(super) fn within(&self, filter: &SubjectFilter) -> Option<SubjectFilter> {
        let context = match (&self.context, &filter.context) {
            (Some(own), Some(asked)) if own != asked => return None,
            (own, asked) => own.as_ref().or(asked.as_ref()).cloned(),
        };
        let prefix = match &self.name {
            NamePattern::Literal(fixed) | NamePattern::Prefix(fixed) if fixed.starts_with(&filter.prefix) => {
                fixed
            }
            NamePattern::Prefix(prefix) if filter.prefix.starts_with(prefix.as_str()) => &filter.prefix,
            _ => return None,
        };
        Some(SubjectFilter { context, prefix: prefix.clone() })
    }

    /// Whether all that passes a filter is among them.
    pub(super) fn covers(&self, filter: &SubjectFilter) -> bool {
        let every_name =
            matches!(&self.name, NamePattern::Prefix(prefix) if filter.prefix.starts_with(prefix.as_str()));
        every_name && (self.context.is_none() || self.context == filter.context)
    }

    /// Whether every name is among them, wherever.
    pub(super) fn is_every_name(&self) -> bool {
        matches!(&self.name, NamePattern::Prefix(prefix) if prefix.is_empty())
    }
}

impl FromStr for SubjectPattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        if text.is_empty() {
            return Err(InvalidPattern::Empty);
        }
        if text.trim() != text {
            return Err(InvalidPattern::WhiteSpace(text.to_owned()));
        }
        let in_context = text.strip_prefix(':').map(|rest| rest.starts_with('.') || rest.starts_with("*:"));
        if in_context == Some(false) {
            return Err(InvalidPattern::NoContext(text.to_owned()));
        }
        let subject = Subject::parse(text);
        let context = (!subject.context().is_wildcard()).then(|| subject.context().clone());
        let name = match subject.name().strip_suffix('*') {
            Some(prefix) => NamePattern::Prefix(prefix.to_owned()),
            None => NamePattern::Literal(subject.name().to_owned()),
        };
        let (NamePattern::Literal(fixed) | NamePattern::Prefix(fixed)) = &name;
        let stars =
            fixed.contains('*') || context.as_ref().is_some_and(|context| context.as_str().contains('*'));
        if stars {
            return Err(InvalidPattern::Star(text.to_owned()));
        }
        if in_context == Some(true) && text.matches(':').count() == 1 {
            return Err(InvalidPattern::ContextAlone(text.to_owned()));
        }
        Ok(Self { context, name })
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
            assert_eq!(text.parse::<SubjectPattern>(), Err(InvalidPattern::Star(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_would_be_a_name_though_it_looks_like_more_is_refused() {
        let owned = |text: &str| text.to_owned();
        for (text, error) in [
            ("", InvalidPattern::Empty),
            (" a", InvalidPattern::WhiteSpace(owned(" a"))),
            ("a* ", InvalidPattern::WhiteSpace(owned("a* "))),
            (":prod:a-*", InvalidPattern::NoContext(owned(":prod:a-*"))),
            (":a", InvalidPattern::NoContext(owned(":a"))),
            (":*", InvalidPattern::NoContext(owned(":*"))),
            (":.prod", InvalidPattern::ContextAlone(owned(":.prod"))),
            (":.", InvalidPattern::ContextAlone(owned(":."))),
        ] {
            assert_eq!(text.parse::<SubjectPattern>(), Err(error), "{text}");
        }
        let odd: SubjectPattern = ":.::a".parse().unwrap();
        assert!(odd.matches(&Subject::parse(":a")), "a name may begin with a colon");
    }

    #[test]
    fn a_pattern_meets_a_filter_in_what_both_have() {
        for (pattern, filter, both, covers) in [
            ("a*", "", Some("a"), false),
            ("a*", "ab", Some("ab"), true),
            ("a*", "b", None, false),
            ("abc", "ab", Some("abc"), false),
            ("abc", "abcd", None, false),
            ("*", ":*:a", Some("a"), false),
            ("*", "", Some(""), true),
            (":.c:*", "", None, false),
            (":.c:*", ":.c:", Some(":.c:"), true),
            (":.c:x*", ":*:", Some(":.c:x"), false),
            (":*:a*", ":.c:", Some(":.c:a"), false),
            (":*:*", ":*:", Some(":*:"), true),
        ] {
            let (pattern, asked): (SubjectPattern, _) =
                (pattern.parse().unwrap(), SubjectFilter::parse(filter));
            assert_eq!(pattern.within(&asked), both.map(SubjectFilter::parse), "{pattern} {filter}");
            assert_eq!(pattern.covers(&asked), covers, "{pattern} {filter}");
        }
    }
}
