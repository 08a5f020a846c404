//! Generates one module for each schema of `../../schemas/corpus`, with every option.

use avro_codegen::{MapType, StringType};

#[path = "../files.rs"]
mod files;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let schemas = std::path::Path::new("../../schemas/corpus");
    files::generate(schemas, std::path::Path::new(&out), |config| {
        files::with_everything(config)
            .map_type(".", MapType::HashMap)
            .string_type(".", StringType::BoxStr)
            .visibility("pub(crate)")
            .plans(false)
    })
}
