//! The reader of JSON texts: one scanner for all who read JSON as one of the reference's JSON libraries does, with
//! [`Options`] for what these differ in, and a [`Builder`] for the values that are wanted.
//!
//! It keeps its own stack, so nesting costs no thread stack.
//!
//! ```
//! use avro_model::json::reader::{Builder, Number, Options, read};
//! use std::borrow::Cow;
//!
//! /// Counts the numbers of a text.
//! struct Count(usize);
//!
//! impl<'t> Builder<'t> for Count {
//!     type Value = ();
//!     type Key = ();
//!     fn null(&mut self) {}
//!     fn boolean(&mut self, _: bool) {}
//!     fn number(&mut self, _: Number<'t>) -> Option<()> {
//!         self.0 += 1;
//!         Some(())
//!     }
//!     fn string(&mut self, _: Cow<'t, str>) {}
//!     fn key(&mut self, _: Cow<'t, str>) {}
//!     fn array(&mut self, _: Vec<()>) {}
//!     fn object(&mut self, _: Vec<((), ())>) {}
//! }
//!
//! let mut count = Count(0);
//! read("[1, [2.5, -3]]", &Options::new(), &mut count)?;
//! assert_eq!(count.0, 3);
//! # Ok::<(), avro_model::json::reader::SyntaxError>(())
//! ```

mod builder;
mod error;
mod frame;
mod options;
mod scan;
mod strings;

pub use builder::{Builder, Number, NumberForm, Part};
pub use error::{Expected, Fault, SyntaxError};
pub use options::{Duplicates, Options, Trailing};
pub use scan::word_at;

use crate::budget::Budget;
use frame::{Frame, Members};
use scan::Scanner;
#[cfg(feature = "idl")]
pub(crate) use strings::hex_unit;

/// Reads one value.
///
/// # Errors
/// At the first byte where the text is not what the options allow.
pub fn read<'t, B: Builder<'t>>(
    text: &'t str,
    options: &Options,
    builder: &mut B,
) -> Result<B::Value, SyntaxError> {
    read_within(text, options, builder, &Budget::unlimited())
}

/// Reads one value within a budget, of which each value takes a step.
///
/// # Errors
/// As [`read`], and [`Fault::Stopped`] when the budget is spent or cancelled.
pub fn read_within<'t, B: Builder<'t>>(
    text: &'t str,
    options: &Options,
    builder: &mut B,
    budget: &Budget,
) -> Result<B::Value, SyntaxError> {
    Reader { scanner: Scanner::new(text), options: *options, builder, budget, stack: Vec::new() }.read()
}

struct Reader<'t, 'b, B: Builder<'t>> {
    scanner: Scanner<'t>,
    options: Options,
    builder: &'b mut B,
    budget: &'b Budget,
    stack: Vec<Frame<'t, B>>,
}

impl<'t, B: Builder<'t>> Reader<'t, '_, B> {
    fn read(&mut self) -> Result<B::Value, SyntaxError> {
        self.scanner.skip_blank(&self.options)?;
        loop {
            // At the start of a value.
            self.budget.take(1).map_err(|stopped| self.scanner.error(Fault::Stopped(stopped)))?;
            let part = self.stack.last().map_or(Part::Root, Frame::next_part);
            self.builder.begin(self.stack.len(), part, self.scanner.at);
            let mut value = match self.scanner.peek() {
                Some(b'[') => {
                    self.open(Frame::Array(Vec::new()))?;
                    if self.scanner.peek() != Some(b']') {
                        continue;
                    }
                    self.close()
                }
                Some(b'{') => {
                    self.open(Frame::Object(Members::new()))?;
                    if self.scanner.peek() != Some(b'}') {
                        self.key()?;
                        continue;
                    }
                    self.close()
                }
                _ => self.scanner.scalar(&self.options, self.builder)?,
            };
            // Behind a value: it belongs to the innermost container, which may end here too.
            loop {
                let Some(frame) = self.stack.last_mut() else {
                    self.scanner.end(&self.options)?;
                    return Ok(value);
                };
                frame.add(value, self.options.duplicates);
                let in_array = matches!(frame, Frame::Array(_));
                self.scanner.skip_blank(&self.options)?;
                match (self.scanner.peek(), in_array) {
                    (Some(b','), _) => {
                        self.scanner.at += 1;
                        self.scanner.skip_blank(&self.options)?;
                        if !in_array {
                            self.key()?;
                        }
                        break;
                    }
                    (Some(b']'), true) | (Some(b'}'), false) => value = self.close(),
                    (_, true) => return Err(self.scanner.unexpected(Expected::NextItem)),
                    (_, false) => return Err(self.scanner.unexpected(Expected::NextMember)),
                }
            }
        }
    }

    fn open(&mut self, frame: Frame<'t, B>) -> Result<(), SyntaxError> {
        if self.stack.len() == self.options.max_depth {
            return Err(self.scanner.error(Fault::TooDeep));
        }
        self.stack.push(frame);
        self.scanner.at += 1;
        self.scanner.skip_blank(&self.options)
    }

    fn close(&mut self) -> B::Value {
        self.scanner.at += 1;
        let frame = self.stack.pop().expect("a container is closed only where one is open");
        frame.close(self.builder)
    }

    /// Reads a key and its colon and stands at the value.
    fn key(&mut self) -> Result<(), SyntaxError> {
        if self.scanner.peek() != Some(b'"') {
            return Err(self.scanner.unexpected(Expected::Key));
        }
        let text = self.scanner.string(self.options.max_key, Fault::LongKey)?;
        let key = self.builder.key(text);
        if let Some(Frame::Object(members)) = self.stack.last_mut() {
            members.key = key;
        }
        self.scanner.skip_blank(&self.options)?;
        if self.scanner.peek() != Some(b':') {
            return Err(self.scanner.unexpected(Expected::Colon));
        }
        self.scanner.at += 1;
        self.scanner.skip_blank(&self.options)
    }
}

#[cfg(test)]
mod tests;
