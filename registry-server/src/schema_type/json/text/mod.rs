//! JSON as the original's JSON Schema provider reads and prints it: members keep their order and numbers their digits.

pub(super) mod number;
mod print;
mod read;

pub(super) use read::{Unreadable, read};

use crate::schema_type::Budget;

/// A JSON value. Object members have unique names: of those that were given twice the last value counts, at the place
/// of the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number in the form in which it is printed.
    Number(String),
    /// Text.
    String(String),
    /// `[...]`
    Array(Vec<Json>),
    /// `{...}`
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The members of an object.
    pub(super) fn as_object(&self) -> Option<&[(String, Json)]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The elements of an array.
    pub(super) fn as_array(&self) -> Option<&[Json]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The text of a string.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A member of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        self.as_object()?.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The same value with the members of every object in the order in which Java compares texts; nothing of worth once
    /// the budget ends.
    pub(super) fn sorted(&self, budget: &Budget) -> Self {
        self.sorted_copy(budget).unwrap_or(Self::Null)
    }

    fn sorted_copy(&self, budget: &Budget) -> Option<Self> {
        budget.take(1).ok()?;
        Some(match self {
            Self::Array(elements) => {
                let mut copies = Vec::with_capacity(elements.len());
                for element in elements {
                    copies.push(element.sorted_copy(budget)?);
                }
                Self::Array(copies)
            }
            Self::Object(members) => {
                let mut copies = Vec::with_capacity(members.len());
                for (name, value) in members {
                    copies.push((name.clone(), value.sorted_copy(budget)?));
                }
                copies.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
                Self::Object(copies)
            }
            other => other.clone(),
        })
    }
}
