//! Schemas, values and data made at random, for tests and fuzzing (feature `testing`).
//!
//! Everything comes from a [`Random`], which is a seed or the bytes of a fuzzer: the same source gives the same result,
//! and a fuzzer that changes a byte changes one choice.

mod advice;
mod bytes;
mod evolve;
mod json_reader;
mod json_texts;
mod random;
mod schema;
pub mod targets;
mod value;

pub use advice::{advice_holds, failing_values_are_shown};
pub use bytes::mutate;
pub use evolve::evolve;
pub use json_reader::json_text_holds;
pub use json_texts::{json_texts, json_verdicts};
pub use random::Random;
pub use schema::schema_json;
pub use value::Values;

use crate::{Parser, Schema};

/// A schema made at random.
///
/// # Panics
/// When what was made does not parse, which is a defect of the generator or of the parser.
///
/// ```
/// use avro_model::testing::{Random, Values, schema};
/// let mut random = Random::seed(7);
/// let schema = schema(&mut random);
/// let value = Values::of(&schema).value(&mut random);
/// assert!(avro_model::binary::encode(&schema, &value).is_ok());
/// ```
pub fn schema(random: &mut Random<'_>) -> Schema {
    let text = schema_json(random).to_string();
    Parser::new().parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A schema made at random and one that it may have become, by the changes that people make to schemas. Nothing is said
/// about whether the two are compatible.
///
/// # Panics
/// When what was made does not parse, as [`schema`].
pub fn pair(random: &mut Random<'_>) -> (Schema, Schema) {
    let old = schema_json(random);
    // A change may remove what is referred to elsewhere; then another one is tried.
    let new = (0..4).find_map(|_| Parser::new().parse(&evolve(&old, random).to_string()).ok());
    let text = old.to_string();
    let old = Parser::new().parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let new = new.unwrap_or_else(|| old.clone());
    (old, new)
}

#[cfg(test)]
mod tests;
