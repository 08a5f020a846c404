//! The options that have a place in a descriptor, kind by kind, and the metadata of Confluent.

use super::wire::{Fields, Wire, Writer};
use crate::schema_type::protobuf::InvalidText;
use crate::schema_type::protobuf::merge;
use crate::schema_type::protobuf::tree::{ProtoOption, Value};

/// The type of an option's value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holds {
    Text,
    Boolean,
    /// One of these names, whose numbers are their places.
    Word(&'static [&'static str]),
}

/// The options of one kind of element, in the order in which the original lists them, and its metadata option.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    options: &'static [(&'static str, u32, Holds)],
    meta: Option<&'static str>,
}

/// The number of all metadata options.
const META: u32 = 1088;

pub(super) const FILE: Table = Table {
    options: &[
        ("java_package", 1, Holds::Text),
        ("java_outer_classname", 8, Holds::Text),
        ("java_multiple_files", 10, Holds::Boolean),
        ("java_generate_equals_and_hash", 20, Holds::Boolean),
        ("java_string_check_utf8", 27, Holds::Boolean),
        ("optimize_for", 9, Holds::Word(&["", "SPEED", "CODE_SIZE", "LITE_RUNTIME"])),
        ("go_package", 11, Holds::Text),
        ("cc_generic_services", 16, Holds::Boolean),
        ("java_generic_services", 17, Holds::Boolean),
        ("py_generic_services", 18, Holds::Boolean),
        ("php_generic_services", 42, Holds::Boolean),
        ("deprecated", 23, Holds::Boolean),
        ("cc_enable_arenas", 31, Holds::Boolean),
        ("objc_class_prefix", 36, Holds::Text),
        ("csharp_namespace", 37, Holds::Text),
        ("swift_prefix", 39, Holds::Text),
        ("php_class_prefix", 40, Holds::Text),
        ("php_namespace", 41, Holds::Text),
        ("php_metadata_namespace", 44, Holds::Text),
        ("ruby_package", 45, Holds::Text),
    ],
    meta: Some("confluent.file_meta"),
};
pub(super) const MESSAGE: Table = Table {
    options: &[
        ("no_standard_descriptor_accessor", 2, Holds::Boolean),
        ("deprecated", 3, Holds::Boolean),
        ("map_entry", 7, Holds::Boolean),
    ],
    meta: Some("confluent.message_meta"),
};
pub(super) const FIELD: Table = Table {
    options: &[
        ("ctype", 1, Holds::Word(&["STRING", "CORD", "STRING_PIECE"])),
        ("packed", 2, Holds::Boolean),
        ("jstype", 6, Holds::Word(&["JS_NORMAL", "JS_STRING", "JS_NUMBER"])),
        ("deprecated", 3, Holds::Boolean),
        ("debug_redact", 16, Holds::Boolean),
        ("retention", 17, Holds::Word(&["RETENTION_UNKNOWN", "RETENTION_RUNTIME", "RETENTION_SOURCE"])),
    ],
    meta: Some("confluent.field_meta"),
};
pub(super) const ENUM: Table = Table {
    options: &[("allow_alias", 2, Holds::Boolean), ("deprecated", 3, Holds::Boolean)],
    meta: Some("confluent.enum_meta"),
};
pub(super) const CONSTANT: Table =
    Table { options: &[("deprecated", 1, Holds::Boolean)], meta: Some("confluent.enum_value_meta") };
pub(super) const SERVICE: Table = Table { options: &[("deprecated", 33, Holds::Boolean)], meta: None };
pub(super) const RPC: Table = Table {
    options: &[
        ("deprecated", 33, Holds::Boolean),
        ("idempotency_level", 34, Holds::Word(&["IDEMPOTENCY_UNKNOWN", "NO_SIDE_EFFECTS", "IDEMPOTENT"])),
    ],
    meta: None,
};

impl Table {
    /// The options message of an element. Options that have no place in it are left out, as in the original.
    pub(super) fn write(&self, options: &[ProtoOption]) -> Writer {
        let merged = merge::by_name(options);
        let find = |name: &str| merged.iter().find(|option| option.name == name).map(|option| &option.value);
        let mut sorted: Vec<_> = self.options.to_vec();
        sorted.sort_by_key(|(_, number, _)| *number);
        let mut writer = Writer::default();
        for (name, number, holds) in sorted {
            let Some(text) = find(name).and_then(Value::scalar) else { continue };
            match holds {
                Holds::Text => writer.text(number, text),
                Holds::Boolean => writer.boolean(number, text.eq_ignore_ascii_case("true")),
                Holds::Word(words) => {
                    if let Some(place) = words.iter().position(|word| *word == text) {
                        writer.number(number, place as u64);
                    }
                }
            }
        }
        if let Some(Value::Map(members)) = self.meta.and_then(find) {
            writer.options(META, &write_meta(members));
        }
        writer
    }

    /// The options in an options message.
    pub(super) fn read(&self, bytes: &[u8]) -> Result<Vec<ProtoOption>, InvalidText> {
        let mut known: Vec<Option<Value>> = vec![None; self.options.len()];
        let mut meta: Vec<u8> = Vec::new();
        let mut fields = Fields::of(bytes);
        while let Some((field, value)) = fields.next()? {
            if field == u64::from(META) && self.meta.is_some() {
                meta.extend_from_slice(value.bytes()?);
                continue;
            }
            let place = self.options.iter().position(|(_, number, _)| u64::from(*number) == field);
            if let Some((place, (_, _, holds))) =
                place.and_then(|place| self.options.get(place).map(|option| (place, option)))
            {
                known[place] = read_value(*holds, value)?;
            }
        }
        let option =
            |name: &str, value: Value| ProtoOption { name: name.to_owned(), parenthesized: false, value };
        let mut options: Vec<ProtoOption> = self
            .options
            .iter()
            .zip(known)
            .filter_map(|((name, _, _), value)| value.map(|value| option(name, value)))
            .collect();
        if let (Some(name), members) = (self.meta, read_meta(&meta)?)
            && !members.is_empty()
        {
            let value = Value::Map(members);
            options.push(ProtoOption { name: name.to_owned(), parenthesized: true, value });
        }
        Ok(options)
    }
}

fn read_value(holds: Holds, value: Wire<'_>) -> Result<Option<Value>, InvalidText> {
    Ok(match holds {
        Holds::Text => Some(Value::Text(value.text()?)),
        Holds::Boolean => Some(Value::Boolean(value.boolean()?.to_string())),
        Holds::Word(words) => usize::try_from(value.number()?)
            .ok()
            .and_then(|place| words.get(place))
            .map(|word| Value::Word((*word).to_owned())),
    })
}

fn write_meta(members: &[(String, Value)]) -> Writer {
    let find = |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let mut writer = Writer::default();
    if let Some(doc) = find("doc").and_then(Value::scalar) {
        writer.text(1, doc);
    }
    for (key, value) in params(find("params")) {
        let mut entry = Writer::default();
        entry.text(1, key);
        entry.text(2, value);
        writer.message(2, &entry);
    }
    for tag in tags_in(find("tags")) {
        writer.text(3, &tag);
    }
    writer
}

/// Pairs are written as `{key: "k", value: "v"}`, one or a list of them.
fn params(value: Option<&Value>) -> Vec<(&str, &str)> {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let entries = match value {
        Some(Value::List(entries)) => entries.as_slice(),
        Some(entry) => std::slice::from_ref(entry),
        None => &[],
    };
    for entry in entries {
        let Value::Map(members) = entry else { continue };
        let find = |name: &str| members.iter().find(|(known, _)| known == name);
        let text = |name: &str| find(name).and_then(|(_, value)| value.scalar());
        if let (Some(key), Some(value)) = (text("key"), text("value")) {
            match pairs.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => *known = value,
                None => pairs.push((key, value)),
            }
        }
    }
    pairs
}

/// The texts of a value that is one or a list of them.
pub(in crate::schema_type::protobuf) fn tags_in(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::List(values)) => values.iter().filter_map(Value::scalar).map(str::to_owned).collect(),
        Some(value) => value.scalar().map(str::to_owned).into_iter().collect(),
        None => Vec::new(),
    }
}

fn read_meta(bytes: &[u8]) -> Result<Vec<(String, Value)>, InvalidText> {
    let (mut doc, mut pairs, mut tags) = (String::new(), Vec::new(), Vec::new());
    let mut fields = Fields::of(bytes);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => doc = value.text()?,
            2 => pairs.push(read_pair(value.bytes()?)?),
            3 => tags.push(Value::Text(value.text()?)),
            _ => {}
        }
    }
    let mut members = Vec::new();
    if !doc.is_empty() {
        members.push(("doc".to_owned(), Value::Text(doc)));
    }
    if !pairs.is_empty() {
        members.push(("params".to_owned(), Value::List(pairs)));
    }
    if !tags.is_empty() {
        members.push(("tags".to_owned(), Value::List(tags)));
    }
    Ok(members)
}

fn read_pair(bytes: &[u8]) -> Result<Value, InvalidText> {
    let (mut key, mut value) = (String::new(), String::new());
    let mut fields = Fields::of(bytes);
    while let Some((field, wire)) = fields.next()? {
        match field {
            1 => key = wire.text()?,
            2 => value = wire.text()?,
            _ => {}
        }
    }
    let value_first = matches!(key.as_str(), "precision" | "scale");
    let mut members = vec![("key".to_owned(), Value::Text(key)), ("value".to_owned(), Value::Text(value))];
    // These two are older than the rule that keys come first.
    if value_first {
        members.reverse();
    }
    Ok(Value::Map(members))
}
