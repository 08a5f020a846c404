//! Remedies for the branches of unions.

use super::Remedies;
use crate::compatibility::{self, Allowance, Finding, IncompatibilityKind as Found, Wording};
use crate::explanation::called;
use crate::explanation::change::Change;
use crate::explanation::place::{Edge, Place, Stray, is_alike, phrase};
use crate::resolution::{aliases, name_match};
use crate::schema::{Kind, NodeId, Schema};

/// Branches of a union that are tried out.
const MAX_TRIED: usize = 32;

impl Remedies<'_> {
    /// Takes a branch out of the new union, or puts the old type back.
    pub(super) fn drop_or_keep(&mut self, finding: &Finding, place: &Place) -> Option<Change> {
        if !place.is_of(finding) {
            return None;
        }
        if let Some((record, index)) = place.unsupplied {
            return self.keep_field(record, index, place.writer);
        }
        if let Edge::Branch(union, index) = place.writer_edge {
            if self.is_of_use_without(union, place.reader) {
                return self.drop_branch(union, index, place.describe(self.old, finding));
            }
            return self.keep_type(place.union_edge, place.reader, union, place.describe(self.old, finding));
        }
        self.keep_type(place.writer_edge, place.reader, place.writer, place.describe(self.old, finding))
    }

    fn drop_branch(&mut self, union: NodeId, index: usize, place: String) -> Option<Change> {
        let Kind::Union(branches) = &self.new[union].kind else { return None };
        let branch = branches[index];
        if let Kind::Union(all) = self.draft.kind(union) {
            all.retain(|&other| other != branch);
        }
        Some(Change::DropBranch { place, branch: called(self.new, branch) })
    }

    /// Whether a new union that is written without what an old type cannot read still holds more than null. Beside an old
    /// type without a name there need not be a union.
    fn is_of_use_without(&mut self, union: NodeId, reader: NodeId) -> bool {
        let (new, old) = (self.new, self.old);
        let Kind::Union(branches) = &new[union].kind else { return false };
        if !matches!(old[reader].kind, Kind::Union(_)) && old[reader].name().is_none() {
            return false;
        }
        // In a large union it is certain enough, and would cost.
        branches.len() > MAX_TRIED
            || branches.iter().any(|&branch| {
                !matches!(new[branch].kind, Kind::Null)
                    && compatibility::locate((old, reader), (new, branch), 1, &mut self.allowance)
                        .is_ok_and(|found| found.is_empty())
            })
    }

    /// A type that was one of several in a union, or is now.
    pub(super) fn repair_stray(&mut self, stray: Stray) -> Option<Change> {
        let (new, old) = (self.new, self.old);
        match self.direction {
            Wording::NewReadsOld => {
                let place = phrase(new, stray.reader_edge, stray.reader);
                self.keep_type(stray.reader_edge, stray.union, stray.reader, place)
            }
            Wording::OldReadsNew => {
                let Kind::Union(branches) = &new[stray.union].kind else { return None };
                let index = branches.iter().position(|&branch| branch == stray.branch)?;
                self.drop_branch(stray.union, index, phrase(old, stray.reader_edge, stray.reader))
            }
        }
    }
}

/// The branch of a reader's union that is meant for a type, though it does not fit yet: of its kind, and of its name if
/// it has one. Of several the one that takes its data. A type that differs in nothing but its name was renamed.
pub(super) fn meant(
    (reader, union): (&Schema, NodeId),
    (writer, part): (&Schema, NodeId),
    place: &Place,
    allowance: &mut Allowance<'_>,
) -> Option<NodeId> {
    let Kind::Union(branches) = &reader[union].kind else { return None };
    let node = &writer[part];
    let mut alike = branches.iter().copied().filter(|&branch| is_alike(&reader[branch], node));
    let Some(name) = node.name() else { return alike.next() };
    let matched = |branch: NodeId| {
        let node = &reader[branch];
        Some((name_match(name, node.name()?, aliases(node))?, branch))
    };
    if let Some((_, best)) =
        alike.filter_map(matched).reduce(|best, next| if next.0 > best.0 { next } else { best })
    {
        return Some(best);
    }
    let written = match place.writer_edge {
        Edge::Branch(union, _) => writer[union].kind.branches(),
        _ => &[],
    };
    let taken = |branch: NodeId| written.iter().any(|&other| is_alike(&reader[branch], &writer[other]));
    let mut renamed = branches.iter().copied().filter(|&branch| {
        reader[branch].name().is_some()
            && !taken(branch)
            && compatibility::locate((reader, branch), (writer, part), 2, allowance).is_ok_and(|found| {
                found
                    .iter()
                    .all(|one| one.finding.kind == Found::NameMismatch && one.finding.reader == branch)
            })
    });
    renamed.next().filter(|_| renamed.next().is_none())
}
