//! Writing values of which some cannot be written: the forms of [`form`](super::form) once more, for types that are
//! [`AvroTryEncode`] and not `AvroEncode`.
//!
//! What a record of such a field is written by names the form of each such field, down to the types of Rust that hold
//! it: `Vec<T>` is `AvroTryEncode` only where `T` is `AvroEncode`, since a type can have one implementation.

use super::collection::encode_block;
use super::form::{Items, NullAmong, NullBranch, NullFirst, NullLast, Own};
use crate::codec::{AvroTryEncode, AvroWrite, Deep, EncodeError};
use std::marker::PhantomData;

/// A form that some values of `T` can be written in.
pub trait TryEncodeAs<T> {
    /// Writes the value.
    ///
    /// # Errors
    /// The schema cannot express the value. What was written before it was found is unspecified.
    fn try_encode_as<W: AvroWrite>(value: &T, writer: &mut W) -> Result<(), EncodeError>;
}

/// The branches of a union but `null`, which stands among them, where some values cannot be written.
pub trait TryEncodeBranches: NullBranch {
    /// Writes the position of the value's branch in the whole union, and the value.
    ///
    /// # Errors
    /// As [`TryEncodeAs::try_encode_as`].
    fn try_encode_branch<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError>;
}

/// A value in the form `F` behind a link, which is a `Box` or a [`Deep`].
#[derive(Debug)]
pub struct Behind<F = Own>(PhantomData<F>);

impl<T: AvroTryEncode> TryEncodeAs<T> for Own {
    #[inline(always)]
    fn try_encode_as<W: AvroWrite>(value: &T, writer: &mut W) -> Result<(), EncodeError> {
        value.try_encode(writer)
    }
}

impl<T, F: TryEncodeAs<T>> TryEncodeAs<Box<T>> for Behind<F> {
    #[inline(always)]
    fn try_encode_as<W: AvroWrite>(value: &Box<T>, writer: &mut W) -> Result<(), EncodeError> {
        F::try_encode_as(value, writer)
    }
}

impl<T: Send + Sync + 'static, F: TryEncodeAs<T>> TryEncodeAs<Deep<T>> for Behind<F> {
    #[inline(always)]
    fn try_encode_as<W: AvroWrite>(value: &Deep<T>, writer: &mut W) -> Result<(), EncodeError> {
        F::try_encode_as(value, writer)
    }
}

/// A union of `null` and one other type, with the positions of both.
macro_rules! try_option {
    ($form:ident, $null:literal, $value:literal) => {
        impl<T, F: TryEncodeAs<T>> TryEncodeAs<Option<T>> for $form<F> {
            #[inline(always)]
            fn try_encode_as<W: AvroWrite>(value: &Option<T>, writer: &mut W) -> Result<(), EncodeError> {
                match value {
                    None => {
                        writer.write_index($null);
                        Ok(())
                    }
                    Some(value) => {
                        writer.write_index($value);
                        F::try_encode_as(value, writer)
                    }
                }
            }
        }
    };
}

try_option!(NullFirst, 0, 1);
try_option!(NullLast, 1, 0);

impl<T: TryEncodeBranches> TryEncodeAs<Option<T>> for NullAmong {
    #[inline(always)]
    fn try_encode_as<W: AvroWrite>(value: &Option<T>, writer: &mut W) -> Result<(), EncodeError> {
        match value {
            None => {
                writer.write_index(T::NULL);
                Ok(())
            }
            Some(value) => value.try_encode_branch(writer),
        }
    }
}

impl<T, F: TryEncodeAs<T>> TryEncodeAs<Vec<T>> for Items<F> {
    #[inline]
    fn try_encode_as<W: AvroWrite>(items: &Vec<T>, writer: &mut W) -> Result<(), EncodeError> {
        encode_block(items.len(), writer, |writer| {
            items.iter().try_for_each(|item| F::try_encode_as(item, writer))
        })
    }
}

impl<T: TryEncodeBranches> TryEncodeBranches for Box<T> {
    fn try_encode_branch<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError> {
        T::try_encode_branch(self, writer)
    }
}

impl<T: TryEncodeBranches + Send + Sync + 'static> TryEncodeBranches for Deep<T> {
    fn try_encode_branch<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError> {
        T::try_encode_branch(self, writer)
    }
}
