//! Whether two unions are alike, branch by branch.

use crate::name::Fullname;
use crate::schema::{Kind, NodeId, Schema};
use std::collections::HashSet;
use std::mem::discriminant;

/// Remembers which pairs of types were found alike.
#[derive(Default)]
pub(super) struct Alike {
    known: HashSet<(NodeId, NodeId)>,
}

impl Alike {
    /// Whether both unions have the same branches in the same order, looking through all their parts: kinds, unqualified
    /// names, sizes, and the types of fields by position. This is the reference's test, which does not look at the
    /// names of fields or at symbols: those are resolved afterwards. Says also how many pairs it looked at.
    pub(super) fn check(
        &mut self,
        writer: &Schema,
        left: NodeId,
        reader: &Schema,
        right: NodeId,
    ) -> (bool, u64) {
        let mut open = vec![(left, right)];
        // Pairs that are being looked at count as alike, which ends recursion; they are known when all are alike.
        let mut seen = HashSet::new();
        let mut steps = 0;
        while let Some((left, right)) = open.pop() {
            steps += 1;
            let (a, b) = (&writer[left], &reader[right]);
            if discriminant(&a.kind) != discriminant(&b.kind)
                || a.name().map(Fullname::name) != b.name().map(Fullname::name)
            {
                return (false, steps);
            }
            let same_parts = match (&a.kind, &b.kind) {
                (Kind::Record(a), Kind::Record(b)) => a.fields.len() == b.fields.len(),
                (Kind::Union(a), Kind::Union(b)) => a.len() == b.len(),
                (Kind::Fixed(a), Kind::Fixed(b)) => a.size == b.size,
                _ => true,
            };
            if !same_parts {
                return (false, steps);
            }
            let compound = matches!(a.kind, Kind::Record(_) | Kind::Union(_));
            if !compound || (!self.known.contains(&(left, right)) && seen.insert((left, right))) {
                open.extend(a.kind.children().zip(b.kind.children()));
            }
        }
        self.known.extend(seen);
        (true, steps)
    }
}
