//! Whether a repeated definition equals the first (schemas §3.3), and what differs if not.
//!
//! The reference compares at the moment of the second definition, when names that are not defined yet are stand-ins
//! that equal nothing but themselves. A recursive record can therefore not be repeated.

use super::builder::{Builder, Place};
use crate::equality::{Graph, same_structure};
use crate::schema::{Field, Kind, Node, NodeId, Properties};

/// How much of a default or a property a message shows.
const SHOWN: usize = 60;

impl Builder<'_> {
    pub(super) fn repeats(&self, second: NodeId, first: NodeId) -> bool {
        let graph = AsRead(self);
        same_structure(&graph, second, &graph, first, false)
    }

    /// The place of a definition among documents that are read together.
    pub(super) fn place_of(&self, node: NodeId) -> Place {
        let index = self.defined.binary_search_by_key(&node, |(defined, _)| *defined);
        index.map_or(0, |index| self.defined[index].1)
    }

    /// The first thing in which the second of two definitions of one name differs, told from the second.
    pub(super) fn difference(&self, second: NodeId, first: NodeId) -> String {
        let (here, there) = (&self.nodes[second.index()], &self.nodes[first.index()]);
        let own = match (&here.kind, &there.kind) {
            (Kind::Record(here), Kind::Record(there)) => self.fields_differ(&here.fields, &there.fields),
            (Kind::Enum(here), Kind::Enum(there)) if here.symbols != there.symbols => {
                let lacks = |some: &[String], others: &[String]| {
                    some.iter().find(|symbol| !others.contains(symbol)).cloned()
                };
                Some(match (lacks(&there.symbols, &here.symbols), lacks(&here.symbols, &there.symbols)) {
                    (Some(symbol), _) => {
                        format!("the first one has the symbol \"{symbol}\", which is not here")
                    }
                    (None, Some(symbol)) => {
                        format!("the symbol \"{symbol}\" is not in the first one")
                    }
                    (None, None) => "the symbols are in another order".to_owned(),
                })
            }
            (Kind::Fixed(here), Kind::Fixed(there)) if here.size != there.size => {
                Some(format!("the size is {}, in the first one {}", here.size, there.size))
            }
            (Kind::Enum(_), Kind::Enum(_)) | (Kind::Fixed(_), Kind::Fixed(_)) => None,
            (here, there) => {
                Some(format!("this one is of type {}, the first one {}", here.type_name(), there.type_name()))
            }
        };
        own.or_else(|| properties_differ(&here.properties, &there.properties))
            .unwrap_or_else(|| "a type inside it differs".to_owned())
    }

    fn fields_differ(&self, here: &[Field], there: &[Field]) -> Option<String> {
        let lacks = |some: &[Field], others: &[Field]| {
            some.iter()
                .find(|field| others.iter().all(|other| other.name != field.name))
                .map(|field| field.name.clone())
        };
        if let Some(field) = lacks(there, here) {
            return Some(format!("the first one has the field \"{field}\", which is not here"));
        }
        if let Some(field) = lacks(here, there) {
            return Some(format!("the field \"{field}\" is not in the first one"));
        }
        here.iter().zip(there).find_map(|(here, there)| {
            let name = &here.name;
            if *name != there.name {
                return Some(format!("the fields are in another order: \"{name}\" for \"{}\"", there.name));
            }
            if !self.repeats(here.schema, there.schema) {
                let called = |id: NodeId| {
                    let node = &self.nodes[id.index()];
                    node.name().map_or_else(|| node.kind.type_name().to_owned(), ToString::to_string)
                };
                let (here, there) = (called(here.schema), called(there.schema));
                return Some(if here == there {
                    format!("the type of field \"{name}\", {here}, differs inside")
                } else {
                    format!("field \"{name}\" is {here}, in the first one {there}")
                });
            }
            let same_default = match (&here.default, &there.default) {
                (None, None) => true,
                (Some(here), Some(there)) => here.equivalent(there),
                _ => false,
            };
            if !same_default {
                let shown = |field: &Field| match &field.default {
                    Some(default) => format!("the default {}", shown(&default.to_string())),
                    None => "no default".to_owned(),
                };
                return Some(format!(
                    "field \"{name}\" has {}, in the first one {}",
                    shown(here),
                    shown(there)
                ));
            }
            if here.order != there.order {
                return Some(format!("field \"{name}\" has another order"));
            }
            properties_differ(&here.properties, &there.properties)
                .map(|difference| format!("field \"{name}\": {difference}"))
        })
    }
}

fn properties_differ(here: &Properties, there: &Properties) -> Option<String> {
    let value = |properties: &Properties, key: &str| {
        let found = properties.iter().find(|(name, _)| name == key);
        found.map_or_else(|| "absent".to_owned(), |(_, value)| shown(&value.to_string()))
    };
    let keys = here.iter().chain(there).map(|(key, _)| key.as_str());
    keys.map(|key| (key, value(here, key), value(there, key)))
        .find(|(_, here, there)| here != there)
        .map(|(key, here, there)| format!("the property \"{key}\" is {here}, in the first one {there}"))
}

fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

struct AsRead<'b>(&'b Builder<'b>);

impl Graph for AsRead<'_> {
    fn node(&self, id: NodeId) -> Option<&Node> {
        self.0.nodes.get(id.index())
    }

    fn step(&self) -> bool {
        self.0.budget.spend(1)
    }
}
