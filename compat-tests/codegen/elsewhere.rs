//! A part of the build script: types that stand elsewhere and lack defaults which the schema here has.

use crate::files::include;
use avro_codegen::{Config, OnUnusableDefault};
use std::error::Error as StdError;
use std::fs;
use std::path::Path;

/// Records with the defaults that `DEFAULT…` stands for, and one whose default cannot be used. `Large` has a field for which
/// no value stands before it is read, `Wide` more fields than one function reads.
const PARTS: &str = r#"
    {"type": "record", "name": "lent.Ignored", "fields": [
        {"name": "kept", "type": "int", "default": 7},
        {"name": "id", "type": [{"type": "string", "logicalType": "uuid"}, "null"], "default": ""}]},
    {"type": "record", "name": "lent.Numbers", "fields": [
        {"name": "a", "type": "int" DEFAULT1}, {"name": "b", "type": "int" DEFAULT0}]},
    {"type": "record", "name": "lent.Partly", "fields": [
        {"name": "kept", "type": "int", "default": 7}, {"name": "blank", "type": "string", "default": ""},
        {"name": "c", "type": "int" DEFAULT0}]},
    {"type": "record", "name": "lent.Large", "fields": [
        {"name": "kept", "type": "int", "default": 7}, {"name": "c", "type": "int" DEFAULT0},
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9}}]},
    {"type": "record", "name": "lent.Wide", "fields": [WIDE]}"#;

/// Writes the modules: the types, and those that hold them by a schema with more defaults.
pub(crate) fn generate(out: &Path) -> Result<(), Box<dyn StdError>> {
    let texts = out.join("texts");
    fs::create_dir_all(&texts)?;
    let mut modules = String::new();
    for (name, defaults) in [("parts", false), ("holders", true)] {
        let default = |value: u8| if defaults { format!(r#", "default": {value}"#) } else { String::new() };
        let wide: Vec<String> =
            (0..130).map(|field| format!(r#"{{"name": "f{field}", "type": "int" DEFAULT1}}"#)).collect();
        let parts = PARTS.replace("WIDE", &wide.join(","));
        let parts = parts.replace("DEFAULT0", &default(0)).replace("DEFAULT1", &default(1));
        let holder = |part: &&str| {
            format!(
                r#", {{"type": "record", "name": "{part}", "fields": [{{"name": "part", "type": "lent.{part}"}}]}}"#
            )
        };
        let holders: String = ["Ignored", "Numbers", "Partly", "Large", "Wide"].iter().map(holder).collect();
        let path = texts.join(format!("elsewhere_{name}.avsc"));
        fs::write(&path, format!("[{parts}{}]", if defaults { &holders } else { "" }))?;
        let config =
            Config::new().schema(path).out_dir(out.join("elsewhere")).file_name(format!("{name}.rs"));
        let config = config.on_unusable_default(OnUnusableDefault::Ignore);
        let config = match defaults {
            true => config.extern_path("lent", "crate::elsewhere::parts::lent"),
            false => config,
        };
        let doc = if defaults { "types that hold them" } else { "types in a place of their own" };
        include(&mut modules, doc, name, &config.compile()?)?;
    }
    Ok(fs::write(out.join("elsewhere.rs"), modules)?)
}
