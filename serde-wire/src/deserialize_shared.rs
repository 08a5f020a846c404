//! Values of a [`Deserializer`] that keep their message alive instead of copying texts and bytes of it (feature `bytes`).

use crate::codec::{AvroResolve, AvroSchema};
use crate::deserialize_error::DeserializeError;
use crate::deserializer::{Deserializer, bad_data};
use crate::known_writers::BadData;
use crate::resolve::Resolution;
use bytes::Bytes;

impl<T: AvroSchema + for<'a> AvroResolve<'a>> Deserializer<T> {
    /// As [`deserialize`](Self::deserialize): but a [`Bytes`] or [`SharedStr`](crate::types::SharedStr) in the value is a
    /// part of the message, which it keeps alive, and no copy.
    ///
    /// # Errors
    /// As [`deserialize`](Self::deserialize).
    pub async fn deserialize_shared(&self, payload: &Bytes) -> Result<T, DeserializeError> {
        self.deserialize_shared_with_header(None, payload).await
    }

    /// As [`deserialize_shared`](Self::deserialize_shared), of a message whose schema stands in a record header, if it has
    /// one.
    ///
    /// # Errors
    /// As [`deserialize_with_header`](Self::deserialize_with_header).
    pub async fn deserialize_shared_with_header(
        &self,
        header: Option<&[u8]>,
        payload: &Bytes,
    ) -> Result<T, DeserializeError> {
        let read = |resolution: &_, body: &_| shared(resolution, body, payload);
        self.writers.deserialize(&self.typed, header, payload, read).await
    }

    /// The value, without asking the registry: `None` when no message with this schema was decoded before.
    #[inline]
    pub fn try_deserialize_shared(&self, payload: &Bytes) -> Option<Result<T, DeserializeError>> {
        self.writers.try_deserialize(None, payload, |resolution, body| shared(resolution, body, payload))
    }
}

#[inline]
fn shared<'p, T: AvroSchema + AvroResolve<'p>>(
    resolution: &Resolution<T>,
    body: &'p [u8],
    payload: &'p Bytes,
) -> Result<T, BadData> {
    resolution.decode_shared(body, payload).map_err(|failure| bad_data(resolution, body, &failure))
}
