//! Who sends a request, and how that is known.

pub(crate) mod authentication;
mod principal;

pub use principal::{Principal, Proof, Scope};
