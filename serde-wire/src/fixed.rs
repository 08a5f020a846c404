//! The bytes of a `fixed` for serde, as a list of numbers (feature `serde`).
//!
//! Serde knows arrays of up to 32 bytes; generated types name this module for theirs:
//! `#[serde(with = "serde_wire::fixed")]`.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// What holds the bytes of a `fixed`: an array, a large one in a box, or a reference to one.
pub trait FixedBytes {
    /// The bytes.
    fn bytes(&self) -> &[u8];
}

/// What the bytes of a `fixed` are read into.
pub trait FromFixedBytes: Sized {
    /// The value of these bytes, if there are as many as it takes.
    fn from_bytes(bytes: Box<[u8]>) -> Option<Self>;
}

impl<const N: usize> FixedBytes for [u8; N] {
    fn bytes(&self) -> &[u8] {
        self
    }
}

impl<const N: usize> FixedBytes for &[u8; N] {
    fn bytes(&self) -> &[u8] {
        self.as_slice()
    }
}

impl<const N: usize> FromFixedBytes for [u8; N] {
    fn from_bytes(bytes: Box<[u8]>) -> Option<Self> {
        bytes.as_ref().try_into().ok()
    }
}

impl<const N: usize> FixedBytes for Box<[u8; N]> {
    fn bytes(&self) -> &[u8] {
        self.as_slice()
    }
}

impl<const N: usize> FromFixedBytes for Box<[u8; N]> {
    fn from_bytes(bytes: Box<[u8]>) -> Option<Self> {
        bytes.try_into().ok()
    }
}

/// Writes the bytes.
///
/// # Errors
/// The serializer's.
pub fn serialize<T: FixedBytes, S: Serializer>(fixed: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(fixed.bytes())
}

/// Reads the bytes.
///
/// # Errors
/// The deserializer's, or there are more or fewer bytes.
pub fn deserialize<'de, T: FromFixedBytes, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let bytes = Vec::deserialize(deserializer)?.into_boxed_slice();
    let length = bytes.len();
    T::from_bytes(bytes).ok_or_else(|| Error::invalid_length(length, &"as many bytes as the fixed has"))
}
