//! Regular expressions. The original has Java's, which know look-around and back references; those are taken for valid
//! and match nothing here.

use regex_automata::meta::Regex;
use regex_syntax::ast::ErrorKind;

use super::limits::MAX_PATTERN;

/// A pattern of property names.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Option<Regex>);

impl Pattern {
    /// Compiles a pattern; `None` if Java would refuse it.
    pub(super) fn new(text: &str) -> Option<Self> {
        if !is_valid(text) {
            return None;
        }
        let config = Regex::config().nfa_size_limit(Some(MAX_PATTERN)).hybrid(false);
        let regex = Regex::builder().configure(config).build(text).ok();
        Some(Self(regex))
    }

    /// Whether the pattern fits somewhere in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// Whether Java would compile it. Where the two dialects differ, the benefit of the doubt is the pattern's.
pub(super) fn is_valid(text: &str) -> bool {
    match regex_syntax::ast::parse::Parser::new().parse(text) {
        Ok(_) => true,
        Err(error) => !matches!(
            error.kind(),
            ErrorKind::GroupUnclosed
                | ErrorKind::GroupUnopened
                | ErrorKind::ClassUnclosed
                | ErrorKind::RepetitionMissing
                | ErrorKind::ClassRangeInvalid
                | ErrorKind::EscapeUnexpectedEof
                | ErrorKind::RepetitionCountInvalid
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_anywhere() {
        let pattern = Pattern::new("^x-|y$").unwrap();
        assert!(pattern.is_in("x-1") && pattern.is_in("my") && !pattern.is_in("yx-"));
    }

    #[test]
    fn what_java_refuses_is_refused_and_look_around_is_not() {
        for text in ["(", ")", "[a", "*a", "a{2,1}", "[z-a]", "\\"] {
            assert!(Pattern::new(text).is_none(), "{text}");
        }
        for text in ["^(?!x)", "(a)\\1", "a/b", "\\d+", ""] {
            assert!(Pattern::new(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_pattern_that_would_be_huge_matches_nothing() {
        assert!(!Pattern::new("((a{1000}){1000}){1000}").unwrap().is_in("a"));
    }
}
