//! JSON as the Avro reference reads and prints it.
//!
//! Object members keep their order (with duplicate keys the last value wins, at the place of the first), numbers keep
//! the distinction between integers, big integers and doubles that the reference makes, and doubles are printed as
//! Java prints them (`1E5` is written `100000.0`).

/// A JSON value with ordered object members.
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
    /// A number with a fraction or an exponent. Never NaN; `1e400` is infinite, as in the reference.
    Double(f64),
    /// Text
    String(String),
    /// `[...]`
    Array(Vec<Json>),
    /// `{...}`, members in source order.
    Object(Vec<(String, Json)>),
}

impl Json {
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
}
