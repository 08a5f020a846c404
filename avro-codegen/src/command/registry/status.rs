//! `avro-gen status`

use super::client::{Connection, Registry};
use super::lock::{Lock, Locked, is_idl};
use super::{LOCK, file_path, same_file};
use crate::command::format::Format;
use crate::command::inputs::number;
use crate::command::{Outcome, print};
use crate::error::Error;
use crate::locked::{Content, LockedFiles};
use avro_model::json::Json;
use clap::Args;
use serde_wire::frame::SchemaId;
use serde_wire::registry::VersionSelector;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Tell what differs between the files, the lock file and the registry.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(in crate::command) struct Status {
    #[command(flatten)]
    connection: Connection,

    /// The lock file.
    #[arg(long, value_name = "FILE", default_value = LOCK)]
    lock: PathBuf,

    /// Look at the files alone, and ask no registry.
    #[arg(long)]
    offline: bool,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(in crate::command) format: Format,
}

const HELP: &str = "\
Examples:
  avro-gen status                   are the files what was pulled, and is there anything newer?
  avro-gen status --offline         in CI: are the files what was pulled?

Exit status:
  0  nothing differs
  1  something differs, and is told; or the lock file cannot be read, or the registry does not answer
  2  the command line is not valid";

impl Status {
    pub(in crate::command) fn run(&self) -> Result<Outcome, Error> {
        let lock = read(&self.lock)?;
        let mut differences = offline(&self.lock, &lock);
        if !self.offline {
            let registry =
                self.connection.open(Some(&lock.registry).filter(|url| !url.is_empty()).map(|url| &**url))?;
            for locked in &lock.schemas {
                if let Some(difference) = difference(&registry, locked)? {
                    differences.push(format!("{}: {difference}", locked.called()));
                }
            }
        }
        print(&match self.format {
            Format::Text => text(lock.schemas.len(), &differences),
            Format::Json => json(lock.schemas.len(), &differences),
        })?;
        Ok(if differences.is_empty() { Outcome::Success } else { Outcome::Refused })
    }
}

fn text(count: usize, differences: &[String]) -> String {
    if differences.is_empty() {
        let versions = if count == 1 { "1 version".to_owned() } else { format!("{count} versions") };
        return format!("{versions} locked, and nothing differs\n");
    }
    differences.iter().map(|line| format!("{line}\n")).collect()
}

/// One document: how many versions are locked, and what differs, a text each.
fn json(count: usize, differences: &[String]) -> String {
    let differences = differences.iter().map(|line| Json::String(line.clone())).collect();
    let members =
        vec![("locked".to_owned(), number(count)), ("differences".to_owned(), Json::Array(differences))];
    format!("{}\n", Json::Object(members))
}

/// The lock file, which must be there.
pub(super) fn read(path: &Path) -> Result<Lock, Error> {
    Lock::read(path)?.ok_or_else(|| Error::Read {
        path: path.to_owned(),
        error: std::io::Error::new(
            std::io::ErrorKind::NotFound,
            "there is no such file; avro-gen pull makes one",
        ),
    })
}

/// A line for each file that is not what is locked, and each that is locked nowhere though it lies between those.
pub(super) fn offline(path: &Path, lock: &Lock) -> Vec<String> {
    let mut contents = LockedFiles::default();
    let drift = lock.drift(path, &mut contents);
    let drift = drift.into_iter();
    let mut lines: Vec<String> = drift
        .map(|(locked, drift)| format!("{} ({}): {drift}", locked.called(), locked.place(path)))
        .collect();
    let known: HashSet<PathBuf> = lock.schemas.iter().map(|locked| file_path(path, &locked.file)).collect();
    let mut folders: Vec<PathBuf> =
        known.iter().filter_map(|file| file.parent().map(Path::to_owned)).collect();
    folders.sort();
    folders.dedup();
    for folder in folders {
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.sort();
        for file in &files {
            let plain = file.strip_prefix(".").unwrap_or(file);
            let is_known = known.contains(file) || known.contains(plain);
            if is_idl(file) {
                lines.extend(unlocked_types(path, lock, file, is_known, &mut contents));
            } else if !is_known && file.extension().is_some_and(|extension| extension == "avsc") {
                lines.push(format!("{}: not locked", file.display()));
            }
        }
    }
    lines
}

/// The types that an IDL or protocol file defines and that are not locked.
fn unlocked_types(
    path: &Path,
    lock: &Lock,
    file: &Path,
    is_known: bool,
    contents: &mut LockedFiles,
) -> Vec<String> {
    let types = match contents.content(file) {
        Ok(Content::Types { types, .. }) => types,
        Ok(Content::Schema(_)) => return Vec::new(),
        // Of a file that is locked it is told already.
        Err(fault) if !is_known => return vec![format!("{}: {fault}", file.display())],
        Err(_) => return Vec::new(),
    };
    let here: HashSet<&str> = lock
        .schemas
        .iter()
        .filter(|locked| same_file(&file_path(path, &locked.file), file))
        .filter_map(|locked| locked.type_name.as_deref())
        .collect();
    let own = types.iter().filter(|one| !one.is_imported && !here.contains(&*one.name));
    let lines = own.map(|one| format!("{}: type {} is not locked", file.display(), one.name));
    let lines: Vec<String> = lines.collect();
    match lines.is_empty() || is_known {
        true => lines,
        false => vec![format!("{}: not locked", file.display())],
    }
}

/// How the registry differs from a locked version.
fn difference(registry: &Registry, locked: &Locked) -> Result<Option<String>, Error> {
    let there = match registry.find(&locked.subject, VersionSelector::Number(locked.version))? {
        Ok(found) => found,
        Err(error) => return Ok(Some(format!("the registry does not have it: {error}"))),
    };
    let (id, guid) = (there.id.map(SchemaId::get), there.guid.map(|guid| guid.to_string()));
    if !locked.is(id, guid.as_deref(), &super::lock::hash(&there.text).unwrap_or_default()) {
        return Ok(Some("the registry holds another schema under this number".to_owned()));
    }
    if let (Some(id), Some(known)) = (id, locked.id)
        && id != known
    {
        return Ok(Some(format!("its id is {id} in the registry, and {known} is locked")));
    }
    if !locked.requested {
        return Ok(None);
    }
    Ok(match registry.find(&locked.subject, VersionSelector::Latest)? {
        Ok(latest) if latest.version.is_some_and(|version| version > locked.version) => {
            let version = latest.version.unwrap_or_default();
            Some(match locked.is_in_idl() {
                true => {
                    format!("version {version} is newer; bring its change into {} and push it", locked.file)
                }
                false => format!("version {version} is newer; avro-gen pull --update brings it"),
            })
        }
        Ok(_) => None,
        Err(_) => Some("the registry has deleted it".to_owned()),
    })
}
