//! Encodes and decodes the five workloads of `compat-tests/workloads`, with generated code and with other crates, and the first one
//! in frames.
//!
//! `compat-tests/bench` runs this program; see there for how.

mod contender;
mod framing;
mod gate;
mod locks;
mod ours;
#[cfg(feature = "rivals")]
mod rivals;
#[cfg(feature = "metrics")]
mod telemetry;
mod timing;
mod workload;

use clap::{Parser, Subcommand};
use contender::{Operation, Race};
use std::error::Error;
use std::process::ExitCode;
use workload::Workload;

/// The codec against other crates, and its instruction gates.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Time every contender on every workload, interleaved in one process. For information: times drift.
    Time {
        /// How often each contender gets a slice of 0.4 ms.
        #[arg(long, default_value_t = 101)]
        rounds: usize,
        /// Only this workload: W1 to W5, or framing.
        #[arg(long)]
        only: Option<String>,
    },
    /// Count instructions per message with callgrind for every contender.
    Instructions {
        /// Only this workload: W1 to W5, or framing.
        #[arg(long)]
        only: Option<String>,
    },
    /// Count our own instructions and fail when one is above its gate.
    Gate,
    /// Run some passes of one contender: what is run under callgrind.
    #[command(hide = true)]
    Pass { workload: String, operation: String, contender: String, passes: usize },
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("codec-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Box<dyn Error>> {
    #[cfg(feature = "metrics")]
    telemetry::listen()?;
    match Arguments::parse().command {
        Command::Time { rounds, only } => {
            each_race(only.as_deref(), |race| {
                timing::print(race, rounds);
                Ok(())
            })?;
        }
        Command::Instructions { only } => each_race(only.as_deref(), gate::print)?,
        Command::Gate => return gate::check(),
        Command::Pass { workload, operation, contender, passes } => {
            each_race(Some(&workload), |race| {
                if race.operation.to_string() == operation {
                    race.run_alone(&contender, passes)?;
                }
                Ok(())
            })?;
        }
    }
    Ok(true)
}

/// Sets up every race, or those of one workload, and hands each to `then`.
fn each_race(
    only: Option<&str>,
    mut then: impl FnMut(&mut Race<'_>) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let workloads = Workload::ALL.iter().filter(|workload| only.is_none_or(|name| workload.name == name));
    for workload in workloads {
        let messages = workload.messages()?;
        for operation in [Operation::Encode, Operation::Decode] {
            (workload.race)(workload, operation, &messages, &mut then)?;
        }
    }
    Ok(())
}
