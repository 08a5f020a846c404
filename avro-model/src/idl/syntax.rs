//! The tokens of one file, and the questions that every part of the grammar asks of them.

use super::error::{IdlError, IdlProblem};
use super::lexer::{Lexeme, Token, tokens};
use super::source::{Sources, Span};
use crate::json::Position;

/// How deep types and literals may be nested.
pub(super) const MAX_DEPTH: usize = 128;

/// A cursor on the tokens of one file.
pub(super) struct Syntax {
    file: usize,
    name: String,
    lexemes: Vec<Lexeme>,
    at: usize,
    /// The namespace that simple names belong to.
    pub(super) namespace: String,
    pub(super) depth: usize,
}

impl Syntax {
    pub(super) fn new(file: usize, sources: &Sources<'_>) -> Result<Self, IdlError> {
        let at_start = Span { file, position: Position { line: 1, column: 1 } };
        // An error made from the sources has the name of the file; the cursor keeps it for its own errors.
        let name = sources.error(at_start, IdlProblem::Character(' ')).file;
        let lexemes = tokens(&sources.text(file))
            .map_err(|(position, problem)| sources.error(Span { file, position }, problem))?;
        Ok(Self { file, name, lexemes, at: 0, namespace: String::new(), depth: 0 })
    }

    pub(super) fn peek(&self) -> &Token {
        &self.lexemes[self.at].token
    }

    /// The token behind the next one.
    pub(super) fn peek_second(&self) -> &Token {
        &self.lexemes[(self.at + 1).min(self.lexemes.len() - 1)].token
    }

    pub(super) fn next(&mut self) {
        self.at = (self.at + 1).min(self.lexemes.len() - 1);
    }

    /// The position at which the next token begins.
    pub(super) fn span(&self) -> Span {
        Span { file: self.file, position: self.lexemes[self.at].position }
    }

    /// The documentation before the next token, which is given once.
    pub(super) fn doc(&mut self) -> Option<String> {
        self.lexemes[self.at].doc.take()
    }

    pub(super) fn fault(&self, at: Span, problem: IdlProblem) -> IdlError {
        IdlError { file: self.name.clone(), position: at.position, problem: Box::new(problem) }
    }

    pub(super) fn unexpected(&self, expected: &'static str) -> IdlError {
        self.fault(self.span(), IdlProblem::Unexpected { found: self.peek().describe(), expected })
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        *self.peek() == Token::Symbol(symbol)
    }

    /// Takes the symbol if it is next.
    pub(super) fn take_symbol(&mut self, symbol: char) -> bool {
        let found = self.is_symbol(symbol);
        if found {
            self.next();
        }
        found
    }

    pub(super) fn symbol(&mut self, symbol: char, expected: &'static str) -> Result<(), IdlError> {
        if self.take_symbol(symbol) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// The next token if it is a word that is not in backquotes: keywords and names of types.
    pub(super) fn plain_word(&self) -> Option<&str> {
        match self.peek() {
            Token::Word { text, quoted: false } => Some(text),
            _ => None,
        }
    }

    /// Takes the keyword if it is next.
    pub(super) fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = self.plain_word() == Some(keyword);
        if found {
            self.next();
        }
        found
    }

    pub(super) fn word(&mut self, expected: &'static str) -> Result<String, IdlError> {
        match self.peek() {
            Token::Word { text, .. } => {
                let text = text.clone();
                self.next();
                Ok(text)
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    pub(super) fn text(&mut self, expected: &'static str) -> Result<String, IdlError> {
        match self.peek() {
            Token::Text(text) => {
                let text = text.clone();
                self.next();
                Ok(text)
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Items separated by commas up to `close`, which is taken; the opening symbol was taken before.
    pub(super) fn list(
        &mut self,
        close: char,
        expected: &'static str,
        mut item: impl FnMut(&mut Self) -> Result<(), IdlError>,
    ) -> Result<(), IdlError> {
        if self.take_symbol(close) {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.take_symbol(close) {
                return Ok(());
            }
            self.symbol(',', expected)?;
        }
    }

    /// A name as a full one: a name without a dot belongs to the current namespace.
    pub(super) fn full_name(&self, name: &str) -> String {
        if name.contains('.') || self.namespace.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.namespace)
        }
    }
}
