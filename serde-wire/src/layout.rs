//! Whether two schemas put the same values into the same bytes.

use avro_model::parser::{ParseError, Parser, Validation};
use avro_model::{Kind, NodeId, Schema};
use std::collections::HashSet;

/// Reads a text as registries keep it, old defects included.
pub(crate) fn parse(text: &str, references: &[String]) -> Result<Schema, ParseError> {
    let references: Vec<&str> = references.iter().map(String::as_str).collect();
    Parser::new().validation(Validation::Stored).parse_with_references(text, &references)
}

/// True when data of one schema is data of the other with the same meaning: same types, fields, symbols, sizes and
/// logical types in the same order under the same names. Docs, defaults, aliases and other properties may differ.
pub(crate) fn same_layout(one: &Schema, other: &Schema) -> bool {
    same_layout_at((one, one.root()), (other, other.root()))
}

/// The same for a part of each.
pub(crate) fn same_layout_at((one, a): (&Schema, NodeId), (other, b): (&Schema, NodeId)) -> bool {
    let mut seen = HashSet::new();
    let mut pending = vec![(a, b)];
    while let Some(pair) = pending.pop() {
        if !seen.insert(pair) {
            continue;
        }
        match parts_of_alike((one, pair.0), (other, pair.1)) {
            Some(parts) => pending.extend(parts),
            None => return false,
        }
    }
    true
}

/// The parts to compare next, if the two nodes themselves are alike.
fn parts_of_alike(
    (one, a): (&Schema, NodeId),
    (other, b): (&Schema, NodeId),
) -> Option<Vec<(NodeId, NodeId)>> {
    let (a, b) = (&one[a], &other[b]);
    if a.logical != b.logical || a.name() != b.name() {
        return None;
    }
    let alike = match (&a.kind, &b.kind) {
        (Kind::Array(a), Kind::Array(b)) | (Kind::Map(a), Kind::Map(b)) => return Some(vec![(*a, *b)]),
        (Kind::Union(a), Kind::Union(b)) => {
            return (a.len() == b.len()).then(|| a.iter().copied().zip(b.iter().copied()).collect());
        }
        (Kind::Record(a), Kind::Record(b)) => {
            let names = |record: &avro_model::schema::Record| -> Vec<String> {
                record.fields.iter().map(|field| field.name.clone()).collect()
            };
            let pairs = a.fields.iter().zip(&b.fields).map(|(a, b)| (a.schema, b.schema));
            return (names(a) == names(b)).then(|| pairs.collect());
        }
        (Kind::Enum(a), Kind::Enum(b)) => a.symbols == b.symbols,
        (Kind::Fixed(a), Kind::Fixed(b)) => a.size == b.size,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    alike.then(Vec::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_compared_and_nothing_else() {
        let record = |fields: &str| format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#);
        let enumeration = |rest: &str| format!(r#"{{"type":"enum","name":"E",{rest}}}"#);
        let decimal =
            |scale| format!(r#"{{"type":"bytes","logicalType":"decimal","precision":9,"scale":{scale}}}"#);
        let cases = [
            ("the same", "\"int\"".to_owned(), "{\"type\":\"int\"}".to_owned(), true),
            (
                "int and long, which look alike on the wire",
                "\"int\"".to_owned(),
                "\"long\"".to_owned(),
                false,
            ),
            (
                "docs, defaults, aliases, properties",
                record(r#"{"name":"a","type":"int"}"#),
                record(r#"{"name":"a","type":"int","doc":"d","default":1,"aliases":["b"],"x":1}"#),
                true,
            ),
            ("a field more", record(""), record(r#"{"name":"a","type":"int"}"#), false),
            (
                "another name",
                record(r#"{"name":"a","type":"int"}"#),
                record(r#"{"name":"b","type":"int"}"#),
                false,
            ),
            (
                "deeper",
                r#"["null",{"type":"array","items":"int"}]"#.into(),
                r#"["null",{"type":"array","items":"long"}]"#.into(),
                false,
            ),
            ("fewer branches", r#"["null","int"]"#.into(), r#"["null"]"#.into(), false),
            ("other order", r#"["null","int"]"#.into(), r#"["int","null"]"#.into(), false),
            ("scale", decimal(1), decimal(2), false),
            ("symbols", enumeration(r#""symbols":["A","B"]"#), enumeration(r#""symbols":["B","A"]"#), false),
            (
                "enum default",
                enumeration(r#""symbols":["A"]"#),
                enumeration(r#""symbols":["A"],"default":"A""#),
                true,
            ),
            (
                "recursion",
                record(r#"{"name":"next","type":["null","R"]}"#),
                record(r#"{"name":"next","type":["null","R"],"default":null}"#),
                true,
            ),
        ];
        for (name, one, other, expected) in cases {
            let (one, other) = (parse(&one, &[]).unwrap(), parse(&other, &[]).unwrap());
            assert_eq!(same_layout(&one, &other), expected, "{name}");
            assert_eq!(same_layout(&other, &one), expected, "{name}, the other way round");
        }
    }
}
