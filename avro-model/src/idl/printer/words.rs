//! Names as IDL writes them.

use super::{IdlPart, NotInIdl, Printer};
use crate::name::{Fullname, NameRule};

/// Words that mean something else where they are not in backquotes.
const KEYWORDS: &[&str] = &[
    "protocol",
    "namespace",
    "import",
    "idl",
    "schema",
    "enum",
    "fixed",
    "error",
    "record",
    "array",
    "map",
    "union",
    "boolean",
    "int",
    "long",
    "float",
    "double",
    "string",
    "bytes",
    "null",
    "true",
    "false",
    "decimal",
    "date",
    "time_ms",
    "timestamp_ms",
    "local_timestamp_ms",
    "uuid",
    "void",
    "oneway",
    "throws",
    "NaN",
    "Infinity",
];

/// Names that no definition may have in IDL.
const PRIMITIVES: &[&str] = &["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

/// Words with dots and, if wanted, dashes between them, of which keywords stand in backquotes; `None` for what is no word.
pub(super) fn word(text: &str, dashes: bool) -> Option<String> {
    let mut written = String::new();
    let mut rest = text;
    loop {
        let end = rest.find(|one| one == '.' || (dashes && one == '-')).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        NameRule::Unicode.check(part).ok()?;
        match KEYWORDS.contains(&part) {
            true => written.extend(["`", part, "`"]),
            false => written.push_str(part),
        }
        let Some(joint) = behind.chars().next() else { return Some(written) };
        written.push(joint);
        rest = &behind[1..];
    }
}

impl Printer<'_> {
    /// The name of a field, a symbol, a message or a protocol.
    pub(super) fn name(&mut self, name: &str, of: &IdlPart) -> String {
        match word(name, false) {
            Some(word) if !name.contains('.') => word,
            _ => self.no_name(name, of),
        }
    }

    /// The simple name of a definition.
    pub(super) fn defined_name(&mut self, name: &Fullname) -> String {
        if PRIMITIVES.contains(&name.name()) {
            return self.no_name(name.name(), &IdlPart::Type(name.clone()));
        }
        self.name(name.name(), &IdlPart::Type(name.clone()))
    }

    pub(super) fn namespace_name(&mut self, namespace: &str) -> String {
        word(namespace, false).unwrap_or_else(|| self.no_name(namespace, &IdlPart::Namespace))
    }

    /// A reference to a type from inside a namespace.
    pub(super) fn reference(&mut self, name: &Fullname, namespace: &str, of: &IdlPart) -> String {
        if name.namespace() == namespace {
            return self.name(name.name(), of);
        }
        if name.namespace().is_empty() {
            let (name, namespace, of) = (name.to_string(), namespace.to_owned(), of.clone());
            self.problems.push(NotInIdl::NoNamespace { name, namespace, of });
            return String::new();
        }
        word(name.as_str(), false).unwrap_or_else(|| self.no_name(name.as_str(), of))
    }

    fn no_name(&mut self, name: &str, of: &IdlPart) -> String {
        self.problems.push(NotInIdl::Name { name: name.to_owned(), of: of.clone() });
        String::new()
    }
}
