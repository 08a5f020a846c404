//! The command `avro-gen`.

use avro_codegen::{Config, Error};
use clap::{Args, Parser, Subcommand};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
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
    Generate(Generate),
}

/// Generate types from schema and IDL files.
///
/// All inputs are read together, in any order: a file may use types that another one defines. The types of namespace
/// `com.acme` are written to the module `com::acme`, those without a namespace to the top of the file. The crate that
/// holds the file needs the dependency `serde-wire`.
#[derive(Debug, Args)]
#[command(after_help = GENERATE_HELP)]
struct Generate {
    /// Schema files (.avsc), IDL files (.avdl), protocols (.avpr), and folders of which all such files are taken, those of
    /// inner folders too.
    #[arg(required_unless_present = "config", value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// A file of options, by custom avro-gen.toml: attributes, derives, types and more, and the key `schemas` for inputs.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Target of the code: a file that ends in .rs, a folder for the file avro.rs, or - for standard output.
    #[arg(short, long, value_name = "PATH", default_value = "-")]
    output: PathBuf,

    /// Write nothing; fail when the output is not what the inputs generate.
    #[arg(long)]
    check: bool,
}

const GENERATE_HELP: &str = "\
Examples:
  avro-gen generate order.avsc customer.avsc    two files that may use each other's types
  avro-gen generate schemas/ -o src/schemas.rs  then: mod schemas; use schemas::com::acme::Order;
  avro-gen generate orders.avdl                 IDL, with all that it imports
  avro-gen generate schemas/ -o target/types    writes target/types/avro.rs
  avro-gen generate -c avro-gen.toml -o src/schemas.rs
                                                inputs and options from a file

The output is only touched when its text changes. The same schemas give the same text on every machine.

Exit status:
  0  done; with --check: the output is current
  1  a schema is not valid or cannot be turned into code, a file cannot be read or written, or with --check: the
     output is missing or not current. The message says file, line, column and path in the document.
  2  the command line is not valid";

fn main() -> ExitCode {
    let Task::Generate(generate) = Command::parse().task;
    match run(&generate) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("avro-gen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(generate: &Generate) -> Result<(), Error> {
    let config = match &generate.config {
        Some(file) => Config::from_file(file)?,
        None => Config::new(),
    };
    let config = generate.inputs.iter().fold(config, Config::schema);
    if generate.output == Path::new("-") {
        if generate.check {
            return config.generate().map(drop);
        }
        let text = config.generate()?;
        return io::stdout().write_all(text.as_bytes()).or_else(|error| match error.kind() {
            // The reader of a pipe has seen enough.
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(Error::Write { path: PathBuf::from("standard output"), error }),
        });
    }
    let is_file = generate.output.extension().is_some_and(|extension| extension == "rs");
    let path = if is_file { generate.output.clone() } else { generate.output.join("avro.rs") };
    if generate.check { config.check(&path) } else { config.write(&path) }
}
