//! Whether a default fits the type of its field (schemas §6.1).
//!
//! This is the reference's check: it looks at kinds of JSON only. That an enum has the symbol, that a fixed has the
//! length, or that a character of bytes is below 256 shows when the default is used.

use crate::json::Json;
use crate::schema::{Kind, Node, NodeId, Schema};
use std::collections::HashMap;

/// Schemas by id, some of which may not be known yet.
pub(crate) trait Types {
    /// The node, unless its name is still pending.
    fn get(&self, part: NodeId) -> Option<&Node>;

    /// True when any default may fit a type that is not known yet; else it is taken for a record without fields.
    fn any_default_fits_unknown(&self) -> bool {
        false
    }

    /// False for a record that is unfinished, so that the reference cannot look into it.
    fn has_fields(&self, _record: NodeId) -> bool {
        true
    }

    /// Takes a step; false when the check is to end, with any verdict.
    fn step(&self) -> bool {
        true
    }

    /// True when the default of a field that a value leaves out is to be checked once more.
    fn checks_defaults_of_fields(&self) -> bool {
        false
    }
}

/// Whether a default fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Yes,
    No,
    /// It fits so far, but a type on the way is not known yet.
    Unsettled,
    /// It needs the fields of a record that is unfinished.
    Recursive,
}

/// How far defaults of fields are followed from record to record.
const MAX_DEFAULTS: usize = 500;

/// Checks a default against the type of its field.
///
/// A type whose name is pending is taken for a record without fields, as the reference does. A field that a record value
/// leaves out must have a default, which was itself checked where that field was read.
pub(crate) fn fits(types: &(impl Types + ?Sized), part: NodeId, value: &Json) -> Fit {
    let mut check = Check::new(types);
    let fits = check.fits(part, value);
    if check.recursive {
        Fit::Recursive
    } else if !fits {
        Fit::No
    } else if check.unsettled {
        Fit::Unsettled
    } else {
        Fit::Yes
    }
}

/// Remembers verdicts from one default to the next, which must not move meanwhile.
pub(crate) struct Check<'a, T: ?Sized> {
    types: &'a T,
    /// Verdicts on (record, object): a union of many records is tried once for each object, however deep it is.
    records: HashMap<(NodeId, *const Json), bool>,
    unsettled: bool,
    recursive: bool,
    /// How many defaults of fields are being followed.
    defaults: usize,
}

impl<'a, T: Types + ?Sized> Check<'a, T> {
    pub(crate) fn new(types: &'a T) -> Self {
        Self { types, records: HashMap::new(), unsettled: false, recursive: false, defaults: 0 }
    }

    /// Each recursion goes one level down in the value, of at most 1,000, or into a branch of a union.
    pub(crate) fn fits(&mut self, part: NodeId, value: &Json) -> bool {
        let types = self.types;
        if !types.step() {
            return false;
        }
        let Some(node) = types.get(part) else {
            self.unsettled = true;
            return types.any_default_fits_unknown() || matches!(value, Json::Object(_));
        };
        match (&node.kind, value) {
            (Kind::Null, Json::Null)
            | (Kind::Boolean, Json::Bool(_))
            | (Kind::Long, Json::Int(_))
            | (Kind::Float | Kind::Double, Json::Int(_) | Json::BigInt(_) | Json::Double(_))
            | (Kind::Bytes | Kind::String | Kind::Enum(_) | Kind::Fixed(_), Json::String(_)) => true,
            (Kind::Int, Json::Int(value)) => i32::try_from(*value).is_ok(),
            (Kind::Array(items), Json::Array(values)) => values.iter().all(|value| self.fits(*items, value)),
            (Kind::Map(values), Json::Object(members)) => {
                members.iter().all(|(_, value)| self.fits(*values, value))
            }
            (Kind::Union(branches), _) => branches.iter().any(|&branch| self.fits(branch, value)),
            (Kind::Record(record), Json::Object(members)) => {
                let key = (part, std::ptr::from_ref(value));
                if let Some(&known) = self.records.get(&key) {
                    return known;
                }
                if self.recursive || !types.has_fields(part) {
                    self.recursive = true;
                    return false;
                }
                let find = Members::of(members);
                let fits = record.fields.iter().all(|field| match (find.get(&field.name), &field.default) {
                    (Some(value), _) => self.fits(field.schema, value),
                    (None, Some(default)) => self.default_fits(field.schema, default),
                    (None, None) => false,
                });
                self.records.insert(key, fits);
                fits
            }
            _ => false,
        }
    }

    fn default_fits(&mut self, part: NodeId, default: &Json) -> bool {
        if !self.types.checks_defaults_of_fields() || self.defaults == MAX_DEFAULTS {
            return true;
        }
        self.defaults += 1;
        let fits = self.fits(part, default);
        self.defaults -= 1;
        fits
    }
}

impl Types for Schema {
    fn get(&self, part: NodeId) -> Option<&Node> {
        self.nodes().get(part.index())
    }
}

/// Members by name, indexed when there are many.
pub(crate) enum Members<'j> {
    Few(&'j [(String, Json)]),
    Many(HashMap<&'j str, &'j Json>),
}

impl<'j> Members<'j> {
    pub(crate) fn of(members: &'j [(String, Json)]) -> Self {
        if members.len() <= 16 {
            Self::Few(members)
        } else {
            Self::Many(members.iter().map(|(key, value)| (key.as_str(), value)).collect())
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'j Json> {
        match self {
            Self::Few(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            Self::Many(members) => members.get(name).copied(),
        }
    }
}

/// The look of a default of this type, for messages.
pub(crate) fn expected(types: &(impl Types + ?Sized), part: NodeId) -> String {
    let Some(node) = types.get(part) else {
        return "an object, since the type is not defined before this field".to_owned();
    };
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Boolean => "true or false".to_owned(),
        Kind::Int => "an integer of 32 bits".to_owned(),
        Kind::Long => "an integer of 64 bits".to_owned(),
        Kind::Float | Kind::Double => "a number".to_owned(),
        Kind::Bytes => "text whose characters are the bytes".to_owned(),
        Kind::String => "text".to_owned(),
        Kind::Enum(definition) => format!("text, a symbol of {}", definition.name),
        Kind::Fixed(fixed) => format!("text of {} characters, which are the bytes", fixed.size),
        Kind::Array(_) => "an array of fitting items".to_owned(),
        Kind::Map(_) => "an object of fitting values".to_owned(),
        Kind::Record(record) => {
            format!("an object with a fitting value for each field of {} that has no default", record.name)
        }
        Kind::Union(branches) => {
            let shown: Vec<String> = branches.iter().take(8).map(|&branch| describe(types, branch)).collect();
            let more = if branches.len() > 8 { ", …" } else { "" };
            format!("a value of one of the branches [{}{more}]", shown.join(", "))
        }
    }
}

fn describe(types: &(impl Types + ?Sized), part: NodeId) -> String {
    match types.get(part) {
        None => "a type that is defined later".to_owned(),
        Some(node) => node.name().map_or_else(|| node.kind.type_name().to_owned(), ToString::to_string),
    }
}
