//! Wire formats: how a message says which schema wrote it (wire-format §1).
//!
//! | format | payload | record header `__key_schema_id` / `__value_schema_id` |
//! |---|---|---|
//! | v0, prefix (the default everywhere) | `00`, schema id as 4 bytes big-endian, data | none |
//! | v1, prefix | `01`, GUID as 16 bytes, data | none |
//! | header | data alone | `00` and the id, or `01` and the GUID |
//! | single object (Avro specification) | `C3 01`, CRC-64-AVRO as 8 bytes little-endian, data | none |
//!
//! [`split`] and [`split_with_header`] read all of them, [`id_prefix`], [`guid_prefix`] and [`single_object_prefix`]
//! write them. Nothing here allocates.

use std::fmt;

pub use uuid::Uuid as Guid;

/// The first byte of v0: a schema id follows.
pub const MAGIC_ID: u8 = 0;
/// The first byte of v1: a GUID follows.
pub const MAGIC_GUID: u8 = 1;
/// The first two bytes of a single-object message.
pub const MAGIC_SINGLE_OBJECT: [u8; 2] = [0xC3, 0x01];
/// The record header that carries the schema of the key, unless the payload's prefix does.
pub const KEY_SCHEMA_ID_HEADER: &str = "__key_schema_id";
/// The record header that carries the schema of the value, unless the payload's prefix does.
pub const VALUE_SCHEMA_ID_HEADER: &str = "__value_schema_id";

const ID_PREFIX_LEN: usize = 5;
const GUID_PREFIX_LEN: usize = 17;
const SINGLE_OBJECT_PREFIX_LEN: usize = 10;

/// The number that a registry gave to a schema: 0 to 2³¹ − 1, unique within one context of one registry.
///
/// ```
/// use serde_wire::frame::SchemaId;
///
/// assert_eq!(SchemaId::new(7).map(|id| id.get()), Some(7));
/// assert!(SchemaId::new(1 << 31).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(u32);

impl SchemaId {
    /// The id of that number; `None` above 2³¹ − 1, which no registry hands out since ids are signed on its side.
    pub const fn new(id: u32) -> Option<Self> {
        if id <= i32::MAX.unsigned_abs() { Some(Self(id)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How a message names the schema that wrote it.
///
/// ```
/// use serde_wire::frame::{SchemaId, SchemaKey};
///
/// let key = SchemaId::new(7).map(SchemaKey::Id);
/// assert_eq!(key.map(|key| key.to_string()).as_deref(), Some("id 7"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SchemaKey {
    /// The registry's id.
    Id(SchemaId),
    /// The registry's content hash, the same in every registry.
    Guid(Guid),
    /// CRC-64-AVRO of the Parsing Canonical Form; needs no registry, and says nothing of defaults or logical types.
    Fingerprint(u64),
}

impl fmt::Display for SchemaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "id {id}"),
            Self::Guid(guid) => write!(f, "guid {guid}"),
            Self::Fingerprint(fingerprint) => write!(f, "fingerprint {fingerprint:016x}"),
        }
    }
}

/// A message taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The schema that wrote the data.
    pub schema: SchemaKey,
    /// The data.
    pub body: &'a [u8],
}

/// Why bytes are not a framed message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// There is not one byte.
    #[error("the message is empty: at least a magic byte and a schema id (5 bytes) were expected")]
    Empty,
    /// It ends inside the prefix that its first byte announces.
    #[error("the message ends inside its prefix: {found} bytes where magic byte {magic:#04x} needs {needed}")]
    Truncated {
        /// The first byte.
        magic: u8,
        /// The length of what was given.
        found: usize,
        /// The length of the prefix.
        needed: usize,
    },
    /// The first byte announces no known format.
    #[error(
        "unknown magic byte {0:#04x}: expected 0x00 (schema id), 0x01 (GUID) or 0xc3 0x01 (single object)"
    )]
    UnknownMagic(u8),
    /// The id has its sign bit set.
    #[error("schema id {0} is out of range: a registry hands out 0 to 2147483647")]
    IdOutOfRange(u32),
    /// The record header is longer than the id or GUID that it announces.
    #[error("the schema id header holds {found} bytes where magic byte {magic:#04x} means {needed}")]
    HeaderLength {
        /// The first byte.
        magic: u8,
        /// The length of the header's value.
        found: usize,
        /// The length that was expected.
        needed: usize,
    },
}

/// Takes the schema from the payload's prefix.
///
/// ```
/// use serde_wire::frame::{SchemaId, SchemaKey, split};
///
/// let frame = split(&[0, 0, 0, 0, 7, b'x'])?;
/// assert_eq!(frame.schema, SchemaKey::Id(SchemaId::new(7).unwrap()));
/// assert_eq!(frame.body, b"x");
/// # Ok::<(), serde_wire::frame::FrameError>(())
/// ```
///
/// # Errors
/// When the payload is too short or begins with no known magic byte.
#[inline]
pub fn split(payload: &[u8]) -> Result<Frame<'_>, FrameError> {
    if let Some((&[MAGIC_ID, a, b, c, d], body)) = payload.split_first_chunk::<ID_PREFIX_LEN>() {
        let number = u32::from_be_bytes([a, b, c, d]);
        return match SchemaId::new(number) {
            Some(id) => Ok(Frame { schema: SchemaKey::Id(id), body }),
            None => Err(FrameError::IdOutOfRange(number)),
        };
    }
    split_rare(payload)
}

/// Everything but a well-formed v0 prefix, out of the way of the common case.
#[cold]
fn split_rare(payload: &[u8]) -> Result<Frame<'_>, FrameError> {
    let truncated = |magic, needed| FrameError::Truncated { magic, found: payload.len(), needed };
    match *payload {
        [] => Err(FrameError::Empty),
        [MAGIC_ID, ..] => Err(truncated(MAGIC_ID, ID_PREFIX_LEN)),
        [MAGIC_GUID, ..] => {
            let (prefix, body) = payload
                .split_first_chunk::<GUID_PREFIX_LEN>()
                .ok_or_else(|| truncated(MAGIC_GUID, GUID_PREFIX_LEN))?;
            let [_, guid @ ..] = *prefix;
            Ok(Frame { schema: SchemaKey::Guid(Guid::from_bytes(guid)), body })
        }
        [0xC3, ref rest @ ..] if rest.first().is_none_or(|&byte| byte == MAGIC_SINGLE_OBJECT[1]) => {
            let (prefix, body) = payload
                .split_first_chunk::<SINGLE_OBJECT_PREFIX_LEN>()
                .ok_or_else(|| truncated(MAGIC_SINGLE_OBJECT[0], SINGLE_OBJECT_PREFIX_LEN))?;
            let [_, _, fingerprint @ ..] = *prefix;
            Ok(Frame { schema: SchemaKey::Fingerprint(u64::from_le_bytes(fingerprint)), body })
        }
        [magic, ..] => Err(FrameError::UnknownMagic(magic)),
    }
}

/// Takes the schema from the record header when there is one, else from the payload's prefix, as Confluent's dual
/// deserializer does. `header` is the value of [`KEY_SCHEMA_ID_HEADER`] or [`VALUE_SCHEMA_ID_HEADER`].
///
/// ```
/// use serde_wire::frame::{Guid, SchemaKey, guid_prefix, split_with_header};
///
/// let guid = Guid::from_u128(0x1234);
/// let frame = split_with_header(Some(&guid_prefix(guid)), b"data")?;
/// assert_eq!(frame.schema, SchemaKey::Guid(guid));
/// assert_eq!(frame.body, b"data");
/// # Ok::<(), serde_wire::frame::FrameError>(())
/// ```
///
/// # Errors
/// When the header is neither an id nor a GUID, or, without a header, as [`split`].
#[inline]
pub fn split_with_header<'a>(header: Option<&[u8]>, payload: &'a [u8]) -> Result<Frame<'a>, FrameError> {
    let Some(header) = header else { return split(payload) };
    if header.first() == Some(&MAGIC_SINGLE_OBJECT[0]) {
        return Err(FrameError::UnknownMagic(MAGIC_SINGLE_OBJECT[0]));
    }
    let Frame { schema, body } = split(header)?;
    if body.is_empty() {
        return Ok(Frame { schema, body: payload });
    }
    Err(FrameError::HeaderLength { magic: header[0], found: header.len(), needed: header.len() - body.len() })
}

/// The v0 prefix of that id; also the value of a schema id header.
#[inline]
pub const fn id_prefix(id: SchemaId) -> [u8; ID_PREFIX_LEN] {
    let [a, b, c, d] = id.0.to_be_bytes();
    [MAGIC_ID, a, b, c, d]
}

/// The v1 prefix of that GUID; also the value of a schema id header.
pub fn guid_prefix(guid: Guid) -> [u8; GUID_PREFIX_LEN] {
    let mut prefix = [MAGIC_GUID; GUID_PREFIX_LEN];
    prefix[1..].copy_from_slice(guid.as_bytes());
    prefix
}

/// The prefix of a single-object message whose schema has that CRC-64-AVRO.
pub fn single_object_prefix(fingerprint: u64) -> [u8; SINGLE_OBJECT_PREFIX_LEN] {
    let mut prefix = [0; SINGLE_OBJECT_PREFIX_LEN];
    prefix[..2].copy_from_slice(&MAGIC_SINGLE_OBJECT);
    prefix[2..].copy_from_slice(&fingerprint.to_le_bytes());
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(number: u32) -> SchemaKey {
        SchemaKey::Id(SchemaId::new(number).unwrap())
    }

    #[test]
    fn a_prefix_names_the_schema() {
        let guid = Guid::from_bytes([0xAB; 16]);
        let with_guid = [&[1][..], &[0xAB; 16], b"xy"].concat();
        let single_object = [0xC3, 1, 8, 7, 6, 5, 4, 3, 2, 1, b'z'];
        let cases: [(&str, &[u8], SchemaKey, &[u8]); 6] = [
            ("v0", &[0, 0, 0, 0, 1, 9, 8], id(1), &[9, 8]),
            ("v0, id big-endian", &[0, 1, 2, 3, 4, 5], id(0x0102_0304), &[5]),
            ("v0, id 0 and no data", &[0, 0, 0, 0, 0], id(0), &[]),
            ("v0, the last id", &[0, 0x7F, 0xFF, 0xFF, 0xFF], id(i32::MAX as u32), &[]),
            ("v1", &with_guid, SchemaKey::Guid(guid), b"xy"),
            ("single object", &single_object, SchemaKey::Fingerprint(0x0102_0304_0506_0708), b"z"),
        ];
        for (name, payload, schema, body) in cases {
            assert_eq!(split(payload), Ok(Frame { schema, body }), "{name}");
        }
    }

    #[test]
    fn what_is_no_frame_is_said_precisely() {
        let truncated = |magic, found, needed| FrameError::Truncated { magic, found, needed };
        let cases: [(&str, &[u8], FrameError); 8] = [
            ("nothing", &[], FrameError::Empty),
            ("magic alone", &[0], truncated(0, 1, 5)),
            ("four bytes", &[0, 0, 0, 1], truncated(0, 4, 5)),
            ("sign bit", &[0, 0x80, 0, 0, 0, 1], FrameError::IdOutOfRange(0x8000_0000)),
            ("half a GUID", &[1, 2, 3, 4, 5, 6], truncated(1, 6, 17)),
            ("JSON", br#"{"a":1}"#, FrameError::UnknownMagic(b'{')),
            ("half a fingerprint", &[0xC3, 1, 2], truncated(0xC3, 3, 10)),
            ("UTF-8 text that begins like a single object", "é".as_bytes(), FrameError::UnknownMagic(0xC3)),
        ];
        for (name, payload, error) in cases {
            assert_eq!(split(payload), Err(error), "{name}");
        }
    }

    #[test]
    fn a_header_wins_over_the_prefix() {
        let guid = Guid::from_u128(7);
        let payload = [0, 0, 0, 0, 5, 1];
        let cases = [
            ("no header", None, Ok(Frame { schema: id(5), body: &payload[5..] })),
            ("id", Some(vec![0, 0, 0, 0, 9]), Ok(Frame { schema: id(9), body: &payload[..] })),
            (
                "guid",
                Some(guid_prefix(guid).to_vec()),
                Ok(Frame { schema: SchemaKey::Guid(guid), body: &payload[..] }),
            ),
            ("empty", Some(vec![]), Err(FrameError::Empty)),
            ("too long", Some(vec![0; 6]), Err(FrameError::HeaderLength { magic: 0, found: 6, needed: 5 })),
            ("fingerprint", Some(single_object_prefix(1).to_vec()), Err(FrameError::UnknownMagic(0xC3))),
        ];
        for (name, header, expected) in cases {
            assert_eq!(split_with_header(header.as_deref(), &payload), expected, "{name}");
        }
    }

    #[test]
    fn an_id_is_a_number_that_a_registry_can_hand_out() {
        for (number, valid) in
            [(0, true), (1, true), (0x7FFF_FFFF, true), (0x8000_0000, false), (u32::MAX, false)]
        {
            assert_eq!(SchemaId::new(number).map(SchemaId::get), valid.then_some(number), "{number}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(number in 0..=i32::MAX as u32, guid: u128, fingerprint: u64, body: Vec<u8>) {
            let id = SchemaId::new(number).unwrap();
            let guid = Guid::from_u128(guid);
            let frames = [
                (id_prefix(id).to_vec(), SchemaKey::Id(id)),
                (guid_prefix(guid).to_vec(), SchemaKey::Guid(guid)),
                (single_object_prefix(fingerprint).to_vec(), SchemaKey::Fingerprint(fingerprint)),
            ];
            for (prefix, schema) in frames {
                let payload = [&prefix[..], &body].concat();
                prop_assert_eq!(split(&payload), Ok(Frame { schema, body: &body[..] }));
                for cut in 0..prefix.len() {
                    prop_assert!(split(&payload[..cut]).is_err());
                }
            }
        }

        #[test]
        fn any_bytes_give_a_frame_of_themselves_or_an_error(payload: Vec<u8>, header: Option<Vec<u8>>) {
            if let Ok(frame) = split_with_header(header.as_deref(), &payload) {
                prop_assert!(payload.ends_with(frame.body));
            }
        }
    }
}
