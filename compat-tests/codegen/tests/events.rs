//! The types of `serde_wire::events` are what is generated from their schemas.

use avro_codegen::Config;
use std::path::Path;

#[test]
fn the_types_for_events_are_those_of_their_schemas() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../serde-wire/src/events");
    let config = Config::from_file(folder.join("avro-gen.toml")).unwrap_or_else(|error| panic!("{error}"));
    if let Err(error) = config.check(&folder.join("generated.rs")) {
        panic!("{error}; its options say how it is generated again");
    }
}
