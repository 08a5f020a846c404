//! What is wrong with schemas, for people: all of it at once, each with its place and the line that it stands in.

mod json;
mod place;
mod render;

pub use place::Place;

use std::collections::BTreeSet;
use std::fmt;

/// Whether something ends a run or is only told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The run fails.
    Error,
    /// The run goes on.
    Warning,
    /// It is neither good nor bad.
    Note,
}

impl Severity {
    /// Its word: `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One thing that a run has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Whether it ends the run.
    pub severity: Severity,
    /// The lint rule or the kind of incompatibility that it is about.
    pub rule: Option<String>,
    /// What is wrong, in one line.
    pub message: String,
    /// Where that is.
    pub place: Option<Place>,
    /// Other places that have to do with it, each with what is there.
    pub related: Vec<(String, Place)>,
    /// More to know, a line each.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    pub(crate) fn new(severity: Severity, message: impl Into<String>) -> Self {
        Self {
            severity,
            rule: None,
            message: message.into(),
            place: None,
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// An error whose text is of the form `problem; advice`.
    pub(crate) fn error(text: &str) -> Self {
        let (message, help) = split_advice(text);
        Self { help: help.map(str::to_owned), ..Self::new(Severity::Error, message) }
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}

/// Divides a text at the first semicolon that is not inside quotes.
fn split_advice(text: &str) -> (&str, Option<&str>) {
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            ';' if !quoted && text[at..].starts_with("; ") => return (&text[..at], Some(&text[at + 2..])),
            _ => {}
        }
    }
    (text, None)
}

/// All that a run has to say.
///
/// `Display` shows it as compilers do; each entry takes several lines, with an empty line between two.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Report {
    /// In the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Whether something ends the run.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many entries are that severe.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|one| one.severity == severity).count()
    }

    /// The numbers in words: `2 errors and 1 warning in 3 files`.
    pub fn summary(&self) -> String {
        let counted = |count: usize, noun: &str| match count {
            0 => None,
            1 => Some(format!("1 {noun}")),
            count => Some(format!("{count} {noun}s")),
        };
        let severe = [Severity::Error, Severity::Warning];
        let parts: Vec<String> =
            severe.into_iter().filter_map(|one| counted(self.count(one), one.name())).collect();
        let files: BTreeSet<&str> = self
            .diagnostics
            .iter()
            .filter(|one| one.severity != Severity::Note)
            .filter_map(|one| Some(one.place.as_ref()?.file.as_str()))
            .collect();
        let what = if parts.is_empty() { "no errors".to_owned() } else { parts.join(" and ") };
        match counted(files.len(), "file") {
            Some(files) => format!("{what} in {files}"),
            None => what,
        }
    }

    /// Puts the entries in the order of files and places, and leaves out what is said twice.
    pub(crate) fn sort(&mut self) {
        let place =
            |one: &Diagnostic| one.place.as_ref().map(|place| (place.file.clone(), place.line, place.column));
        self.diagnostics.sort_by_cached_key(|one| (place(one), one.severity));
        self.diagnostics.dedup();
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, one) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            writeln!(f, "{one}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_what_stands_behind_a_semicolon_outside_of_quotes() {
        for (text, message, help) in [
            ("a; b", "a", Some("b")),
            ("the default \"a; b\" is bad", "the default \"a; b\" is bad", None),
            (
                "\"x\\\"; y\" is bad; leave it out; or not",
                "\"x\\\"; y\" is bad",
                Some("leave it out; or not"),
            ),
            ("a;b", "a;b", None),
        ] {
            assert_eq!(split_advice(text), (message, help), "{text}");
        }
    }

    #[test]
    fn numbers_are_told_in_words() {
        let entry = |severity, file: &str| Diagnostic::new(severity, "m").at(Place::new(file, "x", 1, 1));
        let report = |entries: &[(Severity, &str)]| Report {
            diagnostics: entries.iter().map(|(severity, file)| entry(*severity, file)).collect(),
        };
        for (entries, summary) in [
            (&[][..], "no errors"),
            (&[(Severity::Error, "a")], "1 error in 1 file"),
            (
                &[
                    (Severity::Error, "a"),
                    (Severity::Error, "b"),
                    (Severity::Warning, "b"),
                    (Severity::Note, "c"),
                ],
                "2 errors and 1 warning in 2 files",
            ),
        ] {
            assert_eq!(report(entries).summary(), summary);
        }
    }
}
