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
use super::size;
use super::{
    Cancellation, Direction, Findings, InvalidText, Language, Parsed, ReferencedText, SchemaTags, Strictness,
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

    fn parse(
        &self,
        text: &str,
        references: &[ReferencedText],
        _: Strictness,
    ) -> Result<Box<dyn Parsed>, InvalidText> {
        let statements = size::within(text, references, size::statements)?;
        let file = read(text)?;
        let dependencies: Result<Vec<Dependency>, InvalidText> = references
            .iter()
            .map(|reference| Ok(Dependency { name: reference.name.clone(), file: read(&reference.text)? }))
            .collect();
        let text = printer::print(&file);
        // A descriptor says more in fewer bytes than the text that is printed of it.
        let heap_size = 3 * text.len() + statements.max(size::statements(&text)) * STATEMENT;
        Ok(Box::new(ProtobufSchema { file, text, dependencies: Arc::new(dependencies?), heap_size }))
    }

    fn edit_tags(
        &self,
        text: &str,
        add: &[SchemaTags],
        remove: &[SchemaTags],
    ) -> Result<String, InvalidText> {
        tags::edited(&read(text)?, add, remove).map(|file| printer::print(&file))
    }
}

/// Reads a `.proto` text, or a descriptor in Base64. What is wrong with a text that is neither is told of the text.
fn read(text: &str) -> Result<ProtoFile, InvalidText> {
    let file = match parser::parse(text) {
        Ok(file) => file,
        Err(error) => STANDARD
            .decode(text)
            .ok()
            .filter(|bytes| bytes.len() <= size::MAX_DESCRIPTOR)
            .and_then(|bytes| descriptor::read(&bytes).ok())
            .filter(is_readable)
            .ok_or_else(|| InvalidText(format!("Could not parse Protobuf - {}", error.0)))?,
    };
    match map_problem(&file) {
        None => Ok(file),
        Some(problem) => Err(InvalidText(problem)),
    }
}

/// Whether a file is read again as it is printed. A descriptor can hold names that no text can, and what is stored has to
/// be readable.
fn is_readable(file: &ProtoFile) -> bool {
    let text = printer::print(file);
    parser::parse(&text).is_ok_and(|again| printer::print(&again) == text)
}

/// What is wrong with the map types of a file.
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

    fn normal_form(&self) -> Result<ProtoFile, InvalidText> {
        let names = Names::of(&self.file, &self.dependencies);
        let normal = normal::normalized(&self.file, &names);
        names.problem().map_or(normal, |problem| Err(InvalidText(problem)))
    }
}

impl Parsed for ProtobufSchema {
    fn canonical_text(&self) -> String {
        self.text.clone()
    }

    fn validate(&self) -> Result<(), InvalidText> {
        self.normal_form().map(drop)
    }

    fn normalized(&self) -> Result<Box<dyn Parsed>, InvalidText> {
        let text = printer::print(&self.normal_form()?);
        let file = read(&text)?;
        let dependencies = Arc::clone(&self.dependencies);
        Ok(Box::new(Self { file, text, dependencies, heap_size: self.heap_size }))
    }

    fn formatted(&self, format: &str) -> Option<String> {
        match format {
            "ignore_extensions" => Some(printer::print(&extensions::ignored(&self.file))),
            "serialized" => Some(STANDARD.encode(descriptor::write(&self.file, &self.dependencies))),
            _ => None,
        }
    }

    fn equivalent(&self, other: &dyn Parsed) -> bool {
        Self::of(other).is_some_and(|other| self.text == other.text)
    }

    /// References are imports, which no text can hold itself; so this is the same comparison.
    fn equivalent_resolved(&self, other: &dyn Parsed) -> bool {
        self.equivalent(other)
    }

    fn check_until(
        &self,
        old: &dyn Parsed,
        direction: Direction,
        _: CompatibilityPolicy,
        cancellation: &Cancellation,
    ) -> Findings {
        let Some(old) = Self::of(old) else { return Findings::default() };
        let (found, reader, writer) = match direction {
            Direction::Backward => {
                (difference::compare(old.whole(), self.whole(), cancellation), "new", "old")
            }
            Direction::Forward => {
                (difference::compare(self.whole(), old.whole(), cancellation), "old", "new")
            }
        };
        let messages = match found {
            Some(found) => found.iter().map(|one| one.describe(reader, writer)).collect(),
            None => vec![difference::GIVEN_UP.to_owned()],
        };
        Findings { messages }
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

    fn reserved_field_problem(&self) -> Option<String> {
        validity::problem(&self.file, &self.dependencies)
    }

    fn tags(&self) -> Vec<SchemaTags> {
        tags::find(&self.file)
    }

    fn with_tags(&self, add: &[SchemaTags], remove: &[SchemaTags]) -> Result<String, InvalidText> {
        tags::edited(&self.file, add, remove).map(|file| printer::print(&file))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
