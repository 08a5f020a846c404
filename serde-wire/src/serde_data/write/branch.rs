//! The branch of a union that a value takes.

use super::super::error::describe;
use super::{At, Fault};
use crate::codec::AvroEncode;
use avro_model::parser::nearest_word;
use avro_model::{Kind, Node, NodeId};

/// How much of a text an error shows.
const SHOWN: usize = 40;

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
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        match self.kind() {
            Kind::Union(branches) => {
                branches.iter().position(|&branch| is_called(&self.schema[branch], name))
            }
            _ => is_called(&self.schema[self.node], name).then_some(0),
        }
    }

    /// The branch of that variant of an enum.
    pub(super) fn variant(mut self, variant: &str) -> Result<Self, Fault> {
        match self.named(variant) {
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

/// Whether a node is called so: by its short or its full name, or by that of its type, such as `Int`.
pub(in crate::serde_data) fn is_called(node: &Node, name: &str) -> bool {
    match node.name() {
        Some(full) => full.as_str() == name || full.as_str().rsplit('.').next() == Some(name),
        None => node.kind.type_name().eq_ignore_ascii_case(name),
    }
}

/// Writes the position of a branch or a symbol.
pub(super) fn index(position: usize, out: &mut Vec<u8>) {
    // No schema in memory has more of them than a long can count.
    i64::try_from(position).unwrap_or(i64::MAX).encode_into(out);
}

pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("the text {:?}…", &text[..end]),
        None => format!("the text {text:?}"),
    }
}

pub(super) fn unknown_variant(variant: &str, nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("variant {variant} (did you mean {nearest}?)"),
        None => format!("variant {variant}"),
    }
}
