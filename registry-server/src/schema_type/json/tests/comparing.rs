//! Differences that keep data of one schema from fitting another.

use super::*;

#[test]
fn limits_may_only_be_loosened() {
    check_table(&[
        (
            r#"{"type":"string","maxLength":9}"#,
            r#"{"type":"string","maxLength":4}"#,
            &["MAX_LENGTH_DECREASED #/maxLength"],
        ),
        (r#"{"type":"string","maxLength":4}"#, r#"{"type":"string"}"#, &[]),
        (
            r#"{"type":"string"}"#,
            r#"{"type":"string","minLength":1,"pattern":"a"}"#,
            &["MIN_LENGTH_ADDED #/minLength", "PATTERN_ADDED #/pattern"],
        ),
        (
            r#"{"type":"string","pattern":"a"}"#,
            r#"{"type":"string","pattern":"b"}"#,
            &["PATTERN_CHANGED #/pattern"],
        ),
        (
            r#"{"type":"number","minimum":1}"#,
            r#"{"type":"number","minimum":1.5}"#,
            &["MINIMUM_INCREASED #/minimum"],
        ),
        (r#"{"type":"number","maximum":1}"#, r#"{"type":"number","maximum":1.0}"#, &[]),
        (
            r#"{"type":"number"}"#,
            r#"{"type":"integer","exclusiveMaximum":5}"#,
            &["EXCLUSIVE_MAXIMUM_ADDED #/exclusiveMaximum", "TYPE_NARROWED #/"],
        ),
        (
            r#"{"type":"number","multipleOf":4}"#,
            r#"{"type":"number","multipleOf":8}"#,
            &["MULTIPLE_OF_EXPANDED #/multipleOf"],
        ),
        (r#"{"type":"number","multipleOf":8}"#, r#"{"type":"number","multipleOf":4}"#, &[]),
        (r#"{"type":"number","multipleOf":8}"#, r#"{"type":"number","multipleOf":0.5}"#, &[]),
        (r#"{"type":"number","multipleOf":0.01}"#, r#"{"type":"number","multipleOf":0.001}"#, &[]),
        (
            r#"{"type":"number","multipleOf":0.001}"#,
            r#"{"type":"number","multipleOf":0.01}"#,
            &["MULTIPLE_OF_EXPANDED #/multipleOf"],
        ),
        (
            r#"{"type":"number","multipleOf":1.5}"#,
            r#"{"type":"number","multipleOf":2.5}"#,
            &["MULTIPLE_OF_CHANGED #/multipleOf"],
        ),
        (r#"{"type":"integer"}"#, r#"{"type":"number"}"#, &[]),
        (
            r#"{"type":"object"}"#,
            r#"{"type":"object","minProperties":1}"#,
            &["MIN_PROPERTIES_ADDED #/minProperties"],
        ),
        (
            r#"{"type":"array"}"#,
            r#"{"type":"array","uniqueItems":true,"maxItems":3}"#,
            &["MAX_ITEMS_ADDED #/maxItems", "UNIQUE_ITEMS_ADDED #/uniqueItems"],
        ),
    ]);
}

#[test]
fn types_and_values_may_only_become_more() {
    check_table(&[
        (r#"{"type":"string"}"#, r#"{"type":"number"}"#, &["TYPE_CHANGED #/"]),
        (r#"{"type":"string"}"#, "{}", &[]),
        (r#"{"type":"string"}"#, "true", &[]),
        ("false", r#"{"type":"string"}"#, &[]),
        ("{}", r#"{"type":"string"}"#, &["TYPE_CHANGED #/"]),
        (r#"{"type":"string"}"#, r#"{"type":["string","null"]}"#, &[]),
        (r#"{"type":["string","null"]}"#, r#"{"type":"string"}"#, &["TYPE_CHANGED #/"]),
        (r#"{"enum":["a"]}"#, r#"{"enum":["a","b"]}"#, &[]),
        (r#"{"enum":["a","b"]}"#, r#"{"enum":["a"]}"#, &["ENUM_ARRAY_NARROWED #/enum"]),
        (
            r#"{"enum":["a",{"x":1,"y":2}]}"#,
            r#"{"enum":[{"y":2,"x":1},"b"]}"#,
            &["ENUM_ARRAY_CHANGED #/enum"],
        ),
        (r#"{"const":1}"#, r#"{"const":2}"#, &["ENUM_ARRAY_CHANGED #/const"]),
        (r#"{"not":{"type":"string"}}"#, r#"{"not":{"type":"string","maxLength":3}}"#, &[]),
        (
            r#"{"not":{"type":"string","maxLength":3}}"#,
            r#"{"not":{"type":"string"}}"#,
            &["NOT_TYPE_EXTENDED #/not"],
        ),
        (r#"{"type":"string","connect.type":"bytes"}"#, r#"{"type":"number","connect.type":"bytes"}"#, &[]),
        (
            r#"{"title":"a","type":"string","default":"x"}"#,
            r#"{"title":"b","type":"string","description":"d"}"#,
            &[],
        ),
    ]);
}

#[test]
fn properties_are_judged_by_the_content_model() {
    let open = r#"{"type":"object","properties":{"q":{"type":"string"}}}"#;
    let closed = r#"{"type":"object","properties":{"q":{"type":"string"}},"additionalProperties":false}"#;
    let partly =
        r#"{"type":"object","properties":{"q":{"type":"string"}},"additionalProperties":{"type":"string"}}"#;
    check_table(&[
        (open, r#"{"type":"object","properties":{"q":{"type":"string"},"w":{}}}"#, &[]),
        (
            open,
            r#"{"type":"object","properties":{"q":{"type":"string"},"w":{"type":"string"}}}"#,
            &["OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/w"],
        ),
        (
            open,
            r#"{"type":"object","properties":{"q":{"type":"string"},"w":{"type":"string"}},"required":["w"]}"#,
            &["REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/w"],
        ),
        (
            open,
            r#"{"type":"object","properties":{"q":{"type":"string"},"w":{"type":"string","default":""}},"required":["w"]}"#,
            &["REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL #/properties/w"],
        ),
        (open, r#"{"type":"object"}"#, &[]),
        (
            open,
            r#"{"type":"object","properties":{"q":{"type":"string"}},"required":["q"]}"#,
            &["REQUIRED_ATTRIBUTE_ADDED #/required/q"],
        ),
        (
            open,
            r#"{"type":"object","properties":{"q":{"type":"string","default":""}},"required":["q"]}"#,
            &[],
        ),
        (open, closed, &["ADDITIONAL_PROPERTIES_REMOVED #/additionalProperties"]),
        (open, partly, &["ADDITIONAL_PROPERTIES_NARROWED #/additionalProperties"]),
        (
            closed,
            r#"{"type":"object","additionalProperties":false}"#,
            &["PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/q"],
        ),
        (
            closed,
            r#"{"type":"object","properties":{"q":{"type":"string"},"w":{"type":"string"}},"required":["w"],"additionalProperties":false}"#,
            &["REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/w"],
        ),
        (
            closed,
            r#"{"type":"object","properties":{"q":{"type":"string"},"w":{"type":"string"}},"additionalProperties":false}"#,
            &[],
        ),
        (partly, r#"{"type":"object","additionalProperties":{"type":"string"}}"#, &[]),
        (
            partly,
            r#"{"type":"object","properties":{"q":{"type":"string"},"w":{"type":"number"}},"additionalProperties":{"type":"string"}}"#,
            &[
                "TYPE_CHANGED #/properties/w",
                "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/w",
            ],
        ),
        (
            r#"{"type":"object","properties":{"q":{"type":"number"}},"additionalProperties":{"type":"string"}}"#,
            r#"{"type":"object","additionalProperties":{"type":"string"}}"#,
            &[
                "TYPE_CHANGED #/properties/q",
                "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/q",
            ],
        ),
        (
            r#"{"type":"object","patternProperties":{"^x":{"type":"string"}}}"#,
            r#"{"type":"object","properties":{"xy":{"type":"string"}},"patternProperties":{"^x":{"type":"string"}}}"#,
            &[],
        ),
        (
            r#"{"type":"object","dependencies":{"q":["w"]}}"#,
            r#"{"type":"object","dependencies":{"q":["w","e"],"a":["b"]}}"#,
            &["DEPENDENCY_ARRAY_EXTENDED #/dependencies/q", "DEPENDENCY_ARRAY_ADDED #/dependencies/a"],
        ),
    ]);
}

#[test]
fn the_lenient_policy_lets_content_models_change() {
    let open = r#"{"type":"object","properties":{"q":{"type":"string"}}}"#;
    for (original, update, passes) in [
        (
            open,
            r#"{"type":"object","properties":{"q":{"type":"string"}},"additionalProperties":false}"#,
            true,
        ),
        (open, r#"{"type":"object","properties":{"q":{"type":"string"},"w":{"type":"string"}}}"#, true),
        (
            open,
            r#"{"type":"object","properties":{"q":{"type":"string"},"w":{"type":"string"}},"required":["w"]}"#,
            false,
        ),
        (open, r#"{"type":"object","properties":{"q":{"type":"number"}}}"#, false),
    ] {
        assert!(!findings(original, update, CompatibilityPolicy::Strict).is_empty(), "{update}");
        assert_eq!(findings(original, update, CompatibilityPolicy::Lenient).is_empty(), passes, "{update}");
    }
}

#[test]
fn items_are_judged_by_the_content_model() {
    check_table(&[
        (r#"{"type":"array"}"#, r#"{"type":"array","items":{"type":"string"}}"#, &["SCHEMA_ADDED"]),
        (r#"{"type":"array","items":{"type":"string"}}"#, r#"{"type":"array"}"#, &[]),
        (
            r#"{"type":"array","items":{"type":"string"}}"#,
            r#"{"type":"array","items":{"type":"number"}}"#,
            &["TYPE_CHANGED #/items"],
        ),
        (
            r#"{"type":"array","items":[{"type":"string"}]}"#,
            r#"{"type":"array","items":[{"type":"string"},{"type":"number"}]}"#,
            &["ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/1"],
        ),
        (
            r#"{"type":"array","items":[{"type":"string"}],"additionalItems":false}"#,
            r#"{"type":"array","items":[{"type":"string"},{"type":"number"}],"additionalItems":false}"#,
            &[],
        ),
        (
            r#"{"type":"array","items":[{"type":"string"}],"additionalItems":false}"#,
            r#"{"type":"array","items":[],"additionalItems":false}"#,
            &["ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL #/items/0"],
        ),
        (
            r#"{"type":"array","items":[{"type":"string"}]}"#,
            r#"{"type":"array","items":[{"type":"string"}],"additionalItems":{"type":"string"}}"#,
            &["ADDITIONAL_ITEMS_NARROWED #/additionalItems"],
        ),
    ]);
}

#[test]
fn every_branch_of_the_side_with_fewer_needs_a_partner() {
    check_table(&[
        (
            r#"{"oneOf":[{"type":"string"}]}"#,
            r#"{"oneOf":[{"type":"number"}]}"#,
            &["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"],
        ),
        (r#"{"oneOf":[{"type":"string"}]}"#, r#"{"oneOf":[{"type":"number"},{"type":"string"}]}"#, &[]),
        (
            r#"{"oneOf":[{"type":"number"},{"type":"string"}]}"#,
            r#"{"oneOf":[{"type":"string"}]}"#,
            &["SUM_TYPE_NARROWED #/"],
        ),
        (r#"{"oneOf":[{"type":"string"},{"type":"string"}]}"#, r#"{"oneOf":[{"type":"string"}]}"#, &[]),
        (
            r#"{"allOf":[{"type":"number"}]}"#,
            r#"{"allOf":[{"type":"number"},{"minimum":1}]}"#,
            &["PRODUCT_TYPE_EXTENDED #/"],
        ),
        (r#"{"allOf":[{"type":"number"},{"minimum":1}]}"#, r#"{"allOf":[{"type":"number"}]}"#, &[]),
        (
            r#"{"oneOf":[{"type":"number"},{"type":"string"}]}"#,
            r#"{"anyOf":[{"type":"number"},{"type":"string"}]}"#,
            &[],
        ),
        (
            r#"{"anyOf":[{"type":"number"},{"type":"string"}]}"#,
            r#"{"allOf":[{"type":"number"},{"type":"string"}]}"#,
            &["COMBINED_TYPE_CHANGED #/"],
        ),
        (r#"{"type":"string"}"#, r#"{"oneOf":[{"type":"number"},{"type":"string"}]}"#, &[]),
        (r#"{"allOf":[{"type":"number"},{"type":"string"}]}"#, r#"{"type":"string"}"#, &[]),
        (r#"{"oneOf":[{"type":"number"},{"type":"string"}]}"#, r#"{"type":"string"}"#, &["TYPE_CHANGED #/"]),
        // Keywords of several types in one schema are combined.
        (
            r#"{"type":"string","enum":["a","b"]}"#,
            r#"{"type":"string","enum":["a"]}"#,
            &["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"],
        ),
    ]);
}

#[test]
fn newer_drafts_are_compared_as_older_ones_are() {
    for (original, update, expected) in [
        (
            r#"{"type":"string","maxLength":9}"#,
            r#"{"type":"string","maxLength":4}"#,
            &["MAX_LENGTH_DECREASED #/maxLength"][..],
        ),
        (
            r#"{"type":["string","null"],"maxLength":9}"#,
            r#"{"type":["string","null"],"maxLength":4}"#,
            &["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"],
        ),
        (
            r##"{"type":"object","properties":{"a":{"$ref":"#/$defs/d"}},"$defs":{"d":{"type":"string"}}}"##,
            r##"{"type":"object","properties":{"a":{"$ref":"#/$defs/d"}},"$defs":{"d":{"type":"number"}}}"##,
            &["TYPE_CHANGED #/properties/a"],
        ),
        (
            r#"{"type":"array","prefixItems":[{"type":"string"}],"items":false}"#,
            r#"{"type":"array","prefixItems":[{"type":"string"},{}],"items":false}"#,
            &[],
        ),
        (
            r#"{"type":"array","prefixItems":[{"type":"string"}]}"#,
            r#"{"type":"array","prefixItems":[{"type":"string"},{"type":"string"}]}"#,
            &["ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/1"],
        ),
        (
            r#"{"type":"object"}"#,
            r#"{"type":"object","unevaluatedProperties":false}"#,
            &["UNEVALUATED_PROPERTIES_REMOVED #/unevaluatedProperties"],
        ),
        (
            r#"{"type":"object","unevaluatedProperties":false}"#,
            r#"{"type":"object","unevaluatedProperties":false,"properties":{"a":{"type":"string"}}}"#,
            &[],
        ),
        (
            r#"{"type":"array"}"#,
            r#"{"type":"array","unevaluatedItems":{"type":"string"}}"#,
            &["UNEVALUATED_ITEMS_NARROWED #/unevaluatedItems"],
        ),
        (
            r#"{"type":"array","contains":{}}"#,
            r#"{"type":"array","contains":{},"minContains":2,"maxContains":3}"#,
            &["MAX_CONTAINS_ADDED #/maxContains", "MIN_CONTAINS_INCREASED #/minContains"],
        ),
        (
            r#"{"type":"object","dependentRequired":{"a":["b"]}}"#,
            r#"{"type":"object","dependentRequired":{"c":["d"]}}"#,
            &["DEPENDENCY_ARRAY_ADDED #/dependencies/c"],
        ),
        (r#"{"type":"object","properties":{"a":{"type":"string"}}}"#, "{}", &[]),
        (
            r#"{"oneOf":[{"type":"string"},{"type":"null"}]}"#,
            r#"{"oneOf":[{"type":"null"},{"type":"string"}]}"#,
            &[],
        ),
    ] {
        let (original, update) = (modern(original), modern(update));
        assert_eq!(
            findings(&original, &update, CompatibilityPolicy::Strict),
            expected,
            "{original} -> {update}"
        );
        assert_eq!(findings(&update, &update, CompatibilityPolicy::Strict), [""; 0], "{update}");
    }
}

#[test]
fn a_reference_is_its_target() {
    check_table(&[
        (
            r#"{"type":"string"}"#,
            r##"{"$ref":"#/definitions/d","definitions":{"d":{"type":"string"}}}"##,
            &[],
        ),
        (
            r##"{"items":{"$ref":"#/definitions/d"},"definitions":{"d":{"type":"string"}}}"##,
            r##"{"items":{"$ref":"#/definitions/d"},"definitions":{"d":{"type":"number"}}}"##,
            &["TYPE_CHANGED #/items"],
        ),
        (
            r##"{"$ref":"#/definitions/d","definitions":{"d":{"$ref":"#/definitions/e"},"e":{"type":"string"}}}"##,
            r##"{"$ref":"#/definitions/d","definitions":{"d":{"$ref":"#/definitions/e"},"e":{"type":"null"}}}"##,
            &["TYPE_CHANGED #/"],
        ),
    ]);
}

#[test]
fn an_empty_schema_is_not_seen_behind_two_references() {
    let object = |schema: &str, d: &str| {
        format!(
            r##"{{"type":"object","properties":{{"f":{schema}}},"definitions":{{"e":{{"$ref":"#/definitions/d"}},"d":{d}}}}}"##
        )
    };
    let (one, two) = (r##"{"$ref":"#/definitions/d"}"##, r##"{"$ref":"#/definitions/e"}"##);
    let changed = "TYPE_CHANGED #/properties/f";
    for (original, update, expected) in [
        (object(two, "{}"), object("{}", "{}"), &[changed][..]),
        (object("{}", "{}"), object(two, "{}"), &[changed]),
        (object(two, "true"), object(one, "{}"), &[changed]),
        (object(r#"{"type":"string"}"#, "{}"), object(two, "{}"), &[changed]),
        (object("false", "{}"), object(two, "{}"), &[]),
        (object(two, "{}"), object(two, r#"{"title":"any"}"#), &[]),
        (object(one, "{}"), object("{}", "{}"), &[]),
        (object("{}", "{}"), object(one, "{}"), &[]),
        (object(two, r#"{"type":"string"}"#), object(r#"{"type":"string"}"#, "{}"), &[]),
        (object(r#"{"type":"string"}"#, "{}"), object(two, r#"{"type":"string"}"#), &[]),
    ] {
        let found = findings(&original, &update, CompatibilityPolicy::Strict);
        assert_eq!(found, expected, "{original} {update}");
    }
    // A reference to itself is behind no other one.
    assert_eq!(findings(r##"{"$ref":"#"}"##, "{}", CompatibilityPolicy::Strict), [""; 0]);
}

#[test]
fn schemas_that_contain_themselves_are_compared() {
    let tree = |value: &str| {
        format!(
            r##"{{"type":"object","properties":{{"v":{{"type":"{value}"}},"next":{{"oneOf":[{{"type":"null"}},{{"$ref":"#"}}]}},"all":{{"type":"array","items":{{"$ref":"#"}}}}}}}}"##
        )
    };
    assert_eq!(findings(&tree("string"), &tree("string"), CompatibilityPolicy::Strict), [""; 0]);
    let found = findings(&tree("string"), &tree("number"), CompatibilityPolicy::Strict);
    assert!(found.contains(&"TYPE_CHANGED #/properties/v".to_owned()), "{found:?}");
    assert!(found.contains(&"COMBINED_TYPE_SUBSCHEMAS_CHANGED #/properties/next".to_owned()), "{found:?}");
    let knot = r##"{"$ref":"#"}"##;
    assert_eq!(findings(knot, knot, CompatibilityPolicy::Strict), [""; 0]);
}

/// Two types behind a union, whose difference lies behind a cycle that a first round takes for compatible.
#[test]
fn a_cycle_hides_no_difference() {
    let schema = |first: &str, second: &str| {
        let object = |id: &str, next: &str| {
            format!(
                r##"{{"type":"object","properties":{{"id":{{"type":"{id}"}},"ref":{{"oneOf":[{{"$ref":"#/definitions/{next}"}}]}}}}}}"##
            )
        };
        format!(
            r##"{{"type":"object","definitions":{{"A":{},"B":{},"C":{}}},"properties":{{"root":{{"oneOf":[{{"$ref":"#/definitions/A"}},{{"$ref":"#/definitions/B"}}]}}}}}}"##,
            object(first, "C"),
            object(second, "C"),
            object("integer", "A")
        )
    };
    let found =
        findings(&schema("integer", "boolean"), &schema("boolean", "number"), CompatibilityPolicy::Strict);
    assert_eq!(found, ["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/properties/root"]);
}
