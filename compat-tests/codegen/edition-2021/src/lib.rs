//! Generated code in a crate of edition 2021, with the options that the other crates do not have: each namespace in a file,
//! types of other crates, strings that share their message.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]

/// The runtime where the generated code is told to find it.
pub use serde_wire as wire;

/// One module for each of the small files of `compat-tests/schemas/corpus`.
pub mod files {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}
