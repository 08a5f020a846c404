//! Field defaults as values (specification, "Complex Types"; avro-rules of the reference).
//!
//! The parser has checked that a default fits its field in outline. Here it has to be a value that code can make, so
//! what the reference finds out only when it uses the default is refused: an unknown symbol, a `fixed` of another
//! length, text beyond one byte a character for `bytes`, text that is no UUID, a decimal with too many digits, a record
//! that never ends.

use super::lower::Source;
use super::{Ir, Parsed, Shape, Value};
use crate::error::{Error, UnusableDefault};
use crate::locate;
use avro_model::json::{Json, parse_java_double};
use avro_model::schema::{LogicalType, Record};
use avro_model::{Kind, NodeId, Schema};

/// How many values one default may hold when all inner defaults are written out, and how deep they may nest.
const MAX_VALUES: usize = 10_000;
const MAX_DEPTH: usize = 64;

/// Gives each field with a default its value.
pub(super) fn fill(documents: &[Parsed<'_>], sources: &[Source], ir: &mut Ir) -> Result<(), Error> {
    for (definition, source) in ir.types.iter_mut().zip(sources) {
        let parsed = &documents[source.document];
        let Kind::Record(record) = &parsed.schema[source.node].kind else { continue };
        let Shape::Record(fields) = &mut definition.shape else { continue };
        for (field, origin) in fields.iter_mut().zip(&record.fields) {
            let Some(json) = &origin.default else { continue };
            let mut lowering = Lowering { schema: &parsed.schema, values: 0, depth: 0 };
            let value = lowering.value(origin.schema, json).map_err(|problem| {
                let record = record.name.to_string();
                UnusableDefault {
                    document: parsed.name.to_owned(),
                    location: locate::default(parsed.text, &record, &origin.name),
                    record,
                    field: origin.name.clone(),
                    default: avro_text(json),
                    problem,
                }
            })?;
            field.default = Some(value);
        }
    }
    Ok(())
}

fn avro_text(json: &Json) -> String {
    const SHOWN: usize = 80;
    let text = json.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

struct Lowering<'s> {
    schema: &'s Schema,
    values: usize,
    depth: usize,
}

/// A value, or what was expected in its place.
type Lowered = Result<Value, String>;

impl Lowering<'_> {
    fn value(&mut self, node: NodeId, json: &Json) -> Lowered {
        self.values += 1;
        self.depth += 1;
        if self.values > MAX_VALUES || self.depth > MAX_DEPTH {
            return Err(format!(
                "with the defaults of inner fields written out it holds more than {MAX_VALUES} values or \
                 {MAX_DEPTH} levels; give the inner fields explicit values"
            ));
        }
        let value = self.by_kind(node, json)?;
        self.depth -= 1;
        Ok(value)
    }

    fn by_kind(&mut self, node: NodeId, json: &Json) -> Lowered {
        let schema = self.schema;
        let definition = &schema[node];
        let value = match (&definition.kind, json) {
            (Kind::Null, Json::Null) => Value::Null,
            (Kind::Boolean, Json::Bool(value)) => Value::Boolean(*value),
            (Kind::Int, Json::Int(value)) => Value::Int(
                i32::try_from(*value).map_err(|_| "an int is -2147483648 to 2147483647".to_owned())?,
            ),
            (Kind::Long, Json::Int(value)) => Value::Long(*value),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the reference rounds a default to its type too"
            )]
            (Kind::Float, _) => Value::Float(number(json)? as f32),
            (Kind::Double, _) => Value::Double(number(json)?),
            (Kind::String, Json::String(text)) => Value::String(text.clone()),
            (Kind::Bytes, Json::String(text)) => Value::Bytes(bytes(text)?),
            (Kind::Fixed(fixed), Json::String(text)) => {
                let bytes = bytes(text)?;
                if bytes.len() != fixed.size {
                    return Err(format!(
                        "it has {} bytes, but the fixed `{}` has {}",
                        bytes.len(),
                        fixed.name,
                        fixed.size
                    ));
                }
                Value::Bytes(bytes)
            }
            (Kind::Enum(definition), Json::String(text)) => {
                match definition.symbols.iter().position(|symbol| symbol == text) {
                    Some(position) => Value::Symbol(position),
                    None => {
                        let symbols = definition.symbols.join(", ");
                        return Err(format!("the symbols of `{}` are {symbols}", definition.name));
                    }
                }
            }
            (Kind::Array(items), Json::Array(values)) => {
                let values = values.iter().map(|value| self.value(*items, value));
                Value::Array(values.collect::<Result<_, _>>()?)
            }
            (Kind::Map(values), Json::Object(members)) => {
                let members =
                    members.iter().map(|(key, value)| Ok((key.clone(), self.value(*values, value)?)));
                Value::Map(members.collect::<Result<_, String>>()?)
            }
            (Kind::Record(record), Json::Object(_)) => self.record(record, json)?,
            (Kind::Union(branches), _) => self.branch(branches, json)?,
            (kind, _) => return Err(format!("{} is expected", expected(kind))),
        };
        match definition.logical {
            Some(logical) => check_logical(logical, value),
            None => Ok(value),
        }
    }

    fn record(&mut self, record: &Record, json: &Json) -> Lowered {
        let fields =
            record.fields.iter().map(|field| match json.get(&field.name).or(field.default.as_ref()) {
                Some(value) => self
                    .value(field.schema, value)
                    .map_err(|problem| format!("field `{}`: {problem}", field.name)),
                None => Err(format!(
                    "the field `{}` of `{}` is missing and has no default",
                    field.name, record.name
                )),
            });
        Ok(Value::Record(fields.collect::<Result<_, _>>()?))
    }

    /// Any branch may give the default since Avro 1.12: the first that the value fits.
    fn branch(&mut self, branches: &[NodeId], json: &Json) -> Lowered {
        let depth = self.depth;
        let mut problems = Vec::new();
        for (position, &branch) in branches.iter().enumerate() {
            match self.value(branch, json) {
                Ok(value) => return Ok(Value::Branch(position, Box::new(value))),
                Err(problem) => problems.push(problem),
            }
            self.depth = depth;
        }
        Err(match problems.as_slice() {
            [] => "an empty union has no values".to_owned(),
            [problem] => problem.clone(),
            problems => format!("no branch of the union takes it: {}", problems.join("; ")),
        })
    }
}

fn expected(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Boolean => "true or false",
        Kind::Int | Kind::Long => "an integer",
        Kind::Float | Kind::Double => "a number",
        Kind::Bytes | Kind::Fixed(_) => "a string with one character, U+0000 to U+00FF, for each byte",
        Kind::String => "a string",
        Kind::Enum(_) => "a string that is one of the symbols",
        Kind::Array(_) => "an array",
        Kind::Map(_) => "an object",
        Kind::Record(_) => "an object with the fields of the record",
        Kind::Union(_) => "a value of one of the branches",
    }
}

/// A number, or text that Java takes for one.
fn number(json: &Json) -> Result<f64, String> {
    let refused = || "a number is expected".to_owned();
    match json {
        #[expect(clippy::cast_precision_loss, reason = "the reference rounds a default to its type too")]
        Json::Int(value) => Ok(*value as f64),
        Json::BigInt(digits) => digits.parse().map_err(|_| refused()),
        Json::Double(value) => Ok(*value),
        Json::String(text) => parse_java_double(text).ok_or_else(refused),
        _ => Err(refused()),
    }
}

/// The bytes of a `bytes` or `fixed` default: one character each (ISO-8859-1, not UTF-8).
fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let byte = |character: char| {
        u8::try_from(u32::from(character)).map_err(|_| {
            format!(
                "the character {character:?} is not a byte: U+0000 to U+00FF stand for the bytes 0 to 255"
            )
        })
    };
    text.chars().map(byte).collect()
}

/// Checks what the Rust type of a logical type demands of a value of its base type.
fn check_logical(logical: LogicalType, value: Value) -> Lowered {
    match (logical, &value) {
        (LogicalType::Uuid, Value::String(text)) if uuid(text).is_none() => {
            Err("a UUID such as \"2a6d35c4-8b6f-4d1c-9a2e-0f1e2d3c4b5a\" is expected".to_owned())
        }
        (LogicalType::Decimal { precision, .. }, Value::Bytes(bytes)) if digits(bytes) > u64::from(precision) => {
            Err(format!("its unscaled number has {} digits, but the precision is {precision}", digits(bytes)))
        }
        (LogicalType::BigDecimal, Value::Bytes(bytes)) if big_decimal(bytes).is_none() => {
            Err("the bytes of a big-decimal are an unscaled number as Avro bytes followed by its scale as Avro int"
                .to_owned())
        }
        _ => Ok(value),
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
