//! Generates the types that the programs of this crate read and write.

use avro_codegen::Config;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The rating pipeline holds several versions of its schema at once, so each has a file and a module of its own.
    for name in ["v1", "v2", "v3", "alert"] {
        generate(&format!("pipeline/schemas/{name}.avsc"), &format!("rating_{name}.rs"))?;
    }
    // What `debezium-reader` wants of the changes that Debezium captures.
    generate("debezium/schemas/ratings.avsc", "debezium_ratings.rs")
}

fn generate(schema: &str, file: &str) -> Result<(), Box<dyn std::error::Error>> {
    Config::new().schema(schema).file_name(file).compile()?;
    Ok(())
}
