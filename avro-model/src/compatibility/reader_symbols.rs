//! Whether an enum of the reader knows all symbols of a writer's.

use crate::schema::{Enum, NodeId};
use std::collections::{HashMap, HashSet};

/// Indexes of the symbols of the reader's enums, each made once, however many enums of the writer are compared with it.
#[derive(Default)]
pub(super) struct ReaderSymbols<'s> {
    indexes: HashMap<NodeId, HashSet<&'s str>>,
    bytes: usize,
}

impl<'s> ReaderSymbols<'s> {
    /// Whether the writer has a symbol that the reader lacks.
    pub(super) fn lacks_any(&mut self, node: NodeId, reader: &'s Enum, writer: &Enum) -> bool {
        if reader.symbols == writer.symbols {
            return false;
        }
        let Self { indexes, bytes } = self;
        let index = indexes.entry(node).or_insert_with(|| {
            let index: HashSet<&str> = reader.symbols.iter().map(String::as_str).collect();
            // The table has a byte beside each slot.
            *bytes += index.capacity() * (size_of::<&str>() + 1);
            index
        });
        writer.symbols.iter().any(|symbol| !index.contains(symbol.as_str()))
    }

    /// About how many bytes the indexes take.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}
