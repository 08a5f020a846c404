//! The tokens of one file, and the questions that every part of the grammar asks of them.

use super::error::{IdlError, IdlProblem};
use super::lexer::{Lexeme, Token, tokens};
use super::source::{Sources, Span};

/// How deep types and literals may be nested.
pub(super) const MAX_DEPTH: usize = 128;

/// A cursor on the tokens of one file.
pub(super) struct Syntax {
    file: usize,
    name: String,
    lexemes: Vec<Lexeme>,
    /// How many brackets are open before each lexeme.
    open: Vec<usize>,
    at: usize,
    /// The namespace that simple names belong to.
    pub(super) namespace: String,
    pub(super) depth: usize,
    /// Errors behind which reading went on.
    pub(super) faults: Vec<IdlError>,
}

impl Syntax {
    pub(super) fn new(file: usize, sources: &Sources<'_>) -> Self {
        let lexemes = tokens(&sources.text(file));
        let open = open_brackets(&lexemes);
        let (namespace, faults) = (String::new(), Vec::new());
        let name = sources.name(file).to_owned();
        Self { file, name, lexemes, open, at: 0, namespace, depth: 0, faults }
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

    /// The number of the next token.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// Notes an error, and passes over the rest of what began at the token of that number: a statement, which a semicolon
    /// ends, or a definition, which a brace may end too. What ends something around it stays. What is no token is told as well.
    ///
    /// # Errors
    /// The last error, at the end of the file.
    pub(super) fn pass_over(
        &mut self,
        error: IdlError,
        start: usize,
        in_braces: bool,
    ) -> Result<(), IdlError> {
        let open = self.open[start];
        self.faults.push(error);
        loop {
            let within = self.open[self.at];
            match self.peek() {
                Token::End => return Err(self.faults.pop().expect("one was noted")),
                // A definition behind annotations that are none, or behind a statement without its end.
                token if within == open && self.at > start && token.begins_definition() => break,
                Token::Fault(_) => {
                    let fault = self.unexpected("");
                    if self.faults.last() != Some(&fault) {
                        self.faults.push(fault);
                    }
                    self.next();
                }
                Token::Symbol('}') if within <= open && self.at > start => break,
                Token::Symbol(';') if within == open => {
                    self.next();
                    break;
                }
                Token::Symbol('}') if in_braces && within == open + 1 => {
                    self.next();
                    // An enum goes on with its default.
                    if !self.is_symbol('=') {
                        break;
                    }
                }
                _ => self.next(),
            }
        }
        Ok(())
    }

    /// Whether the token before the next one ends a statement or a definition.
    pub(super) fn is_behind_end(&self) -> bool {
        let before = self.at.checked_sub(1).map(|before| &self.lexemes[before].token);
        matches!(before, None | Some(Token::Symbol(';' | '}')))
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
        let problem = match self.peek() {
            Token::Fault(problem) => problem.clone(),
            found => IdlProblem::Unexpected { found: found.describe(), expected },
        };
        self.fault(self.span(), problem)
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

/// How many brackets are open before each lexeme. A text without an end hides what would have closed those of its line.
fn open_brackets(lexemes: &[Lexeme]) -> Vec<usize> {
    // The line of each that is open.
    let mut open: Vec<usize> = Vec::new();
    let before = lexemes.iter().map(|lexeme| {
        let (before, line) = (open.len(), lexeme.position.line);
        match lexeme.token {
            Token::Symbol('(' | '[' | '{') => open.push(line),
            Token::Symbol(')' | ']' | '}') => drop(open.pop()),
            Token::Fault(IdlProblem::Unterminated(_)) => {
                let kept = open.iter().take_while(|other| **other != line).count();
                open.truncate(kept);
            }
            _ => {}
        }
        before
    });
    before.collect()
}
