//! A map from a type of the writer and one of the reader.
//!
//! Nearly every type of a writer meets one type of the reader, so the first one that each meets has its place in a table
//! and is found without hashing. Only further ones are hashed, with a hash that a schema cannot be made to collide in.

use crate::schema::{NodeId, Schema};
use std::collections::HashMap;

/// Values by pairs of types.
pub(super) struct PairMap<V> {
    /// By the writer's type: the reader's type that it met first.
    first: Vec<Option<(NodeId, V)>>,
    others: HashMap<(NodeId, NodeId), V>,
}

impl<V: Copy> PairMap<V> {
    /// An empty map for the types of a writer.
    pub(super) fn of(writer: &Schema) -> Self {
        Self { first: vec![None; writer.nodes().len()], others: HashMap::new() }
    }

    /// The value of a pair.
    pub(super) fn get(&self, writer: NodeId, reader: NodeId) -> Option<V> {
        match self.first[writer.index()] {
            Some((first, value)) if first == reader => Some(value),
            Some(_) => self.others.get(&(writer, reader)).copied(),
            None => None,
        }
    }

    /// Gives a pair a value, another one if it has one.
    pub(super) fn insert(&mut self, writer: NodeId, reader: NodeId, value: V) {
        match &mut self.first[writer.index()] {
            Some((first, old)) if *first == reader => *old = value,
            Some(_) => drop(self.others.insert((writer, reader), value)),
            free @ None => *free = Some((reader, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PairMap;
    use crate::Schema;

    #[test]
    fn a_type_may_meet_many_others() {
        let schema: Schema = r#"["null","int","string"]"#.parse().unwrap();
        let mut map = PairMap::of(&schema);
        let pairs = || (0..4).flat_map(|writer| (0..4).map(move |reader| (writer, reader)));
        for (writer, reader) in pairs() {
            assert_eq!(map.get(schema.node_id(writer), schema.node_id(reader)), None);
            map.insert(schema.node_id(writer), schema.node_id(reader), 0);
            map.insert(schema.node_id(writer), schema.node_id(reader), 10 * writer + reader);
        }
        for (writer, reader) in pairs() {
            assert_eq!(map.get(schema.node_id(writer), schema.node_id(reader)), Some(10 * writer + reader));
        }
    }
}
