//! Inline tags.

use super::*;

const TAGGED: &str = r##"{"type":"object","confluent:tags":["R"],"properties":{"a.b":{"type":"string","confluent:tags":["F"]},"list":{"type":"array","items":{"type":"object","properties":{"sku":{"confluent:tags":["S"]}}}},"u":{"oneOf":[{"type":"string"},{"type":"object","properties":{"x":{"confluent:tags":["X"]}}}]},"n":{"type":["null","object"],"properties":{"y":{"confluent:tags":["Y"]}}}},"definitions":{"D":{"type":"object","properties":{"z":{"$ref":"#/nowhere","confluent:tags":["Z"]}}}}}"##;

#[test]
fn tags_are_found_and_changed_under_the_same_paths() {
    let found = parse(TAGGED).tags();
    let mut paths: Vec<(&str, &str)> =
        found.iter().map(|one| (one.path.as_str(), one.tags[0].as_str())).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            ("object", "R"),
            ("object.a.b", "F"),
            ("object.definitions.D.object.z", "Z"),
            ("object.list.array.object.sku", "S"),
            ("object.n.anyof.1.object.y", "Y"),
            ("object.u.oneof.0.object.x", "X"),
        ]
    );
    let bare = parse(TAGGED).with_tags(&[], &found).unwrap();
    assert!(!bare.contains("confluent:tags"), "{bare}");
    let again = JsonSchema.edit_tags(&bare, &found, &[]).unwrap();
    assert_eq!(parse(&again).tags(), found);
    for path in ["object.nope", "object.u.oneof.7.object.x", "record", "", "object.list.array.array"] {
        let change = SchemaTags {
            path: path.to_owned(),
            entity: crate::schema_type::EntityType::SrField,
            tags: vec!["T".to_owned()],
        };
        let error = JsonSchema.edit_tags(TAGGED, &[change], &[]).unwrap_err();
        assert_eq!(error.0, format!("No matching path '{path}' found in the schema"));
    }
}
