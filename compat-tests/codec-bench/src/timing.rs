//! Times, as well as a shared machine gives them: contenders take turns, and of each one's slices the 10th percentile
//! counts. Ratios between contenders drift by some percent from run to run, single figures by much more.

use crate::contender::{Contender, Race};
use std::time::{Duration, Instant};

/// How long a contender runs before the next one's turn.
const SLICE: Duration = Duration::from_micros(400);

/// Runs the race and prints its table.
#[expect(clippy::cast_precision_loss, reason = "nanoseconds of a slice")]
pub(crate) fn print(race: &mut Race<'_>, rounds: usize) {
    let passes: Vec<usize> = race.contenders.iter_mut().map(passes_of_a_slice).collect();
    let mut slices = vec![Vec::with_capacity(rounds); passes.len()];
    for _ in 0..rounds {
        for ((contender, &passes), slices) in race.contenders.iter_mut().zip(&passes).zip(&mut slices) {
            let start = Instant::now();
            (0..passes).for_each(|_| (contender.pass)());
            slices.push(start.elapsed().as_nanos() as f64 / (passes * race.messages) as f64);
        }
    }
    println!("\n{} {}: {} ({rounds} rounds)", race.workload, race.operation, race.title);
    let mut first = None;
    for (contender, mut slices) in race.contenders.iter().zip(slices) {
        slices.sort_by(f64::total_cmp);
        let nanos = slices[slices.len() / 10];
        let first = *first.get_or_insert(nanos);
        println!("  {:<36} {nanos:>10.1} ns {:>8.2}x", contender.name, nanos / first);
    }
}

fn passes_of_a_slice(contender: &mut Contender<'_>) -> usize {
    (contender.pass)();
    let start = Instant::now();
    (contender.pass)();
    let pass = start.elapsed().as_nanos().max(1);
    usize::try_from((SLICE.as_nanos() / pass).max(1)).unwrap_or(1)
}
