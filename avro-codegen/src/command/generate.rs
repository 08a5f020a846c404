//! `avro-gen generate`

use super::format::{Format, document, entries, text};
use super::{Outcome, print};
use crate::report::Report;
use crate::{Config, Error};
use avro_model::json::Json;
use clap::Args;
use clap::error::ErrorKind;
use std::path::{Path, PathBuf};

/// Generate types from schema and IDL files.
///
/// All inputs are read together, in any order: a file may use types that another one defines. The types of namespace
/// `com.acme` are written to the module `com::acme`, those without a namespace to the top of the file. The crate that
/// holds the file needs the dependency `serde-wire`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Generate {
    /// Schema files (.avsc), IDL files (.avdl), protocols (.avpr), and folders of which all such files are taken, those of
    /// inner folders too.
    #[arg(required_unless_present = "config", value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// A file of options, by custom avro-gen.toml: attributes, derives, types and more, and the key `schemas` for inputs.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Target of the code: a file that ends in .rs, a folder for the file avro.rs (or that of the options), or - for standard output.
    #[arg(short, long, value_name = "PATH", default_value = "-")]
    output: PathBuf,

    /// Write one file for each namespace, com.acme.rs, and one that declares the modules and includes them: that of the
    /// output.
    #[arg(long)]
    file_per_namespace: bool,

    /// The same, with this name for the file that declares the modules in the output folder.
    #[arg(long, value_name = "NAME")]
    include_file: Option<String>,

    /// Write nothing; fail when the output is not what the inputs generate. Needs --output.
    #[arg(long)]
    check: bool,

    /// The form of what is told, and of the code if it goes to standard output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

const HELP: &str = "\
Examples:
  avro-gen generate order.avsc customer.avsc    two files that may use each other's types
  avro-gen generate schemas/ -o src/schemas.rs  then: mod schemas; use schemas::com::acme::Order;
  avro-gen generate orders.avdl                 IDL, with all that it imports
  avro-gen generate schemas/ -o target/types    writes target/types/avro.rs
  avro-gen generate schemas/ -o src/schemas --include-file mod.rs
                                                a file for each namespace; then: mod schemas;
  avro-gen generate -c avro-gen.toml -o src/schemas.rs
                                                inputs and options from a file

With --format json the output is one document: the code or the output's path, with --check whether it is current, and what is wrong.

A file is only touched when its text changes; files of namespaces that are gone are removed. The same schemas give the same text on every machine.

Exit status:
  0  done; with --check: the output is current
  1  a schema is not valid or cannot be turned into code, a file cannot be read or written, or with --check: the
     output is missing or not current. All that is wrong is told, with file, line and column.
  2  the command line is not valid";

impl Generate {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let to_stdout = self.output == Path::new("-");
        if self.check && to_stdout {
            super::usage(
                "generate",
                ErrorKind::MissingRequiredArgument,
                "--check compares with a file: name it with --output",
            );
        }
        let config = match &self.config {
            Some(file) => Config::from_file(file)?,
            None => Config::new(),
        };
        let config = self.inputs.iter().fold(config, Config::schema);
        let config = if self.file_per_namespace { config.file_per_namespace(true) } else { config };
        let config = match &self.include_file {
            Some(name) => config.include_file(name),
            None => config,
        };
        if self.format == Format::Json {
            return self.for_programs(&config);
        }
        let config = config.telling(|warnings| eprintln!("{warnings}"));
        if to_stdout {
            print(&config.generate()?)?;
            return Ok(Outcome::Success);
        }
        if self.check { config.check(&self.output) } else { config.write(&self.output) }?;
        Ok(Outcome::Success)
    }

    /// One document, also of a run that fails.
    fn for_programs(&self, config: &Config) -> Result<Outcome, Error> {
        let output = || ("output", text(&self.output.display().to_string()));
        let done = if self.output == Path::new("-") {
            config.generate_telling().map(|(code, warnings)| (vec![("code", text(&code))], warnings, true))
        } else if self.check {
            config.check_telling(&self.output).map(|(stale, warnings)| {
                let mut members = vec![output(), ("current", Json::Bool(stale.is_none()))];
                members.extend(stale.as_ref().map(|path| ("differing", text(&path.display().to_string()))));
                (members, warnings, stale.is_none())
            })
        } else {
            config.write_telling(&self.output).map(|warnings| (vec![output()], warnings, true))
        };
        let (members, report, is_well) = done.unwrap_or_else(|error| {
            let report = Report { diagnostics: entries(error) };
            (Vec::new(), report, false)
        });
        print(&format!("{}\n", document(members, &report)))?;
        Ok(if is_well { Outcome::Success } else { Outcome::Refused })
    }
}
