//! A part of the build scripts here: modules of generated code.

use avro_codegen::{BytesType, Config, LintLevel, MapType, OnUnknownSymbol, StringType};
use std::error::Error as StdError;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Generates each file of a folder of schemas as the module of its name, and the file that includes them all.
pub(crate) fn generate(
    schemas: &Path,
    out: &Path,
    configured: impl Fn(Config) -> Config,
) -> Result<(), Box<dyn StdError>> {
    let mut modules = String::new();
    println!("cargo::rerun-if-changed={}", schemas.display());
    for (name, path) in of_folder(schemas, &|_| true)? {
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let config = Config::new()
            .lint("all", LintLevel::Allow)
            .schema(&path)
            .out_dir(out.join("files"))
            .file_name(format!("{name}.rs"));
        include(&mut modules, &format!("`{file}`"), &name, &configured(config).compile()?)?;
    }
    Ok(fs::write(out.join("files.rs"), modules)?)
}

/// The files of a folder whose numbers are wanted, each with a name for its module.
pub(crate) fn of_folder(
    schemas: &Path,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<(String, PathBuf)>, Box<dyn StdError>> {
    let mut paths =
        fs::read_dir(schemas)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    let mut named = Vec::new();
    for path in paths {
        let stem = path.file_stem().and_then(|name| name.to_str()).ok_or("schema files have plain names")?;
        let name = stem.trim_start_matches(|first: char| first.is_ascii_digit() || first == '_');
        if is_wanted(stem.split('_').next().unwrap_or_default()) {
            named.push((name.to_owned(), path));
        }
    }
    Ok(named)
}

/// Turns on every option that goes for any schema. The crate has `serde_wire` as its `wire`.
pub(crate) fn with_everything(config: Config) -> Config {
    config
        .derive_copy(".")
        .skip_debug(".")
        .derive(".", "Debug")
        .type_attribute(".", "#[doc(alias = \"avro\")]")
        .record_attribute(".", "#[doc(alias = \"record\")]")
        .non_exhaustive(".")
        .enum_attribute(".", "#[doc(alias = \"symbols\")]")
        .field_attribute(".", "#[doc(alias = \"field\")]")
        .map_type(".", MapType::BTreeMap)
        .string_type(".", StringType::ArcStr)
        .bytes_type(".", BytesType::Bytes)
        .builder(".")
        .borrowed(".")
        .decode_into(".")
        .canonical_form(".")
        .unknown_symbol(".", OnUnknownSymbol::Keep)
        .runtime_path("crate::wire")
}

/// Writes a module that includes a generated file.
pub(crate) fn include(modules: &mut String, doc: &str, name: &str, path: &Path) -> std::fmt::Result {
    writeln!(modules, "/// {doc}\npub mod {name} {{ include!({path:?}); }}")
}
