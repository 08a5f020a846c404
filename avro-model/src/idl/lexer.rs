//! Tokens of IDL.

use super::doc_comment::doc_text;
use super::error::IdlProblem;
use crate::json::Position;
use crate::json::reader::hex_unit;

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A word; `quoted` when some of it stands in backquotes, which keeps a keyword from being one.
    Word { text: String, quoted: bool },
    /// A text in quotes.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// Any other character.
    Symbol(char),
    /// What is no token, and why.
    Fault(IdlProblem),
    /// The end of the file.
    End,
}

impl Token {
    /// Whether the definition of a type begins with it.
    pub(super) fn begins_definition(&self) -> bool {
        let Self::Word { text, quoted: false } = self else { return false };
        matches!(text.as_str(), "record" | "error" | "enum" | "fixed")
    }

    /// For messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Word { text, .. } => format!("\"{text}\""),
            Self::Text(text) => format!("the text \"{text}\""),
            Self::Number(text) => format!("the number {text}"),
            Self::Symbol(symbol) => format!("\"{symbol}\""),
            Self::Fault(problem) => problem.to_string(),
            Self::End => "the end of the file".to_owned(),
        }
    }
}

/// A token, where it begins, and the documentation comment before it.
#[derive(Debug, Clone)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) position: Position,
    pub(super) doc: Option<String>,
}

/// Cuts a text into lexemes, the last of which is [`Token::End`]. What is no token is a [`Token::Fault`], behind which the text goes on.
pub(super) fn tokens(text: &str) -> Vec<Lexeme> {
    let mut lexer = Lexer { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1, column: 1 };
    let mut lexemes = Vec::new();
    loop {
        let (doc, position, read) = match lexer.blank() {
            Ok(doc) => (doc, lexer.position(), lexer.token()),
            Err(fault) => (None, lexer.position(), Err(fault)),
        };
        let (token, position) = match read {
            Ok(token) => (token, position),
            Err((position, problem)) => (Token::Fault(problem), position),
        };
        let end = token == Token::End;
        lexemes.push(Lexeme { token, position, doc });
        if end {
            return lexemes;
        }
    }
}

struct Lexer<'t> {
    rest: &'t str,
    line: usize,
    column: usize,
}

type Fault = (Position, IdlProblem);

impl<'t> Lexer<'t> {
    fn position(&self) -> Position {
        Position { line: self.line, column: self.column }
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        for (at, character) in taken.char_indices() {
            match character {
                '\r' if taken[at + 1..].starts_with('\n') => {}
                '\n' | '\r' => (self.line, self.column) = (self.line + 1, 1),
                _ => self.column += 1,
            }
        }
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// Passes over white space and comments; the last documentation comment is what counts.
    fn blank(&mut self) -> Result<Option<String>, Fault> {
        let mut doc = None;
        loop {
            self.take_while(char::is_whitespace);
            if self.rest.starts_with("//") {
                self.take_while(|c| c != '\n' && c != '\r');
            } else if self.rest.starts_with("/*") {
                let start = self.position();
                let Some(inner) = self.rest[2..].find("*/") else {
                    self.take(self.rest.len());
                    return Err((start, IdlProblem::Unterminated("comment")));
                };
                let comment = &self.take(inner + 4)[2..inner + 2];
                if let Some(text) = comment.strip_prefix('*') {
                    doc = Some(doc_text(text));
                }
            } else {
                return Ok(doc);
            }
        }
    }

    fn token(&mut self) -> Result<Token, Fault> {
        let mut ahead = self.rest.chars();
        let Some(first) = ahead.next() else { return Ok(Token::End) };
        let second = ahead.next().unwrap_or(' ');
        match first {
            '"' | '\'' => self.text(first),
            // Where a file of old ended; what follows is not read.
            '\u{1a}' => Ok(Token::End),
            _ if first.is_ascii_digit()
                || (first == '.' && second.is_ascii_digit())
                || (matches!(first, '+' | '-') && (second.is_ascii_alphanumeric() || second == '.')) =>
            {
                Ok(Token::Number(self.number().to_owned()))
            }
            _ if first == '`' || is_word_start(first) => self.word(),
            '{' | '}' | '(' | ')' | '[' | ']' | '<' | '>' | ',' | ';' | ':' | '=' | '@' | '?' => {
                self.take(1);
                Ok(Token::Symbol(first))
            }
            _ => {
                let at = self.position();
                self.take(first.len_utf8());
                Err((at, IdlProblem::Character(first)))
            }
        }
    }

    /// Parts of letters, digits and underscores with single dots and dashes between them. A part may stand in backquotes, as
    /// in ``com.`union`.x``, or all of a name with its dots.
    fn word(&mut self) -> Result<Token, Fault> {
        let (mut text, mut quoted) = (String::new(), false);
        loop {
            if self.rest.starts_with('`') {
                text.push_str(self.quoted()?);
                quoted = true;
            } else {
                text.push_str(self.take_while(is_word_part));
            }
            let mut ahead = self.rest.chars();
            match (ahead.next(), ahead.next()) {
                (Some(joint @ ('.' | '-')), Some(next)) if next == '`' || is_word_part(next) => {
                    self.take(1);
                    text.push(joint);
                }
                _ => return Ok(Token::Word { text, quoted }),
            }
        }
    }

    fn number(&mut self) -> &'t str {
        let mut previous = ' ';
        let hexadecimal = self.rest.trim_start_matches(['+', '-']).to_ascii_lowercase().starts_with("0x");
        let end = self.rest.find(|c: char| {
            let sign = matches!(c, '+' | '-')
                && (previous == ' '
                    || (matches!(previous, 'e' | 'E') && !hexadecimal)
                    || matches!(previous, 'p' | 'P'));
            let part = c.is_ascii_alphanumeric() || c == '.' || sign;
            previous = c;
            !part
        });
        self.take(end.unwrap_or(self.rest.len()))
    }

    /// The text between backquotes.
    fn quoted(&mut self) -> Result<&'t str, Fault> {
        let start = self.position();
        let Some(inner) = self.rest[1..].find('`') else {
            self.take_while(|c| c != '\n' && c != '\r');
            return Err((start, IdlProblem::Unterminated("quoted name")));
        };
        Ok(&self.take(inner + 2)[1..=inner])
    }

    fn text(&mut self, quote: char) -> Result<Token, Fault> {
        let start = self.position();
        self.take(1);
        let (mut text, mut fault) = (String::new(), None);
        loop {
            let plain = self.take_while(|c| c != quote && c != '\\' && c != '\n' && c != '\r');
            text.push_str(plain);
            if self.rest.starts_with(quote) {
                self.take(1);
                return fault.map_or(Ok(Token::Text(text)), Err);
            }
            if !self.rest.starts_with('\\') {
                return Err((start, IdlProblem::Unterminated("text")));
            }
            // Behind an escape that is none the text goes on.
            if let Err(other) = self.escape(&mut text) {
                fault.get_or_insert(other);
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<(), Fault> {
        let at = self.position();
        self.take(1);
        let Some(kind) = self.rest.chars().next() else {
            return Err((at, IdlProblem::Unterminated("text")));
        };
        let plain = match kind {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '\\' | '\'' | '"' => kind,
            '0'..='7' => return self.octal(text),
            'u' => return self.unicode(at, text),
            other => return Err((at, IdlProblem::Escape(other.to_string()))),
        };
        self.take(1);
        text.push(plain);
        Ok(())
    }

    /// Up to three octal digits, at most `\377`, as in Java.
    fn octal(&mut self, text: &mut String) -> Result<(), Fault> {
        let longest = if self.rest.starts_with(['0', '1', '2', '3']) { 3 } else { 2 };
        let digits = self.rest.bytes().take(longest).take_while(|b| (b'0'..=b'7').contains(b)).count();
        let code = self.take(digits).bytes().fold(0_u8, |code, digit| code * 8 + (digit - b'0'));
        text.push(char::from(code));
        Ok(())
    }

    fn unicode(&mut self, at: Position, text: &mut String) -> Result<(), Fault> {
        let mut units = [0_u16; 2];
        let mut count = 0;
        while count < 2 && (count == 0 || (is_high(units[0]) && self.rest.starts_with("\\u"))) {
            self.take(if count == 0 { 0 } else { 1 });
            self.take_while(|c| c == 'u');
            let digits = self.rest.get(..4).unwrap_or_default();
            let unit =
                hex_unit(digits.as_bytes()).ok_or_else(|| (at, IdlProblem::Escape(format!("u{digits}"))))?;
            self.take(4);
            units[count] = unit;
            count += 1;
        }
        let decoded = String::from_utf16(&units[..count])
            .map_err(|_| (at, IdlProblem::Escape(format!("u{:04x}", units[0]))))?;
        text.push_str(&decoded);
        Ok(())
    }
}

fn is_high(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_word_start(character: char) -> bool {
    character == '_' || character == '$' || character.is_alphabetic()
}

fn is_word_part(character: char) -> bool {
    is_word_start(character) || character.is_numeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_know_their_place() {
        let found = tokens("record /** d */ A-b.c\r\n{ -1.5e+3 0x1F 'it\\'s' `enum` }");
        let found: Vec<_> =
            found.iter().map(|l| (l.token.describe(), l.position.line, l.position.column)).collect();
        let expected = [
            ("\"record\"", 1, 1),
            ("\"A-b.c\"", 1, 17),
            ("\"{\"", 2, 1),
            ("the number -1.5e+3", 2, 3),
            ("the number 0x1F", 2, 11),
            ("the text \"it's\"", 2, 16),
            ("\"enum\"", 2, 24),
            ("\"}\"", 2, 31),
            ("the end of the file", 2, 32),
        ];
        let expected: Vec<_> = expected.iter().map(|(t, l, c)| ((*t).to_owned(), *l, *c)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_no_token_is_told_with_its_place_and_the_text_goes_on() {
        // The faults of a text, and the tokens between them.
        for (text, faults, rest) in [
            ("a # b \u{20ac} c", &[(1, 3), (1, 7)][..], &["\"a\"", "\"b\"", "\"c\""][..]),
            ("'a\\q\\z' b", &[(1, 3)], &["\"b\""]),
            ("'a\\qb\n c", &[(1, 1)], &["\"c\""]),
            ("\"it\nx 'is\r\n y", &[(1, 1), (2, 3)], &["\"x\"", "\"y\""]),
            ("a `b\n c", &[(1, 3)], &["\"a\"", "\"c\""]),
            ("a.`b\n c", &[(1, 3)], &["\"c\""]),
            ("a /* b\n c", &[(1, 3)], &["\"a\""]),
        ] {
            let (mut places, mut found) = (Vec::new(), Vec::new());
            for Lexeme { token, position, .. } in tokens(text) {
                match token {
                    Token::Fault(_) => places.push((position.line, position.column)),
                    Token::End => {}
                    token => found.push(token.describe()),
                }
            }
            assert_eq!(
                (&*places, found.iter().map(String::as_str).collect::<Vec<_>>()),
                (faults, rest.to_vec()),
                "{text}"
            );
        }
        for (text, line, column) in [
            ("a\n  #", 2, 3),
            ("\"abc", 1, 1),
            ("/* x", 1, 1),
            ("'\\q'", 1, 2),
            ("'\\u+123'", 1, 2),
            ("'\\u-123'", 1, 2),
            ("'\\u004g'", 1, 2),
            ("'\\u004'", 1, 2),
            ("'\\ud83d\\u+e00'", 1, 2),
            ("`x", 1, 1),
        ] {
            let fault = tokens(text).into_iter().find(|lexeme| matches!(lexeme.token, Token::Fault(_)));
            let position = fault.unwrap().position;
            assert_eq!((position.line, position.column), (line, column), "{text}");
        }
    }
}
