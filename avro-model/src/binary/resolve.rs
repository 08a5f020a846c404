//! Data of a writer's schema to values of a reader's.

use super::input::{Input, utf8};
use super::layout::{Layout, NodeLayout};
use super::{DecodeProblem, Fault, decode, skip};
use crate::resolution::{
    Action, ActionId, DefaultedField, EnumAction, FieldAction, Primitive, Promotion, RecordAction, Resolution,
};
use crate::value::{Place, Value, at};

/// Decodes a value as an action says. `layout` is the writer's.
pub(super) fn value(
    input: &mut Input<'_>,
    layout: &Layout,
    resolution: &Resolution,
    id: ActionId,
) -> Result<Value, Fault> {
    let mut pair = &resolution[id];
    // A branch of a union is no union.
    if let Action::WriterUnion(branches) = &pair.action {
        pair = &resolution[branches[input.branch(branches.len())?]];
    }
    match (&pair.action, layout.shape(pair.writer)) {
        (Action::Array(action), NodeLayout::Array(items)) => {
            decode::array(input, layout.smallest_item(items), |input| {
                value(input, layout, resolution, *action)
            })
        }
        (Action::Map(action), NodeLayout::Map(values)) => {
            decode::map(input, layout.smallest_entry(values), |input| {
                value(input, layout, resolution, *action)
            })
        }
        (Action::Record(action), shape) => record(input, layout, resolution, action, shape),
        (Action::ReaderUnion { branch, action }, _) => {
            input.values(1)?;
            Ok(Value::Union(*branch, Box::new(value(input, layout, resolution, *action)?)))
        }
        _ => leaf(input, &pair.action),
    }
}

fn record(
    input: &mut Input<'_>,
    layout: &Layout,
    resolution: &Resolution,
    record: &RecordAction,
    writer: NodeLayout,
) -> Result<Value, Fault> {
    input.enter()?;
    let start = input.offset();
    let width = record.width();
    input.values(width as u64)?;
    let mut fields = vec![Value::Null; width];
    let mut empty = 0;
    for (place, field) in record.fields.iter().enumerate() {
        let before = input.offset();
        let named = |fault| match writer {
            NodeLayout::Record(parts) => at(Place::Field(layout.field_name(parts, place)))(fault),
            _ => fault,
        };
        match *field {
            FieldAction::Read { field, action } => {
                fields[field] = value(input, layout, resolution, action).map_err(named)?;
                empty += u64::from(input.offset() == before);
            }
            FieldAction::Skip { writer } => skip::value(input, layout, writer).map_err(named)?,
        }
    }
    if empty > 0 {
        input.empty_fields(empty)?;
    }
    fill(input, &record.defaults, input.offset() == start, &mut fields)?;
    input.leave();
    Ok(Value::Record(fields))
}

/// Sets the defaults of a record.
fn fill(
    input: &mut Input<'_>,
    defaults: &[DefaultedField],
    empty: bool,
    fields: &mut [Value],
) -> Result<(), Fault> {
    let weight = defaults.iter().map(|default| default.weight).sum();
    input.values(weight)?;
    if empty {
        // No byte of the datum pays for these values, of which an array could have any number.
        input.empty(weight)?;
    }
    for default in defaults {
        fields[default.field] = (*default.value).clone();
    }
    Ok(())
}

fn leaf(input: &mut Input<'_>, action: &Action) -> Result<Value, Fault> {
    Ok(match action {
        Action::Read(primitive) => read(input, *primitive)?,
        Action::Promote(promotion) => promote(input, *promotion)?,
        Action::Fixed(size) => Value::Fixed(input.take(*size, "a fixed")?.to_vec()),
        Action::Enum(action) => symbol(input, action)?,
        Action::Error(mismatch) => return Err(DecodeProblem::from(mismatch.clone()).into()),
        // The compound ones have functions of their own.
        Action::Array(_)
        | Action::Map(_)
        | Action::Record(_)
        | Action::WriterUnion(_)
        | Action::ReaderUnion { .. } => Value::Null,
    })
}

fn symbol(input: &mut Input<'_>, action: &EnumAction) -> Result<Value, Fault> {
    let place = input.symbol(action.symbols.len())?;
    match action.symbols[place] {
        Some(place) => Ok(Value::Enum(place)),
        None => Err(DecodeProblem::from(action.mismatch(place)).into()),
    }
}

fn read(input: &mut Input<'_>, primitive: Primitive) -> Result<Value, Fault> {
    Ok(match primitive {
        Primitive::Null => Value::Null,
        Primitive::Boolean => Value::Boolean(input.boolean()?),
        Primitive::Int => Value::Int(input.int()?),
        Primitive::Long => Value::Long(input.long()?),
        Primitive::Float => Value::Float(input.float()?),
        Primitive::Double => Value::Double(input.double()?),
        Primitive::Bytes => Value::Bytes(input.bytes()?.to_vec()),
        Primitive::String => Value::String(input.text()?.to_owned()),
    })
}

#[expect(clippy::cast_precision_loss, reason = "the specification promotes to the nearest float or double")]
fn promote(input: &mut Input<'_>, promotion: Promotion) -> Result<Value, Fault> {
    Ok(match promotion {
        Promotion::IntToLong => Value::Long(input.int()?.into()),
        Promotion::IntToFloat => Value::Float(input.int()? as f32),
        Promotion::IntToDouble => Value::Double(input.int()?.into()),
        Promotion::LongToFloat => Value::Float(input.long()? as f32),
        Promotion::LongToDouble => Value::Double(input.long()? as f64),
        Promotion::FloatToDouble => Value::Double(input.float()?.into()),
        Promotion::StringToBytes => Value::Bytes(input.bytes()?.to_vec()),
        Promotion::BytesToString => Value::String(utf8(input.bytes()?)?.to_owned()),
    })
}
