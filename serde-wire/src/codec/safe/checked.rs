//! UTF-8 in a `Bytes`.

use bytes::Bytes;

/// Bytes that are UTF-8. That they are is looked at again each time, since only `unsafe` code could rely on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct CheckedBytes(Bytes);

impl CheckedBytes {
    /// These bytes, or themselves when they are not UTF-8.
    pub(crate) fn new(bytes: Bytes) -> Result<Self, Bytes> {
        match std::str::from_utf8(&bytes) {
            Ok(_) => Ok(Self(bytes)),
            Err(_) => Err(bytes),
        }
    }

    /// The bytes of a text: `shared` if it is the text where it stands, else a copy.
    pub(crate) fn of(text: &str, shared: Option<Bytes>) -> Self {
        let shared = shared.filter(|shared| std::ptr::eq::<[u8]>(shared.as_ref(), text.as_bytes()));
        Self(shared.unwrap_or_else(|| Bytes::copy_from_slice(text.as_bytes())))
    }

    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(crate) const fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.0
    }
}
