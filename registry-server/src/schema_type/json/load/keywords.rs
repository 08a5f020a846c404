//! Reading the values of keywords.

use super::super::regexp;
use super::super::text::{Json, number};
use super::LoadError;
use crate::schema_type::Budget;

/// The members of one schema.
#[derive(Clone, Copy)]
pub(super) struct Members<'a>(pub(super) &'a [(String, Json)]);

impl<'a> Members<'a> {
    pub(super) fn get(self, keyword: &str) -> Option<&'a Json> {
        self.0.iter().find(|(name, _)| name == keyword).map(|(_, value)| value)
    }

    pub(super) fn has_any(self, keywords: &[&str]) -> bool {
        self.0.iter().any(|(name, _)| keywords.contains(&name.as_str()))
    }

    pub(super) fn string(self, keyword: &str) -> Result<Option<&'a str>, LoadError> {
        self.read(keyword, "a string", Json::as_str)
    }

    pub(super) fn boolean(self, keyword: &str) -> Result<Option<bool>, LoadError> {
        self.read(keyword, "a boolean", |json| match json {
            Json::Bool(truth) => Some(*truth),
            _ => None,
        })
    }

    /// A whole number that fits 32 bits.
    pub(super) fn integer(self, keyword: &str) -> Result<Option<i64>, LoadError> {
        self.read(keyword, "an integer of 32 bits", |json| match json {
            Json::Number(text) => text.parse::<i32>().ok().map(i64::from),
            _ => None,
        })
    }

    pub(super) fn number(self, keyword: &str) -> Result<Option<&'a str>, LoadError> {
        self.read(keyword, "a number", number)
    }

    pub(super) fn array(self, keyword: &str) -> Result<Option<&'a [Json]>, LoadError> {
        self.read(keyword, "an array", Json::as_array)
    }

    pub(super) fn object(self, keyword: &str) -> Result<Option<&'a [(String, Json)]>, LoadError> {
        self.read(keyword, "an object", Json::as_object)
    }

    pub(super) fn strings(self, keyword: &str) -> Result<Option<Vec<String>>, LoadError> {
        self.array(keyword)?.map(|elements| strings(keyword, elements)).transpose()
    }

    pub(super) fn pattern(self, keyword: &str) -> Result<Option<String>, LoadError> {
        let pattern = self.string(keyword)?;
        match pattern {
            Some(text) if !regexp::is_valid(text) => Err(invalid(keyword, "a regular expression")),
            other => Ok(other.map(str::to_owned)),
        }
    }

    fn read<T>(
        self,
        keyword: &str,
        expected: &'static str,
        read: impl FnOnce(&'a Json) -> Option<T>,
    ) -> Result<Option<T>, LoadError> {
        let Some(json) = self.get(keyword) else { return Ok(None) };
        read(json).map(Some).ok_or_else(|| invalid(keyword, expected))
    }
}

/// The digits of a number.
pub(super) fn number(json: &Json) -> Option<&str> {
    match json {
        Json::Number(text) => Some(text),
        _ => None,
    }
}

/// A number without its fraction, as Java makes it an `int`.
pub(super) fn whole(json: Option<&Json>) -> Option<i64> {
    let text = number(json?)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a limit beyond 64 bits is as good as the largest one"
    )]
    text.parse::<i64>().ok().or_else(|| text.parse::<f64>().ok().map(|number| number as i64))
}

/// All elements of an array as texts.
pub(super) fn strings(keyword: &str, elements: &[Json]) -> Result<Vec<String>, LoadError> {
    let texts = elements.iter().map(|json| json.as_str().map(str::to_owned));
    texts.collect::<Option<_>>().ok_or_else(|| invalid(keyword, "an array of strings"))
}

/// A value printed so that equal ones are printed alike; nothing of worth once the budget ends.
pub(super) fn printed(json: &Json, budget: &Budget) -> String {
    json.sorted(budget).printed(budget)
}

/// Values printed so that equal ones are printed alike, by a function that prints one.
pub(super) fn all_printed(
    values: &[Json],
    budget: &Budget,
    printed: fn(&Json, &Budget) -> String,
) -> Result<Vec<String>, LoadError> {
    let mut all = Vec::with_capacity(values.len());
    for value in values {
        all.push(printed(value, budget));
        budget.check()?;
    }
    Ok(all)
}

/// A value printed as the original has it once its newer library has read it: inside of arrays and objects a number that is no
/// integer of 64 bits is cut to one of 32.
pub(super) fn printed_modern(json: &Json, budget: &Budget) -> String {
    match json {
        Json::Array(_) | Json::Object(_) => {
            let mut copy = json.sorted(budget);
            cut(&mut copy, budget);
            copy.printed(budget)
        }
        json => printed(json, budget),
    }
}

/// Cuts the numbers in a value, false once the budget ends.
fn cut(json: &mut Json, budget: &Budget) -> bool {
    if !budget.spend(1) {
        return false;
    }
    match json {
        Json::Array(elements) => elements.iter_mut().all(|element| cut(element, budget)),
        Json::Object(members) => members.iter_mut().all(|(_, value)| cut(value, budget)),
        Json::Number(text) if text.parse::<i64>().is_err() => {
            *text = number::low_bits(text).to_string();
            true
        }
        _ => true,
    }
}

/// The tags of an element.
pub(super) fn tags(members: Members<'_>) -> Vec<String> {
    let tags = members.get("confluent:tags").and_then(Json::as_array).unwrap_or_default();
    tags.iter().map(|tag| tag.as_str().map_or_else(|| tag.to_string(), str::to_owned)).collect()
}

pub(super) fn invalid(keyword: &str, expected: &'static str) -> LoadError {
    LoadError::Keyword { keyword: keyword.to_owned(), expected }
}
