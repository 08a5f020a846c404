//! `avro-gen pull`

mod kept;
mod report;

use crate::command::format::Format;
use crate::command::registry::client::{Connection, Registry};
use crate::command::registry::fetch::{Fetched, Pulled, Wanted, fetch, parsed, references};
use crate::command::registry::lock::{Lock, Locked, hash, there};
use crate::command::registry::pattern::fits;
use crate::command::registry::{LOCK, file_name, file_path, locked_path};
use crate::command::{Outcome, print};
use crate::error::Error;
use crate::locked::{Fault, LockedFiles};
use crate::output;
use avro_model::fingerprint;
use clap::Args;
use kept::{added, keep_others};
use report::{as_json, told};
use serde_wire::frame::SchemaId;
use serde_wire::registry::VersionSelector;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// Bring schemas from a registry into files, with all that they refer to.
///
/// What was brought is written into a lock file: subject, version, id, GUID and hash of each file. Builds then need no
/// registry, and get the same types until somebody pulls again.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(in crate::command) struct Pull {
    /// Subjects, each with a version if it ends in @ and a number, else the latest; * and ? stand for any letters. Without
    /// any: what the lock file names. A subject that is named replaces what is locked of it; but where several versions are locked,
    /// one with a number is added to them.
    #[arg(value_name = "SUBJECT")]
    subjects: Vec<String>,

    #[command(flatten)]
    connection: Connection,

    /// The folder for new files.
    #[arg(short, long, value_name = "DIR", default_value = "schemas")]
    output: PathBuf,

    /// The lock file.
    #[arg(long, value_name = "FILE", default_value = LOCK)]
    lock: PathBuf,

    /// Without subjects: bring the latest version of each, not the locked one.
    #[arg(long, conflicts_with = "subjects")]
    update: bool,

    /// Overwrite files that were changed since they were pulled, or that are not pulled at all.
    #[arg(long)]
    force: bool,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(in crate::command) format: Format,
}

const HELP: &str = "\
Examples:
  avro-gen pull orders-value --registry http://localhost:8081
                                    the latest version and what it refers to, into schemas/ and avro-gen.lock
  avro-gen pull 'shop.*' payments-value@3
                                    the registry is that of the lock file
  avro-gen pull                     the locked versions again, into files that are missing
  avro-gen pull --update            the latest versions of all that was asked for

A file is never half-written, and none is overwritten that holds work of your own: --force does that.

Exit status:
  0  the files and the lock file are written
  1  a subject or version is not there, the registry does not answer, or a file cannot be written
  2  the command line is not valid";

/// Where a version is to stand.
struct FileOfVersion {
    file: String,
    type_name: Option<String>,
    /// Whether pull made the file.
    pulled: bool,
}

impl FileOfVersion {
    fn of(locked: &Locked) -> Self {
        Self { file: locked.file.clone(), type_name: locked.type_name.clone(), pulled: locked.pulled }
    }
}

impl Pull {
    pub(in crate::command) fn run(&self) -> Result<Outcome, Error> {
        let old = Lock::read(&self.lock)?.unwrap_or_default();
        let known = (!old.registry.is_empty()).then_some(&*old.registry);
        let registry = self.connection.open(known)?;
        let mut notes = String::new();
        let wanted = self.wanted(&old, &registry)?;
        let added = added(&old, &wanted);
        let mut fetched = fetch(&registry, wanted, &mut notes)?;
        if fetched.requested.is_empty() {
            let problem = match self.subjects.is_empty() {
                true => format!(
                    "there is nothing to pull: name subjects, or have {} name some",
                    self.lock.display()
                ),
                false => "there is nothing to pull: no subject that fits is of type AVRO".to_owned(),
            };
            return Err(Error::Registry { problem });
        }
        if !self.subjects.is_empty() {
            keep_others(&old, &added, &registry, &mut fetched)?;
        }
        let Fetched { requested, pulled } = fetched;
        let mut new = Lock { registry: registry.name.clone(), schemas: Vec::new() };
        let mut files = Vec::new();
        let mut contents = LockedFiles::default();
        for key in pulled.keys() {
            let (locked, text) = self.locked(&old, key, &requested, &pulled)?;
            files.push((file_path(&self.lock, &locked.file), text));
            new.schemas.push(locked);
        }
        refuse_one_file_for_two(&new)?;
        self.refuse_another_schema(&old, &new)?;
        self.refuse_to_write_idl(&old, &new, &mut contents)?;
        self.refuse_to_overwrite(&old, &new, &mut contents)?;
        for ((path, text), locked) in files.iter().zip(&mut new.schemas) {
            let there = there(&self.lock, locked, &mut contents).ok();
            let before = old.find(&locked.subject, locked.version);
            match (there, before) {
                // What says the same is left as it is laid out.
                (Some(there), _) if there == locked.sha256 => {}
                // So is what was pushed, and is laid out otherwise by the registry.
                (Some(there), Some(before))
                    if there == before.sha256 && (!self.force || locked.is_in_idl()) =>
                {
                    locked.sha256 = there;
                }
                _ => output::write_file(path, text)?,
            }
        }
        new.write(&self.lock)?;
        notes.push_str(&self.dropped(&old, &new)?);
        print(&match self.format {
            Format::Text => format!("{notes}{}", told(&old, &new)),
            Format::Json => as_json(&notes, &old, &new),
        })?;
        Ok(Outcome::Success)
    }

    /// The versions that are asked for.
    fn wanted(&self, old: &Lock, registry: &Registry) -> Result<Vec<Wanted>, Error> {
        if self.subjects.is_empty() {
            let asked = old.schemas.iter().filter(|locked| locked.requested);
            return Ok(asked
                .map(|locked| Wanted {
                    subject: locked.subject.clone(),
                    version: match self.update {
                        true => VersionSelector::Latest,
                        false => VersionSelector::Number(locked.version),
                    },
                    by_pattern: false,
                })
                .collect());
        }
        let is_pattern = |asked: &str| asked.contains(['*', '?']);
        let all = match self.subjects.iter().any(|asked| is_pattern(asked)) {
            true => registry.subjects()?,
            false => Vec::new(),
        };
        let mut wanted = Vec::new();
        for asked in &self.subjects {
            if !is_pattern(asked) {
                let numbered = asked.rsplit_once('@').and_then(|(subject, version)| {
                    Some(Wanted {
                        subject: subject.to_owned(),
                        version: VersionSelector::Number(version.parse().ok()?),
                        by_pattern: false,
                    })
                });
                let latest =
                    || Wanted { subject: asked.clone(), version: VersionSelector::Latest, by_pattern: false };
                wanted.push(numbered.unwrap_or_else(latest));
                continue;
            }
            let fitting: Vec<&String> = all.iter().filter(|subject| fits(asked, subject)).collect();
            if fitting.is_empty() {
                let problem = format!("no subject of {} fits {asked}", registry.name);
                return Err(Error::Registry { problem });
            }
            wanted.extend(fitting.into_iter().map(|subject| Wanted {
                subject: subject.clone(),
                version: VersionSelector::Latest,
                by_pattern: true,
            }));
        }
        Ok(wanted)
    }

    /// The entry of a version, and the text of its file.
    fn locked(
        &self,
        old: &Lock,
        key: &(String, u32),
        requested: &BTreeSet<(String, u32)>,
        pulled: &Pulled,
    ) -> Result<(Locked, String), Error> {
        let (subject, version) = key;
        let registered = &pulled[key];
        let invalid = |problem: String| Error::Registry {
            problem: format!("subject {subject} version {version} is no schema that can be read: {problem}"),
        };
        let schema = parsed(registered, pulled).map_err(invalid)?;
        let is_newest = !pulled.keys().any(|(other, number)| other == subject && number > version);
        let FileOfVersion { file, type_name, pulled: pulled_file } =
            self.file(old, subject, *version, is_newest)?;
        let locked = Locked {
            subject: subject.clone(),
            version: *version,
            requested: requested.contains(key),
            pulled: pulled_file,
            id: registered.id.map(SchemaId::get),
            guid: registered.guid.map(|guid| guid.to_string()),
            fingerprint: format!("{:016x}", fingerprint::rabin(&schema.parsing_canonical_form())),
            sha256: hash(&registered.text).map_err(invalid)?,
            file,
            type_name,
            references: references(registered, pulled),
        };
        Ok((locked, format!("{}\n", registered.text.trim_end())))
    }

    /// The file of a version: the one that it has, that of the version before, or a new one.
    fn file(&self, old: &Lock, subject: &str, version: u32, is_newest: bool) -> Result<FileOfVersion, Error> {
        let is_numbered = |locked: &Locked| locked.file.ends_with(&format!("@{}.avsc", locked.version));
        if let Some(locked) = old.find(subject, version)
            && (is_newest || is_numbered(locked))
        {
            return Ok(FileOfVersion::of(locked));
        }
        let before = old.schemas.iter().filter(|locked| locked.subject == subject && !is_numbered(locked));
        if let Some(locked) = before.max_by_key(|locked| locked.version)
            && is_newest
        {
            return Ok(FileOfVersion::of(locked));
        }
        let name = match is_newest {
            true => format!("{}.avsc", file_name(subject)),
            false => format!("{}@{version}.avsc", file_name(subject)),
        };
        let path = self.output.join(&name);
        let file = locked_path(&self.lock, &path).ok_or_else(|| Error::Registry {
            problem: format!("{} cannot be named from the folder of {}", path.display(), self.lock.display()),
        });
        Ok(FileOfVersion { file: file?, type_name: None, pulled: true })
    }

    /// IDL and protocols are written by people: a version of one must be what stands there.
    fn refuse_to_write_idl(&self, old: &Lock, new: &Lock, contents: &mut LockedFiles) -> Result<(), Error> {
        for locked in new.schemas.iter().filter(|locked| locked.is_in_idl()) {
            let place = locked.place(&self.lock);
            let before = old.find(&locked.subject, locked.version);
            let problem = match there(&self.lock, locked, contents) {
                Ok(there) if there == locked.sha256 => continue,
                Ok(there) if before.is_some_and(|before| before.sha256 == there) => continue,
                Ok(_) => "it holds another version".to_owned(),
                Err(fault) => fault.to_string(),
            };
            let problem = format!(
                "nothing was written: {} is locked in {place}, and pull writes no IDL and no protocols ({problem}); bring \
                 the change into the file by hand and push it",
                locked.called(),
            );
            return Err(Error::Registry { problem });
        }
        Ok(())
    }

    /// A registry that holds another schema under a number is another registry, or was reset.
    fn refuse_another_schema(&self, old: &Lock, new: &Lock) -> Result<(), Error> {
        let is_another = |locked: &&Locked| {
            old.find(&locked.subject, locked.version)
                .is_some_and(|before| !before.is(locked.id, locked.guid.as_deref(), &locked.sha256))
        };
        let others: Vec<String> = new.schemas.iter().filter(is_another).map(Locked::called).collect();
        if others.is_empty() || self.force {
            return Ok(());
        }
        let problem = format!(
            "nothing was written: {} holds another schema than is locked as {}; is it another registry, or was it reset? \
             --force takes what it holds",
            new.registry,
            others.join(", ")
        );
        Err(Error::Registry { problem })
    }

    /// A file that holds neither what was pulled last nor what is pulled now is somebody's work.
    fn refuse_to_overwrite(&self, old: &Lock, new: &Lock, contents: &mut LockedFiles) -> Result<(), Error> {
        if self.force {
            return Ok(());
        }
        let mut own = Vec::new();
        for locked in &new.schemas {
            let there = match there(&self.lock, locked, contents) {
                Ok(there) => there,
                Err(Fault::Missing) => continue,
                Err(_) => String::new(),
            };
            let was =
                old.schemas.iter().filter(|old| old.stands_in(&locked.file, locked.type_name.as_deref()));
            if there != locked.sha256 && !was.into_iter().any(|before| before.sha256 == there) {
                own.push(locked.place(&self.lock));
            }
        }
        if own.is_empty() {
            return Ok(());
        }
        let problem = format!(
            "nothing was written: {} not what was pulled last; --force overwrites",
            match &*own {
                [one] => format!("{one} is"),
                many => format!("{} are", many.join(", ")),
            }
        );
        Err(Error::Registry { problem })
    }

    /// Removes files of versions that are not locked any more, if they hold nothing else.
    fn dropped(&self, old: &Lock, new: &Lock) -> Result<String, Error> {
        let mut notes = String::new();
        let drifted: HashSet<String> = old
            .drift(&self.lock, &mut LockedFiles::default())
            .into_iter()
            .map(|(locked, _)| locked.file.clone())
            .collect();
        for locked in &old.schemas {
            let is_kept = new.schemas.iter().any(|kept| kept.file == locked.file);
            if is_kept || !locked.pulled || drifted.contains(&locked.file) {
                continue;
            }
            let path = file_path(&self.lock, &locked.file);
            fs::remove_file(&path).map_err(|error| Error::Write { path: path.clone(), error })?;
            writeln!(notes, "removed {}: nothing needs {} any more", path.display(), locked.called())
                .expect("a String takes any text");
        }
        Ok(notes)
    }
}

/// Subjects that differ only in case are one file on some systems.
fn refuse_one_file_for_two(new: &Lock) -> Result<(), Error> {
    let mut files: HashMap<(String, Option<&str>), &Locked> = HashMap::new();
    for locked in &new.schemas {
        let place = (locked.file.to_lowercase(), locked.type_name.as_deref());
        if let Some(other) = files.insert(place, locked) {
            let problem = format!(
                "nothing was written: {} and {} would both stand in {}",
                other.called(),
                locked.called(),
                locked.file
            );
            return Err(Error::Registry { problem });
        }
    }
    Ok(())
}
