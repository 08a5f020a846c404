//! Whether two unions are alike, branch by branch (resolution §5.1).

use super::pair_map::PairMap;
use crate::name::Fullname;
use crate::schema::{Kind, NodeId, Schema};
use std::mem::discriminant;

/// Remembers which pairs of types were found alike.
pub(super) struct Alike {
    /// In which check a pair was last looked at.
    seen: PairMap<usize>,
    /// By check: whether all that it looked at is alike. That of the check that goes on counts as alike, which ends
    /// recursion.
    verdicts: Vec<bool>,
}

impl Alike {
    /// Nothing is known yet.
    pub(super) fn of(writer: &Schema) -> Self {
        Self { seen: PairMap::of(writer), verdicts: Vec::new() }
    }

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
        let check = self.verdicts.len();
        self.verdicts.push(true);
        let (alike, steps) = self.compare(check, writer, left, reader, right);
        self.verdicts[check] = alike;
        (alike, steps)
    }

    fn compare(
        &mut self,
        check: usize,
        writer: &Schema,
        left: NodeId,
        reader: &Schema,
        right: NodeId,
    ) -> (bool, u64) {
        let mut open = vec![(left, right)];
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
            let known = |check: usize| self.verdicts[check];
            if compound && self.seen.get(left, right).is_some_and(known) {
                continue;
            }
            if compound {
                self.seen.insert(left, right, check);
            }
            open.extend(a.kind.children().zip(b.kind.children()));
        }
        (true, steps)
    }
}
