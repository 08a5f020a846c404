//! Options of a reader: what it takes beyond plain JSON, and how much of it.

/// Options of [`read`](super::read). The default is JSON as its specification has it, with the limits that Jackson
/// has by default, and no limit on the length of keys.
///
/// ```
/// use avro_model::json::reader::{Duplicates, Options};
/// let options = Options::default().comments(true).duplicates(Duplicates::Kept).max_depth(64);
/// assert_ne!(options, Options::default());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    pub(super) comments: bool,
    pub(super) non_finite: bool,
    pub(super) duplicates: Duplicates,
    pub(super) trailing: Trailing,
    pub(in crate::json) max_depth: usize,
    pub(in crate::json) max_number: usize,
    pub(in crate::json) max_key: usize,
    pub(in crate::json) max_string: usize,
}

/// The treatment of members of an object that have the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Duplicates {
    /// There is one member, with the value that comes last, at the place of the one that comes first.
    LastValue,
    /// All members are handed on, in the order of the text.
    Kept,
}

/// The text that may follow the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trailing {
    /// Blanks.
    Blanks,
    /// Characters up to U+0020, which are those that Java's `trim` cuts off.
    Controls,
    /// Anything; it is not read. A number must be followed by something that no number or word goes on with.
    Anything,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// The default options.
    pub const fn new() -> Self {
        Self {
            comments: false,
            non_finite: false,
            duplicates: Duplicates::LastValue,
            trailing: Trailing::Blanks,
            max_depth: 1_000,
            max_number: 1_000,
            max_key: usize::MAX,
            max_string: 20_000_000,
        }
    }

    /// Whether `/* */` and `//` comments may stand between tokens.
    #[must_use]
    pub const fn comments(self, comments: bool) -> Self {
        Self { comments, ..self }
    }

    /// Whether `NaN`, `Infinity`, `INF` with a sign, and `Infinity` with a sign are numbers. These are the words that
    /// Jackson's `ALLOW_NON_NUMERIC_NUMBERS` lets through; `INF` without a sign is none of them.
    #[must_use]
    pub const fn non_finite(self, non_finite: bool) -> Self {
        Self { non_finite, ..self }
    }

    /// The treatment of members that have the same key.
    #[must_use]
    pub const fn duplicates(self, duplicates: Duplicates) -> Self {
        Self { duplicates, ..self }
    }

    /// The text that may follow the value.
    #[must_use]
    pub const fn trailing(self, trailing: Trailing) -> Self {
        Self { trailing, ..self }
    }

    /// How many arrays and objects may stand one in the other.
    #[must_use]
    pub const fn max_depth(self, max_depth: usize) -> Self {
        Self { max_depth, ..self }
    }

    /// How many characters a number may have.
    #[must_use]
    pub const fn max_number(self, max_number: usize) -> Self {
        Self { max_number, ..self }
    }

    /// How many UTF-16 units a key may have, escapes decoded.
    #[must_use]
    pub const fn max_key(self, max_key: usize) -> Self {
        Self { max_key, ..self }
    }

    /// How many UTF-16 units a string may have, escapes decoded.
    #[must_use]
    pub const fn max_string(self, max_string: usize) -> Self {
        Self { max_string, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Builder, Expected, Fault, Number, SyntaxError, read};
    use super::*;
    use std::borrow::Cow;

    /// Makes the text of each value again, without escapes.
    struct Print;

    impl<'t> Builder<'t> for Print {
        type Value = String;
        type Key = Cow<'t, str>;

        fn null(&mut self) -> String {
            "null".to_owned()
        }

        fn boolean(&mut self, truth: bool) -> String {
            truth.to_string()
        }

        fn number(&mut self, number: Number<'t>) -> Option<String> {
            Some(format!("{:?} {}", number.form, number.text))
        }

        fn string(&mut self, text: Cow<'t, str>) -> String {
            text.into_owned()
        }

        fn key(&mut self, text: Cow<'t, str>) -> Cow<'t, str> {
            text
        }

        fn array(&mut self, items: Vec<String>) -> String {
            format!("[{}]", items.join(", "))
        }

        fn object(&mut self, members: Vec<(Cow<'t, str>, String)>) -> String {
            let members = members.iter().map(|(key, value)| format!("{key}: {value}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }

    #[test]
    fn each_option_allows_one_thing() {
        const VALUE: Fault = Fault::Unexpected(Expected::Value);
        let plain = Options::new();
        for (text, refused, option, read_as) in [
            ("[/* c */1]", (VALUE, 1), plain.comments(true), "[Integer 1]"),
            ("[-INF]", (Fault::Unexpected(Expected::Digit), 2), plain.non_finite(true), "[NonFinite -INF]"),
            ("[NaN]", (VALUE, 1), plain.non_finite(true), "[NonFinite NaN]"),
            ("1\u{b}", (Fault::Trailing, 1), plain.trailing(Trailing::Controls), "Integer 1"),
            ("[1.5] x", (Fault::Trailing, 6), plain.trailing(Trailing::Anything), "[Decimal 1.5]"),
        ] {
            let (fault, offset) = refused;
            assert_eq!(read(text, &plain, &mut Print), Err(SyntaxError { fault, offset }), "{text}");
            assert_eq!(read(text, &option, &mut Print).as_deref(), Ok(read_as), "{text}");
        }
        let number_goes_on = SyntaxError { fault: Fault::Number, offset: 1 };
        assert_eq!(read("1x", &plain.trailing(Trailing::Anything), &mut Print), Err(number_goes_on));
    }

    #[test]
    fn members_of_the_same_key_are_one_or_all() {
        for (text, last_value, kept) in [
            (r#"{"a":1,"b":2,"a":"x"}"#, "{a: x, b: Integer 2}", "{a: Integer 1, b: Integer 2, a: x}"),
            (r#"{"a":null,"\u0061":true}"#, "{a: true}", "{a: null, a: true}"),
        ] {
            let read = |duplicates| read(text, &Options::new().duplicates(duplicates), &mut Print);
            assert_eq!(read(Duplicates::LastValue).as_deref(), Ok(last_value));
            assert_eq!(read(Duplicates::Kept).as_deref(), Ok(kept));
        }
    }

    /// Texts that are as large as a limit, and one that is larger, with the place at which that is said.
    #[test]
    fn what_is_larger_than_a_limit_is_refused_where_it_begins() {
        let plain = Options::new();
        for (options, allowed, larger, fault, offset) in [
            (plain.max_depth(2), r#"[{"a":1}]"#, "[[[]]]", Fault::TooDeep, 2),
            (plain.max_depth(0), "1", "[]", Fault::TooDeep, 0),
            (plain.max_number(3), "[-12]", "[1.25]", Fault::LongNumber, 1),
            (plain.max_key(2), r#"{"\u0041\u0042":"abc"}"#, r#"{"abc":1}"#, Fault::LongKey, 1),
            (plain.max_string(2), r#"{"abc":"\ud83d\ude00"}"#, r#"["😀a"]"#, Fault::LongString, 1),
            (plain.max_string(2), r#"["éü"]"#, r#"["\n\n\n"]"#, Fault::LongString, 1),
        ] {
            assert!(read(allowed, &options, &mut Print).is_ok(), "{allowed}");
            assert_eq!(read(larger, &options, &mut Print), Err(SyntaxError { fault, offset }), "{larger}");
        }
    }
}
