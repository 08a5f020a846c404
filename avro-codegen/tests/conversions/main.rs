//! What makes files of one kind from those of another.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod convert;
mod infer;
