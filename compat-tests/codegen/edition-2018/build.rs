//! Generates one module for each schema of `../../schemas`.

#[path = "../files.rs"]
mod files;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    files::generate(std::path::Path::new("../../schemas"), std::path::Path::new(&out))
}
