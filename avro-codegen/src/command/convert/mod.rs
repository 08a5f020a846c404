//! `avro-gen convert`

mod content;
mod output;
mod parts;
mod syntax;
#[cfg(test)]
mod tests;
mod to_protocol;
mod to_schema;

use super::format::Format;
use super::{Outcome, print, usage};
use crate::error::Error;
use crate::report::{Diagnostic, Report, Severity};
use avro_model::json::Json;
use clap::Args;
use clap::error::ErrorKind;
use content::Content;
use output::{Converted, Target};
use std::path::PathBuf;
use syntax::To;

/// Convert between schema files, IDL and protocols.
///
/// All inputs are read together, and each file is converted to one of the other syntax, with all that it uses. What was written is
/// read back and compared. What the other syntax cannot say is an error, or with --lossy a warning.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Convert {
    /// Schema files (.avsc), IDL files (.avdl), protocols (.avpr), and folders of such files.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// The syntax to write; by default that of the output file's extension.
    #[arg(short, long, value_name = "SYNTAX")]
    to: Option<To>,

    /// The file to write, or a folder for a file of each input; by default standard output.
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,

    /// Into avsc: the type to write, by its full name, where a file defines several.
    #[arg(long = "type", value_name = "NAME")]
    type_name: Option<String>,

    /// Into avsc: a file for each named type, called after it, which names the others instead of holding them.
    #[arg(long, conflicts_with = "type_name")]
    split: bool,

    /// Into avpr: the full name of the protocol, where the input is none.
    #[arg(long, value_name = "NAME")]
    protocol: Option<String>,

    /// Leave out what the other syntax cannot say, and tell it.
    #[arg(long)]
    lossy: bool,

    /// The form of the output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

const HELP: &str = "\
Examples:
  avro-gen convert user.avsc --to avdl          print it as IDL
  avro-gen convert schemas/ --to avdl -o idl/   a file for each one
  avro-gen convert mail.avdl -o mail.avpr       a protocol, as the reference writes it
  avro-gen convert orders.avdl -o order.avsc --type com.acme.Order
                                                one type with all that it uses
  avro-gen convert orders.avdl --to avsc --split -o schemas/
                                                schemas/com.acme.Order.avsc and so on, which name each other
  avro-gen convert user.avsc --to avpr --protocol com.acme.Users

A protocol becomes schemas without its messages, which --lossy has to allow. With --format json the output is one document: files
with their input, their text or where it was written, and what was lost.

Exit status:
  0  done
  1  an input is not valid, holds what the other syntax cannot say, or a file cannot be read or written; nothing was written then
  2  the command line is not valid";

impl Convert {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let to = self.to.or_else(|| self.output.as_deref().and_then(To::of)).unwrap_or_else(|| {
            usage(
                "convert",
                ErrorKind::MissingRequiredArgument,
                "name the syntax with --to avsc, avdl or avpr",
            )
        });
        self.check_options(to);
        let contents = Content::of_files(&self.inputs)?;
        let (same, contents): (Vec<_>, Vec<_>) =
            contents.into_iter().partition(|content| To::is(content.syntax) == to && !self.split);
        let mut report = Report::default();
        for content in &same {
            let message = format!("{} is left out: it is {} already", content.name, to.name());
            report.diagnostics.push(Diagnostic::new(Severity::Warning, message));
        }
        if contents.is_empty() {
            let message = format!("every input is {} already; avro-gen fmt lays files out", to.name());
            report.diagnostics = vec![Diagnostic::error(&message)];
        }
        let target = Target::of(self.output.as_deref(), to, contents.len(), self.split)
            .unwrap_or_else(|problem| usage("convert", ErrorKind::ArgumentConflict, &problem));
        let mut files = Vec::new();
        for content in &contents {
            match self.convert(content, to, &target) {
                Ok(converted) => {
                    for one in converted {
                        self.tell_losses(&one, &mut report);
                        files.push(one);
                    }
                }
                Err(entries) => report.diagnostics.extend(entries),
            }
        }
        output::check_names(&files, &mut report);
        self.finish(report, &files)
    }

    /// Options that belong to one syntax.
    fn check_options(&self, to: To) {
        for (given, option, belongs) in [
            (self.type_name.is_some(), "--type", To::Avsc),
            (self.split, "--split", To::Avsc),
            (self.protocol.is_some(), "--protocol", To::Avpr),
        ] {
            if given && to != belongs {
                let message = format!("{option} is for --to {}", belongs.name());
                usage("convert", ErrorKind::ArgumentConflict, &message);
            }
        }
    }

    fn convert(&self, content: &Content, to: To, target: &Target) -> Result<Vec<Converted>, Vec<Diagnostic>> {
        match to {
            To::Avdl => content.to_idl(target).map(|one| vec![one]),
            To::Avpr => content.to_protocol(self.protocol.as_deref(), target).map(|one| vec![one]),
            To::Avsc if self.split => content.split(target),
            To::Avsc => content.to_schemas(self.type_name.as_deref(), target),
        }
    }

    fn tell_losses(&self, converted: &Converted, report: &mut Report) {
        for loss in &converted.losses {
            let severity = match (loss.means_the_same, self.lossy) {
                (true, _) => Severity::Note,
                (false, true) => Severity::Warning,
                (false, false) => Severity::Error,
            };
            let mut entry = Diagnostic::new(severity, &loss.message).at(loss.place.clone());
            entry.help = (severity == Severity::Error).then(|| "--lossy converts the rest".to_owned());
            report.diagnostics.push(entry);
        }
    }

    fn finish(&self, report: Report, files: &[Converted]) -> Result<Outcome, Error> {
        let failed = report.has_errors();
        if self.format == Format::Json {
            if !failed {
                files.iter().try_for_each(Converted::write)?;
            }
            let shown: Vec<Json> = files.iter().filter(|_| !failed).map(Converted::to_json).collect();
            let members = [("files", Json::Array(shown)), ("diagnostics", report.to_json())];
            let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
            print(&format!("{}\n", Json::Object(members.collect())))?;
            return Ok(if failed { Outcome::Refused } else { Outcome::Success });
        }
        if failed {
            return Err(Error::Invalid(Box::new(report)));
        }
        if !report.diagnostics.is_empty() {
            eprint!("{report}");
        }
        for file in files {
            match &file.path {
                Some(path) => {
                    file.write()?;
                    eprintln!("wrote {}", path.display());
                }
                None => print(&file.text)?,
            }
        }
        Ok(Outcome::Success)
    }
}
