//! Names and passwords.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;

mod edit;
mod jaas;
mod jetty;
mod password_file;
mod stored;

use super::refusal::Reason;
use crate::config::Authentication;
use crate::security::{Principal, Proof};
pub use edit::set_password;
pub use password_file::PasswordFileError;
use password_file::Users;
pub(crate) use stored::StoredPassword;

/// The users of BASIC.
#[derive(Debug)]
pub(super) struct Passwords {
    users: ArcSwap<Users>,
    /// Compared with where there is no such user, so that time does not tell names.
    of_nobody: StoredPassword,
    /// How many passwords are computed at a time. Who guesses leaves processors to those who need not.
    computing: Semaphore,
}

impl Passwords {
    /// Reads the users.
    pub(super) fn load(settings: &Authentication) -> Result<Self, PasswordFileError> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            users: ArcSwap::from_pointee(read(settings)?),
            of_nobody: StoredPassword::of_nobody(),
            computing: Semaphore::new((processors / 2).max(1)),
        })
    }

    /// Reads them again.
    pub(super) fn reload(&self, settings: &Authentication) -> Result<(), PasswordFileError> {
        self.users.store(Arc::new(read(settings)?));
        Ok(())
    }

    /// The user with this name and password.
    pub(super) async fn verify(&self, name: &str, password: Vec<u8>) -> Result<Principal, Reason> {
        let (found, groups) = match self.users.load().get(name) {
            Some(user) => (Some(user.password.clone()), user.groups.clone()),
            None => (None, Vec::new()),
        };
        let is_known = found.is_some();
        let stored = found.unwrap_or_else(|| self.of_nobody.clone());
        if !self.compare(stored, password).await {
            return Err(if is_known { Reason::WrongPassword } else { Reason::UnknownUser });
        }
        if is_known { Ok(Principal::user(name, groups, Proof::Password)) } else { Err(Reason::UnknownUser) }
    }

    async fn compare(&self, stored: StoredPassword, password: Vec<u8>) -> bool {
        if !stored.is_slow() {
            return stored.is(&password);
        }
        let Ok(_turn) = self.computing.acquire().await else { return false };
        tokio::task::spawn_blocking(move || stored.is(&password)).await.unwrap_or(false)
    }
}

/// The users of all files; a name that stands in both is that of the password file.
fn read(settings: &Authentication) -> Result<Users, PasswordFileError> {
    let mut users = Users::default();
    if let Some(file) = &settings.jaas_file {
        users.extend(jaas::read(file, &settings.realm)?);
    }
    if let Some(file) = &settings.password_file {
        users.extend(password_file::read(file)?);
    }
    Ok(users)
}
