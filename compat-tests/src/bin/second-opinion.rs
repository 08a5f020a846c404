//! What this project says about pairs of schemas, one JSON answer a line, for a comparison with other implementations.
//!
//! Arguments: a file with one `{"reader": text, "writer": text}` a line, and the file that takes the answers.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::ExitCode;

use avro_model::compatibility::{self, CheckError};
use avro_model::{Parser, Schema, Validation, fingerprint};
use serde_json::{Map, Value, json};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pairs, answers] = arguments.as_slice() else {
        eprintln!("usage: second-opinion PAIRS ANSWERS");
        return ExitCode::FAILURE;
    };
    match answer_all(pairs, answers) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("second-opinion: {error}");
            ExitCode::FAILURE
        }
    }
}

fn answer_all(pairs: &str, answers: &str) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(answers)?);
    for line in BufReader::new(File::open(pairs)?).lines() {
        let pair: Value = serde_json::from_str(&line?)?;
        let text = |key: &str| pair[key].as_str().ok_or_else(|| format!("a pair has no {key}"));
        writeln!(out, "{}", answer(text("reader")?, text("writer")?))?;
    }
    Ok(out.flush()?)
}

fn answer(reader: &str, writer: &str) -> Value {
    let (reader, reader_says) = describe(reader);
    let (writer, writer_says) = describe(writer);
    let mut answer = json!({"reader": reader_says, "writer": writer_says});
    if let (Some(reader), Some(writer)) = (reader, writer) {
        match compatibility::check(&reader, &writer) {
            Ok(found) => {
                answer["found"] =
                    found.iter().map(|one| json!([one.kind.to_string(), one.path, one.message])).collect();
            }
            Err(error @ CheckError::AmbiguousField { .. }) => answer["threw"] = error.to_string().into(),
            Err(error) => answer["gave_up"] = error.to_string().into(),
        }
    }
    answer
}

/// The schema as the default parser reads it, and everything that is said and printed of it.
fn describe(text: &str) -> (Option<Schema>, Map<String, Value>) {
    let mut says = Map::new();
    says.insert("strict".into(), Parser::new().validation(Validation::New).parse(text).is_ok().into());
    let parsed = Parser::new().parse(text);
    says.insert("valid".into(), parsed.is_ok().into());
    match parsed {
        Ok(schema) => {
            let canonical = schema.parsing_canonical_form();
            says.insert("text".into(), schema.canonical_text().into());
            says.insert("rabin".into(), format!("{:016x}", fingerprint::rabin(&canonical)).into());
            says.insert("canonical".into(), canonical.into());
            // The registry reads its normal form back as it reads what is stored.
            let stored = Parser::new().validation(Validation::Stored);
            if let Ok(normalized) = schema.normalized(&stored, &[]) {
                says.insert("normalized".into(), normalized.canonical_text().into());
            }
            (Some(schema), says)
        }
        Err(error) => {
            says.insert("why".into(), error.to_string().into());
            (None, says)
        }
    }
}
