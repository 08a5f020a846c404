//! A part of the build script: the code of the guide in `avro-codegen/docs`, with the code that is generated for its schemas.
//!
//! A block of JSON is the schema of the blocks behind it, and one of TOML their options. Of a block of Rust the body of a
//! function is compiled and run, a whole program with `no_run` is compiled, and what is `generated` has to be found in what is
//! generated, line by line.

use avro_codegen::{Config, LintLevel};
use std::error::Error as StdError;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const PAGES: &[&str] = &["README", "mapping", "options", "project", "evolution", "migration", "build-times"];

/// Writes the modules of all blocks.
pub(crate) fn generate(out: &Path) -> Result<(), Box<dyn StdError>> {
    let mut modules = String::new();
    for page in PAGES {
        let path = format!("../../avro-codegen/docs/{page}.md");
        println!("cargo::rerun-if-changed={path}");
        let text = fs::read_to_string(&path)?;
        let mut schema = String::new();
        let mut options = String::new();
        for (number, (kind, block)) in blocks(&text).into_iter().enumerate() {
            let name = format!("{}_{number}", page.replace('-', "_").to_lowercase());
            let context = |error: &dyn std::fmt::Display| format!("{path}, block {number}: {error}");
            match kind {
                "json" => (schema, options) = (block.to_owned(), String::new()),
                // Not what is for cargo.
                "toml" if !block.contains("[dependencies]") => options = block.to_owned(),
                "rust,generated" => {
                    let generated = config(out, &schema, &options)
                        .and_then(|config| Ok(config.generate()?))
                        .map_err(|error| context(&error))?;
                    let lines: Vec<&str> = generated.lines().map(str::trim).collect();
                    // A long type goes over several lines.
                    let whole = lines.concat().replace(",>", ">").replace(' ', "");
                    for line in block.lines().map(str::trim) {
                        if !lines.contains(&line) && !whole.contains(&line.replace(' ', "")) {
                            return Err(context(&format!("{line:?} is not generated")).into());
                        }
                    }
                }
                "rust,no_run" => writeln!(modules, "#[allow(dead_code)]\nmod {name} {{ {block} }}")?,
                "rust" => {
                    let config = config(out, &schema, &options).map_err(|error| context(&error))?;
                    let file = config.out_dir(out.join("guide").join(&name)).compile();
                    let file = file.map_err(|error| context(&error))?;
                    writeln!(
                        modules,
                        "mod {name} {{\n#[allow(unused_imports)]\nmod schemas {{ include!({file:?}); }}\n\
                         #[test]\nfn runs() -> Result<(), Box<dyn std::error::Error>> {{\n{block}\nOk(())\n}}\n}}"
                    )?;
                }
                _ => {}
            }
        }
    }
    Ok(fs::write(out.join("guide.rs"), modules)?)
}

fn config(out: &Path, schema: &str, options: &str) -> Result<Config, Box<dyn StdError>> {
    let texts = out.join("texts");
    fs::create_dir_all(&texts)?;
    fs::write(texts.join("guide.avsc"), schema)?;
    fs::write(texts.join("guide.toml"), options)?;
    let config = Config::from_file(texts.join("guide.toml"))?;
    Ok(config.schema(texts.join("guide.avsc")).lint("all", LintLevel::Allow))
}

/// The blocks of code with the words behind their marks.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let mut parts = text.split("```");
    parts.next();
    let mut blocks = Vec::new();
    while let (Some(block), Some(_)) = (parts.next(), parts.next()) {
        if let Some((kind, code)) = block.split_once('\n') {
            blocks.push((kind.trim(), code));
        }
    }
    blocks
}
