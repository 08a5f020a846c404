//! Reading. As in the original, what follows the first value is not looked at, and `NaN` and the infinities are values,
//! which are printed as texts.

use std::borrow::Cow;

use avro_model::json::reader::{self, Builder, Fault, Number, NumberForm, Options, Trailing};

use super::super::limits::{MAX_NESTING, MAX_NUMBER};
use super::{Json, number};
use crate::schema_type::{Budget, Stopped};

/// How the original has its JSON library read JSON Schemas.
const OPTIONS: Options = Options::new()
    .non_finite(true)
    .trailing(Trailing::Anything)
    .max_depth(MAX_NESTING)
    .max_number(MAX_NUMBER)
    .max_string(usize::MAX);

/// Why a text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in super::super) enum Unreadable {
    /// It is not well formed.
    #[error("not JSON at byte {0}")]
    Malformed(usize),
    /// It is well formed but too deep.
    #[error("more than {MAX_NESTING} levels of nesting")]
    TooDeep,
    /// The budget ended before the text did.
    #[error(transparent)]
    Stopped(Stopped),
}

/// Reads the first value of a text.
///
/// # Errors
/// [`Unreadable`] for a text that does not begin with a JSON value, or with one that is nested too deep, and when the
/// budget ends.
pub(in super::super) fn read(text: &str, budget: &Budget) -> Result<Json, Unreadable> {
    reader::read_within(text, &OPTIONS, &mut JsonBuilder, budget).map_err(|error| match error.fault {
        Fault::TooDeep => Unreadable::TooDeep,
        Fault::Stopped(stopped) => Unreadable::Stopped(stopped),
        _ => Unreadable::Malformed(error.offset),
    })
}

struct JsonBuilder;

impl<'t> Builder<'t> for JsonBuilder {
    type Value = Json;
    type Key = String;

    fn null(&mut self) -> Json {
        Json::Null
    }

    fn boolean(&mut self, truth: bool) -> Json {
        Json::Bool(truth)
    }

    /// Java's `BigDecimal` has an exponent that fits an `int`; the original refuses a number with a larger one.
    fn number(&mut self, number: Number<'t>) -> Option<Json> {
        let text = number.text;
        if number.form == NumberForm::NonFinite {
            let name = match text {
                "NaN" => "NaN",
                _ if text.starts_with('-') => "-Infinity",
                _ => "Infinity",
            };
            return Some(Json::String(name.to_owned()));
        }
        match text.split_once(['e', 'E']) {
            Some((_, exponent)) if exponent.parse::<i32>().is_err() => None,
            _ => Some(Json::Number(number::canonical(text))),
        }
    }

    fn string(&mut self, text: Cow<'t, str>) -> Json {
        Json::String(text.into_owned())
    }

    fn key(&mut self, text: Cow<'t, str>) -> String {
        text.into_owned()
    }

    fn array(&mut self, elements: Vec<Json>) -> Json {
        Json::Array(elements)
    }

    fn object(&mut self, members: Vec<(String, Json)>) -> Json {
        Json::Object(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Json, Unreadable> {
        super::read(text, &Budget::unlimited())
    }

    #[test]
    fn what_is_printed_is_what_was_read_without_spaces() {
        for (given, printed) in [
            (r#" { "b" : 1 , "a" : [ true , null ] } "#, r#"{"b":1,"a":[true,null]}"#),
            (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
            (r#"["\u00e9\/\ud83d\ude00\ud800x"]"#, "[\"é/😀?x\"]"),
            (r#"["\u0001\"\\"]"#, r#"["\u0001\"\\"]"#),
            ("[NaN,-Infinity]", r#"["NaN","-Infinity"]"#),
            ("{} and more", "{}"),
        ] {
            assert_eq!(read(given).unwrap().to_string(), printed, "{given}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{a:1}",
            "01",
            "1.",
            "-",
            "nul",
            "truex",
            "\"\n\"",
            "\"\\x\"",
            "5x",
            "1e99999999999",
        ] {
            assert!(matches!(read(text), Err(Unreadable::Malformed(_))), "{text}");
        }
    }

    /// Jackson takes infinities with a sign by both of their names, and without one by the long name only.
    #[test]
    fn what_is_no_number_is_read_as_jackson_reads_it() {
        for (word, printed) in [
            ("NaN", "\"NaN\""),
            ("Infinity", "\"Infinity\""),
            ("+Infinity", "\"Infinity\""),
            ("+INF", "\"Infinity\""),
            ("-Infinity", "\"-Infinity\""),
            ("-INF", "\"-Infinity\""),
        ] {
            assert_eq!(read(word).unwrap().to_string(), printed, "{word}");
        }
        for word in ["INF", "+NaN", "-NaN", "nan", "+1", "-INFx", "Infinite"] {
            assert!(read(word).is_err(), "{word}");
        }
    }

    /// Every kind of text with what is read or said of it, as `snapshots/` holds it.
    #[test]
    fn every_kind_of_text_has_its_verdict() {
        let verdict = |text: &str| match read(text) {
            Ok(value) => value.to_string(),
            Err(Unreadable::Malformed(_)) => "! not JSON".to_owned(),
            Err(error) => format!("! {error}"),
        };
        insta::assert_snapshot!("verdicts", avro_model::testing::json_verdicts(verdict));
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(&nested(MAX_NESTING)).is_ok());
        assert_eq!(read(&nested(MAX_NESTING + 1)), Err(Unreadable::TooDeep));
        assert_eq!(read(&"[".repeat(1_000_000)), Err(Unreadable::TooDeep));
    }
}
