//! Subcommands that talk to a registry: `pull`, `push` and `status`.

pub(super) mod against;
mod client;
mod fetch;
mod lock;
mod names;
mod pattern;
pub(super) mod pull;
pub(super) mod push;
mod rule;
mod schemas;
pub(super) mod status;

pub(super) use client::{Access, Registry};
pub(super) use schemas::KnownSchema;
use std::path::{Path, PathBuf};

/// The lock file's usual name.
const LOCK: &str = "avro-gen.lock";

/// The name of a subject as that of a file, which every file system takes.
fn file_name(subject: &str) -> String {
    let mut name = String::new();
    for letter in subject.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => name.push(letter),
            '.' if !name.is_empty() => name.push(letter),
            _ => letter
                .encode_utf8(&mut [0; 4])
                .bytes()
                .for_each(|byte| name.push_str(&format!("%{byte:02X}"))),
        }
    }
    name
}

/// A path in the lock file, from the folder that it stands in: with `/` on every system.
fn locked_path(lock: &Path, file: &Path) -> Option<String> {
    let absolute = |path: &Path| std::path::absolute(path).ok();
    let folder = absolute(lock)?.parent()?.to_owned();
    let file = absolute(file)?;
    let mut up = 0;
    let mut base = folder.as_path();
    let rest = loop {
        if let Ok(rest) = file.strip_prefix(base) {
            break rest.to_owned();
        }
        base = base.parent()?;
        up += 1;
    };
    let parts = rest.components().map(|part| part.as_os_str().to_str().map(str::to_owned));
    let parts: Option<Vec<String>> = std::iter::repeat_n(Some("..".to_owned()), up).chain(parts).collect();
    Some(parts?.join("/"))
}

/// The path of a file that the lock file names.
fn file_path(lock: &Path, file: &str) -> PathBuf {
    let folder = lock.parent().filter(|folder| !folder.as_os_str().is_empty());
    file.split('/').fold(folder.map_or_else(PathBuf::new, Path::to_owned), |path, part| path.join(part))
}

/// Whether two paths are of one file.
pub(super) fn same_file(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().ok();
    one == other || whole(one).is_some_and(|one| Some(one) == whole(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_becomes_the_name_of_a_file() {
        for (subject, name) in [
            ("orders-value", "orders-value"),
            ("com.acme.Order", "com.acme.Order"),
            (":.team-a:orders", "%3A.team-a%3Aorders"),
            ("..", "%2E."),
            ("a/../b", "a%2F..%2Fb"),
            ("größe 1", "gr%C3%B6%C3%9Fe%201"),
        ] {
            assert_eq!(file_name(subject), name);
        }
    }

    #[test]
    fn paths_are_told_from_the_folder_of_the_lock_file() {
        for (lock, file, told) in [
            ("avro-gen.lock", "schemas/a.avsc", "schemas/a.avsc"),
            ("conf/avro-gen.lock", "schemas/a.avsc", "../schemas/a.avsc"),
            ("conf/x/avro-gen.lock", "conf/x/a.avsc", "a.avsc"),
        ] {
            assert_eq!(locked_path(Path::new(lock), Path::new(file)).as_deref(), Some(told));
            let back = file_path(Path::new(lock), told);
            let meant = std::path::absolute(file).unwrap();
            let parent = std::path::absolute(back).unwrap();
            let plain = parent.components().fold(PathBuf::new(), |mut path, part| {
                if part.as_os_str() == ".." {
                    path.pop();
                } else {
                    path.push(part);
                }
                path
            });
            assert_eq!(plain, meant);
        }
    }
}
