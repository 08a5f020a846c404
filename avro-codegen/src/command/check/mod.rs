//! `avro-gen check`

mod output;
mod registered;

use super::evolution::{self, Compared, Level};
use super::format::Format;
use super::registry::{Access, against};
use super::version::Version;
use super::{Outcome, print};
use crate::lint::{self, Usage};
use crate::report::{Diagnostic, Severity};
use crate::{Config, Error};
use clap::Args;
use std::path::PathBuf;

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

    /// The version to compare with: a file, a folder, a revision of git (git:NAME where a file has that name too), a lock file
    /// (are the files what was pulled?), or a registry, of which one subject is compared or those of avro-gen.lock. Several are
    /// given in the order of their age, the latest last.
    #[arg(short, long, value_name = "FILE|DIR|REV|LOCK|URL[#SUBJECT]")]
    against: Vec<String>,

    /// What must be able to read what; else BACKWARD, and in a registry the level that each subject has there.
    #[arg(short, long, value_name = "LEVEL", requires = "against", ignore_case = true)]
    level: Option<Level>,

    /// Go on, with a warning, where a schema to compare with is not valid: else that is an error, since nothing can be said about
    /// what it became.
    #[arg(long, requires = "against")]
    skip_invalid_old: bool,

    /// Metadata of the new version, by which a registry may tell with which versions it is compared; else it is that of the latest
    /// version there, as for a registration that says none.
    #[arg(long, value_name = "KEY=VALUE", requires = "against", value_parser = pair)]
    metadata: Vec<(String, String)>,

    #[command(flatten)]
    access: Access,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
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
                                                would the registry let it in, and if not, why?

Levels, as the registry means them:
  NONE                  nothing is compared
  BACKWARD              readers with the new schema can read data of the latest old one
  FORWARD               readers with the latest old schema can read data of the new one
  FULL                  both
  ..._TRANSITIVE        the same for all versions that are given, or that a subject has

A rule is allowed in a schema by \"avro-gen.allow\": [\"rule\"], or by a comment that says avro-gen: allow(rule).

Exit status:
  0  all is well, or there are nothing but warnings
  1  a schema is not valid, breaks a rule that is denied, or does not go with an older version; or a file, folder,
     revision or registry cannot be read, or a schema in it
  2  the command line is not valid";

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').ok_or("it is KEY=VALUE")?;
    Ok((pair.0.to_owned(), pair.1.to_owned()))
}

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
        let (locks, others): (Vec<&String>, Vec<&String>) =
            self.against.iter().partition(|against| against::is_lock(against));
        let (registries, mut versions): (Vec<&String>, Vec<&String>) =
            others.into_iter().partition(|against| against::is_registry(against));
        for lock in locks {
            report.diagnostics.extend(against::lock_file(lock)?);
        }
        // Those that are versions of one another, the latest one last; what a registry has is not: each subject has its own.
        if !self.level().is_transitive() {
            versions.drain(..versions.len().saturating_sub(1));
        }
        let mut verdicts = Vec::new();
        for against in versions.into_iter().rev().chain(registries) {
            let compared = self.compare(&version, against, &config)?;
            verdicts.extend(compared.verdicts);
            report.diagnostics.extend(compared.diagnostics);
        }
        report.sort();
        print(&match self.format {
            Format::Text => output::text(&report, &verdicts),
            Format::Json => format!("{}\n", output::json(&report, &verdicts)),
        })?;
        Ok(if report.has_errors() { Outcome::Refused } else { Outcome::Success })
    }

    /// The level for what is no registry.
    fn level(&self) -> Level {
        self.level.unwrap_or(Level::Backward)
    }

    /// Compares with one version, or with those of a registry that the level names.
    fn compare(&self, version: &Version, against: &str, config: &Config) -> Result<Compared, Error> {
        if against::is_registry(against) {
            let metadata = self.metadata.iter().cloned().collect();
            let registered = against::registry(against, &self.access, self.level, &metadata)?;
            let faults = |old: &mut Version| self.faults(old);
            return Ok(registered::compare(version, against, registered, faults));
        }
        let mut old = Version::named(against, config.inputs())?;
        let faults = self.faults(&mut old);
        let mut compared = evolution::compare(version, &old, self.level());
        if faults.is_empty() && old.reading.sources.is_empty() {
            let message =
                format!("{} has no schemas at these paths, so that nothing is compared with it", old.label);
            compared.diagnostics.push(Diagnostic::new(Severity::Warning, message));
        }
        compared.diagnostics.extend(faults);
        Ok(compared)
    }

    /// What cannot be read of a version to compare with. It must not pass for a version that has nothing to say.
    fn faults(&self, old: &mut Version) -> Vec<Diagnostic> {
        let mut faults = std::mem::take(&mut old.reading.report).diagnostics;
        for entry in &mut faults {
            entry.notes.push(match self.skip_invalid_old {
                true => format!("in {}, so that nothing is compared with it", old.label),
                false => format!(
                    "in {}, so that nothing can be compared with it; --skip-invalid-old goes on without",
                    old.label
                ),
            });
            if self.skip_invalid_old {
                entry.severity = Severity::Warning;
            }
        }
        faults
    }
}
