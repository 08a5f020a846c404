//! Case tables: rows of input and expected output, checked one by one.
//!
//! Each module takes the text of a file and answers a [`Report`], so that the same code runs the project's own copies
//! under `cargo test` and any other file in the same format through the command `cases`.

pub mod compat;
pub mod idl;
pub mod pairs;
pub mod resolution;
pub mod schema;

use serde_json::Value;

/// The results of the rows of a file.
#[derive(Debug, Default)]
pub struct Report {
    /// Rows in which everything agreed.
    pub passed: usize,
    /// Rows in which something did not.
    pub failures: Vec<Failure>,
}

/// A row that did not pass.
#[derive(Debug)]
pub struct Failure {
    /// The name of the row.
    pub name: String,
    /// The differences, one line each.
    pub differences: Vec<String>,
}

impl Report {
    /// Adds the outcome of a row.
    pub fn add(&mut self, name: &str, differences: Vec<String>) {
        if differences.is_empty() {
            self.passed += 1;
        } else {
            self.failures.push(Failure { name: name.to_owned(), differences });
        }
    }

    /// Adds the outcome of another file.
    pub fn extend(&mut self, other: Report) {
        self.passed += other.passed;
        self.failures.extend(other.failures);
    }

    /// # Panics
    /// Lists the rows that failed, when there are any or when there was no row at all.
    #[track_caller]
    pub fn assert_passed(&self) {
        let failed: Vec<String> = self
            .failures
            .iter()
            .map(|failure| format!("{}\n  {}", failure.name, failure.differences.join("\n  ")))
            .collect();
        assert!(failed.is_empty(), "{} passed, {} failed:\n{}", self.passed, failed.len(), failed.join("\n"));
        assert!(self.passed > 0, "the table has no rows");
    }
}

/// The rows of a table: an array of objects, or one object a line.
///
/// # Errors
/// When the text is neither.
pub fn rows(text: &str) -> Result<Vec<Value>, serde_json::Error> {
    if text.trim_start().starts_with('[') {
        serde_json::from_str(text)
    } else {
        text.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str).collect()
    }
}

/// The text of a column; empty where there is none.
fn text<'v>(row: &'v Value, column: &str) -> &'v str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}

/// Notes a difference between what a column says and what came out.
#[expect(clippy::needless_pass_by_value, reason = "callers hand over what they have just made")]
fn expect<T: PartialEq + std::fmt::Debug>(differences: &mut Vec<String>, what: &str, expected: T, found: T) {
    if expected != found {
        differences.push(format!("{what}: expected {expected:?}, found {found:?}"));
    }
}
