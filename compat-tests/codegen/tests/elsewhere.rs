//! Types that stand elsewhere, and lack defaults which the schema of what holds them has.

use avro_model::Schema;
use codegen_tests::elsewhere::holders::{Ignored, Large, Numbers, Partly, Wide};
use codegen_tests::elsewhere::parts::lent;
use serde_wire::codec::{AvroSchema, DecodeError};
use serde_wire::resolve::resolve;

/// The schema of a writer whose part has these fields only.
fn writer(name: &str, fields: &str) -> Schema {
    let part = format!(r#"{{"type":"record","name":"lent.{name}","fields":[{fields}]}}"#);
    let holder = format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"part","type":{part}}}]}}"#);
    holder.parse().unwrap_or_else(|error| panic!("{error}: {holder}"))
}

#[test]
fn a_default_that_the_type_cannot_make_is_none_in_what_holds_it() {
    assert_eq!(lent::Ignored::IGNORED_DEFAULTS, [("lent.Ignored", "id")]);
    assert_eq!(Ignored::IGNORED_DEFAULTS, [("lent.Ignored", "id")]);
    assert!(Numbers::IGNORED_DEFAULTS.is_empty());
    let error = resolve::<Ignored>(&writer("Ignored", r#"{"name":"kept","type":"int"}"#)).unwrap_err();
    assert!(error.to_string().contains("\"id\""), "{error}");
    // The other one has its default.
    let id = r#"{"name":"id","type":[{"type":"string","logicalType":"uuid"},"null"]}"#;
    let read = resolve::<Ignored>(&writer("Ignored", id)).unwrap().decode(&[2]);
    assert_eq!(read, Ok(Ignored { part: lent::Ignored { kept: 7, id: None } }));
}

#[test]
fn a_default_that_the_type_does_not_know_is_an_error() {
    let int = |name: &str| format!(r#"{{"name":"{name}","type":"int"}}"#);
    let amount = r#"{"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":9}}"#;
    // Where the default of the schema is what would stand in the field anyway, too.
    for fields in ["", &int("a"), &int("b")] {
        let bytes = &[0][..fields.len().min(1)];
        let read = resolve::<Numbers>(&writer("Numbers", fields))
            .unwrap()
            .decode(bytes)
            .map_err(|failure| failure.error);
        assert_eq!(read, Err(DecodeError::Plan), "{fields:?}");
    }
    for (fields, bytes) in [(String::new(), &[][..]), (int("kept"), &[4])] {
        let read = resolve::<Partly>(&writer("Partly", &fields))
            .unwrap()
            .decode(bytes)
            .map_err(|failure| failure.error);
        assert_eq!(read, Err(DecodeError::Plan), "{fields:?}");
    }
    let read =
        resolve::<Large>(&writer("Large", amount)).unwrap().decode(&[2, 1]).map_err(|failure| failure.error);
    assert_eq!(read, Err(DecodeError::Plan));
    let read =
        resolve::<Wide>(&writer("Wide", &int("f0"))).unwrap().decode(&[2]).map_err(|failure| failure.error);
    assert_eq!(read, Err(DecodeError::Plan));
    // Those that it knows are taken.
    let read = resolve::<Partly>(&writer("Partly", &int("c"))).unwrap().decode(&[6]);
    assert_eq!(read, Ok(Partly { part: lent::Partly { kept: 7, blank: String::new(), c: 3 } }));
}
