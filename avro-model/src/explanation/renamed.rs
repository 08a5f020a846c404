//! Fields that were renamed without an alias.

use super::in_full;
use crate::compatibility::{self, Allowance};
use crate::schema::{Field, Kind, NodeId, Record, Schema};
use std::collections::{HashMap, HashSet};

/// Of more fields than this nobody can say which one was renamed.
const MAX_CANDIDATES: usize = 16;

/// Guesses for pairs of records: of the reader and of the writer.
#[derive(Default)]
pub(super) struct Renames {
    known: HashMap<(NodeId, NodeId), Option<Rename>>,
}

/// Positions of one field in two records.
#[derive(Clone, Copy)]
struct Rename {
    reader: usize,
    writer: usize,
}

impl Renames {
    /// The writer's field from which a field of the reader seems to be renamed: the only one that can be, where it is the
    /// only one that is missed.
    pub(super) fn of<'w>(
        &mut self,
        (reader, reader_record): (&Schema, NodeId),
        (writer, writer_record): (&'w Schema, NodeId),
        field: usize,
        allowance: &mut Allowance<'_>,
    ) -> Option<&'w Field> {
        let (Kind::Record(r), Kind::Record(w)) = (&reader[reader_record].kind, &writer[writer_record].kind)
        else {
            return None;
        };
        let rename = self
            .known
            .entry((reader_record, writer_record))
            .or_insert_with(|| guess((reader, r), (writer, w), allowance))
            .filter(|rename| rename.reader == field)?;
        Some(&w.fields[rename.writer])
    }
}

fn guess(
    (reader, r): (&Schema, &Record),
    (writer, w): (&Schema, &Record),
    allowance: &mut Allowance<'_>,
) -> Option<Rename> {
    let written: HashSet<&String> = w.fields.iter().map(|field| &field.name).collect();
    let looked_for: HashSet<&String> =
        r.fields.iter().flat_map(|field| std::iter::once(&field.name).chain(&field.aliases)).collect();
    let supplied = |field: &Field| {
        field.default.is_some()
            || std::iter::once(&field.name).chain(&field.aliases).any(|name| written.contains(name))
    };
    let missed = only((0..r.fields.len()).filter(|&place| !supplied(&r.fields[place])))?;
    let unread: Vec<usize> = (0..w.fields.len())
        .filter(|&place| !looked_for.contains(&w.fields[place].name))
        .take(MAX_CANDIDATES + 1)
        .collect();
    if unread.len() > MAX_CANDIDATES {
        return None;
    }
    // A type that is only promoted, or one that may be null now, is more likely another field's.
    let fits = |&place: &usize| {
        let (reads, written) = (r.fields[missed].schema, w.fields[place].schema);
        in_full(reader, reads) == in_full(writer, written)
            && compatibility::locate((reader, reads), (writer, written), 1, allowance)
                .is_ok_and(|found| found.is_empty())
    };
    only(unread.into_iter().filter(fits)).map(|writer| Rename { reader: missed, writer })
}

/// The only item, if there is one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next();
    first.filter(|_| items.next().is_none())
}
