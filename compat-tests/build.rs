//! Generates the types that the programs of this crate read and write.

use avro_codegen::Config;

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
    generate("debezium/schemas/ratings.avsc", "debezium_ratings.rs")
}

fn generate(schema: &str, file: &str) -> Result<(), Box<dyn std::error::Error>> {
    Config::new().schema(schema).file_name(file).compile()?;
    Ok(())
}
