//! Generated code for every schema of the corpus. That this crate compiles without a warning is the test; the folder
//! `tests` holds what the code does.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, clippy::all, clippy::pedantic)]

/// The runtime where some of the generated code is told to find it.
pub use serde_wire as wire;

/// One module for each file of `compat-tests/schemas/corpus`.
pub mod files {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// One module for each valid row of `compat-tests/tables/schema-cases.json` that code was generated for.
pub mod rows {
    include!(concat!(env!("OUT_DIR"), "/rows.rs"));
}

/// Two modules for each of a number of seeds: a schema made at random, and one that it may become.
pub mod pairs {
    include!(concat!(env!("OUT_DIR"), "/pairs.rs"));
}

/// Types of one schema in a module of their own, and of another that refers to them there.
pub mod external {
    include!(concat!(env!("OUT_DIR"), "/external.rs"));
}

/// Types of one schema in a module of their own, and of another with more defaults that refers to them there.
pub mod elsewhere {
    include!(concat!(env!("OUT_DIR"), "/elsewhere.rs"));
}

/// One schema with all logical types as types of each crate that has some.
pub mod mapped {
    include!(concat!(env!("OUT_DIR"), "/mapped.rs"));
}

/// One schema with each choice about symbols that its enum does not have.
pub mod symbols {
    include!(concat!(env!("OUT_DIR"), "/symbols.rs"));
}

/// A record of fields whose defaults cannot be used.
pub mod unusable_defaults {
    include!(concat!(env!("OUT_DIR"), "/unusable_defaults.rs"));
}

/// One module for each schema of `compat-tests/workloads`, whose types have every form.
pub mod workloads {
    include!(concat!(env!("OUT_DIR"), "/workloads.rs"));
}

/// The valid rows that the generator refuses, and what it says.
pub const REFUSED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/refused.rs"));
