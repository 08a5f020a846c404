//! From the text of a body to its value.

use std::borrow::Cow;

use avro_model::json::reader::{self, Builder, Duplicates, Number, Options};

use super::malformed::Malformed;
use super::value::{Key, Value};
use crate::schema_type::Budget;

/// How deep a body may be nested.
pub(super) const MAX_DEPTH: usize = 1000;
/// How many characters a string may have.
pub(super) const MAX_STRING: usize = 20_000_000;
/// How many characters a number may have.
pub(super) const MAX_NUMBER: usize = 1000;

/// How the original has its JSON library read bodies. Members of the same name are all kept: where they make a map,
/// the original reads the value of each.
const OPTIONS: Options = Options::new()
    .non_finite(true)
    .duplicates(Duplicates::Kept)
    .max_depth(MAX_DEPTH)
    .max_number(MAX_NUMBER)
    .max_string(MAX_STRING);

/// Reads a text that holds one value and nothing else; `None` for one that holds nothing at all.
///
/// # Errors
/// [`Malformed`] for a text that is not JSON, and when the budget ends.
pub(in crate::http) fn parse_within(text: &str, budget: &Budget) -> Result<Option<Value>, Malformed> {
    if text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
        return Ok(None);
    }
    let value = reader::read_within(text, &OPTIONS, &mut ValueBuilder, budget);
    value.map(Some).map_err(|error| Malformed::syntax(text, error))
}

/// [`parse_within`], without a limit.
#[cfg(test)]
pub(super) fn parse(text: &str) -> Result<Option<Value>, Malformed> {
    parse_within(text, &Budget::unlimited())
}

struct ValueBuilder;

impl<'t> Builder<'t> for ValueBuilder {
    type Value = Value;
    type Key = Key;

    fn null(&mut self) -> Value {
        Value::Null
    }

    fn boolean(&mut self, truth: bool) -> Value {
        Value::Bool(truth)
    }

    fn number(&mut self, number: Number<'t>) -> Option<Value> {
        Some(Value::number(number.text))
    }

    fn string(&mut self, text: Cow<'t, str>) -> Value {
        Value::string(text)
    }

    fn key(&mut self, text: Cow<'t, str>) -> Key {
        Key::new(text)
    }

    fn array(&mut self, items: Vec<Value>) -> Value {
        Value::array(items)
    }

    fn object(&mut self, members: Vec<(Key, Value)>) -> Value {
        Value::object(members)
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::View;
    use super::*;

    #[test]
    fn what_is_no_json() {
        for text in [
            "{",
            "[1,]",
            "{\"a\"}",
            "tru",
            "01",
            "1.",
            "\"a",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u+123\"",
            "1 2",
            "{} x",
            "/* c */1",
            "'a'",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn members_of_the_same_name_are_all_there() {
        let value = parse(r#"{"a":1,"b":2,"a":3}"#).unwrap().unwrap();
        assert_eq!(shown(&value), r#"{"a":1,"b":2,"a":3}"#);
    }

    /// Jackson takes infinities with a sign by both of their names, and without one by the long name only.
    #[test]
    fn what_is_no_number_is_read_as_jackson_reads_it() {
        for word in ["NaN", "Infinity", "+Infinity", "-Infinity", "+INF", "-INF"] {
            assert_eq!(parse(word), Ok(Some(Value::number(word))), "{word}");
        }
        for word in ["INF", "+NaN", "-NaN", "nan", "+1", "-INFx", "Infinite"] {
            assert!(parse(word).is_err(), "{word}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + "0" + &"]".repeat(depth);
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert!(parse(&nested(MAX_DEPTH + 1)).is_err());
        assert!(parse(&"[".repeat(1_000_000)).is_err());
    }

    /// A string is as long as Java counts it: in UTF-16 units, not in bytes.
    #[test]
    fn strings_are_bounded() {
        let read =
            |character: &str, units: usize| parse(&format!("\"{}\"", character.repeat(units))).map(drop);
        assert_eq!(read("ü", MAX_STRING / 2 + 1), Ok(()));
        let too_long = Malformed::new("String value length exceeds the maximum allowed (20000000)");
        assert_eq!(read("a", MAX_STRING + 1), Err(too_long));
    }

    /// Every kind of text with what is read or said of it, as `snapshots/` holds it.
    #[test]
    fn every_kind_of_text_has_its_verdict() {
        let verdict = |text: &str| match parse(text) {
            Ok(None) => "nothing".to_owned(),
            Ok(Some(value)) => shown(&value),
            Err(error) => format!("! {error}"),
        };
        insta::assert_snapshot!("verdicts", avro_model::testing::json_verdicts(verdict));
    }

    /// A value as JSON, but for members of the same name, which are all there, and texts, which are Rust's.
    fn shown(value: &Value) -> String {
        match value.view() {
            View::Null => "null".to_owned(),
            View::Bool(truth) => truth.to_string(),
            View::Number(number) => number.to_owned(),
            View::String(text) => format!("{text:?}"),
            View::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
            View::Object(members) => {
                let members =
                    members.iter().map(|(key, value)| format!("{:?}:{}", key.as_str(), shown(value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }
}
