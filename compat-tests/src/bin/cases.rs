//! `cases KIND FILE...`: runs case tables, lists the rows that fail, and ends with `N passed, N failed`.

use clap::{Parser, ValueEnum};
use compat_tests::tables::{Report, compat, pairs, resolution, schema};
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs case tables against this workspace.
#[derive(Parser)]
struct Arguments {
    /// The kind of cases in the files.
    kind: Table,
    /// Files of rows: an array of objects, or one object a line.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Table {
    /// Readers and writers with their incompatibilities.
    Compat,
    /// Schemas with their validity and texts.
    Schema,
    /// Pairs of schemas with the answers of a live registry.
    Pairs,
    /// Data of a writer's schema with what a reader's makes of it.
    Resolution,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut total = Report::default();
    for file in &arguments.files {
        let outcome =
            std::fs::read_to_string(file).map_err(|error| error.to_string()).and_then(|text| match arguments
                .kind
            {
                Table::Compat => compat::check(&text).map_err(|error| error.to_string()),
                Table::Schema => schema::check(&text).map_err(|error| error.to_string()),
                Table::Pairs => pairs::check(&text).map_err(|error| error.to_string()),
                Table::Resolution => resolution::check(&text).map_err(|error| error.to_string()),
            });
        match outcome {
            Ok(report) => total.extend(report),
            Err(error) => {
                eprintln!("{}: {error}", file.display());
                return ExitCode::from(2);
            }
        }
    }
    for failure in &total.failures {
        println!("FAILED {}", failure.name);
        for difference in &failure.differences {
            println!("    {difference}");
        }
    }
    println!("{} passed, {} failed", total.passed, total.failures.len());
    if total.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
