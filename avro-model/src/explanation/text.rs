//! Explanations as texts for people.

use super::{AffectedReaders, Change, CompatibilityReport, DecodingOutcome, Explanation, FailingValue};
use std::fmt;

impl fmt::Display for CompatibilityReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown: Vec<&FailingValue> = Vec::new();
        for explanation in &self.explanations {
            let likewise = |failing: &&FailingValue| shown.iter().any(|one| one.is_like(failing));
            let failing = explanation.failing.as_ref().filter(|failing| !likewise(failing));
            f.write_str("- ")?;
            explanation.write(f, failing)?;
            f.write_str("\n")?;
            shown.extend(failing);
        }
        if self.omitted > 0 {
            writeln!(f, "- and {} more", self.omitted)?;
        }
        // Those of what is omitted, of several in one branch of a union, and of defaults that follow.
        let said = |change: &&Change| self.explanations.iter().any(|one| one.change.as_ref() == Some(change));
        for change in self.changes.iter().filter(|change| !said(change)) {
            writeln!(f, "- also: {change}")?;
        }
        if !self.explanations.is_empty() && self.repaired.is_none() {
            f.write_str("No small change of the new schema that was tried makes it compatible.\n")?;
        }
        if !self.explanations.is_empty() && self.decoding == DecodingOutcome::Always {
            f.write_str(
                "A decoder that follows the specification reads all data nevertheless; the checker refuses more.\n",
            )?;
        }
        if self.explanations.is_empty() {
            let read = match self.decoding {
                DecodingOutcome::Sometimes => "cannot read all data",
                DecodingOutcome::Never => "cannot read any data",
                DecodingOutcome::Always | DecodingOutcome::Unknown => return Ok(()),
            };
            write!(f, "The checker accepts this, but a decoder that follows the specification {read}")?;
        } else if self.overlooked.is_some() {
            f.write_str(
                "With these changes the checker accepts it, but a decoder still cannot read all data",
            )?;
        } else {
            return Ok(());
        }
        match &self.overlooked {
            Some(failing) => writeln!(f, ": {failing}"),
            None => f.write_str(".\n"),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, self.failing.as_ref())
    }
}

impl Explanation {
    /// The text, with that failing value.
    fn write(&self, f: &mut fmt::Formatter<'_>, failing: Option<&FailingValue>) -> fmt::Result {
        let who = match self.affected {
            AffectedReaders::NewReaders => "readers with the new schema cannot read old data",
            AffectedReaders::OldReaders => "readers with the old schema cannot read new data",
        };
        write!(f, "{}: {who} ({})", self.place, self.incompatibility.message)?;
        if let Some(failing) = failing {
            write!(f, "; {failing}")?;
        }
        if self.disputed {
            f.write_str("; a decoder that follows the specification reads the data here nevertheless")?;
        }
        if let Some(change) = &self.change {
            write!(f, "; {change}")?;
        }
        Ok(())
    }
}
