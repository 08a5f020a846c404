//! Contexts: independent id spaces inside one registry (semantics §1.1).

use std::fmt;
use std::sync::Arc;

/// The name of a context, with its leading dot: `.` is the default context, `.prod` a named one.
///
/// Schema ids, the id counter and the identity of schemas are separate per context.
///
/// ```
/// use registry_server::domain::Context;
///
/// assert_eq!(Context::parse("prod"), Context::parse(":.prod:"));
/// assert!(Context::parse(".").unwrap().is_default());
/// assert!(Context::parse("a:b").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Context(Arc<str>);

/// A context name with a colon inside, which could not be told apart from a qualified subject.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("context name '{name}' cannot contain a colon")]
pub struct InvalidContext {
    /// The name as it was given.
    pub name: String,
}

impl Context {
    const DEFAULT: &'static str = ".";
    const GLOBAL: &'static str = ".__GLOBAL";
    const WILDCARD: &'static str = "*";

    /// Reads a context name as it stands in a path: with or without its leading dot, with or without the colons of a
    /// qualified subject around it. The empty name is the default context.
    ///
    /// # Errors
    /// [`InvalidContext`] when a colon is left inside the name.
    pub fn parse(text: &str) -> Result<Self, InvalidContext> {
        let inner = text.strip_prefix(':').unwrap_or(text);
        let inner = inner.strip_suffix(':').unwrap_or(inner);
        if inner.contains(':') {
            return Err(InvalidContext { name: text.to_owned() });
        }
        Ok(if inner.starts_with('.') || inner == Self::WILDCARD {
            Self(inner.into())
        } else {
            Self(format!(".{inner}").into())
        })
    }

    /// A name that is known to have its dot: read from a qualified subject or from the store.
    pub(crate) fn from_stored(name: &str) -> Self {
        Self(name.into())
    }

    /// The context of subjects that are written without one.
    #[must_use]
    pub fn default_context() -> Self {
        Self(Self::DEFAULT.into())
    }

    /// `.__GLOBAL`, which holds no subjects: its config and mode are the last resort of every context.
    #[must_use]
    pub fn global() -> Self {
        Self(Self::GLOBAL.into())
    }

    /// The name with its leading dot.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the default context.
    #[must_use]
    pub fn is_default(&self) -> bool {
        &*self.0 == Self::DEFAULT
    }

    /// Whether this is `.__GLOBAL`.
    #[must_use]
    pub fn is_global(&self) -> bool {
        &*self.0 == Self::GLOBAL
    }

    /// Whether this is `*`, which stands for all contexts in a filter and for none in a write.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        &*self.0 == Self::WILDCARD
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
