//! Doc comments from the `doc` attributes of a schema.
//!
//! The texts come from people who wrote for another tool: nothing in them may become a code block (which `cargo test`
//! would compile), an HTML tag, a broken link or a lint of rustdoc. So all Markdown but lists, headings and paragraphs
//! is taken as plain text; addresses become links. A character is only escaped where it would mean something.

use proc_macro2::TokenStream;
use quote::quote;

/// The attributes for a schema's doc text and a paragraph of our own behind it.
pub(super) fn attributes(doc: Option<&str>, note: Option<&str>) -> TokenStream {
    let mut lines: Vec<String> = doc.map(escape).unwrap_or_default();
    if let Some(note) = note {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(note.to_owned());
    }
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// The lines of a doc text as Markdown that shows the text.
fn escape(doc: &str) -> Vec<String> {
    let doc = doc.replace("\r\n", "\n");
    let mut lines: Vec<String> = doc.split(['\n', '\r', '\u{2028}', '\u{2029}']).map(line).collect();
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    lines.drain(..first);
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// A line as Markdown that shows the text.
pub(super) fn line(line: &str) -> String {
    let words = line.split(|character: char| character.is_whitespace() || character.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    // The row under the head of a table makes it one; nothing else about a bar means anything.
    let is_rule = line.contains('|') && line.chars().all(|character| "|-: ".contains(character));
    escaped(&line, is_rule)
}

fn escaped(line: &str, escape_bars: bool) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    let mut before = ' ';
    while let Some(character) = rest.chars().next() {
        if let Some(length) = address(rest) {
            text.push('<');
            text.push_str(&rest[..length]);
            text.push('>');
            rest = &rest[length..];
            before = '>';
            continue;
        }
        rest = &rest[character.len_utf8()..];
        let after = rest.chars().next().unwrap_or(' ');
        // These change the direction of the text that follows, which the compiler refuses in comments.
        if matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            continue;
        }
        let is_markup = match character {
            '`' | '[' | '*' => true,
            // Between letters it is no emphasis, and neither is one between spaces.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '~' => before == '~' || after == '~',
            // A tag, a comment, an address.
            '<' => !after.is_whitespace() && !after.is_ascii_digit() && after != '=',
            '>' => text.is_empty(),
            // A character reference.
            '&' => is_reference(rest),
            '\\' => after.is_ascii_punctuation() || rest.is_empty(),
            // rustdoc knows addresses by these.
            ':' => rest.starts_with("//"),
            '|' => escape_bars,
            _ => false,
        };
        if is_markup {
            text.push('\\');
        }
        text.push(character);
        before = character;
    }
    text
}

/// Whether what stands behind an `&` makes it a character reference.
fn is_reference(text: &str) -> bool {
    let end = text.find(|character: char| !(character.is_ascii_alphanumeric() || character == '#'));
    end.is_some_and(|end| end > 0 && text[end..].starts_with(';'))
}

/// The length of the web address at the start of `text`, without the punctuation behind it.
fn address(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(character);
    let end = text.find(|character| !allowed(character)).unwrap_or(text.len());
    let address = text[..end].trim_end_matches(|last: char| ".,:;!?'*".contains(last));
    (address.len() > scheme.len()).then_some(address.len())
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_doc_text_shows_as_it_was_written() {
        for (doc, expected) in [
            ("Plain words.", &["Plain words."][..]),
            ("", &[]),
            ("\n\n  first\n\n\n\nsecond \n", &["first", "", "second"]),
            ("```rust\nlet x;\n```", &["\\`\\`\\`rust", "let x;", "\\`\\`\\`"]),
            ("    indented code", &["indented code"]),
            ("- item\n-      code in a list", &["- item", "- code in a list"]),
            ("a [link] to <b>", &["a \\[link] to \\<b>"]),
            ("[a]: b\n[^1]", &["\\[a]: b", "\\[^1]"]),
            ("see https://a.example/b_c?d=[e].", &["see <https://a.example/b_c?d=>\\[e]."]),
            ("(http://a.example)", &["(<http://a.example>)"]),
            ("https:// alone", &["https\\:// alone"]),
            ("~~~\nx\u{202e}y", &["\\~\\~\\~", "xy"]),
            ("a\r\nb\u{0}c", &["a", "b c"]),
            // What means nothing in its place stays as it is.
            ("Ratio: 1 < 2 > 0 & x|y ~5 $3 a\\b", &["Ratio: 1 < 2 > 0 & x|y ~5 $3 a\\b"]),
            ("snake_case_name and _emphasis_", &["snake_case_name and \\_emphasis\\_"]),
            ("> quote\n<= 5 <!-- -->", &["\\> quote", "<= 5 \\<!-- -->"]),
            ("&amp; AT&T R&D &#9;", &["\\&amp; AT&T R&D \\&#9;"]),
            ("ends \\\n\\* x", &["ends \\\\", "\\\\\\* x"]),
            ("|a|b|\n|---|:-:|", &["|a|b|", "\\|---\\|:-:\\|"]),
        ] {
            assert_eq!(escape(doc), expected, "{doc:?}");
        }
    }
}
