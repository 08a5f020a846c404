//! The branch of a reader's union that takes data of a single writer's type (resolution §5.2).

use super::Promotion;
use super::names::{NameMatch, aliases, name_match};
use crate::schema::{Kind, NodeId, Schema};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::mem::discriminant;

/// Up to so many branches are looked at one by one, which costs less than an index.
const FEW: usize = 8;

/// The positions of so many branches.
const POSITIONS: [usize; FEW] = [0, 1, 2, 3, 4, 5, 6, 7];

/// The branches of the reader's unions by kind and name, so that a union of hundreds of records costs no more than its
/// branches. An index is made when its union is first met, unless that has but [`FEW`].
#[derive(Default)]
pub(super) struct Branches<'r> {
    indexes: HashMap<NodeId, Index<'r>>,
}

struct Index<'r> {
    /// The branches that have no name, in order.
    unnamed: Vec<usize>,
    /// Unqualified name, or full name of an alias, to the branches that have it.
    named: HashMap<&'r str, Vec<usize>>,
}

/// The outcome of the search.
pub(super) enum Choice {
    /// No branch fits.
    None,
    /// This branch matches.
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
        let index = (branches.len() > FEW).then(|| {
            &*self.indexes.entry(union).or_insert_with(|| {
                steps += branches.len() as u64;
                Index::of(reader, branches)
            })
        });
        let few = || &POSITIONS[..branches.len()];
        let kind = &writer[data].kind;
        let Some(name) = writer[data].name() else {
            // The unnamed kinds are few, since a union has each of them at most once.
            let mut places = index.map_or_else(few, |index| &index.unnamed).iter().copied();
            let exact = places
                .clone()
                .find(|&place| discriminant(&reader[branches[place]].kind) == discriminant(kind));
            let promoted =
                || places.find(|&place| Promotion::between(kind, &reader[branches[place]].kind).is_some());
            return (exact.or_else(promoted).map_or(Choice::None, Choice::One), steps);
        };
        let (by_name, by_alias) =
            index.map_or_else(|| (few(), &[][..]), |index| (index.by(name.name()), index.by(name.as_str())));
        let mut best = None;
        let mut simple = Vec::new();
        for &place in by_name.iter().chain(by_alias) {
            steps += 1;
            let branch = &reader[branches[place]];
            if discriminant(&branch.kind) != discriminant(kind) {
                continue;
            }
            let matched = branch.name().and_then(|other| name_match(name, other, aliases(branch)));
            match matched {
                Some(NameMatch::Simple) => simple.push(place),
                // Of equally good ones the first, whichever way it was found.
                Some(matched) if best.is_none_or(|best| (matched, Reverse(place)) > best) => {
                    best = Some((matched, Reverse(place)));
                }
                _ => {}
            }
        }
        simple.dedup();
        let choice = match (best, &simple[..]) {
            (Some((_, Reverse(place))), _) | (None, &[place]) => Choice::One(place),
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
                None => index.unnamed.push(place),
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

    /// The branches that have a name.
    fn by(&self, name: &str) -> &[usize] {
        self.named.get(name).map_or(&[], Vec::as_slice)
    }
}
