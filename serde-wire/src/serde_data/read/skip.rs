//! Going past what a type does not ask for.

use crate::codec::{AvroRead, DecodeError, Reader};
use avro_model::{Kind, NodeId, Schema};

/// Skips a value. It is looked at no more than that needs.
pub(super) fn skip(schema: &Schema, node: NodeId, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    match &schema[node].kind {
        Kind::Null => Ok(()),
        Kind::Boolean => reader.read_boolean().map(|_| ()),
        Kind::Int => reader.read_int().map(|_| ()),
        Kind::Long => reader.skip_long(),
        Kind::Float => reader.skip_slice(4),
        Kind::Double => reader.skip_slice(8),
        Kind::Bytes | Kind::String => reader.skip_bytes(),
        Kind::Fixed(fixed) => reader.skip_slice(fixed.size),
        Kind::Enum(definition) => {
            position(reader, definition.symbols.len(), DecodeError::EnumIndex).map(|_| ())
        }
        Kind::Union(branches) => {
            let branch = position(reader, branches.len(), DecodeError::UnionIndex)?;
            skip(schema, branches[branch], reader)
        }
        Kind::Record(record) => {
            reader.enter_recursive()?;
            for field in &record.fields {
                skip(schema, field.schema, reader)?;
            }
            reader.leave_recursive();
            Ok(())
        }
        Kind::Array(items) => {
            let smallest = usize::from(!takes_no_bytes(schema, *items));
            blocks(reader, smallest, |reader| skip(schema, *items, reader))
        }
        Kind::Map(values) => blocks(reader, 1, |reader| {
            reader.skip_bytes()?;
            skip(schema, *values, reader)
        }),
    }
}

fn position(reader: &mut Reader<'_>, count: usize, beyond: DecodeError) -> Result<usize, DecodeError> {
    let position = usize::try_from(reader.read_index()?).map_err(|_| beyond)?;
    if position < count { Ok(position) } else { Err(beyond) }
}

fn blocks<'de>(
    reader: &mut Reader<'de>,
    smallest: usize,
    item: impl Fn(&mut Reader<'de>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    reader.enter_recursive()?;
    loop {
        let count = reader.read_block(smallest)?;
        if count == 0 {
            reader.leave_recursive();
            return Ok(());
        }
        for _ in 0..count {
            item(reader)?;
        }
    }
}

/// How many records in each other are looked into.
const DEEPEST: usize = 32;

/// Whether every value of that type is written without a byte.
pub(super) fn takes_no_bytes(schema: &Schema, node: NodeId) -> bool {
    fn within(schema: &Schema, node: NodeId, levels: usize) -> bool {
        match &schema[node].kind {
            Kind::Null => true,
            Kind::Fixed(fixed) => fixed.size == 0,
            // A record that contains itself has no value. Deeper ones are taken for empty, which costs them the budget of
            // such items.
            Kind::Record(record) => match levels.checked_sub(1) {
                Some(levels) => record.fields.iter().all(|field| within(schema, field.schema, levels)),
                None => true,
            },
            _ => false,
        }
    }
    within(schema, node, DEEPEST)
}
