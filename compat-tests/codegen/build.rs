//! Generates one module for each schema of the corpus: the files of `../schemas/corpus`, the valid rows of
//! `../tables/schema-cases.json`, and schemas made at random. For the tests it also writes down which types there are.

mod elsewhere;
mod files;
mod guide;
mod mapped;
mod symbols;
mod types;

use avro_codegen::{Config, Error, LintLevel, OnUnusableDefault, StringType};
use avro_model::Schema;
use avro_model::testing::{Random, pair};
use files::{include, with_everything};
use std::env;
use std::error::Error as StdError;
use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn StdError>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    // What is there is listed below: nothing of a schema that is gone may stay from an earlier build.
    for folder in ["files", "rows"] {
        match fs::remove_dir_all(out.join(folder)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    files::generate(Path::new("../schemas/corpus"), &out, |config| config.borrowed(".").decode_into("."))?;
    external(&out)?;
    elsewhere::generate(&out)?;
    mapped::generate(&out)?;
    symbols::generate(&out)?;
    guide::generate(&out)?;
    workloads(&out)?;
    rows(&out)?;
    unusable(&out)?;
    pairs(&out)?;
    let (mut checks, mut borrowed) = (String::new(), String::new());
    // Of the pairs only the roots, with what they hold.
    for folder in ["files", "rows"] {
        for (path, is_lender) in types::of_folder(&out.join(folder), folder)? {
            writeln!(checks, "({path:?}, check::<codegen_tests::{path}>),")?;
            if is_lender {
                writeln!(borrowed, "({path:?}, borrow::<codegen_tests::{path}>),")?;
            }
        }
    }
    fs::write(out.join("borrowed.rs"), format!("&[{borrowed}]"))?;
    Ok(fs::write(out.join("types.rs"), format!("&[{checks}]"))?)
}

/// Schemas made at random with ones that they may become, and a table of both roots.
fn pairs(out: &Path) -> Result<(), Box<dyn StdError>> {
    /// More of them test more, at the price of compiling them.
    const PAIRS: usize = 48;
    let (mut modules, mut checks, mut with_serde) = (String::new(), String::new(), String::new());
    let mut borrowing = String::new();
    let versions = (VERSIONS, (OLD_VERSION.parse::<Schema>()?, NEW_VERSION.parse::<Schema>()?));
    let wide = (WIDE, (wide(false).parse::<Schema>()?, wide(true).parse::<Schema>()?));
    let made = (0..).map(|seed| (seed, pair(&mut Random::seed(seed))));
    let all = [versions, wide].into_iter().chain(made);
    let generated = all.map(|(seed, (old, new))| (seed, both(out, seed, &old, &new)));
    // The generator of schemas makes defaults that logical types cannot take; others are found instead.
    let usable = generated.filter(|(_, both)| !is_refused(&both.0) && !is_refused(&both.1));
    for (seed, (old, new)) in usable.take(PAIRS) {
        let (old, new) = (old?, new?);
        for root in [&old, &new] {
            include(&mut modules, &format!("made from seed {seed}"), &root.module, &root.file)?;
        }
        if seed < VERSIONS {
            writeln!(with_serde, "({seed}, check::<codegen_tests::{}>),", new.ty)?;
            writeln!(borrowing, "({seed}, check::<codegen_tests::{}, codegen_tests::{}>),", old.ty, new.ty)?;
        }
        for (writer, reader) in [(&old.ty, &new.ty), (&new.ty, &old.ty)] {
            writeln!(checks, "({seed}, check::<codegen_tests::{writer}, codegen_tests::{reader}>),")?;
        }
    }
    fs::write(out.join("serde_checks.rs"), format!("&[{with_serde}]"))?;
    fs::write(out.join("borrowing_checks.rs"), format!("&[{borrowing}]"))?;
    fs::write(out.join("pair_checks.rs"), format!("&[{checks}]"))?;
    Ok(fs::write(out.join("pairs.rs"), modules)?)
}

/// The number of the pair that was made by hand.
const VERSIONS: u64 = 1_000_000;

/// The number of the pair of very many fields.
const WIDE: u64 = VERSIONS + 1;

/// A record of more fields than are decoded by one function: what it was, or what became of it.
fn wide(is_new: bool) -> String {
    let state = |symbols: &str| {
        format!(r#"{{"type": "enum", "name": "State", "symbols": {symbols}, "default": "A"}}"#)
    };
    let [old_state, new_state] = [r#"["A", "B", "C"]"#, r#"["C", "A"]"#].map(state);
    let mut fields = Vec::new();
    for number in 0..150 {
        let (old, new, default) = match number % 6 {
            0 if number == 0 => (&*old_state, &*new_state, ""),
            0 => ("\"int\"", "\"long\"", ""),
            1 => ("\"string\"", "\"string\"", ""),
            2 => ("\"string\"", r#"["null", "string"]"#, ""),
            3 if number % 12 == 3 => (r#"{"type": "array", "items": "long"}"#, "", ""),
            3 => ("\"State\"", "\"State\"", ""),
            4 => ("", "\"int\"", r#", "default": 7"#),
            _ if number % 12 == 5 => (r#"["int", "string"]"#, r#"["string", "long"]"#, ""),
            _ => ("\"bytes\"", "\"bytes\"", ""),
        };
        let kind = if is_new { new } else { old };
        if !kind.is_empty() {
            fields.push(format!(
                r#"{{"name": "f{number}", "type": {kind}{}}}"#,
                if is_new { default } else { "" }
            ));
        }
    }
    format!(r#"{{"type": "record", "name": "a.Wide", "fields": [{}]}}"#, fields.join(", "))
}

/// A version of a record with all that code for a version has code for, and some that it leaves to the plan.
const OLD_VERSION: &str = r#"{"type": "record", "name": "a.Old", "fields": [
    {"name": "s1", "type": "boolean"}, {"name": "s2", "type": ["null", "string"]}, {"name": "s3", "type": ["bytes", "null"]},
    {"name": "int", "type": "int"}, {"name": "int2", "type": "int"}, {"name": "int3", "type": "int"},
    {"name": "long", "type": "long"}, {"name": "long2", "type": "long"}, {"name": "float", "type": "float"},
    {"name": "s4", "type": {"type": "array", "items": ["null", "double", "string"]}},
    {"name": "s5", "type": {"type": "fixed", "name": "F", "size": 3}}, {"name": "s6", "type": "double"}, {"name": "s7", "type": "F"},
    {"name": "bytes", "type": "bytes"}, {"name": "text", "type": "string"}, {"name": "stamp", "type": "int"},
    {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B", "C"]}},
    {"name": "may", "type": {"type": "enum", "name": "May", "symbols": ["X", "Y"]}},
    {"name": "nil", "type": "null"}, {"name": "some", "type": "string"}, {"name": "other", "type": ["int", "string"]},
    {"name": "s8", "type": "long"}, {"name": "s9", "type": "string"}, {"name": "s10", "type": "int"}, {"name": "s11", "type": "Kind"},
    {"name": "in", "type": {"type": "record", "name": "In", "fields": [{"name": "x", "type": "int"}, {"name": "y", "type": "int"}]}},
    {"name": "list", "type": {"type": "array", "items": "In"}}, {"name": "same", "type": {"type": "map", "values": "F"}},
    {"name": "s12", "type": "In"}, {"name": "s13", "type": "null"}]}"#;

/// What became of it.
const NEW_VERSION: &str = r#"{"type": "record", "name": "a.New", "aliases": ["Old"], "fields": [
    {"name": "same", "type": {"type": "map", "values": {"type": "fixed", "name": "F", "size": 3}}},
    {"name": "int", "type": "long"}, {"name": "int2", "type": "float"}, {"name": "int3", "type": "double"},
    {"name": "long", "type": "float"}, {"name": "long2", "type": "double"}, {"name": "float", "type": "double"},
    {"name": "bytes", "type": "string"}, {"name": "text", "type": "bytes"},
    {"name": "stamp", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["B", "D", "A"]}},
    {"name": "may", "type": {"type": "enum", "name": "May", "symbols": ["Z", "Y"], "default": "Z"}},
    {"name": "nil", "type": ["string", "null"]}, {"name": "some", "type": ["null", "string"]},
    {"name": "other", "type": ["string", "null"]},
    {"name": "in", "type": {"type": "record", "name": "In", "fields": [{"name": "y", "type": "long"}]}},
    {"name": "list", "type": {"type": "array", "items": "In"}}, {"name": "added", "type": "string", "default": "here"}]}"#;

/// The types of one schema, or why there are none.
type Made = Result<Root, Box<dyn StdError>>;

/// The types of two versions; the newer one has code for the older one, where it is a version.
fn both(out: &Path, seed: u64, old: &Schema, new: &Schema) -> (Made, Made) {
    let history = out.join("texts").join(format!("old_{seed}.avsc"));
    // One of the two with every option, since each reads what the other writes.
    let everything = |config| with_everything(config).string_type(".", StringType::BoxStr).serde(".");
    let new_root = |configured: &dyn Fn(Config) -> Config| root(out, format!("new_{seed}"), new, configured);
    let old = root(out, format!("old_{seed}"), old, |config| config);
    let new = match new_root(&|config| everything(config).history(&history)) {
        // What is no record, or not called alike, has no versions.
        Err(error) if matches!(error.downcast_ref(), Some(Error::Invalid(_))) => new_root(&everything),
        new => new,
    };
    (old, new)
}

/// Types that stand elsewhere: those of one schema as a crate of their own would have them, and one that holds them.
fn external(out: &Path) -> Result<(), Box<dyn StdError>> {
    let parts = r#"[
        {"type": "fixed", "name": "com.acme.Id", "size": 2},
        {"type": "record", "name": "com.acme.parts.Part", "fields": [
            {"name": "id", "type": "com.acme.Id"},
            {"name": "size", "type": ["null", "int", "string"], "default": null}]}]"#;
    let whole = r#"{"type": "record", "name": "Whole", "fields": [
        {"name": "id", "type": "com.acme.Id", "default": "\u0001\u00ff"},
        {"name": "title", "type": "string"},
        {"name": "build", "type": "int", "default": 1},
        {"name": "lastDay", "type": {"type": "int", "logicalType": "date"}, "default": -1},
        {"name": "colour", "type": {"type": "enum", "name": "Colour", "symbols": ["RED"]}, "default": "RED"},
        {"name": "part", "type": ["null", "com.acme.parts.Part"], "default": null},
        {"name": "parts", "type": {"type": "map", "values": "com.acme.parts.Part"},
            "default": {"a": {"id": "\u0000\u0000", "size": 5}}},
        {"name": "any", "type": ["com.acme.parts.Part", "com.acme.Id"], "default": {"id": "ab"}}]}"#;
    let path = |name: &str| out.join("texts").join(name);
    fs::create_dir_all(out.join("texts"))?;
    fs::write(path("parts.avsc"), parts)?;
    fs::write(path("whole.avsc"), whole)?;
    let mut modules = String::new();
    let config = || Config::new().schema(path("parts.avsc")).out_dir(out.join("external")).serde(".");
    include(
        &mut modules,
        "the types in a place of their own",
        "parts",
        &config().file_name("parts.rs").compile()?,
    )?;
    let config = config()
        .schema(path("whole.avsc"))
        .extern_path("com.acme", "crate::external::parts::com::acme")
        .extern_path("com.acme.Id", "crate::external::parts::com::acme::Id")
        .builder("Whole")
        .canonical_form(".");
    include(&mut modules, "a type that holds them", "whole", &config.file_name("whole.rs").compile()?)?;
    Ok(fs::write(out.join("external.rs"), modules)?)
}

/// A record of fields whose defaults cannot be used, at two depths.
fn unusable(out: &Path) -> Result<(), Box<dyn StdError>> {
    let schema = r#"{"type": "record", "name": "shop.Order", "fields": [
        {"name": "kept", "type": "int", "default": 7},
        {"name": "id", "type": {"type": "string", "logicalType": "uuid"}, "default": ""},
        {"name": "line", "type": {"type": "record", "name": "Line", "fields": [
            {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A"]}, "default": "B"}]}}]}"#;
    let path = out.join("texts").join("unusable.avsc");
    fs::write(&path, schema)?;
    let config = Config::new().schema(path).out_dir(out).file_name("unusable_defaults.rs");
    config.on_unusable_default(OnUnusableDefault::Ignore).compile()?;
    Ok(())
}

/// The types of the benchmark's messages, in all forms.
fn workloads(out: &Path) -> Result<(), Box<dyn StdError>> {
    let mut modules = String::new();
    for name in ["W1", "W2", "W3", "W4"] {
        let config = Config::new().schema(format!("../workloads/{name}.avsc")).out_dir(out.join("workloads"));
        let module = name.to_lowercase();
        let config = config.file_name(format!("{module}.rs")).borrowed(".").decode_into(".");
        include(&mut modules, &format!("`{name}.avsc`"), &module, &config.compile()?)?;
    }
    Ok(fs::write(out.join("workloads.rs"), modules)?)
}

/// The type of the root of a schema.
struct Root {
    module: String,
    file: PathBuf,
    ty: String,
}

fn root(out: &Path, module: String, schema: &Schema, configured: impl Fn(Config) -> Config) -> Made {
    let text = schema.canonical_text();
    let path = out.join("texts").join(format!("{module}.avsc"));
    fs::write(&path, &text)?;
    let config = Config::new()
        .lint("all", LintLevel::Allow)
        .schema(path)
        .out_dir(out.join("pairs"))
        .file_name(format!("{module}.rs"));
    let file = configured(config).compile()?;
    let mut types = types::of_file(&file, &format!("pairs::{module}"))?.into_iter();
    let root = types.find(|(_, schema)| *schema == text);
    Ok(Root { module, file, ty: root.ok_or_else(|| format!("no type for the root of {text}"))?.0 })
}

fn is_refused(root: &Made) -> bool {
    let error = root.as_ref().err().and_then(|error| error.downcast_ref::<Error>());
    matches!(error, Some(Error::Default(_)))
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
        let config = Config::new()
            .lint("all", LintLevel::Allow)
            .schema(path)
            .out_dir(out.join("rows"))
            .file_name(format!("{module}.rs"));
        // With all options in turn: the same values have the same bytes, and the same is refused.
        let config = match number % 3 {
            0 => config,
            1 => with_everything(config).plans(false),
            _ => with_everything(config).string_type(".", StringType::BoxStr),
        };
        match config.compile() {
            Ok(path) => include(&mut modules, &format!("`{name}`"), &module, &path)?,
            // The one reason that there is for refusing a valid schema, and the way to go on.
            Err(error @ Error::Default(_)) => {
                writeln!(refused, "({name:?}, {:?}),", error.to_string())?;
                let path = config.on_unusable_default(OnUnusableDefault::Ignore).compile()?;
                include(&mut modules, &format!("`{name}`"), &module, &path)?;
            }
            Err(error) => return Err(format!("{name}: {error}").into()),
        }
    }
    fs::write(out.join("refused.rs"), format!("&[{refused}]"))?;
    Ok(fs::write(out.join("rows.rs"), modules)?)
}
