//! What was read, as plain JSON: unions without the names of their branches, bytes as the characters U+0000 to U+00FF, logical
//! types as what they are based on.

use crate::Result;
use apache_avro::types::Value;
use serde_json::{Map, Value as Json, json};

/// Prints the line of a record.
pub(crate) fn print(case: &str, position: usize, key: Result<Json>, value: Result<Json>) {
    let line = match (key, value) {
        (Ok(key), Ok(value)) => json!({"case": case, "index": position, "key": key, "value": value}),
        (Err(error), _) => json!({"case": case, "index": position, "error": format!("key: {error}")}),
        (_, Err(error)) => json!({"case": case, "index": position, "error": format!("value: {error}")}),
    };
    println!("{line}");
}

/// A value of the crate apache-avro.
pub(crate) fn of_apache(value: &Value) -> Result<Json> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => Json::from(*value),
        Value::Int(value) | Value::Date(value) | Value::TimeMillis(value) => Json::from(*value),
        Value::Long(value)
        | Value::TimeMicros(value)
        | Value::TimestampMillis(value)
        | Value::TimestampMicros(value)
        | Value::TimestampNanos(value)
        | Value::LocalTimestampMillis(value)
        | Value::LocalTimestampMicros(value)
        | Value::LocalTimestampNanos(value) => Json::from(*value),
        Value::Float(value) => number(f64::from(*value)),
        Value::Double(value) => number(*value),
        Value::Bytes(bytes) | Value::Fixed(_, bytes) => latin1(bytes),
        Value::String(text) | Value::Enum(_, text) => Json::from(text.as_str()),
        Value::Uuid(uuid) => Json::from(uuid.to_string()),
        Value::Decimal(decimal) => latin1(&<Vec<u8>>::try_from(decimal)?),
        Value::Duration(duration) => latin1(&<[u8; 12]>::from(*duration)),
        Value::Union(_, value) => of_apache(value)?,
        Value::Array(items) => Json::Array(items.iter().map(of_apache).collect::<Result<_>>()?),
        Value::Map(items) => Json::Object(
            items.iter().map(|(key, item)| Ok((key.clone(), of_apache(item)?))).collect::<Result<_>>()?,
        ),
        Value::Record(fields) => Json::Object(
            fields
                .iter()
                .map(|(name, field)| Ok((name.clone(), of_apache(field)?)))
                .collect::<Result<Map<_, _>>>()?,
        ),
        other @ Value::BigDecimal(_) => return Err(format!("{other:?} is not expected").into()),
    })
}

fn number(value: f64) -> Json {
    if value.is_nan() {
        Json::from("NaN")
    } else if value.is_infinite() {
        Json::from(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        Json::from(value)
    }
}

fn latin1(bytes: &[u8]) -> Json {
    Json::from(bytes.iter().copied().map(char::from).collect::<String>())
}
