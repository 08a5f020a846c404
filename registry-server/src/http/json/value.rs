//! A JSON value whose numbers keep their text.

/// How many bytes of a text are kept in the value itself.
const SHORT: usize = 14;

/// A JSON value of a request body.
///
/// It takes 16 bytes, for a body may hold tens of millions of them; texts and numbers of up to 14 bytes take no more.
/// [`Value::view`] has a simpler form to match on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::box_collection, reason = "a vector is three times as large as a pointer to one")]
pub(in crate::http) enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number of few digits.
    ShortNumber(Short),
    /// A number of many digits.
    LongNumber(Box<String>),
    /// A short text.
    ShortString(Short),
    /// A long text.
    LongString(Box<String>),
    /// A list.
    Array(Box<Vec<Value>>),
    /// An object.
    Object(Box<Vec<(Key, Value)>>),
}

/// A [`Value`] in the form to match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum View<'v> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is written, `NaN` and infinities included.
    Number(&'v str),
    /// A text.
    String(&'v str),
    /// A list.
    Array(&'v [Value]),
    /// An object; the last of several equal members is the one that counts.
    Object(&'v [(Key, Value)]),
}

impl Value {
    /// A number by its text.
    pub(super) fn number(text: &str) -> Self {
        Short::of(text).map_or_else(|| Self::LongNumber(Box::new(text.to_owned())), Self::ShortNumber)
    }

    /// A text.
    pub(super) fn string(text: impl Into<String> + AsRef<str>) -> Self {
        match Short::of(text.as_ref()) {
            Some(short) => Self::ShortString(short),
            None => Self::LongString(Box::new(text.into())),
        }
    }

    /// A list.
    pub(super) fn array(items: Vec<Self>) -> Self {
        Self::Array(Box::new(items))
    }

    /// An object.
    pub(super) fn object(members: Vec<(Key, Self)>) -> Self {
        Self::Object(Box::new(members))
    }

    /// The same value in the form to match on.
    pub(in crate::http) fn view(&self) -> View<'_> {
        match self {
            Self::Null => View::Null,
            Self::Bool(truth) => View::Bool(*truth),
            Self::ShortNumber(text) => View::Number(text.as_str()),
            Self::LongNumber(text) => View::Number(text),
            Self::ShortString(text) => View::String(text.as_str()),
            Self::LongString(text) => View::String(text),
            Self::Array(items) => View::Array(items),
            Self::Object(members) => View::Object(members),
        }
    }
}

/// The key of a member.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::box_collection, reason = "a string is three times as large as a pointer to one")]
pub(in crate::http) enum Key {
    /// A key of few bytes.
    Short(Short),
    /// A key of many bytes.
    Long(Box<String>),
}

impl Key {
    pub(super) fn new(text: impl Into<String> + AsRef<str>) -> Self {
        match Short::of(text.as_ref()) {
            Some(short) => Self::Short(short),
            None => Self::Long(Box::new(text.into())),
        }
    }

    /// Its text.
    pub(in crate::http) fn as_str(&self) -> &str {
        match self {
            Self::Short(text) => text.as_str(),
            Self::Long(text) => text,
        }
    }
}

impl Default for Key {
    fn default() -> Self {
        Self::Short(Short::default())
    }
}

/// A text of few bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::http) struct Short {
    length: u8,
    bytes: [u8; SHORT],
}

impl Short {
    fn of(text: &str) -> Option<Self> {
        let mut bytes = [0; SHORT];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { length: u8::try_from(text.len()).ok()?, bytes })
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).expect("made of a text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_small() {
        assert_eq!(size_of::<Value>(), 16, "60 MB of `[0,0,…]` are 30 million values, half a gigabyte");
        assert_eq!(size_of::<(Key, Value)>(), 32);
    }

    #[test]
    fn short_and_long_texts_read_alike() {
        for text in
            ["", "0", "12345678901234", "123456789012345", "a text that is long", "äöüäöüä", "äöüäöüäö"]
        {
            assert_eq!(Value::number(text).view(), View::Number(text));
            assert_eq!(Value::string(text).view(), View::String(text));
            assert_eq!(Key::new(text).as_str(), text);
            let kept_inside = matches!(Key::new(text), Key::Short(_));
            assert_eq!(kept_inside, text.len() <= SHORT, "{text}");
        }
    }
}
