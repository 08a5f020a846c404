//! Instructions per message, counted by callgrind: the same on every machine of one kind, whatever else it does.

use crate::contender::{Operation, Race};
use std::error::Error;
use std::process::Command;

/// The most instructions that a message may take, drop of the decoded value included.
struct Gate {
    workload: &'static str,
    operation: Operation,
    contender: &'static str,
    limit: u64,
}

/// Limits that the design promises. Only for processors with BMI2, which W3 uses.
const GATES: &[Gate] = &[
    Gate { workload: "W1", operation: Operation::Encode, contender: OURS, limit: 280 },
    Gate { workload: "W1", operation: Operation::Decode, contender: OURS, limit: 1_135 },
    Gate { workload: "W1", operation: Operation::Decode, contender: BORROWED, limit: 620 },
    Gate { workload: "W1", operation: Operation::Decode, contender: INTO, limit: 700 },
    Gate { workload: "W2", operation: Operation::Encode, contender: OURS, limit: 1_315 },
    Gate { workload: "W2", operation: Operation::Decode, contender: OURS, limit: 7_600 },
    Gate { workload: "W2", operation: Operation::Decode, contender: BORROWED, limit: 2_950 },
    Gate { workload: "W3", operation: Operation::Encode, contender: OURS, limit: 26_000 },
    Gate { workload: "W3", operation: Operation::Decode, contender: OURS, limit: 29_000 },
    Gate { workload: "W4", operation: Operation::Encode, contender: OURS, limit: 3_900 },
    Gate { workload: "W4", operation: Operation::Decode, contender: OURS, limit: 37_000 },
    Gate { workload: "W4", operation: Operation::Decode, contender: BORROWED, limit: 11_500 },
    Gate { workload: "W5", operation: Operation::Decode, contender: PLAN, limit: 1_400 },
    Gate { workload: "W5", operation: Operation::Decode, contender: COMPILED, limit: 1_150 },
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
        let mut count = None;
        crate::each_race(Some(gate.workload), |race| {
            if race.operation == gate.operation {
                count = Some(instructions(race, gate.contender)?);
            }
            Ok(())
        })?;
        let count = count.ok_or_else(|| format!("no {} of {}", gate.operation, gate.workload))?;
        let verdict = if count <= gate.limit { "ok" } else { "TOO MANY" };
        within &= count <= gate.limit;
        println!(
            "{:>8} {} {} {}: {count} of at most {} instructions per message",
            verdict, gate.workload, gate.operation, gate.contender, gate.limit
        );
    }
    Ok(within)
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

/// Instructions per message of a pass on warm caches and buffers: three passes less one, so that setting up the data
/// and the first pass do not count.
fn instructions(race: &Race<'_>, contender: &str) -> Result<u64, Box<dyn Error>> {
    let (one, three) = (total(race, contender, 1)?, total(race, contender, 3)?);
    Ok((three - one) / (2 * race.messages as u64))
}

fn total(race: &Race<'_>, contender: &str, passes: usize) -> Result<u64, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["pass", race.workload, &race.operation.to_string(), contender, &passes.to_string()])
        .output()
        .map_err(|error| format!("cannot run valgrind, which counts the instructions: {error}"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report.lines().find_map(|line| line.split_once("Collected : "));
    match collected {
        Some((_, count)) if output.status.success() => Ok(count.trim().parse()?),
        _ => Err(format!("callgrind gave no count:\n{report}").into()),
    }
}
