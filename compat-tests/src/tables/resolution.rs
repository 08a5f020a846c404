//! `resolution-cases.json`: data of a writer's schema as a reader sees it, and malformed data, which nobody may see.

use super::{Report, expect};
use avro_model::binary::{self, Decoder};
use avro_model::json::{Json, JsonError};
use avro_model::{Schema, json_encoding};
use std::error::Error;

/// Checks the rows of a file. They are read by the model's own reader, since values nest deeper than others allow.
///
/// # Errors
/// When the file is not a table.
pub fn check(file: &str) -> Result<Report, JsonError> {
    let rows = match Json::parse(file) {
        Ok(Json::Array(rows)) => rows,
        _ => {
            let lines = file.lines().filter(|line| !line.trim().is_empty());
            lines.map(Json::parse).collect::<Result<_, _>>()?
        }
    };
    let mut report = Report::default();
    for row in rows {
        let found = differences(&row).unwrap_or_else(|error| vec![format!("the row is not usable: {error}")]);
        report.add(text(&row, "name"), found);
    }
    Ok(report)
}

fn differences(row: &Json) -> Result<Vec<String>, Box<dyn Error>> {
    let mut found = Vec::new();
    let writer: Schema = text(row, "writer_schema").parse()?;
    let reader: Schema = text(row, "reader_schema").parse()?;
    let data = data(row)?;
    if let Some(value) = row.get("writer_value") {
        written(&writer, value, &data, &mut found)?;
    }
    let expected = row.get("expected").ok_or("there is no column expected")?;
    // Data may be followed by other data, so whether anything is left over is not looked at.
    let decoded = Decoder::resolving(&writer, &reader)?.decode_prefix(&data);
    match (expected.as_str(), decoded) {
        (Some("error"), Err(_)) => {}
        (Some("error"), Ok((value, _))) if json_encoding::decode_json(&reader, expected).is_err() => {
            found.push(format!("accepted: {}", json_encoding::encode(&reader, &value)?));
        }
        (_, Err(error)) => found.push(format!("expected {expected}, refused: {error}")),
        (_, Ok((value, _))) => {
            let expected = json_encoding::decode_json(&reader, expected)?;
            if expected != value {
                let (expected, value) =
                    (json_encoding::encode(&reader, &expected)?, json_encoding::encode(&reader, &value)?);
                expect(&mut found, "expected", expected, value);
            }
        }
    }
    Ok(found)
}

/// The writer's value: the data must decode to it, and it must encode to data that does.
fn written(
    writer: &Schema,
    value: &Json,
    data: &[u8],
    found: &mut Vec<String>,
) -> Result<(), Box<dyn Error>> {
    let value = json_encoding::decode_json(writer, value)?;
    let decoder = Decoder::new(writer);
    match decoder.decode_prefix(data) {
        Ok((decoded, _)) => expect(found, "writer_value", &value, &decoded),
        Err(error) => found.push(format!("writer_value: refused: {error}")),
    }
    let encoded = binary::encode(writer, &value)?;
    expect(found, "re-encoded", Ok(&value), decoder.decode(&encoded).as_ref());
    Ok(())
}

/// The text of a column; empty where there is none.
fn text<'r>(row: &'r Json, column: &str) -> &'r str {
    row.get(column).and_then(Json::as_str).unwrap_or_default()
}

/// The bytes of a row: `hex`, or `hex_repeat` with a unit, how often it stands there, and what follows.
fn data(row: &Json) -> Result<Vec<u8>, Box<dyn Error>> {
    let Some(repeat) = row.get("hex_repeat") else { return hex(text(row, "hex")) };
    let Some(&Json::Int(times)) = repeat.get("times") else { return Err("hex_repeat has no times".into()) };
    let mut data = hex(text(repeat, "unit"))?.repeat(usize::try_from(times)?);
    data.extend(hex(text(repeat, "suffix"))?);
    Ok(data)
}

fn hex(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Ok(digit(*high).zip(digit(*low)).ok_or("no hexadecimal digits")?),
        _ => Err("an odd number of hexadecimal digits"),
    };
    let bytes: Result<Vec<u8>, &str> =
        text.as_bytes().chunks(2).map(|pair| byte(pair).map(|(high, low)| high << 4 | low)).collect();
    Ok(bytes?)
}
