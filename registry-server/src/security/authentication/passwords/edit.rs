//! Changing our file of users.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::StoredPassword;
use super::password_file::{PasswordFileError, parse, text_of};
use crate::security::authentication::is_usable_name;

/// The fewest characters of a new password.
const SHORTEST: usize = 8;

/// Puts a user with a password into a file, or changes the user's password there. The file is made if there is none, and is
/// never seen half-written; other lines stay as they are. Without `groups` those that the user has stay.
///
/// # Errors
/// [`PasswordFileError`] for a file that holds something else, or cannot be written, and for a name or a password that cannot
/// be taken.
pub fn set_password(
    path: &Path,
    name: &str,
    groups: Option<&[String]>,
    password: &str,
) -> Result<(), PasswordFileError> {
    let refused = |reason: &str| PasswordFileError::Refused { reason: reason.to_owned() };
    if !is_usable_name(name) || name.contains(':') || name.starts_with('#') {
        return Err(refused(
            "a name has no colons, no control characters, no spaces around it, does not begin with #, and is not ANONYMOUS or *",
        ));
    }
    if groups.is_some_and(|groups| groups.iter().any(|one| one.contains([':', '\n', '\r']))) {
        return Err(refused("a group has no colons and no ends of lines"));
    }
    if password.chars().count() < SHORTEST {
        return Err(refused(&format!("a password has at least {SHORTEST} characters")));
    }
    let text = match text_of(path) {
        Ok(text) => text,
        Err(PasswordFileError::Unreadable { error, .. }) if error.kind() == io::ErrorKind::NotFound => {
            String::new()
        }
        Err(error) => return Err(error),
    };
    let malformed = |(line, reason)| PasswordFileError::Malformed { path: path.to_owned(), line, reason };
    let users = parse(&text).map_err(malformed)?;
    let groups = match (groups, users.get(name)) {
        (Some(groups), _) => groups.join(","),
        (None, Some(user)) => user.groups.join(","),
        (None, None) => String::new(),
    };
    let hashed = StoredPassword::hashed(password.as_bytes())
        .map_err(|error| refused(&format!("the password cannot be hashed: {error}")))?;
    let hash = hashed.text().unwrap_or_default();
    let colon = if groups.is_empty() { "" } else { ":" };
    let new = with_line(&text, name, &format!("{name}:{hash}{colon}{groups}"));
    replace(path, &new).map_err(|error| PasswordFileError::Unwritable { path: path.to_owned(), error })
}

/// A text with the line of a user replaced, or added at its end.
fn with_line(text: &str, name: &str, new: &str) -> String {
    let is_of_user = |line: &&str| line.trim().split_once(':').is_some_and(|(one, _)| one == name);
    let mut lines: Vec<&str> = text.lines().collect();
    match lines.iter().position(is_of_user) {
        Some(index) => lines[index] = new,
        None => lines.push(new),
    }
    let mut all = lines.join("\n");
    all.push('\n');
    all
}

/// Puts a file that only its owner reads in the place of another, at once.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A symbolic link stays one.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut beside = path.clone().into_os_string();
    beside.push(format!(".{}.new", std::process::id()));
    let written =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
    let replaced = written.and_then(|()| fs::rename(&beside, &path));
    if replaced.is_err() {
        let _ = fs::remove_file(&beside);
    }
    replaced
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::password_file::read;
    use super::*;

    #[test]
    fn users_are_added_and_changed_and_all_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users");
        set_password(&path, "alice", Some(&["a".to_owned(), "b".to_owned()]), "correct horse").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let with_comment = format!("# ours\n{}", fs::read_to_string(&path).unwrap());
        fs::write(&path, with_comment).unwrap();
        set_password(&path, "bob", None, "battery staple").unwrap();
        set_password(&path, "alice", None, "another horse").unwrap();
        let users = read(&path).unwrap();
        assert!(
            users["alice"].password.is(b"another horse") && !users["alice"].password.is(b"correct horse")
        );
        assert!(users["bob"].password.is(b"battery staple"));
        assert_eq!(users["alice"].groups, ["a", "b"]);
        assert!(fs::read_to_string(&path).unwrap().starts_with("# ours\nalice:$argon2id$"));
        set_password(&path, "alice", Some(&[]), "another horse").unwrap();
        assert!(read(&path).unwrap()["alice"].groups.is_empty());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users");
        for (name, groups, password, part) in [
            ("a:b", "g", "long enough", "a name has no colons"),
            ("", "g", "long enough", "a name has"),
            ("ANONYMOUS", "g", "long enough", "is not ANONYMOUS"),
            ("a", "g:h", "long enough", "a group has no colons"),
            ("a", "g", "short", "at least 8 characters"),
        ] {
            let told =
                set_password(&path, name, Some(&[groups.to_owned()]), password).unwrap_err().to_string();
            assert!(told.contains(part) && !told.contains(password), "{name}: {told}");
            assert!(!path.exists(), "{name}");
        }
        fs::write(&path, "something else\n").unwrap();
        let told = set_password(&path, "a", None, "long enough").unwrap_err().to_string();
        assert!(told.contains("line 1 is not user:hash"), "{told}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "something else\n");
    }
}
