//! Adding and removing inline tags.

use super::super::draft::Draft;
use super::super::load::load_detached;
use super::super::order;
use super::super::text::Json;
use super::TAGS;
use crate::schema_type::tags::changed;
use crate::schema_type::{Budget, EntityType, InvalidText, SchemaTags};

/// The text after tags were added and then removed; nothing of worth once the budget ends.
pub(in super::super) fn edit(
    json: &Json,
    draft: Draft,
    add: &[SchemaTags],
    remove: &[SchemaTags],
    budget: &Budget,
) -> Result<Json, InvalidText> {
    let mut json = json.clone();
    for (changes, adding) in [(add, true), (remove, false)] {
        for change in changes {
            let steps: Vec<&str> = change.path.split('.').collect();
            let place = locate(&mut json, (draft, change.entity), &steps, budget);
            let Some(Json::Object(members)) = place else {
                return Err(InvalidText(format!("No matching path '{}' found in the schema", change.path)));
            };
            apply(members, &change.tags, adding);
        }
    }
    Ok(json)
}

fn apply(members: &mut Vec<(String, Json)>, tags: &[String], adding: bool) {
    let place = members.iter().position(|(name, _)| name == TAGS);
    let now = place.and_then(|place| members[place].1.as_array()).unwrap_or_default();
    let now = changed(now.iter().filter_map(Json::as_str).map(str::to_owned).collect(), tags, adding);
    let gone = now.is_empty();
    let value = Json::Array(now.into_iter().map(Json::String).collect());
    match place {
        Some(place) if gone => {
            members.remove(place);
        }
        Some(place) => members[place].1 = value,
        None if gone => {}
        None => members.push((TAGS.to_owned(), value)),
    }
}

/// Follows a path. Names of kinds that stand for nothing in the text, as that of a list of types, are passed over.
fn locate<'a>(
    json: &'a mut Json,
    wanted: (Draft, EntityType),
    steps: &[&str],
    budget: &Budget,
) -> Option<&'a mut Json> {
    budget.take(1 + json.as_object().map_or(0, <[_]>::len) as u64 / 16).ok()?;
    let (draft, entity) = wanted;
    let (kind, rest) = steps.split_first()?;
    match *kind {
        "object" => {
            if rest.is_empty() {
                return (entity == EntityType::SrRecord).then_some(json);
            }
            let (keyword, rest) = match rest[0] {
                "definitions" if json.get("definitions").is_some() => ("definitions", &rest[1..]),
                // What is found under `$defs` may stand under `definitions`, and the other way round.
                "definitions" | "$defs" if json.get("$defs").is_some() => ("$defs", &rest[1..]),
                "$defs" => ("definitions", &rest[1..]),
                _ => ("properties", rest),
            };
            let (found, rest) = named(member(json, keyword)?, rest)?;
            if rest.is_empty() { Some(found) } else { locate(found, wanted, rest, budget) }
        }
        "array" => locate(member(json, "items")?, wanted, rest, budget),
        "not" => locate(member(json, "not")?, wanted, rest, budget),
        "conditional" => {
            let (branch, rest) = rest.split_first()?;
            locate(member(json, branch)?, wanted, rest, budget)
        }
        "allof" | "anyof" | "oneof" => {
            let keyword = match *kind {
                "allof" => "allOf",
                "anyof" => "anyOf",
                _ => "oneOf",
            };
            let (index, rest) = rest.split_first()?;
            let index: usize = index.parse().ok()?;
            if json.get(keyword).is_some() {
                return locate(branch(member(json, keyword)?, draft, index, budget)?, wanted, rest, budget);
            }
            locate(json, wanted, rest, budget)
        }
        _ => None,
    }
}

/// A member whose name may have dots in it, and what is left of the path.
fn named<'a, 's>(json: &'a mut Json, steps: &'s [&'s str]) -> Option<(&'a mut Json, &'s [&'s str])> {
    let length = (1..=steps.len()).find(|length| json.get(&steps[..*length].join(".")).is_some())?;
    Some((member(json, &steps[..length].join("."))?, &steps[length..]))
}

fn member<'a>(json: &'a mut Json, name: &str) -> Option<&'a mut Json> {
    match json {
        Json::Object(members) => members.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value),
        _ => None,
    }
}

/// The branch at a place in order.
fn branch<'a>(branches: &'a mut Json, draft: Draft, index: usize, budget: &Budget) -> Option<&'a mut Json> {
    let Json::Array(branches) = branches else { return None };
    let list = Json::Object(vec![("allOf".to_owned(), Json::Array(branches.clone()))]);
    let classic = if draft == Draft::Modern { Draft::Seven } else { draft };
    let model = load_detached(&list, classic, budget).ok()?;
    let super::super::model::Kind::Combined(combined) = &model[model.root?].kind else { return None };
    let id = *order::sorted(&model, &combined.parts).get(index)?;
    let place = combined.parts.iter().position(|part| *part == id)?;
    branches.get_mut(place)
}
