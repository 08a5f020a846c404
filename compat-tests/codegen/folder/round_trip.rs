//! Each type of the folder against the generic codec, and against the bytes that other implementations write of the same values.
//! Says for each schema what failed, and fails for nothing else.
#![recursion_limit = "1024"]

use std::panic::{AssertUnwindSafe, catch_unwind};

#[path = "../edition-2021/tests/agreement/mod.rs"]
mod agreement;
mod peers;

use agreement::{Tally, check};
use peers::{Case, Peers};

type Check = fn(&str) -> Tally;

const CHECKS: &[(Check, Case)] = include!(concat!(env!("OUT_DIR"), "/types.rs"));

#[test]
fn types_agree_with_the_generic_codec() {
    for (check, case) in CHECKS {
        if catch_unwind(AssertUnwindSafe(|| check("type"))).is_err() {
            println!("\ndisagrees: {}", case.number);
        }
    }
    println!("\ncompared: {}", CHECKS.len());
}

#[test]
fn types_write_what_others_write() {
    if let Some(peers) = Peers::from_environment() {
        peers::compare_all(&peers, CHECKS.iter().map(|(_, case)| case));
    }
}
