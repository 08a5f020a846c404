//! Generated code for the schemas of a folder: that it compiles without a warning is a test.
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic, rustdoc::all)]
#![allow(rustdoc::missing_crate_level_docs, reason = "not of types")]
#![recursion_limit = "1024"]

/// The runtime where some of the generated code is told to find it.
pub use serde_wire as wire;

include!(concat!(env!("OUT_DIR"), "/files.rs"));
