//! The headers of a record, whatever client holds them.

#[cfg(any(feature = "rdkafka", feature = "rskafka"))]
use crate::frame::{KEY_SCHEMA_ID_HEADER, VALUE_SCHEMA_ID_HEADER};

/// Headers of a record: names, each as often as it likes, with values that may be null.
///
/// Implemented for arrays, slices and vectors of pairs of a name, which is whatever is text, and a [`HeaderValue`], and for
/// `()`, which has none; for a [`TraceContext`](super::TraceContext); and with the features `rdkafka` and `rskafka` for the
/// types of these clients. For the type of another one it takes two lines.
///
/// ```
/// use serde_wire::record::Headers;
///
/// struct Mine(Vec<(String, Vec<u8>)>);
///
/// impl Headers for Mine {
///     fn header_count(&self) -> usize {
///         self.0.len()
///     }
///
///     fn header(&self, index: usize) -> Option<(&str, Option<&[u8]>)> {
///         self.0.get(index).map(|(name, value)| (name.as_str(), Some(value.as_slice())))
///     }
/// }
///
/// let headers = Mine(vec![("a".into(), vec![1]), ("a".into(), vec![2])]);
/// assert_eq!(headers.last_header("a"), Some(&[2][..]));
/// ```
pub trait Headers {
    /// How many there are.
    fn header_count(&self) -> usize;

    /// Name and value of one of them, counted from 0.
    fn header(&self, index: usize) -> Option<(&str, Option<&[u8]>)>;

    /// The value of the last one of that name, if there is one and it is not null.
    fn last_header(&self, name: &str) -> Option<&[u8]> {
        let named = |index| self.header(index).filter(|(candidate, _)| *candidate == name);
        (0..self.header_count()).rev().find_map(named)?.1
    }
}

/// The value of a header in a pair: bytes or text, as `Vec<u8>`, `Box<[u8]>`, `&[u8]`, `&[u8; N]`, `[u8; N]`, `String` or
/// `&str`, with the feature `bytes` as `bytes::Bytes`, or an `Option` of one of them, of which `None` is null.
///
/// ```
/// use serde_wire::record::{HeaderValue, Headers};
///
/// /// A value that is shared.
/// struct Shared(std::sync::Arc<[u8]>);
///
/// impl HeaderValue for Shared {
///     fn bytes(&self) -> Option<&[u8]> {
///         Some(&self.0)
///     }
/// }
///
/// let headers = [("a", Shared([1, 2].into()))];
/// assert_eq!(headers.last_header("a"), Some(&[1, 2][..]));
/// ```
pub trait HeaderValue {
    /// The bytes; `None` is null.
    fn bytes(&self) -> Option<&[u8]>;
}

macro_rules! values {
    ($($type:ty),*) => {
        $(impl HeaderValue for $type {
            fn bytes(&self) -> Option<&[u8]> {
                Some(self.as_ref())
            }
        })*
    };
}

values!(Vec<u8>, Box<[u8]>, &[u8], String, &str);
#[cfg(feature = "bytes")]
values!(bytes::Bytes);

impl<const LENGTH: usize> HeaderValue for [u8; LENGTH] {
    fn bytes(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl<const LENGTH: usize> HeaderValue for &[u8; LENGTH] {
    fn bytes(&self) -> Option<&[u8]> {
        Some(*self)
    }
}

impl<V: HeaderValue> HeaderValue for Option<V> {
    fn bytes(&self) -> Option<&[u8]> {
        self.as_ref().and_then(HeaderValue::bytes)
    }
}

impl<N: AsRef<str>, V: HeaderValue> Headers for [(N, V)] {
    fn header_count(&self) -> usize {
        self.len()
    }

    fn header(&self, index: usize) -> Option<(&str, Option<&[u8]>)> {
        self.get(index).map(|(name, value)| (name.as_ref(), value.bytes()))
    }
}

impl<N: AsRef<str>, V: HeaderValue> Headers for Vec<(N, V)> {
    fn header_count(&self) -> usize {
        self.len()
    }

    fn header(&self, index: usize) -> Option<(&str, Option<&[u8]>)> {
        self.as_slice().header(index)
    }
}

impl<N: AsRef<str>, V: HeaderValue, const COUNT: usize> Headers for [(N, V); COUNT] {
    fn header_count(&self) -> usize {
        COUNT
    }

    fn header(&self, index: usize) -> Option<(&str, Option<&[u8]>)> {
        self.as_slice().header(index)
    }
}

impl Headers for () {
    fn header_count(&self) -> usize {
        0
    }

    fn header(&self, _: usize) -> Option<(&str, Option<&[u8]>)> {
        None
    }
}

pub(super) fn owned(headers: &dyn Headers) -> Vec<(String, Option<Vec<u8>>)> {
    (0..headers.header_count())
        .filter_map(|index| headers.header(index))
        .map(|(name, value)| (name.to_owned(), value.map(<[u8]>::to_vec)))
        .collect()
}

/// The headers that a new record may have from a former one. Those that name schemas are of that one's payload: a reader
/// believes them before the payload, and would take the new one for something else.
#[cfg(any(feature = "rdkafka", feature = "rskafka"))]
pub(crate) fn passed_on(headers: &dyn Headers) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
    (0..headers.header_count())
        .filter_map(|index| headers.header(index))
        .filter(|(name, _)| ![KEY_SCHEMA_ID_HEADER, VALUE_SCHEMA_ID_HEADER].contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_bytes_or_text_of_any_owner() {
        fn value(value: impl HeaderValue) -> Option<Vec<u8>> {
            [("a", value)].last_header("a").map(<[u8]>::to_vec)
        }
        let expected = Some(b"xyz".to_vec());
        for (name, found) in [
            ("Vec", value(b"xyz".to_vec())),
            ("Box", value(Box::<[u8]>::from(*b"xyz"))),
            ("slice", value(&b"xyz"[..])),
            ("array", value(*b"xyz")),
            ("borrowed array", value(b"xyz")),
            ("String", value("xyz".to_owned())),
            ("str", value("xyz")),
            ("Option", value(Some(b"xyz"))),
            #[cfg(feature = "bytes")]
            ("Bytes", value(bytes::Bytes::from_static(b"xyz"))),
        ] {
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(value(None::<&str>), None);
    }

    #[test]
    fn the_last_of_a_name_counts_and_null_is_none() {
        let headers = vec![
            ("a", Some("1")),
            ("b", None),
            ("a", Some("2")),
            ("c", Some("")),
            ("b", Some("x")),
            ("b", None),
        ];
        assert_eq!(headers.last_header("a"), Some(&b"2"[..]));
        assert_eq!(headers.last_header("b"), None, "the last one is null");
        assert_eq!(headers.last_header("c"), Some(&b""[..]));
        assert_eq!(headers.last_header("d"), None);
        assert_eq!(owned(&headers).len(), 6);
        assert_eq!(().last_header("a"), None);
    }
}
