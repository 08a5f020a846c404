//! This project's verdicts about pairs of schemas, one JSON answer a line, for a comparison with other implementations.
//!
//! `second-opinion answer PAIRS ANSWERS`: a file with one `{"reader": text, "writer": text}` a line, where a pair may have
//! `data`, a datum of the writer in hexadecimal digits; and the file that takes the answers.
//!
//! `second-opinion generate SEED COUNT PAIRS`: writes such a file, of the schemas and values with which the model's
//! properties are tested. What is in it follows from the seed.
//!
//! `second-opinion idl SEED COUNT QUESTIONS FILE...`: writes one `{"idl": text, "text": text}` a line, IDL that is printed and what
//! it is read back as: of schemas made at random, of those in case tables (`.json`), and of schema, IDL and protocol files.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use avro_model::binary::{self, Decoder};
use avro_model::compatibility::{self, CheckError};
use avro_model::idl::{
    IdlText, ImportKind, Imported, Importer, NoImports, Protocol, parse_idl, parse_protocol,
};
use avro_model::testing::{Random, Values, evolve, schema_json};
use avro_model::{Parser, Schema, Validation, fingerprint, json_encoding};
use compat_tests::tables::idl;
use serde_json::{Map, Value, json};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["answer", pairs, answers] => answer_all(pairs, answers),
        ["generate", seed, count, pairs] => generate(seed, count, pairs),
        ["idl", seed, count, questions, files @ ..] => print_idl(seed, count, questions, files),
        _ => Err("usage: second-opinion answer PAIRS ANSWERS | generate SEED COUNT PAIRS | idl SEED COUNT QUESTIONS FILE...".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("second-opinion: {error}");
            ExitCode::FAILURE
        }
    }
}

fn generate(seed: &str, count: &str, pairs: &str) -> Result<(), Box<dyn Error>> {
    let (seed, count): (u64, u64) = (seed.parse()?, count.parse()?);
    let mut out = BufWriter::new(File::create(pairs)?);
    for number in 0..count {
        writeln!(out, "{}", question(&mut Random::seed(seed << 32 | number)))?;
    }
    Ok(out.flush()?)
}

/// A pair as it is written, before this project has read it, and a datum of the writer where it has any.
fn question(random: &mut Random<'_>) -> Value {
    let old = schema_json(random);
    let new = evolve(&old, random).to_string();
    let old = old.to_string();
    let (reader, writer) = if random.once_in(2) { (old, new) } else { (new, old) };
    let mut question = json!({"reader": reader, "writer": writer});
    if let Ok(schema) = writer.parse::<Schema>() {
        let values = Values::of(&schema);
        if values.any()
            && let Ok(data) = binary::encode(&schema, &values.value(random))
        {
            question["data"] = data.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
        }
    }
    question
}

fn print_idl(seed: &str, count: &str, questions: &str, files: &[&str]) -> Result<(), Box<dyn Error>> {
    let (seed, count): (u64, u64) = (seed.parse()?, count.parse()?);
    let random = (0..count).map(|number| schema_json(&mut Random::seed(seed << 32 | number)).to_string());
    let mut schemas = random.map(|text| text.parse()).collect::<Result<Vec<Schema>, _>>()?;
    let mut protocols = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file)?;
        match file.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json") => schemas.extend(idl::schemas(&text)?.into_iter().map(|(_, schema)| schema)),
            Some("avsc") => schemas.push(text.parse()?),
            Some("avpr") => protocols.push(parse_protocol(file, &text, Parser::new())?),
            _ => {
                let folder = Path::new(file).parent().unwrap_or(Path::new(""));
                let idl = parse_idl(file, &text, &Folder(folder), Parser::new())?;
                schemas.extend(idl.main.into_iter().chain(idl.types));
                protocols.extend(idl.protocol);
            }
        }
    }
    let mut out = BufWriter::new(File::create(questions)?);
    // What IDL cannot say is told, and no question.
    let texts =
        schemas.iter().map(Schema::idl).chain(protocols.iter().map(Protocol::idl)).filter_map(Result::ok);
    for IdlText { text, .. } in texts {
        let read = parse_idl("printed.avdl", &text, &NoImports, Parser::new())?;
        let whole = read.protocol.as_ref().map(Protocol::text);
        let whole = whole.or_else(|| read.main.as_ref().map(Schema::canonical_text));
        writeln!(out, "{}", json!({"idl": text, "text": whole}))?;
    }
    Ok(out.flush()?)
}

/// Imports from one folder.
struct Folder<'f>(&'f Path);

impl Importer for Folder<'_> {
    fn import(&self, _: ImportKind, path: &str, _: &str) -> Result<Imported, String> {
        let text = std::fs::read_to_string(self.0.join(path)).map_err(|error| error.to_string())?;
        Ok(Imported { name: path.to_owned(), text })
    }
}

fn answer_all(pairs: &str, answers: &str) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(answers)?);
    for line in BufReader::new(File::open(pairs)?).lines() {
        let pair: Value = serde_json::from_str(&line?)?;
        let text = |key: &str| pair[key].as_str().ok_or_else(|| format!("a pair has no {key}"));
        let data = pair["data"].as_str().map(bytes).transpose()?;
        writeln!(out, "{}", answer(text("reader")?, text("writer")?, data.as_deref()))?;
    }
    Ok(out.flush()?)
}

fn bytes(hexadecimal: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let digits = hexadecimal.as_bytes().chunks(2);
    digits.map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?)).collect()
}

fn answer(reader: &str, writer: &str, data: Option<&[u8]>) -> Value {
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
        if let Some(data) = data {
            read(&mut answer, "written", &writer, &writer, data);
            read(&mut answer, "decoded", &writer, &reader, data);
        }
    }
    answer
}

/// The datum as the reader sees it, in the JSON encoding, or why he cannot see it.
fn read(answer: &mut Value, what: &str, writer: &Schema, reader: &Schema, data: &[u8]) {
    let decoded = Decoder::resolving(writer, reader)
        .map_err(|error| error.to_string())
        .and_then(|decoder| decoder.decode(data).map_err(|error| error.to_string()))
        .and_then(|value| json_encoding::encode(reader, &value).map_err(|error| error.to_string()));
    match decoded {
        Ok(text) => answer[what] = text.into(),
        Err(why) => answer[format!("{what}_why")] = why.into(),
    }
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
