//! Answers in files, for a start while the registry is down.
//!
//! A file has the hash of what follows in its first line, then the question and the answer as JSON. Files are made under
//! another name and renamed, so a reader finds a whole one or none, whoever writes; what was damaged is not believed and
//! fetched again. Errors of the disk are never errors of a message: the registry is still there to be asked.

use super::answers::Question;
use crate::frame::{Guid, SchemaId};
use crate::registry::{RegisteredSchema, RuleSet, SchemaReference, VersionSelector};
use avro_model::fingerprint::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{fs, io, process};

/// A draft this old is of a process that was killed while it wrote.
const ABANDONED: Duration = Duration::from_secs(3_600);

/// A folder of answers of one registry.
#[derive(Debug)]
pub(crate) struct DiskCache {
    folder: PathBuf,
    /// Tells the temporary files of this process apart.
    written: AtomicU64,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    question: String,
    id: Option<u32>,
    guid: Option<String>,
    subject: Option<String>,
    version: Option<u32>,
    schema_type: String,
    text: String,
    references: Vec<SchemaReference>,
    rules: RuleSet,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

impl DiskCache {
    /// A folder below `folder` for the registry that these servers are the nodes of, in whatever order.
    pub(crate) fn open(folder: &Path, servers: &[String]) -> io::Result<Self> {
        let mut servers: Vec<_> = servers.iter().map(|url| url.trim_end_matches('/')).collect();
        servers.sort_unstable();
        let folder = folder.join(&hash(&servers.join("\n"))[..16]);
        fs::create_dir_all(&folder)?;
        sweep(&folder);
        Ok(Self { folder, written: AtomicU64::new(0) })
    }

    /// The answer, if it was written within that time, or at any time.
    pub(super) fn get(&self, question: &Question, within: Option<Duration>) -> Option<RegisteredSchema> {
        let question = name(question)?;
        let path = self.path(&question);
        if within.is_some_and(|limit| age(&path).is_none_or(|age| age >= limit)) {
            return None;
        }
        let text = fs::read_to_string(&path).ok()?;
        match kept(&text).filter(|kept| kept.question == question) {
            Some(kept) => Some(kept.into()),
            None => {
                // Whoever comes next need not read it either.
                let _ = fs::remove_file(&path);
                None
            }
        }
    }

    pub(super) fn insert(&self, question: &Question, schema: &RegisteredSchema) {
        let Some(question) = name(question) else { return };
        let path = self.path(&question);
        let Ok(body) = serde_json::to_string(&Kept::of(question, schema)) else { return };
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let draft = path.with_extension(format!("{}-{number}.draft", process::id()));
        let written = fs::write(&draft, format!("{}\n{body}", hash(&body)));
        if written.and_then(|()| fs::rename(&draft, &path)).is_err() {
            let _ = fs::remove_file(&draft);
        }
    }

    pub(super) fn remove(&self, question: &Question) {
        if let Some(question) = name(question) {
            // Nearly always there is none.
            let _ = fs::remove_file(self.path(&question));
        }
    }

    fn path(&self, question: &str) -> PathBuf {
        self.folder.join(format!("{}.schema", &hash(question)[..32]))
    }
}

/// Removes what killed processes left half-written. Others may be writing here at this moment, so young drafts stay.
fn sweep(folder: &Path) {
    let drafts = fs::read_dir(folder).into_iter().flatten().flatten();
    for draft in drafts.filter(|entry| entry.path().extension() == Some(OsStr::new("draft"))) {
        if age(&draft.path()).is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(draft.path());
        }
    }
}

/// The time since a file was written; none at all where that is yet to come by the clock of today.
fn age(path: &Path) -> Option<Duration> {
    let written = fs::metadata(path).and_then(|metadata| metadata.modified()).ok()?;
    Some(written.elapsed().unwrap_or_default())
}

/// The question as text; `None` for one whose answer is not kept in files, since it is the writer's to ask.
fn name(question: &Question) -> Option<String> {
    match question {
        Question::Id { context, id } => Some(format!("id {id} in {context}")),
        Question::Guid(guid) => Some(format!("guid {guid}")),
        Question::Version { subject, version: VersionSelector::Number(number) } => {
            Some(format!("version {number} of {subject}"))
        }
        Question::Version { subject, version: VersionSelector::Latest } => {
            Some(format!("latest of {subject}"))
        }
        Question::Register { .. } | Question::Lookup { .. } | Question::Metadata { .. } => None,
    }
}

fn kept(text: &str) -> Option<Kept> {
    let (seal, body) = text.split_once('\n')?;
    if hash(body) == seal { serde_json::from_str(body).ok() } else { None }
}

fn hash(text: &str) -> String {
    sha256(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Kept {
    fn of(question: String, schema: &RegisteredSchema) -> Self {
        Self {
            question,
            id: schema.id.map(SchemaId::get),
            guid: schema.guid.map(|guid| guid.to_string()),
            subject: schema.subject.clone(),
            version: schema.version,
            schema_type: schema.schema_type.clone(),
            text: schema.text.clone(),
            references: schema.references.clone(),
            rules: schema.rules.clone(),
            metadata: schema.metadata.clone(),
        }
    }
}

impl From<Kept> for RegisteredSchema {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.id.and_then(SchemaId::new),
            guid: kept.guid.and_then(|guid| Guid::parse_str(&guid).ok()),
            subject: kept.subject,
            version: kept.version,
            schema_type: kept.schema_type,
            text: kept.text,
            references: kept.references,
            rules: kept.rules,
            metadata: kept.metadata,
        }
    }
}
