//! Checks: expected values beside those that came.

use crate::totals::Totals;
use std::fmt::Debug;

/// The checks so far.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    /// Those that held.
    pub(crate) passed: u32,
    /// Those that did not.
    pub(crate) failed: u32,
}

impl Checks {
    /// Checks that the two are equal.
    pub(crate) fn equal<V: PartialEq + Debug>(&mut self, what: &str, expected: &V, actual: &V) {
        if expected == actual {
            self.pass(what);
        } else {
            self.fail(what, &format!("expected {expected:?}, got {actual:?}"));
        }
    }

    /// Checks that it is so; `detail` says what is wrong otherwise.
    pub(crate) fn holds(&mut self, what: &str, holds: bool, detail: &str) {
        if holds { self.pass(what) } else { self.fail(what, detail) }
    }

    /// Prints the generator's totals beside those of each consumer; each number is a check.
    pub(crate) fn totals(&mut self, title: &str, expected: &Totals, consumers: &[(&str, &Totals)]) {
        let names: String = consumers.iter().map(|(name, _)| format!("{name:>20}")).collect();
        println!("  {title:<28}{:>20}{names}", "generator");
        let expected = expected.rows();
        let actual: Vec<_> = consumers.iter().map(|(_, totals)| totals.rows()).collect();
        // A name that only one side has is a row too, and counts as zero for the other.
        let mut rows: Vec<&String> = expected.iter().map(|(row, _)| row).collect();
        for (row, _) in actual.iter().flatten() {
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        for row in rows {
            let of =
                |rows: &[(String, i64)]| rows.iter().find(|(name, _)| name == row).map_or(0, |(_, n)| *n);
            let wanted = of(&expected);
            let mut line = format!("  {row:<28}{wanted:>20}");
            let mut differs = false;
            for rows in &actual {
                let counted = of(rows);
                line += &format!("{counted:>20}");
                differs |= counted != wanted;
                if counted == wanted { self.passed += 1 } else { self.failed += 1 }
            }
            println!("{line}{}", if differs { "  DIFFERENT" } else { "" });
        }
    }

    /// A check that held.
    pub(crate) fn pass(&mut self, what: &str) {
        self.passed += 1;
        println!("  ok: {what}");
    }

    /// A check that did not.
    pub(crate) fn fail(&mut self, what: &str, detail: &str) {
        self.failed += 1;
        println!("  FAILED: {what}: {detail}");
    }
}
