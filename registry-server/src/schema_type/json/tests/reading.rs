//! What is a schema, where references lead, and the normal form.

use super::*;

#[test]
fn what_is_no_schema_is_refused() {
    for text in [
        "[]",
        "5",
        "\"x\"",
        "null",
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
