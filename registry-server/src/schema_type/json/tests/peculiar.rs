//! The original's treatment of schemas, where nobody would have guessed it.

use super::*;

/// The target of a reference is a schema of its own, even where it stands in its place as well, and a finding in a recursion is
/// told where the recursion begins again.
#[test]
fn findings_of_a_recursion_are_told_again() {
    let list = |members: &str| {
        format!(
            r##"{{"type":"object","properties":{{"n":{{"type":"array","items":{{"$ref":"#"}}}},"a":{{"type":"string"{members}}}}}}}"##
        )
    };
    let named = |members: &str| {
        format!(
            r##"{{"properties":{{"x":{{"$ref":"#/definitions/n"}}}},"definitions":{{"n":{{"type":"object","properties":{{"n":{{"$ref":"#/definitions/n"}},"a":{{"type":"string"{members}}}}}}}}}}}"##
        )
    };
    let limit = r#","minLength":1"#;
    for (original, update, places) in [
        (
            list(""),
            list(limit),
            &[
                "#/properties/a/minLength",
                "#/properties/n/items/properties/a/minLength",
                "#/properties/n/items/properties/n/items/properties/a/minLength",
            ][..],
        ),
        (
            named(""),
            named(limit),
            &["#/properties/x/properties/a/minLength", "#/properties/x/properties/n/properties/a/minLength"],
        ),
        (list(limit), list(""), &[]),
    ] {
        let expected: Vec<String> = places.iter().map(|place| format!("MIN_LENGTH_ADDED {place}")).collect();
        assert_eq!(findings(&original, &update, CompatibilityPolicy::Strict), expected, "{update}");
    }
}

#[test]
fn a_default_beside_a_reference_is_none() {
    let text = |members: &str, required: &str| {
        format!(
            r##"{{"type":"object","properties":{{"a":{{{members}}}}},"required":[{required}],"definitions":{{"d":{{"type":"string"}}}}}}"##
        )
    };
    let reference = r##""$ref":"#/definitions/d","default":"x""##;
    for dialect in [str::to_owned, modern as fn(&str) -> String] {
        for (members, expected) in [
            (reference, &["REQUIRED_ATTRIBUTE_ADDED #/required/a"][..]),
            (r#""type":"string","default":"x""#, &[]),
        ] {
            let (original, update) = (dialect(&text(members, "")), dialect(&text(members, r#""a""#)));
            assert_eq!(findings(&original, &update, CompatibilityPolicy::Strict), expected, "{update}");
        }
    }
}

/// The original keeps them among the keywords that it does not know, where the next ones that it does not know write over them.
#[test]
fn unevaluated_properties_are_lost_beside_definitions_and_unknown_keywords() {
    let closed = ["UNEVALUATED_PROPERTIES_REMOVED #/unevaluatedProperties"];
    for (members, lost) in [
        (r#""title":"t","$comment":"c""#, true),
        (r#""x-ext":null"#, true),
        (r#""dependencies":{}"#, true),
        (r#""$defs":{"d":{}}"#, true),
        (r#""definitions":{"d":{}}"#, true),
        (r#""$defs":{}"#, false),
        (r#""title":"t","description":"d","default":{},"minProperties":0"#, false),
    ] {
        let original = modern(r#"{"type":"object","minProperties":0}"#);
        let update = modern(&format!(
            r#"{{"type":"object","minProperties":0,"unevaluatedProperties":false,{members}}}"#
        ));
        let expected = if lost { &[][..] } else { &closed[..] };
        assert_eq!(findings(&original, &update, CompatibilityPolicy::Strict), expected, "{members}");
    }
}

/// `Aa` and `BB` have the same hash in Java.
#[test]
fn names_that_share_a_place_are_told_in_the_order_of_the_text() {
    for names in [["Aa", "BB"], ["BB", "Aa"]] {
        let [first, second] = names;
        let original = format!(
            r#"{{"type":"object","properties":{{"{first}":{{}},"{second}":{{}}}},"additionalProperties":false}}"#
        );
        let found = findings(
            &original,
            r#"{"type":"object","additionalProperties":false}"#,
            CompatibilityPolicy::Strict,
        );
        let expected =
            names.map(|name| format!("PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/{name}"));
        assert_eq!(found, expected);
    }
}

/// Inside of values the newer drafts know no fractions and no huge numbers.
#[test]
fn values_of_newer_drafts_are_cut() {
    for (keyword, value, cut, same) in [
        ("const", "[1.5]", "[1]", true),
        ("enum", r#"[{"a":[2.25]},4294967297.5]"#, r#"[{"a":[2]},4294967297.5]"#, true),
        ("const", "[4294967296]", "[0]", false),
        ("const", "[18446744073709551617]", "[1]", true),
        ("const", "1.5", "1", false),
        ("enum", "[1.5]", "[1]", false),
    ] {
        let text = |value: &str| format!(r#"{{"{keyword}":{value}}}"#);
        let changed = vec![format!("ENUM_ARRAY_CHANGED #/{keyword}")];
        for (original, update, compatible) in [
            (modern(&text(value)), modern(&text(cut)), same),
            (modern(&text(value)), text(cut), same),
            (modern(&text(value)), text(value), value == cut || !same),
            (text(value), text(cut), false),
        ] {
            let expected = if compatible { vec![] } else { changed.clone() };
            assert_eq!(
                findings(&original, &update, CompatibilityPolicy::Strict),
                expected,
                "{original} {update}"
            );
        }
    }
}

/// A list of types takes up the keywords of its types that stand before `format` and its like, and no others.
#[test]
fn a_list_of_types_takes_up_keywords_in_the_order_of_the_text() {
    for (update, expected) in [
        (r#"{"type":["string","null"],"maxLength":4}"#, "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"),
        (
            r#"{"type":["string","null"],"maxLength":4,"format":"date"}"#,
            "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/",
        ),
        (r#"{"type":["string","null"],"format":"date","maxLength":4}"#, "COMBINED_TYPE_CHANGED #/"),
        (r#"{"type":["string","null"],"readOnly":true,"maxLength":4}"#, "COMBINED_TYPE_CHANGED #/"),
        (
            r#"{"type":["string","null"],"readOnly":false,"maxLength":4}"#,
            "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/",
        ),
        (r#"{"type":["string","null"],"format":"date"}"#, ""),
    ] {
        let found =
            findings(&modern(r#"{"type":["string","null"]}"#), &modern(update), CompatibilityPolicy::Strict);
        assert_eq!(found.join(" "), expected, "{update}");
    }
}
