//! Generates one module for each schema of `../../schemas/corpus`.

#[path = "../files.rs"]
mod files;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    files::generate(std::path::Path::new("../../schemas/corpus"), std::path::Path::new(&out))
}
