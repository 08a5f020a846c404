//! Who sends a request, how that is known, and what it may do.

pub(crate) mod authentication;
pub mod authorization;
mod needs;
mod permission;
mod principal;

pub use crate::store::Scope;
pub use authentication::{AuthenticationError, KeysError, PasswordFileError, set_password};
pub use authorization::{Access, Authorizer, Denial, SubjectPattern};
pub use needs::Needs;
pub use permission::{Permission, PermissionScope};
pub use principal::{Principal, Proof};
