//! Names and passwords.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;

mod edit;
mod jaas;
mod jetty;
mod password_file;
mod stored;

use super::attempts::{Attempts, Trying};
use super::refusal::{Reason, Refusal};
use crate::config::Authentication;
use crate::security::{Principal, Proof};
pub use edit::set_password;
pub use password_file::PasswordFileError;
use password_file::Users;
pub(crate) use stored::StoredPassword;

/// How many requests may wait until their passwords are compared.
const MOST_WAITING: usize = 1000;

/// The users of BASIC.
#[derive(Debug)]
pub(super) struct Passwords {
    users: ArcSwap<Users>,
    /// Compared with where there is no such user, so that time does not tell names.
    of_nobody: StoredPassword,
    /// How many passwords are computed at a time. Who guesses leaves processors to those who need not.
    computing: Arc<Semaphore>,
    /// Places to wait for that.
    waiting: Semaphore,
}

impl Passwords {
    /// Reads the users.
    pub(super) fn load(settings: &Authentication) -> Result<Self, PasswordFileError> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            users: ArcSwap::from_pointee(read(settings)?),
            of_nobody: StoredPassword::of_nobody(),
            computing: Arc::new(Semaphore::new((processors / 2).max(1))),
            waiting: Semaphore::new(MOST_WAITING),
        })
    }

    /// Reads them again.
    pub(super) fn reload(&self, settings: &Authentication) -> Result<(), PasswordFileError> {
        self.users.store(Arc::new(read(settings)?));
        Ok(())
    }

    /// The user with this name and password. A wrong one is noted.
    ///
    /// # Errors
    /// [`Refusal`] where there is none, or there were too many wrong ones.
    pub(super) async fn verify(
        &self,
        name: &str,
        password: Vec<u8>,
        attempts: &Attempts,
        trying: Trying<'_>,
    ) -> Result<Principal, Refusal> {
        let (found, groups) = match self.users.load().get(name) {
            Some(user) => (Some(user.password.clone()), user.groups.clone()),
            None => (None, Vec::new()),
        };
        let is_known = found.is_some();
        let stored = found.unwrap_or_else(|| self.of_nobody.clone());
        if !self.compare(stored, password, attempts, trying).await? {
            return Err(if is_known { Reason::WrongPassword } else { Reason::UnknownUser }.into());
        }
        if is_known {
            Ok(Principal::user(name, groups, Proof::Password))
        } else {
            Err(Reason::UnknownUser.into())
        }
    }

    async fn compare(
        &self,
        stored: StoredPassword,
        password: Vec<u8>,
        attempts: &Attempts,
        trying: Trying<'_>,
    ) -> Result<bool, Refusal> {
        if !stored.is_slow() {
            return Ok(attempts.guess(trying)?.ended(stored.is(&password)));
        }
        // Who has made too many wrong ones already does not wait for being told so.
        if let Some(wait) = attempts.wait(trying) {
            return Err(Refusal::TooManyFailures { wait });
        }
        let place = self.waiting.try_acquire().map_err(|_| Refusal::TooManyFailures { wait: 1 })?;
        let turn = Arc::clone(&self.computing).acquire_owned().await;
        let turn = turn.map_err(|_| Refusal::TooManyFailures { wait: 1 })?;
        drop(place);
        // Others with this name or from this address may have been wrong meanwhile.
        let guess = attempts.guess(trying)?;
        // The turn is taken until the work has ended, whoever waits for it.
        let comparing = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            stored.is(&password)
        });
        Ok(guess.ended(comparing.await.unwrap_or(false)))
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
