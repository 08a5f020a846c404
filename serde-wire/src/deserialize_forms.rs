//! The other forms that a [`Deserializer`] gives values in: borrowed from the message, or read into a used value.
//!
//! They share what is known about writers' schemas, so that a consumer may look at most messages and keep some.

use crate::codec::{AvroBorrow, AvroResolve, AvroSchema};
use crate::deserialize_error::DeserializeError;
use crate::deserializer::{Deserializer, bad_data};
use crate::known_writers::BadData;
use crate::resolve::Resolution;

impl<T: AvroSchema + for<'a> AvroResolve<'a>> Deserializer<T> {
    /// The value in its borrowed form, whose texts and bytes are those of the message. `T` is generated with the option
    /// `borrowed`.
    ///
    /// ```
    /// use serde_wire::codec::AvroBorrow;
    /// use serde_wire::codec::AvroResolve;
    /// use serde_wire::{DeserializeError, Deserializer};
    ///
    /// /// How many messages have a value.
    /// async fn count<T>(values: &Deserializer<T>, messages: &[Vec<u8>]) -> Result<usize, DeserializeError>
    /// where
    ///     T: AvroBorrow + for<'a> AvroResolve<'a>,
    ///     for<'a> T::Ref<'a>: AvroResolve<'a>,
    /// {
    ///     let mut count = 0;
    ///     for message in messages {
    ///         values.deserialize_ref(message).await?;
    ///         count += 1;
    ///     }
    ///     Ok(count)
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`deserialize`](Self::deserialize).
    pub async fn deserialize_ref<'p>(&self, payload: &'p [u8]) -> Result<T::Ref<'p>, DeserializeError>
    where
        T: AvroBorrow,
        T::Ref<'p>: AvroResolve<'p>,
    {
        loop {
            if let Some(result) = self.try_deserialize_ref(payload) {
                return result;
            }
            self.writers.learn_for(&self.typed, None, payload).await?;
        }
    }

    /// As [`deserialize_ref`](Self::deserialize_ref), of a message whose schema stands in a record header, if it has one.
    ///
    /// # Errors
    /// As [`deserialize_with_header`](Self::deserialize_with_header).
    pub async fn deserialize_ref_with_header<'p>(
        &self,
        header: Option<&[u8]>,
        payload: &'p [u8],
    ) -> Result<T::Ref<'p>, DeserializeError>
    where
        T: AvroBorrow,
        T::Ref<'p>: AvroResolve<'p>,
    {
        self.writers.deserialize(&self.typed, header, payload, borrowed).await
    }

    /// The borrowed value, without asking the registry: `None` when no message with this schema was decoded before.
    #[inline]
    pub fn try_deserialize_ref<'p>(&self, payload: &'p [u8]) -> Option<Result<T::Ref<'p>, DeserializeError>>
    where
        T: AvroBorrow,
        T::Ref<'p>: AvroResolve<'p>,
    {
        self.writers.try_deserialize(None, payload, borrowed)
    }

    /// Reads the value into `value`, whose memory it takes over as far as `T` was generated with the option `decode_into`
    /// and the writer has the schema of `T`.
    ///
    /// # Errors
    /// As [`deserialize`](Self::deserialize). When the data is at fault, it is unspecified which value `value` is then.
    pub async fn deserialize_into(&self, payload: &[u8], value: &mut T) -> Result<(), DeserializeError> {
        loop {
            if let Some(result) = self.try_deserialize_into(payload, value) {
                return result;
            }
            self.writers.learn_for(&self.typed, None, payload).await?;
        }
    }

    /// As [`deserialize_into`](Self::deserialize_into), of a message whose schema stands in a record header, if it has one.
    ///
    /// # Errors
    /// As [`deserialize_into`](Self::deserialize_into).
    pub async fn deserialize_into_with_header(
        &self,
        header: Option<&[u8]>,
        payload: &[u8],
        value: &mut T,
    ) -> Result<(), DeserializeError> {
        let read = |resolution: &_, body: &_| read_into(resolution, body, value);
        self.writers.deserialize(&self.typed, header, payload, read).await
    }

    /// Reads the value into `value`, without asking the registry: `None` when no message with this schema was decoded
    /// before.
    #[inline]
    pub fn try_deserialize_into(
        &self,
        payload: &[u8],
        value: &mut T,
    ) -> Option<Result<(), DeserializeError>> {
        self.writers.try_deserialize(None, payload, |resolution, body| read_into(resolution, body, value))
    }
}

#[inline]
fn borrowed<'p, T>(resolution: &Resolution<T>, body: &'p [u8]) -> Result<T::Ref<'p>, BadData>
where
    T: AvroBorrow,
    T::Ref<'p>: AvroResolve<'p>,
{
    resolution.decode_ref(body).map_err(|failure| bad_data(resolution, body, &failure))
}

#[inline]
fn read_into<'p, T: AvroSchema + AvroResolve<'p>>(
    resolution: &Resolution<T>,
    body: &'p [u8],
    value: &mut T,
) -> Result<(), BadData> {
    resolution.decode_into(body, value).map_err(|failure| bad_data(resolution, body, &failure))
}
