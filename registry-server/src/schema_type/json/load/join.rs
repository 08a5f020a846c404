//! Joining two schemas of the newer drafts' translation into one (json-schema §4.2).
//!
//! Keywords of the same kind of value become one schema. A list of types takes up the keywords of each type that it
//! lists. All others end up in a generated `allOf`.

use super::super::model::{
    ArrayPart, Combined, Criterion, Kind, NumberPart, ObjectPart, Schema, SchemaId, StringPart,
};
use super::{LoadError, Loader};

/// How many parts of a list are gone through in the time of one step.
const PARTS_IN_STEP: usize = 16;

/// The schema that two schemas in the same object come to.
pub(super) fn join(loader: &mut Loader<'_>, first: Schema, second: Schema) -> Result<Schema, LoadError> {
    let (mut first, second) = match merge(first, second) {
        Ok(merged) => return Ok(merged),
        Err(pair) => *pair,
    };
    // Lists of types are gone through, and taken along, whenever something is joined.
    let parts = |schema: &Schema| match &schema.kind {
        Kind::Combined(combined) => combined.parts.len(),
        _ => 0,
    };
    loader.budget.take(1 + ((parts(&first) + parts(&second)) / PARTS_IN_STEP) as u64)?;
    if let Some(parts) = listing(loader, &first, &second) {
        return take_up(loader, parts, second, Criterion::Any);
    }
    if let Some(parts) = listing(loader, &second, &first) {
        return take_up(loader, parts, std::mem::take(&mut first), Criterion::Any);
    }
    let mut parts = match first.kind {
        Kind::Combined(Combined { criterion: Criterion::All, ref parts, generated: true }) => parts.clone(),
        _ => vec![loader.add(first)?],
    };
    let second = match second.kind {
        Kind::Combined(Combined { criterion: Criterion::All, parts, generated: true }) => parts,
        _ => vec![loader.add(second)?],
    };
    for part in second {
        parts = accumulated(loader, parts, part)?;
    }
    Ok(Kind::Combined(Combined { criterion: Criterion::All, parts, generated: true }).into())
}

/// The parts of a generated `allOf`, or the schema itself.
pub(super) fn flatten(loader: &Loader<'_>, id: SchemaId) -> Vec<SchemaId> {
    match &loader.model[id].kind {
        Kind::Combined(Combined { criterion: Criterion::All, parts, generated: true }) => parts.clone(),
        _ => vec![id],
    }
}

/// The parts of a generated list of types that has one of the same kind as the other schema.
fn listing(loader: &Loader<'_>, list: &Schema, other: &Schema) -> Option<Vec<SchemaId>> {
    let Kind::Combined(Combined { criterion: Criterion::Any, parts, generated: true }) = &list.kind else {
        return None;
    };
    let rank = other.kind.rank();
    parts.iter().any(|part| loader.model[*part].kind.rank() == rank).then(|| parts.clone())
}

fn take_up(
    loader: &mut Loader<'_>,
    parts: Vec<SchemaId>,
    schema: Schema,
    criterion: Criterion,
) -> Result<Schema, LoadError> {
    let part = loader.add(schema)?;
    let parts = accumulated(loader, parts, part)?;
    Ok(Kind::Combined(Combined { criterion, parts, generated: true }).into())
}

/// Adds a part, merging it with the first of its kind if that kind can be merged.
fn accumulated(
    loader: &mut Loader<'_>,
    mut parts: Vec<SchemaId>,
    part: SchemaId,
) -> Result<Vec<SchemaId>, LoadError> {
    let rank = loader.model[part].kind.rank();
    let same = parts.iter().copied().find(|other| loader.model[*other].kind.rank() == rank);
    if let Some(place) = same {
        // Both belong to the schema that is being made, and to nothing else. A copy of each step would cost the square
        // of the members.
        let (first, second) = (loader.take(place), loader.take(part));
        match merge(first, second) {
            Ok(merged) => {
                loader.put(place, merged);
                return Ok(parts);
            }
            Err(pair) => {
                loader.put(place, pair.0);
                loader.put(part, pair.1);
            }
        }
    }
    parts.push(part);
    Ok(parts)
}

/// One schema out of two of the same kind; both as they are if they cannot be merged.
fn merge(mut first: Schema, second: Schema) -> Result<Schema, Box<(Schema, Schema)>> {
    match (&mut first.kind, &second.kind) {
        (Kind::Array(one), Kind::Array(other)) => merge_arrays(one, other),
        (Kind::Number(one), Kind::Number(other)) => merge_numbers(one, other),
        (Kind::Object(one), Kind::Object(other)) => merge_objects(one, other),
        (Kind::String(one), Kind::String(other)) => merge_strings(one, other),
        _ => return Err(Box::new((first, second))),
    }
    take(&mut first.title, second.title);
    take(&mut first.description, second.description);
    take(&mut first.default, second.default);
    first.source = None;
    Ok(first)
}

/// The later value counts, if there is one.
fn take<T>(place: &mut Option<T>, later: Option<T>) {
    if later.is_some() {
        *place = later;
    }
}

fn merge_arrays(one: &mut ArrayPart, other: &ArrayPart) {
    take(&mut one.min_items, other.min_items);
    take(&mut one.max_items, other.max_items);
    one.unique_items |= other.unique_items;
    take(&mut one.all_items, other.all_items);
    one.items.extend(&other.items);
    one.forbids_additional |= other.forbids_additional;
    take(&mut one.additional, other.additional);
    take(&mut one.unevaluated, other.unevaluated);
    take(&mut one.min_contains, other.min_contains);
    take(&mut one.max_contains, other.max_contains);
}

fn merge_numbers(one: &mut NumberPart, other: &NumberPart) {
    take(&mut one.minimum, other.minimum.clone());
    take(&mut one.maximum, other.maximum.clone());
    take(&mut one.exclusive_minimum, other.exclusive_minimum.clone());
    take(&mut one.exclusive_maximum, other.exclusive_maximum.clone());
    take(&mut one.multiple_of, other.multiple_of.clone());
    one.integer |= other.integer;
}

fn merge_objects(one: &mut ObjectPart, other: &ObjectPart) {
    one.properties.extend(other.properties.iter().cloned());
    one.patterns.extend(other.patterns.iter().cloned());
    one.required.extend(other.required.iter().cloned());
    one.forbids_additional |= other.forbids_additional;
    take(&mut one.additional, other.additional);
    take(&mut one.unevaluated, other.unevaluated);
    take(&mut one.min_properties, other.min_properties);
    take(&mut one.max_properties, other.max_properties);
    one.property_dependencies.extend(other.property_dependencies.iter().cloned());
    one.schema_dependencies.extend(other.schema_dependencies.iter().cloned());
}

fn merge_strings(one: &mut StringPart, other: &StringPart) {
    take(&mut one.min_length, other.min_length);
    take(&mut one.max_length, other.max_length);
    take(&mut one.pattern, other.pattern.clone());
}
