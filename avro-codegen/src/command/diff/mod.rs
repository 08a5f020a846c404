//! `avro-gen diff`

mod changes;
mod label;
#[cfg(test)]
mod tests;
mod text;

use super::evolution;
use super::format::Format;
use super::inputs::{object, without_code};
use super::version::Version;
use super::{Outcome, print};
use crate::error::Error;
use avro_model::json::Json;
use changes::{Change, changes};
use clap::Args;
use label::Breaks;
use std::path::PathBuf;

/// Tell what changed between two versions of schemas, and what each change breaks.
///
/// Schemas are matched as by check: by name, by an alias, or by file. What is told is what changed in meaning: types, fields, symbols
/// and branches that were added, removed or renamed by an alias, types that changed or were promoted, defaults, docs and properties.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Diff {
    /// The old version: a file, a folder, or a revision of git (git:NAME where a file has that name too), which has the
    /// same paths as the new one.
    #[arg(value_name = "OLD")]
    old: String,

    /// The new version: files and folders.
    #[arg(required = true, value_name = "NEW")]
    new: Vec<PathBuf>,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

const HELP: &str = "\
Examples:
  avro-gen diff old/user.avsc user.avsc
  avro-gen diff main schemas/                   what does this branch change?

A change breaks BACKWARD when readers with the new schema cannot read old data, FORWARD when readers with the old schema cannot read
new data, and FULL when it breaks one of them. The transitive levels are broken by the same changes.

Exit status:
  0  done, whether something changed or not
  1  a schema is not valid or cannot be read
  2  the command line is not valid";

impl Diff {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let options = without_code();
        let mut new = Version::of_files("the new version", &self.new, &options)?;
        new.reading = new.reading.complete()?;
        let mut old = Version::named(&self.old, &self.new)?;
        old.reading = old.reading.complete()?;
        let (subjects, before) = (new.subjects(), old.subjects());
        let mut left: Vec<bool> = vec![true; before.len()];
        let mut told: Vec<(String, Vec<(Change, Breaks)>)> = Vec::new();
        for (subject, found) in subjects.iter().zip(evolution::pairs(&subjects, &before)) {
            let Some(found) = found else {
                told.push((
                    subject.called(),
                    vec![(Change::new("schema-added", '+', "new schema"), Breaks::default())],
                ));
                continue;
            };
            left[found] = false;
            let (from, to) = (before[found].schema, subject.schema);
            let labels = label::Findings::of(from, to);
            let changes = changes(from, to).into_iter().map(|change| {
                let breaks = labels.breaks(&change);
                (change, breaks)
            });
            told.push((subject.called(), changes.collect()));
        }
        for (subject, _) in before.iter().zip(&left).filter(|(_, left)| **left) {
            let change = Change::new("schema-removed", '-', "the schema is gone");
            told.push((subject.called(), vec![(change, Breaks::default())]));
        }
        told.retain(|(_, changes)| !changes.is_empty());
        print(&match self.format {
            Format::Text => as_text(&told),
            Format::Json => told.iter().flat_map(|(name, changes)| as_lines(name, changes)).collect(),
        })?;
        Ok(Outcome::Success)
    }
}

fn as_text(told: &[(String, Vec<(Change, Breaks)>)]) -> String {
    let mut text = String::new();
    for (name, changes) in told {
        text.push_str(&format!("{name}\n"));
        for (change, breaks) in changes {
            text.push_str(&format!("  {change}{}\n", breaks.as_text()));
        }
    }
    if text.is_empty() { "nothing changed\n".to_owned() } else { text }
}

/// An object for each change, in a line.
fn as_lines(name: &str, changes: &[(Change, Breaks)]) -> Vec<String> {
    let line = |(change, breaks): &(Change, Breaks)| {
        let mut members = vec![("schema", name), ("change", change.kind), ("what", &change.what)];
        let type_name = change.new_part.0.as_ref().or(change.old_part.0.as_ref()).map(ToString::to_string);
        members.extend(type_name.as_deref().map(|name| ("type", name)));
        let field = change.new_part.1.as_ref().or(change.old_part.1.as_ref());
        members.extend(field.map(|field| ("field", field.as_str())));
        let mut json = object(&members);
        if let Json::Object(members) = &mut json {
            let levels = breaks.levels().iter().map(|level| Json::String((*level).to_owned()));
            members.push(("breaks".to_owned(), Json::Array(levels.collect())));
        }
        format!("{json}\n")
    };
    changes.iter().map(line).collect()
}
