//! TLS of the listeners: keystores as the original takes them, replaced while the server runs.
//!
//! A [`ListenerTls`] has what is in force for one listener. It is read again when a file changes
//! ([`reload`](crate::reload)): connections that come later get the new certificates, those that are open stay as they
//! are, and files that cannot be used change nothing.

mod certificate;
mod error;
mod identity;
mod jks;
mod keystore;
mod listener;
mod pem;
mod pkcs12;
mod server_config;
#[cfg(test)]
mod tests;

pub use self::certificate::{CertificateExpiry, CertificateUse};
pub use self::error::TlsError;
pub use self::identity::Place;
pub(crate) use self::listener::InForce;
pub use self::listener::{Certificates, ListenerTls, Watch};
