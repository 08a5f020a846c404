//! Generates one module for each schema that `AVRO_FILES` lists, with no options or, if `AVRO_OPTIONS` is `all`, with every one. A
//! schema is a file, or `made:` and a number, from which one is made up. What cannot be generated is written to `AVRO_REFUSED`:
//! lines of a schema's number and the first line of the reason. A file that uses names which others define, of those
//! that `AVRO_BESIDE` lists, is generated together with them.

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
    for variable in ["AVRO_BESIDE", "AVRO_FILES", "AVRO_OPTIONS", "AVRO_REFUSED"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let beside = std::fs::read_to_string(std::env::var("AVRO_BESIDE")?)?;
    let beside: Vec<&str> = beside.lines().collect();
    let list = std::env::var("AVRO_FILES")?;
    println!("cargo::rerun-if-changed={list}");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let with_all = std::env::var("AVRO_OPTIONS").is_ok_and(|options| options == "all");
    let (mut modules, mut checks, mut refused) = (String::new(), String::new(), String::new());
    for line in std::fs::read_to_string(&list)?.lines() {
        let (number, schema) = line.split_once(' ').ok_or("each line has a number and a path")?;
        match generate(schema, &beside, number, &out, with_all) {
            Ok((included, types)) => {
                let name = format!("schema_{number}");
                files::include(&mut modules, &format!("`{schema}`"), &name, &included)?;
                for ty in types {
                    let path = format!("codegen_of_folder::{ty}");
                    writeln!(checks, "(check::<{path}>, Case::of::<{path}>({number})),")?;
                }
            }
            Err(error) => {
                // Behind the number of errors, and one line each, with the place on the line below.
                let text = error.to_string();
                let mut lines = text.lines().skip_while(|line| !line.starts_with("error: "));
                let reason = lines.next().or_else(|| text.lines().next()).unwrap_or_default();
                let place = lines.next().and_then(|line| line.trim_start().strip_prefix("--> "));
                let place = place.and_then(|place| place.rsplit_once(".av")?.1.split_once(':'));
                let place = place.map_or_else(String::new, |(_, place)| format!(" (at {place})"));
                writeln!(refused, "{number} {reason}{place}")?;
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
    beside: &[&str],
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
        None => together(schema, beside),
    };
    let config = config.lint("all", LintLevel::Allow);
    let config = if with_all { options::all(config) } else { config };
    let included = config.clone().out_dir(out.join(&module)).compile()?;
    let types = types::of_text(&config.generate()?, &module)?;
    Ok((included, types.into_iter().map(|(path, _)| path).collect()))
}

/// A file, and those beside it that define what it uses.
fn together(schema: &str, beside: &[&str]) -> Config {
    let all_of = |files: &[&str]| files.iter().fold(Config::new(), |config, file| config.schema(file));
    let mut files = vec![schema];
    while let Err(error) = all_of(&files).generate() {
        let text = error.to_string();
        let (before, _) = text.split_once("\" is neither a type nor a name that is defined").unwrap_or_default();
        let Some((_, name)) = before.rsplit_once('"') else { break };
        let name = name.rsplit('.').next().unwrap_or(name);
        let defines = |file: &&&str| !files.contains(file) && defines(file, name);
        let Some(file) = beside.iter().find(defines) else { break };
        files.push(file);
    }
    // By itself, what is wrong is told of it alone.
    if all_of(&files).generate().is_ok() { all_of(&files) } else { all_of(&[schema]) }
}

/// Whether a file seems to define a type of that name.
fn defines(file: &str, name: &str) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let is_name = |part: &str| {
        let value = part.trim_start().strip_prefix(':').map(str::trim_start).and_then(|value| value.strip_prefix('"'));
        value.and_then(|value| value.split('"').next()).is_some_and(|value| value.rsplit('.').next() == Some(name))
    };
    text.split("\"name\"").skip(1).any(is_name)
        || ["record", "enum", "fixed", "error"].iter().any(|word| text.contains(&format!("{word} {name}")))
}

/// Writes a schema that is made up: of two numbers in turn the first version and what became of it.
fn made(seed: u64, path: &Path) -> std::io::Result<PathBuf> {
    let (old, new) = pair(&mut Random::seed(seed / 2));
    let schema = if seed % 2 == 0 { old } else { new };
    std::fs::write(path, schema.canonical_text())?;
    Ok(path.to_owned())
}
