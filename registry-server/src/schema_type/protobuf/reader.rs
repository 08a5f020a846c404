//! Characters and words of a `.proto` text.
//!
//! The language is read without a separate list of tokens, since the original reads it that way and its errors, which
//! clients see, name the place that was reached.

use super::InvalidText;
use crate::schema_type::Budget;

/// How deep messages, option values and map types may be nested. Real schemas stay below ten.
pub(super) const MAX_DEPTH: usize = 64;

/// A place in a text. Its column is counted only when an error shows it, since that walks the line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    line: usize,
    line_start: usize,
    at: usize,
}

/// A text and how far it was read.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    /// In bytes, always between two characters.
    at: usize,
    line: usize,
    line_start: usize,
    depth: usize,
    /// The bytes that the string which was read last stands for.
    octets: Vec<u8>,
    budget: &'a Budget,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, budget: &'a Budget) -> Self {
        Self { text, at: 0, line: 0, line_start: 0, depth: 0, octets: Vec::new(), budget }
    }

    /// The place that was reached.
    pub(super) fn place(&self) -> Place {
        Place { line: self.line, line_start: self.line_start, at: self.at }
    }

    /// A place as the original shows it, with columns in UTF-16 units.
    pub(super) fn show(&self, place: Place) -> String {
        let (line, column) = self.line_and_column(place);
        format!(":{line}:{column}")
    }

    fn line_and_column(&self, place: Place) -> (usize, usize) {
        let before = self.text.get(place.line_start..place.at).unwrap_or_default();
        (place.line + 1, before.encode_utf16().count() + 1)
    }

    pub(super) fn error(&self, message: &str) -> InvalidText {
        self.error_at(self.place(), message)
    }

    /// An error at a place, in the original's words.
    pub(super) fn error_at(&self, place: Place, message: &str) -> InvalidText {
        InvalidText(format!("Syntax error in {}: {message}", self.show(place)))
    }

    /// Goes one level deeper.
    pub(super) fn enter(&mut self) -> Result<(), InvalidText> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(&format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(())
    }

    /// Takes a step of the budget. That it ended is told by the budget; the error only ends the reading.
    pub(super) fn step(&self) -> Result<(), InvalidText> {
        self.budget.take(1).map_err(|stopped| InvalidText(stopped.to_string()))
    }

    /// Takes steps for work on so many things.
    pub(super) fn steps(&self, count: usize) -> Result<(), InvalidText> {
        let steps = u64::try_from(count).unwrap_or(u64::MAX);
        self.budget.take(steps).map_err(|stopped| InvalidText(stopped.to_string()))
    }

    /// Comes back from one level deeper.
    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn next(&self) -> Option<char> {
        self.text.get(self.at..).and_then(|rest| rest.chars().next())
    }

    fn advance(&mut self) -> Option<char> {
        let next = self.next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub(super) fn exhausted(&mut self) -> Result<bool, InvalidText> {
        self.skip_blanks()?;
        Ok(self.at == self.text.len())
    }

    /// The next character that is no blank and in no comment.
    pub(super) fn peek(&mut self) -> Result<char, InvalidText> {
        self.skip_blanks()?;
        self.next().ok_or_else(|| self.error("unexpected end of file"))
    }

    /// Takes the next character.
    pub(super) fn read(&mut self) -> Result<char, InvalidText> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Ok(next)
    }

    /// Takes the next character if it is this one.
    pub(super) fn eat(&mut self, wanted: char) -> Result<bool, InvalidText> {
        let next = self.peek()?;
        if next == wanted {
            self.at += next.len_utf8();
        }
        Ok(next == wanted)
    }

    /// Takes the next character, which has to be this one.
    pub(super) fn require(&mut self, wanted: char) -> Result<(), InvalidText> {
        let read = self.read()?;
        if read == wanted {
            Ok(())
        } else {
            Err(self.error(&format!("expected '{wanted}' but was '{read}'")))
        }
    }

    /// The same where the original does not say what it found instead.
    fn require_quietly(&mut self, wanted: char) -> Result<(), InvalidText> {
        if self.read()? == wanted { Ok(()) } else { Err(self.error(&format!("expected '{wanted}'"))) }
    }

    /// Puts back an ASCII character that was just read.
    pub(super) fn push_back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// A word: letters, digits, `_`, `-` and `.`.
    pub(super) fn word(&mut self) -> Result<&'a str, InvalidText> {
        self.step()?;
        self.skip_blanks()?;
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
            .unwrap_or(rest.len());
        let (word, _) = rest.split_at(end);
        if word.is_empty() {
            return Err(self.error("expected a word"));
        }
        self.at += end;
        Ok(word)
    }

    /// A word that does not start with a digit.
    pub(super) fn identifier(&mut self) -> Result<&'a str, InvalidText> {
        self.skip_blanks()?;
        let place = self.place();
        let word = self.word()?;
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            // This one place is counted from 0, as in the original.
            let (line, column) = self.line_and_column(place);
            let shown = format!(":{line}:{}", column - 1);
            let message = "field and constant names cannot start with a digit";
            return Err(InvalidText(format!("Syntax error in {shown}: {message}")));
        }
        Ok(word)
    }

    /// A word, bare or in brackets, which are dropped.
    pub(super) fn name(&mut self) -> Result<&'a str, InvalidText> {
        self.bracketed(Self::word)
    }

    /// The same for a word that does not start with a digit.
    pub(super) fn field_name(&mut self) -> Result<&'a str, InvalidText> {
        self.bracketed(Self::identifier)
    }

    fn bracketed(
        &mut self,
        word: fn(&mut Self) -> Result<&'a str, InvalidText>,
    ) -> Result<&'a str, InvalidText> {
        let close = match self.peek()? {
            '(' => ')',
            '[' => ']',
            _ => return word(self),
        };
        self.read()?;
        let inner = word(self)?;
        if self.read()? == close { Ok(inner) } else { Err(self.error(&format!("expected '{close}'"))) }
    }

    /// A scalar, a map or the name of a type.
    pub(super) fn data_type(&mut self) -> Result<String, InvalidText> {
        let word = self.word()?;
        self.data_type_from(word)
    }

    /// The same when its first word was read.
    pub(super) fn data_type_from(&mut self, word: &str) -> Result<String, InvalidText> {
        if word != "map" {
            let mut name = word.to_owned();
            // Blanks may stand around the dots of a name.
            while self.eat('.')? {
                name.push('.');
                name.push_str(self.word()?);
            }
            return Ok(name);
        }
        self.enter()?;
        self.require_quietly('<')?;
        let key = self.data_type()?;
        self.require_quietly(',')?;
        let value = self.data_type()?;
        self.require_quietly('>')?;
        self.leave();
        Ok(format!("map<{key}, {value}>"))
    }

    /// A number that fits 32 bits. A sign belongs to a word, and the original gives what stands behind `0x` to
    /// `Integer.parseInt`, which takes one: `0x-5` is -5 there, and so it is here.
    pub(super) fn integer(&mut self) -> Result<i32, InvalidText> {
        let word = self.word()?;
        let hex = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
        let (digits, radix) = hex.map_or((word, 10), |digits| (digits, 16));
        i32::from_str_radix(digits, radix)
            .map_err(|_| self.error(&format!("expected an integer but was {digits}")))
    }

    /// The end of a range: `max` or a number.
    pub(super) fn range_end(&mut self) -> Result<i32, InvalidText> {
        match self.word()? {
            "max" => Ok(super::tree::MAX_TAG),
            word => word.parse().map_err(|_| InvalidText(format!("For input string: \"{word}\""))),
        }
    }

    /// A string in quotes or a word.
    pub(super) fn string(&mut self) -> Result<String, InvalidText> {
        match self.peek()? {
            '"' | '\'' => self.quoted(),
            _ => self.word().map(str::to_owned),
        }
    }

    /// A string in quotes; strings that follow each other are one.
    pub(super) fn quoted(&mut self) -> Result<String, InvalidText> {
        self.step()?;
        let mut quote = self.read()?;
        if quote != '"' && quote != '\'' {
            return Err(self.error("expected quoted string"));
        }
        let mut string = String::new();
        self.octets.clear();
        while let Some(next) = self.advance() {
            if next == quote {
                if matches!(self.peek()?, '"' | '\'') {
                    quote = self.read()?;
                    continue;
                }
                return Ok(string);
            }
            let letter = if next == '\\' { self.escape()? } else { self.plain(next) };
            string.push(letter);
            // An escaped line end counts as a line too, as in the original.
            if letter == '\n' {
                self.newline();
            }
        }
        Err(self.error("unterminated string"))
    }

    /// The bytes that the string which was read last stands for where it is one of bytes: there a numeric escape is one
    /// byte, while in texts it is one character.
    pub(super) fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Takes note of the bytes of a character that stands for itself.
    fn plain(&mut self, letter: char) -> char {
        self.octets.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        letter
    }

    fn escape(&mut self) -> Result<char, InvalidText> {
        let Some(letter) = self.advance() else { return Err(self.error("unexpected end of file")) };
        let letter = match letter {
            'x' | 'X' => return self.numeric_escape(16, 2),
            '0'..='7' => {
                self.push_back();
                return self.numeric_escape(8, 3);
            }
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            other => other,
        };
        Ok(self.plain(letter))
    }

    fn numeric_escape(&mut self, radix: u32, length: usize) -> Result<char, InvalidText> {
        let mut value = None;
        for _ in 0..length {
            let Some(digit) = self.next().and_then(|c| c.to_digit(radix)) else { break };
            value = Some(value.unwrap_or(0) * radix + digit);
            self.advance();
        }
        let letter = value.and_then(char::from_u32);
        let letter = letter.ok_or_else(|| self.error("expected a digit after \\x or \\X"))?;
        // What is more than a byte loses its upper bits, as in C.
        self.octets.extend(value.map(|value| value.to_le_bytes()[0]));
        Ok(letter)
    }

    fn skip_blanks(&mut self) -> Result<(), InvalidText> {
        while let Some(next) = self.next() {
            match next {
                ' ' | '\t' | '\r' => self.at += 1,
                '\n' => {
                    self.at += 1;
                    self.newline();
                }
                '/' => self.comment()?,
                _ => break,
            }
        }
        Ok(())
    }

    fn comment(&mut self) -> Result<(), InvalidText> {
        self.at += 1;
        match self.advance() {
            Some('*') => self.block_comment(),
            Some('/') => {
                self.line_comment();
                Ok(())
            }
            _ => Err(self.error("unexpected '/'")),
        }
    }

    fn line_comment(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        match rest.find('\n') {
            Some(end) => {
                self.at += end + 1;
                self.newline();
            }
            None => self.at = self.text.len(),
        }
    }

    fn block_comment(&mut self) -> Result<(), InvalidText> {
        while let Some(next) = self.next() {
            let rest = self.text.get(self.at..).unwrap_or_default();
            if rest.starts_with("*/") {
                self.at += 2;
                return Ok(());
            }
            if rest.len() == next.len_utf8() {
                break;
            }
            // The line is counted before its end is passed, so columns behind it are one more; the original's way.
            if next == '\n' {
                self.newline();
            }
            self.at += next.len_utf8();
        }
        Err(self.error("unterminated comment"))
    }

    /// Passes a comment behind a statement on the same line. Nothing may stand behind a `/* */` there.
    pub(super) fn trailing_comment(&mut self) -> Result<(), InvalidText> {
        while matches!(self.next(), Some(' ' | '\t')) {
            self.at += 1;
        }
        match self.next() {
            Some('/') => self.at += 1,
            Some(_) => return Ok(()),
            // The end of the text is told as a comment that is missing, as in the original.
            None => {}
        }
        match self.next() {
            Some('/') => {
                self.line_comment();
                Ok(())
            }
            Some('*') => {
                self.at += 1;
                self.trailing_block()
            }
            _ => Err(self.error("expected '//' or '/*'")),
        }
    }

    fn trailing_block(&mut self) -> Result<(), InvalidText> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(end) = rest.find("*/") else {
            self.at = self.text.len();
            return Err(self.error("trailing comment must be closed"));
        };
        self.at += end + 2;
        while let Some(next) = self.advance() {
            match next {
                '\n' => {
                    self.newline();
                    break;
                }
                ' ' | '\t' => {}
                _ => return Err(self.error("no syntax may follow trailing comment")),
            }
        }
        Ok(())
    }

    fn newline(&mut self) {
        self.line += 1;
        self.line_start = self.at;
    }
}
