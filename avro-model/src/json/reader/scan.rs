//! Tokens: blanks and comments, numbers and words. Strings are in `strings`.

use super::builder::{Builder, Number, NumberForm};
use super::error::{Expected, Fault, SyntaxError};
use super::options::{Options, Trailing};

/// A text and a place in it.
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn error(&self, fault: Fault) -> SyntaxError {
        SyntaxError { fault, offset: self.at }
    }

    pub(super) fn unexpected(&self, expected: Expected) -> SyntaxError {
        self.error(Fault::Unexpected(expected))
    }

    /// Skips blanks, and comments where they are allowed.
    #[inline]
    pub(super) fn skip_blank(&mut self, options: &Options) -> Result<(), SyntaxError> {
        match self.peek() {
            Some(byte) if byte > b' ' && byte != b'/' => Ok(()),
            _ => self.skip_blanks(options),
        }
    }

    fn skip_blanks(&mut self, options: &Options) -> Result<(), SyntaxError> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'/' if options.comments => self.skip_comment()?,
                _ => break,
            }
        }
        Ok(())
    }

    fn skip_comment(&mut self) -> Result<(), SyntaxError> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = match rest.get(1) {
            Some(b'/') => rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len()),
            Some(b'*') => match self.text[self.at + 2..].find("*/") {
                Some(length) => 2 + length + 2,
                None => return Err(self.error(Fault::OpenComment)),
            },
            _ => return Err(self.unexpected(Expected::ValueOrComment)),
        };
        // Jackson refuses control characters here as it does between tokens.
        let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
        if let Some(place) = rest[..length].iter().position(control) {
            self.at += place;
            return Err(self.error(Fault::ControlCharacter));
        }
        self.at += length;
        Ok(())
    }

    /// Checks what follows the value. Comments are not allowed here: Avro's parser looks at this part itself.
    pub(super) fn end(&mut self, options: &Options) -> Result<(), SyntaxError> {
        let rest = &self.text[self.at..];
        let trailing = match options.trailing {
            Trailing::Blanks => rest.trim_start_matches([' ', '\t', '\n', '\r']),
            Trailing::Controls => rest.trim_start_matches(|character: char| character <= ' '),
            Trailing::Anything => return self.number_ends(),
        };
        if trailing.is_empty() {
            return Ok(());
        }
        self.at = self.text.len() - trailing.len();
        Err(self.error(Fault::Trailing))
    }

    /// A number that is all there is ends where a blank or a separator stands, as Jackson has it.
    fn number_ends(&self) -> Result<(), SyntaxError> {
        let behind_digit = self.text.as_bytes()[..self.at].last().is_some_and(u8::is_ascii_digit);
        match self.peek() {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}') => Ok(()),
            Some(_) if behind_digit => Err(self.error(Fault::Number)),
            Some(_) => Ok(()),
        }
    }

    /// A string, a number, `true`, `false` or `null`.
    pub(super) fn scalar<B: Builder<'t>>(
        &mut self,
        options: &Options,
        builder: &mut B,
    ) -> Result<B::Value, SyntaxError> {
        match self.peek() {
            Some(b'"') => {
                let text = self.string(options.max_string, Fault::LongString)?;
                Ok(builder.string(text))
            }
            Some(b'-' | b'0'..=b'9') if !(options.non_finite && self.stands_for_infinity()) => {
                self.number(options, builder)
            }
            _ => self.word(options, builder),
        }
    }

    /// Whether what stands here is a minus and a word for infinity.
    fn stands_for_infinity(&self) -> bool {
        let rest = &self.text[self.at..];
        rest.starts_with("-INF") || rest.starts_with("-Infinity")
    }

    fn word<B: Builder<'t>>(&mut self, options: &Options, builder: &mut B) -> Result<B::Value, SyntaxError> {
        let word = word_at(self.text, self.at);
        let value = match word {
            "true" => builder.boolean(true),
            "false" => builder.boolean(false),
            "null" => builder.null(),
            "NaN" | "Infinity" | "+Infinity" | "-Infinity" | "+INF" | "-INF" if options.non_finite => {
                let number = Number { text: word, form: NumberForm::NonFinite };
                builder.number(number).ok_or_else(|| self.error(Fault::Number))?
            }
            _ => return Err(self.unexpected(Expected::Value)),
        };
        self.at += word.len();
        Ok(value)
    }

    fn number<B: Builder<'t>>(
        &mut self,
        options: &Options,
        builder: &mut B,
    ) -> Result<B::Value, SyntaxError> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let first = self.peek();
        if self.digits()? > 1 && first == Some(b'0') {
            return Err(self.error(Fault::LeadingZero));
        }
        let mut form = NumberForm::Integer;
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
            form = NumberForm::Decimal;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
            form = NumberForm::Decimal;
        }
        let text = &self.text[start..self.at];
        if text.len() > options.max_number {
            return Err(SyntaxError { fault: Fault::LongNumber, offset: start });
        }
        builder.number(Number { text, form }).ok_or(SyntaxError { fault: Fault::Number, offset: start })
    }

    /// Skips digits, of which there must be one, and counts them.
    fn digits(&mut self) -> Result<usize, SyntaxError> {
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(self.unexpected(Expected::Digit)) } else { Ok(count) }
    }
}

/// The word that begins at a byte of a text, with a sign before it; empty when none does. A word is made of what Java
/// takes for part of an identifier.
pub fn word_at(text: &str, offset: usize) -> &str {
    let rest = text.get(offset..).unwrap_or_default();
    let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let behind = unsigned.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
    &rest[..rest.len() - behind.len()]
}
