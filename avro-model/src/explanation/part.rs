//! The parts of both schemas that an incompatibility is about, by names, so that they can be found in a text.

use super::place::{Edge, Place, holder};
use crate::compatibility::{Finding, IncompatibilityKind};
use crate::name::Fullname;
use crate::schema::{Kind, NodeId, Schema};

/// A named type, or a field of one. A part without either is the root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct NamedPart {
    /// The type.
    pub type_name: Option<Fullname>,
    /// The field of it.
    pub field: Option<String>,
}

impl NamedPart {
    fn of_type(schema: &Schema, node: NodeId) -> Self {
        Self { type_name: schema[node].name().cloned(), field: None }
    }

    fn of_field(schema: &Schema, record: NodeId, index: usize) -> Self {
        let field = match &schema[record].kind {
            Kind::Record(definition) => definition.fields.get(index).map(|field| field.name.clone()),
            _ => None,
        };
        Self { type_name: schema[record].name().cloned(), field }
    }

    /// What holds a type: the field that it is in, however deep in arrays, maps and unions, or else its own name.
    fn holding(schema: &Schema, edge: Edge, node: NodeId) -> Self {
        let (mut edge, mut node) = (edge, node);
        // A type without a name stands in one place only, so this ends.
        loop {
            match edge {
                Edge::Field(record, index) => return Self::of_field(schema, record, index),
                Edge::Part(part) => (edge, node) = (holder(schema, part), part),
                Edge::Branch(union, _) => (edge, node) = (holder(schema, union), union),
                Edge::Root => return Self::of_type(schema, node),
            }
        }
    }
}

/// The parts of the reader's and of the writer's schema that a finding is about.
pub(super) fn parts(
    reader: &Schema,
    writer: &Schema,
    finding: &Finding,
    place: &Place,
) -> (NamedPart, NamedPart) {
    match finding.kind {
        IncompatibilityKind::ReaderFieldMissingDefaultValue => (
            NamedPart::of_field(reader, finding.reader, finding.field as usize),
            NamedPart::of_type(writer, finding.writer),
        ),
        IncompatibilityKind::NameMismatch
        | IncompatibilityKind::FixedSizeMismatch
        | IncompatibilityKind::MissingEnumSymbols => {
            (NamedPart::of_type(reader, finding.reader), NamedPart::of_type(writer, finding.writer))
        }
        IncompatibilityKind::TypeMismatch | IncompatibilityKind::MissingUnionBranch => {
            let reader_edge =
                if place.is_of(finding) { place.reader_edge } else { holder(reader, finding.reader) };
            let writer_edge = if place.writer == finding.writer {
                place.writer_edge
            } else {
                holder(writer, finding.writer)
            };
            (
                NamedPart::holding(reader, reader_edge, finding.reader),
                NamedPart::holding(writer, writer_edge, finding.writer),
            )
        }
    }
}
