//! Regular expressions. The original has Java's, which know look-around and back references; those are taken for valid
//! and match nothing here (json-schema §5).
//!
//! A pattern of twenty characters can compile to a megabyte, so a schema holds texts alone. They are compiled where a
//! comparison asks for them, for as long as it lasts, and out of one budget.

use std::collections::HashMap;
use std::sync::Arc;

use regex_automata::meta::Regex;
use regex_syntax::ast::ErrorKind;

use super::limits::{MAX_PATTERN, MAX_PATTERNS};

/// A pattern of property names, which Java would compile.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Arc<str>);

impl Pattern {
    /// Takes a pattern; `None` if Java would refuse it.
    pub(super) fn new(text: &str) -> Option<Self> {
        is_valid(text).then(|| Self(text.into()))
    }

    /// The pattern as it was written.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// The patterns of a comparison take more memory than [`MAX_PATTERNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooManyPatterns;

/// Patterns that were compiled, each once.
#[derive(Debug, Default)]
pub(super) struct Compiled<'p> {
    /// None for a pattern that matches nothing here.
    patterns: HashMap<&'p str, Option<Regex>>,
    bytes: usize,
}

impl<'p> Compiled<'p> {
    /// The compiled form of a pattern, and how many bytes it took to compile it if that was not done before; without a
    /// form the pattern matches nothing.
    pub(super) fn get(&mut self, pattern: &'p Pattern) -> Result<(Option<&Regex>, usize), TooManyPatterns> {
        let text = pattern.text();
        let mut bytes = 0;
        if !self.patterns.contains_key(text) {
            let config = Regex::config().nfa_size_limit(Some(MAX_PATTERN)).hybrid(false);
            let regex = Regex::builder().configure(config).build(text).ok();
            // What is refused for its size was compiled up to the limit.
            bytes = regex.as_ref().map_or(MAX_PATTERN, Regex::memory_usage);
            self.bytes = self.bytes.saturating_add(bytes);
            self.patterns.insert(text, regex);
        }
        if self.bytes > MAX_PATTERNS {
            return Err(TooManyPatterns);
        }
        Ok((self.patterns.get(text).and_then(Option::as_ref), bytes))
    }

    /// The memory that all of them take.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
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

    fn is_in(pattern: &str, text: &str) -> bool {
        let pattern = Pattern::new(pattern).unwrap();
        Compiled::default().get(&pattern).unwrap().0.is_some_and(|regex| regex.is_match(text))
    }

    #[test]
    fn patterns_match_anywhere() {
        let pattern = "^x-|y$";
        assert!(is_in(pattern, "x-1") && is_in(pattern, "my") && !is_in(pattern, "yx-"));
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
        assert!(!is_in("((a{1000}){1000}){1000}", "a"));
    }

    #[test]
    fn patterns_are_compiled_once_and_out_of_one_budget() {
        let small: Vec<Pattern> = (0..50).map(|n| Pattern::new(&format!("^x{n}-")).unwrap()).collect();
        let mut compiled = Compiled::default();
        for round in 0..2 {
            for pattern in &small {
                let (regex, bytes) = compiled.get(pattern).unwrap();
                assert_eq!((regex.is_some(), bytes == 0), (true, round == 1));
            }
        }
        assert!(compiled.bytes() < MAX_PATTERNS / 4, "{}", compiled.bytes());
        let large: Vec<Pattern> =
            (0..50).map(|n| Pattern::new(&format!("^\\pL{{1,1000}}{n}$")).unwrap()).collect();
        let refused = large.iter().position(|pattern| compiled.get(pattern).is_err()).unwrap();
        assert!((2..=MAX_PATTERNS / MAX_PATTERN).contains(&refused), "{refused}");
    }
}
