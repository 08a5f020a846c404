//! Which field of the writer a field of the reader reads (compatibility §3).

use crate::schema::{Field, NodeId, Record};
use std::collections::HashMap;

/// The writer's field that a reader's field finds.
pub(super) enum Match {
    None,
    One(NodeId),
    /// More than one, of which the reference cannot choose.
    Several,
}

/// Indexes of the writer's records, made when the first field is not at its place.
#[derive(Default)]
pub(super) struct WriterFields<'s> {
    indexes: HashMap<NodeId, HashMap<&'s str, NodeId>>,
}

impl<'s> WriterFields<'s> {
    /// Looks for the field's name and then for each of its aliases; each that is there counts, so that a field with its
    /// own name as an alias finds two.
    pub(super) fn find(&mut self, writer: NodeId, record: &'s Record, field: &Field, place: usize) -> Match {
        if field.aliases.is_empty() {
            // Most fields stay where they were.
            if let Some(same) = record.fields.get(place).filter(|other| other.name == field.name) {
                return Match::One(same.schema);
            }
        }
        let index = self.indexes.entry(writer).or_insert_with(|| {
            record.fields.iter().map(|field| (field.name.as_str(), field.schema)).collect()
        });
        let names = std::iter::once(&field.name).chain(&field.aliases);
        let mut found = names.filter_map(|name| index.get(name.as_str()));
        match (found.next(), found.next()) {
            (None, _) => Match::None,
            (Some(one), None) => Match::One(*one),
            (Some(_), Some(_)) => Match::Several,
        }
    }
}
