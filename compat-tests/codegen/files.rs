//! A part of the build scripts here: modules of generated code.

use avro_codegen::Config;
use std::error::Error as StdError;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Generates each file of a folder of schemas as the module of its name, and the file that includes them all.
pub(crate) fn generate(schemas: &Path, out: &Path) -> Result<(), Box<dyn StdError>> {
    let mut modules = String::new();
    println!("cargo::rerun-if-changed={}", schemas.display());
    let mut paths =
        fs::read_dir(schemas)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    for path in paths {
        let file = path.file_name().and_then(|name| name.to_str()).ok_or("schema files have plain names")?;
        let (stem, _) = file.rsplit_once('.').ok_or("schema files have an extension")?;
        let name = stem.trim_start_matches(|first: char| first.is_ascii_digit() || first == '_');
        let config = Config::new().schema(&path).out_dir(out.join("files")).file_name(format!("{name}.rs"));
        include(&mut modules, &format!("`{file}`"), name, &config.compile()?)?;
    }
    Ok(fs::write(out.join("files.rs"), modules)?)
}

/// Writes a module that includes a generated file.
pub(crate) fn include(modules: &mut String, doc: &str, name: &str, path: &Path) -> std::fmt::Result {
    writeln!(modules, "/// {doc}\npub mod {name} {{ include!({path:?}); }}")
}
