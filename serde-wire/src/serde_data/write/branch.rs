//! The branch of a union that a value takes.

use super::super::error::describe;
use super::{At, Fault};
use crate::branch_names::{self, Several};
use crate::codec::AvroEncode;
use avro_model::parser::nearest_word;
use avro_model::{Kind, Node, NodeId};

impl At<'_, '_> {
    /// Takes the branch with the lowest rank, or the node itself where it is no union.
    pub(super) fn choose(
        &mut self,
        rank: impl Fn(&Node) -> Option<u8>,
        what: impl FnOnce() -> String,
    ) -> Result<(), Fault> {
        if let Kind::Union(branches) = self.kind() {
            let ranked = branches.iter().enumerate();
            let ranked = ranked.filter_map(|(place, &id)| Some((rank(&self.schema[id])?, place)));
            if let Some((_, place)) = ranked.min() {
                self.take(place);
                return Ok(());
            }
        } else if rank(&self.schema[self.node]).is_some() {
            return Ok(());
        }
        Err(self.unfit(&what()))
    }

    /// Takes that branch of a union; anything else stays.
    pub(super) fn take(&mut self, place: usize) {
        if let Kind::Union(branches) = self.kind() {
            index(place, self.out);
            self.node = branches[place];
        }
    }

    /// The branch that is called so; 0 for a node that is no union and is called so.
    pub(super) fn named(&self, name: &str) -> Result<Option<usize>, Fault> {
        branch_names::called(self.schema, self.branches(), name).map_err(|several| self.ambiguous(&several))
    }

    /// The record that is called so among the branches, or the node itself.
    pub(super) fn named_record(&self, name: &str) -> Result<Option<usize>, Fault> {
        let is_record = |node: &Node| matches!(node.kind, Kind::Record(_));
        branch_names::called_among(self.schema, self.branches(), name, is_record)
            .map_err(|several| self.ambiguous(&several))
    }

    /// The enum of that symbol: the one that is called as the type is, else the only one.
    pub(super) fn enum_of(&self, type_name: &str, symbol: &str) -> Result<Option<usize>, Fault> {
        let has = |node: &Node| match &node.kind {
            Kind::Enum(definition) => definition.symbols.iter().any(|own| own == symbol),
            _ => false,
        };
        let Kind::Union(branches) = self.kind() else {
            return Ok(has(&self.schema[self.node]).then_some(0));
        };
        if let Some(place) = branch_names::called_among(self.schema, branches, type_name, has)
            .map_err(|several| self.ambiguous(&several))?
        {
            return Ok(Some(place));
        }
        let nodes = branches.iter().map(|&branch| &self.schema[branch]);
        let having: Vec<&Node> = nodes.filter(|node| has(node)).collect();
        match branch_names::rivals(&having) {
            Some(names) => Err(Fault::new(format!(
                "variant {symbol} of {type_name} is a symbol of several branches, {names}; give the type the name of one"
            ))),
            None => Ok(branches.iter().position(|&branch| has(&self.schema[branch]))),
        }
    }

    #[cold]
    fn ambiguous(&self, several: &Several) -> Fault {
        Fault::new(several.to_string())
    }

    /// The branch of that variant of an enum.
    pub(super) fn variant(mut self, variant: &str) -> Result<Self, Fault> {
        match self.named(variant)? {
            Some(place) => {
                self.take(place);
                Ok(self)
            }
            None => Err(self.unfit(&format!("variant {variant} with content"))),
        }
    }

    /// The branches, or the node itself.
    pub(super) fn branches(&self) -> &[NodeId] {
        match self.kind() {
            Kind::Union(branches) => branches,
            _ => std::slice::from_ref(&self.node),
        }
    }

    pub(super) fn nearest_symbol(&self, found: &str) -> Option<String> {
        let symbols = self.branches().iter().filter_map(|&branch| match &self.schema[branch].kind {
            Kind::Enum(definition) => Some(&definition.symbols),
            _ => None,
        });
        nearest_word(found, symbols.flatten().map(String::as_str))
    }

    #[cold]
    pub(super) fn unfit(&self, what: &str) -> Fault {
        Fault::new(format!("{what} does not fit {}", describe(self.schema, self.node)))
    }
}

/// Writes the position of a branch or a symbol.
pub(super) fn index(position: usize, out: &mut Vec<u8>) {
    // No schema in memory has more of them than a long can count.
    i64::try_from(position).unwrap_or(i64::MAX).encode_into(out);
}

/// A text of a value, which may be long, and secret: it is told by its length, as when reading.
pub(super) fn told(text: &str) -> String {
    format!("a text of {} bytes", text.len())
}

pub(super) fn unknown_variant(variant: &str, nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("variant {variant} (did you mean {nearest}?)"),
        None => format!("variant {variant}"),
    }
}
