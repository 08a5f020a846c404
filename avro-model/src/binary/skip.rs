//! Data that nobody wants (encoding §3).

use super::Fault;
use super::input::{Input, Skip};
use super::layout::{Layout, NodeLayout, Parts};
use crate::schema::NodeId;
use crate::value::{Place, at};

/// Skips a value. The functions for other types are apart because this frame is there once for each level.
///
/// A value without bytes is not walked through: a few records can have any number of them in each other.
pub(super) fn value(input: &mut Input<'_>, layout: &Layout, id: NodeId) -> Result<(), Fault> {
    if let Some(levels) = layout.levels_without_bytes(id) {
        return Ok(input.reach(levels)?);
    }
    match layout.shape(id) {
        NodeLayout::Array(items) => blocks(input, layout, items, false),
        NodeLayout::Map(values) => blocks(input, layout, values, true),
        NodeLayout::Union(parts) => {
            let branches = layout.parts(parts);
            let branch = input.branch(branches.len())?;
            value(input, layout, branches[branch])
        }
        NodeLayout::Record(parts) => record(input, layout, parts),
        shape => leaf(input, shape),
    }
}

fn record(input: &mut Input<'_>, layout: &Layout, fields: Parts) -> Result<(), Fault> {
    input.enter()?;
    for (place, &field) in layout.parts(fields).iter().enumerate() {
        let named = |fault| at(Place::Field(layout.field_name(fields, place)))(fault);
        value(input, layout, field).map_err(named)?;
    }
    input.leave();
    Ok(())
}

/// Skips the blocks of an array or of a map, which has a key before each item.
fn blocks(input: &mut Input<'_>, layout: &Layout, items: NodeId, keys: bool) -> Result<(), Fault> {
    input.enter()?;
    let mut skipped = 0_usize;
    let smallest = if keys { layout.smallest_entry(items) } else { layout.smallest_item(items) };
    loop {
        match input.skip_block(smallest)? {
            Skip::End => break,
            Skip::Done(count) => skipped = skipped.saturating_add(count),
            Skip::Items(count) => {
                // Items without bytes are all alike.
                let walked = if smallest == 0 { count.min(1) } else { count };
                for index in (0..walked).map(|item| skipped.saturating_add(item)) {
                    if keys {
                        let key = input.bytes().map_err(at(Place::KeyAt(index)))?;
                        // A key that is skipped need not be text.
                        let named = |fault| at(Place::Key(&String::from_utf8_lossy(key)))(fault);
                        value(input, layout, items).map_err(named)?;
                    } else {
                        value(input, layout, items).map_err(at(Place::Index(index)))?;
                    }
                }
                skipped = skipped.saturating_add(count);
            }
        }
    }
    input.leave();
    Ok(())
}

fn leaf(input: &mut Input<'_>, shape: NodeLayout) -> Result<(), Fault> {
    match shape {
        NodeLayout::Boolean => {
            input.boolean()?;
        }
        NodeLayout::Int => {
            input.int()?;
        }
        NodeLayout::Long => {
            input.long()?;
        }
        NodeLayout::Float => {
            input.float()?;
        }
        NodeLayout::Double => {
            input.double()?;
        }
        NodeLayout::Bytes | NodeLayout::String => {
            input.bytes()?;
        }
        NodeLayout::Fixed(size) => {
            input.take(size, "a fixed")?;
        }
        NodeLayout::Enum(count) => {
            input.symbol(count)?;
        }
        // The compound ones have functions of their own.
        NodeLayout::Null
        | NodeLayout::Array(_)
        | NodeLayout::Map(_)
        | NodeLayout::Union(_)
        | NodeLayout::Record(_) => {}
    }
    Ok(())
}
