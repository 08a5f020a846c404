//! The shape of samples: what was seen at each place.

use crate::command::plain::moment::Moment;
use avro_model::json::Json;
use avro_model::schema::LogicalType;
use std::collections::HashMap;

/// What was seen at a place.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) has_null: bool,
    pub(super) has_boolean: bool,
    pub(super) number: Option<Number>,
    /// Whether an integer has more than 64 bits.
    pub(super) is_beyond: bool,
    pub(super) texts: Option<Texts>,
    /// The items of all arrays.
    pub(super) items: Option<Box<Shape>>,
    pub(super) object: Option<Object>,
}

/// The smallest type that holds all numbers of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Number {
    Int,
    Long,
    Double,
}

/// The texts of a place: the logical types that all of them are texts of.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) logical: Vec<LogicalType>,
}

/// All objects of a place.
#[derive(Debug, Default)]
pub(super) struct Object {
    /// How many there were.
    pub(super) count: usize,
    /// In the order in which the keys were seen first, with the number of objects that have them.
    pub(super) members: Vec<(String, Shape, usize)>,
    places: HashMap<String, usize>,
}

/// The logical types that texts may be of, the preferred ones first.
const LOGICAL: [LogicalType; 6] = [
    LogicalType::Uuid,
    LogicalType::Date,
    LogicalType::TimestampMillis,
    LogicalType::TimestampMicros,
    LogicalType::LocalTimestampMillis,
    LogicalType::LocalTimestampMicros,
];

impl Shape {
    /// Adds a value.
    pub(super) fn add(&mut self, value: &Json) {
        match value {
            Json::Null => self.has_null = true,
            Json::Bool(_) => self.has_boolean = true,
            Json::Int(number) => {
                let number = if i32::try_from(*number).is_ok() { Number::Int } else { Number::Long };
                self.number = self.number.max(Some(number));
            }
            Json::BigInt(_) => {
                self.is_beyond = true;
                self.number = Some(Number::Double);
            }
            Json::Double(_) => self.number = Some(Number::Double),
            Json::String(text) => {
                let texts = self.texts.get_or_insert_with(|| Texts { logical: LOGICAL.to_vec() });
                texts.logical.retain(|logical| is_of(text, *logical));
            }
            Json::Array(values) => {
                let items = self.items.get_or_insert_default();
                values.iter().for_each(|value| items.add(value));
            }
            Json::Object(members) => {
                let object = self.object.get_or_insert_default();
                object.count += 1;
                members.iter().for_each(|(key, value)| object.add(key, value));
            }
        }
    }
}

impl Shape {
    /// What was seen at several places, as if it were one.
    pub(super) fn of_all<'s>(shapes: impl Iterator<Item = &'s Self>) -> Self {
        let mut all = Self::default();
        shapes.for_each(|shape| all.join(shape));
        all
    }

    fn join(&mut self, other: &Self) {
        self.has_null |= other.has_null;
        self.has_boolean |= other.has_boolean;
        self.number = self.number.max(other.number);
        self.is_beyond |= other.is_beyond;
        if let Some(other) = &other.texts {
            let texts = self.texts.get_or_insert_with(|| Texts { logical: LOGICAL.to_vec() });
            texts.logical.retain(|logical| other.logical.contains(logical));
        }
        if let Some(other) = &other.items {
            self.items.get_or_insert_default().join(other);
        }
        if let Some(other) = &other.object {
            let object = self.object.get_or_insert_default();
            object.count += other.count;
            for (key, shape, count) in &other.members {
                let member = object.member(key);
                member.1.join(shape);
                member.2 += count;
            }
        }
    }
}

impl Object {
    fn member(&mut self, key: &str) -> &mut (String, Shape, usize) {
        let place = match self.places.get(key) {
            Some(place) => *place,
            None => {
                self.places.insert(key.to_owned(), self.members.len());
                self.members.push((key.to_owned(), Shape::default(), 0));
                self.members.len() - 1
            }
        };
        &mut self.members[place]
    }

    fn add(&mut self, key: &str, value: &Json) {
        let (_, shape, count) = self.member(key);
        shape.add(value);
        *count += 1;
    }
}

fn is_of(text: &str, logical: LogicalType) -> bool {
    match logical {
        LogicalType::Uuid => {
            let dashes = [8, 13, 18, 23];
            let fits = |(at, byte): (usize, u8)| match dashes.contains(&at) {
                true => byte == b'-',
                false => byte.is_ascii_hexdigit(),
            };
            text.len() == 36 && text.bytes().enumerate().all(fits)
        }
        logical => Moment::parse(text).is_some_and(|moment| moment.number(logical).is_some()),
    }
}
