//! Query parameters, read as the original's framework reads them.

use super::error::ApiError;
use crate::service::Paging;

/// The parameters of a request, decoded, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the text behind `?`. Empty pairs are skipped.
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        });
        Self(pairs.collect())
    }

    /// The first value of a parameter.
    pub(super) fn first(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter.
    pub(super) fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The first value, empty when there is none.
    pub(super) fn text(&self, key: &str) -> &str {
        self.first(key).unwrap_or_default()
    }

    /// `true` in any case is true, everything else false.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.first(key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// A 32-bit integer; an empty one counts as absent, a text that is none as an unknown path.
    pub(super) fn integer(&self, key: &str, absent: i32) -> Result<i32, ApiError> {
        match self.first(key) {
            None | Some("") => Ok(absent),
            Some(value) => value.parse().map_err(|_| ApiError::Unconvertible),
        }
    }

    /// Offset and limit.
    pub(super) fn paging(&self) -> Result<Paging, ApiError> {
        let paging = Paging { offset: self.integer("offset", 0)?, limit: self.integer("limit", -1)? };
        Ok(paging.check()?)
    }

    /// Changes every value of a parameter; one that is absent becomes the change of the empty text.
    pub(super) fn rewrite(&mut self, key: &str, change: impl Fn(&str) -> String) {
        let mut met = false;
        for (name, value) in &mut self.0 {
            if name == key {
                met = true;
                *value = change(value);
            }
        }
        if !met {
            self.0.push((key.to_owned(), change("")));
        }
    }

    /// Sets a parameter to one value.
    pub(super) fn set(&mut self, key: &str, value: String) {
        self.0.retain(|(name, _)| name != key);
        self.0.push((key.to_owned(), value));
    }
}

/// `+` is a space; a malformed escape stands for itself, malformed UTF-8 for a replacement character.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let raw = text.as_bytes();
    let mut at = 0;
    while at < raw.len() {
        let escape = raw.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match (raw[at], escape.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'+', _) => bytes.push(b' '),
            (b'%', Some(byte)) => {
                bytes.push(byte);
                at += 2;
            }
            (byte, _) => bytes.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_value_wins_and_empty_pairs_are_skipped() {
        let query = Query::parse("&&a=1&a=2&b=%C3%BC+%2B&c&&deleted=TRUE&d=%zz");
        assert_eq!(query.first("a"), Some("1"));
        assert_eq!(query.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(query.text("b"), "ü +");
        assert_eq!(query.first("c"), Some(""));
        assert!(query.flag("deleted"));
        assert!(!query.flag("c"));
        assert_eq!(query.text("d"), "%zz");
    }

    #[test]
    fn integers() {
        for (text, value) in
            [("x=5", Some(5)), ("x=", Some(7)), ("", Some(7)), ("x=%2B05", Some(5)), ("x=-1", Some(-1))]
        {
            assert_eq!(Query::parse(text).integer("x", 7).ok(), value, "{text}");
        }
        for text in ["x=a", "x=1.5", "x=99999999999", "x=%201"] {
            assert!(Query::parse(text).integer("x", 7).is_err(), "{text}");
        }
    }
}
