//! IDL, laid out.

use super::comment;
use super::idl_tokens::{Token, tokens};

const INDENT: usize = 2;
/// The symbols of an enum that fit in so many characters stand in one line.
const WIDTH: usize = 100;

/// Lays out a text that is known to be IDL.
pub(super) fn lay_out(text: &str) -> String {
    let mut writer = Writer { tokens: tokens(text), at: 0, out: String::new(), indent: 0, in_comment: false };
    writer.items();
    let mut out = writer.out.trim_end().to_owned();
    out.push('\n');
    out
}

struct Writer<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    out: String,
    indent: usize,
    /// Whether the line ends in a comment that takes the rest of it.
    in_comment: bool,
}

impl<'t> Writer<'t> {
    fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.at).copied()
    }

    /// The text of the next token that is no comment, from a place on.
    fn after_comments(&self, at: usize) -> Option<&'t str> {
        self.tokens.get(at..)?.iter().find(|token| !token.is_comment()).map(|token| token.text)
    }

    /// Writes in the line, or in the next one behind a comment.
    fn write(&mut self, text: &str) {
        if std::mem::take(&mut self.in_comment) {
            self.out.push('\n');
            self.out.push_str(&" ".repeat(self.indent));
            self.out.push_str(text.trim_start());
        } else {
            self.out.push_str(text);
        }
    }

    fn next(&mut self) -> Option<Token<'t>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Begins a line, behind an empty one if the next token had one before it.
    fn line(&mut self) {
        let first = self.out.is_empty() || self.out.ends_with("{\n");
        if !first && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        if !first && self.peek().is_some_and(|token| token.breaks > 1) {
            self.out.push('\n');
        }
        self.out.push_str(&" ".repeat(self.indent));
    }

    /// The file, or what stands in the braces of a protocol or record.
    fn items(&mut self) {
        while let Some(token) = self.peek() {
            if token.text == "}" {
                return;
            }
            if token.text == ";" {
                // An empty statement says nothing.
                self.at += 1;
                continue;
            }
            self.line();
            if token.is_comment() {
                self.comment();
                continue;
            }
            self.item();
        }
    }

    /// A comment in a line of its own.
    fn comment(&mut self) {
        if let Some(token) = self.next() {
            self.out.push_str(&comment::lines(token.text, self.indent));
            self.out.push('\n');
        }
    }

    /// Whether what comes next, behind annotations and comments, is a definition with that keyword.
    fn keyword(&self) -> Option<&'t str> {
        let mut at = self.at;
        let mut depth = 0_usize;
        let mut before = "";
        while let Some(token) = self.tokens.get(at) {
            at += 1;
            match token.text {
                _ if token.is_comment() => continue,
                "@" => {}
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ if depth > 0 || before == "@" => {}
                "protocol" | "record" | "error" | "enum" | "fixed" => {
                    // A word and a name: not a field of a type that is called so.
                    let name = self.after_comments(at)?;
                    return (!matches!(name, ";" | "," | "=" | "?" | "(")).then_some(token.text);
                }
                _ => return None,
            }
            before = token.text;
        }
        None
    }

    fn item(&mut self) {
        let Some(keyword) = self.keyword() else { return self.statement() };
        // Annotations of a definition have lines of their own.
        while let Some(token) = self.peek() {
            if token.is_comment() {
                self.comment();
                self.out.push_str(&" ".repeat(self.indent));
            } else if token.text == "@" {
                self.annotation();
                self.out.push('\n');
                self.out.push_str(&" ".repeat(self.indent));
            } else {
                break;
            }
        }
        match keyword {
            "fixed" => self.statement(),
            "enum" => self.enumeration(),
            _ => {
                self.until("{");
                self.block(Self::items);
            }
        }
    }

    /// `@name(value)`
    fn annotation(&mut self) {
        let start = self.at;
        // The sign and the name.
        for _ in 0..2 {
            while self.next().is_some_and(|token| token.is_comment()) {}
        }
        if self.after_comments(self.at) == Some("(") {
            let mut depth = 0_usize;
            while let Some(token) = self.next() {
                match token.text {
                    "(" => depth += 1,
                    ")" => depth = depth.saturating_sub(1),
                    _ => continue,
                }
                if depth == 0 {
                    break;
                }
            }
        }
        let end = self.at.min(self.tokens.len());
        let tokens = self.tokens[start..end].to_vec();
        self.spaced(&tokens);
    }

    /// Writes the tokens before one, which comes next then.
    fn until(&mut self, end: &str) {
        let start = self.at;
        while self.peek().is_some_and(|token| token.text != end) {
            self.at += 1;
        }
        let tokens = self.tokens[start..self.at].to_vec();
        self.spaced(&tokens);
    }

    /// What stands in braces, each part in lines of its own.
    fn block(&mut self, inside: fn(&mut Self)) {
        self.at += 1;
        if self.peek().is_some_and(|token| token.text == "}") {
            self.at += 1;
            self.write(" {}");
            self.behind();
            return;
        }
        self.write(" {\n");
        self.indent += INDENT;
        self.behind();
        inside(self);
        self.indent -= INDENT;
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(&" ".repeat(self.indent));
        self.out.push('}');
        self.at += 1;
        if self.after_comments(self.at) != Some("=") {
            self.behind();
        }
    }

    /// A comment behind something in its line stays there.
    fn behind(&mut self) {
        while let Some(token) = self.peek().filter(|token| token.is_comment() && token.breaks == 0) {
            if token.text.starts_with("/**") {
                // The doc of what follows.
                return;
            }
            self.at += 1;
            if self.out.ends_with('\n') {
                self.out.pop();
            }
            self.out.push_str(&format!(" {}", comment::lines(token.text, self.indent)));
            self.out.push('\n');
        }
    }

    fn enumeration(&mut self) {
        self.until("{");
        let mut depth = 0_usize;
        let end = (self.at..self.tokens.len()).find(|&at| {
            match self.tokens[at].text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && self.tokens[at].text == "}"
        });
        let end = end.unwrap_or(self.tokens.len());
        let symbols = self.tokens[(self.at + 1).min(end)..end].to_vec();
        let line: Vec<&str> = symbols.iter().map(|token| token.text).filter(|text| *text != ",").collect();
        let line = line.join(", ");
        let room = WIDTH.saturating_sub(self.indent + 20);
        if symbols.iter().any(Token::is_comment) || line.contains('@') || line.chars().count() > room {
            self.block(Self::symbols);
        } else {
            self.at = end + 1;
            self.write(&if line.is_empty() { " {}".to_owned() } else { format!(" {{ {line} }}") });
            if self.after_comments(self.at) != Some("=") {
                self.behind();
            }
        }
        if self.after_comments(self.at) == Some("=") {
            self.out.push(' ');
            self.statement();
        }
    }

    fn symbols(&mut self) {
        while let Some(token) = self.peek() {
            if token.text == "}" {
                return;
            }
            self.line();
            if token.is_comment() {
                self.comment();
                continue;
            }
            let start = self.at;
            let ends = |token: Token<'_>| matches!(token.text, "," | "}") || token.is_comment();
            while self.peek().is_some_and(|token| !ends(token)) {
                self.at += 1;
            }
            let tokens = self.tokens[start..self.at].to_vec();
            self.spaced(&tokens);
            if self.peek().is_some_and(|token| token.text == ",") {
                self.at += 1;
                self.out.push(',');
            }
            self.behind();
        }
    }

    /// A statement to its semicolon.
    fn statement(&mut self) {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            match token.text {
                "{" | "(" | "[" => depth += 1,
                // The end of what is around a statement that has no end.
                "}" if depth == 0 => break,
                "}" | ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 && token.text == ";" {
                break;
            }
        }
        let tokens = self.tokens[start..self.at].to_vec();
        self.spaced(&tokens);
        self.behind();
    }

    /// Tokens in one line, with blanks where they belong.
    fn spaced(&mut self, tokens: &[Token<'_>]) {
        // For each open bracket whether it is that of a union, which has blanks inside.
        let mut open: Vec<bool> = Vec::new();
        let mut before: Option<&str> = None;
        for (index, token) in tokens.iter().enumerate() {
            let union = |open: &[bool]| open.last().copied().unwrap_or_default();
            let opens_union = token.text == "{" && before == Some("union");
            let blank = match (before, token.text) {
                (None, _) => false,
                (Some(_), _) if self.out.ends_with(' ') || self.out.ends_with('\n') => false,
                (Some("{"), "}") => false,
                (Some("{"), _) | (Some(_), "}") => union(&open),
                (Some("(" | "[" | "<" | "@"), _) => false,
                (Some(_), "," | ";" | ")" | "]" | ">" | "?" | ":" | "<") => false,
                // The value of an annotation, the size of a fixed or the parameters of a message.
                (Some("=" | ","), "(") => true,
                (Some(_), "(") => false,
                _ => true,
            };
            if blank {
                self.out.push(' ');
            }
            match token.text {
                "{" | "[" | "(" => open.push(opens_union),
                "}" | "]" | ")" => drop(open.pop()),
                _ => {}
            }
            if token.is_comment() {
                self.out.push_str(&comment::lines(token.text, self.indent + 2 * INDENT));
                if token.ends_line() && index + 1 < tokens.len() {
                    self.out.push('\n');
                    self.out.push_str(&" ".repeat(self.indent + 2 * INDENT));
                } else {
                    self.in_comment = token.ends_line();
                }
            } else {
                self.out.push_str(token.text);
            }
            before = Some(token.text);
        }
    }
}
