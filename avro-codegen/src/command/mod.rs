//! The command `avro-gen`: one file for each subcommand.

mod canonical;
mod check;
mod container;
mod convert;
mod diff;
mod evolution;
mod fingerprint;
mod fmt;
mod format;
mod generate;
mod git;
mod infer;
mod inputs;
mod message;
mod plain;
mod random;
mod registry;
mod shell;
mod version;

pub(crate) use git::GitTree;

use crate::error::Error;
use crate::report::Report;
use clap::{CommandFactory, Parser, Subcommand};
use format::{Format, document, entries};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Rust types from Avro schemas.
#[derive(Debug, Parser)]
#[command(name = "avro-gen", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Command {
    #[command(subcommand)]
    task: Task,
}

const EXAMPLES: &str = "\
Examples:
  avro-gen generate schemas/                    print the types of every schema and IDL file in a folder
  avro-gen generate schemas/ -o src/schemas.rs  write them to a file of your crate
  avro-gen generate schemas/ -o src/schemas.rs --check
                                                in CI: is that file what the schemas generate?
In a build script, use the library instead: avro_codegen::Config::new().schemas_dir(\"schemas\").compile()";

#[derive(Debug, Subcommand)]
enum Task {
    /// Generate types from schema and IDL files.
    Generate(generate::Generate),
    /// Check schemas: whether they are valid, good, and go with older versions of themselves.
    Check(check::Check),
    /// Bring schemas from a registry into files.
    Pull(registry::pull::Pull),
    /// Register schemas, in the order of what they refer to.
    Push(registry::push::Push),
    /// Tell what differs between files, lock file and registry.
    Status(registry::status::Status),
    /// Print schemas in a canonical form.
    Canonical(canonical::Canonical),
    /// Print fingerprints of schemas.
    Fingerprint(fingerprint::Fingerprint),
    /// Tell what changed between two versions of schemas, and what each change breaks.
    Diff(diff::Diff),
    /// Lay out schema, IDL and protocol files in one way.
    Fmt(fmt::Fmt),
    /// Convert between schema files, IDL and protocols.
    Convert(convert::Convert),
    /// Make a schema of JSON samples.
    Infer(infer::Infer),
    /// Print messages, or the objects of a container file, as JSON.
    Decode(message::decode::Decode),
    /// Make messages, or a container file, of JSON.
    Encode(message::encode::Encode),
    /// Make sample data of a schema.
    Random(random::Random),
    /// Print a script that completes this command in a shell.
    Completions(shell::Completions),
    /// Print the manual page of this command, or write those of all subcommands to a folder.
    Man(shell::Man),
}

/// How a subcommand ended without an error of its own.
enum Outcome {
    /// All is well.
    Success,
    /// What it was asked to check is not so; it has said what.
    Refused,
}

/// Runs the command that the arguments of the process describe.
pub fn run() -> ExitCode {
    let task = Command::parse().task;
    let format = task.format();
    let done = match task {
        Task::Generate(generate) => generate.run(),
        Task::Check(check) => check.run(),
        Task::Pull(pull) => pull.run(),
        Task::Push(push) => push.run(),
        Task::Status(status) => status.run(),
        Task::Canonical(canonical) => canonical.run(),
        Task::Fingerprint(fingerprint) => fingerprint.run(),
        Task::Diff(diff) => diff.run(),
        Task::Fmt(fmt) => fmt.run(),
        Task::Convert(convert) => convert.run(),
        Task::Infer(infer) => infer.run(),
        Task::Decode(decode) => decode.run(),
        Task::Encode(encode) => encode.run(),
        Task::Random(random) => random.run(),
        Task::Completions(completions) => completions.run(),
        Task::Man(man) => man.run(),
    };
    match done {
        Ok(Outcome::Success) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::FAILURE,
        Err(error) => {
            match format {
                Format::Text => tell(&error),
                Format::Json => tell_programs(error),
            }
            ExitCode::FAILURE
        }
    }
}

impl Task {
    /// The form of what is told. Scripts and manual pages have one of their own.
    fn format(&self) -> Format {
        match self {
            Self::Generate(generate) => generate.format,
            Self::Check(check) => check.format,
            Self::Pull(pull) => pull.format,
            Self::Push(push) => push.format,
            Self::Status(status) => status.format,
            Self::Canonical(canonical) => canonical.format,
            Self::Fingerprint(fingerprint) => fingerprint.format,
            Self::Diff(diff) => diff.format,
            Self::Fmt(fmt) => fmt.format,
            Self::Convert(convert) => convert.format,
            Self::Infer(infer) => infer.format,
            Self::Decode(decode) => decode.format,
            Self::Encode(encode) => encode.format,
            Self::Random(random) => random.format,
            Self::Completions(_) | Self::Man(_) => Format::Text,
        }
    }
}

/// Tells an error that ended a run as a document, on standard error: standard output may hold a part of the data already.
fn tell_programs(error: Error) {
    let report = Report { diagnostics: entries(error) };
    eprintln!("{}", document(Vec::new(), &report));
}

/// Shows an error; of many entries the number comes last, where a terminal shows it.
fn tell(error: &Error) {
    match error {
        Error::Invalid(report) | Error::Default(report) => {
            eprintln!("{report}\navro-gen: {}", report.summary());
        }
        error => eprintln!("avro-gen: {error}"),
    }
}

/// Writes to standard output. A reader of a pipe that has seen enough is no error.
fn print(text: &str) -> Result<(), Error> {
    io::stdout().write_all(text.as_bytes()).or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Error::Write { path: PathBuf::from("standard output"), error }),
    })
}

/// Ends the process as a command line that is not valid does: with status 2.
fn usage(subcommand: &str, kind: clap::error::ErrorKind, message: &str) -> ! {
    let mut command = Command::command();
    // So that the usage shows the name of the program too.
    command.build();
    match command.find_subcommand_mut(subcommand) {
        Some(found) => found.error(kind, message).exit(),
        None => command.error(kind, message).exit(),
    }
}
