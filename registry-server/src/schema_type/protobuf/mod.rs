//! Protocol Buffers, read and printed as Square's `wire` and Confluent's provider do it.
//!
//! A text becomes a [tree](tree), the tree is printed in its canonical form. Names are looked up only where it matters:
//! in the [normal form](normal), in [comparisons](difference), and in [descriptors](descriptor).

mod default;
mod descriptor;
mod difference;
mod extensions;
mod hash_order;
mod members;
mod merge;
mod names;
mod normal;
mod number;
mod octets;
mod option_reader;
mod parser;
mod printer;
mod reader;
mod tags;
#[cfg(test)]
mod tests;
mod tree;
mod validity;
mod well_known;

use std::any::Any;
use std::collections::HashSet;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use self::difference::Whole;
use self::names::{Dependency, Names};
use self::tree::{Field, ProtoFile, TypeDef};
use super::budget::counted;
use super::size;
use super::{
    Budget, Direction, Findings, InvalidText, Language, Parsed, ReadError, ReferencedText, SchemaTags,
    Stopped, Strictness,
};
use crate::domain::{CompatibilityPolicy, SchemaType};

/// The language Protocol Buffers.
#[derive(Clone, Copy, Debug)]
pub struct Protobuf;

/// A file and what it refers to.
#[derive(Debug)]
struct ProtobufSchema {
    file: ProtoFile,
    /// The printed file. That of a normal form lists options in another order than a file that is read again.
    text: String,
    dependencies: Arc<Vec<Dependency>>,
    heap_size: usize,
}

/// Bytes of a field, or of a value of an option.
const STATEMENT: usize = size_of::<Field>();

impl Language for Protobuf {
    fn schema_type(&self) -> SchemaType {
        SchemaType::Protobuf
    }

    fn parse_within(
        &self,
        text: &str,
        references: &[ReferencedText],
        _: Strictness,
        budget: &Budget,
    ) -> Result<Box<dyn Parsed>, ReadError> {
        let statements = size::within(text, references, size::statements)?;
        let file = read(text, budget)?;
        let dependencies: Result<Vec<Dependency>, ReadError> = references
            .iter()
            .map(|one| Ok(Dependency { name: one.name.clone(), file: read(&one.text, budget)? }))
            .collect();
        let text = print(&file, budget)?;
        // A descriptor says more in fewer bytes than the text that is printed of it.
        let heap_size = 3 * text.len() + statements.max(size::statements(&text)) * STATEMENT;
        Ok(Box::new(ProtobufSchema { file, text, dependencies: Arc::new(dependencies?), heap_size }))
    }

    fn edit_tags_within(
        &self,
        text: &str,
        add: &[SchemaTags],
        remove: &[SchemaTags],
        budget: &Budget,
    ) -> Result<String, ReadError> {
        let edited = tags::edited(&read(text, budget)?, add, remove, budget);
        Ok(print(&counted(budget, edited)?, budget)?)
    }
}

/// The text of a file.
fn print(file: &ProtoFile, budget: &Budget) -> Result<String, Stopped> {
    let text = printer::print(file, budget);
    budget.check().map(|()| text)
}

/// Reads a `.proto` text, or a descriptor in Base64. What is wrong with a text that is neither is told of the text.
fn read(text: &str, budget: &Budget) -> Result<ProtoFile, ReadError> {
    let file = match counted(budget, parser::parse(text, budget)) {
        Ok(file) => file,
        Err(ReadError::Stopped(stopped)) => return Err(stopped.into()),
        Err(ReadError::Invalid(error)) => described(text, budget)?
            .ok_or_else(|| InvalidText(format!("Could not parse Protobuf - {}", error.0)))?,
    };
    match map_problem(&file) {
        None => Ok(file),
        Some(problem) => Err(InvalidText(problem).into()),
    }
}

/// The file that a descriptor in Base64 describes, if the text is one.
fn described(text: &str, budget: &Budget) -> Result<Option<ProtoFile>, Stopped> {
    let Ok(bytes) = STANDARD.decode(text) else { return Ok(None) };
    if bytes.len() > size::MAX_DESCRIPTOR {
        return Ok(None);
    }
    // It is short enough to be read in one go.
    budget.take((bytes.len() / 2) as u64)?;
    let Ok(file) = descriptor::read(&bytes) else { return Ok(None) };
    Ok(is_readable(&file, budget)?.then_some(file))
}

/// Whether a file is read again as it is printed. A descriptor can hold names that no text can, and what is stored has to
/// be readable.
fn is_readable(file: &ProtoFile, budget: &Budget) -> Result<bool, Stopped> {
    let text = print(file, budget)?;
    let same = parser::parse(&text, budget).is_ok_and(|again| printer::print(&again, budget) == text);
    budget.check().map(|()| same)
}

/// The fault of the map types of a file, if there is one.
fn map_problem(file: &ProtoFile) -> Option<String> {
    let extended = file.extends.iter().flat_map(|extend| &extend.fields);
    file.types.iter().find_map(map_problem_of_type).or_else(|| map_problem_of_fields(extended))
}

fn map_problem_of_type(one: &TypeDef) -> Option<String> {
    let TypeDef::Message(message) = one else { return None };
    let groups = message.groups.iter().chain(message.oneofs.iter().flat_map(|oneof| &oneof.groups));
    let fields = message
        .fields
        .iter()
        .chain(message.oneofs.iter().flat_map(|oneof| &oneof.fields))
        .chain(groups.flat_map(|group| &group.fields))
        .chain(message.extends.iter().flat_map(|extend| &extend.fields));
    map_problem_of_fields(fields).or_else(|| message.nested.iter().find_map(map_problem_of_type))
}

fn map_problem_of_fields<'a>(mut fields: impl Iterator<Item = &'a Field>) -> Option<String> {
    fields.find_map(|field| names::map_problem(&field.type_name))
}

impl ProtobufSchema {
    fn of(parsed: &dyn Parsed) -> Option<&Self> {
        parsed.as_any().downcast_ref()
    }

    fn whole(&self) -> Whole<'_> {
        Whole { file: &self.file, dependencies: &self.dependencies }
    }

    fn normal_form(&self, budget: &Budget) -> Result<ProtoFile, ReadError> {
        let names = Names::of(&self.file, &self.dependencies, budget);
        let normal = normal::normalized(&self.file, &names);
        counted(budget, names.problem().map_or(normal, |problem| Err(InvalidText(problem))))
    }
}

impl Parsed for ProtobufSchema {
    fn canonical_text_within(&self, budget: &Budget) -> Result<String, Stopped> {
        budget.take(1)?;
        Ok(self.text.clone())
    }

    fn validate_within(&self, budget: &Budget) -> Result<(), ReadError> {
        self.normal_form(budget).map(drop)
    }

    fn normalized_within(&self, budget: &Budget) -> Result<Box<dyn Parsed>, ReadError> {
        let text = print(&self.normal_form(budget)?, budget)?;
        let file = read(&text, budget)?;
        let dependencies = Arc::clone(&self.dependencies);
        Ok(Box::new(Self { file, text, dependencies, heap_size: self.heap_size }))
    }

    fn formatted_within(&self, format: &str, budget: &Budget) -> Result<Option<String>, Stopped> {
        let text = match format {
            "ignore_extensions" => print(&extensions::ignored(&self.file), budget)?,
            "serialized" => STANDARD.encode(descriptor::write(&self.file, &self.dependencies, budget)),
            // What asks for a format, be it one that nobody knows, gets what is read of the stored text and printed again.
            _ => print(&self.file, budget)?,
        };
        budget.check().map(|()| Some(text))
    }

    fn equivalent_within(&self, other: &dyn Parsed, budget: &Budget) -> Result<bool, Stopped> {
        budget.take(1)?;
        Ok(Self::of(other).is_some_and(|other| self.text == other.text))
    }

    /// References are imports, which no text can hold itself; so this is the same comparison.
    fn equivalent_resolved_within(&self, other: &dyn Parsed, budget: &Budget) -> Result<bool, Stopped> {
        self.equivalent_within(other, budget)
    }

    fn check_within(
        &self,
        old: &dyn Parsed,
        direction: Direction,
        _: CompatibilityPolicy,
        budget: &Budget,
    ) -> Result<Findings, Stopped> {
        let Some(old) = Self::of(old) else { return Ok(Findings::default()) };
        let (found, reader, writer) = match direction {
            Direction::Backward => (difference::compare(old.whole(), self.whole(), budget), "new", "old"),
            Direction::Forward => (difference::compare(self.whole(), old.whole(), budget), "old", "new"),
        };
        budget.check()?;
        let messages = match found {
            Some(found) => found.iter().map(|one| one.describe(reader, writer)).collect(),
            None => vec![difference::GIVEN_UP.to_owned()],
        };
        Ok(Findings { messages })
    }

    fn is_deceptively_small(&self) -> bool {
        // Types of other files are compared wherever they are used.
        !self.dependencies.is_empty()
    }

    fn heap_size(&self) -> usize {
        self.heap_size
    }

    fn top_level_fields(&self) -> HashSet<&str> {
        validity::top_level_fields(&self.file)
    }

    fn reserved_field_problem_within(&self, budget: &Budget) -> Result<Option<String>, Stopped> {
        let problem = validity::problem(&self.file, &self.dependencies, budget);
        let told = problem.map(|problem| format!("Invalid protobuf schema definition: {problem}"));
        budget.check().map(|()| told)
    }

    fn tags_within(&self, budget: &Budget) -> Result<Vec<SchemaTags>, Stopped> {
        let found = tags::find(&self.file, budget);
        budget.check().map(|()| found)
    }

    fn with_tags_within(
        &self,
        add: &[SchemaTags],
        remove: &[SchemaTags],
        budget: &Budget,
    ) -> Result<String, ReadError> {
        let edited = counted(budget, tags::edited(&self.file, add, remove, budget))?;
        Ok(print(&edited, budget)?)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
