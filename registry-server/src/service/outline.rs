//! Outlines of schemas: enough to know of two that they do not mean the same, without reading a text again.

use std::hash::{BuildHasher as _, RandomState};

use crate::domain::{Content, Guid, SchemaType};
use crate::schema_type::Parsed;

/// Bytes that an entry takes, the table's records of it included.
const ENTRY: u32 = 150;

/// The names of the top-level fields of a schema, as one number. Schemas that mean the same have the same names, so the same
/// number; others mostly do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outline(u64);

/// Outlines of schemas that were read, in a bounded amount of memory. Clones share them.
#[derive(Clone)]
pub(super) struct OutlineCache {
    outlines: moka::sync::Cache<(SchemaType, Guid), Outline>,
    hasher: RandomState,
}

impl OutlineCache {
    /// Room for outlines that take so many bytes of memory together.
    pub(super) fn of(capacity: u64) -> Self {
        let outlines = moka::sync::Cache::builder().max_capacity(capacity).weigher(|_, _| ENTRY).build();
        Self { outlines, hasher: RandomState::new() }
    }

    /// The outline of a schema.
    pub(super) fn outline(&self, parsed: &dyn Parsed) -> Outline {
        // The sum knows no order.
        let names = parsed.top_level_fields();
        Outline(names.iter().fold(0_u64, |sum, name| sum.wrapping_add(self.hasher.hash_one(name))))
    }

    /// The outline of a content, if it was read.
    pub(super) fn get(&self, content: &Content) -> Option<Outline> {
        self.outlines.get(&(content.schema_type, content.guid))
    }

    /// Keeps the outline of a content, unless it has references: what they lead to may be another schema later.
    pub(super) fn insert(&self, content: &Content, parsed: &dyn Parsed) {
        if content.references.is_empty() {
            self.outlines.insert((content.schema_type, content.guid), self.outline(parsed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema_type::{Languages, Strictness};

    #[test]
    fn what_means_the_same_has_the_same_outline() {
        let cache = OutlineCache::of(1 << 20);
        let languages = Languages::default();
        let outline = |name: &str, text: &str| {
            let parsed = languages.by_name(name).unwrap().parse(text, &[], Strictness::Stored).unwrap();
            (cache.outline(&*parsed), parsed)
        };
        let record = |rest: &str| format!(r#"{{"type":"record","name":"R",{rest}}}"#);
        for (name, one, other) in [
            (
                "AVRO",
                record(r#""a":1,"b":2,"fields":[{"name":"f","type":"int"}]"#),
                record(r#""b":2,"a":1,"fields":[{"name":"f","type":"int"}]"#),
            ),
            ("AVRO", r#""int""#.to_owned(), r#"{"type":"int"}"#.to_owned()),
            (
                "JSON",
                r#"{"properties":{"a":{},"b":{}}}"#.to_owned(),
                r#"{ "properties" : { "a" : {}, "b" : {} } }"#.to_owned(),
            ),
            (
                "PROTOBUF",
                "syntax = \"proto3\"; message M { int32 a = 1; }".to_owned(),
                "syntax = \"proto3\";\nmessage M {\n  int32 a = 1;\n}".to_owned(),
            ),
        ] {
            let ((one_outline, one), (other_outline, other)) = (outline(name, &one), outline(name, &other));
            assert!(one.equivalent(&*other), "{name}");
            assert_eq!(one_outline, other_outline, "{name}");
        }
        for (name, one, other) in [
            (
                "AVRO",
                record(r#""fields":[{"name":"f","type":"int"}]"#),
                record(r#""fields":[{"name":"g","type":"int"}]"#),
            ),
            ("JSON", r#"{"properties":{"a":{}}}"#.to_owned(), r#"{"properties":{"b":{}}}"#.to_owned()),
            (
                "PROTOBUF",
                "syntax = \"proto3\"; message M { int32 a = 1; }".to_owned(),
                "syntax = \"proto3\"; message M { int32 b = 1; }".to_owned(),
            ),
        ] {
            assert_ne!(outline(name, &one).0, outline(name, &other).0, "{name}");
        }
    }
}
