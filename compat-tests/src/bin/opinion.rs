//! `opinion < rows > opinions`: what this workspace makes of schemas and pairs, one JSON object a line in and out, so
//! that other implementations can be asked the same questions.
//!
//! `{"schema": text, "references": [text…]}` is answered with validity in the three modes and the texts;
//! `{"reader": text, "writer": text}` with the verdict and the incompatibilities. Other members are handed back.

use avro_model::compatibility;
use avro_model::parser::{Parser, Validation};
use avro_model::{Schema, fingerprint};
use serde_json::{Map, Value, json};
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let row: Value = serde_json::from_str(&line?).map_err(io::Error::other)?;
        let mut opinion = row.as_object().cloned().unwrap_or_default();
        if row.get("schema").is_some() {
            schema(&row, &mut opinion);
        }
        if row.get("reader").is_some() {
            pair(&row, &mut opinion);
        }
        writeln!(out, "{}", Value::Object(opinion))?;
    }
    out.flush()
}

fn schema(row: &Value, opinion: &mut Map<String, Value>) {
    let text = row["schema"].as_str().unwrap_or_default();
    let references: Vec<&str> = row["references"]
        .as_array()
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    for (mode, validation) in
        [("default", Validation::Default), ("new", Validation::New), ("stored", Validation::Stored)]
    {
        let parser = Parser::new().validation(validation);
        let answer = match parser.parse_with_references(text, &references) {
            Err(error) => json!({ "valid": false, "error": error.to_string() }),
            Ok(schema) => {
                let form = schema.parsing_canonical_form();
                json!({
                    "valid": true,
                    "canonical_text": schema.canonical_text(),
                    "resolved_text": schema.resolved_text(),
                    "rabin": format!("{:016x}", fingerprint::rabin(&form)),
                    "parsing_canonical_form": form,
                    "normalized": schema.normalized(&parser, &references).ok().map(|schema| schema.canonical_text()),
                })
            }
        };
        opinion.insert(mode.to_owned(), answer);
    }
}

fn pair(row: &Value, opinion: &mut Map<String, Value>) {
    let parse = |column: &str| row[column].as_str().unwrap_or_default().parse::<Schema>();
    let answer = match (parse("reader"), parse("writer")) {
        (Ok(reader), Ok(writer)) => match compatibility::check(&reader, &writer) {
            Ok(found) => {
                let item = |item: &compatibility::Incompatibility| json!({ "type": item.kind.to_string(), "path": item.path, "message": item.message });
                opinion.insert("incompatibilities".to_owned(), found.iter().map(item).collect());
                Value::Bool(found.is_empty())
            }
            Err(error) => {
                opinion.insert("error".to_owned(), Value::String(error.to_string()));
                Value::Bool(false)
            }
        },
        (Err(error), _) | (_, Err(error)) => {
            opinion.insert("error".to_owned(), Value::String(error.to_string()));
            Value::Null
        }
    };
    opinion.insert("compatible".to_owned(), answer);
}
