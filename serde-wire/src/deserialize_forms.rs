//! The other forms that a [`Deserializer`] gives values in: borrowed from the message, or read into a used value.
//!
//! They share what is known about writers' schemas, so that a consumer may look at most messages and keep some.

use crate::at_once::{Answer, at_once_or};
use crate::codec::{AvroBorrow, AvroResolve, AvroSchema, Reader};
use crate::deserialize_error::DeserializeError;
use crate::deserializer::{Deserializer, bad_data};

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
    #[inline]
    pub fn deserialize_ref<'s, 'p: 's>(
        &'s self,
        payload: &'p [u8],
    ) -> impl Future<Output = Result<T::Ref<'p>, DeserializeError>> + use<'s, 'p, T>
    where
        T: AvroBorrow,
        T::Ref<'p>: AvroResolve<'p>,
    {
        at_once_or(
            (self, payload),
            |(this, payload)| this.read(None, payload),
            |(this, payload)| this.learn(None, payload),
        )
    }

    /// As [`deserialize_ref`](Self::deserialize_ref), of a message whose schema stands in a record header, if it has one.
    ///
    /// # Errors
    /// As [`deserialize_with_header`](Self::deserialize_with_header).
    #[inline]
    pub fn deserialize_ref_with_header<'s, 'p: 's>(
        &'s self,
        header: Option<&'s [u8]>,
        payload: &'p [u8],
    ) -> impl Future<Output = Result<T::Ref<'p>, DeserializeError>> + use<'s, 'p, T>
    where
        T: AvroBorrow,
        T::Ref<'p>: AvroResolve<'p>,
    {
        at_once_or(
            (self, header, payload),
            |(this, header, payload)| this.read(*header, payload),
            |(this, header, payload)| this.learn(*header, payload),
        )
    }

    /// The borrowed value, without asking the registry: `None` when no message with this schema was decoded before.
    #[inline]
    pub fn try_deserialize_ref<'p>(&self, payload: &'p [u8]) -> Option<Result<T::Ref<'p>, DeserializeError>>
    where
        T: AvroBorrow,
        T::Ref<'p>: AvroResolve<'p>,
    {
        self.read(None, payload)
    }

    /// Reads the value into `value`, whose memory it takes over as far as `T` was generated with the option `decode_into`
    /// and the writer has the schema of `T`.
    ///
    /// # Errors
    /// As [`deserialize`](Self::deserialize). When the data is at fault, it is unspecified which value `value` is then.
    #[inline]
    pub fn deserialize_into<'s>(
        &'s self,
        payload: &'s [u8],
        value: &'s mut T,
    ) -> impl Future<Output = Result<(), DeserializeError>> + use<'s, T> {
        at_once_or(
            (self, payload, value),
            |(this, payload, value)| this.read_into(None, payload, value),
            |(this, payload, _)| this.learn(None, payload),
        )
    }

    /// As [`deserialize_into`](Self::deserialize_into), of a message whose schema stands in a record header, if it has one.
    ///
    /// # Errors
    /// As [`deserialize_into`](Self::deserialize_into).
    #[inline]
    pub fn deserialize_into_with_header<'s>(
        &'s self,
        header: Option<&'s [u8]>,
        payload: &'s [u8],
        value: &'s mut T,
    ) -> impl Future<Output = Result<(), DeserializeError>> + use<'s, T> {
        at_once_or(
            (self, header, payload, value),
            |(this, header, payload, value)| this.read_into(*header, payload, value),
            |(this, header, payload, _)| this.learn(*header, payload),
        )
    }

    /// Reads the value into `value`, without asking the registry: `None` when no message with this schema was decoded
    /// before.
    #[inline]
    pub fn try_deserialize_into(
        &self,
        payload: &[u8],
        value: &mut T,
    ) -> Option<Result<(), DeserializeError>> {
        self.read_into(None, payload, value)
    }

    #[inline(always)]
    fn read_into<A: Answer<(), DeserializeError>>(
        &self,
        header: Option<&[u8]>,
        payload: &[u8],
        value: &mut T,
    ) -> A {
        if header.is_none() && self.read_into_at_hand(payload, value) {
            return A::done(Ok(()));
        }
        A::of(self.read_any_into(header, payload, value))
    }

    /// Decodes a message into a value; false when there is more to it.
    #[inline(never)]
    fn read_into_at_hand(&self, payload: &[u8], value: &mut T) -> bool {
        let Some((resolution, body)) = self.writers.at_hand(payload) else { return false };
        let read = resolution.decode_into_from(&mut Reader::new(body), value).is_ok();
        if read {
            self.writers.decoded();
        }
        read
    }

    #[cold]
    #[inline(never)]
    fn read_any_into(
        &self,
        header: Option<&[u8]>,
        payload: &[u8],
        value: &mut T,
    ) -> Option<Result<(), DeserializeError>> {
        self.writers.try_deserialize(header, payload, |resolution, body| {
            resolution.decode_into(body, value).map_err(|failure| bad_data(resolution, body, &failure))
        })
    }
}
