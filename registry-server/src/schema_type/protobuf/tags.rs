//! Inline tags: the member `tags` of the options `confluent.message_meta` and `confluent.field_meta` (protobuf §7).
//!
//! An entity path names messages from the outside inwards without the package, then the field; the oneof of a field may
//! stand before it. A dot at the beginning means nothing.

use std::collections::{HashMap, HashSet};

use super::InvalidText;
use super::descriptor::tags_in;
use super::hash_order;
use super::merge;
use super::tree::{Field, Message, ProtoFile, ProtoOption, TypeDef, Value, messages};
use crate::schema_type::{Budget, EntityType, SchemaTags};

const MESSAGE_META: &str = "confluent.message_meta";
const FIELD_META: &str = "confluent.field_meta";

/// All inline tags of messages and fields, as far as the budget goes.
pub(super) fn find(file: &ProtoFile, budget: &Budget) -> Vec<SchemaTags> {
    let mut found = Vec::new();
    messages(&file.types).all(|message| collect("", message, &mut found, budget));
    found
}

fn collect(outer: &str, message: &Message, found: &mut Vec<SchemaTags>, budget: &Budget) -> bool {
    let path = if outer.is_empty() { message.name.clone() } else { format!("{outer}.{}", message.name) };
    let mut add = |path: String, entity: EntityType, options: &[ProtoOption], meta: &str| {
        let tags = tags_of(options, meta);
        if !tags.is_empty() {
            found.push(SchemaTags { path, entity, tags });
        }
    };
    add(path.clone(), EntityType::SrRecord, &message.options, MESSAGE_META);
    for field in message.fields.iter().chain(message.oneofs.iter().flat_map(|oneof| &oneof.fields)) {
        if !budget.spend(1) {
            return false;
        }
        add(format!("{path}.{}", field.name), EntityType::SrField, &field.options, FIELD_META);
    }
    budget.spend(1) && messages(&message.nested).all(|nested| collect(&path, nested, found, budget))
}

fn tags_of(options: &[ProtoOption], meta: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let mut met: HashSet<String> = HashSet::new();
    if let Some(Value::Map(members)) = merge::find(options, meta).map(|option| option.value) {
        let value = members.iter().find(|(name, _)| name == "tags").map(|(_, value)| value);
        for tag in tags_in(value) {
            if met.insert(tag.clone()) {
                tags.push(tag);
            }
        }
    }
    tags
}

/// A file with tags added and then removed; of no worth once the budget ends.
///
/// # Errors
/// [`InvalidText`] when an entity path leads nowhere.
pub(super) fn edited(
    file: &ProtoFile,
    add: &[SchemaTags],
    remove: &[SchemaTags],
    budget: &Budget,
) -> Result<ProtoFile, InvalidText> {
    let mut file = file.clone();
    for (changes, adding) in [(add, true), (remove, false)] {
        for change in changes.iter().take_while(|_| budget.spend(1)) {
            let path = change.path.strip_prefix('.').unwrap_or(&change.path);
            let steps: Vec<&str> = path.split('.').collect();
            let (options, meta) = match change.entity {
                EntityType::SrRecord => (message_options(&mut file.types, &steps)?, MESSAGE_META),
                EntityType::SrField => (field_options(&mut file.types, &steps)?, FIELD_META),
            };
            apply(options, meta, &change.tags, adding);
        }
    }
    Ok(file)
}

fn no_message(name: &str) -> InvalidText {
    InvalidText(format!("No matching Message with name '{name}' found in the schema"))
}

fn no_field(name: &str) -> InvalidText {
    InvalidText(format!("No matching Field with name '{name}' found in the schema"))
}

fn message_named<'a>(types: &'a mut [TypeDef], name: &str) -> Option<&'a mut Message> {
    types.iter_mut().find_map(|one| match one {
        TypeDef::Message(message) if message.name == name => Some(message),
        _ => None,
    })
}

fn message_options<'a>(
    types: &'a mut [TypeDef],
    steps: &[&str],
) -> Result<&'a mut Vec<ProtoOption>, InvalidText> {
    let Some((last, outer)) = steps.split_last() else { return Err(no_message("")) };
    let mut types = types;
    for step in outer {
        types = &mut message_named(types, step).ok_or_else(|| no_message(step))?.nested;
    }
    message_named(types, last).map(|message| &mut message.options).ok_or_else(|| no_message(last))
}

fn field_options<'a>(
    types: &'a mut [TypeDef],
    steps: &[&str],
) -> Result<&'a mut Vec<ProtoOption>, InvalidText> {
    let [first, inner @ .., name] = steps else {
        return Err(no_field(steps.last().unwrap_or(&"")));
    };
    let Some(mut message) = message_named(types, first) else {
        return Err(if inner.is_empty() { no_field(name) } else { no_message(first) });
    };
    for (index, step) in inner.iter().enumerate() {
        let last = index + 1 == inner.len();
        if messages(&message.nested).any(|nested| nested.name == *step) {
            message = message_named(&mut message.nested, step).ok_or_else(|| no_message(step))?;
        } else if last {
            // The last step before the field may be its oneof.
            let oneof = message.oneofs.iter_mut().rev().find(|oneof| oneof.name == *step);
            return oneof
                .and_then(|oneof| field_named(&mut oneof.fields, name))
                .ok_or_else(|| no_field(name));
        } else {
            return Err(no_message(step));
        }
    }
    let Message { fields, oneofs, .. } = message;
    field_named(fields, name)
        .or_else(|| oneofs.iter_mut().find_map(|oneof| field_named(&mut oneof.fields, name)))
        .ok_or_else(|| no_field(name))
}

fn field_named<'a>(fields: &'a mut [Field], name: &str) -> Option<&'a mut Vec<ProtoOption>> {
    fields.iter_mut().find(|field| field.name == name).map(|field| &mut field.options)
}

/// Changes the tags among an element's options, which come out merged and in the order of the original's table.
fn apply(options: &mut Vec<ProtoOption>, meta: &str, tags: &[String], adding: bool) {
    if adding && !tags.is_empty() {
        let tags = Value::List(tags.iter().cloned().map(Value::Text).collect());
        options.push(ProtoOption {
            name: meta.to_owned(),
            parenthesized: true,
            value: Value::Map(vec![("tags".to_owned(), tags)]),
        });
    }
    let mut merged = merge::by_name(options);
    if !adding && let Some(option) = merged.iter_mut().find(|option| option.name == meta) {
        remove(option, tags);
    }
    merged.retain(|option| option.name != meta || option.value != Value::Map(Vec::new()));
    let names: Vec<String> = merged.iter().map(|option| option.name.clone()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let order = hash_order::names(&[], &names);
    let places: HashMap<&str, usize> = order.iter().enumerate().map(|(place, name)| (*name, place)).collect();
    merged.sort_by_cached_key(|option| places.get(option.name.as_str()).copied());
    *options = merged;
}

fn remove(option: &mut ProtoOption, tags: &[String]) {
    let Value::Map(members) = &mut option.value else { return };
    let Some(place) = members.iter().position(|(name, _)| name == "tags") else { return };
    let Some((_, value)) = members.get_mut(place) else { return };
    let mut left = tags_in(Some(value));
    left.retain(|tag| !tags.contains(tag));
    if left.is_empty() {
        members.remove(place);
    } else {
        *value = Value::List(left.into_iter().map(Value::Text).collect());
    }
}
