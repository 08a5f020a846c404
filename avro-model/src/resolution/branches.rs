//! Which branch of a reader's union takes data of a single writer's type.

use super::Promotion;
use super::names::{NameMatch, aliases, name_match};
use crate::schema::{Kind, NodeId, Schema};
use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

/// The branches of the reader's unions by kind and name, so that a union of hundreds of records costs no more than its
/// branches. An index is made when its union is first met.
#[derive(Default)]
pub(super) struct Branches<'r> {
    indexes: HashMap<NodeId, Index<'r>>,
}

struct Index<'r> {
    /// The branches that have no name, in order.
    unnamed: Vec<(Discriminant<Kind>, usize)>,
    /// Unqualified name, or full name of an alias, to the branches that have it.
    named: HashMap<&'r str, Vec<usize>>,
}

/// What was found.
pub(super) enum Choice {
    /// No branch fits.
    None,
    /// That one does.
    One(usize),
    /// Records of the writer's unqualified name but of other namespaces: the structure decides.
    Records(Vec<usize>),
}

impl<'r> Branches<'r> {
    /// Chooses a branch, and says how many comparisons it took.
    pub(super) fn choose(
        &mut self,
        writer: &Schema,
        data: NodeId,
        reader: &'r Schema,
        union: NodeId,
    ) -> (Choice, u64) {
        let branches = reader[union].kind.branches();
        let mut steps = 1;
        let index = self.indexes.entry(union).or_insert_with(|| {
            steps += branches.len() as u64;
            Index::of(reader, branches)
        });
        let kind = &writer[data].kind;
        let Some(name) = writer[data].name() else {
            let exact =
                index.unnamed.iter().find(|(other, _)| *other == discriminant(kind)).map(|(_, place)| *place);
            // The unnamed kinds are few, since a union has each of them at most once.
            let promoted = || {
                let mut places = index.unnamed.iter().map(|(_, place)| *place);
                places.find(|&place| Promotion::between(kind, &reader[branches[place]].kind).is_some())
            };
            return (exact.or_else(promoted).map_or(Choice::None, Choice::One), steps);
        };
        let by = |key: &str| index.named.get(key).map_or(&[][..], Vec::as_slice);
        let mut best = None;
        let mut simple = Vec::new();
        for &place in by(name.name()).iter().chain(by(name.as_str())) {
            steps += 1;
            let branch = &reader[branches[place]];
            if discriminant(&branch.kind) != discriminant(kind) {
                continue;
            }
            let matched = branch.name().and_then(|other| name_match(name, other, aliases(branch)));
            match matched {
                Some(NameMatch::Simple) => simple.push(place),
                Some(matched) if best.is_none_or(|(other, _)| matched > other) => {
                    best = Some((matched, place));
                }
                _ => {}
            }
        }
        simple.dedup();
        let choice = match (best, &simple[..]) {
            (Some((_, place)), _) | (None, &[place]) => Choice::One(place),
            (None, []) => Choice::None,
            (None, [.., last]) => match kind {
                Kind::Record(_) => Choice::Records(simple),
                _ => Choice::One(*last),
            },
        };
        (choice, steps)
    }
}

impl<'r> Index<'r> {
    fn of(reader: &'r Schema, branches: &[NodeId]) -> Self {
        let mut index = Self { unnamed: Vec::new(), named: HashMap::new() };
        for (place, &branch) in branches.iter().enumerate() {
            let node = &reader[branch];
            match node.name() {
                None => index.unnamed.push((discriminant(&node.kind), place)),
                Some(name) => {
                    index.named.entry(name.name()).or_default().push(place);
                    for alias in aliases(node) {
                        index.named.entry(alias.as_str()).or_default().push(place);
                    }
                }
            }
        }
        index
    }
}
