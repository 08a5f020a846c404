//! Splitting an Avro name into words, and the characters that may stand in a Rust identifier.

/// The words of a name: separated by `_`, and by changes of case (`fooBar`, `HTTPServer` → `HTTP`, `Server`).
///
/// Characters that an identifier had better not contain come out as the word `u` followed by their code in
/// hexadecimal, see [`is_plain`].
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let characters: Vec<char> = name.chars().collect();
    for (index, &character) in characters.iter().enumerate() {
        if character == '_' {
            words.push(String::new());
            continue;
        }
        if !is_plain(character) {
            words.push(format!("u{:x}", u32::from(character)));
            words.push(String::new());
            continue;
        }
        let before = index.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(index + 1);
        let starts_word = character.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if starts_word {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a character is kept in identifiers: ASCII letters and digits and most accented letters of Latin-1.
///
/// Avro's default rules allow any Unicode letter. So does Rust, but its lints against confusable and uncommon
/// characters look at the whole crate and cannot be switched off from inside a module, and identifiers that differ
/// before Unicode normalisation may be equal after it. The letters kept here trigger none of that.
pub(super) fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, 'À'..='Å' | 'Ç'..='Ï' | 'Ñ'..='Ö' | 'Ø'..='Ý' | 'ß'..='å' | 'ç'..='ï' | 'ñ'..='ö' | 'ø'..='ý' | 'ÿ')
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_split_at_underscores_and_changes_of_case() {
        for (name, expected) in [
            ("fooBar", &["foo", "Bar"][..]),
            ("foo_bar", &["foo", "bar"]),
            ("HTTPServer", &["HTTP", "Server"]),
            ("address2", &["address2"]),
            ("address2Line", &["address2", "Line"]),
            ("__x__", &["x"]),
            ("_", &[]),
            ("naïveÉtat", &["naïve", "État"]),
            ("день", &["u434", "u435", "u43d", "u44c"]),
            ("æther", &["ue6", "ther"]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }
}
