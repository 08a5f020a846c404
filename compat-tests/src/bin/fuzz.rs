//! `fuzz --seconds N`: the fuzz targets of the model in a loop of made and damaged input, for a bounded time.
//!
//! A round follows from the seed and its number alone, so a round that failed can be repeated:
//! `fuzz --seed S --from N --rounds 1`. `avro-model/fuzz` runs the same targets under libFuzzer.

use avro_model::testing::{Random, mutate, targets};
use clap::Parser;
use std::hash::{BuildHasher, RandomState};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Runs the fuzz targets for a while.
#[derive(Parser)]
struct Arguments {
    /// How long to run.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// The seed that the input follows from; random when not given.
    #[arg(long)]
    seed: Option<u64>,
    /// The first round.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Rounds to run at most.
    #[arg(long, default_value_t = u64::MAX)]
    rounds: u64,
    /// The only target to run.
    #[arg(long)]
    target: Option<String>,
    /// Runs nothing but prints the names of the targets.
    #[arg(long)]
    list: bool,
    /// Runs nothing but writes undamaged inputs to DIR/TARGET, for libFuzzer to begin with.
    #[arg(long, value_name = "DIR")]
    seeds: Option<PathBuf>,
}

/// How many inputs to write for a target.
const SEEDS: u64 = 12;

/// No round takes longer on input of this size, unless time is out of proportion.
const SLOW: Duration = Duration::from_secs(5);
/// How often a line says how far it got: where an abort must have happened.
const REPORT_EVERY: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        targets::ALL.iter().for_each(|(name, _)| println!("{name}"));
        return ExitCode::SUCCESS;
    }
    let seed = arguments.seed.unwrap_or_else(|| RandomState::new().hash_one(0));
    println!("seed {seed}");
    let wanted = |name: &str| arguments.target.as_deref().is_none_or(|target| target == name);
    let targets: Vec<_> = targets::ALL.iter().filter(|(name, _)| wanted(name)).collect();
    if targets.is_empty() {
        let names: Vec<&str> = targets::ALL.iter().map(|(name, _)| *name).collect();
        eprintln!("there is no such target; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    if let Some(folder) = arguments.seeds {
        let written = targets.iter().try_for_each(|(name, _)| write_seeds(&folder.join(name), name, seed));
        return written.map_or_else(
            |error| {
                eprintln!("{}: {error}", folder.display());
                ExitCode::from(2)
            },
            |()| ExitCode::SUCCESS,
        );
    }
    let start = Instant::now();
    let mut reported = start;
    let mut round = arguments.from;
    while start.elapsed().as_secs() < arguments.seconds && round - arguments.from < arguments.rounds {
        for (name, target) in &targets {
            let begin = Instant::now();
            let input = input(name, seed, round);
            if catch_unwind(|| target(&input)).is_err() || begin.elapsed() > SLOW {
                println!("FAILED target {name}, seed {seed}, round {round}, after {:?}", begin.elapsed());
                println!("input, {} bytes: {}", input.len(), input.escape_ascii());
                return ExitCode::FAILURE;
            }
        }
        round += 1;
        if reported.elapsed() > REPORT_EVERY {
            println!("round {round}");
            reported = Instant::now();
        }
    }
    println!("{} rounds of {} targets passed", round - arguments.from, targets.len());
    ExitCode::SUCCESS
}

/// The input of a round: what fits the target, most often damaged.
fn input(target: &str, seed: u64, round: u64) -> Vec<u8> {
    let mut random = Random::seed(seed ^ round.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut input = targets::seed(target, &mut random);
    for _ in 0..random.below(4) {
        mutate(&mut input, &mut random);
    }
    input
}

fn write_seeds(folder: &Path, target: &str, seed: u64) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    (0..SEEDS).try_for_each(|round| {
        let mut random = Random::seed(seed ^ round);
        std::fs::write(folder.join(round.to_string()), targets::seed(target, &mut random))
    })
}
