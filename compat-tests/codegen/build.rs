//! Generates one module for each schema of the corpus: the files of `../schemas`, and the valid rows of
//! `../tables/schema-cases.json`.

mod files;

use avro_codegen::{Config, Error};
use files::include;
use std::env;
use std::error::Error as StdError;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn StdError>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    files::generate(Path::new("../schemas"), &out)?;
    rows(&out)
}

/// Each valid row as a module with a number, and a table of the rows that were refused.
fn rows(out: &Path) -> Result<(), Box<dyn StdError>> {
    const TABLE: &str = "../tables/schema-cases.json";
    println!("cargo::rerun-if-changed={TABLE}");
    let rows: serde_json::Value = serde_json::from_str(&fs::read_to_string(TABLE)?)?;
    let texts = out.join("texts");
    fs::create_dir_all(&texts)?;
    let (mut modules, mut refused) = (String::new(), String::new());
    for (number, row) in rows.as_array().ok_or("the table is an array")?.iter().enumerate() {
        if row["valid"] != true {
            continue;
        }
        let name = row["name"].as_str().ok_or("rows have names")?;
        let text = row["schema"].as_str().ok_or("rows have schemas")?;
        let path = texts.join(format!("row_{number}.avsc"));
        fs::write(&path, text)?;
        let module = format!("row_{number}");
        let config = Config::new().schema(path).out_dir(out.join("rows")).file_name(format!("{module}.rs"));
        match config.compile() {
            Ok(path) => include(&mut modules, &format!("`{name}`"), &module, &path)?,
            // The one reason that there is for refusing a valid schema.
            Err(error @ Error::Default(_)) => writeln!(refused, "({name:?}, {:?}),", error.to_string())?,
            Err(error) => return Err(format!("{name}: {error}").into()),
        }
    }
    fs::write(out.join("refused.rs"), format!("&[{refused}]"))?;
    Ok(fs::write(out.join("rows.rs"), modules)?)
}
