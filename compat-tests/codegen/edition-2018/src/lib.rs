//! Generated code in a crate of the oldest edition that it can be used in, with every lint denied that is on by default.
#![deny(warnings, missing_docs)]

/// One module for each file of `compat-tests/schemas/corpus`.
pub mod files {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}
