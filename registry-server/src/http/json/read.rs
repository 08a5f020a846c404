//! Reading typed members out of a value, with the coercions of the original's JSON library (rest-api §1.3).

use super::value::{Key, View};
use super::{Malformed, Value};

/// Something that is read from a JSON value of a request body.
pub(in crate::http) trait FromJson: Sized {
    /// Reads it. `null` never comes here.
    ///
    /// # Errors
    /// [`Malformed`] when the value is of another type, or holds one that is.
    fn read(value: &Value) -> Result<Self, Malformed>;

    /// The value that `null` stands for where it is an element of a list or map; `None` where it must not be one.
    fn null() -> Option<Self> {
        None
    }
}

/// The members of an object.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Members<'a>(&'a [(Key, Value)]);

impl<'a> Members<'a> {
    /// The members of a value that must be an object.
    pub(in crate::http) fn of(value: &'a Value, entity: &str) -> Result<Self, Malformed> {
        match value.view() {
            View::Object(members) => Ok(Self(members)),
            _ => Err(mismatch(entity, value)),
        }
    }

    /// The value of a member, `null` or not: the last one of that name.
    pub(in crate::http) fn raw(&self, key: &str) -> Option<&'a Value> {
        self.0.iter().rev().find(|(name, _)| name.as_str() == key).map(|(_, value)| value)
    }

    /// A member; absent and `null` are none.
    pub(in crate::http) fn get<T: FromJson>(&self, key: &str) -> Result<Option<T>, Malformed> {
        match self.raw(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::read(value).map(Some),
        }
    }

    /// A list; absent and `null` are empty.
    pub(in crate::http) fn list<T: FromJson>(&self, key: &str) -> Result<Vec<T>, Malformed> {
        Ok(self.get::<Vec<T>>(key)?.unwrap_or_default())
    }

    /// Every member in the order of the text. Where a name comes again, the last value counts.
    pub(in crate::http) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl FromJson for String {
    fn read(value: &Value) -> Result<Self, Malformed> {
        match value.view() {
            View::String(text) | View::Number(text) => Ok(text.to_owned()),
            View::Bool(truth) => Ok(truth.to_string()),
            _ => Err(mismatch("String", value)),
        }
    }
}

/// A text or nothing.
impl FromJson for Option<String> {
    fn read(value: &Value) -> Result<Self, Malformed> {
        String::read(value).map(Some)
    }

    fn null() -> Option<Self> {
        Some(None)
    }
}

/// A truth; an empty text is none.
impl FromJson for Option<bool> {
    fn read(value: &Value) -> Result<Self, Malformed> {
        match value.view() {
            View::Bool(truth) => Ok(Some(truth)),
            View::Number(number) => match number.parse::<i64>() {
                Ok(number) => Ok(Some(number != 0)),
                Err(_) => Err(mismatch("Boolean", value)),
            },
            View::String(text) => match text.trim() {
                "true" | "True" | "TRUE" => Ok(Some(true)),
                "false" | "False" | "FALSE" => Ok(Some(false)),
                "" | "null" => Ok(None),
                _ => Err(Malformed(format!(
                    "Cannot deserialize value of type `Boolean` from String \"{text}\": only \"true\" or \"false\" recognized"
                ))),
            },
            _ => Err(mismatch("Boolean", value)),
        }
    }
}

/// A 32-bit integer; an empty text is none.
impl FromJson for Option<i32> {
    fn read(value: &Value) -> Result<Self, Malformed> {
        let unfit = |text: &str| {
            Malformed(format!(
                "Cannot deserialize value of type `Integer` from String \"{text}\": not a valid `java.lang.Integer` value"
            ))
        };
        match value.view() {
            View::Number(number) => integer_of(number).map(Some).ok_or_else(|| unfit(number)),
            View::String(text) if text.trim().is_empty() => Ok(None),
            View::String(text) if text.trim() == "null" => Ok(None),
            View::String(text) => text.trim().parse().map(Some).map_err(|_| unfit(text)),
            _ => Err(mismatch("Integer", value)),
        }
    }
}

/// The whole part of a number, if it fits 32 bits.
fn integer_of(number: &str) -> Option<i32> {
    if let Ok(whole) = number.parse::<i32>() {
        return Some(whole);
    }
    if !number.contains(['.', 'e', 'E']) {
        return None;
    }
    let value = number.parse::<f64>().ok()?.trunc();
    if !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked above")]
    Some(value as i32)
}

impl<T: FromJson> FromJson for Vec<T> {
    fn read(value: &Value) -> Result<Self, Malformed> {
        match value.view() {
            View::Array(items) => items
                .iter()
                .map(|item| match item {
                    Value::Null => T::null().ok_or_else(|| Malformed::new("A list must not hold null")),
                    item => T::read(item),
                })
                .collect(),
            _ => Err(mismatch("List", value)),
        }
    }
}

/// The error for a value of the wrong type.
fn mismatch(wanted: &str, found: &Value) -> Malformed {
    let token = match found.view() {
        View::Null => "Null value (token `JsonToken.VALUE_NULL`)".to_owned(),
        View::Bool(_) => "Boolean value".to_owned(),
        View::Number(number) => format!("number {number}"),
        View::String(text) => format!("String value ('{text}')"),
        View::Array(_) => "Array value (token `JsonToken.START_ARRAY`)".to_owned(),
        View::Object(_) => "Object value (token `JsonToken.START_OBJECT`)".to_owned(),
    };
    Malformed(format!("Cannot deserialize value of type `{wanted}` from {token}"))
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn read<T: FromJson>(text: &str) -> Option<T> {
        T::read(&parse(text).unwrap().unwrap()).ok()
    }

    #[test]
    fn scalars_are_coerced() {
        assert_eq!(read::<String>("1.50").as_deref(), Some("1.50"));
        assert_eq!(read::<String>("true").as_deref(), Some("true"));
        assert_eq!(read::<String>("[]"), None);
        for (text, value) in [
            ("7", Some(Some(7))),
            ("1.7", Some(Some(1))),
            ("-1.7", Some(Some(-1))),
            ("1e3", Some(Some(1000))),
            ("\" 5 \"", Some(Some(5))),
            ("\"\"", Some(None)),
            ("\"x\"", None),
            ("99999999999", None),
            ("1e99", None),
            ("NaN", None),
            ("true", None),
            ("{}", None),
        ] {
            assert_eq!(read::<Option<i32>>(text), value, "{text}");
        }
        for (text, value) in [
            ("true", Some(Some(true))),
            ("1", Some(Some(true))),
            ("0", Some(Some(false))),
            ("\"true\"", Some(Some(true))),
            ("\"\"", Some(None)),
            ("\"null\"", Some(None)),
            ("1.0", None),
            ("\"x\"", None),
            ("[]", None),
        ] {
            assert_eq!(read::<Option<bool>>(text), value, "{text}");
        }
        assert_eq!(read::<Vec<String>>("[1]"), Some(vec!["1".to_owned()]));
        assert_eq!(read::<Vec<String>>("\"\""), None);
    }

    #[test]
    fn the_last_of_equal_members_counts() {
        let value = parse(r#"{"a":1,"a":"2","b":null}"#).unwrap().unwrap();
        let members = Members::of(&value, "Thing").unwrap();
        assert_eq!(members.get::<String>("a").unwrap().as_deref(), Some("2"));
        assert_eq!(members.get::<String>("b").unwrap(), None);
    }
}
