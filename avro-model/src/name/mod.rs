//! Full names: a simple name and a namespace (Avro specification, "Names").

mod letters;
mod rule;

pub use rule::{NameProblem, NameRule};

use std::fmt;

/// The full name of a record, enum or fixed, or a type alias.
///
/// The namespace is empty for the null namespace. Whether the parts are well-formed is the parser's decision, since
/// stored schemas are read more leniently than new ones.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fullname {
    full: Box<str>,
    /// The offset of the simple name in `full`.
    simple: usize,
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
        let (namespace, name) = name.rsplit_once('.').unwrap_or((namespace, name));
        if namespace.is_empty() {
            return Self { full: name.into(), simple: 0 };
        }
        let mut full = String::with_capacity(namespace.len() + 1 + name.len());
        full.push_str(namespace);
        full.push('.');
        full.push_str(name);
        Self { full: full.into(), simple: namespace.len() + 1 }
    }

    /// The part behind the last dot.
    pub fn name(&self) -> &str {
        &self.full[self.simple..]
    }

    /// The part before the last dot; empty for the null namespace.
    pub fn namespace(&self) -> &str {
        &self.full[..self.simple.saturating_sub(1)]
    }

    /// Namespace and name with a dot between them, or the name alone in the null namespace.
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// How this name is written where `enclosing` is the default namespace: the simple name inside its own namespace,
    /// else the full name. A simple name that is a type keyword (`string`, `record`) is always written in full, since
    /// it would be read as that type (Avro 1.12, `Name.getQualified`).
    pub fn qualified_in(&self, enclosing: &str) -> &str {
        if !self.namespace().is_empty() && self.namespace() == enclosing && !is_type_keyword(self.name()) {
            self.name()
        } else {
            &self.full
        }
    }
}

impl fmt::Display for Fullname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full)
    }
}

/// True for the names of the fourteen kinds of schema. `error` is not one of them: it is a record.
fn is_type_keyword(name: &str) -> bool {
    matches!(
        name,
        "record"
            | "enum"
            | "array"
            | "map"
            | "union"
            | "fixed"
            | "string"
            | "bytes"
            | "int"
            | "long"
            | "float"
            | "double"
            | "boolean"
            | "null"
    )
}

#[cfg(test)]
mod tests {
    use super::Fullname;

    #[test]
    fn a_reference_is_short_only_inside_its_own_namespace() {
        for (name, namespace, enclosing, written) in [
            ("User", "a", "a", "User"),
            ("User", "a", "b", "a.User"),
            ("User", "a", "", "a.User"),
            ("User", "", "a", "User"),
            ("User", "", "", "User"),
            ("string", "a", "a", "a.string"),
            ("record", "a", "a", "a.record"),
            ("error", "a", "a", "error"),
        ] {
            assert_eq!(
                Fullname::new(name, namespace).qualified_in(enclosing),
                written,
                "{name} in {enclosing:?}"
            );
        }
    }

    #[test]
    fn parts_of_a_full_name() {
        let name = Fullname::new("a.b.C", "ignored");
        assert_eq!((name.namespace(), name.name(), name.as_str()), ("a.b", "C", "a.b.C"));
        let name = Fullname::new(".C", "ignored");
        assert_eq!((name.namespace(), name.name(), name.as_str()), ("", "C", "C"));
    }
}
