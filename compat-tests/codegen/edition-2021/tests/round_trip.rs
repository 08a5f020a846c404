//! Types with every option do what the others do.

mod agreement;

use agreement::{check, Tally};

type Check = fn(&str) -> Tally;

const CHECKS: &[(&str, Check)] = include!(concat!(env!("OUT_DIR"), "/types.rs"));

#[test]
fn types_agree_with_the_generic_codec() {
    let mut all = Tally::default();
    for (name, check) in CHECKS {
        let Tally { same, refused } = check(name);
        all.same += same;
        all.refused += refused;
    }
    assert!(all.same > 300 && all.refused > 10, "{all:?}");
}

#[test]
fn properties_are_what_the_schema_has() {
    use codegen_tests_2021::files::properties::Properties;
    assert_eq!(Properties::PROPERTIES, [("avro.java.string", r#""String""#), ("x", r#"{"y":[1.5,null]}"#)]);
    assert_eq!(
        Properties::FIELD_PROPERTIES,
        [("s", &[("connect.index", "3")][..]), ("beside", &[("logicalType", r#""timestamp-millis""#)]),]
    );
}
