//! Who sends a request.

use std::fmt;
use std::sync::Arc;

use super::Permission;
use crate::store::{Actor, Scope};

/// The name of who was not asked for credentials, as Kafka writes it.
pub(super) const ANONYMOUS: &str = "ANONYMOUS";

/// Who sends a request: a user with a name, or somebody whom nobody asked.
///
/// It is written as Kafka writes it, `User:alice`, and cheap to clone.
///
/// ```
/// use registry_server::security::{Principal, Proof};
///
/// let alice = Principal::user("alice", ["developers"], Proof::Password);
/// assert_eq!(alice.to_string(), "User:alice");
/// assert!(alice.is_in("developers") && !alice.is_in("admins"));
/// assert_eq!(Principal::anonymous().to_string(), "User:ANONYMOUS");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Principal(Option<Arc<Known>>);

/// What is known of a user.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Known {
    name: String,
    groups: Vec<String>,
    proof: Proof,
    scopes: Option<Vec<Scope>>,
}

/// How a user proved who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Proof {
    /// A name with its password.
    Password,
    /// A token that an issuer signed.
    SignedToken,
    /// A token of this registry.
    ApiToken,
    /// A certificate, by TLS.
    Certificate,
}

impl Proof {
    /// Its name in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SignedToken => "signed token",
            Self::ApiToken => "API token",
            Self::Certificate => "certificate",
        }
    }
}

impl Scope {
    /// Whether a permission is among them.
    pub(super) fn permits(&self, permission: Permission) -> bool {
        self.permissions.is_empty()
            || self.permissions.iter().any(|name| name.eq_ignore_ascii_case(permission.as_str()))
    }
}

impl Principal {
    /// Somebody whom nobody asked.
    #[must_use]
    pub const fn anonymous() -> Self {
        Self(None)
    }

    /// A user, with its groups, which are also called roles.
    #[must_use]
    pub fn user(
        name: impl Into<String>,
        groups: impl IntoIterator<Item = impl Into<String>>,
        proof: Proof,
    ) -> Self {
        let groups = groups.into_iter().map(Into::into).collect();
        Self(Some(Arc::new(Known { name: name.into(), groups, proof, scopes: None })))
    }

    /// A user who may do no more than these scopes say. Without any it may do nothing.
    #[must_use]
    pub fn limited_user(
        name: impl Into<String>,
        groups: impl IntoIterator<Item = impl Into<String>>,
        proof: Proof,
        scopes: Vec<Scope>,
    ) -> Self {
        let groups = groups.into_iter().map(Into::into).collect();
        Self(Some(Arc::new(Known { name: name.into(), groups, proof, scopes: Some(scopes) })))
    }

    /// The name, without its kind.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.as_ref().map_or(ANONYMOUS, |known| &known.name)
    }

    /// The groups, which are also called roles.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        self.0.as_ref().map_or(&[], |known| &known.groups)
    }

    /// Whether it has this group, or role.
    #[must_use]
    pub fn is_in(&self, group: &str) -> bool {
        self.groups().iter().any(|one| one == group)
    }

    /// How it proved who it is; `None` for who was not asked.
    #[must_use]
    pub fn proof(&self) -> Option<Proof> {
        self.0.as_ref().map(|known| known.proof)
    }

    /// The limits of the token that was shown; `None` where there are none.
    #[must_use]
    pub fn scopes(&self) -> Option<&[Scope]> {
        self.0.as_ref().and_then(|known| known.scopes.as_deref())
    }

    /// Whether nobody asked who it is.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.0.is_none()
    }

    /// The author of what it changes, as the change log has it: nobody, for who was not asked.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor(self.0.as_ref().map(|_| self.to_string()))
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "User:{}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_name_who_was_asked() {
        assert_eq!(Principal::anonymous().actor(), Actor(None));
        let alice = Principal::user("alice", [""; 0], Proof::Certificate);
        assert_eq!(alice.actor(), Actor(Some("User:alice".to_owned())));
    }
}
