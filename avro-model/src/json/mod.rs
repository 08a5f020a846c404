//! JSON as the Avro reference reads and prints it (schemas §2).
//!
//! Object members keep their order (with duplicate keys the last value wins, at the place of the first), numbers keep
//! the distinction between integers, big integers and doubles that the reference makes, and doubles are printed as
//! Java prints them (`1E5` is written `100000.0`).
//!
//! The [`reader`] underneath reads other JSON too, with options, into values of the caller's own.

mod double;
mod error;
mod locate;
mod plain;
mod position;
mod print;
mod raw;
pub mod reader;

pub use double::{parse_java_double, push_java_double, push_java_float};
pub use error::{JsonError, JsonProblem};
pub(crate) use locate::locate_within;
pub use locate::{Step, locate};
pub use position::Position;
pub use print::push_json_string;

use crate::budget::Budget;
pub(crate) use raw::{OPTIONS, Raw, read_raw, read_raw_with};

/// A JSON value with ordered object members.
///
/// `==` is the equality of this representation; [`Json::equivalent`] is the reference's.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// An integer outside 64 bits, as its canonical decimal digits with an optional leading `-`.
    BigInt(String),
    /// A number with a fraction or an exponent; `1e400` is infinite, as in the reference. It is NaN only where IDL says
    /// `NaN`, and as the default of a `float` or `double` field that was written as the text `"NaN"`.
    Double(f64),
    /// Text
    String(String),
    /// `[...]`
    Array(Vec<Json>),
    /// `{...}`, members in source order.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads one JSON text: comments (`/* */` and `//`) are skipped, with duplicate keys the last value wins.
    ///
    /// # Errors
    /// When the text is not JSON, has more after its value, or exceeds a limit of the reference's reader: 1,000 levels
    /// of nesting, 1,000 characters in a number, 50,000 in a key, 20,000,000 in a string.
    ///
    /// ```
    /// use avro_model::json::Json;
    /// let value: Json = Json::parse(r#"{"a": 1E5 /* doubles keep a fraction */}"#)?;
    /// assert_eq!(value.to_string(), r#"{"a":100000.0}"#);
    /// # Ok::<(), avro_model::json::JsonError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        Self::parse_within(text, &Budget::unlimited())
    }

    /// [`parse`](Self::parse) within a budget, of which each value takes a step.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and [`JsonProblem::Stopped`] when the budget is spent or cancelled.
    pub fn parse_within(text: &str, budget: &Budget) -> Result<Self, JsonError> {
        read_raw(text, budget).map(Raw::into_json)
    }

    /// The text of a string value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a member of an object; `None` for other kinds and for a key that is not there.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Equality as the reference's JSON library has it: members in any order, `1` is not `1.0`, `0.0` is not `-0.0`,
    /// and NaN equals itself.
    pub fn equivalent(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Double(a), Self::Double(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
            (Self::Array(a), Self::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equivalent(b))
            }
            (Self::Object(a), Self::Object(b)) => members_equivalent(a, b),
            _ => self == other,
        }
    }
}

/// Equality of members in any order. Keys are unique on both sides.
pub(crate) fn members_equivalent(a: &[(String, Json)], b: &[(String, Json)]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if a.iter().zip(b).all(|((a, _), (b, _))| a == b) {
        return a.iter().zip(b).all(|((_, a), (_, b))| a.equivalent(b));
    }
    let b: std::collections::HashMap<&str, &Json> =
        b.iter().map(|(key, value)| (key.as_str(), value)).collect();
    a.iter().all(|(key, value)| b.get(key.as_str()).is_some_and(|other| value.equivalent(other)))
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn equality_is_that_of_the_reference() {
        for (a, b, equal) in [
            ("1", "1", true),
            ("1", "1.0", false),
            ("1.0", "1.00", true),
            ("0.0", "-0.0", false),
            ("0", "-0", true),
            (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, true),
            (r#"{"a":1,"b":2}"#, r#"{"b":2,"c":1}"#, false),
            ("[1,2]", "[2,1]", false),
            ("12345678901234567890", "12345678901234567890", true),
        ] {
            let (a, b) = (Json::parse(a).unwrap(), Json::parse(b).unwrap());
            assert_eq!(a.equivalent(&b), equal, "{a} {b}");
        }
    }
}
