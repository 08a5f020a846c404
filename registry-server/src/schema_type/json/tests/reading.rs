//! Schemas and texts that are none, the targets of references, and the normal form.

use super::*;

#[test]
fn what_is_no_schema_is_refused() {
    for text in [
        r#"{"type":"text"}"#,
        r#"{"type":5}"#,
        r#"{"properties":[]}"#,
        r#"{"properties":{"a":5}}"#,
        r#"{"required":"a"}"#,
        r#"{"maxLength":1.5}"#,
        r#"{"multipleOf":0}"#,
        r#"{"pattern":"("}"#,
        r#"{"title":5}"#,
        r##"{"$ref":"#/definitions/a"}"##,
        r##"{"properties":{"a":{"$ref":"#/definitions/My Type"}},"definitions":{"My Type":{}}}"##,
        r#"{"$ref":"other.json"}"#,
        r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"text"}"#,
        r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","$defs":{"a":5}}"#,
        r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","$ref":"other.json"}"#,
    ] {
        let parsed = JsonSchema.parse(text, &[], Strictness::New).unwrap();
        assert_eq!(parsed.validate(), Err(InvalidText("Invalid JSON".to_owned())), "{text}");
    }
    for (text, found) in
        [("[]", "ARRAY"), ("5", "NUMBER"), ("1.5", "NUMBER"), ("\"x\"", "STRING"), ("null", "NULL")]
    {
        let expected =
            format!("Invalid JSON schema: expected an object or boolean at the root, found {found}");
        assert_eq!(parse(text).validate(), Err(InvalidText(expected)), "{text}");
    }
    assert_eq!(JsonSchema.parse("{", &[], Strictness::New).unwrap_err().0, "Invalid JSON schema");
}

#[test]
fn schemas_from_elsewhere_are_not_fetched() {
    for draft in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"] {
        let text =
            format!(r#"{{"$schema":"{draft}","properties":{{"a":{{"$ref":"http://127.0.0.1:1/a.json"}}}}}}"#);
        let error = parse(&text).validate().unwrap_err();
        assert_eq!(
            error.0,
            "Invalid JSON: 'http://127.0.0.1:1/a.json' is not among the references, and this registry fetches no schemas from elsewhere"
        );
    }
}

#[test]
fn references_are_found_by_name_path_and_anchor() {
    let ext = r##"{"type":"object","definitions":{"E":{"type":"string"}},"$defs":{"E":{"$ref":"#/$defs/F"},"F":{"$anchor":"f"}}}"##;
    let old = "http://json-schema.org/draft-07/schema#";
    let new = "https://json-schema.org/draft/2020-12/schema";
    for (schema, id, reference, name) in [
        (old, "", "ext.json", "ext.json"),
        (old, "", "ext.json#/definitions/E", "ext.json"),
        (old, "https://ex.com/dir/a.json", "ext.json#/definitions/E", "ext.json"),
        (old, "https://ex.com/dir/a.json", "https://ex.com/dir/ext.json", "ext.json"),
        (old, "", "http://ex.com/e.json", "http://ex.com/e.json"),
        (new, "", "ext.json", "ext.json"),
        (new, "https://ex.com/a.json", "ext.json#/$defs/E", "ext.json"),
        (new, "https://ex.com/a.json", "./ext.json", "ext.json"),
        (new, "", "ext.json#f", "ext.json"),
        (new, "", "http://ex.com/e.json#/$defs/E", "http://ex.com/e.json"),
    ] {
        let id = if id.is_empty() { String::new() } else { format!(r#""$id":"{id}","#) };
        let text = format!(r#"{{"$schema":"{schema}",{id}"properties":{{"a":{{"$ref":"{reference}"}}}}}}"#);
        assert_eq!(with_references(&text, &[(name, ext)]), Ok(()), "{text}");
        assert!(with_references(&text, &[]).is_err(), "{text}");
    }
    for text in [
        r##"{"$id":"http://x/r.json","properties":{"a":{"$ref":"#/definitions/A"},"b":{"$ref":"b.json"}},"definitions":{"A":{"$id":"#a"},"B":{"$id":"http://x/b.json"}}}"##,
        r##"{"properties":{"a":{"$ref":"#a"}},"definitions":{"A":{"$id":"#a","type":"string"}}}"##,
        r##"{"$schema":"https://json-schema.org/draft/2019-09/schema","definitions":{"A":{}},"$ref":"#/$defs/A"}"##,
        r##"{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:x","$defs":{"A":{}},"$ref":"#/$defs/A"}"##,
        r##"{"definitions":{"a/b~c d":{}},"$ref":"#/definitions/a~1b~0c%20d"}"##,
        r##"{"allOf":[{},{"$ref":"#/allOf/0"}]}"##,
    ] {
        assert_eq!(with_references(text, &[]), Ok(()), "{text}");
    }
}

#[test]
fn the_normal_form_sorts_members_and_nothing_else() {
    let normal = parse(
        r#"{"type":"object","required":["b","a"],"properties":{"b":{"x":1.50,"a":[{"d":1,"c":2}]},"a":{}}}"#,
    )
    .normalized()
    .unwrap();
    assert_eq!(
        normal.canonical_text(),
        r#"{"properties":{"a":{},"b":{"a":[{"c":2,"d":1}],"x":1.50}},"required":["b","a"],"type":"object"}"#
    );
}

#[test]
fn top_level_fields_may_be_reserved() {
    let parsed = parse(r#"{"type":"object","properties":{"$$a":{},"b":{}}}"#);
    assert!(parsed.top_level_fields().contains("b") && !parsed.top_level_fields().contains("c"));
    assert!(parsed.reserved_field_problem().is_some());
    assert_eq!(parse(r#"{"type":"object","properties":{"$a":{}}}"#).reserved_field_problem(), None);
}

/// Members that the original's library for the newer drafts does not read, though they say nothing about values.
#[test]
fn newer_drafts_are_strict_about_what_says_nothing() {
    for (members, expected) in [
        (r#""readOnly":true,"writeOnly":false,"deprecated":true,"format":"any""#, true),
        (r#""$comment":1,"examples":null,"contentEncoding":[1],"x":{}"#, true),
        (r#""readOnly":null"#, false),
        (r#""writeOnly":"true""#, false),
        (r#""deprecated":1"#, false),
        (r#""format":["date"]"#, false),
        (r#""title":[1]"#, false),
        (r#""description":null"#, false),
        (r#""properties":{"a":{"items":{"readOnly":1.50}}}"#, false),
        (r#""items":[{}]"#, false),
    ] {
        assert_eq!(parse(&modern(&format!("{{{members}}}"))).validate().is_ok(), expected, "{members}");
    }
}

/// The `definitions` of an older text are `$defs` to the newer drafts, and stand there twice.
#[test]
fn definitions_of_the_newer_drafts_must_be_schemas() {
    for (members, expected) in [
        (r#""definitions":{"a":{"type":"string"},"b":true}"#, true),
        (r##""definitions":{"a":{}},"$ref":"#/$defs/a""##, true),
        (r#""definitions":{"a":{"title":[1]}}"#, false),
        (r#""definitions":{"a":5}"#, false),
        (r#""definitions":{"a":{"items":[{}]}}"#, false),
        (r#""definitions":{"a":{"$anchor":"x"}}"#, false),
        (r#""definitions":{"a":{"properties":{"p":{"$id":"x.json"}}}}"#, false),
        (r#""$defs":{"a":{"$anchor":"x"}}"#, true),
        (r#""definitions":{"a":5},"$defs":{}"#, true),
        (r#""definitions":[5]"#, true),
        (r#""properties":{"p":{"definitions":{"a":5}}}"#, true),
    ] {
        assert_eq!(parse(&modern(&format!("{{{members}}}"))).validate().is_ok(), expected, "{members}");
    }
}

#[test]
fn definitions_of_the_older_drafts_are_found_under_both_names() {
    let text = |reference: &str| {
        format!(r##"{{"$ref":"{reference}","definitions":{{"a":{{"definitions":{{"b":{{}}}}}}}}}}"##)
    };
    for (reference, expected) in [
        ("#/definitions/a", true),
        ("#/$defs/a", true),
        ("#/$defs/a/definitions/b", true),
        ("#/$defs/a/$defs/b", false),
    ] {
        assert_eq!(with_references(&text(reference), &[]).is_ok(), expected, "{reference}");
        let outer = format!(r##"{{"$ref":"e.json{reference}"}}"##);
        let inner = [("e.json", r##"{"definitions":{"a":{"definitions":{"b":{}}}}}"##)];
        assert_eq!(with_references(&outer, &inner).is_ok(), expected, "{outer}");
    }
}

#[test]
fn metaschemas_may_be_referred_to() {
    let older = [
        "http://json-schema.org/draft-06/schema",
        "http://json-schema.org/draft-07/schema#/definitions/nonNegativeInteger",
        "https://json-schema.org/draft-07/schema#",
    ];
    let oldest = ["http://json-schema.org/draft-04/schema#"];
    let newer = [
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2020-12/meta/validation#/$defs/simpleTypes",
    ];
    // Keywords have other values in some drafts, so that a draft may not be able to read the metaschema of another.
    for (dialect, references) in [
        ("http://json-schema.org/draft-04/schema#", [&oldest[..], &older].concat()),
        ("http://json-schema.org/draft-07/schema#", [&oldest[..], &older, &newer].concat()),
        ("https://json-schema.org/draft/2020-12/schema", [&older[..], &newer].concat()),
    ] {
        for reference in references {
            let text = format!(r#"{{"$schema":"{dialect}","items":{{"$ref":"{reference}"}}}}"#);
            assert_eq!(with_references(&text, &[]), Ok(()), "{text}");
        }
    }
}

#[test]
fn booleans_are_schemas_in_some_places_of_draft_4() {
    for (members, expected) in [
        (r#""items":true"#, false),
        (r#""dependencies":{"a":false}"#, false),
        (r#""items":[true],"dependencies":{"a":["b"],"b":{}}"#, true),
        (r#""properties":{"a":false},"not":true,"anyOf":[true],"additionalItems":false"#, true),
    ] {
        for (draft, older) in [("04", true), ("06", false), ("07", false)] {
            let text = format!(r#"{{"$schema":"http://json-schema.org/draft-{draft}/schema#",{members}}}"#);
            assert_eq!(parse(&text).validate().is_ok(), expected || !older, "{text}");
        }
    }
}

#[test]
fn names_and_references_may_be_almost_nothing() {
    let old = "http://json-schema.org/draft-07/schema#";
    let new = "https://json-schema.org/draft/2020-12/schema";
    for (dialect, members, expected) in [
        (old, r##""$id":"#r","items":{"$ref":"#/definitions/d"},"definitions":{"d":{}}"##, true),
        (new, r##""$id":"#r","items":{"$ref":"#/$defs/d"},"$defs":{"d":{}}"##, false),
        (new, r##""$id":"http://h/s.json#r""##, false),
        (new, r##""$id":"http://h/s.json#""##, true),
        (new, r##""items":{"$id":"#i"}"##, true),
        (old, r#""items":{"$ref":""}"#, false),
        (new, r#""items":{"$ref":""}"#, true),
        (old, r##""items":{"$ref":"#"}"##, true),
        (new, r##""$id":"http://h/s.json","items":{"$ref":""}"##, false),
    ] {
        let text = format!(r#"{{"$schema":"{dialect}",{members}}}"#);
        assert_eq!(parse(&text).validate().is_ok(), expected, "{text}");
    }
}
