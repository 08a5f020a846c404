//! Each change with what it breaks.

use super::changes::changes;
use super::label::Findings;
use avro_model::Schema;

fn told(old: &str, new: &str) -> Vec<String> {
    let (old, new): (Schema, Schema) = (old.parse().unwrap(), new.parse().unwrap());
    let findings = Findings::of(&old, &new);
    let changes = changes(&old, &new).into_iter();
    changes.map(|change| format!("{change}{}", findings.breaks(&change).as_text())).collect()
}

/// A record with these fields.
fn fields(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"n.R","fields":[{fields}]}}"#)
}

/// A record with a field of this type.
fn ty(ty: &str) -> String {
    fields(&format!(r#"{{"name":"a","type":{ty}}}"#))
}

#[test]
fn each_change_is_told_with_what_it_breaks() {
    let a = r#"{"name":"a","type":"int"}"#;
    let b = r#"{"name":"b","type":["null","int"]}"#;
    let b_with_default = r#"{"name":"b","type":["null","int"],"default":null}"#;
    let symbols = |symbols: &str| ty(&format!(r#"{{"type":"enum","name":"E","symbols":[{symbols}]}}"#));
    let fixed = |name: &str, rest: &str| ty(&format!(r#"{{"type":"fixed","name":"{name}","size":{rest}}}"#));
    for (old, new, expected) in [
        (fields(a), fields(a), &[][..]),
        (
            fields(a),
            fields(&format!("{a},{b}")),
            &["+ n.R.b: field of type union { null, int }, no default [breaks BACKWARD, FULL]"],
        ),
        (
            fields(a),
            fields(&format!("{a},{b_with_default}")),
            &["+ n.R.b: field of type union { null, int }, default null"],
        ),
        (
            fields(a),
            fields(&format!(r#"{a},{b},{{"name":"c","type":"int","default":0}}"#)),
            &[
                "+ n.R.b: field of type union { null, int }, no default [breaks BACKWARD, FULL]",
                "+ n.R.c: field of type int, default 0",
            ],
        ),
        (
            fields(&format!(r#"{a},{b},{{"name":"c","type":"int","default":0}}"#)),
            fields(a),
            &[
                "- n.R.b: field of type union { null, int }, which had no default [breaks FORWARD, FULL]",
                "- n.R.c: field of type int, which had a default",
            ],
        ),
        (
            fields(&format!("{a},{b}")),
            fields(a),
            &["- n.R.b: field of type union { null, int }, which had no default [breaks FORWARD, FULL]"],
        ),
        (
            fields(&format!("{a},{b_with_default}")),
            fields(a),
            &["- n.R.b: field of type union { null, int }, which had a default"],
        ),
        (
            fields(a),
            fields(r#"{"name":"c","aliases":["a"],"type":"int"}"#),
            &["~ n.R.c: renamed from \"a\" by an alias [breaks FORWARD, FULL]", "~ n.R.c: aliases none → a"],
        ),
        (ty("\"int\""), ty("\"long\""), &["~ n.R.a: type int → long, promoted [breaks FORWARD, FULL]"]),
        (ty("\"long\""), ty("\"int\""), &["~ n.R.a: type long → int [breaks BACKWARD, FULL]"]),
        (ty("\"string\""), ty("\"bytes\""), &["~ n.R.a: type string → bytes, promoted"]),
        (ty("\"int\""), ty("\"string\""), &["~ n.R.a: type int → string [breaks BACKWARD, FORWARD, FULL]"]),
        (
            ty("\"int\""),
            ty(r#"["null","int"]"#),
            &["~ n.R.a: type int → union { null, int } [breaks FORWARD, FULL]"],
        ),
        (
            ty(r#"{"type":"array","items":"int"}"#),
            ty(r#"{"type":"array","items":"string"}"#),
            &["~ n.R.a: type int → string [breaks BACKWARD, FORWARD, FULL]"],
        ),
        (
            ty(r#"["null","int"]"#),
            ty(r#"["null","int","string"]"#),
            &["+ n.R.a: branch string [breaks FORWARD, FULL]"],
        ),
        (
            ty(r#"["null","int","string"]"#),
            ty(r#"["int","null"]"#),
            &["- n.R.a: branch string [breaks BACKWARD, FULL]", "~ n.R.a: branches in another order"],
        ),
        (symbols(r#""A""#), symbols(r#""A","B""#), &["+ n.E: symbol B [breaks FORWARD, FULL]"]),
        (
            symbols(r#""A","B","C""#),
            symbols(r#""B","A""#),
            &["- n.E: symbol C [breaks BACKWARD, FULL]", "~ n.E: symbols in another order"],
        ),
        (fixed("F", "1"), fixed("F", "2"), &["~ n.F: size 1 → 2 [breaks BACKWARD, FORWARD, FULL]"]),
        (
            fixed("F", "1"),
            fixed("G", "1"),
            &["~ n.G: renamed from n.F, without an alias [breaks BACKWARD, FORWARD, FULL]"],
        ),
        (
            fixed("F", "1"),
            fixed("G", r#"1,"aliases":["F"]"#),
            &["~ n.G: renamed from n.F, by an alias [breaks FORWARD, FULL]", "~ n.G: aliases none → n.F"],
        ),
        (
            fixed("F", r#"1,"p":1,"doc":"x""#),
            fixed("F", r#"1,"p":2,"doc":"y""#),
            &["~ n.F: doc", "~ n.F: property p 1 → 2"],
        ),
        (
            ty("\"long\""),
            ty(r#"{"type":"long","logicalType":"timestamp-millis"}"#),
            &["~ n.R.a: property logicalType none → \"timestamp-millis\""],
        ),
        (
            fields(r#"{"name":"a","type":"int","default":1},{"name":"c","type":"int"}"#),
            fields(
                r#"{"name":"c","type":"int"},{"name":"a","type":"int","default":2,"order":"ignore","doc":"d"}"#,
            ),
            &[
                "~ n.R.a: default 1 → 2",
                "~ n.R.a: sort order",
                "~ n.R.a: doc",
                "~ n.R: fields in another order",
            ],
        ),
    ] {
        assert_eq!(told(&old, &new), expected, "{old} {new}");
    }
}

#[test]
fn a_type_that_is_used_twice_or_in_itself_is_compared_once() {
    let list = |ty: &str| {
        format!(
            r#"{{"type":"record","name":"n.L","fields":[{{"name":"v","type":"{ty}"}},{{"name":"next","type":["null","L"]}},
                {{"name":"other","type":["null","L"]}}]}}"#
        )
    };
    assert_eq!(
        told(&list("int"), &list("string")),
        ["~ n.L.v: type int → string [breaks BACKWARD, FORWARD, FULL]"]
    );
}

#[test]
fn no_change_is_told_as_harmless_because_there_are_many() {
    let many = |prefix: &str, count: usize| -> Vec<String> {
        (0..count).map(|number| format!(r#"{{"name":"{prefix}{number}","type":"int"}}"#)).collect()
    };
    for count in [1, 99, 100, 101, 150] {
        let (old, new) =
            (fields(&many("a", 1).join(",")), fields(&[many("a", 1), many("b", count)].concat().join(",")));
        let added = told(&old, &new);
        assert_eq!(added.len(), count);
        assert!(
            added.iter().all(|change| change.ends_with("no default [breaks BACKWARD, FULL]")),
            "{added:?}"
        );
        let removed = told(&new, &old);
        assert_eq!(removed.len(), count);
        assert!(removed.iter().all(|change| change.ends_with("[breaks FORWARD, FULL]")), "{removed:?}");
    }
}
