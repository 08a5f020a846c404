//! Options that are given more than once, as one: the original merges the members of their values.

use std::collections::{HashMap, HashSet};

use super::tree::{ProtoOption, Value};

/// A member of an option is a map of one.
pub(super) fn unfolded(option: ProtoOption) -> ProtoOption {
    let value = match option.value {
        Value::Member(inner) => {
            let inner = unfolded(*inner);
            Value::Map(vec![(inner.name, inner.value)])
        }
        value => value,
    };
    ProtoOption { value, ..option }
}

/// An option after another one of the same name: maps are merged, anything else is replaced.
pub(super) fn merged(first: ProtoOption, second: ProtoOption) -> ProtoOption {
    let second = unfolded(second);
    let value = match (first.value, second.value) {
        (Value::Map(first), Value::Map(second)) => Value::Map(merged_members(first, second)),
        (_, value) => value,
    };
    ProtoOption { name: second.name, parenthesized: second.parenthesized, value }
}

fn merged_members(mut members: Vec<(String, Value)>, more: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let places: HashMap<String, usize> =
        members.iter().enumerate().map(|(place, (name, _))| (name.clone(), place)).collect();
    for (name, value) in more {
        match places.get(&name).and_then(|place| members.get_mut(*place)) {
            Some((_, known)) => {
                let first = std::mem::replace(known, Value::List(Vec::new()));
                *known = joined(first, value);
            }
            None => members.push((name, value)),
        }
    }
    members
}

/// Two values as a list without duplicates.
fn joined(first: Value, second: Value) -> Value {
    let mut met: HashSet<Value> = HashSet::new();
    let values = items(first).into_iter().chain(items(second));
    Value::List(values.filter(|value| met.insert(value.clone())).collect())
}

fn items(value: Value) -> Vec<Value> {
    match value {
        Value::List(values) => values,
        value => vec![value],
    }
}

/// Options with each name once, in the order in which a name first comes.
pub(super) fn by_name(options: &[ProtoOption]) -> Vec<ProtoOption> {
    let mut once: Vec<Option<ProtoOption>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for option in options {
        let mut option = unfolded(option.clone());
        if let Some(name) = option.name.strip_prefix('.') {
            option.name = name.to_owned();
        }
        match places.get(&option.name).and_then(|place| once.get_mut(*place)) {
            Some(known) => {
                *known = Some(match known.take() {
                    Some(earlier) => merged(earlier, option),
                    None => option,
                });
            }
            None => {
                places.insert(option.name.clone(), once.len());
                once.push(Some(option));
            }
        }
    }
    once.into_iter().flatten().collect()
}

/// The option of that name, all its occurrences merged.
pub(super) fn find(options: &[ProtoOption], name: &str) -> Option<ProtoOption> {
    let of_that_name = |option: &&ProtoOption| option.name.strip_prefix('.').unwrap_or(&option.name) == name;
    options.iter().filter(of_that_name).cloned().map(unfolded).reduce(merged)
}
