//! Generates the reader's type of each case, and the tables of cases that the tests go through.
//!
//! A case is a writer's schema and a reader's: of each row of `../tables/resolution-cases.json`, and pairs made at random.
//! Both are wrapped into a record of one field, which adds nothing to the data and gives a type to readers that are
//! primitives, arrays or maps.

use avro_codegen::{Config, Error, LintLevel};
use avro_model::json::Json;
use avro_model::testing::{Random, pair};
use std::env;
use std::error::Error as StdError;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const TABLE: &str = "../tables/resolution-cases.json";

/// How many pairs are made at random.
const PAIRS: u64 = 120;

fn main() -> Result<(), Box<dyn StdError>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={TABLE}");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let mut cases = Cases { out: &out, modules: String::new() };

    let mut rows = String::new();
    let Json::Array(table) = Json::parse(&fs::read_to_string(TABLE)?)? else {
        return Err("the table is an array".into());
    };
    for (number, row) in table.iter().enumerate() {
        let text = |key: &str| {
            row.get(key).and_then(Json::as_str).ok_or_else(|| format!("row {number} has no {key}"))
        };
        let module = format!("row_{number}");
        if let Some(ty) = cases.case(&module, text("reader_schema")?)? {
            let (name, writer) = (text("name")?, wrapped(text("writer_schema")?));
            let fails = row.get("expected").and_then(Json::as_str) == Some("error");
            let data = data(row)?;
            writeln!(
                rows,
                "Row {{ name: {name:?}, writer: {writer:?}, data: {data}, fails: {fails}, check: check::<{ty}> }},"
            )?;
        }
    }
    fs::write(out.join("rows.rs"), format!("&[{rows}]"))?;

    let mut pairs = String::new();
    for seed in 0..PAIRS {
        let (writer, reader) = pair(&mut Random::seed(seed));
        if let Some(ty) = cases.case(&format!("pair_{seed}"), &reader.canonical_text())? {
            let writer = wrapped(&writer.canonical_text());
            writeln!(pairs, "Pair {{ seed: {seed}, writer: {writer:?}, check: check::<{ty}> }},")?;
        }
    }
    fs::write(out.join("pairs.rs"), format!("&[{pairs}]"))?;
    Ok(fs::write(out.join("modules.rs"), cases.modules)?)
}

/// A schema as the only field of a record.
fn wrapped(schema: &str) -> String {
    format!(r#"{{"type":"record","name":"WholeDatum","fields":[{{"name":"datum","type":{schema}}}]}}"#)
}

/// The bytes of a row, as hexadecimal digits with repetitions written out by the test.
fn data(row: &Json) -> Result<String, Box<dyn StdError>> {
    if let Some(hex) = row.get("hex").and_then(Json::as_str) {
        return Ok(format!("({hex:?}, 1, \"\")"));
    }
    let repeat = row.get("hex_repeat").ok_or("a row has data")?;
    let text = |key: &str| repeat.get(key).and_then(Json::as_str).ok_or("a repetition has digits");
    let Some(Json::Int(times)) = repeat.get("times") else { return Err("a repetition has times".into()) };
    Ok(format!("({:?}, {times}, {:?})", text("unit")?, text("suffix")?))
}

struct Cases<'o> {
    out: &'o Path,
    modules: String,
}

impl Cases<'_> {
    /// Generates the type of a reader's schema as a module; `None` when the generator refuses it for a default that no
    /// value has.
    fn case(&mut self, module: &str, reader: &str) -> Result<Option<String>, Box<dyn StdError>> {
        let schema = self.out.join(format!("{module}.avsc"));
        fs::write(&schema, wrapped(reader))?;
        match Config::new()
            .lint("all", LintLevel::Allow)
            .schema(schema)
            .out_dir(self.out)
            .file_name(format!("{module}.rs"))
            .compile()
        {
            Ok(path) => {
                writeln!(self.modules, "pub mod {module} {{ include!({path:?}); }}")?;
                Ok(Some(format!("resolution_tests::{module}::WholeDatum")))
            }
            Err(Error::Default { .. }) => Ok(None),
            Err(error) => Err(format!("{module}: {error}").into()),
        }
    }
}
