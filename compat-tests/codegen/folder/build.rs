//! Generates one module for each schema that `AVRO_FILES` lists, with no options or, if `AVRO_OPTIONS` is `all`, with every one. A
//! schema is a file, or `made:` and a number, from which one is made up. What cannot be generated is written to `AVRO_REFUSED`:
//! lines of a schema's number and the first line of the reason.

use avro_codegen::{Config, LintLevel, OnUnusableDefault};
use avro_model::testing::{Random, pair};
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[allow(dead_code, reason = "the other crates use the rest")]
#[path = "../files.rs"]
mod files;
#[path = "../edition-2021/options.rs"]
mod options;
#[allow(dead_code, reason = "the other crates use the rest")]
#[path = "../types.rs"]
mod types;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for variable in ["AVRO_FILES", "AVRO_OPTIONS", "AVRO_REFUSED"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let list = std::env::var("AVRO_FILES")?;
    println!("cargo::rerun-if-changed={list}");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let with_all = std::env::var("AVRO_OPTIONS").is_ok_and(|options| options == "all");
    let (mut modules, mut checks, mut refused) = (String::new(), String::new(), String::new());
    for line in std::fs::read_to_string(&list)?.lines() {
        let (number, schema) = line.split_once(' ').ok_or("each line has a number and a path")?;
        match generate(schema, number, &out, with_all) {
            Ok((included, types)) => {
                let name = format!("schema_{number}");
                files::include(&mut modules, &format!("`{schema}`"), &name, &included)?;
                for ty in types {
                    let path = format!("codegen_of_folder::{ty}");
                    writeln!(checks, "(check::<{path}>, Case::of::<{path}>({number})),")?;
                }
            }
            Err(error) => {
                let reason = error.to_string();
                // Behind the number of errors, and one line each.
                let reason = reason.lines().find(|line| line.starts_with("error: ")).unwrap_or(&reason);
                writeln!(refused, "{number} {}", reason.lines().next().unwrap_or_default())?;
            }
        }
    }
    std::fs::write(std::env::var("AVRO_REFUSED")?, refused)?;
    std::fs::write(out.join("types.rs"), format!("&[{checks}]"))?;
    Ok(std::fs::write(out.join("files.rs"), modules)?)
}

/// The file to include, and the types with a schema in it.
fn generate(
    schema: &str,
    number: &str,
    out: &Path,
    with_all: bool,
) -> Result<(PathBuf, Vec<String>), Box<dyn std::error::Error>> {
    let module = format!("schema_{number}");
    let config = match schema.strip_prefix("made:") {
        // Its defaults are not made with an eye on logical types.
        Some(seed) => Config::new()
            .schema(made(seed.parse()?, &out.join(format!("{module}.avsc")))?)
            .on_unusable_default(OnUnusableDefault::Ignore),
        None => Config::new().schema(schema),
    };
    let config = config.lint("all", LintLevel::Allow);
    let config = if with_all { options::all(config) } else { config };
    let included = config.clone().out_dir(out.join(&module)).compile()?;
    let types = types::of_text(&config.generate()?, &module)?;
    Ok((included, types.into_iter().map(|(path, _)| path).collect()))
}

/// Writes a schema that is made up: of two numbers in turn the first version and what became of it.
fn made(seed: u64, path: &Path) -> std::io::Result<PathBuf> {
    let (old, new) = pair(&mut Random::seed(seed / 2));
    let schema = if seed % 2 == 0 { old } else { new };
    std::fs::write(path, schema.canonical_text())?;
    Ok(path.to_owned())
}
