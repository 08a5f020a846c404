//! A JSON value that borrows from its text: what the schema parser walks over.

use super::reader::{Builder, Number, NumberForm, Options, Trailing, read_within};
use super::{Json, JsonError};
use crate::budget::Budget;
use std::borrow::Cow;

/// How Avro's reference has its JSON library read schemas and data: with comments, except behind the value. The limits
/// are those of that library.
pub(crate) const OPTIONS: Options =
    Options::new().comments(true).trailing(Trailing::Controls).max_key(50_000);

/// [`Json`] whose texts borrow from the source where they hold no escape.
#[derive(Debug)]
pub(crate) enum Raw<'t> {
    Null,
    Bool(bool),
    Int(i64),
    BigInt(&'t str),
    Double(f64),
    String(Cow<'t, str>),
    Array(Vec<Raw<'t>>),
    Object(Vec<(Cow<'t, str>, Raw<'t>)>),
}

impl Raw<'_> {
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The kind of JSON value, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::BigInt(_) | Self::Double(_) => "a number",
            Self::String(_) => "text",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// An owned value. Recursion is bounded by the reader's limit on nesting.
    pub(crate) fn into_json(self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Int(value) => Json::Int(value),
            Self::BigInt(digits) => Json::BigInt(digits.to_owned()),
            Self::Double(value) => Json::Double(value),
            Self::String(text) => Json::String(text.into_owned()),
            Self::Array(items) => Json::Array(items.into_iter().map(Raw::into_json).collect()),
            Self::Object(members) => Json::Object(
                members.into_iter().map(|(key, value)| (key.into_owned(), value.into_json())).collect(),
            ),
        }
    }

    /// An owned copy, of which each value takes a step; nothing of worth once the budget ends. Recursion is bounded by the
    /// reader's limit on nesting.
    pub(crate) fn to_json(&self, budget: &Budget) -> Json {
        self.copy(budget).unwrap_or(Json::Null)
    }

    fn copy(&self, budget: &Budget) -> Option<Json> {
        budget.take(1).ok()?;
        Some(match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Int(value) => Json::Int(*value),
            Self::BigInt(digits) => Json::BigInt((*digits).to_owned()),
            Self::Double(value) => Json::Double(*value),
            Self::String(text) => Json::String(text.clone().into_owned()),
            Self::Array(items) => {
                let mut copies = Vec::with_capacity(items.len());
                for item in items {
                    copies.push(item.copy(budget)?);
                }
                Json::Array(copies)
            }
            Self::Object(members) => {
                let mut copies = Vec::with_capacity(members.len());
                for (key, value) in members {
                    copies.push((key.clone().into_owned(), value.copy(budget)?));
                }
                Json::Object(copies)
            }
        })
    }
}

/// Reads one JSON text.
pub(crate) fn read_raw<'t>(text: &'t str, budget: &Budget) -> Result<Raw<'t>, JsonError> {
    read_raw_with(text, &OPTIONS, budget)
}

/// [`read_raw`] with other options.
pub(crate) fn read_raw_with<'t>(
    text: &'t str,
    options: &Options,
    budget: &Budget,
) -> Result<Raw<'t>, JsonError> {
    read_within(text, options, &mut RawBuilder, budget).map_err(|error| JsonError::of(text, options, error))
}

struct RawBuilder;

impl<'t> Builder<'t> for RawBuilder {
    type Value = Raw<'t>;
    type Key = Cow<'t, str>;

    fn null(&mut self) -> Raw<'t> {
        Raw::Null
    }

    fn boolean(&mut self, truth: bool) -> Raw<'t> {
        Raw::Bool(truth)
    }

    fn number(&mut self, number: Number<'t>) -> Option<Raw<'t>> {
        let text = number.text;
        Some(match number.form {
            NumberForm::Integer => text.parse().map_or(Raw::BigInt(text), Raw::Int),
            // The words for numbers that are not finite are Rust's as well.
            _ => Raw::Double(text.parse().ok()?),
        })
    }

    fn string(&mut self, text: Cow<'t, str>) -> Raw<'t> {
        Raw::String(text)
    }

    fn key(&mut self, text: Cow<'t, str>) -> Cow<'t, str> {
        text
    }

    fn array(&mut self, items: Vec<Raw<'t>>) -> Raw<'t> {
        Raw::Array(items)
    }

    fn object(&mut self, members: Vec<(Cow<'t, str>, Raw<'t>)>) -> Raw<'t> {
        Raw::Object(members)
    }
}
