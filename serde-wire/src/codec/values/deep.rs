//! A link that hides what is behind it from the compiler.

use crate::codec::{AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError};
use crate::resolve::Plan;
use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// A box whose content is no part of its type as far as the compiler's checks go.
///
/// The compiler refuses types that nest deeper than 128 levels, whatever boxes and vectors are between (its checks of
/// drop order and of `Send` walk through all of them). The code generator puts this link into schemas that are deeper,
/// so that no schema needs `#![recursion_limit]` in the crate that includes the code. It behaves as a `Box`.
///
/// ```
/// use serde_wire::codec::Deep;
/// let mut link = Deep::new(vec![1]);
/// link.push(2);
/// assert_eq!(link.into_inner(), [1, 2]);
/// ```
pub struct Deep<T> {
    /// Always a `T`.
    content: Box<dyn Any + Send + Sync>,
    of: PhantomData<fn() -> T>,
}

/// The content is made of `T` in [`Deep::new`] and never replaced by anything else.
const ALWAYS: &str = "the content of a link is of its type";

impl<T: Send + Sync + 'static> Deep<T> {
    /// Puts a value behind a link.
    pub fn new(value: T) -> Self {
        Self { content: Box::new(value), of: PhantomData }
    }

    /// Takes the value out.
    ///
    /// # Panics
    /// Never: the content is a `T`.
    pub fn into_inner(self) -> T {
        *self.content.downcast().expect(ALWAYS)
    }
}

impl<T: 'static> Deref for Deep<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.content.downcast_ref().expect(ALWAYS)
    }
}

impl<T: 'static> DerefMut for Deep<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.content.downcast_mut().expect(ALWAYS)
    }
}

impl<T: Send + Sync + 'static> From<T> for Deep<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Clone + Send + Sync + 'static> Clone for Deep<T> {
    fn clone(&self) -> Self {
        Self::new(T::clone(self))
    }
}

impl<T: fmt::Debug + 'static> fmt::Debug for Deep<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}

impl<T: PartialEq + 'static> PartialEq for Deep<T> {
    fn eq(&self, other: &Self) -> bool {
        T::eq(self, other)
    }
}

impl<T: Eq + 'static> Eq for Deep<T> {}

impl<T: Hash + 'static> Hash for Deep<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        T::hash(self, state);
    }
}

impl<T: AvroEncode + 'static> AvroEncode for Deep<T> {
    fn encode<W: AvroWrite>(&self, writer: &mut W) {
        T::encode(self, writer);
    }
}

impl<'a, T: AvroDecode<'a> + Send + Sync + 'static> AvroDecode<'a> for Deep<T> {
    const MIN_SIZE: usize = T::MIN_SIZE;

    fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
        T::decode(reader).map(Self::new)
    }

    fn decode_into<R: AvroRead<'a>>(&mut self, reader: &mut R) -> Result<(), DecodeError> {
        T::decode_into(self, reader)
    }
}

impl<'a, T: AvroResolve<'a> + Send + Sync + 'static> AvroResolve<'a> for Deep<T> {
    fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
        T::decode_plan(plan, reader).map(Self::new)
    }
}
