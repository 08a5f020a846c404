//! Options that are given more than once, as one: the original merges the members of their values (protobuf §3).

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

/// One option out of several of the same name: maps are merged, of anything else the last counts.
#[derive(Debug)]
pub(super) struct Merged {
    name: String,
    parenthesized: bool,
    value: MergedValue,
}

#[derive(Debug)]
enum MergedValue {
    Plain(Value),
    Map(MergedMap),
}

/// A map that takes up others, each in the time that the other one takes.
#[derive(Debug, Default)]
struct MergedMap {
    members: Vec<(String, Member)>,
    places: HashMap<String, usize>,
}

#[derive(Debug)]
enum Member {
    Single(Value),
    /// The distinct values of a name that was given several times.
    Several {
        values: Vec<Value>,
        met: HashSet<Value>,
    },
}

impl Merged {
    pub(super) fn new(option: ProtoOption) -> Self {
        let value = match option.value {
            Value::Map(members) => {
                let mut map = MergedMap::default();
                map.take_up(members);
                MergedValue::Map(map)
            }
            value => MergedValue::Plain(value),
        };
        Self { name: option.name, parenthesized: option.parenthesized, value }
    }

    /// Takes up an option of the same name that comes later.
    pub(super) fn take_up(&mut self, later: ProtoOption) {
        let mut later = unfolded(later);
        if let (MergedValue::Map(map), Value::Map(members)) = (&mut self.value, &mut later.value) {
            map.take_up(std::mem::take(members));
            self.parenthesized = later.parenthesized;
        } else {
            *self = Self::new(later);
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn into_option(self) -> ProtoOption {
        let value = match self.value {
            MergedValue::Plain(value) => value,
            MergedValue::Map(map) => Value::Map(
                map.members.into_iter().map(|(name, member)| (name, member.into_value())).collect(),
            ),
        };
        ProtoOption { name: self.name, parenthesized: self.parenthesized, value }
    }
}

impl MergedMap {
    /// A name that the same map gives twice stands there twice.
    fn take_up(&mut self, more: Vec<(String, Value)>) {
        let mut new: Vec<(String, usize)> = Vec::new();
        for (name, value) in more {
            match self.places.get(&name).and_then(|place| self.members.get_mut(*place)) {
                Some((_, known)) => known.join(value),
                None => {
                    new.push((name.clone(), self.members.len()));
                    self.members.push((name, Member::Single(value)));
                }
            }
        }
        self.places.extend(new);
    }
}

impl Member {
    /// Makes a list without duplicates of what was there and another value.
    fn join(&mut self, other: Value) {
        let (mut values, mut met) = match std::mem::replace(self, Self::Single(Value::List(Vec::new()))) {
            Self::Single(first) => {
                let mut met = HashSet::new();
                let values = items(first).into_iter().filter(|value| met.insert(value.clone())).collect();
                (values, met)
            }
            Self::Several { values, met } => (values, met),
        };
        values.extend(items(other).into_iter().filter(|value| met.insert(value.clone())));
        *self = Self::Several { values, met };
    }

    fn into_value(self) -> Value {
        match self {
            Self::Single(value) => value,
            Self::Several { values, .. } => Value::List(values),
        }
    }
}

fn items(value: Value) -> Vec<Value> {
    match value {
        Value::List(values) => values,
        value => vec![value],
    }
}

/// Options with each name once, in the order in which a name first comes.
pub(super) fn by_name(options: &[ProtoOption]) -> Vec<ProtoOption> {
    let mut once: Vec<Merged> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for option in options {
        let mut option = unfolded(option.clone());
        if let Some(name) = option.name.strip_prefix('.') {
            option.name = name.to_owned();
        }
        match places.get(&option.name).and_then(|place| once.get_mut(*place)) {
            Some(known) => known.take_up(option),
            None => {
                places.insert(option.name.clone(), once.len());
                once.push(Merged::new(option));
            }
        }
    }
    once.into_iter().map(Merged::into_option).collect()
}

/// The option of that name, all its occurrences merged.
pub(super) fn find(options: &[ProtoOption], name: &str) -> Option<ProtoOption> {
    let of_that_name = |option: &&ProtoOption| option.name.strip_prefix('.').unwrap_or(&option.name) == name;
    let mut found = options.iter().filter(of_that_name).cloned().map(unfolded);
    let mut merged = Merged::new(found.next()?);
    found.for_each(|later| merged.take_up(later));
    Some(merged.into_option())
}
