//! The rules of well-formed names (schemas §1).

use super::letters::{is_digit, is_letter};
use thiserror::Error;

/// The rule for one part of a name (a simple name, a namespace part, an enum symbol).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameRule {
    /// `[A-Za-z_][A-Za-z0-9_]*`, the specification's own rule.
    Ascii,
    /// Letters and digits of Unicode and underscores, not beginning with a digit: the reference's default.
    Unicode,
}

/// A problem of a part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// There is nothing in it.
    #[error("a name must not be empty")]
    Empty,
    /// It begins with something else than a letter or an underscore.
    #[error("a name begins with a letter or an underscore, not with {0:?}")]
    First(char),
    /// It holds something else than letters, digits and underscores.
    #[error("a name is made of letters, digits and underscores, and {0:?} is none of them")]
    Character(char),
}

impl NameRule {
    /// Checks one part of a name.
    ///
    /// # Errors
    /// The first character that is not allowed, or that there is none at all.
    ///
    /// ```
    /// use avro_model::name::{NameProblem, NameRule};
    /// assert_eq!(NameRule::Ascii.check("user_1"), Ok(()));
    /// assert_eq!(NameRule::Ascii.check("1st"), Err(NameProblem::First('1')));
    /// assert_eq!(NameRule::Ascii.check("né"), Err(NameProblem::Character('é')));
    /// assert_eq!(NameRule::Unicode.check("né"), Ok(()));
    /// ```
    pub fn check(self, part: &str) -> Result<(), NameProblem> {
        let mut characters = part.chars();
        let first = characters.next().ok_or(NameProblem::Empty)?;
        if !(first == '_' || self.letter(first)) {
            return Err(NameProblem::First(first));
        }
        match characters
            .find(|&character| !(character == '_' || self.letter(character) || self.digit(character)))
        {
            Some(character) => Err(NameProblem::Character(character)),
            None => Ok(()),
        }
    }

    fn letter(self, character: char) -> bool {
        match self {
            Self::Ascii => character.is_ascii_alphabetic(),
            Self::Unicode => is_letter(character),
        }
    }

    fn digit(self, character: char) -> bool {
        match self {
            Self::Ascii => character.is_ascii_digit(),
            Self::Unicode => is_digit(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NameProblem, NameRule};

    #[test]
    fn unicode_letters_are_those_of_java() {
        for (part, expected) in [
            ("名", Ok(())),
            ("a٣", Ok(())),
            ("٣a", Err(NameProblem::First('٣'))),
            // A letter number and a circled letter are alphabetic to Rust, not to Java.
            ("Ⅷ", Err(NameProblem::First('Ⅷ'))),
            ("ⓐ", Err(NameProblem::First('ⓐ'))),
            // Outside the Basic Multilingual Plane Java sees two surrogates.
            ("𝒜", Err(NameProblem::First('𝒜'))),
            ("a½", Err(NameProblem::Character('½'))),
        ] {
            assert_eq!(NameRule::Unicode.check(part), expected, "{part}");
        }
    }
}
