use super::{CheckError, Incompatibility, check, check_within};
use crate::Schema;

fn found(reader: &str, writer: &str) -> Vec<String> {
    let line = |item: &Incompatibility| format!("{} {} {}", item.kind, item.path, item.message);
    check(&reader.parse().unwrap(), &writer.parse().unwrap()).unwrap().iter().map(line).collect()
}

#[test]
fn a_field_with_its_own_name_as_alias_finds_two() {
    let writer: Schema =
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#.parse().unwrap();
    let reader: Schema =
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int","aliases":["a"]}]}"#.parse().unwrap();
    let error = check(&reader, &writer).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Reader record field a type:INT pos:0 matches multiple fields in writer record schema \
         {\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}"
    );
}

#[test]
fn a_definition_that_is_repeated_alike_is_another_type() {
    let twice = |size: usize| {
        let fixed = format!(r#"{{"type":"fixed","name":"F","size":{size}}}"#);
        format!(
            r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{fixed}}},{{"name":"b","type":{fixed}}}]}}"#
        )
    };
    // A reference would be reported with the path of the first use, twice.
    assert_eq!(
        found(&twice(2), &twice(1)),
        [
            "FIXED_SIZE_MISMATCH /fields/0/type/size expected: 1, found: 2",
            "FIXED_SIZE_MISMATCH /fields/1/type/size expected: 1, found: 2"
        ]
    );
}

#[test]
fn findings_that_double_at_each_level_are_bounded() {
    let chain = |leaf: &str| {
        let mut schema =
            format!(r#"{{"type":"record","name":"R0","fields":[{{"name":"x","type":"{leaf}"}}]}}"#);
        for level in 1..60 {
            schema = format!(
                r#"{{"type":"record","name":"R{level}","fields":[{{"name":"a","type":{schema}}},{{"name":"b","type":"R{}"}}]}}"#,
                level - 1
            );
        }
        schema.parse::<Schema>().unwrap()
    };
    assert!(matches!(check(&chain("int"), &chain("string")), Err(CheckError::TooMany { .. })));
    assert_eq!(check(&chain("long"), &chain("int")), Ok(Vec::new()));
}

#[test]
fn the_work_is_bounded() {
    let wide = |field_type: &str| {
        let branches: Vec<String> = (0..60)
            .map(|n| {
                format!(
                    r#"{{"type":"record","name":"R{n}","fields":[{{"name":"a","type":"{field_type}"}}]}}"#
                )
            })
            .collect();
        format!("[{}]", branches.join(",")).parse::<Schema>().unwrap()
    };
    assert_eq!(check_within(&wide("int"), &wide("string"), 1000), Err(CheckError::TooLarge { budget: 1000 }));
    assert_eq!(check(&wide("int"), &wide("string")).unwrap().len(), 60);
}
