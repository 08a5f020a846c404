//! What a later schema may do to the names of types.

use super::{Ir, Parsed, TypeKind, lower};
use crate::options::Options;
use avro_model::Parser;
use avro_model::parser::Document;
use avro_model::testing::Random;
use std::collections::{BTreeMap, BTreeSet};

fn ir(texts: &[String]) -> Ir {
    let documents: Vec<Document<'_>> =
        texts.iter().map(|text| Document { name: "order.avsc", text }).collect();
    let schemas =
        Parser::new().parse_documents(&documents).unwrap_or_else(|error| panic!("{error}\n{texts:?}"));
    let parsed =
        schemas.into_iter().map(|schema| Parsed { name: "order.avsc", stem: "order", is_main: true, schema });
    lower(&parsed.collect::<Vec<_>>(), &Options::default())
        .unwrap_or_else(|error| panic!("{error}\n{texts:?}"))
}

/// The Rust path of each type without a name, by what it is.
fn unnamed(ir: &Ir) -> BTreeMap<String, String> {
    let types = ir
        .types
        .iter()
        .filter(|definition| matches!(definition.kind, TypeKind::Union { .. } | TypeKind::Wrapper(_)));
    let mut found = BTreeMap::new();
    for definition in types {
        // Of several in one field the order tells them apart, which is that of the schema.
        let number = found.keys().filter(|key: &&String| key.starts_with(&definition.avro)).count();
        found.insert(format!("{} {number:03}", definition.avro), path(definition));
    }
    found
}

fn path(definition: &super::TypeDef) -> String {
    let module = definition.module.iter().map(|part| format!("{part}::"));
    format!("{}{}", module.collect::<String>(), definition.ident)
}

#[test]
fn a_union_is_named_after_its_place() {
    let record = |name: &str, field: &str, ty: &str| {
        format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"{field}","type":{ty}}}]}}"#)
    };
    let union = r#"["int","string"]"#;
    let several = r#"["int","null","string"]"#;
    let array = |items: &str| format!(r#"{{"type":"array","items":{items}}}"#);
    let map = |values: &str| format!(r#"{{"type":"map","values":{values}}}"#);
    for (schema, expected) in [
        (record("Order", "item", union), &["unions::order::Item"][..]),
        (record("com.acme.Order", "unitPrice", several), &["com::acme::unions::order::UnitPrice"]),
        (record("Order", "items", &array(union)), &["unions::order::items::Item"]),
        (record("Order", "items", &map(&array(several))), &["unions::order::items::ValueItem"]),
        (
            record("Order", "item", &format!(r#"["int",{}]"#, array(union))),
            &["unions::order::Item", "unions::order::item::ArrayItem"],
        ),
        (record("URLPart", "type", union), &["unions::url_part::Type"]),
        (record("unions.unions", "unions", union), &["unions_::unions::unions::Unions"]),
        (
            record("roots.avro_types.rustfmt.R", "i32", &array(union)),
            &["roots_::avro_types_::rustfmt_::unions::r::i32_::Item"],
        ),
        (
            record("A", "_1", &format!(r#"["int",{}]"#, array(union))),
            &["unions::a::_1", "unions::a::_1_::ArrayItem"],
        ),
        (union.to_owned(), &["roots::Order"]),
        (several.to_owned(), &["roots::Order", "roots::order::Union"]),
        (array(union), &["roots::Order", "roots::order::Item"]),
        (r#"["null","int"]"#.to_owned(), &["roots::Order"]),
    ] {
        let found: BTreeSet<String> = unnamed(&ir(std::slice::from_ref(&schema))).into_values().collect();
        assert_eq!(found, expected.iter().map(|&path| path.to_owned()).collect(), "{schema}");
    }
}

#[test]
fn names_that_differ_only_in_case_are_numbered_by_the_names_alone() {
    let record = |name: &str| {
        format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"a","type":["int","string"]}}]}}"#)
    };
    let texts = ["HTTPServer", "HttpServer", "order", "Order"].map(record);
    let mut reversed = texts.clone();
    reversed.reverse();
    let expected = [
        ("HTTPServer", "unions::http_server::A"),
        ("HttpServer", "unions::http_server_2::A"),
        ("Order", "unions::order::A"),
        ("order", "unions::order2::A"),
    ];
    for texts in [texts, reversed] {
        let found = unnamed(&ir(&texts));
        for (record, path) in expected {
            assert_eq!(found[&format!("union in the field `a` of `{record}` 000")], path);
        }
    }
}

/// Names that come near to each other once they are Rust's, and no two that differ only in case and underscores.
const NAMES: &[&str] = &[
    "Order",
    "OrderItem",
    "Item",
    "OrderItems",
    "OrderItemsItem",
    "ItemItem",
    "Value",
    "ItemValue",
    "Unions",
    "Roots",
    "Union",
    "Array",
    "Map",
    "Map2",
    "Order2",
    "OrderItem2",
    "AvroTypes",
    "Null",
    "Option",
    "Self",
    "Rustfmt",
    "i32",
];

/// A schema of these parts, of which each is a choice.
fn schema(random: &mut Random<'_>, name: &str, depth: usize) -> String {
    let namespace = ["", "order.", "unions.", "unions.order.", "roots.", "Item.", "avro_types."];
    let namespace = namespace[random.below(namespace.len())];
    let count = random.below(4);
    let fields: BTreeSet<&str> = (0..count).map(|_| NAMES[random.below(NAMES.len())]).collect();
    let fields: Vec<String> = fields
        .iter()
        .map(|field| format!(r#"{{"name":"{field}","type":{}}}"#, part(random, depth)))
        .collect();
    format!(r#"{{"type":"record","name":"{namespace}{name}","fields":[{}]}}"#, fields.join(","))
}

fn part(random: &mut Random<'_>, depth: usize) -> String {
    match random.below(if depth == 0 { 3 } else { 6 }) {
        0 => r#"["int","string"]"#.to_owned(),
        1 => r#"["long","null","bytes"]"#.to_owned(),
        2 => "\"int\"".to_owned(),
        3 => format!(r#"{{"type":"array","items":{}}}"#, part(random, depth - 1)),
        4 => format!(r#"{{"type":"map","values":{}}}"#, part(random, depth - 1)),
        _ => format!(
            r#"["null",{{"type":"array","items":{}}},{{"type":"map","values":{}}}]"#,
            part(random, depth - 1),
            part(random, depth - 1)
        ),
    }
}

#[test]
fn nothing_that_is_defined_later_renames_a_union() {
    let mut kept = 0;
    for seed in 0..300 {
        let random = &mut Random::seed(seed);
        let mut names = NAMES.to_vec();
        let mut records = |count: usize, random: &mut Random<'_>| -> Vec<String> {
            let taken: Vec<&str> = (0..count).map(|_| names.swap_remove(random.below(names.len()))).collect();
            taken.into_iter().map(|name| schema(random, name, 3)).collect()
        };
        let old = records(3, random);
        let mut new = records(5, random);
        new.extend(old.iter().cloned());
        let (before, after) = (unnamed(&ir(&old)), unnamed(&ir(&new)));
        for (place, path) in &before {
            assert_eq!(after.get(place), Some(path), "{place}\n{old:?}\n{new:?}");
            kept += 1;
        }
        // And no two types have one name.
        let all = ir(&new);
        let paths: BTreeSet<String> = all.types.iter().map(self::path).collect();
        assert_eq!(paths.len(), all.types.len(), "{new:?}");
    }
    assert!(kept > 500, "{kept}");
}
