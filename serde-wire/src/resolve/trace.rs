//! The place in a value at which decoding failed, found afterwards by reading the datum once more.
//!
//! On the way errors are a byte and know nothing of fields. So the datum is walked through again with the writer's
//! schema and the same primitives, until the same error comes up at the same byte. What the walk cannot find, such as a
//! limit of the stack, has no path: none is better than a wrong one.

use super::layout::Layouts;
use super::plan::Program;
use crate::codec::{AvroRead, DecodeError, DecodeFailure, Reader};
use avro_model::resolution::{Action, ActionId, FieldAction, Resolution};
use avro_model::schema::Field;
use avro_model::value::{FieldPath, PathStep};
use avro_model::{Kind, NodeId, Schema};

/// What is needed to walk through data of a schema, which is worked out once: whoever sends one bad message may send many.
#[derive(Debug)]
pub(super) struct MeasuredSchema {
    writer: Schema,
    layouts: Layouts,
}

impl MeasuredSchema {
    pub(super) fn of(writer: Schema) -> Self {
        Self { layouts: Layouts::of(&writer), writer }
    }
}

/// The way to the part of the datum at which decoding it failed. `resolution` is the one that it was decoded by, if it was
/// not decoded as it was written, with the program made of it.
#[cold]
pub(super) fn field_path(
    schema: &MeasuredSchema,
    way: Option<(&Resolution, &Program)>,
    input: &[u8],
    failure: &DecodeFailure,
) -> Option<FieldPath> {
    let MeasuredSchema { writer, layouts } = schema;
    let (resolution, program) = way.unzip();
    let mut walk = Walk {
        writer,
        resolution,
        program,
        layouts,
        reader: Reader::new(input),
        size: input.len(),
        failure: *failure,
        open: Vec::new(),
    };
    let root = Part { writer: writer.root(), action: resolution.map(Resolution::root), skipped: false };
    let error = walk.whole(root).err()?;
    // Where the input ends is told by the end of the input, from wherever it was looked at.
    let same_place = walk.offset() == failure.offset || error == DecodeError::UnexpectedEnd;
    (error == failure.error && same_place).then(|| walk.path())
}

/// A value that is to be read.
#[derive(Clone, Copy)]
struct Part {
    writer: NodeId,
    /// What is done with it; `None` when it is decoded as it was written, or skipped.
    action: Option<ActionId>,
    skipped: bool,
}

/// A value of which a part is being read.
enum Open<'s> {
    Record { part: Part, fields: &'s [Field], next: usize },
    Blocks { items: Part, is_map: bool, left: usize, next: usize, step: Option<PathStep> },
}

struct Walk<'s, 'a> {
    writer: &'s Schema,
    resolution: Option<&'s Resolution>,
    program: Option<&'s Program>,
    layouts: &'s Layouts,
    reader: Reader<'a>,
    size: usize,
    failure: DecodeFailure,
    open: Vec<Open<'s>>,
}

impl<'s> Walk<'s, '_> {
    /// Reads everything, without recursion: the stack of who asks is not ours.
    fn whole(&mut self, root: Part) -> Result<(), DecodeError> {
        self.value(root)?;
        while let Some(part) = self.next()? {
            self.value(part)?;
        }
        Ok(())
    }

    /// The next part of what is open, or `None` when nothing is.
    fn next(&mut self) -> Result<Option<Part>, DecodeError> {
        while let Some(open) = self.open.last_mut() {
            match open {
                Open::Record { part, fields, next } => {
                    let position = *next;
                    if let Some(field) = fields.get(position) {
                        *next += 1;
                        let part = *part;
                        return Ok(Some(self.field(part, position, field.schema)));
                    }
                }
                Open::Blocks { items, is_map, left, next, step } => {
                    if *left > 0 {
                        let (items, number) = (*items, *next);
                        (*left, *next) = (*left - 1, number.saturating_add(1));
                        *step = Some(if *is_map { PathStep::KeyAt(number) } else { PathStep::Index(number) });
                        if *is_map {
                            // A key that is skipped need not be text.
                            let key = match items.skipped {
                                true => String::from_utf8_lossy(self.reader.read_bytes()?).into_owned(),
                                false => self.reader.read_string()?,
                            };
                            *step = Some(PathStep::Key(key));
                        }
                        return Ok(Some(items));
                    }
                    if self.block()? {
                        continue;
                    }
                }
            }
            self.open.pop();
            self.reader.leave();
        }
        Ok(None)
    }

    /// The field of a record at that position of the writer's.
    fn field(&self, record: Part, position: usize, writer: NodeId) -> Part {
        let plain = Part { writer, action: None, skipped: record.skipped };
        match record.action.map(|action| self.action(action)) {
            Some(Action::Record(record)) => match record.fields.get(position) {
                Some(FieldAction::Read { action, .. }) => Part { action: Some(*action), ..plain },
                _ => Part { skipped: true, ..plain },
            },
            _ => plain,
        }
    }

    fn action(&self, id: ActionId) -> &'s Action {
        let resolution = self.resolution.expect("actions come from a resolution");
        &resolution[id].action
    }

    /// Reads a value as far as it has no parts; one that has stands open afterwards.
    fn value(&mut self, mut part: Part) -> Result<(), DecodeError> {
        let mut kind = &self.writer[part.writer].kind;
        if let Kind::Union(branches) = kind {
            let index = usize::try_from(self.reader.read_index()?).map_err(|_| DecodeError::UnionIndex)?;
            part.writer = *branches.get(index).ok_or(DecodeError::UnionIndex)?;
            if let Some(Action::WriterUnion(actions)) = part.action.map(|action| self.action(action)) {
                part.action = actions.get(index).copied();
            }
            kind = &self.writer[part.writer].kind;
        }
        while let Some(Action::ReaderUnion { action, .. }) = part.action.map(|action| self.action(action)) {
            part.action = Some(*action);
        }
        let action = part.action.map(|action| self.action(action));
        if let Some(Action::Error(_)) = action {
            return Err(DecodeError::UnknownType);
        }
        if part.skipped
            && let Some(size) = self.layouts.get(part.writer).exact_size
        {
            // As it was skipped. A few records can have any number of values without bytes in each other.
            return self.reader.skip_slice(size);
        }
        match kind {
            Kind::Record(record) => {
                self.reader.enter()?;
                self.open.push(Open::Record { part, fields: &record.fields, next: 0 });
                Ok(())
            }
            Kind::Array(items) | Kind::Map(items) => {
                self.reader.enter()?;
                let inner = match action {
                    Some(Action::Array(action) | Action::Map(action)) => Some(*action),
                    _ => None,
                };
                let items = Part { writer: *items, action: inner, skipped: part.skipped };
                let is_map = matches!(kind, Kind::Map(_));
                self.open.push(Open::Blocks { items, is_map, left: 0, next: 0, step: None });
                Ok(())
            }
            kind => self.leaf(kind, part.action, part.skipped),
        }
    }

    fn leaf(&mut self, kind: &Kind, id: Option<ActionId>, skipped: bool) -> Result<(), DecodeError> {
        let action = id.map(|id| self.action(id));
        match kind {
            Kind::Boolean => drop(self.reader.read_boolean()?),
            Kind::Int => drop(self.reader.read_int()?),
            Kind::Long => drop(self.reader.read_long()?),
            Kind::Float => drop(self.reader.read_float()?),
            Kind::Double => drop(self.reader.read_double()?),
            Kind::String if !skipped && !matches!(action, Some(Action::Promote(_))) => {
                self.reader.read_str()?;
            }
            Kind::Bytes | Kind::String => self.reader.skip_bytes()?,
            Kind::Fixed(fixed) => self.reader.skip_slice(fixed.size)?,
            Kind::Enum(definition) => {
                let index = self.reader.read_index()?;
                let index = usize::try_from(index).ok().filter(|index| *index < definition.symbols.len());
                let index = index.ok_or(DecodeError::EnumIndex)?;
                if id.zip(self.program).is_some_and(|(id, program)| program.refuses(id.index(), index)) {
                    return Err(DecodeError::UnknownSymbol);
                }
            }
            Kind::Null | Kind::Array(_) | Kind::Map(_) | Kind::Union(_) | Kind::Record(_) => {}
        }
        let is_here = !skipped && self.offset() == self.failure.offset && is_of_content(self.failure.error);
        if is_here { Err(self.failure.error) } else { Ok(()) }
    }

    /// Goes to the next block of what is open, and tells whether there is one.
    fn block(&mut self) -> Result<bool, DecodeError> {
        let Some(Open::Blocks { items, is_map, left, next, step }) = self.open.last_mut() else {
            return Ok(false);
        };
        *step = None;
        let count = self.reader.read_long()?;
        let jumped =
            if count < 0 { Some(self.reader.read_length()?).filter(|_| items.skipped) } else { None };
        // The type may expect more bytes of an item than is known here.
        let failure = self.failure;
        let is_of_count = matches!(failure.error, DecodeError::BlockCount | DecodeError::ItemBudget);
        if is_of_count && self.size - self.reader.remaining() == failure.offset {
            return Err(failure.error);
        }
        let count = count.checked_abs().and_then(|count| usize::try_from(count).ok());
        let count = count.ok_or(DecodeError::BlockCount)?;
        if !*is_map && self.layouts.get(items.writer).min_size == 0 {
            self.reader.spend_empty_items(count)?;
        }
        *left = if jumped.is_some() { 0 } else { count };
        if let Some(size) = jumped {
            self.reader.skip_slice(size)?;
            // Items that are jumped over count: what follows has its place over all blocks.
            *next = next.saturating_add(count);
        }
        Ok(count > 0)
    }

    fn offset(&self) -> usize {
        self.size - self.reader.remaining()
    }

    /// The way to the part that is being read.
    fn path(self) -> FieldPath {
        let steps = self.open.into_iter().filter_map(|open| match open {
            Open::Record { fields, next, .. } => {
                fields.get(next.checked_sub(1)?).map(|field| PathStep::Field(field.name.clone()))
            }
            Open::Blocks { step, .. } => step,
        });
        steps.collect()
    }
}

/// Whether the value at fault was read without an error, and what it holds is wrong: the walk, which does not know what is
/// asked of a value, finds it by where it ends.
fn is_of_content(error: DecodeError) -> bool {
    // Bytes that the reader takes as text, and so `Utf8`, are bytes to the walk.
    !matches!(
        error,
        DecodeError::UnexpectedEnd
            | DecodeError::Varint
            | DecodeError::IntRange
            | DecodeError::NegativeLength
            | DecodeError::Boolean
            | DecodeError::EnumIndex
            | DecodeError::UnionIndex
            | DecodeError::BlockCount
            | DecodeError::ItemBudget
            | DecodeError::Depth
            | DecodeError::TrailingBytes
            | DecodeError::UnknownSymbol
            | DecodeError::UnknownType
            | DecodeError::Plan
    )
}
