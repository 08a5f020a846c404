//! Builds the crate anew when a migration is added; the macro itself only notices changes of files that it has read.

fn main() {
    for folder in ["postgres", "sqlite"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
