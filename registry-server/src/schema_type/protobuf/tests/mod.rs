//! Rules of the language, shown on texts.

mod compatibility;
mod descriptors;
mod robustness;
mod texts;

use super::Protobuf;
use crate::domain::CompatibilityPolicy;
use crate::schema_type::{Direction, InvalidText, Language, Parsed, ReferencedText, Strictness};

fn parse(text: &str) -> Result<Box<dyn Parsed>, InvalidText> {
    Protobuf.parse(text, &[], Strictness::New)
}

fn parse_with(text: &str, name: &str, referenced: &str) -> Box<dyn Parsed> {
    let reference = ReferencedText { name: name.to_owned(), text: referenced.to_owned() };
    Protobuf.parse(text, &[reference], Strictness::New).unwrap()
}

fn canonical(text: &str) -> String {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).canonical_text()
}

fn normal(text: &str) -> String {
    let parsed = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    parsed.normalized().unwrap_or_else(|error| panic!("{text}: {error}")).canonical_text()
}

fn findings(old: &str, new: &str, direction: Direction) -> Vec<String> {
    parse(new).unwrap().check(&*parse(old).unwrap(), direction, CompatibilityPolicy::Strict).messages
}
