//! Subjects, qualified by their context (semantics §1.2).

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use super::Context;

/// A subject in its context. The text form is `name` in the default context and `:.ctx:name` elsewhere.
///
/// The empty name denotes the context itself where config and mode are concerned; it is also an ordinary subject that
/// schemas can be registered under.
///
/// Subjects order as their text forms do (by bytes), which is the order of every listing.
///
/// ```
/// use registry_server::domain::Subject;
///
/// let subject = Subject::parse(":.prod:orders-value");
/// assert_eq!(subject.context().as_str(), ".prod");
/// assert_eq!(subject.name(), "orders-value");
/// assert_eq!(Subject::parse(":.:x").to_string(), "x");
/// assert_eq!(Subject::parse(":.prod").to_string(), ":.prod:");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    context: Context,
    name: Arc<str>,
}

/// A subject that cannot be written to: a reserved name, the wildcard context, or a control character in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the subject '{subject}' is not valid: {reason}")]
pub struct InvalidSubject {
    /// The subject in its text form.
    pub subject: String,
    /// The reason: the part that is not allowed.
    pub reason: &'static str,
}

impl Subject {
    /// A subject of a context.
    #[must_use]
    pub fn new(context: Context, name: &str) -> Self {
        Self { context, name: name.into() }
    }

    /// Reads the text form. Every text is some subject: what does not start with `:.` or `:*:` is a bare name in the
    /// default context, colons included.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match split(text) {
            Some((context, name)) => Self::new(Context::from_stored(context), name),
            None => Self::new(Context::default_context(), text),
        }
    }

    /// The subject that a reference to `text` means when it stands in a schema of `referrer`: a bare name is looked for
    /// in the referrer's own context.
    #[must_use]
    pub fn parse_in(text: &str, referrer: &Context) -> Self {
        match split(text) {
            Some(_) => Self::parse(text),
            None => Self::new(referrer.clone(), text),
        }
    }

    /// The subject that a reference to `text` leads to from a schema in the context `referrer`. As in the original, nothing
    /// in the default context can be referred to from another one: `:.:orders` counts as a bare name there, colons and all.
    #[must_use]
    pub fn referenced(text: &str, referrer: &Context) -> Self {
        let subject = Self::parse_in(text, referrer);
        let leads_out = subject.context().is_default() && !referrer.is_default();
        if leads_out { Self::new(referrer.clone(), text) } else { subject }
    }

    /// The key under which a context's own config and mode are kept.
    #[must_use]
    pub fn of_context(context: Context) -> Self {
        Self::new(context, "")
    }

    /// The context.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The name without its context.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether config and mode under this subject are those of its context.
    #[must_use]
    pub fn is_context(&self) -> bool {
        self.name.is_empty()
    }

    /// Whether schemas can be registered under this subject.
    ///
    /// # Errors
    /// [`InvalidSubject`] for a reserved name or context, the wildcard, or a control character.
    pub fn check_registrable(&self) -> Result<(), InvalidSubject> {
        if self.context.is_global() {
            return Err(self.invalid("the context .__GLOBAL holds config and mode only"));
        }
        self.check_configurable()
    }

    /// Whether config and mode can be set for this subject.
    ///
    /// # Errors
    /// [`InvalidSubject`] for a reserved name, the wildcard, or a control character.
    pub fn check_configurable(&self) -> Result<(), InvalidSubject> {
        if self.context.is_wildcard() {
            return Err(self.invalid("the wildcard context stands for all contexts"));
        }
        if matches!(&*self.name, "__GLOBAL" | "__EMPTY") {
            return Err(self.invalid("the name is reserved"));
        }
        if self.name.chars().chain(self.context.as_str().chars()).any(char::is_control) {
            return Err(self.invalid("control characters are not allowed"));
        }
        Ok(())
    }

    /// The bytes of the text form.
    fn text_bytes(&self) -> impl Iterator<Item = u8> {
        let prefix = if self.context.is_default() { [""; 3] } else { [":", self.context.as_str(), ":"] };
        prefix.into_iter().flat_map(str::bytes).chain(self.name.bytes())
    }

    fn invalid(&self, reason: &'static str) -> InvalidSubject {
        InvalidSubject { subject: self.to_string(), reason }
    }
}

/// Splits a qualified text into context and name; `None` for a bare name.
fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix(':')?;
    if !rest.starts_with('.') && !rest.starts_with("*:") {
        return None;
    }
    Some(rest.split_once(':').unwrap_or((rest, "")))
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.context.is_default() {
            f.write_str(&self.name)
        } else {
            write!(f, ":{}:{}", self.context, self.name)
        }
    }
}

impl Ord for Subject {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.context == other.context {
            return self.name.cmp(&other.name);
        }
        self.text_bytes().cmp(other.text_bytes())
    }
}

impl PartialOrd for Subject {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The subjects that a listing is about: those whose name starts with a prefix, in one context or in all.
///
/// ```
/// use registry_server::domain::{Subject, SubjectFilter};
///
/// let filter = SubjectFilter::parse(":*:ord");
/// assert!(filter.matches(&Subject::parse(":.prod:orders")));
/// assert!(!SubjectFilter::parse("").matches(&Subject::parse(":.prod:orders")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubjectFilter {
    /// The context, or all of them.
    pub context: Option<Context>,
    /// The start of the bare name; empty for any name.
    pub prefix: String,
}

impl SubjectFilter {
    /// Every subject of every context.
    #[must_use]
    pub fn everything() -> Self {
        Self { context: None, prefix: String::new() }
    }

    /// Every subject of one context.
    #[must_use]
    pub fn in_context(context: Context) -> Self {
        Self { context: Some(context), prefix: String::new() }
    }

    /// Reads a `subjectPrefix`: `:*:foo` looks in all contexts, `:.c:foo` in one, `foo` in the default context.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let Subject { context, name } = Subject::parse(text);
        Self { context: (!context.is_wildcard()).then_some(context), prefix: (*name).to_owned() }
    }

    /// Whether a subject passes.
    #[must_use]
    pub fn matches(&self, subject: &Subject) -> bool {
        self.context.as_ref().is_none_or(|context| context == subject.context())
            && subject.name().starts_with(&self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms() {
        for (text, context, name, shown) in [
            ("orders", ".", "orders", "orders"),
            (":.:orders", ".", "orders", "orders"),
            (":.c:orders", ".c", "orders", ":.c:orders"),
            (":.c:a:b", ".c", "a:b", ":.c:a:b"),
            (":.c", ".c", "", ":.c:"),
            (":.c:", ".c", "", ":.c:"),
            (":.:", ".", "", ""),
            (":orders", ".", ":orders", ":orders"),
            ("a:.c:b", ".", "a:.c:b", "a:.c:b"),
            (":*:x", "*", "x", ":*:x"),
            (":*x", ".", ":*x", ":*x"),
            ("", ".", "", ""),
        ] {
            let subject = Subject::parse(text);
            assert_eq!((subject.context().as_str(), subject.name()), (context, name), "{text}");
            assert_eq!(subject.to_string(), shown, "{text}");
        }
    }

    #[test]
    fn writes_are_refused_for_reserved_names() {
        for (text, registrable, configurable) in [
            ("orders", true, true),
            (" ", true, true),
            ("", true, true),
            (":.c:", true, true),
            (":.__GLOBAL:", false, true),
            (":.__GLOBAL:x", false, true),
            ("__GLOBAL", false, false),
            (":.c:__EMPTY", false, false),
            (":*:x", false, false),
            ("a\u{85}b", false, false),
            ("a\nb", false, false),
        ] {
            let subject = Subject::parse(text);
            assert_eq!(subject.check_registrable().is_ok(), registrable, "{text:?}");
            assert_eq!(subject.check_configurable().is_ok(), configurable, "{text:?}");
        }
    }

    #[test]
    fn order_is_that_of_the_text() {
        let mut subjects = ["b", ":.c:a", "a", "-", ":.b:z", "Z"].map(Subject::parse);
        subjects.sort();
        assert_eq!(subjects.map(|s| s.to_string()), ["-", ":.b:z", ":.c:a", "Z", "a", "b"]);
        let texts = [
            "",
            "9",
            ":",
            ":.",
            ";",
            "a",
            ":.c:",
            ":.c:a",
            ":.c:b",
            ":.cc:a",
            ":.c!:a",
            ":.c\u{7f}:a",
            ":.é:a",
            "é",
        ];
        for one in texts.map(Subject::parse) {
            for other in texts.map(Subject::parse) {
                assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()), "{one} {other}");
            }
        }
    }

    #[test]
    fn a_bare_name_is_meant_in_the_given_context() {
        let context = Context::parse("c").unwrap();
        assert_eq!(Subject::parse_in("x", &context), Subject::parse(":.c:x"));
        assert_eq!(Subject::parse_in(":.:x", &context), Subject::parse("x"));
    }

    #[test]
    fn references_lead_to_their_own_context_and_to_named_ones() {
        for (referrer, text, shown) in [
            (".", "x", "x"),
            (".", ":.:x", "x"),
            (".", ":.c:x", ":.c:x"),
            (".c", "x", ":.c:x"),
            (".c", ":.d:x", ":.d:x"),
            (".c", ":.:x", ":.c::.:x"),
        ] {
            let context = Context::parse(referrer).unwrap();
            assert_eq!(Subject::referenced(text, &context).to_string(), shown, "{referrer} {text}");
        }
    }
}
