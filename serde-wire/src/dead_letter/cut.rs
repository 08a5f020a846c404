//! Texts that are kept short, so that a dead letter is about as large as its record.

/// The bytes of a text at most.
const LONGEST: usize = 4096;
/// What ends a text that was longer.
const MARK: &str = "… (cut)";

/// The text, or its beginning and a mark.
pub(super) fn cut(mut text: String) -> String {
    if text.len() > LONGEST {
        let end = (0..=LONGEST - MARK.len()).rev().find(|&end| text.is_char_boundary(end));
        text.truncate(end.unwrap_or_default());
        text.push_str(MARK);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters_and_only_once() {
        for character in ["a", "\u{e4}", "\u{20ac}", "\u{1f600}"] {
            for length in [0, 1, LONGEST / character.len(), LONGEST / character.len() + 1, 2 * LONGEST] {
                let text = character.repeat(length);
                let short = cut(text.clone());
                assert!(short.len() <= LONGEST, "{character}, {length}");
                if text.len() <= LONGEST {
                    assert_eq!(short, text);
                } else {
                    let kept = short.strip_suffix(MARK).unwrap();
                    assert!(text.starts_with(kept));
                    assert!(kept.len() + MARK.len() + character.len() > LONGEST, "no more than needed");
                }
                assert_eq!(cut(short.clone()), short);
            }
        }
    }
}
