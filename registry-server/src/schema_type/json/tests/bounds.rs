//! Nothing that is sent takes the registry down.

use proptest::prelude::*;

use super::*;
use crate::schema_type::Budget;

#[test]
fn work_is_bounded() {
    // A chain of references is longer than any stack is deep.
    let chain: String = (0..20_000)
        .map(|at| format!(r##""d{at}":{{"properties":{{"n":{{"$ref":"#/definitions/d{}"}}}}}},"##, at + 1))
        .collect();
    let chain = format!(r##"{{"$ref":"#/definitions/d0","definitions":{{{chain}"d20000":{{}}}}}}"##);
    let found =
        parse(&chain).check(&*parse(&chain), Direction::Backward, CompatibilityPolicy::Strict).messages;
    assert!(found[0].contains("schemas deep"), "{found:?}");
    // Unions of unions are compared pair by pair, each pair once.
    let union: Vec<String> = (0..1_500).map(|at| format!(r#"{{"type":"object","properties":{{"p{at}":{{"type":"string"}}}},"additionalProperties":false}}"#)).collect();
    let union = format!(r#"{{"oneOf":[{}]}}"#, union.join(","));
    let found =
        parse(&union).check(&*parse(&union), Direction::Backward, CompatibilityPolicy::Strict).messages;
    assert!(found[0].contains("steps"), "{found:?}");
    let nested = (0..120).fold("{}".to_owned(), |inner, _| {
        format!(r#"{{"allOf":[{inner},{{"anyOf":[{{}},{{"type":"string"}}]}}]}}"#)
    });
    assert_eq!(
        parse(&nested).check(&*parse(&nested), Direction::Backward, CompatibilityPolicy::Strict).messages,
        [""; 0]
    );
    parse(&nested).tags();
    let nested = modern(&nested);
    assert_eq!(
        parse(&nested).check(&*parse(&nested), Direction::Backward, CompatibilityPolicy::Strict).messages,
        [""; 0]
    );
}

/// JSON with many keywords in it, most of which make sense.
fn any_schema() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("true".to_owned()),
        Just("{}".to_owned()),
        Just("7".to_owned()),
        Just("null".to_owned()),
        Just("[\"a\"]".to_owned()),
        Just(r##"{"$ref":"#"}"##.to_owned()),
        Just(r##"{"$ref":"#/definitions/a"}"##.to_owned()),
        Just(r##"{"$ref":"#/properties/a/items"}"##.to_owned()),
        Just(r#"{"$id":"sub/a.json"}"#.to_owned()),
        "\"[a-z#/(%.]{0,4}\"",
        prop_oneof!["string", "integer", "object", "array"]
            .prop_map(|name| format!(r#"{{"type":"{name}"}}"#)),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let keyword = prop::sample::select(vec![
            "properties",
            "definitions",
            "$defs",
            "items",
            "prefixItems",
            "oneOf",
            "anyOf",
            "allOf",
            "not",
            "if",
            "then",
            "additionalProperties",
            "patternProperties",
            "dependencies",
            "dependentSchemas",
            "type",
            "enum",
            "const",
            "required",
            "default",
            "a",
            "unevaluatedItems",
            "unevaluatedProperties",
            "contains",
            "$anchor",
            "minimum",
            "maxLength",
            "pattern",
            "multipleOf",
            "confluent:tags",
            "$id",
            "$schema",
        ]);
        prop_oneof![
            prop::collection::vec((keyword, inner.clone()), 0..5).prop_map(|members| {
                let members: Vec<String> =
                    members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
            prop::collection::vec(inner, 0..4).prop_map(|elements| format!("[{}]", elements.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// Every text that is sent gets an answer, and one that is a schema is compatible with itself.
    #[test]
    fn no_text_upsets_the_registry(one in any_schema(), other in any_schema(), newest in any::<bool>()) {
        let dialect = |text: String| if newest && text.starts_with('{') { modern(&text) } else { text };
        let (one, other) = (parse(&dialect(one)), parse(&dialect(other)));
        if one.validate().is_ok() {
            prop_assert_eq!(one.check(&*one, Direction::Backward, CompatibilityPolicy::Strict).messages, Vec::<String>::new(), "{}", one.canonical_text());
        }
        for policy in [CompatibilityPolicy::Strict, CompatibilityPolicy::Lenient] {
            one.check(&*other, Direction::Backward, policy);
            one.check(&*other, Direction::Forward, policy);
        }
        let tags = one.tags();
        let _ = one.with_tags(&tags, &tags);
        let normal = one.normalized().unwrap();
        prop_assert!(normal.normalized().unwrap().equivalent(&*normal));
    }

    #[test]
    fn no_bytes_upset_the_reader(text in "[\\[\\]{}\":,0-9a-eEtrufalsn\\\\ .+-]{0,40}") {
        if let Ok(json) = text::read(&text, &Budget::unlimited()) {
            prop_assert_eq!(text::read(&json.to_string(), &Budget::unlimited()), Ok(json.clone()), "{}", json);
        }
    }
}
