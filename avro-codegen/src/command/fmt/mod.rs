//! `avro-gen fmt`

mod comment;
mod idl;
mod idl_tokens;
mod json;
mod json_tokens;
#[cfg(test)]
mod tests;

use super::format::{Format, document, text};
use super::{Outcome, print};
use crate::error::Error;
use crate::idl as idl_files;
use crate::input::{self, Found, Source, Syntax};
use crate::options::Options;
use crate::output;
use crate::reading::Reading;
use crate::report::{Diagnostic, Report};
use avro_model::json::Json;
use clap::Args;
use std::path::PathBuf;

/// Lay out schema, IDL and protocol files in one way.
///
/// Only blanks and line breaks change: keys stay in their order, and texts, numbers and comments as they are written. The meaning and
/// the comments are compared before a file is written. What has been laid out is not changed by doing it again.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Fmt {
    /// Schema files (.avsc), IDL files (.avdl), protocols (.avpr), and folders of such files.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Write nothing; fail when a file would change.
    #[arg(long, conflicts_with = "stdout")]
    check: bool,

    /// Print the text instead of writing the file.
    #[arg(long)]
    stdout: bool,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

const HELP: &str = "\
Examples:
  avro-gen fmt schemas/                         lay out all files
  avro-gen fmt schemas/ --check                 in CI: are they laid out?

What fits in 100 characters stands in one line, but for records, whose fields have a line each.

With --format json the output is one document: files that change, with their text for --stdout, and what is wrong.

Exit status:
  0  done; with --check: nothing would change
  1  a file is not JSON or IDL, cannot be read or written, or with --check: a file would change
  2  the command line is not valid";

impl Fmt {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let Found { sources, faults } = input::read(&self.inputs)?;
        let mut report = Report { diagnostics: faults };
        let mut laid = Vec::new();
        for source in &sources {
            match laid_out(source) {
                Ok(text) => laid.push((source, text)),
                Err(entry) => report.diagnostics.push(*entry),
            }
        }
        let changed = laid.iter().filter(|(source, text)| *text != source.text).collect::<Vec<_>>();
        if !self.check && !self.stdout {
            for (source, text) in &changed {
                output::write_file(&source.path, text)?;
            }
        }
        let refused = report.has_errors() || (self.check && !changed.is_empty());
        match self.format {
            Format::Json => print(&format!("{}\n", self.json(&laid, &report)))?,
            Format::Text if self.stdout => laid.iter().try_for_each(|(_, text)| print(text))?,
            Format::Text if self.check => {
                let lines: String = changed.iter().map(|(source, _)| format!("{}\n", source.name)).collect();
                print(&lines)?;
            }
            Format::Text => {}
        }
        if report.has_errors() && self.format == Format::Text {
            return Err(Error::Invalid(Box::new(report)));
        }
        Ok(if refused { Outcome::Refused } else { Outcome::Success })
    }

    /// The files that change, or all that are printed.
    fn json(&self, laid: &[(&Source, String)], report: &Report) -> Json {
        let files = laid.iter().filter_map(|(source, laid)| {
            let changes = *laid != source.text;
            let mut members = vec![("file".to_owned(), text(&source.name))];
            if self.stdout {
                members.push(("changes".to_owned(), Json::Bool(changes)));
                members.push(("text".to_owned(), text(laid)));
            }
            (self.stdout || changes).then_some(Json::Object(members))
        });
        document(vec![("files", Json::Array(files.collect()))], report)
    }
}

/// A text that is known to be JSON, laid out.
pub(super) fn lay_out_json(text: &str) -> String {
    json::lay_out(text)
}

/// A text that is known to be IDL, laid out.
#[cfg(test)]
pub(super) fn lay_out_idl(text: &str) -> String {
    idl::lay_out(text)
}

/// The text of a file laid out; its meaning is the same.
fn laid_out(source: &Source) -> Result<String, Box<Diagnostic>> {
    let (text, same) = match source.syntax() {
        Syntax::Idl => {
            // What is not IDL is told as it always is; what it means may need other files, so names are not looked up.
            let text = idl::lay_out(&source.text);
            let comments = |text: &str| comments(idl_tokens::tokens(text).iter().map(|token| token.text));
            let same = meaning_of_idl(source, &source.text)? == meaning_of_idl(source, &text)?
                && comments(&source.text) == comments(&text);
            (text, same)
        }
        Syntax::Schema | Syntax::Protocol => {
            let before = Json::parse(&source.text).map_err(|_| not_json(source))?;
            let text = json::lay_out(&source.text);
            let comments = |text: &str| comments(json_tokens::tokens(text).iter().map(|token| token.text));
            let same = Json::parse(&text).is_ok_and(|after| after == before)
                && comments(&source.text) == comments(&text);
            (text, same)
        }
    };
    if same {
        return Ok(text);
    }
    let message =
        format!("{} is left as it is: laid out, it would mean something else or lose a comment", source.name);
    Err(Box::new(Diagnostic::error(&message)))
}

/// The comments among tokens; blanks in them may change.
fn comments<'t>(tokens: impl Iterator<Item = &'t str>) -> Vec<String> {
    let comments = tokens.filter(|token| token.starts_with("//") || token.starts_with("/*"));
    comments.map(|comment| comment.split_whitespace().collect()).collect()
}

/// The error of a file that is not JSON, which reading it gives.
fn not_json(source: &Source) -> Box<Diagnostic> {
    let found =
        Found { sources: vec![Source::new(source.path.clone(), source.text.clone())], faults: Vec::new() };
    let report = Reading::of(found, &Options::default()).report;
    let first = report.diagnostics.into_iter().next();
    Box::new(first.unwrap_or_else(|| Diagnostic::error(&format!("{} is not JSON", source.name))))
}

/// The texts of everything that an IDL file defines, under the names that it has there.
fn meaning_of_idl(source: &Source, text: &str) -> Result<Vec<String>, Box<Diagnostic>> {
    let source = Source::new(source.path.clone(), text.to_owned());
    idl_files::meaning(&source).map_err(|errors| {
        let entry = errors.first().map(|error| crate::reading::of_idl(error, &source));
        Box::new(entry.unwrap_or_else(|| Diagnostic::error(&format!("{} is not IDL", source.name))))
    })
}
