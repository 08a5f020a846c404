//! Generates the types of the rating pipeline: one file for each version of its schema, since a program that holds
//! several versions at once keeps them in modules of their own.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for name in ["v1", "v2", "v3", "alert"] {
        avro_codegen::Config::new()
            .schema(format!("schemas/rating/{name}.avsc"))
            .file_name(format!("rating_{name}.rs"))
            .compile()?;
    }
    Ok(())
}
