//! Docs as comments from which the reader takes the same text.

use super::super::doc_comment::{doc_text, lines, split_line};
use super::{IdlLoss, IdlPart, Printer};

impl Printer<'_> {
    /// The comment in lines of its own.
    pub(super) fn doc(&mut self, doc: Option<&str>, of: &IdlPart) {
        let Some(doc) = doc else { return };
        match comment(doc, self.indent) {
            Ok(comment) => {
                self.line();
                self.out.push_str(&comment);
                self.out.push('\n');
            }
            Err(reason) => self.losses.push(IdlLoss::Doc { of: of.clone(), reason }),
        }
    }

    /// The comment before something in the same line, with a blank behind it.
    pub(super) fn doc_in_line(&mut self, doc: Option<&str>, of: &IdlPart) -> String {
        match doc.map(|doc| comment(doc, self.indent)) {
            None => String::new(),
            Some(Ok(comment)) => comment + " ",
            Some(Err(reason)) => {
                self.losses.push(IdlLoss::Doc { of: of.clone(), reason });
                String::new()
            }
        }
    }
}

/// The comment whose text is `doc`, or why there is none.
fn comment(doc: &str, indent: usize) -> Result<String, &'static str> {
    if doc.contains("*/") {
        return Err("it holds */, which would end the comment");
    }
    if doc.contains(['\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
        return Err("it holds a line end that the reference takes for one, and others do not");
    }
    let in_line = match doc {
        "" => " ".to_owned(),
        doc => format!(" {doc} "),
    };
    let (_, further) = split_line(doc);
    let inside =
        if further.is_empty() { [in_line, framed(doc, indent)] } else { [framed(doc, indent), in_line] };
    let found = inside.into_iter().find(|inside| doc_text(inside) == doc);
    let found = found.ok_or("a comment does not keep the blanks at its ends")?;
    Ok(format!("/**{found}*/"))
}

/// The lines of a doc, each behind a star.
fn framed(doc: &str, indent: usize) -> String {
    let margin = "  ".repeat(indent);
    let (first, rest) = split_line(doc);
    let line = |end: &str, line: &str| {
        let blank = if line.is_empty() { "" } else { " " };
        format!("{end}{margin} *{blank}{line}")
    };
    let mut inside = line("\n", first);
    lines(rest).for_each(|(end, text)| inside.push_str(&line(end, text)));
    inside + "\n" + &margin + " "
}
