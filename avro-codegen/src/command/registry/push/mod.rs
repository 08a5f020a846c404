//! `avro-gen push`

mod report;
mod state;

use crate::command::format::Format;
use crate::command::registry::client::{Connection, Registry};
use crate::command::registry::lock::{Lock, Locked, hash, is_idl};
use crate::command::registry::names::Names;
use crate::command::registry::{LOCK, file_path, locked_path, same_file};
use crate::command::{Outcome, print};
use crate::error::Error;
use crate::reading::{Read, Reading};
use crate::{Config, input};
use avro_model::fingerprint;
use avro_model::json::Json;
use clap::{Args, ValueEnum};
use report::{as_json, told};
use serde_wire::frame::SchemaId;
use serde_wire::registry::RegisteredSchema;
use state::{Item, State, order, planned, references, register};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Register schemas, each behind those that it refers to.
///
/// All inputs are read together, as by generate, and each becomes a schema of its own that refers to the others. What would be
/// done is told first; --yes does it. The subject of a schema is the one that
/// --subject says, that of its file in the lock file, or one that is made of its name.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(in crate::command) struct Push {
    /// Schema files (.avsc), IDL files (.avdl), protocols (.avpr), and folders of such files.
    #[arg(required_unless_present = "config", value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// A file of options, by custom avro-gen.toml: its key `schemas` names inputs.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    connection: Connection,

    /// The subject of one schema, which is told by its full name or its file.
    #[arg(long, value_name = "NAME=SUBJECT")]
    subject: Vec<String>,

    /// What the subjects of others are made of.
    #[arg(long, value_name = "WAY", default_value = "name")]
    naming: Naming,

    /// The lock file, which takes in what was registered.
    #[arg(long, value_name = "FILE", default_value = LOCK)]
    lock: PathBuf,

    /// Register, after the plan was told.
    #[arg(short, long)]
    yes: bool,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(in crate::command) format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Naming {
    /// The full name of the type, as RecordNameStrategy has it.
    Name,
    /// The name of the file without its extension.
    File,
}

const HELP: &str = "\
Examples:
  avro-gen push schemas/ --registry http://localhost:8081
                                    the plan: what is there already, what is new, what is refused and why
  avro-gen push schemas/ --yes      does it
  avro-gen push schemas/ --subject com.acme.Order=orders-value --yes

A schema that is there under its subject is left alone, so that a second run changes nothing. When one is refused, those
that were registered before stay registered, and nothing that refers to it is tried.

Exit status:
  0  all is registered, or without --yes: all could be
  1  a schema is not valid or is refused, or the registry does not answer
  2  the command line is not valid";

impl Push {
    pub(in crate::command) fn run(&self) -> Result<Outcome, Error> {
        let config = match &self.config {
            Some(file) => Config::from_file(file)?,
            None => Config::new(),
        };
        let config = self.inputs.iter().fold(config, Config::schema);
        let reading = Reading::of(input::read(config.inputs())?, config.options()).complete()?;
        let mut lock = Lock::read(&self.lock)?.unwrap_or_default();
        let items = self.items(&reading, &lock)?;
        let order = order(&items)?;
        let known = Some(&*lock.registry).filter(|url| !url.is_empty());
        let registry = self.connection.open(known)?;
        if let Some(known) = known.filter(|known| *known != registry.name) {
            let problem = format!(
                "{} is of {known}, and ids of two registries do not go into one file: name another one by --lock",
                self.lock.display()
            );
            return Err(Error::Registry { problem });
        }
        let mut states: HashMap<usize, State> = HashMap::new();
        let mut plan = String::new();
        for &number in &order {
            let state = planned(&registry, &items, number, &states)?;
            writeln!(plan, "{}", told(&items[number], &state)).expect("a String takes any text");
            states.insert(number, state);
        }
        let as_text = matches!(self.format, Format::Text);
        if as_text {
            print(&plan)?;
        }
        let refused = states.values().filter(|state| matches!(state, State::Refused(_))).count();
        let new = states.values().filter(|state| matches!(state, State::New { .. })).count();
        let known = order.len() - new - refused;
        if !self.yes {
            let next = if new > 0 { "; --yes registers" } else { "" };
            print(&match self.format {
                Format::Text => {
                    format!("{new} to register, {known} there already, {refused} refused{next}\n")
                }
                Format::Json => as_json(&items, &order, &states, 0),
            })?;
            return Ok(if refused == 0 { Outcome::Success } else { Outcome::Refused });
        }
        if refused > 0 {
            if !as_text {
                print(&as_json(&items, &order, &states, 0))?;
            }
            let problem =
                format!("nothing was registered: {refused} of {} schemas would be refused", order.len());
            return Err(Error::Registry { problem });
        }
        self.register(&registry, &items, &order, &mut states, &mut lock)
    }

    /// The schemas of all inputs, with what they refer to.
    fn items<'r>(&self, reading: &'r Reading, lock: &Lock) -> Result<Vec<Item<'r>>, Error> {
        let mut items: Vec<Item<'r>> = Vec::new();
        self.refuse_unknown_names(reading)?;
        let own = reading.documents.iter().filter(|read| !read.is_imported);
        let own: HashSet<String> = own.filter_map(root).collect();
        for read in &reading.documents {
            let file = &*reading.sources[read.source].path;
            // It is registered from the file that defines it, if that is among the inputs.
            if read.is_imported && root(read).is_some_and(|name| own.contains(&name)) {
                continue;
            }
            let json = Json::parse(&read.text)
                .map_err(|error| Error::Registry { problem: format!("{}: {error}", file.display()) })?;
            let names = Names::of(&json);
            // What only uses a type of another document says nothing of its own.
            if !read.is_main && names.defined.is_empty() {
                continue;
            }
            let subject = self.subject(read, file, lock)?;
            if let Some(other) = items.iter().find(|other| other.subject == subject) {
                if hash(&other.read.text) == hash(&read.text) {
                    continue;
                }
                let problem = format!(
                    "{} and {} would both stand under subject {subject}; name one by --subject NAME=SUBJECT",
                    other.file.display(),
                    file.display()
                );
                return Err(Error::Registry { problem });
            }
            items.push(Item { read, file, subject, names, uses: BTreeMap::new() });
        }
        let mut defined: HashMap<&str, usize> = HashMap::new();
        for (number, item) in items.iter().enumerate() {
            for name in &item.names.defined {
                let is_root = root(item.read).as_deref() == Some(name);
                if is_root || !defined.contains_key(&**name) {
                    defined.insert(name, number);
                }
            }
        }
        let uses: Vec<BTreeMap<usize, String>> = items
            .iter()
            .map(|item| {
                let used = item.names.used.iter();
                let found = used.filter_map(|(here, plain)| {
                    let (name, number) =
                        [here, plain].into_iter().find_map(|name| Some((name, defined.get(&**name)?)))?;
                    Some((*number, name.clone()))
                });
                // The first name of each is enough: the registry takes in all that a text defines.
                found.rev().collect()
            })
            .collect();
        for (item, uses) in items.iter_mut().zip(uses) {
            item.uses = uses;
        }
        Ok(items)
    }

    /// Refuses names of `--subject` that are those of no schema: the schema that was meant would get another subject.
    fn refuse_unknown_names(&self, reading: &Reading) -> Result<(), Error> {
        for given in &self.subject {
            let key = given.rsplit_once('=').map_or(&**given, |(key, _)| key);
            let is_meant = |read: &Read| {
                root(read).as_deref() == Some(key) || reading.sources[read.source].path == Path::new(key)
            };
            if !reading.documents.iter().any(is_meant) {
                let names = reading.documents.iter().filter_map(root).collect::<Vec<_>>();
                let near = avro_model::parser::nearest_word(key, names.iter().map(String::as_str));
                let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                let problem = format!("--subject {given}: no schema has the name or the file {key}{hint}");
                return Err(Error::Registry { problem });
            }
        }
        Ok(())
    }

    /// The subject that a schema stands under.
    fn subject(&self, read: &Read, file: &Path, lock: &Lock) -> Result<String, Error> {
        let name = root(read);
        for given in &self.subject {
            let Some((key, subject)) = given.rsplit_once('=') else {
                let problem = format!("--subject {given}: it is NAME=SUBJECT");
                return Err(Error::Registry { problem });
            };
            if name.as_deref() == Some(key) || Path::new(key) == file {
                return Ok(subject.to_owned());
            }
        }
        let type_name = type_name(read, file);
        let locked = lock.schemas.iter().filter(|locked| {
            locked.type_name == type_name && same_file(&file_path(&self.lock, &locked.file), file)
        });
        if let Some(locked) = locked.max_by_key(|locked| locked.version) {
            return Ok(locked.subject.clone());
        }
        let stem = || file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let subject = match self.naming {
            Naming::Name => name,
            Naming::File => stem(),
        };
        subject.ok_or_else(|| Error::Registry {
            problem: format!(
                "{}: its schema has no name to make a subject of; give --subject {}=SUBJECT or --naming file",
                file.display(),
                file.display()
            ),
        })
    }

    /// Registers what is new, in order. What was registered is in the lock file, however it ends.
    fn register(
        &self,
        registry: &Registry,
        items: &[Item<'_>],
        order: &[usize],
        states: &mut HashMap<usize, State>,
        lock: &mut Lock,
    ) -> Result<Outcome, Error> {
        lock.registry.clone_from(&registry.name);
        let mut registered = 0;
        let done = order.iter().try_for_each(|&number| {
            if matches!(states[&number], State::New { .. }) {
                let found = register(registry, items, number, states).map_err(|error| Error::Registry {
                    problem: format!("{registered} of {} were registered; then {error}", order.len()),
                })?;
                registered += 1;
                states.insert(number, State::Known(found));
            }
            if let State::Known(found) = &states[&number] {
                self.lock_in(lock, items, number, found, states);
            }
            Ok(())
        });
        lock.write(&self.lock)?;
        done?;
        print(&match self.format {
            Format::Text => format!("{registered} registered, {} there already\n", order.len() - registered),
            Format::Json => as_json(items, order, states, registered),
        })?;
        Ok(Outcome::Success)
    }

    /// Notes in the lock file where a schema stands.
    fn lock_in(
        &self,
        lock: &mut Lock,
        items: &[Item<'_>],
        number: usize,
        found: &RegisteredSchema,
        states: &HashMap<usize, State>,
    ) {
        let item = &items[number];
        let (Some(version), Some(schema)) = (found.version, &item.read.schema) else { return };
        let (Some(file), Ok(sha256)) = (locked_path(&self.lock, item.file), hash(&item.read.text)) else {
            return;
        };
        let references = references(items, number, states, |used| used).unwrap_or_default();
        let type_name = type_name(item.read, item.file);
        lock.schemas.retain(|locked| {
            !locked.stands_in(&file, type_name.as_deref())
                && (&locked.subject, locked.version) != (&item.subject, version)
        });
        lock.schemas.push(Locked {
            subject: item.subject.clone(),
            version,
            requested: true,
            pulled: false,
            id: found.id.map(SchemaId::get),
            guid: found.guid.map(|guid| guid.to_string()),
            fingerprint: format!("{:016x}", fingerprint::rabin(&schema.parsing_canonical_form())),
            sha256,
            file,
            type_name,
            references,
        });
    }
}

/// The type that a document is in its file, where the file holds several.
fn type_name(read: &Read, file: &Path) -> Option<String> {
    is_idl(file).then(|| root(read)).flatten()
}

/// The full name of the type that a schema is.
fn root(read: &Read) -> Option<String> {
    let schema = read.schema.as_ref()?;
    schema[schema.root()].name().map(ToString::to_string)
}
