//! A part of the build script: one schema with every choice about symbols that its enum does not have.

use crate::files::include;
use avro_codegen::{Config, LintLevel, OnUnknownSymbol};
use std::error::Error as StdError;
use std::fs;
use std::path::Path;

/// The schema, and the newer one whose data the code is made for, but for the symbols of its enum.
const SCHEMA: &str = r#"{"type": "record", "name": "shop.Order", "fields": [
    {"name": "state", "type": {"type": "enum", "name": "State", "symbols": SYMBOLS, "default": "NEW"}},
    {"name": "before", "type": ["null", "State"]},
    {"name": "all", "type": {"type": "array", "items": "State"}},
    {"name": "of", "type": {"type": "map", "values": ["State", "string"]}},
    {"name": "text", "type": "string"}]}"#;

const OWN: &str = r#"["NEW", "UNKNOWN", "PAID"]"#;
const NEWER: &str = r#"["LOST", "PAID", "SENT", "NEW", "UNKNOWN"]"#;

/// Writes the modules, and the two schemas for the tests.
pub(crate) fn generate(out: &Path) -> Result<(), Box<dyn StdError>> {
    let texts = out.join("texts");
    fs::create_dir_all(&texts)?;
    let (own, newer) = (texts.join("symbols.avsc"), texts.join("symbols_newer.avsc"));
    fs::write(&own, SCHEMA.replace("SYMBOLS", OWN))?;
    fs::write(&newer, SCHEMA.replace("SYMBOLS", NEWER).replace(r#", "default": "NEW""#, ""))?;
    let mut modules = String::new();
    for (name, unknown) in [
        ("specification", OnUnknownSymbol::Specification),
        ("default", OnUnknownSymbol::Default),
        ("error", OnUnknownSymbol::Error),
        ("symbol", OnUnknownSymbol::Symbol("PAID".to_owned())),
        ("keep", OnUnknownSymbol::Keep),
    ] {
        let config = Config::new().lint("all", LintLevel::Allow).schema(&own).history(&newer).serde(".");
        let config = config.borrowed(".").decode_into(".").unknown_symbol("shop.State", unknown);
        let path = config.out_dir(out.join("symbols")).file_name(format!("{name}.rs")).compile()?;
        include(&mut modules, &format!("unknown symbols: {name}"), name, &path)?;
    }
    Ok(fs::write(out.join("symbols.rs"), modules)?)
}
