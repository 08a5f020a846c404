//! `avro-gen check`

use super::evolution::{self, Level, Status, Verdict};
use super::format::Format;
use super::registry::{Access, against};
use super::version::Version;
use super::{Outcome, print};
use crate::lint::{self, Usage};
use crate::report::{Report, Severity};
use crate::{Config, Error};
use avro_model::json::Json;
use clap::Args;
use std::path::{Path, PathBuf};

/// Check schemas: whether they are valid, good, and go with older versions of themselves.
///
/// All inputs are read together, as by generate. Lint rules tell what is valid but a mistake, and what will break somebody
/// later; a file of options switches them. With --against, each schema that changed is compared with the one of its name, of
/// one of its aliases, or of its file: the root of a schema file, and each named type of IDL and protocols, as the
/// registry would compare them under a subject each.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Check {
    /// Schema files (.avsc), IDL files (.avdl), protocols (.avpr), and folders of such files.
    #[arg(required_unless_present = "config", value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// A file of options, by custom avro-gen.toml: the table `lint`, and the key `schemas` for inputs.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The version to compare with: a file, a folder, a revision of git, a lock file (are the files what was pulled?), or the
    /// latest versions in a registry, of one subject or of those of avro-gen.lock. Several are given in the order of their age, the
    /// latest last.
    #[arg(short, long, value_name = "FILE|DIR|REV|LOCK|URL[#SUBJECT]")]
    against: Vec<String>,

    /// What must be able to read what.
    #[arg(
        short,
        long,
        value_name = "LEVEL",
        default_value = "BACKWARD",
        requires = "against",
        ignore_case = true
    )]
    level: Level,

    #[command(flatten)]
    access: Access,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

const HELP: &str = "\
Examples:
  avro-gen check schemas/                       are they valid, and is there anything to say about them?
  avro-gen check schemas/ --against main        in CI: can new consumers read what the branch main wrote?
  avro-gen check schemas/ --against v1 --against v2 --level FULL_TRANSITIVE
                                                can all versions read each other's data?
  avro-gen check user.avsc --against old/user.avsc --format json
  avro-gen check schemas/ --against avro-gen.lock
                                                in CI, offline: are the files the versions that are locked?
  avro-gen check user.avsc --against http://localhost:8081#users-value

Levels, as the registry means them:
  NONE                  nothing is compared
  BACKWARD              readers with the new schema can read data of the latest old one
  FORWARD               readers with the latest old schema can read data of the new one
  FULL                  both
  ..._TRANSITIVE        the same for all versions that are given

A rule is allowed in a schema by \"avro-gen.allow\": [\"rule\"], or by a comment that says avro-gen: allow(rule).

Exit status:
  0  all is well, or there are nothing but warnings
  1  a schema is not valid, breaks a rule that is denied, or does not go with an older version; or a file, folder or
     revision cannot be read
  2  the command line is not valid";

impl Check {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let config = match &self.config {
            Some(file) => Config::from_file(file)?,
            None => Config::new(),
        };
        let config = self.inputs.iter().fold(config, Config::schema);
        config.check_lints()?;
        let mut version = Version::of_files("the new version", config.inputs(), config.options())?;
        let found = lint::lint(&version.reading, config.lints(), Usage::Check);
        version.reading.add(found);
        let mut report = std::mem::take(&mut version.reading.report);
        let mut verdicts = Vec::new();
        let (locks, versions): (Vec<_>, Vec<_>) =
            self.against.iter().partition(|against| against::is_lock(against));
        for lock in locks {
            report.diagnostics.extend(against::lock_file(lock)?);
        }
        let latest = if self.level.is_transitive() { 0 } else { versions.len().saturating_sub(1) };
        for against in versions.into_iter().skip(latest).rev() {
            let mut old = match Path::new(against).exists() {
                _ if against::is_registry(against) => {
                    let sources = against::registry(against, &self.access)?;
                    Version::of_sources(&against::label(against), sources, config.options())
                }
                true => Version::of_files(against, &[PathBuf::from(against)], config.options())?,
                false => Version::of_revision(against, config.inputs(), config.options())?,
            };
            for mut entry in std::mem::take(&mut old.reading.report).diagnostics {
                // What is past cannot be mended, but what is not valid cannot be compared with.
                entry.severity = Severity::Warning;
                entry.notes.push(format!("in {}, so that nothing is compared with it", old.label));
                report.diagnostics.push(entry);
            }
            let (found, entries) = evolution::compare(&version, &old, self.level);
            verdicts.extend(found);
            report.diagnostics.extend(entries);
        }
        report.sort();
        match self.format {
            Format::Text => print(&self.text(&report, &verdicts))?,
            Format::Json => print(&format!("{}\n", self.json(&report, &verdicts)))?,
        }
        Ok(if report.has_errors() { Outcome::Refused } else { Outcome::Success })
    }

    fn text(&self, report: &Report, verdicts: &[Verdict]) -> String {
        let mut text = report.to_string();
        if !text.is_empty() {
            text.push('\n');
        }
        let unchanged = verdicts.iter().filter(|one| matches!(one.status, Status::Unchanged)).count();
        for verdict in verdicts {
            let Verdict { name, against, status } = verdict;
            let said = match status {
                Status::Unchanged => continue,
                Status::New => format!("not in {against}"),
                Status::Removed => format!("only in {against}"),
                Status::Changed { before, problems } => {
                    let before = before.as_ref().map(|before| format!("{before} of ")).unwrap_or_default();
                    let verdict = match problems {
                        0 => "compatible".to_owned(),
                        1 => "incompatible, 1 problem".to_owned(),
                        problems => format!("incompatible, {problems} problems"),
                    };
                    format!("{verdict} ({} to {before}{against})", self.level.name())
                }
            };
            text.push_str(&format!("{name}: {said}\n"));
        }
        if unchanged > 0 {
            let schemas = if unchanged == 1 { "schema" } else { "schemas" };
            text.push_str(&format!("{unchanged} {schemas} unchanged\n"));
        }
        text.push_str(&format!("{}\n", report.summary()));
        text
    }

    fn json(&self, report: &Report, verdicts: &[Verdict]) -> Json {
        let text = |text: &str| Json::String(text.to_owned());
        let number = |count: usize| Json::Int(i64::try_from(count).unwrap_or(i64::MAX));
        let verdicts = verdicts.iter().map(|verdict| {
            let mut members = vec![
                ("schema".to_owned(), text(&verdict.name)),
                ("against".to_owned(), text(&verdict.against)),
            ];
            let status = match &verdict.status {
                Status::Unchanged => "unchanged",
                Status::New => "new",
                Status::Removed => "removed",
                Status::Changed { .. } => "changed",
            };
            members.push(("status".to_owned(), text(status)));
            if let Status::Changed { before, problems } = &verdict.status {
                members.extend(before.as_ref().map(|before| ("before".to_owned(), text(before))));
                members.push(("level".to_owned(), text(&self.level.name())));
                members.push(("compatible".to_owned(), Json::Bool(*problems == 0)));
            }
            Json::Object(members)
        });
        Json::Object(vec![
            ("schemas".to_owned(), Json::Array(verdicts.collect())),
            ("diagnostics".to_owned(), report.to_json()),
            ("errors".to_owned(), number(report.count(Severity::Error))),
            ("warnings".to_owned(), number(report.count(Severity::Warning))),
        ])
    }
}
