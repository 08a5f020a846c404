//! The syntax tree of a `.proto` file: what the original keeps of a text, in the order in which it keeps it.
//!
//! Comments and positions are not part of it; two texts with the same tree are the same schema.

use std::collections::HashMap;

/// The greatest field number that there is; a range up to it is written `to max`.
pub(super) const MAX_TAG: i32 = 536_870_911;

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ProtoFile {
    pub(super) syntax: Option<Syntax>,
    pub(super) package: Option<String>,
    pub(super) imports: Vec<String>,
    pub(super) public_imports: Vec<String>,
    pub(super) weak_imports: Vec<String>,
    pub(super) options: Vec<ProtoOption>,
    pub(super) types: Vec<TypeDef>,
    pub(super) extends: Vec<Extend>,
    pub(super) services: Vec<Service>,
    /// Whether there are extensions without a field, which a normal form leaves out. The blank line before them stays.
    pub(super) has_empty_extends: bool,
}

impl ProtoFile {
    /// All imports, of whatever kind.
    pub(super) fn all_imports(&self) -> impl Iterator<Item = &String> {
        self.imports.iter().chain(&self.public_imports).chain(&self.weak_imports)
    }

    pub(super) fn imports_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.imports.iter_mut().chain(&mut self.public_imports).chain(&mut self.weak_imports)
    }

    /// Whether fields need no label and may not be required.
    pub(super) fn is_proto3(&self) -> bool {
        self.syntax == Some(Syntax::Proto3)
    }
}

/// The syntax that the first line names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    Proto2,
    Proto3,
}

impl Syntax {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Proto2 => "proto2",
            Self::Proto3 => "proto3",
        }
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        [Self::Proto2, Self::Proto3].into_iter().find(|syntax| syntax.as_str() == name)
    }
}

/// A named type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TypeDef {
    Message(Message),
    Enum(Enum),
}

impl TypeDef {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Message(message) => &message.name,
            Self::Enum(one) => &one.name,
        }
    }
}

/// The messages among types.
pub(super) fn messages(types: &[TypeDef]) -> impl Iterator<Item = &Message> {
    types.iter().filter_map(|one| match one {
        TypeDef::Message(message) => Some(message),
        TypeDef::Enum(_) => None,
    })
}

/// The enums among types.
pub(super) fn enums(types: &[TypeDef]) -> impl Iterator<Item = &Enum> {
    types.iter().filter_map(|one| match one {
        TypeDef::Enum(one) => Some(one),
        TypeDef::Message(_) => None,
    })
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) name: String,
    /// One entry for each statement.
    pub(super) reserved: Vec<Vec<Range>>,
    pub(super) options: Vec<ProtoOption>,
    pub(super) fields: Vec<Field>,
    pub(super) oneofs: Vec<Oneof>,
    pub(super) groups: Vec<Group>,
    pub(super) extensions: Vec<Extensions>,
    pub(super) extends: Vec<Extend>,
    pub(super) nested: Vec<TypeDef>,
    /// Whether there are oneofs without a field, which a normal form leaves out. The blank line before them stays.
    pub(super) has_empty_oneofs: bool,
    /// The same for extensions.
    pub(super) has_empty_extends: bool,
}

impl Message {
    /// How many fields it has, those of its oneofs included.
    pub(super) fn members(&self) -> usize {
        self.fields.len() + self.oneofs.iter().map(|oneof| oneof.fields.len() + 1).sum::<usize>()
    }
}

/// A field name, a number, or numbers from one to another, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Range {
    Name(String),
    One(i32),
    Span(i32, i32),
}

/// A statement of numbers that are left to extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    pub(super) ranges: Vec<Range>,
    pub(super) options: Vec<ProtoOption>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) label: Option<Label>,
    /// A scalar, a name or `map<K, V>`.
    pub(super) type_name: String,
    pub(super) name: String,
    pub(super) tag: i32,
    /// As a descriptor has it: that of a field of bytes is escaped.
    pub(super) default: Option<String>,
    pub(super) json_name: Option<String>,
    pub(super) options: Vec<ProtoOption>,
}

/// The word before a field's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Optional,
    Required,
    Repeated,
}

impl Label {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Required => "required",
            Self::Repeated => "repeated",
        }
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        [Self::Optional, Self::Required, Self::Repeated].into_iter().find(|label| label.as_str() == name)
    }
}

/// Fields of which one at most is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Oneof {
    pub(super) name: String,
    pub(super) options: Vec<ProtoOption>,
    pub(super) fields: Vec<Field>,
    pub(super) groups: Vec<Group>,
}

/// A group, which is a message and a field in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) label: Option<Label>,
    pub(super) name: String,
    pub(super) tag: i32,
    pub(super) fields: Vec<Field>,
}

/// Extension fields, each with the message that it extends, by that message in the order of their first.
pub(super) fn grouped(fields: impl IntoIterator<Item = (String, Field)>) -> Vec<Extend> {
    let mut extends: Vec<Extend> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (name, field) in fields {
        match places.get(&name).and_then(|place| extends.get_mut(*place)) {
            Some(extend) => extend.fields.push(field),
            None => {
                places.insert(name.clone(), extends.len());
                extends.push(Extend { name, fields: vec![field] });
            }
        }
    }
    extends
}

/// Fields for a message that is defined elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extend {
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
}

/// An enum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Enum {
    pub(super) name: String,
    /// One entry for each statement.
    pub(super) reserved: Vec<Vec<Range>>,
    pub(super) options: Vec<ProtoOption>,
    pub(super) constants: Vec<Constant>,
}

/// A name in an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Constant {
    pub(super) name: String,
    pub(super) tag: i32,
    pub(super) options: Vec<ProtoOption>,
}

/// A service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) name: String,
    pub(super) options: Vec<ProtoOption>,
    pub(super) rpcs: Vec<Rpc>,
}

/// A method of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rpc {
    pub(super) name: String,
    pub(super) request: String,
    pub(super) request_streaming: bool,
    pub(super) response: String,
    pub(super) response_streaming: bool,
    pub(super) options: Vec<ProtoOption>,
}

/// An option.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ProtoOption {
    /// The name without parentheses.
    pub(super) name: String,
    /// Whether it stands in parentheses, which makes it a custom option.
    pub(super) parenthesized: bool,
    pub(super) value: Value,
}

/// The value of an option. Words and numbers are kept as they are written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Value {
    Text(String),
    Boolean(String),
    Number(String),
    Word(String),
    Map(Vec<(String, Value)>),
    List(Vec<Value>),
    /// `(name).member = value`: an option of an option.
    Member(Box<ProtoOption>),
}

impl Value {
    /// The text of a scalar value.
    pub(super) fn scalar(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Boolean(text) | Self::Number(text) | Self::Word(text) => Some(text),
            Self::Map(_) | Self::List(_) | Self::Member(_) => None,
        }
    }
}

/// The key and value types of `map<K, V>`.
pub(super) fn map_parts(type_name: &str) -> Option<(&str, &str)> {
    let (key, value) = type_name.strip_prefix("map<")?.strip_suffix('>')?.split_once(',')?;
    Some((key.trim(), value.trim()))
}

/// Whether a type is built in.
pub(super) fn is_scalar(type_name: &str) -> bool {
    scalar_number(type_name).is_some()
}

/// The number of a built-in type in a descriptor.
pub(super) fn scalar_number(type_name: &str) -> Option<u64> {
    SCALARS.iter().find(|(name, _)| *name == type_name).map(|(_, number)| *number)
}

/// The name of a built-in type by its number in a descriptor.
pub(super) fn scalar_name(number: u64) -> Option<&'static str> {
    SCALARS.iter().find(|(_, one)| *one == number).map(|(name, _)| *name)
}

const SCALARS: [(&str, u64); 15] = [
    ("double", 1),
    ("float", 2),
    ("int64", 3),
    ("uint64", 4),
    ("int32", 5),
    ("fixed64", 6),
    ("fixed32", 7),
    ("bool", 8),
    ("string", 9),
    ("bytes", 12),
    ("uint32", 13),
    ("sfixed32", 15),
    ("sfixed64", 16),
    ("sint32", 17),
    ("sint64", 18),
];
