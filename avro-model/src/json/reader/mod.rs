//! JSON in, as Jackson reads it with comments allowed.
//!
//! The reader keeps its own stack, so nesting costs no thread stack. It records no positions: they are needed only for
//! messages, and [`locate`] finds one by reading again.

mod error;
mod scan;

pub use error::{JsonError, JsonProblem, Position};

use super::Raw;
use scan::Scanner;
use std::borrow::Cow;
use std::collections::HashMap;

/// Levels of arrays and objects, the limit of the reference's JSON library.
pub(crate) const MAX_DEPTH: usize = 1000;

/// From how many members on an object is indexed to find duplicate keys.
const INDEXED_FROM: usize = 16;

/// One step from a JSON value into one of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into the member of that key.
    Key(String),
    /// Into the item at that index.
    Index(usize),
}

/// Reads one JSON text.
pub(crate) fn read(text: &str) -> Result<Raw<'_>, JsonError> {
    Reader::new(text, None).read()
}

/// Where the value at `path` begins; the position of its innermost known parent when there is no such value.
///
/// For messages about a `text` that has been read before, so that it is known to be JSON.
pub fn locate(text: &str, path: &[Step]) -> Position {
    let mut reader = Reader::new(text, Some(path));
    // The text was valid once already; if it were not, the furthest value that was found is still the best answer.
    let _ = reader.read();
    Position::of(text, reader.found)
}

/// Places of members by key.
type Index<'t> = HashMap<Cow<'t, str>, usize>;

/// A container that is being read.
enum Frame<'t> {
    Array(Vec<Raw<'t>>),
    Object { members: Vec<(Cow<'t, str>, Raw<'t>)>, key: Cow<'t, str>, index: Option<Box<Index<'t>>> },
}

impl<'t> Frame<'t> {
    fn add(&mut self, value: Raw<'t>) {
        match self {
            Self::Array(items) => items.push(value),
            Self::Object { members, key, index } => {
                let key = std::mem::take(key);
                if members.len() == INDEXED_FROM && index.is_none() {
                    let places = members.iter().enumerate().map(|(place, (key, _))| (key.clone(), place));
                    *index = Some(Box::new(places.collect()));
                }
                let known = match index {
                    None => members.iter().position(|(name, _)| *name == key),
                    Some(index) => index.get(&key).copied(),
                };
                match known {
                    Some(place) => members[place].1 = value,
                    None => {
                        if let Some(index) = index {
                            index.insert(key.clone(), members.len());
                        }
                        members.push((key, value));
                    }
                }
            }
        }
    }
}

struct Reader<'t, 'p> {
    scanner: Scanner<'t>,
    stack: Vec<Frame<'t>>,
    path: Option<&'p [Step]>,
    /// How many steps of `path` lead to the value that is being read, as long as they all match.
    matched: usize,
    found: usize,
}

impl<'t, 'p> Reader<'t, 'p> {
    fn new(text: &'t str, path: Option<&'p [Step]>) -> Self {
        Self { scanner: Scanner::new(text), stack: Vec::new(), path, matched: 0, found: 0 }
    }

    fn read(&mut self) -> Result<Raw<'t>, JsonError> {
        self.scanner.skip_blank()?;
        loop {
            // At the start of a value.
            self.note_value();
            let mut value = match self.scanner.peek() {
                Some(b'[') => {
                    self.open(Frame::Array(Vec::new()))?;
                    if self.scanner.peek() != Some(b']') {
                        continue;
                    }
                    self.close()
                }
                Some(b'{') => {
                    let frame = Frame::Object { members: Vec::new(), key: Cow::Borrowed(""), index: None };
                    self.open(frame)?;
                    if self.scanner.peek() != Some(b'}') {
                        self.key()?;
                        continue;
                    }
                    self.close()
                }
                _ => self.scanner.scalar()?,
            };
            // Behind a value: it belongs to the innermost container, which may end here too.
            loop {
                let Some(frame) = self.stack.last_mut() else {
                    self.scanner.end()?;
                    return Ok(value);
                };
                frame.add(value);
                let in_array = matches!(frame, Frame::Array(_));
                self.scanner.skip_blank()?;
                match (self.scanner.peek(), in_array) {
                    (Some(b','), _) => {
                        self.scanner.advance();
                        self.scanner.skip_blank()?;
                        if !in_array {
                            self.key()?;
                        }
                        break;
                    }
                    (Some(b']'), true) | (Some(b'}'), false) => value = self.close(),
                    (found, true) => return Err(self.scanner.unexpected(found, "',' or ']'")),
                    (found, false) => return Err(self.scanner.unexpected(found, "',' or '}'")),
                }
            }
        }
    }

    fn open(&mut self, frame: Frame<'t>) -> Result<(), JsonError> {
        if self.stack.len() == MAX_DEPTH {
            return Err(self.scanner.error(JsonProblem::TooDeep { limit: MAX_DEPTH }));
        }
        self.stack.push(frame);
        self.scanner.advance();
        self.scanner.skip_blank()
    }

    fn close(&mut self) -> Raw<'t> {
        self.scanner.advance();
        let frame = self.stack.pop().expect("a container is closed only where one is open");
        self.matched = self.matched.min(self.stack.len());
        match frame {
            Frame::Array(items) => Raw::Array(items),
            Frame::Object { members, .. } => Raw::Object(members),
        }
    }

    /// Reads a key and its colon and stands at the value.
    fn key(&mut self) -> Result<(), JsonError> {
        if self.scanner.peek() != Some(b'"') {
            return Err(self.scanner.unexpected(self.scanner.peek(), "a key in double quotes"));
        }
        let name = self.scanner.string(scan::MAX_NAME)?;
        self.scanner.skip_blank()?;
        if self.scanner.peek() != Some(b':') {
            return Err(self.scanner.unexpected(self.scanner.peek(), "':'"));
        }
        self.scanner.advance();
        self.scanner.skip_blank()?;
        if let Some(Frame::Object { key, .. }) = self.stack.last_mut() {
            *key = name;
        }
        Ok(())
    }

    /// Follows the path that is looked for, one step for each level.
    fn note_value(&mut self) {
        let Some(path) = self.path else { return };
        let depth = self.stack.len();
        if depth == 0 {
            self.found = self.scanner.offset();
            return;
        }
        // The parent of this value must be on the path, and the step from it must be the next one.
        self.matched = self.matched.min(depth - 1);
        let Some(step) = path.get(depth - 1).filter(|_| self.matched == depth - 1) else { return };
        let matches = match (self.stack.last(), step) {
            (Some(Frame::Array(items)), Step::Index(index)) => items.len() == *index,
            (Some(Frame::Object { key, .. }), Step::Key(name)) => key == name,
            _ => false,
        };
        if matches {
            self.matched = depth;
            self.found = self.scanner.offset();
        }
    }
}

#[cfg(test)]
mod tests;
