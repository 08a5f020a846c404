//! Instructions per message, counted by callgrind: the same on every machine of one kind, whatever else it does.

use crate::contender::{Operation, Race};
use crate::framing::{self, name};
use crate::locks;
use std::error::Error;
use std::path::Path;
use std::process::Command;

/// The most instructions that a message may take, drop of the decoded value included.
struct Gate {
    workload: &'static str,
    operation: Operation,
    contender: &'static str,
    limit: u64,
}

/// The most instructions that a frame may add to what a message takes without one.
struct FrameGate {
    operation: Operation,
    contender: &'static str,
    bare: &'static str,
    limit: u64,
}

const ENCODE: Operation = Operation::Encode;
const DECODE: Operation = Operation::Decode;

/// What the design promises of frames.
const FRAME_GATES: &[FrameGate] = &[
    FrameGate { operation: ENCODE, contender: name::PREPARED, bare: name::BARE, limit: 30 },
    FrameGate { operation: ENCODE, contender: name::TRIED, bare: name::BARE, limit: 30 },
    FrameGate { operation: ENCODE, contender: name::AWAITED, bare: name::BARE, limit: 50 },
    FrameGate { operation: DECODE, contender: name::TRIED, bare: name::BARE, limit: 30 },
    FrameGate { operation: DECODE, contender: name::TRIED_IN_TURN, bare: name::BARE, limit: 30 },
    FrameGate { operation: DECODE, contender: name::AWAITED, bare: name::BARE, limit: 60 },
    FrameGate { operation: DECODE, contender: name::TRIED_OWNED, bare: name::BARE_OWNED, limit: 30 },
    FrameGate { operation: DECODE, contender: name::AWAITED_OWNED, bare: name::BARE_OWNED, limit: 80 },
    FrameGate { operation: DECODE, contender: name::TRIED_INTO, bare: name::BARE_INTO, limit: 40 },
];

/// Limits that the design promises. Only for processors with BMI2, which W3 uses.
const GATES: &[Gate] = &[
    Gate { workload: "W1", operation: Operation::Encode, contender: OURS, limit: 265 },
    Gate { workload: "W1", operation: Operation::Decode, contender: OURS, limit: 1_135 },
    Gate { workload: "W1", operation: Operation::Decode, contender: BORROWED, limit: 620 },
    Gate { workload: "W1", operation: Operation::Decode, contender: INTO, limit: 700 },
    Gate { workload: "W2", operation: Operation::Encode, contender: OURS, limit: 1_190 },
    Gate { workload: "W2", operation: Operation::Decode, contender: OURS, limit: 6_900 },
    Gate { workload: "W2", operation: Operation::Decode, contender: BORROWED, limit: 2_440 },
    Gate { workload: "W3", operation: Operation::Encode, contender: OURS, limit: 26_000 },
    Gate { workload: "W3", operation: Operation::Decode, contender: OURS, limit: 29_000 },
    Gate { workload: "W4", operation: Operation::Encode, contender: OURS, limit: 3_400 },
    Gate { workload: "W4", operation: Operation::Decode, contender: OURS, limit: 37_000 },
    Gate { workload: "W4", operation: Operation::Decode, contender: BORROWED, limit: 11_500 },
    Gate { workload: "W5", operation: Operation::Decode, contender: PLAN, limit: 1_400 },
    Gate { workload: "W5", operation: Operation::Decode, contender: COMPILED, limit: 1_030 },
];

/// The name of generated code on the fast runtime.
pub(crate) const OURS: &str = "serde-wire";
/// The name of the borrowed form.
pub(crate) const BORROWED: &str = "serde-wire, borrowed";
/// The name of decoding into the value of the message before.
pub(crate) const INTO: &str = "serde-wire, decode_into";
/// The name of generated code for the writer's schema, which was known when it was generated.
pub(crate) const COMPILED: &str = "serde-wire, compiled";
/// The name of generated code that follows a plan.
pub(crate) const PLAN: &str = "serde-wire, by plan";

/// Counts what has a gate; true when everything is within its limit.
pub(crate) fn check() -> Result<bool, Box<dyn Error>> {
    let mut within = true;
    for gate in GATES {
        let count = counted(gate.workload, gate.operation, gate.contender)?;
        let verdict = verdict(count, gate.limit, &mut within);
        println!(
            "{verdict:>8} {} {} {}: {count} of at most {} instructions per message",
            gate.workload, gate.operation, gate.contender, gate.limit
        );
    }
    for gate in FRAME_GATES {
        let framed = counted(framing::NAME, gate.operation, gate.contender)?;
        let count = framed.saturating_sub(counted(framing::NAME, gate.operation, gate.bare)?);
        let verdict = verdict(count, gate.limit, &mut within);
        println!(
            "{verdict:>8} {} {} {}: {count} of at most {} instructions per message more than with {}",
            framing::NAME,
            gate.operation,
            gate.contender,
            gate.limit,
            gate.bare
        );
    }
    for &(operation, contender) in UNLOCKED {
        let count = of_race(framing::NAME, operation, |race| locks::per_message(race, contender))?;
        let verdict = verdict(count, 0, &mut within);
        println!(
            "{verdict:>8} framing {operation} {contender}: {count} of at most 0 locked instructions per message"
        );
    }
    Ok(within)
}

/// What is known of a message's schema is read without a lock, counted here: not one instruction that changes what threads share.
/// None of these asks the allocator for memory, which has locks of its own.
const UNLOCKED: &[(Operation, &str)] =
    &[(ENCODE, name::TRIED), (ENCODE, name::AWAITED), (DECODE, name::TRIED), (DECODE, name::AWAITED_IN_TURN)];

fn verdict(count: u64, limit: u64, all_within: &mut bool) -> &'static str {
    *all_within &= count <= limit;
    if count <= limit { "ok" } else { "TOO MANY" }
}

/// Instructions of one contender.
fn counted(workload: &str, operation: Operation, contender: &str) -> Result<u64, Box<dyn Error>> {
    of_race(workload, operation, |race| instructions(race, contender))
}

/// Sets up the race of a workload and an operation, and counts something of it.
fn of_race(
    workload: &str,
    operation: Operation,
    count: impl Fn(&Race<'_>) -> Result<u64, Box<dyn Error>>,
) -> Result<u64, Box<dyn Error>> {
    let mut counted = None;
    crate::each_race(Some(workload), |race| {
        if race.operation == operation {
            counted = Some(count(race)?);
        }
        Ok(())
    })?;
    Ok(counted.ok_or_else(|| format!("no {operation} of {workload}"))?)
}

/// Counts every contender of a race and prints the table.
#[expect(clippy::cast_precision_loss, reason = "a ratio of counts")]
pub(crate) fn print(race: &mut Race<'_>) -> Result<(), Box<dyn Error>> {
    println!("\n{} {}: {} (instructions)", race.workload, race.operation, race.title);
    let mut first = None;
    for contender in &race.contenders {
        let count = instructions(race, contender.name)?;
        let first = *first.get_or_insert(count);
        println!("  {:<36} {count:>10} {:>8.2}x", contender.name, count as f64 / first as f64);
    }
    Ok(())
}

/// Instructions per message of a pass on warm caches and buffers: some passes less one, so that setting up the data
/// and the first pass do not count.
fn instructions(race: &Race<'_>, contender: &str) -> Result<u64, Box<dyn Error>> {
    let (one, more) = (total(race, contender, 1)?, total(race, contender, 1 + race.passes)?);
    Ok(more.saturating_sub(one) / (race.passes * race.messages) as u64)
}

fn total(race: &Race<'_>, contender: &str, passes: usize) -> Result<u64, Box<dyn Error>> {
    let report = callgrind(race, contender, passes, Path::new("/dev/null"), &[])?;
    let collected = report.lines().find_map(|line| line.split_once("Collected : "));
    match collected {
        Some((_, count)) => Ok(count.trim().parse()?),
        None => Err(format!("callgrind gave no count:\n{report}").into()),
    }
}

/// Runs some passes of a contender under callgrind, which writes its profile to `file`, and gives what it reports.
pub(crate) fn callgrind(
    race: &Race<'_>,
    contender: &str,
    passes: usize,
    file: &Path,
    options: &[&str],
) -> Result<String, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", file.display()))
        .args(options)
        .arg(std::env::current_exe()?)
        .args(["pass", race.workload, &race.operation.to_string(), contender, &passes.to_string()])
        .output()
        .map_err(|error| format!("cannot run valgrind, which counts the instructions: {error}"))?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(report) } else { Err(format!("callgrind failed:\n{report}").into()) }
}
