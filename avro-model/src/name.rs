//! Full names: a simple name and a namespace (Avro specification, "Names").

use std::fmt;

/// The full name of a record, enum or fixed, or a type alias.
///
/// The namespace is empty for the null namespace. Whether the parts are well-formed is the parser's decision, since
/// stored schemas are read more leniently than new ones.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fullname {
    namespace: Box<str>,
    name: Box<str>,
}

impl Fullname {
    /// Resolves `name` against an enclosing or declared `namespace`: a dot in `name` makes `namespace` irrelevant
    /// (split at the last dot), and an empty namespace is the null namespace.
    ///
    /// ```
    /// use avro_model::Fullname;
    /// assert_eq!(Fullname::new("User", "com.acme").to_string(), "com.acme.User");
    /// assert_eq!(Fullname::new("org.User", "com.acme").to_string(), "org.User");
    /// assert_eq!(Fullname::new(".User", "com.acme").to_string(), "User");
    /// ```
    pub fn new(name: &str, namespace: &str) -> Self {
        match name.rsplit_once('.') {
            Some((namespace, name)) => Self { namespace: namespace.into(), name: name.into() },
            None => Self { namespace: namespace.into(), name: name.into() },
        }
    }

    /// The part behind the last dot.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The part before the last dot; empty for the null namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }
}

impl fmt::Display for Fullname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.namespace.is_empty() {
            f.write_str(&self.namespace)?;
            f.write_str(".")?;
        }
        f.write_str(&self.name)
    }
}
