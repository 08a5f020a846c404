//! The subcommand `passwd`: a user's password from a terminal, or from standard input, into a file of users.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::Path;

use crate::security::{PasswordFileError, set_password};

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswdError {
    /// The password cannot be read.
    #[error("cannot read the password: {0}")]
    Unread(#[from] io::Error),
    /// The two do not agree.
    #[error("the two passwords are not the same; nothing was changed")]
    Differing,
    /// The file, the name or the password cannot be used.
    #[error(transparent)]
    File(#[from] PasswordFileError),
}

/// Asks for a password, twice and without showing it where somebody types it, and puts it into a file of users.
///
/// # Errors
/// [`PasswdError`], after which the file is as it was.
pub fn run(file: &Path, user: &str, groups: Option<&[String]>) -> Result<(), PasswdError> {
    let password = if io::stdin().is_terminal() { typed(user)? } else { piped()? };
    set_password(file, user, groups, &password)?;
    println!("{user} has a new password in {}", file.display());
    Ok(())
}

/// One secret, typed without showing it, or a line of standard input.
pub(crate) fn read_secret(prompt: &str) -> io::Result<String> {
    if io::stdin().is_terminal() { rpassword::prompt_password(prompt) } else { piped() }
}

fn typed(user: &str) -> Result<String, PasswdError> {
    let password = rpassword::prompt_password(format!("Password for {user}: "))?;
    if rpassword::prompt_password("The same again: ")? == password {
        Ok(password)
    } else {
        Err(PasswdError::Differing)
    }
}

/// The first line of standard input.
fn piped() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
