//! Our file of users: `user:hash`, or `user:hash:group,group`, a line.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use super::StoredPassword;
use crate::security::authentication::is_usable_name;

/// Users by name.
pub(super) type Users = HashMap<String, User>;

/// A user of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) password: StoredPassword,
    pub(super) groups: Vec<String>,
}

/// Why a file of users cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordFileError {
    /// It cannot be read.
    #[error("cannot read the users of {}: {error}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It holds something else.
    #[error("cannot use the users of {}: line {line} {reason}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it. It names no password.
        reason: &'static str,
    },
    /// It cannot be written.
    #[error("cannot write the users of {}: {error}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A name or a password cannot be taken.
    #[error("{reason}")]
    Refused {
        /// Why.
        reason: String,
    },
    /// A JAAS file names no users that can be read.
    #[error("cannot use {}: {reason}", .path.display())]
    Jaas {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// The text of a file.
pub(super) fn text_of(path: &Path) -> Result<String, PasswordFileError> {
    std::fs::read_to_string(path)
        .map_err(|error| PasswordFileError::Unreadable { path: path.to_owned(), error })
}

/// The users of a file.
pub(super) fn read(path: &Path) -> Result<Users, PasswordFileError> {
    let malformed = |(line, reason)| PasswordFileError::Malformed { path: path.to_owned(), line, reason };
    parse(&text_of(path)?).map_err(malformed)
}

/// The users of a text, or the line that is wrong and why.
pub(super) fn parse(text: &str) -> Result<Users, (usize, &'static str)> {
    let mut users = Users::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, user) = user(line).map_err(|reason| (index + 1, reason))?;
        if users.insert(name.to_owned(), user).is_some() {
            return Err((index + 1, "names a user a second time"));
        }
    }
    Ok(users)
}

fn user(line: &str) -> Result<(&str, User), &'static str> {
    let mut parts = line.split(':');
    let (Some(name), Some(hash)) = (parts.next(), parts.next()) else {
        return Err("is not user:hash or user:hash:group,group");
    };
    let groups = parts.next().unwrap_or_default();
    if parts.next().is_some() {
        return Err("has more than user:hash:group,group");
    }
    if !is_usable_name(name) {
        return Err("has a name that no user can have");
    }
    let password = StoredPassword::of_hash(hash)
        .ok_or("has no hash of Argon2 or bcrypt; registry-server passwd FILE USER makes one")?;
    let groups = groups.split(',').map(str::trim).filter(|one| !one.is_empty());
    Ok((name, User { password, groups: groups.map(str::to_owned).collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_with_hashes_and_groups() {
        let argon2 = StoredPassword::hashed(b"s3cret").unwrap();
        let bcrypt = bcrypt::hash("geheim", 4).unwrap();
        let text =
            format!("# users\n\nalice:{}:developers, admins\r\nbob:{bcrypt}\n", argon2.text().unwrap());
        let users = parse(&text).unwrap();
        assert_eq!(users.len(), 2);
        assert_eq!(users["alice"].groups, ["developers", "admins"]);
        assert!(users["alice"].password.is(b"s3cret") && !users["alice"].password.is(b"s3cre"));
        assert!(users["bob"].groups.is_empty());
        assert!(users["bob"].password.is(b"geheim") && !users["bob"].password.is(b"s3cret"));
        let shown = format!("{users:?}");
        assert!(!shown.contains(&bcrypt) && !shown.contains("argon2id"), "{shown}");
    }

    #[test]
    fn what_bcrypt_made_is_read_whatever_its_version() {
        let hash = bcrypt::hash_with_result("geheim", 4).unwrap();
        for version in [bcrypt::Version::TwoA, bcrypt::Version::TwoB, bcrypt::Version::TwoY] {
            let text = format!("u:{}", hash.format_for_version(version));
            let user = &parse(&text).unwrap()["u"];
            assert!(user.password.is(b"geheim") && !user.password.is(b"Geheim"), "{text}");
        }
    }

    #[test]
    fn the_line_that_is_wrong_is_named_without_what_it_holds() {
        let bcrypt = bcrypt::hash("geheim", 4).unwrap();
        for (line, reason) in [
            ("alice", "is not user:hash"),
            ("alice:s3cret", "has no hash"),
            ("alice:$argon2id$v=19$broken", "has no hash"),
            (":x", "has a name"),
            ("ANONYMOUS:x", "has a name"),
            (&*format!("a:{bcrypt}:g:h"), "has more"),
            (&*format!("ok:{bcrypt}"), "names a user a second time"),
        ] {
            let (number, told) = parse(&format!("ok:{bcrypt}\n{line}\n")).unwrap_err();
            assert_eq!(number, 2, "{line}");
            assert!(told.starts_with(reason) && !told.contains("s3cret"), "{line}: {told}");
        }
    }
}
