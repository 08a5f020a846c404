//! Generates the types that the programs of this crate read and write.

use avro_codegen::Config;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The rating pipeline holds several versions of its schema at once, so each has a file and a module of its own.
    for name in ["v1", "v2", "v3", "alert"] {
        generate(&format!("pipeline/schemas/{name}.avsc"), &format!("rating_{name}.rs"))?;
    }
    // What the entity pipeline keeps.
    generate("pipeline/schemas/customer.avsc", "entity_customer.rs")?;
    // The messages that clients of other makes read and write.
    for name in [
        "every_type",
        "logical",
        "order_key",
        "account_v1",
        "account_v2",
        "account_v3",
        "change",
        "change_key",
        "doubles",
        "longs",
        "nanos",
        "reading",
        "reading_key",
    ] {
        generate(&format!("interop/schemas/{name}.avsc"), &format!("interop_{name}.rs"))?;
    }
    let referred = Config::new().schema("interop/schemas/customer.avsc");
    referred.schema("interop/schemas/order.avsc").file_name("interop_order.rs").compile()?;
    generate("chaos/numbered.avsc", "chaos_numbered.rs")?;
    generate("sizing/order.avsc", "sizing_order.rs")?;
    // What `debezium-reader` wants of the changes that Debezium captures.
    generate("debezium/schemas/ratings.avsc", "debezium_ratings.rs")?;
    quick_start()
}

/// The program of the quick start as it stands in the guide, but for the places of broker and registry.
fn quick_start() -> Result<(), Box<dyn std::error::Error>> {
    const GUIDE: &str = "../serde-wire/docs/quick-start.md";
    println!("cargo::rerun-if-changed={GUIDE}");
    let guide = fs::read_to_string(GUIDE)?;
    let code = |file: &str| {
        let behind = guide.split_once(file).map(|(_, behind)| behind)?;
        let (_, block) = behind.split_once("```")?;
        let (_, text) = block.split_once('\n')?;
        text.split_once("```").map(|(text, _)| text)
    };
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    let schema = folder.join("quick_start.avsc");
    fs::write(&schema, code("`schemas/rating.avsc`").ok_or("the guide has a schema")?)?;
    Config::new().schema(&schema).file_name("quick_start_avro.rs").compile()?;
    let program = code("`src/main.rs`").ok_or("the guide has a program")?;
    let mut changed = program.to_owned();
    for (there, here) in [
        ("\"/avro.rs\"", "\"/quick_start_avro.rs\""),
        ("\"localhost:9092\"", "std::env::var(\"BROKERS\")?"),
        ("\"http://localhost:8081\"", "std::env::var(\"REGISTRY\")?"),
    ] {
        if !changed.contains(there) {
            return Err(format!("the program of the quick start has no {there}").into());
        }
        changed = changed.replace(there, here);
    }
    fs::write(folder.join("quick_start.rs"), changed)?;
    Ok(())
}

fn generate(schema: &str, file: &str) -> Result<(), Box<dyn std::error::Error>> {
    Config::new().schema(schema).file_name(file).compile()?;
    Ok(())
}
