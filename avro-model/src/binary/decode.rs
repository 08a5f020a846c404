//! Data to values of the schema that it was written with.

use super::Fault;
use super::input::Input;
use super::layout::{Layout, NodeLayout, Parts};
use crate::schema::NodeId;
use crate::value::{Place, Value, at};
use std::collections::BTreeMap;

/// Items for which room is made before they are read, whatever the count says.
const MOST_AHEAD: usize = 256;

/// Decodes a value. The functions for compound types are apart because their frames are there once for each level.
pub(super) fn value(input: &mut Input<'_>, layout: &Layout, id: NodeId) -> Result<Value, Fault> {
    match layout.shape(id) {
        NodeLayout::Array(items) => {
            array(input, layout.smallest_item(items), |input| value(input, layout, items))
        }
        NodeLayout::Map(values) => {
            map(input, layout.smallest_entry(values), |input| value(input, layout, values))
        }
        NodeLayout::Union(parts) => {
            let branches = layout.parts(parts);
            let branch = input.branch(branches.len())?;
            input.values(1)?;
            Ok(Value::Union(branch, Box::new(value(input, layout, branches[branch])?)))
        }
        NodeLayout::Record(parts) => record(input, layout, parts),
        shape => leaf(input, shape),
    }
}

fn record(input: &mut Input<'_>, layout: &Layout, parts: Parts) -> Result<Value, Fault> {
    input.enter()?;
    let types = layout.parts(parts);
    input.values(types.len() as u64)?;
    let mut fields = Vec::with_capacity(types.len());
    let mut empty = 0;
    for (place, &field) in types.iter().enumerate() {
        let start = input.offset();
        let named = |fault| at(Place::Field(layout.field_name(parts, place)))(fault);
        fields.push(value(input, layout, field).map_err(named)?);
        empty += u64::from(input.offset() == start);
    }
    if empty > 0 {
        input.empty_fields(empty)?;
    }
    input.leave();
    Ok(Value::Record(fields))
}

/// Decodes an array of items that the writer spent at least `smallest` bytes on.
pub(super) fn array<'a>(
    input: &mut Input<'a>,
    smallest: usize,
    item: impl Fn(&mut Input<'a>) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    input.enter()?;
    let mut items = Vec::new();
    loop {
        let count = input.block(smallest)?;
        if count == 0 {
            break;
        }
        input.values(count as u64)?;
        items.reserve(count.min(MOST_AHEAD));
        for _ in 0..count {
            items.push(item(input).map_err(at(Place::Index(items.len())))?);
        }
    }
    input.leave();
    Ok(Value::Array(items))
}

/// Decodes a map. Of values with one key the last counts, in whatever block it is.
pub(super) fn map<'a>(
    input: &mut Input<'a>,
    smallest: usize,
    item: impl Fn(&mut Input<'a>) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    input.enter()?;
    let mut entries = BTreeMap::new();
    let mut read = 0;
    loop {
        let count = input.block(smallest)?;
        if count == 0 {
            break;
        }
        input.values((count as u64).saturating_mul(2))?;
        for _ in 0..count {
            let key = input.text().map_err(at(Place::KeyAt(read)))?.to_owned();
            let value = item(input).map_err(at(Place::Key(&key)))?;
            entries.insert(key, value);
            read += 1;
        }
    }
    input.leave();
    Ok(Value::Map(entries))
}

fn leaf(input: &mut Input<'_>, shape: NodeLayout) -> Result<Value, Fault> {
    Ok(match shape {
        NodeLayout::Boolean => Value::Boolean(input.boolean()?),
        NodeLayout::Int => Value::Int(input.int()?),
        NodeLayout::Long => Value::Long(input.long()?),
        NodeLayout::Float => Value::Float(input.float()?),
        NodeLayout::Double => Value::Double(input.double()?),
        NodeLayout::Bytes => Value::Bytes(input.bytes()?.to_vec()),
        NodeLayout::String => Value::String(input.text()?.to_owned()),
        NodeLayout::Fixed(size) => Value::Fixed(input.take(size, "a fixed")?.to_vec()),
        NodeLayout::Enum(count) => Value::Enum(input.symbol(count)?),
        // The compound ones have functions of their own.
        NodeLayout::Null
        | NodeLayout::Array(_)
        | NodeLayout::Map(_)
        | NodeLayout::Union(_)
        | NodeLayout::Record(_) => Value::Null,
    })
}
