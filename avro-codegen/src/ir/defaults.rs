//! Field defaults as values (specification, "Complex Types").
//!
//! [`avro_model`] makes the values, and refuses what the reference finds out only when it uses a default: an unknown
//! symbol, a `fixed` of another length, characters that are no byte, a record that never ends. Here it is checked that
//! the Rust types of logical types take them, and that the code stays of a sane size.

use super::lower::Source;
use super::{Ir, Parsed, TypeKind, mapped};
use crate::error::Error;
use crate::options::{OnUnusableDefault, Options};
use crate::report::{Diagnostic, Place, Report};
use avro_model::json::Json;
use avro_model::schema::{Field, LogicalType, Record};
use avro_model::value::{DefaultError, Value, default_value};
use avro_model::{Fullname, Kind, NodeId, Schema};
use std::collections::HashSet;

/// How many values one default may hold when all inner defaults are written out, and how deep they may nest.
const MAX_VALUES: usize = 10_000;
const MAX_DEPTH: usize = 64;

/// A default that is valid in a schema, but fails when it is used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the default {default} of field `{field}` of `{record}` cannot be used: {problem}; change the default, leave it out, or \
     generate the field without it: `on_unusable_default = \"ignore\"`"
)]
pub(crate) struct UnusableDefault {
    /// The full name of the record.
    pub(crate) record: Fullname,
    pub(crate) field: String,
    /// The default, cut when it is long.
    default: String,
    /// The problem, with what is expected.
    problem: String,
}

/// Gives each field with a default its value, and finds the defaults that types which stand elsewhere cannot make either.
pub(super) fn fill(
    documents: &[Parsed<'_>],
    sources: &[Source],
    ir: &mut Ir,
    options: &Options,
) -> Result<(), Error> {
    for (definition, source) in ir.types.iter_mut().zip(sources) {
        let parsed = &documents[source.document];
        let Kind::Record(record) = &parsed.schema[source.node].kind else { continue };
        let TypeKind::Record(fields) = &mut definition.kind else { continue };
        for (field, origin) in fields.iter_mut().zip(&record.fields) {
            match value(&parsed.schema, record, origin, options) {
                Ok(value) => field.default = value,
                Err(unusable) if options.unusable_defaults == OnUnusableDefault::Ignore => {
                    ir.ignored_defaults.push((record.name.to_string(), origin.name.clone()));
                    field.unusable_default = Some(format!("{}: {}", unusable.default, unusable.problem));
                }
                Err(unusable) => {
                    let entry = Diagnostic::error(&unusable.to_string());
                    let diagnostics = vec![entry.at(Place::new(parsed.name, "", 1, 1))];
                    return Err(Error::Default(Box::new(Report { diagnostics })));
                }
            }
        }
    }
    let own = ir.types.iter().filter(|definition| matches!(definition.kind, TypeKind::Record(_)));
    let mut known: HashSet<Fullname> = own.map(|definition| Fullname::new(&definition.path, "")).collect();
    for definition in &ir.types {
        let TypeKind::External { schema, .. } = &definition.kind else { continue };
        let unusable = unusable_defaults(schema, &mut known, options);
        ir.ignored_defaults
            .extend(unusable.into_iter().map(|default| (default.record.to_string(), default.field)));
    }
    Ok(())
}

/// All defaults of a schema that cannot be used, but for those of records that are known, to which its own are added.
pub(crate) fn unusable_defaults(
    schema: &Schema,
    known: &mut HashSet<Fullname>,
    options: &Options,
) -> Vec<UnusableDefault> {
    let records = schema.nodes().iter().filter_map(|node| match &node.kind {
        Kind::Record(record) if known.insert(record.name.clone()) => Some(record),
        _ => None,
    });
    records
        .flat_map(|record| {
            record.fields.iter().filter_map(|field| value(schema, record, field, options).err())
        })
        .collect()
}

/// The value of the default of a field, if it has one.
fn value(
    schema: &Schema,
    record: &Record,
    field: &Field,
    options: &Options,
) -> Result<Option<Value>, UnusableDefault> {
    let Some(json) = &field.default else { return Ok(None) };
    let value = default_value(schema, field.schema, json).map_err(|error| explain(schema, &error));
    let checked = value.and_then(|value| {
        let path = format!("{}.{}", record.name, field.name);
        Check { schema, options, values: 0 }.value(field.schema, &value, &path, 0)?;
        Ok(Some(value))
    });
    checked.map_err(|problem| UnusableDefault {
        record: record.name.clone(),
        field: field.name.clone(),
        default: shortened(json),
        problem,
    })
}

/// The problem in words, with the allowed symbols where the default is to be one.
fn explain(schema: &Schema, error: &DefaultError) -> String {
    let mut text = error.to_string();
    if let DefaultError::NoSymbol { name, .. } = error
        && let Some(Kind::Enum(definition)) =
            schema.named(&Fullname::new(name, "")).map(|id| &schema[id].kind)
    {
        text.push_str(", only ");
        text.push_str(&definition.symbols.join(", "));
    }
    text
}

fn shortened(json: &Json) -> String {
    const SHOWN: usize = 80;
    let text = json.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Looks at every part of a default.
struct Check<'s> {
    schema: &'s Schema,
    options: &'s Options,
    values: usize,
}

impl Check<'_> {
    fn value(&mut self, node: NodeId, value: &Value, path: &str, depth: usize) -> Result<(), String> {
        self.values += 1;
        if self.values > MAX_VALUES || depth > MAX_DEPTH {
            return Err(format!(
                "with the defaults of inner fields written out it holds more than {MAX_VALUES} values or \
                 {MAX_DEPTH} levels"
            ));
        }
        let definition = &self.schema[node];
        if let Some(logical) = definition.logical {
            check_logical(logical, value)?;
            mapped::check(self.options.logical_crate(path, definition.name(), logical), logical, value)?;
        }
        match (&definition.kind, value) {
            (Kind::Array(items), Value::Array(values)) => {
                values.iter().try_for_each(|value| self.value(*items, value, path, depth + 1))
            }
            (Kind::Map(inner), Value::Map(entries)) => {
                entries.values().try_for_each(|value| self.value(*inner, value, path, depth + 1))
            }
            (Kind::Record(record), Value::Record(values)) => {
                record.fields.iter().zip(values).try_for_each(|(field, value)| {
                    let path = format!("{}.{}", record.name, field.name);
                    let checked = self.value(field.schema, value, &path, depth + 1);
                    checked.map_err(|problem| format!("field `{}`: {problem}", field.name))
                })
            }
            (Kind::Union(branches), Value::Union(branch, value)) => {
                self.value(branches[*branch], value, path, depth + 1)
            }
            _ => Ok(()),
        }
    }
}

/// Checks what the Rust type of a logical type demands of a value of its base type.
fn check_logical(logical: LogicalType, value: &Value) -> Result<(), String> {
    match (logical, value) {
        (LogicalType::Uuid, Value::String(text)) if uuid(text).is_none() => {
            Err("a UUID such as \"2a6d35c4-8b6f-4d1c-9a2e-0f1e2d3c4b5a\" is expected".to_owned())
        }
        (LogicalType::Decimal { precision, .. }, Value::Bytes(bytes) | Value::Fixed(bytes))
            if digits(bytes) > u64::from(precision) =>
        {
            Err(format!("its unscaled number has {} digits, but the precision is {precision}", digits(bytes)))
        }
        (LogicalType::BigDecimal, Value::Bytes(bytes)) if big_decimal(bytes).is_none() => {
            Err("the bytes of a big-decimal are an unscaled number as Avro bytes followed by its scale as Avro int"
                .to_owned())
        }
        _ => Ok(()),
    }
}

/// The number of a UUID in its text form.
pub(crate) fn uuid(text: &str) -> Option<u128> {
    let hyphens = [8, 13, 18, 23];
    let well_formed = text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| {
            if hyphens.contains(&index) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        });
    let digits: String = text.chars().filter(|&character| character != '-').collect();
    u128::from_str_radix(&digits, 16).ok().filter(|_| well_formed)
}

/// The unscaled bytes and the scale in the bytes of a `big-decimal`.
pub(crate) fn big_decimal(bytes: &[u8]) -> Option<(&[u8], i32)> {
    let (length, rest) = varint(bytes)?;
    let (unscaled, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let (scale, rest) = varint(rest)?;
    Some((unscaled, i32::try_from(scale).ok()?)).filter(|_| rest.is_empty())
}

fn varint(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let end = bytes.iter().take(9).position(|byte| byte & 0x80 == 0)?;
    let (number, rest) = bytes.split_at(end + 1);
    let zigzag = number.iter().rev().fold(0_u64, |number, byte| (number << 7) | u64::from(byte & 0x7f));
    Some(((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed(), rest))
}

/// How many decimal digits a big-endian number in two's complement has; zero has none.
fn digits(bytes: &[u8]) -> u64 {
    // Each byte behind the sign adds more than two digits; counting them exactly is the square of the length.
    let significant = bytes.iter().skip_while(|byte| matches!(byte, 0 | 0xff)).count() as u64;
    if significant > 1024 {
        return (significant - 1) * 2;
    }
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let mut magnitude: Vec<u8> = bytes.iter().map(|byte| if negative { !byte } else { *byte }).collect();
    if negative {
        for byte in magnitude.iter_mut().rev() {
            let (sum, carry) = byte.overflowing_add(1);
            *byte = sum;
            if !carry {
                break;
            }
        }
        // The carry leaves the number only for -2^(8n), which is 0x80 0x00 …: its magnitude is as it was.
    }
    let mut digits = 0;
    while magnitude.iter().any(|byte| *byte != 0) {
        let mut remainder = 0_u32;
        for byte in &mut magnitude {
            let number = remainder * 256 + u32::from(*byte);
            *byte = u8::try_from(number / 10).unwrap_or(u8::MAX);
            remainder = number % 10;
        }
        digits += 1;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_magnitude() {
        for (number, expected) in
            [(0_i32, 0), (9, 1), (10, 2), (-9, 1), (-10, 2), (128, 3), (-128, 3), (99_999, 5), (i32::MIN, 10)]
        {
            assert_eq!(digits(&number.to_be_bytes()), expected, "{number}");
        }
        assert_eq!(digits(&[]), 0);
        assert_eq!(digits(&[0x80]), 3);
    }

    #[test]
    fn texts_of_other_types_are_taken_apart() {
        assert_eq!(uuid("00000000-0000-0000-0000-0000000000ff"), Some(0xff));
        for refused in ["", "00000000000000000000000000000000ffff", "+0000000-0000-0000-0000-000000000000"] {
            assert_eq!(uuid(refused), None, "{refused:?}");
        }
        assert_eq!(big_decimal(&[4, 0x04, 0xce, 4]), Some((&[0x04, 0xce][..], 2)));
        assert_eq!(big_decimal(&[0, 1]), Some((&[][..], -1)));
        for refused in [&[][..], &[4, 1], &[0], &[0, 0, 0], &[1, 0]] {
            assert_eq!(big_decimal(refused), None, "{refused:?}");
        }
    }
}
