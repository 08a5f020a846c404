//! Defaults and properties as the normal form writes them (text-forms §3).
//!
//! The original turns each default into a Java value of its field's type and prints that value. Recursion goes one level
//! down in a JSON value, of at most 1,000.

use crate::budget::Budget;
use crate::json::{Json, push_java_float};
use crate::schema::{Kind, NodeId, Schema};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Up to how many members of an object are looked up among the fields of a record one by one.
const FEW_MEMBERS: usize = 16;

/// Java's order of text: by UTF-16 units.
pub(crate) fn utf16_order(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// A value with the members of all its objects sorted; nothing of worth once the budget ends.
pub(crate) fn sort_members(value: &Json, budget: &Budget) -> Json {
    sorted_copy(value, budget).unwrap_or(Json::Null)
}

fn sorted_copy(value: &Json, budget: &Budget) -> Option<Json> {
    budget.take(1).ok()?;
    Some(match value {
        Json::Array(items) => {
            let mut copies = Vec::with_capacity(items.len());
            for item in items {
                copies.push(sorted_copy(item, budget)?);
            }
            Json::Array(copies)
        }
        Json::Object(members) => {
            let mut copies = Vec::with_capacity(members.len());
            for (key, value) in members {
                copies.push((key.clone(), sorted_copy(value, budget)?));
            }
            Json::Object(sorted(copies))
        }
        other => other.clone(),
    })
}

fn sorted(mut members: Vec<(String, Json)>) -> Vec<(String, Json)> {
    members.sort_by(|(a, _), (b, _)| utf16_order(a, b));
    members
}

/// The text of a default; `None` when the original loses it because it is not of the (first) type of its field.
pub(crate) fn rendered_default(schema: &Schema, id: NodeId, value: &Json, budget: &Budget) -> Option<String> {
    let printed = |value: &Json| {
        let mut text = String::new();
        value.print_within(&mut text, budget);
        text
    };
    match rendered(schema, Some(id), value, budget) {
        Ok(value) => Some(printed(&value)),
        Err(Failure::Lost) => None,
        // The original fails on such a default; ours is kept as it is.
        Err(Failure::Unprintable) => Some(printed(&sort_members(value, budget))),
    }
}

/// Why a value has no Java value.
enum Failure {
    /// It is null to Java: a scalar of another type than the schema's.
    Lost,
    /// It holds such a scalar, or something for which there is no schema.
    Unprintable,
}

fn rendered(schema: &Schema, id: Option<NodeId>, value: &Json, budget: &Budget) -> Result<Json, Failure> {
    if !budget.spend(1) {
        return Err(Failure::Lost);
    }
    let mut kind = id.map(|id| &schema[id].kind);
    // A union stands for its first branch.
    while let Some(Kind::Union(branches)) = kind {
        kind = Some(&schema[*branches.first().ok_or(Failure::Unprintable)?].kind);
    }
    match (value, kind) {
        (Json::Null | Json::Bool(_), _)
        | (Json::Int(_), None | Some(Kind::Int | Kind::Long))
        | (Json::Double(_), None | Some(Kind::Double))
        | (Json::String(_), None | Some(Kind::String | Kind::Enum(_))) => Ok(value.clone()),
        #[expect(clippy::cast_precision_loss, reason = "what Java's conversion does, too")]
        (Json::Int(value), Some(Kind::Double)) => Ok(Json::Double(*value as f64)),
        #[expect(clippy::cast_precision_loss, reason = "what Java's conversion does, too")]
        (Json::Int(value), Some(Kind::Float)) => Ok(float(*value as f64)),
        (Json::Double(value), Some(Kind::Float)) => Ok(float(*value)),
        (Json::String(text), Some(Kind::Bytes | Kind::Fixed(_))) => Ok(Json::String(latin1(text))),
        (Json::Array(items), _) => {
            let part = match kind {
                None => None,
                Some(Kind::Array(part)) => Some(*part),
                Some(_) if items.is_empty() => None,
                Some(_) => return Err(Failure::Unprintable),
            };
            let items = items
                .iter()
                .map(|item| rendered(schema, part, item, budget).map_err(|_| Failure::Unprintable));
            items.collect::<Result<_, _>>().map(Json::Array)
        }
        (Json::Object(members), _) => {
            let fields = fields_by_name(kind, members.len());
            let part = |key: &str| match kind {
                Some(Kind::Map(part)) => Ok(Some(*part)),
                Some(Kind::Record(record)) => match &fields {
                    Some(fields) => fields.get(key).copied(),
                    None => record.fields.iter().find(|field| field.name == key).map(|field| field.schema),
                }
                .map(Some)
                .ok_or(Failure::Unprintable),
                _ => Ok(None),
            };
            let members = members.iter().map(|(key, value)| {
                let value = rendered(schema, part(key)?, value, budget).map_err(|_| Failure::Unprintable)?;
                Ok((key.clone(), value))
            });
            members.collect::<Result<_, _>>().map(sorted).map(Json::Object)
        }
        _ => Err(Failure::Lost),
    }
}

/// The fields of a record by name, for an object of so many members that an index pays.
fn fields_by_name(kind: Option<&Kind>, members: usize) -> Option<HashMap<&str, NodeId>> {
    let Some(Kind::Record(record)) = kind.filter(|_| members > FEW_MEMBERS) else { return None };
    Some(record.fields.iter().map(|field| (field.name.as_str(), field.schema)).collect())
}

/// A number as Java prints it when it holds it in 32 bits; read back, it is the double of those digits.
fn float(value: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "what Java's conversion does, too")]
    let narrow = value as f32;
    let mut text = String::new();
    push_java_float(&mut text, narrow);
    Json::Double(text.parse().unwrap_or(f64::from(narrow)))
}

/// Text through ISO-8859-1 and back: a character that has no byte becomes `?`.
fn latin1(text: &str) -> String {
    text.chars().map(|character| if u32::from(character) < 256 { character } else { '?' }).collect()
}
