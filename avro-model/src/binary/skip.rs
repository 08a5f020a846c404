//! Data that nobody wants (encoding §3).

use super::DecodeProblem;
use super::input::{Input, Skip};
use super::layout::{Layout, NodeLayout};
use crate::schema::NodeId;

/// Skips a value. The functions for other types are apart because this frame is there once for each level.
///
/// A value without bytes is not walked through: a few records can have any number of them in each other.
pub(super) fn value(input: &mut Input<'_>, layout: &Layout, id: NodeId) -> Result<(), DecodeProblem> {
    if let Some(levels) = layout.levels_without_bytes(id) {
        return input.reach(levels);
    }
    match layout.shape(id) {
        NodeLayout::Array(items) => blocks(input, layout, items, false),
        NodeLayout::Map(values) => blocks(input, layout, values, true),
        NodeLayout::Union(parts) => {
            let branches = layout.parts(parts);
            let branch = input.branch(branches.len())?;
            value(input, layout, branches[branch])
        }
        NodeLayout::Record(parts) => record(input, layout, layout.parts(parts)),
        shape => leaf(input, shape),
    }
}

fn record(input: &mut Input<'_>, layout: &Layout, fields: &[NodeId]) -> Result<(), DecodeProblem> {
    input.enter()?;
    for &field in fields {
        value(input, layout, field)?;
    }
    input.leave();
    Ok(())
}

/// Skips the blocks of an array or of a map, which has a key before each item.
fn blocks(input: &mut Input<'_>, layout: &Layout, items: NodeId, keys: bool) -> Result<(), DecodeProblem> {
    input.enter()?;
    let smallest = if keys { layout.smallest_entry(items) } else { layout.smallest_item(items) };
    loop {
        match input.skip_block(smallest)? {
            Skip::End => break,
            Skip::Done => {}
            Skip::Items(count) => {
                // Items without bytes are all alike.
                let walked = if smallest == 0 { count.min(1) } else { count };
                for _ in 0..walked {
                    if keys {
                        input.bytes()?;
                    }
                    value(input, layout, items)?;
                }
            }
        }
    }
    input.leave();
    Ok(())
}

fn leaf(input: &mut Input<'_>, shape: NodeLayout) -> Result<(), DecodeProblem> {
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
