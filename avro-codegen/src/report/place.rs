//! A place in a file, with the line that it is in.

/// How many characters of a long line are shown.
const SHOWN: usize = 100;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The file, by the path that it was found under.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What stands there is so many characters wide; at least 1.
    pub width: usize,
    /// The text of the line, the part around the place of a very long one.
    pub source: String,
    /// How many characters of the line are missing before [`source`](Self::source).
    pub skipped: usize,
    /// The JSON path, `$` being the whole document, where there is one.
    pub path: Option<String>,
}

impl Place {
    /// A place in a text.
    pub(crate) fn new(file: &str, text: &str, line: usize, column: usize) -> Self {
        let whole = lines(text).nth(line.saturating_sub(1)).unwrap_or_default();
        let characters: Vec<char> =
            whole.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
        let at = (column.saturating_sub(1)).min(characters.len());
        let width = width(&characters[at..]);
        // Of a schema in one line what is around the place.
        let skipped = if characters.len() <= SHOWN { 0 } else { at.saturating_sub(SHOWN / 3) };
        let shown: String = characters[skipped..].iter().take(SHOWN).collect();
        Self {
            file: file.to_owned(),
            line,
            column,
            width: width.min(SHOWN - (at - skipped).min(SHOWN - 1)),
            source: shown.trim_end().to_owned(),
            skipped,
            path: None,
        }
    }

    pub(crate) fn with_path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }
}

/// The lines of a text as [`avro_model::json::Position`] counts them.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let behind = &text[end..];
        rest = Some(behind.strip_prefix("\r\n").unwrap_or(&behind[1..]));
        Some(&text[..end])
    })
}

/// How wide the text in quotes, the word or else the character at the beginning is.
fn width(characters: &[char]) -> usize {
    let is_word = |one: &char| one.is_alphanumeric() || matches!(one, '_' | '-' | '.');
    match characters.first() {
        Some('"') => {
            let mut escaped = false;
            let end = characters.iter().skip(1).position(|&one| {
                let ends = one == '"' && !escaped;
                escaped = one == '\\' && !escaped;
                ends
            });
            end.map_or(1, |end| end + 2)
        }
        Some(first) if is_word(first) => characters.iter().take_while(|one| is_word(one)).count(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_knows_its_line_and_how_wide_it_is() {
        let text = "{\r\n\t\"type\": \"a\\\"b\"}\rint x;\n";
        for (line, column, source, width) in [
            (1, 1, "{", 1),
            (2, 2, " \"type\": \"a\\\"b\"}", 6),
            (2, 10, " \"type\": \"a\\\"b\"}", 6),
            (3, 1, "int x;", 3),
            (3, 7, "int x;", 1),
            (9, 9, "", 1),
        ] {
            let place = Place::new("f", text, line, column);
            assert_eq!(
                (place.source.as_str(), place.width, place.skipped),
                (source, width, 0),
                "{line}:{column}"
            );
        }
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let text = format!("{}\"here\"{}", "é".repeat(500), "y".repeat(500));
        let place = Place::new("f", &text, 1, 501);
        assert_eq!((place.skipped, place.source.chars().count(), place.width), (467, 100, 6));
        assert!(place.source.chars().skip(33).collect::<String>().starts_with("\"here\""));
    }
}
