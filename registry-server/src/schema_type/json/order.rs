//! The order of schemas in which the original counts the branches of `oneOf` and its like in entity paths.
//! See json-schema §8.

use std::cmp::Ordering;

use super::limits::MAX_NESTING;
use super::model::{Kind, Model, SchemaId};

/// The branches in order.
pub(super) fn sorted(model: &Model, parts: &[SchemaId]) -> Vec<SchemaId> {
    let mut parts = parts.to_vec();
    parts.sort_by(|a, b| compare(model, *a, *b, 0));
    parts
}

/// The order of two schemas: by kind, by what is said about them, then by a few of their keywords.
pub(super) fn compare(model: &Model, a: SchemaId, b: SchemaId, depth: usize) -> Ordering {
    if a == b || depth > MAX_NESTING {
        return Ordering::Equal;
    }
    let (one, other) = (&model[a], &model[b]);
    one.kind
        .rank()
        .cmp(&other.kind.rank())
        .then_with(|| one.title.cmp(&other.title))
        .then_with(|| one.description.cmp(&other.description))
        .then_with(|| one.default.cmp(&other.default))
        .then_with(|| kinds(model, &one.kind, &other.kind, depth + 1))
}

fn kinds(model: &Model, one: &Kind, other: &Kind, depth: usize) -> Ordering {
    let inner = |a: Option<SchemaId>, b: Option<SchemaId>| match (a, b) {
        (Some(a), Some(b)) => compare(model, a, b, depth),
        (a, b) => a.is_some().cmp(&b.is_some()),
    };
    match (one, other) {
        (Kind::Const(one), Kind::Const(other)) => one.cmp(other),
        (Kind::Enum(one), Kind::Enum(other)) => texts(one.iter().collect(), other.iter().collect()),
        (Kind::Combined(one), Kind::Combined(other)) => one
            .criterion
            .path_name()
            .cmp(other.criterion.path_name())
            .then_with(|| one.parts.len().cmp(&other.parts.len()))
            .then_with(|| {
                // The original sorts these as well, level by level, which may take forever.
                let mut pairs = one.parts.iter().zip(&other.parts);
                pairs
                    .find_map(|(a, b)| Some(compare(model, *a, *b, depth)).filter(|order| order.is_ne()))
                    .unwrap_or(Ordering::Equal)
            }),
        (Kind::Not(one), Kind::Not(other)) => compare(model, *one, *other, depth),
        (
            Kind::Conditional { condition, then, otherwise },
            Kind::Conditional { condition: condition2, then: then2, otherwise: otherwise2 },
        ) => inner(*condition, *condition2)
            .then_with(|| inner(*then, *then2))
            .then_with(|| inner(*otherwise, *otherwise2)),
        (Kind::Object(one), Kind::Object(other)) => {
            let names = |part: &'_ [(String, SchemaId)]| {
                part.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
            };
            let (names1, names2) = (names(&one.properties), names(&other.properties));
            texts(names1.iter().collect(), names2.iter().collect())
                .then_with(|| texts(one.required.iter().collect(), other.required.iter().collect()))
        }
        (Kind::Array(one), Kind::Array(other)) => inner(one.all_items, other.all_items),
        (Kind::Reference(one), Kind::Reference(other)) => inner(*one, *other),
        _ => Ordering::Equal,
    }
}

/// The shorter list first, then by the texts in order.
fn texts(mut one: Vec<&String>, mut other: Vec<&String>) -> Ordering {
    one.sort_unstable();
    other.sort_unstable();
    one.len().cmp(&other.len()).then_with(|| one.cmp(&other))
}
