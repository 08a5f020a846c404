//! Entries in the form of compilers.

use super::{Diagnostic, Place};
use std::fmt;

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.severity.name())?;
        if let Some(rule) = &self.rule {
            write!(f, "[{rule}]")?;
        }
        write!(f, ": {}", self.message)?;
        let places = self.place.iter().chain(self.related.iter().map(|(_, place)| place));
        let margin = places.map(|place| place.line.to_string().len()).max().unwrap_or(1);
        if let Some(place) = &self.place {
            show(f, place, margin, '^', place.path.as_deref().unwrap_or_default())?;
        }
        for (text, place) in &self.related {
            show(f, place, margin, '-', text)?;
        }
        for note in &self.notes {
            write!(f, "\n{:margin$} = note: {note}", "")?;
        }
        match &self.help {
            Some(help) => write!(f, "\n{:margin$} = help: {help}", ""),
            None => Ok(()),
        }
    }
}

impl Diagnostic {
    /// The entry for a log of lines.
    pub(crate) fn in_one_line(&self) -> String {
        let mut text = String::new();
        if let Some(place) = &self.place {
            text.push_str(&format!("{}:{}:{}: ", place.file, place.line, place.column));
        }
        text.push_str(&self.message);
        if let Some(help) = &self.help {
            text.push_str(&format!("; {help}"));
        }
        if let Some(rule) = &self.rule {
            text.push_str(&format!(" [{rule}]"));
        }
        text
    }
}

/// The name of the place, its line, and marks beneath what is meant.
fn show(f: &mut fmt::Formatter<'_>, place: &Place, margin: usize, mark: char, label: &str) -> fmt::Result {
    let Place { file, line, column, width, source, skipped, .. } = place;
    write!(f, "\n{:margin$}--> {file}:{line}:{column}", "")?;
    if source.is_empty() {
        return Ok(());
    }
    let (dots, shift) = if *skipped > 0 { ("…", 1) } else { ("", 0) };
    let before = column.saturating_sub(1).saturating_sub(*skipped) + shift;
    write!(f, "\n{:margin$} |\n{line:>margin$} | {dots}{source}\n{:margin$} | {:before$}", "", "", "")?;
    for _ in 0..*width {
        write!(f, "{mark}")?;
    }
    if label.is_empty() { Ok(()) } else { write!(f, " {label}") }
}

#[cfg(test)]
mod tests {
    use crate::report::{Diagnostic, Place, Severity};

    #[test]
    fn an_entry_shows_its_places_notes_and_help() {
        let text = "[\n  \"strng\"\n]";
        let mut entry = Diagnostic::error("\"strng\" is nothing; did you mean \"string\"?")
            .at(Place::new("a.avsc", text, 2, 3).with_path("$[0]"));
        entry.rule = Some("a-rule".to_owned());
        entry.related.push(("the first one".to_owned(), Place::new("b.avsc", &"\n".repeat(11), 12, 1)));
        entry.related.push(("the second one".to_owned(), Place::new("b.avsc", text, 1, 1)));
        entry.notes.push("told once".to_owned());
        let shown = "\
error[a-rule]: \"strng\" is nothing
  --> a.avsc:2:3
   |
 2 |   \"strng\"
   |   ^^^^^^^ $[0]
  --> b.avsc:12:1
  --> b.avsc:1:1
   |
 1 | [
   | - the second one
   = note: told once
   = help: did you mean \"string\"?";
        assert_eq!(entry.to_string(), shown);
        assert_eq!(Diagnostic::new(Severity::Note, "all is well").to_string(), "note: all is well");
    }
}
