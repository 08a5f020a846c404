//! A string in a [`Bytes`] (feature `bytes`).

#[cfg(feature = "fast")]
use crate::codec::fast::CheckedBytes;
#[cfg(not(feature = "fast"))]
use crate::codec::safe::CheckedBytes;
use crate::codec::{AvroRead, DecodeError};
use bytes::Bytes;
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::str::FromStr;

/// An immutable string in a [`Bytes`], which is cloned without copying.
///
/// Decoded by [`decode_shared`](crate::codec::decode_shared), by a
/// [`Resolution`](crate::resolve::Resolution::decode_shared) or by `Deserializer::deserialize_shared`, it is a part of the
/// message and keeps the whole message alive: right for values that live about as long as their message, wrong for one
/// small name that is kept of each large one, which [`into_copy`](Self::into_copy) makes a string of its own.
/// Everything else that decodes makes a copy, as it does of a `String`.
#[derive(Clone, Default)]
pub struct SharedStr(CheckedBytes);

impl SharedStr {
    /// The empty string.
    pub fn new() -> Self {
        Self::default()
    }

    /// A string that is not copied.
    pub fn from_static(text: &'static str) -> Self {
        Self(CheckedBytes::of(text, Some(Bytes::from_static(text.as_bytes()))))
    }

    /// Reads a `string`, of which the reader may have the input to share.
    #[inline]
    pub(crate) fn read<'a, R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        let text = reader.read_str()?;
        Ok(Self(CheckedBytes::of(text, reader.shared(text.as_bytes()))))
    }

    /// The string in these bytes.
    ///
    /// # Errors
    /// The bytes are not UTF-8: they come back.
    pub fn from_utf8(bytes: Bytes) -> Result<Self, Bytes> {
        CheckedBytes::new(bytes).map(Self)
    }

    /// The string.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its bytes, which are shared.
    pub const fn as_bytes(&self) -> &Bytes {
        self.0.as_bytes()
    }

    /// Its bytes.
    pub fn into_bytes(self) -> Bytes {
        self.0.into_bytes()
    }

    /// The same string in memory of its own, which keeps nothing else alive.
    #[must_use]
    pub fn into_copy(self) -> Self {
        Self(CheckedBytes::of(self.as_str(), None))
    }
}

impl Deref for SharedStr {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for SharedStr {
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<[u8]> for SharedStr {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Borrow<str> for SharedStr {
    fn borrow(&self) -> &str {
        self
    }
}

impl From<&str> for SharedStr {
    fn from(text: &str) -> Self {
        Self(CheckedBytes::of(text, None))
    }
}

/// Without copying.
impl From<String> for SharedStr {
    fn from(text: String) -> Self {
        CheckedBytes::new(text.into_bytes().into()).map(Self).unwrap_or_default()
    }
}

impl From<SharedStr> for String {
    fn from(text: SharedStr) -> Self {
        text.as_str().to_owned()
    }
}

impl From<SharedStr> for Bytes {
    fn from(text: SharedStr) -> Self {
        text.into_bytes()
    }
}

impl FromStr for SharedStr {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl fmt::Display for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Debug for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl PartialEq for SharedStr {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for SharedStr {}

impl PartialEq<str> for SharedStr {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for SharedStr {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for SharedStr {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SharedStr {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

/// As a `str`, so that it is found by one.
impl Hash for SharedStr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SharedStr {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for SharedStr {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{AvroDecode, decode, decode_shared};
    use std::collections::HashMap;

    /// A message with "Zoë" and the bytes 1 and 2.
    const MESSAGE: &[u8] = &[8, b'Z', b'o', 0xc3, 0xab, 4, 1, 2];

    #[derive(Debug, PartialEq)]
    struct Pair(SharedStr, Bytes);

    impl<'a> AvroDecode<'a> for Pair {
        const MIN_SIZE: usize = 2;

        fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
            Ok(Self(AvroDecode::decode(reader)?, AvroDecode::decode(reader)?))
        }
    }

    #[test]
    fn texts_and_bytes_are_parts_of_a_message_that_is_shared_and_copies_of_one_that_is_not() {
        let message = Bytes::copy_from_slice(MESSAGE);
        let within = |part: &[u8]| message.as_ptr_range().contains(&part.as_ptr());
        let shared: Pair = decode_shared(&message).unwrap();
        assert_eq!(shared, Pair("Zoë".into(), Bytes::from_static(&[1, 2])));
        assert!(within(shared.0.as_bytes()) && within(&shared.1));
        let copied: Pair = decode(&message).unwrap();
        assert_eq!(copied, shared);
        assert!(!within(copied.0.as_bytes()) && !within(&copied.1));
        assert!(!within(shared.0.clone().into_copy().as_bytes()));
        // The message lives as long as a part of it.
        drop(message);
        assert_eq!(shared.0, "Zoë");
    }

    #[test]
    fn a_text_is_utf8_whatever_it_is_made_of() {
        let refused = Bytes::from_static(&[b'a', 0xff]);
        assert_eq!(SharedStr::from_utf8(refused.clone()), Err(refused));
        assert!(decode_shared::<SharedStr>(&Bytes::from_static(&[2, 0xff])).is_err());
        for text in ["", "a", "Zoë", "\u{10ffff}"] {
            for made in [
                SharedStr::from(text),
                SharedStr::from(text.to_owned()),
                SharedStr::from_utf8(Bytes::copy_from_slice(text.as_bytes())).unwrap(),
                text.parse().unwrap(),
            ] {
                assert_eq!(
                    (made.as_str(), made.to_string(), String::from(made.clone())),
                    (text, text.to_owned(), text.to_owned())
                );
                assert_eq!(HashMap::from([(made, 1)]).get(text), Some(&1), "it is found by a str");
            }
        }
        assert_eq!(SharedStr::from_static("a").as_str(), "a");
    }
}
