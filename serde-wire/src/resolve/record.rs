//! The plan of a record: steps in the order of the writer's fields.
//!
//! What a step does to a field depends on the field's type and form alone, and is compiled once for these, not for each
//! field of each record: generated code says no more than which place a step is about.

use super::plan::{Plan, Program};
use crate::codec::form::ResolveAs;
use crate::codec::{AvroRead, DecodeError};

/// One step of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// For the reader's field at position `f`: `2 * f` reads it as it is, `2 * f + 1` reads it by
    /// [`RecordPlan::field`]. Anything else is [`RecordPlan::other`]'s.
    pub code: u32,
    pub(crate) argument: u32,
}

/// The codes of steps that belong to no field; what they skip is their argument.
pub(crate) mod code {
    /// A `string` or `bytes`.
    pub(crate) const SKIP_BYTES: u32 = u32::MAX;
    /// A number of bytes.
    pub(crate) const SKIP_SLICE: u32 = u32::MAX - 1;
    /// A `long`.
    pub(crate) const SKIP_LONG: u32 = u32::MAX - 2;
    /// A union of `null`, at the position in the argument, and a `string` or `bytes`: the commonest union of all.
    pub(crate) const SKIP_NULLABLE_BYTES: u32 = u32::MAX - 3;
    /// A node of the skip table.
    pub(crate) const SKIP: u32 = u32::MAX - 4;

    /// The first of the two codes of the reader's field at that position.
    pub(crate) fn of_field(position: usize) -> u32 {
        u32::try_from(position)
            .ok()
            .filter(|position| *position < SKIP / 2)
            .expect("a schema's size in memory bounds its fields far below that")
            * 2
    }
}

/// The steps of a record, in the order of the writer's fields. A field that no step sets takes its default.
#[derive(Debug, Clone, Copy)]
pub struct RecordPlan<'p> {
    pub(super) program: &'p Program,
    pub(super) steps: &'p [Step],
    pub(super) defaults: &'p [u32],
    pub(super) width: usize,
}

impl<'p> RecordPlan<'p> {
    /// The steps to run, in order.
    #[inline(always)]
    pub fn steps(self) -> &'p [Step] {
        self.steps
    }

    /// The positions of the fields that no step sets and that take their defaults, of a record of that many fields.
    ///
    /// # Errors
    /// The record of the plan has another number of fields: the plan is one for another type.
    #[inline]
    pub fn defaults(self, width: usize) -> Result<&'p [u32], DecodeError> {
        if self.width == width { Ok(self.defaults) } else { Err(DecodeError::Plan) }
    }

    /// Reads the field of a step with code `2 * f` or `2 * f + 1`, whose form is `F`, into the place of a
    /// value that has no memory of its own: what stood there is forgotten and not dropped.
    ///
    /// Compiled once for each type of field, and so called: records have many fields of few types.
    ///
    /// # Errors
    /// The bytes are not an encoding of the writer's type, or this value has no place in the reader's type.
    #[inline(never)]
    pub fn read<'a, F: ResolveAs<'a, T>, T, R: AvroRead<'a>>(
        &self,
        step: &Step,
        reader: &mut R,
        place: &mut T,
    ) -> Result<(), DecodeError> {
        // Either is the last call here, so that no register has to be saved for it.
        match step.code & 1 {
            0 => F::decode_at_as(place, reader),
            _ => self.read_planned::<F, T, R>(step, reader, place),
        }
    }

    /// Reads the field of a step with code `2 * f + 1`, as [`read`](Self::read) does.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    #[inline(never)]
    pub fn read_planned<'a, F: ResolveAs<'a, T>, T, R: AvroRead<'a>>(
        &self,
        step: &Step,
        reader: &mut R,
        place: &mut T,
    ) -> Result<(), DecodeError> {
        F::decode_plan_at_as(place, self.field(step), reader)
    }

    /// As [`read`](Self::read), for a field of which no value can be had before it is read.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    #[inline(never)]
    pub fn fill<'a, F: ResolveAs<'a, T>, T, R: AvroRead<'a>>(
        &self,
        step: &Step,
        reader: &mut R,
        place: &mut Option<T>,
    ) -> Result<(), DecodeError> {
        *place = Some(match step.code & 1 {
            0 => F::decode_as(reader)?,
            _ => F::decode_plan_as(self.field(step), reader)?,
        });
        Ok(())
    }

    /// How to read the field of a step with code `2 * f + 1`.
    #[inline(always)]
    pub fn field(self, step: &Step) -> Plan<'p> {
        Plan { program: self.program, node: step.argument }
    }

    /// How to read the reader's field at that position, which the plan has a step for.
    ///
    /// # Errors
    /// It has none: the plan is one for another type.
    #[inline]
    pub fn of_field(self, position: usize) -> Result<Plan<'p>, DecodeError> {
        let code = code::of_field(position) + 1;
        let step = self.steps.iter().find(|step| step.code == code).ok_or(DecodeError::Plan)?;
        Ok(self.field(step))
    }

    /// Skips what the writer wrote for the field with that number among those that the reader does not have, of which only
    /// those count that have no shorter step: all but `null`, `long`, `float`, `double`, `fixed`, `string`, `bytes`, and the
    /// latter two with `null` in a union.
    ///
    /// # Errors
    /// The bytes are not an encoding of the skipped type.
    #[inline]
    pub fn skip_of_parts<'a, R: AvroRead<'a>>(
        self,
        number: usize,
        reader: &mut R,
    ) -> Result<(), DecodeError> {
        let mut skips = self.steps.iter().filter(|step| step.code == code::SKIP);
        self.program.skip(skips.nth(number).ok_or(DecodeError::Plan)?.argument, reader)
    }

    /// Runs a step that belongs to no field of the reader: skips what the writer wrote.
    ///
    /// # Errors
    /// The bytes are not an encoding of the skipped type.
    #[inline]
    pub fn other<'a, R: AvroRead<'a>>(&self, step: &Step, reader: &mut R) -> Result<(), DecodeError> {
        match step.code {
            code::SKIP_BYTES => reader.skip_bytes(),
            code::SKIP_SLICE => reader.skip_slice(step.argument as usize),
            code::SKIP_LONG => reader.skip_long(),
            code::SKIP_NULLABLE_BYTES => match reader.read_index()? {
                null if null == u64::from(step.argument) => Ok(()),
                0 | 1 => reader.skip_bytes(),
                _ => Err(DecodeError::UnionIndex),
            },
            code::SKIP => self.program.skip(step.argument, reader),
            _ => Err(DecodeError::Plan),
        }
    }
}
