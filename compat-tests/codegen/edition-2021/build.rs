//! Generates one module for each of the small schemas of `../../schemas/corpus`, with the options that the other crates do not
//! have, and a list of the types with a schema.

use avro_codegen::Config;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[allow(dead_code, reason = "the other crates use the rest")]
#[path = "../files.rs"]
mod files;
mod options;
#[allow(dead_code, reason = "the other crates use the rest")]
#[path = "../types.rs"]
mod types;

/// The numbers of the schemas. The others are large, to compile as well.
const SCHEMAS: &[&str] = &[
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17",
    "23", "27", "30",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    println!("cargo::rerun-if-changed=../../schemas/corpus");
    let (mut modules, mut checks) = (String::new(), String::new());
    for (name, path) in
        files::of_folder(Path::new("../../schemas/corpus"), &|number| SCHEMAS.contains(&number))?
    {
        let config = options::all(Config::new().schema(&path));
        // A folder for each, since the files of namespaces are called alike.
        let included =
            config.clone().out_dir(out.join("files").join(&name)).include_file("mod.rs").compile()?;
        files::include(&mut modules, &format!("`{}`", path.display()), &name, &included)?;
        for (path, _) in types::of_text(&config.generate()?, &format!("files::{name}"))? {
            writeln!(checks, "({path:?}, check::<codegen_tests_2021::{path}>),")?;
        }
    }
    std::fs::write(out.join("types.rs"), format!("&[{checks}]"))?;
    Ok(std::fs::write(out.join("files.rs"), modules)?)
}
