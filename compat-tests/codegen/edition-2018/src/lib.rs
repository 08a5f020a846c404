//! Generated code in a crate of the oldest edition that it can be used in, with every lint denied that is on by default, and
//! with every option of the generator.
#![deny(warnings, missing_docs)]

/// The runtime where the generated code is told to find it.
pub use serde_wire as wire;

/// One module for each file of `compat-tests/schemas/corpus`.
pub mod files {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}
