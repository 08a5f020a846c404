//! Documentation comments: their text without the stars and the indentation that only shape it (idl §5).
//!
//! The specification is silent here, so this is what the reference does: stars go when every line begins with them, so
//! also the first, which leaves alone a comment whose text begins behind its opening.

/// The text between `/**` and `*/`, as it goes into `doc`.
pub(super) fn doc_text(comment: &str) -> String {
    let comment = comment.trim_matches(|character| character <= ' ');
    let (first, rest) = split_line(comment);
    for stars in ["**", "*"] {
        if first.starts_with(stars) && lines(rest).all(|(_, line)| unindented(line).starts_with(stars)) {
            let plain = |line| {
                let inner = unindented(line).strip_prefix(stars).unwrap_or(line);
                inner.strip_prefix(is_blank).unwrap_or(inner)
            };
            return joined(plain(first), lines(rest).map(|(end, line)| (end, plain(line))));
        }
    }
    let indentation = lines(rest).next().map_or("", |(_, line)| &line[..line.len() - unindented(line).len()]);
    let common = lines(rest).fold(indentation, |common, (_, line)| {
        let same = common.chars().zip(line.chars()).take_while(|(one, other)| one == other);
        &common[..same.map(|(one, _)| one.len_utf8()).sum()]
    });
    joined(first, lines(rest).map(|(end, line)| (end, line.strip_prefix(common).unwrap_or(line))))
}

/// The first line, and the others with the line end before them.
pub(super) fn split_line(text: &str) -> (&str, &str) {
    text.split_at(text.find(['\n', '\r']).unwrap_or(text.len()))
}

/// Each line with the line end before it.
pub(super) fn lines(mut rest: &str) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        let end = match rest.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [] => return None,
            _ => 1,
        };
        let (end, behind) = rest.split_at(end);
        let (line, others) = split_line(behind);
        rest = others;
        Some((end, line))
    })
}

fn joined<'t>(first: &str, rest: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    rest.fold(first.to_owned(), |text, (end, line)| text + end + line)
}

fn unindented(line: &str) -> &str {
    line.trim_start_matches(is_blank)
}

fn is_blank(character: char) -> bool {
    character == '\t'
        || (character.is_whitespace() && !character.is_control() && !"\u{2028}\u{2029}".contains(character))
}

#[cfg(test)]
mod tests {
    use super::doc_text;

    #[test]
    fn a_comment_loses_its_frame_only() {
        for (comment, expected) in [
            ("", ""),
            (" one ", "one"),
            ("*", ""),
            (" * one ", "one"),
            ("* stars **", "stars **"),
            ("\n * first\n *   second\n *\n * third\n ", "first\n  second\n\nthird"),
            ("\n  *y\n  * z\n  *   w\n", "y\nz\n  w"),
            ("\n  ** y\n  ** z\n", "y\nz"),
            ("\n  ** y\n  * z\n", "* y\nz"),
            ("\r\n * a\r\n * b\r\n ", "a\r\nb"),
        ] {
            assert_eq!(doc_text(comment), expected, "{comment:?}");
        }
    }

    #[test]
    fn stars_stay_where_a_line_has_none() {
        for (comment, expected) in
            [(" a\n * b", "a\n* b"), ("\n  * y\n  z ", "* y\nz"), ("\n\n  * y\n\n  * z\n\n ", "* y\n\n  * z")]
        {
            assert_eq!(doc_text(comment), expected, "{comment:?}");
        }
    }

    #[test]
    fn indentation_that_all_lines_but_the_first_share_goes() {
        for (comment, expected) in [
            (" a\n    y\n      z\n ", "a\ny\n  z"),
            (" a\n  b\n c ", "a\n b\nc"),
            ("\n  y\n    z\n ", "y\nz"),
            (" a\n\tb\n  c", "a\n\tb\n  c"),
            (" a\n\u{a0}b\n\u{2003}c", "a\n\u{a0}b\n\u{2003}c"),
        ] {
            assert_eq!(doc_text(comment), expected, "{comment:?}");
        }
    }
}
