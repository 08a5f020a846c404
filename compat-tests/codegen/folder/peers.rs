//! Values for other implementations of Avro, and what they write of them.
//!
//! `AVRO_QUESTIONS` names the file that the values are written to, `AVRO_ANSWERS`, once there are some, the files with answers,
//! with colons between them.

use avro_model::binary::{self, Decoder};
use avro_model::json::Json;
use avro_model::testing::{Random, Values};
use avro_model::{Kind, Parser};
use serde_wire::codec::{self, AvroDecode, AvroSchema, AvroTryEncode, EncodeError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// How many values of a type are given to each.
const VALUES: u64 = 4;

/// A schema, and data of it.
struct Question {
    schema: &'static str,
    data: Vec<Vec<u8>>,
}

/// A type, and what is done with it.
pub(crate) struct Case {
    /// What it is called when it disagrees.
    pub(crate) number: u64,
    ask: fn() -> Option<Question>,
    compare: fn(&[u8]) -> bool,
}

impl Case {
    pub(crate) const fn of<T: AvroSchema + AvroTryEncode + for<'a> AvroDecode<'a>>(number: u64) -> Self {
        Self { number, ask: ask::<T>, compare: compare::<T> }
    }
}

/// Writes values of each type, and compares what others wrote of them. Tells what disagrees, and how many data were compared with
/// each; gives how many disagree.
pub(crate) fn compare_all<'c>(peers: &Peers, cases: impl IntoIterator<Item = &'c Case>) -> usize {
    let asked = cases.into_iter().filter_map(|case| Some((case, (case.ask)()?)));
    let questions: Vec<(&Case, Question)> = asked.collect();
    peers.write(questions.iter().map(|(_, question)| question));
    let mut disagreeing = 0;
    for (name, answers) in peers.answers() {
        let mut compared = 0;
        assert_eq!(questions.len(), answers.len(), "answers of {name}");
        for ((case, question), answers) in questions.iter().zip(answers) {
            for bytes in answers.into_iter().flatten() {
                compared += 1;
                if !catch_unwind(AssertUnwindSafe(|| (case.compare)(&bytes))).unwrap_or(false) {
                    disagreeing += 1;
                    println!("\ndisagrees: {}\n{name} wrote {bytes:?} of {}", case.number, question.schema);
                }
            }
        }
        println!("\n{name}: {compared}");
    }
    disagreeing
}

/// Values of a type; `None` where it has none.
fn ask<T: AvroSchema>() -> Option<Question> {
    let schema = Parser::new().parse(T::SCHEMA).unwrap_or_else(|error| panic!("{error}"));
    let values = Values::of(&schema);
    let value = |seed| values.value(&mut Random::seed(seed));
    let encoded = |value| binary::encode(&schema, &value).unwrap_or_else(|error| panic!("{error}"));
    let data = || (0..VALUES).map(value).map(encoded).collect();
    values.any().then(|| Question { schema: T::SCHEMA, data: data() })
}

/// Whether a type reads what another implementation wrote, and writes the same, unless it refuses to.
fn compare<T: AvroSchema + AvroTryEncode + for<'a> AvroDecode<'a>>(data: &[u8]) -> bool {
    let decoded: T = match codec::decode(data) {
        Ok(decoded) => decoded,
        Err(failure) => return crate::agreement::is_narrower(failure.error),
    };
    let mut again = Vec::new();
    match decoded.try_encode_into(&mut again) {
        Ok(()) => again == data || is_respelled(T::SCHEMA, data, &again),
        Err(error) => matches!(error, EncodeError::Digits { .. }),
    }
}

/// Whether two data are the same values in other spellings: some Rust types of maps have an order of their own, and those of some
/// logical types keep one spelling of a number.
fn is_respelled(schema: &str, data: &[u8], again: &[u8]) -> bool {
    let parsed = Parser::new().parse(schema).unwrap_or_else(|error| panic!("{error}"));
    let decoder = Decoder::new(&parsed);
    let has_maps = parsed.nodes().iter().any(|node| matches!(node.kind, Kind::Map(_)));
    let is_reordered = data.len() == again.len() && decoder.decode(data) == decoder.decode(again);
    (has_maps && is_reordered) || crate::agreement::has_spellings(schema)
}

/// Where questions are written, and the answers to read.
pub(crate) struct Peers {
    questions: PathBuf,
    answers: Vec<PathBuf>,
}

impl Peers {
    pub(crate) fn from_environment() -> Option<Self> {
        let questions = std::env::var_os("AVRO_QUESTIONS")?.into();
        let answers = std::env::var("AVRO_ANSWERS").unwrap_or_default();
        let answers = answers.split(':').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
        Some(Self { questions, answers })
    }

    /// Writes a line for each question: `{"schema": text, "data": [hexadecimal digits]}`.
    fn write<'q>(&self, questions: impl Iterator<Item = &'q Question>) {
        let text = |text: &str| Json::String(text.to_owned());
        let lines = questions.map(|question| {
            let data = question.data.iter().map(|data| text(&hex(data))).collect();
            let members = [("schema", text(question.schema)), ("data", Json::Array(data))];
            Json::Object(members.map(|(key, json)| (key.to_owned(), json)).to_vec()).to_string() + "\n"
        });
        std::fs::write(&self.questions, lines.collect::<String>()).expect("the questions can be written");
    }

    /// The name of each file, and for each question the bytes, or none for a value that the other one cannot hold.
    fn answers(&self) -> impl Iterator<Item = (String, Vec<Vec<Option<Vec<u8>>>>)> + '_ {
        self.answers.iter().map(|path| {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            (name, answers(path))
        })
    }
}

fn answers(path: &Path) -> Vec<Vec<Option<Vec<u8>>>> {
    let text = std::fs::read_to_string(path).expect("the answers can be read");
    let lines = text.lines().map(|line| match Json::parse(line) {
        Ok(Json::Array(items)) => items.iter().map(|item| item.as_str().map(bytes)).collect(),
        other => panic!("a list of bytes is expected, not {other:?}"),
    });
    lines.collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |start| u8::from_str_radix(&hex[start..start + 2], 16).expect("hexadecimal digits");
    (0..hex.len()).step_by(2).map(digits).collect()
}
