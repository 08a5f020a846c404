//! The forms that a value can have on the wire where its Rust type alone does not tell (codec §6).
//!
//! `Option<T>` is the Rust type of a union whatever the position of `null` in it. Its own form is that of `["null", T]`; the
//! others are named here, and generated code names them where a schema has them. A form is a type without values, and
//! goes to any depth: `Items<NullLast>` is the form of a `Vec<Option<T>>` for `{"type": "array", "items": [T, "null"]}`.
//!
//! ```
//! use serde_wire::codec::form::{DecodeAs, EncodeAs, Items, NullLast};
//! use serde_wire::codec::{Reader, Writer};
//!
//! let notes = vec![Some(7), None];
//! let mut bytes = Vec::new();
//! <Items<NullLast>>::encode_as(&notes, &mut Writer::new(&mut bytes));
//! assert_eq!(bytes, [4, 0, 14, 2, 0]);
//! let read = <Items<NullLast> as DecodeAs<Vec<Option<i32>>>>::decode_as(&mut Reader::new(&bytes));
//! assert_eq!(read, Ok(notes));
//! ```

use super::collection::{decode_by_plan, decode_each_into, next_block};
pub use super::fallible::{Behind, TryEncodeAs, TryEncodeBranches};
use crate::codec::{
    AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError, Deep, first_items, put, read_new,
    read_some,
};
use crate::resolve::Plan;
use std::marker::PhantomData;

/// A form that values of `T` can be written in.
pub trait EncodeAs<T> {
    /// Writes the value.
    fn encode_as<W: AvroWrite>(value: &T, writer: &mut W);
}

/// A form that values of `T` can be read from.
pub trait DecodeAs<'a, T> {
    /// The smallest encoding of a value in bytes, or less.
    const MIN_SIZE: usize;

    /// Reads a value that was written with exactly the schema of the reader.
    ///
    /// # Errors
    /// The bytes are not a value in this form.
    fn decode_as<R: AvroRead<'a>>(reader: &mut R) -> Result<T, DecodeError>;

    /// A value that has no memory of its own and takes nothing to make, if there is one, as [`AvroDecode::blank`].
    #[inline(always)]
    fn blank() -> Option<T> {
        None
    }

    /// Reads a value into the place of one that has no memory of its own, as [`AvroDecode::decode_at`] does.
    ///
    /// # Errors
    /// As [`decode_as`](Self::decode_as).
    #[inline(always)]
    fn decode_at_as<R: AvroRead<'a>>(place: &mut T, reader: &mut R) -> Result<(), DecodeError> {
        put(place, Self::decode_as(reader)?);
        Ok(())
    }

    /// Reads a value into this one, as [`AvroDecode::decode_into`] does.
    ///
    /// # Errors
    /// As [`decode_as`](Self::decode_as).
    #[inline(always)]
    fn decode_into_as<R: AvroRead<'a>>(value: &mut T, reader: &mut R) -> Result<(), DecodeError> {
        *value = Self::decode_as(reader)?;
        Ok(())
    }
}

/// A form that values of `T` can be read from by a plan.
pub trait ResolveAs<'a, T>: DecodeAs<'a, T> {
    /// Reads a value the way `plan` says.
    ///
    /// # Errors
    /// The bytes are not an encoding of the writer's type, or this value has no place in the reader's type.
    fn decode_plan_as<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<T, DecodeError>;

    /// Reads a value into the place of one that has no memory of its own, as [`AvroDecode::decode_at`] does.
    ///
    /// # Errors
    /// As [`decode_plan_as`](Self::decode_plan_as).
    #[inline(always)]
    fn decode_plan_at_as<R: AvroRead<'a>>(
        place: &mut T,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<(), DecodeError> {
        put(place, Self::decode_plan_as(plan, reader)?);
        Ok(())
    }
}

/// The form that a type has of itself.
#[derive(Debug)]
pub enum Own {}

/// `["null", T]`, the value in the form `F`.
#[derive(Debug)]
pub struct NullFirst<F = Own>(PhantomData<F>);

/// `[T, "null"]`, the value in the form `F`.
#[derive(Debug)]
pub struct NullLast<F = Own>(PhantomData<F>);

/// A union of `null` and several other branches: an `Option` of a type that knows these branches, and where `null` is.
#[derive(Debug)]
pub enum NullAmong {}

/// An array with items in the form `F`.
#[derive(Debug)]
pub struct Items<F>(PhantomData<F>);

/// A map with values in the form `F`.
#[derive(Debug)]
pub struct Values<F>(PhantomData<F>);

/// A union that `null` stands among the branches of.
pub trait NullBranch {
    /// The position of `null` in the union.
    const NULL: u32;
}

/// The branches of a union but `null`, which stands among them: what [`NullAmong`] makes an `Option` of.
pub trait EncodeBranches: NullBranch {
    /// Writes the position of the value's branch in the whole union, and the value.
    fn encode_branch<W: AvroWrite>(&self, writer: &mut W);
}

/// The same to read.
pub trait DecodeBranches<'a>: NullBranch + Sized {
    /// Reads the value of the branch at this position in the whole union, which is not that of `null`.
    ///
    /// # Errors
    /// There is no such branch, or the bytes are not a value of it.
    fn decode_branch<R: AvroRead<'a>>(branch: u64, reader: &mut R) -> Result<Self, DecodeError>;

    /// Reads it into this value, as [`AvroDecode::decode_into`] does.
    ///
    /// # Errors
    /// As [`decode_branch`](Self::decode_branch).
    #[inline]
    fn decode_branch_into<R: AvroRead<'a>>(
        &mut self,
        branch: u64,
        reader: &mut R,
    ) -> Result<(), DecodeError> {
        *self = Self::decode_branch(branch, reader)?;
        Ok(())
    }
}

/// The same to read by a plan.
pub trait ResolveBranches<'a>: DecodeBranches<'a> {
    /// Reads the value of the branch at this position in the whole union the way `plan` says.
    ///
    /// # Errors
    /// There is no such branch, or the value has no place in it.
    fn decode_branch_plan<R: AvroRead<'a>>(
        branch: u64,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<Self, DecodeError>;
}

impl<T: AvroEncode> EncodeAs<T> for Own {
    #[inline(always)]
    fn encode_as<W: AvroWrite>(value: &T, writer: &mut W) {
        value.encode(writer);
    }
}

impl<'a, T: AvroDecode<'a>> DecodeAs<'a, T> for Own {
    const MIN_SIZE: usize = T::MIN_SIZE;

    #[inline(always)]
    fn decode_as<R: AvroRead<'a>>(reader: &mut R) -> Result<T, DecodeError> {
        T::decode(reader)
    }

    #[inline(always)]
    fn blank() -> Option<T> {
        T::blank()
    }

    #[inline(always)]
    fn decode_at_as<R: AvroRead<'a>>(place: &mut T, reader: &mut R) -> Result<(), DecodeError> {
        T::decode_at(place, reader)
    }

    #[inline(always)]
    fn decode_into_as<R: AvroRead<'a>>(value: &mut T, reader: &mut R) -> Result<(), DecodeError> {
        value.decode_into(reader)
    }
}

impl<'a, T: AvroResolve<'a>> ResolveAs<'a, T> for Own {
    #[inline(always)]
    fn decode_plan_as<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<T, DecodeError> {
        T::decode_plan(plan, reader)
    }

    #[inline(always)]
    fn decode_plan_at_as<R: AvroRead<'a>>(
        place: &mut T,
        plan: Plan<'_>,
        reader: &mut R,
    ) -> Result<(), DecodeError> {
        T::decode_plan_at(place, plan, reader)
    }
}

/// The codec of a union of `null` and one other type, with the positions of both.
macro_rules! option_codec {
    ($form:ident, $null:literal, $value:literal) => {
        impl<T, F: EncodeAs<T>> EncodeAs<Option<T>> for $form<F> {
            #[inline(always)]
            fn encode_as<W: AvroWrite>(value: &Option<T>, writer: &mut W) {
                // One index and not one for each branch, which would be written down twice.
                writer.write_index(if value.is_some() { $value } else { $null });
                if let Some(value) = value {
                    F::encode_as(value, writer);
                }
            }
        }

        impl<'a, T, F: DecodeAs<'a, T>> DecodeAs<'a, Option<T>> for $form<F> {
            const MIN_SIZE: usize = 1;

            #[inline(always)]
            fn decode_as<R: AvroRead<'a>>(reader: &mut R) -> Result<Option<T>, DecodeError> {
                match reader.read_index()? {
                    $null => Ok(None),
                    $value => F::decode_as(reader).map(Some),
                    _ => Err(DecodeError::UnionIndex),
                }
            }

            #[inline(always)]
            fn blank() -> Option<Option<T>> {
                Some(None)
            }

            #[inline(always)]
            fn decode_at_as<R: AvroRead<'a>>(
                place: &mut Option<T>,
                reader: &mut R,
            ) -> Result<(), DecodeError> {
                match reader.read_index()? {
                    $null => put(place, None),
                    $value => {
 read_some!(place, F::blank(), value => F::decode_at_as(value, reader), F::decode_as(reader));
}
                    _ => return Err(DecodeError::UnionIndex),
                }
                Ok(())
            }

            #[inline(always)]
            fn decode_into_as<R: AvroRead<'a>>(
                value: &mut Option<T>,
                reader: &mut R,
            ) -> Result<(), DecodeError> {
                match (reader.read_index()?, &mut *value) {
                    ($null, _) => *value = None,
                    ($value, Some(value)) => F::decode_into_as(value, reader)?,
                    ($value, None) => *value = Some(F::decode_as(reader)?),
                    _ => return Err(DecodeError::UnionIndex),
                }
                Ok(())
            }
        }

        impl<'a, T, F: ResolveAs<'a, T>> ResolveAs<'a, Option<T>> for $form<F> {
            fn decode_plan_as<R: AvroRead<'a>>(
                plan: Plan<'_>,
                reader: &mut R,
            ) -> Result<Option<T>, DecodeError> {
                match plan.branch(reader)? {
                    ($null, _) => Ok(None),
                    ($value, plan) => F::decode_plan_as(plan, reader).map(Some),
                    _ => Err(DecodeError::UnionIndex),
                }
            }

            #[inline]
            fn decode_plan_at_as<R: AvroRead<'a>>(
                place: &mut Option<T>,
                plan: Plan<'_>,
                reader: &mut R,
            ) -> Result<(), DecodeError> {
                match plan.branch(reader)? {
                    ($null, _) => put(place, None),
                    ($value, plan) => {
                        read_some!(
                            place,
                            F::blank(),
                            value => F::decode_plan_at_as(value, plan, reader),
                            F::decode_plan_as(plan, reader)
                        );
                    }
                    _ => return Err(DecodeError::UnionIndex),
                }
                Ok(())
            }
        }
    };
}

option_codec!(NullFirst, 0, 1);
option_codec!(NullLast, 1, 0);

impl<T: EncodeBranches> EncodeAs<Option<T>> for NullAmong {
    #[inline(always)]
    fn encode_as<W: AvroWrite>(value: &Option<T>, writer: &mut W) {
        match value {
            None => writer.write_index(T::NULL),
            Some(value) => value.encode_branch(writer),
        }
    }
}

impl<'a, T: DecodeBranches<'a>> DecodeAs<'a, Option<T>> for NullAmong {
    const MIN_SIZE: usize = 1;

    #[inline(always)]
    fn decode_as<R: AvroRead<'a>>(reader: &mut R) -> Result<Option<T>, DecodeError> {
        match reader.read_index()? {
            null if null == u64::from(T::NULL) => Ok(None),
            branch => T::decode_branch(branch, reader).map(Some),
        }
    }

    #[inline(always)]
    fn decode_into_as<R: AvroRead<'a>>(value: &mut Option<T>, reader: &mut R) -> Result<(), DecodeError> {
        match (reader.read_index()?, &mut *value) {
            (null, _) if null == u64::from(T::NULL) => *value = None,
            (branch, Some(value)) => value.decode_branch_into(branch, reader)?,
            (branch, None) => *value = Some(T::decode_branch(branch, reader)?),
        }
        Ok(())
    }
}

impl<'a, T: ResolveBranches<'a>> ResolveAs<'a, Option<T>> for NullAmong {
    fn decode_plan_as<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Option<T>, DecodeError> {
        match plan.branch(reader)? {
            (null, _) if null == u64::from(T::NULL) => Ok(None),
            (branch, plan) => T::decode_branch_plan(branch, plan, reader).map(Some),
        }
    }
}

impl<T, F: EncodeAs<T>> EncodeAs<Vec<T>> for Items<F> {
    // Called, as in `collection`.
    #[inline(never)]
    fn encode_as<W: AvroWrite>(items: &Vec<T>, writer: &mut W) {
        if !items.is_empty() {
            writer.write_block(items.len());
            for item in items {
                F::encode_as(item, writer);
            }
        }
        writer.write_block(0);
    }
}

impl<'a, T, F: DecodeAs<'a, T>> DecodeAs<'a, Vec<T>> for Items<F> {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn decode_as<R: AvroRead<'a>>(reader: &mut R) -> Result<Vec<T>, DecodeError> {
        reader.enter()?;
        let mut items = Vec::new();
        loop {
            let count = next_block::<T, R>(reader, F::MIN_SIZE)?;
            if count == 0 {
                reader.leave();
                return Ok(items);
            }
            items.reserve(count.min(first_items::<T>()));
            for _ in 0..count {
                read_new!(items, F::blank(), place => F::decode_at_as(place, reader), F::decode_as(reader));
            }
        }
    }

    #[inline]
    fn decode_into_as<R: AvroRead<'a>>(items: &mut Vec<T>, reader: &mut R) -> Result<(), DecodeError> {
        decode_each_into(reader, items, F::MIN_SIZE, F::decode_as, F::decode_into_as)
    }
}

impl<'a, T, F: ResolveAs<'a, T>> ResolveAs<'a, Vec<T>> for Items<F> {
    fn decode_plan_as<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Vec<T>, DecodeError> {
        match plan.items(reader)? {
            None => Self::decode_as(reader),
            Some(plan) => decode_by_plan::<T, F, R>(plan, reader),
        }
    }
}

/// What stands behind a link to break a cycle or a long chain of types.
macro_rules! linked_branches {
    ($link:ident, [$($bounds:tt)*]) => {
        impl<T: NullBranch + $($bounds)*> NullBranch for $link<T> {
            const NULL: u32 = T::NULL;
        }

        impl<T: EncodeBranches + $($bounds)*> EncodeBranches for $link<T> {
            fn encode_branch<W: AvroWrite>(&self, writer: &mut W) {
                T::encode_branch(self, writer);
            }
        }

        impl<'a, T: DecodeBranches<'a> + $($bounds)*> DecodeBranches<'a> for $link<T> {
            fn decode_branch<R: AvroRead<'a>>(branch: u64, reader: &mut R) -> Result<Self, DecodeError> {
                T::decode_branch(branch, reader).map(Self::new)
            }

            fn decode_branch_into<R: AvroRead<'a>>(
                &mut self,
                branch: u64,
                reader: &mut R,
            ) -> Result<(), DecodeError> {
                T::decode_branch_into(self, branch, reader)
            }
        }

        impl<'a, T: ResolveBranches<'a> + $($bounds)*> ResolveBranches<'a> for $link<T> {
            fn decode_branch_plan<R: AvroRead<'a>>(
                branch: u64,
                plan: Plan<'_>,
                reader: &mut R,
            ) -> Result<Self, DecodeError> {
                T::decode_branch_plan(branch, plan, reader).map(Self::new)
            }
        }
    };
}

linked_branches!(Box, [Sized]);
linked_branches!(Deep, [Send + Sync + 'static]);
