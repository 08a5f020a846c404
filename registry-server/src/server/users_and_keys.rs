//! Users and keys of those who sign tokens, read again while the server runs.

use std::error::Error;
use std::sync::Arc;

use crate::reload::{Reload, Reloads, Seen};
use crate::security::AuthenticationError;
use crate::security::authentication::Authenticator;

struct UsersAndKeys(Authenticator);

impl Reload for UsersAndKeys {
    fn name(&self) -> String {
        "the users, and the keys of who signs tokens".to_owned()
    }

    fn reload(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(self.0.reload()?)
    }
}

/// What clients are compared with, as the settings name it; it is read again when it changes.
pub(super) fn load(
    settings: &crate::config::Authentication,
    reloads: &Reloads,
) -> Result<Authenticator, AuthenticationError> {
    let seen = Seen::now(settings.files());
    let authenticator = Authenticator::load(settings)?;
    reloads.add(Arc::new(UsersAndKeys(authenticator.clone())), seen);
    Ok(authenticator)
}
