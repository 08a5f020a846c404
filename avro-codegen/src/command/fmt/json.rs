//! JSON, laid out.

use super::comment;
use super::json_tokens::{Token, tokens};
use std::iter::Peekable;
use std::vec::IntoIter;

/// What fits in so many characters stands in one line.
const WIDTH: usize = 100;
const INDENT: usize = 2;

/// A value.
enum Node<'t> {
    Scalar(&'t str),
    /// An array or an object: its brackets, what it holds, and the comments before its end.
    Container {
        brackets: [&'t str; 2],
        entries: Vec<Entry<'t>>,
        tail: Vec<&'t str>,
    },
}

/// An item of an array, or a member of an object.
struct Entry<'t> {
    /// Comments that stand before it.
    before: Vec<&'t str>,
    behind_empty_line: bool,
    key: Option<&'t str>,
    value: Node<'t>,
    /// Comments behind it in its line.
    after: Vec<&'t str>,
}

/// Lays out a text that is known to be JSON.
pub(super) fn lay_out(text: &str) -> String {
    let mut reader = Reader { tokens: tokens(text).into_iter().peekable() };
    let before = reader.comments(|_| true);
    let value = reader.value();
    let mut out = String::new();
    for comment in before {
        out.push_str(&comment::lines(comment, 0));
        out.push('\n');
    }
    write(&value, None, 0, 0, &mut out);
    out.push('\n');
    out
}

struct Reader<'t> {
    tokens: Peekable<IntoIter<Token<'t>>>,
}

impl<'t> Reader<'t> {
    fn comments(&mut self, wanted: impl Fn(&Token<'t>) -> bool) -> Vec<&'t str> {
        let mut comments = Vec::new();
        while let Some(token) = self.tokens.next_if(|token| token.is_comment() && wanted(token)) {
            comments.push(token.text);
        }
        comments
    }

    fn value(&mut self) -> Node<'t> {
        let Some(token) = self.tokens.next() else { return Node::Scalar("") };
        let brackets = match token.text {
            "[" => ["[", "]"],
            "{" => ["{", "}"],
            scalar => return Node::Scalar(scalar),
        };
        let mut entries: Vec<Entry<'t>> = Vec::new();
        loop {
            if let Some(last) = entries.last_mut() {
                last.after.extend(self.comments(|token| !token.begins_line));
            }
            if self.tokens.next_if(|token| token.text == ",").is_some()
                && let Some(last) = entries.last_mut()
            {
                last.after.extend(self.comments(|token| !token.begins_line));
            }
            let behind_empty_line = self.tokens.peek().is_some_and(|token| token.behind_empty_line);
            let mut before = self.comments(|_| true);
            // A comma behind comments of lines of their own.
            if self.tokens.next_if(|token| token.text == ",").is_some() {
                before.extend(self.comments(|_| true));
            }
            match self.tokens.peek() {
                None => return Node::Container { brackets, entries, tail: before },
                Some(token) if token.text == brackets[1] => {
                    self.tokens.next();
                    return Node::Container { brackets, entries, tail: before };
                }
                Some(_) => {}
            }
            let mut key = None;
            if brackets[0] == "{" {
                key = self.tokens.next().map(|token| token.text);
                before.extend(self.comments(|_| true));
                self.tokens.next_if(|token| token.text == ":");
                before.extend(self.comments(|_| true));
            }
            let value = self.value();
            entries.push(Entry { before, behind_empty_line, key, value, after: Vec::new() });
        }
    }
}

/// The text in one line; `None` where a comment or a record forbids that.
fn flat(node: &Node<'_>, key: Option<&str>) -> Option<String> {
    match node {
        Node::Scalar(text) => Some((*text).to_owned()),
        Node::Container { brackets: [open, close], entries, tail } => {
            let parts = key.is_some_and(|key| matches!(key, "\"fields\"" | "\"messages\"" | "\"types\""));
            if !tail.is_empty() || (parts && !entries.is_empty()) {
                return None;
            }
            let mut text = (*open).to_owned();
            for (index, entry) in entries.iter().enumerate() {
                if !entry.before.is_empty() || !entry.after.is_empty() {
                    return None;
                }
                text.push_str(if index > 0 { ", " } else { "" });
                if let Some(key) = entry.key {
                    text.push_str(&format!("{key}: "));
                }
                text.push_str(&flat(&entry.value, entry.key)?);
            }
            text.push_str(close);
            Some(text)
        }
    }
}

/// Writes a value at a column; what breaks into lines is indented from `indent`.
fn write(node: &Node<'_>, key: Option<&str>, indent: usize, column: usize, out: &mut String) {
    let line = flat(node, key).filter(|line| {
        // One character for the comma behind it.
        column + line.chars().count() < WIDTH || matches!(node, Node::Scalar(_))
    });
    let (brackets, entries, tail) = match (line, node) {
        (Some(line), _) => return out.push_str(&line),
        (None, Node::Scalar(text)) => return out.push_str(text),
        (None, Node::Container { brackets, entries, tail }) => (brackets, entries, tail),
    };
    out.push_str(brackets[0]);
    let inner = indent + INDENT;
    let new_line = |out: &mut String, indent: usize| {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    };
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 && entry.behind_empty_line {
            out.push('\n');
        }
        for comment in &entry.before {
            new_line(out, inner);
            out.push_str(&comment::lines(comment, inner));
        }
        new_line(out, inner);
        let mut column = inner;
        if let Some(key) = entry.key {
            out.push_str(&format!("{key}: "));
            column += key.chars().count() + 2;
        }
        write(&entry.value, entry.key, inner, column, out);
        if index + 1 < entries.len() {
            out.push(',');
        }
        for comment in &entry.after {
            // A second comment behind one that takes the rest of the line begins a new one.
            out.push_str(&format!(" {}", comment::lines(comment, inner)));
        }
    }
    for comment in tail {
        new_line(out, inner);
        out.push_str(&comment::lines(comment, inner));
    }
    if !entries.is_empty() || !tail.is_empty() {
        new_line(out, indent);
    }
    out.push_str(brackets[1]);
}
