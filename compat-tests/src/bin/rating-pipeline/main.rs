//! A pipeline of ratings through a real broker, and two evolutions of its schema in the middle of the stream.
//!
//! Change events of a ratings table go to a topic. One consumer sends low ratings to a second topic, another one counts
//! rows by country. While they run, the producers move to version 2 of the schema, then the consumers and the producers
//! to version 3; garbage arrives, and the registry dies and comes back. Every count must come out exactly as the
//! generator made it. With `--adapters` it plays something else: [`adapters`]. `compat-tests/pipeline/README.md` says how to run it; [`story`] is where to start reading.

mod adapters;
mod applications;
mod change;
mod checks;
mod consumer;
mod expectations;
mod generator;
mod kafka;
mod options;
mod outbox;
mod producer;
mod refusal;
mod registry_process;
mod story;
mod totals;
mod verify;
mod versions;

use checks::Checks;
use clap::Parser;
use options::Options;
use std::process::ExitCode;

/// A failure outside the checks: the broker, the registry, a file.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

#[tokio::main]
async fn main() -> ExitCode {
    let mut checks = Checks::default();
    let options = Options::parse();
    let outcome = match (&options.verify, &options.changes) {
        _ if options.consume_until_killed => adapters::consume_until_killed(&options.brokers).await,
        _ if options.adapters => adapters::play(&options, &mut checks).await,
        (Some(topic), Some(changes)) => verify::verify(&options, topic, changes, &mut checks).await,
        _ => story::tell(&options, &mut checks).await,
    };
    if let Err(error) = outcome {
        checks.fail("the pipeline came to its end", &error.to_string());
    }
    println!("{} passed, {} failed", checks.passed, checks.failed);
    if checks.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
