//! Each type of the folder against the generic codec. Says for each file what failed, and fails for nothing else.
#![recursion_limit = "1024"]

use std::panic::{AssertUnwindSafe, catch_unwind};

#[path = "../edition-2021/tests/agreement/mod.rs"]
mod agreement;

use agreement::{Tally, check};

type Check = fn(&str) -> Tally;

const CHECKS: &[(usize, Check)] = include!(concat!(env!("OUT_DIR"), "/types.rs"));

#[test]
fn types_agree_with_the_generic_codec() {
    for (number, check) in CHECKS {
        if catch_unwind(AssertUnwindSafe(|| check("type"))).is_err() {
            println!("disagrees: {number}");
        }
    }
    println!("compared: {}", CHECKS.len());
}
