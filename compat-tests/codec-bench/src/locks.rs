//! Locked instructions per message: what a mutex, a reference count or any other thing that threads share is changed with. Where none
//! runs, no lock was taken, and consumers on other cores are in nobody's way.

use crate::contender::Race;
use crate::gate::callgrind;
use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::process::Command;

/// How often each instruction ran, by the file that it is in and its address there.
type Runs = HashMap<String, HashMap<u64, u64>>;

/// The locked instructions of a message, without what comes before the second pass.
pub(crate) fn per_message(race: &Race<'_>, contender: &str) -> Result<u64, Box<dyn Error>> {
    let (one, more) = (runs(race, contender, 1)?, runs(race, contender, 1 + race.passes)?);
    let mut count = 0;
    for (object, instructions) in &more {
        let before = one.get(object);
        let again = |(address, runs): (&u64, &u64)| {
            let before = before.and_then(|before| before.get(address)).copied().unwrap_or_default();
            // What messages do runs in each pass.
            let runs = runs.saturating_sub(before);
            (runs >= race.passes as u64).then_some((*address, runs))
        };
        let again: HashMap<u64, u64> = instructions.iter().filter_map(again).collect();
        if again.is_empty() {
            continue;
        }
        let locked = locked(object)?;
        count +=
            again.iter().filter(|(address, _)| locked.contains(address)).map(|(_, runs)| runs).sum::<u64>();
    }
    Ok(count.div_ceil((race.passes * race.messages) as u64))
}

fn runs(race: &Race<'_>, contender: &str, passes: usize) -> Result<Runs, Box<dyn Error>> {
    let file = std::env::temp_dir().join(format!("codec-bench-{}.callgrind", std::process::id()));
    let options = ["--dump-instr=yes", "--compress-pos=no", "--compress-strings=no"];
    let ran = callgrind(race, contender, passes, &file, &options).map(drop);
    let profile = ran.and_then(|()| Ok(std::fs::read_to_string(&file)?));
    // It is there unless callgrind did not run.
    let _ = std::fs::remove_file(&file);
    Ok(parse(&profile?))
}

/// Takes callgrind's profile apart: a line for each instruction, `0xADDRESS LINE RUNS`, below the file that it is in. The line
/// after a call tells what the call took in all, and is none of them.
fn parse(profile: &str) -> Runs {
    let (mut runs, mut object, mut called) = (Runs::new(), String::new(), false);
    for line in profile.lines() {
        if let Some(name) = line.strip_prefix("ob=") {
            name.clone_into(&mut object);
        } else if line.starts_with("calls=") {
            called = true;
        } else if let Some(cost) = line.strip_prefix("0x")
            && !std::mem::take(&mut called)
        {
            let mut words = cost.split(' ');
            let address = words.next().and_then(|word| u64::from_str_radix(word, 16).ok());
            let count = words.nth(1).and_then(|word| word.parse::<u64>().ok());
            if let (Some(address), Some(count)) = (address, count) {
                *runs.entry(object.clone()).or_default().entry(address).or_default() += count;
            }
        }
    }
    runs
}

/// The addresses of the locked instructions in a file: those that say so, and exchanges with memory, which always are.
fn locked(object: &str) -> Result<HashSet<u64>, Box<dyn Error>> {
    let output =
        Command::new("objdump").args(["--disassemble", "--no-show-raw-insn", object]).output().map_err(
            |error| format!("cannot run objdump (package binutils), which tells what is locked: {error}"),
        )?;
    if !output.status.success() {
        return Err(format!("objdump cannot read {object}").into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let address = |line: &str| {
        let (address, instruction) = line.trim_start().split_once(":\t")?;
        let is_locked =
            instruction.starts_with("lock ") || instruction.starts_with("xchg") && instruction.contains('(');
        is_locked.then(|| u64::from_str_radix(address, 16).ok())?
    };
    Ok(text.lines().filter_map(address).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_instruction_ran_is_counted_where_it_is() {
        let profile = "positions: instr line\n\nob=/a\nfn=f\n0x10 1 3\n0x12 1 4\ncob=/b\ncfn=g\ncalls=1 0x20 5\n0x12 1 900\n0x14 2 1\n\nob=/b\nfn=g\n0x10 1 7\n0x10 2 1\n";
        let runs = parse(profile);
        assert_eq!(runs["/a"], [(0x10, 3), (0x12, 4), (0x14, 1)].into());
        assert_eq!(runs["/b"], [(0x10, 8)].into());
    }

    #[test]
    fn a_mutex_is_seen() {
        let path = std::env::current_exe().unwrap();
        assert!(!locked(path.to_str().unwrap()).unwrap().is_empty(), "the standard library has some");
    }
}
