//! Positions of parts of a JSON text.

use super::position::Position;
use super::raw::OPTIONS;
use super::reader::{Builder, Number, Part, read_within};
use crate::budget::Budget;
use std::borrow::Cow;

/// One step from a JSON value into one of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into the member of that key.
    Key(String),
    /// Into the item at that index.
    Index(usize),
}

/// The position at which the value at `path` begins, or that of its innermost known parent when there is no such value.
///
/// For messages about a `text` that has been read before, so that it is known to be JSON. Values keep no positions, for
/// these are needed only here: the text is read once more.
pub fn locate(text: &str, path: &[Step]) -> Position {
    locate_within(text, path, &Budget::unlimited())
}

/// [`locate`], as far as a budget allows.
pub(crate) fn locate_within(text: &str, path: &[Step], budget: &Budget) -> Position {
    let mut search = Search { path, matched: 0, found: 0 };
    // The text was valid once already; if it were not, the furthest value that was found is still the best answer.
    let _ = read_within(text, &OPTIONS.non_finite(true), &mut search, budget);
    Position::of(text, search.found)
}

/// Follows a path through a text. With duplicate keys the last value counts, as it does for the reader of schemas.
struct Search<'p> {
    path: &'p [Step],
    /// How many steps of the path lead to the value that is being read, as long as they all match.
    matched: usize,
    /// The byte at which the last value on the path begins.
    found: usize,
}

impl<'t> Builder<'t> for Search<'_> {
    type Value = ();
    type Key = Cow<'t, str>;

    fn begin(&mut self, depth: usize, part: Part<'_, Cow<'t, str>>, offset: usize) {
        if depth == 0 {
            self.found = offset;
            return;
        }
        // The parent of this value must be on the path, and the step from it must be the next one.
        self.matched = self.matched.min(depth - 1);
        let Some(step) = self.path.get(depth - 1).filter(|_| self.matched == depth - 1) else { return };
        let matches = match (part, step) {
            (Part::Item(index), Step::Index(wanted)) => index == *wanted,
            (Part::Member(key), Step::Key(wanted)) => key == wanted,
            _ => false,
        };
        if matches {
            self.matched = depth;
            self.found = offset;
        }
    }

    fn null(&mut self) {}

    fn boolean(&mut self, _: bool) {}

    fn number(&mut self, _: Number<'t>) -> Option<()> {
        Some(())
    }

    fn string(&mut self, _: Cow<'t, str>) {}

    fn key(&mut self, text: Cow<'t, str>) -> Cow<'t, str> {
        text
    }

    fn array(&mut self, _: Vec<()>) {}

    fn object(&mut self, _: Vec<(Cow<'t, str>, ())>) {}
}
