//! Whether the name of a reader's type is the writer's.

use crate::name::Fullname;
use crate::schema::NodeId;
use std::collections::{HashMap, HashSet};

/// From how many aliases on they are looked up in an index.
const INDEXED: usize = 8;

/// Indexes of the aliases of types that have many.
#[derive(Default)]
pub(super) struct ReaderNames<'s> {
    indexes: HashMap<NodeId, HashSet<&'s str>>,
    /// Aliases that were looked at, which is work that counts.
    looked_at: u64,
}

impl<'s> ReaderNames<'s> {
    /// Simple names are equal, or an alias of the reader is the writer's full name. An alias of the null namespace in a
    /// type that has one is spelled with a leading dot by the reference and so never matches.
    pub(super) fn matches(
        &mut self,
        reader: NodeId,
        name: &Fullname,
        aliases: &'s [Fullname],
        writer: &Fullname,
    ) -> bool {
        if name.name() == writer.name() {
            return true;
        }
        if aliases.is_empty() || (writer.namespace().is_empty() && !name.namespace().is_empty()) {
            return false;
        }
        let Self { indexes, looked_at } = self;
        let mut look = |alias: &'s Fullname| {
            *looked_at += 1;
            alias.as_str()
        };
        if aliases.len() < INDEXED {
            return aliases.iter().any(|alias| look(alias) == writer.as_str());
        }
        let index = indexes.entry(reader).or_insert_with(|| aliases.iter().map(look).collect());
        index.contains(writer.as_str())
    }

    /// How many aliases were looked at since this was asked last.
    pub(super) fn take_looked_at(&mut self) -> u64 {
        std::mem::take(&mut self.looked_at)
    }
}
