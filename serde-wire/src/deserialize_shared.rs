//! Values of a [`Deserializer`] that keep their message alive instead of copying texts and bytes of it (feature `bytes`).

use crate::at_once::{Answer, at_once_or};
use crate::codec::{AvroResolve, AvroSchema};
use crate::deserialize_error::DeserializeError;
use crate::deserializer::{Deserializer, bad_data};
use bytes::Bytes;

impl<T: AvroSchema + for<'a> AvroResolve<'a>> Deserializer<T> {
    /// As [`deserialize`](Self::deserialize): but a [`Bytes`] or [`SharedStr`](crate::types::SharedStr) in the value is a
    /// part of the message, which it keeps alive, and no copy.
    ///
    /// # Errors
    /// As [`deserialize`](Self::deserialize).
    #[inline]
    pub fn deserialize_shared<'s>(
        &'s self,
        payload: &'s Bytes,
    ) -> impl Future<Output = Result<T, DeserializeError>> + use<'s, T> {
        self.deserialize_shared_with_header(None, payload)
    }

    /// As [`deserialize_shared`](Self::deserialize_shared), of a message whose schema stands in a record header, if it has
    /// one.
    ///
    /// # Errors
    /// As [`deserialize_with_header`](Self::deserialize_with_header).
    #[inline]
    pub fn deserialize_shared_with_header<'s>(
        &'s self,
        header: Option<&'s [u8]>,
        payload: &'s Bytes,
    ) -> impl Future<Output = Result<T, DeserializeError>> + use<'s, T> {
        at_once_or(
            (self, header, payload),
            |(this, header, payload)| this.read_shared(*header, payload),
            |(this, header, payload)| this.learn(*header, payload),
        )
    }

    /// The value, without asking the registry: `None` when no message with this schema was decoded before.
    #[inline]
    pub fn try_deserialize_shared(&self, payload: &Bytes) -> Option<Result<T, DeserializeError>> {
        self.read_shared(None, payload)
    }

    #[inline(never)]
    fn read_shared<A: Answer<T, DeserializeError>>(&self, header: Option<&[u8]>, payload: &Bytes) -> A {
        A::of(self.writers.try_deserialize(header, payload, |resolution, body| {
            resolution.decode_shared(body, payload).map_err(|failure| bad_data(resolution, body, &failure))
        }))
    }
}
