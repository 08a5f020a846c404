//! The lock file: which version of which subject each file is.
//!
//! It makes builds repeatable without a registry: what the files hold is known by hash, and `pull` without subjects
//! brings the same versions again.

use super::file_path;
use crate::error::Error;
use crate::history::LOCK_FORMAT as FORMAT;
use crate::locked::{Fault, LockedFiles};
use crate::toml_file::{TomlFile, flag};
use avro_model::fingerprint;
use avro_model::json::Json;
use serde_wire::registry::SchemaReference;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// What a lock file holds.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Lock {
    /// The registry that the versions are from, without credentials.
    pub(super) registry: String,
    /// In the order of subjects and versions.
    pub(super) schemas: Vec<Locked>,
}

/// A version of a subject in a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Locked {
    pub(super) subject: String,
    pub(super) version: u32,
    /// Whether it was asked for, and not only referred to.
    pub(super) requested: bool,
    /// Whether pull made the file, so that pull may remove it.
    pub(super) pulled: bool,
    pub(super) id: Option<u32>,
    pub(super) guid: Option<String>,
    /// The CRC-64 of the Parsing Canonical Form, which the header of a single-object message has.
    pub(super) fingerprint: String,
    /// The hash of what the file says, its layout aside.
    pub(super) sha256: String,
    /// The file, from the folder of the lock file.
    pub(super) file: String,
    /// The full name of the type in the file, where that is IDL or a protocol; without it what IDL declares to be its schema.
    pub(super) type_name: Option<String>,
    pub(super) references: Vec<SchemaReference>,
}

impl Locked {
    /// Whether a version is the same schema, whatever its text looks like: the file that was pushed is laid out otherwise
    /// than what the registry made of it.
    pub(super) fn is(&self, id: Option<u32>, guid: Option<&str>, sha256: &str) -> bool {
        match (self.guid.as_deref(), guid, self.id, id) {
            (Some(known), Some(guid), ..) => known == guid,
            (.., Some(known), Some(id)) => known == id,
            _ => self.sha256 == sha256,
        }
    }

    /// Whether it is the same place: that file, and there that type.
    pub(super) fn stands_in(&self, file: &str, type_name: Option<&str>) -> bool {
        self.file == file && self.type_name.as_deref() == type_name
    }

    /// Whether its file is no schema file, which only people write.
    pub(super) fn is_in_idl(&self) -> bool {
        is_idl(Path::new(&self.file))
    }

    /// Its place for messages: the file, and the type in it.
    pub(super) fn place(&self, lock: &Path) -> String {
        let file = file_path(lock, &self.file);
        match &self.type_name {
            Some(name) => format!("{}, type {name}", file.display()),
            None => file.display().to_string(),
        }
    }

    /// What messages call it.
    pub(super) fn called(&self) -> String {
        format!("{} version {}", self.subject, self.version)
    }
}

/// A difference between a lock file and the files that it locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Drift {
    /// The file does not tell.
    Fault(Fault),
    /// The file says something else.
    Changed,
    /// A version that it refers to is not locked.
    Unlocked(SchemaReference),
}

impl std::fmt::Display for Drift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Changed => f.write_str("the file does not hold that version any more"),
            Self::Unlocked(SchemaReference { subject, version, .. }) => {
                write!(f, "it refers to {subject} version {version}, which is not locked")
            }
        }
    }
}

/// The [`hash`] of what stands where a version is locked.
pub(super) fn there(lock: &Path, locked: &Locked, files: &mut LockedFiles) -> Result<String, Fault> {
    let text = files.text(&file_path(lock, &locked.file), locked.type_name.as_deref())?;
    hash(text).map_err(Fault::Unreadable)
}

/// Whether a file is IDL or a protocol, which hold any number of types.
pub(super) fn is_idl(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "avdl" || extension == "avpr")
}

/// The hash of what a schema's text says: the order of members counts, layout and comments do not.
pub(super) fn hash(text: &str) -> Result<String, String> {
    let json = Json::parse(text).map_err(|error| error.to_string())?;
    Ok(hex(&fingerprint::sha256(&json.to_string())))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes any text");
        text
    })
}

impl Lock {
    /// Reads a lock file; `None` when there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, Error> {
        match fs::read_to_string(path) {
            Ok(text) => parsed(&TomlFile { path, text: &text }).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::Read { path: path.to_owned(), error }),
        }
    }

    /// Writes the file, which is at any time the old one or the new one.
    pub(super) fn write(&mut self, path: &Path) -> Result<(), Error> {
        self.schemas.sort_by(|one, other| (&one.subject, one.version).cmp(&(&other.subject, other.version)));
        let text = self.text();
        if crate::output::is_current(path, &text) {
            return Ok(());
        }
        let unwritable = |error| Error::Write { path: path.to_owned(), error };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(unwritable)?;
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let new = path.with_file_name(name);
        fs::write(&new, text).and_then(|()| fs::rename(&new, path)).map_err(unwritable)
    }

    /// The entry of a version.
    pub(super) fn find(&self, subject: &str, version: u32) -> Option<&Locked> {
        self.schemas.iter().find(|locked| locked.subject == subject && locked.version == version)
    }

    /// The files that do not hold what is locked, in the order of the lock. Nothing but files is looked at.
    pub(super) fn drift(&self, path: &Path, files: &mut LockedFiles) -> Vec<(&Locked, Drift)> {
        let mut drift = Vec::new();
        for locked in &self.schemas {
            let state = match there(path, locked, files) {
                Ok(sha256) if sha256 == locked.sha256 => None,
                Ok(_) => Some(Drift::Changed),
                Err(fault) => Some(Drift::Fault(fault)),
            };
            drift.extend(state.map(|state| (locked, state)));
            let is_locked = |reference: &&SchemaReference| {
                u32::try_from(reference.version)
                    .is_ok_and(|version| self.find(&reference.subject, version).is_some())
            };
            let unlocked = locked.references.iter().filter(|reference| !is_locked(reference));
            drift.extend(unlocked.map(|reference| (locked, Drift::Unlocked(reference.clone()))));
        }
        drift
    }

    fn text(&self) -> String {
        let mut text = format!(
            "# Made by avro-gen: the versions that the schema files are. Keep it under version control.\n\
             format = {FORMAT}\nregistry = {}\n",
            quoted(&self.registry)
        );
        for locked in &self.schemas {
            let mut line = |key: &str, value: &str| {
                writeln!(text, "{key} = {value}").expect("a String takes any text");
            };
            line("\n[[schema]]\nsubject", &quoted(&locked.subject));
            line("version", &locked.version.to_string());
            line("requested", &locked.requested.to_string());
            line("pulled", &locked.pulled.to_string());
            if let Some(id) = locked.id {
                line("id", &id.to_string());
            }
            if let Some(guid) = &locked.guid {
                line("guid", &quoted(guid));
            }
            line("fingerprint", &quoted(&locked.fingerprint));
            line("sha256", &quoted(&locked.sha256));
            line("file", &quoted(&locked.file));
            if let Some(name) = &locked.type_name {
                line("type", &quoted(name));
            }
            if !locked.references.is_empty() {
                let references =
                    locked.references.iter().map(|SchemaReference { name, subject, version, .. }| {
                        format!(
                            "\n  {{ name = {}, subject = {}, version = {version} }},",
                            quoted(name),
                            quoted(subject)
                        )
                    });
                line("references", &format!("[{}\n]", references.collect::<String>()));
            }
        }
        text
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                write!(quoted, "\\U{:08X}", u32::from(letter)).expect("a String takes any text");
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn parsed(file: &TomlFile<'_>) -> Result<Lock, Error> {
    let (table, whole) = file.table()?;
    let format: u32 = file.number(&table, "format", &whole)?;
    if format != FORMAT {
        let problem =
            format!("the format is {format}, and this avro-gen reads {FORMAT}: bring it up to date");
        return Err(file.error(whole, problem));
    }
    let registry = file.text(&table, "registry", &whole)?;
    let mut schemas = Vec::new();
    for (table, span) in file.tables(&table, "schema")? {
        let references = file.tables(table, "references")?.into_iter().map(|(table, span)| {
            Ok(SchemaReference::new(
                file.text(table, "name", &span)?,
                file.text(table, "subject", &span)?,
                file.number(table, "version", &span)?,
            ))
        });
        schemas.push(Locked {
            subject: file.text(table, "subject", &span)?,
            version: file.number(table, "version", &span)?,
            requested: flag(table, "requested"),
            pulled: flag(table, "pulled"),
            id: table.contains_key("id").then(|| file.number(table, "id", &span)).transpose()?,
            guid: file.optional_text(table, "guid", &span)?,
            fingerprint: file.text(table, "fingerprint", &span)?,
            sha256: file.text(table, "sha256", &span)?,
            file: file.text(table, "file", &span)?,
            type_name: file.optional_text(table, "type", &span)?,
            references: references.collect::<Result<_, Error>>()?,
        });
    }
    Ok(Lock { registry, schemas })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock() -> Lock {
        let locked = |subject: &str, version, references| Locked {
            subject: subject.to_owned(),
            version,
            requested: version > 1,
            pulled: version == 1,
            id: (version > 1).then_some(7),
            guid: (version > 1).then(|| "5f1b0000-0000-0000-0000-000000000007".to_owned()),
            fingerprint: "00ff".to_owned(),
            sha256: hash("{\"type\": \"string\"}").unwrap(),
            file: format!("schemas/{version}.avsc"),
            type_name: (version > 1).then(|| "com.acme.Order".to_owned()),
            references,
        };
        let references = vec![SchemaReference::new("com.acme.Id", "quote\" \\ and\nline", 1)];
        let schemas = vec![locked("orders", 3, references), locked("quote\" \\ and\nline", 1, Vec::new())];
        Lock { registry: "http://localhost:8081".to_owned(), schemas }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("conf/avro-gen.lock");
        assert_eq!(Lock::read(&path).unwrap(), None);
        let mut written = lock();
        written.write(&path).unwrap();
        assert_eq!(Lock::read(&path).unwrap(), Some(written));
    }

    #[test]
    fn a_client_that_warms_up_finds_the_versions() {
        let read = serde_wire::registry::LockFile::parse(&lock().text()).unwrap();
        let found: Vec<_> = read.versions.iter().map(|one| (one.subject.as_str(), one.version)).collect();
        assert_eq!(found, [("orders", 3), ("quote\" \\ and\nline", 1)]);
        let told = |version: usize| {
            (read.versions[version].id.map(serde_wire::frame::SchemaId::get), read.versions[version].guid)
        };
        assert_eq!(told(0).0, Some(7));
        assert_eq!(told(0).1.map(|guid| guid.to_string()), lock().schemas[0].guid);
        assert_eq!(told(1), (None, None));
    }

    #[test]
    fn a_file_may_be_laid_out_otherwise_but_must_say_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("avro-gen.lock");
        let lock = lock();
        let file = |version: u32| folder.path().join(format!("schemas/{version}.avsc"));
        fs::create_dir(folder.path().join("schemas")).unwrap();
        fs::write(file(3), "/* laid out */\n{\n  \"type\": \"string\"\n}\n").unwrap();
        fs::write(file(1), "{\"type\":\"string\"}").unwrap();
        assert_eq!(lock.drift(&path, &mut LockedFiles::default()), []);

        fs::write(file(3), "{\"type\":\"string\",\"doc\":\"\"}").unwrap();
        fs::remove_file(file(1)).unwrap();
        let told = |lock: &Lock| -> Vec<String> {
            let drift = lock.drift(&path, &mut LockedFiles::default()).into_iter();
            drift.map(|(locked, drift)| format!("{}: {drift}", locked.called())).collect()
        };
        let missing = "quote\" \\ and\nline version 1: the file is missing";
        assert_eq!(told(&lock), ["orders version 3: the file does not hold that version any more", missing]);

        let mut lock = lock;
        lock.schemas.truncate(1);
        fs::write(file(3), "{").unwrap();
        let [unreadable, unlocked] = &told(&lock)[..] else { panic!("{:?}", told(&lock)) };
        assert!(unreadable.starts_with("orders version 3: the file cannot be read: "), "{unreadable}");
        assert!(unlocked.ends_with("it refers to quote\" \\ and\nline version 1, which is not locked"));
    }

    #[test]
    fn a_damaged_lock_file_is_told_at_its_place() {
        for (text, problem) in [
            ("format = 2", "1:1: the format is 2, and this avro-gen reads 1"),
            ("format = 1", "`registry` is missing"),
            ("format = 1\nregistry = 7", "2:12: `registry` is a text"),
            ("format = 1\nregistry = \"r\"\n[[schema]]\nsubject = \"s\"", "`version` is missing"),
            (
                "format = 1\nregistry = \"r\"\n[[schema]]\nsubject = \"s\"\nversion = \"1\"",
                "5:11: `version` is a number",
            ),
            ("format = 1\nregistry = \"r\"\nschema = 1", "3:10: `schema` is a list of tables"),
            ("format = ", "1:"),
            (
                "format = 1\n<<<<<<< HEAD\nregistry = \"r\"\n=======\nregistry = \"s\"\n>>>>>>> other\n",
                "2:1: a merge left both sides here; take the file of one side",
            ),
        ] {
            let error = parsed(&TomlFile { path: Path::new("x.lock"), text }).unwrap_err().to_string();
            assert!(error.starts_with("x.lock:") && error.contains(problem), "{text}: {error}");
        }
    }
}
