//! Modules and identifiers for named types.
//!
//! A namespace part is a module, the null namespace is the top of the generated file. Names are given in an order that
//! does not depend on files: of names that come out alike, the one that is spelled that way in the schema keeps it,
//! then the first in alphabetical order.
//!
//! Types that have no name in Avro stand in modules that no namespace can become, so that nothing that a schema defines
//! later can take their names away:
//!
//! * [`UNIONS`] in the module of a namespace holds a module for each record, which holds what its fields need: for the
//!   field `item` of `Order` that is `unions::order::Item`, the enum of a union, or else what is in
//!   `unions::order::item`. There names tell the way from the field (`Item`, `Value`, `ItemValue`), and consist of a few
//!   fixed words, so that they are as different as the ways.
//! * [`ROOTS`] at the top holds the types of documents whose root has no name, and in the same way what they need.
//!
//! A part of a namespace with the name of such a module, of [`BUILDERS`], [`BORROWED`] or [`TOP`] gets an underscore. To put the name of the record before that of
//! the field and both before the rest would not do: `OrderItem` may be a record, and `OrderItem` with the field `id` and
//! `Order` with the field `itemId` come out alike.

use super::scope::Scope;
use super::{Module, Parsed, TypeId, ident};
use crate::error::Error;
use crate::options::Options;
use avro_model::schema::LogicalType;
use avro_model::{Fullname, Kind, Node};
use proc_macro2::Ident;
use std::collections::BTreeMap;
use syn::ext::IdentExt;

/// How deep namespaces may nest. Modules nest as deep, and the Rust compiler has limits of its own.
const MAX_NAMESPACE_PARTS: usize = 64;

/// How many characters of a name that is made up of the way to a type are kept. `rustdoc` names files after types, and
/// file names end at 255 bytes.
const MAX_NAME: usize = 100;

/// The module of the unions in a namespace.
pub(crate) const UNIONS: &str = "unions";

/// The module of the types that stand for documents.
pub(crate) const ROOTS: &str = "roots";

/// The module of the builders of a namespace's records.
pub(crate) const BUILDERS: &str = "builders";

/// The module of the borrowed forms of a namespace's types.
pub(crate) const BORROWED: &str = "borrowed";

/// The module around everything, where types stand at the top, which are seen as if it were not there.
pub(crate) const TOP: &str = "avro_types";

/// The names of all types, given before the types themselves are lowered.
#[derive(Debug)]
pub(super) struct Names {
    /// The named types that get a Rust type, in the order of their [`TypeId`]s.
    pub(super) types: Vec<Named>,
    /// The place of each of them in [`types`](Self::types).
    pub(super) ids: BTreeMap<Fullname, TypeId>,
    /// The names that are taken, by module.
    scopes: BTreeMap<Vec<Ident>, Scope>,
}

/// A named type of a document.
#[derive(Debug)]
pub(super) struct Named {
    /// The document with its definition.
    pub(super) document: usize,
    /// Its node there.
    pub(super) node: avro_model::NodeId,
    /// Its module.
    pub(super) module: Vec<Ident>,
    /// Its name.
    pub(super) ident: Ident,
    /// The module in [`UNIONS`] of what a record needs.
    pub(super) unions: Ident,
}

impl Names {
    /// A name for a type that has none in Avro, as close to `wanted` as the module allows.
    pub(super) fn take(&mut self, module: &[Ident], wanted: &str) -> Ident {
        let wanted = wanted.char_indices().nth(MAX_NAME).map_or(wanted, |(end, _)| &wanted[..end]);
        self.scopes.entry(module.to_vec()).or_default().take(wanted)
    }
}

/// True for a named type whose Rust type is one of the runtime's: a `fixed` with a logical type.
pub(super) fn is_runtime_type(node: &Node) -> bool {
    matches!(
        (&node.kind, node.logical),
        (Kind::Fixed(_), Some(LogicalType::Decimal { .. } | LogicalType::Uuid | LogicalType::Duration))
    )
}

/// Names every named type of the documents and lays out the modules.
pub(super) fn assign(documents: &[Parsed<'_>], options: &Options) -> Result<(Names, Module), Error> {
    let mut found = BTreeMap::new();
    for (document, parsed) in documents.iter().enumerate() {
        for (index, node) in parsed.schema.nodes().iter().enumerate() {
            let Some(name) = node.name() else { continue };
            if name.namespace().split('.').count() > MAX_NAMESPACE_PARTS {
                return Err(Error::Namespace {
                    document: parsed.name.to_owned(),
                    name: name.to_string(),
                    limit: MAX_NAMESPACE_PARTS,
                });
            }
            // By its name a choice may select it, and by its name it is known where it is taken as it is.
            let has_choice = node.logical.is_some_and(|logical| options.has_choice(logical));
            if !is_runtime_type(node) || has_choice {
                found.entry(name.clone()).or_insert((document, parsed.schema.node_id(index)));
            }
        }
    }
    let mut tree = Namespace::default();
    for name in found.keys() {
        tree.insert(name);
    }
    let mut names = Names { types: Vec::new(), ids: BTreeMap::new(), scopes: BTreeMap::new() };
    let module = tree.place(&[], &found, &mut names);
    Ok((names, module))
}

/// The schema and the node that define each named type.
type Found = BTreeMap<Fullname, (usize, avro_model::NodeId)>;

/// The types and the namespaces that share all but the last part of their name.
#[derive(Debug, Default)]
struct Namespace<'n> {
    types: Vec<&'n Fullname>,
    children: BTreeMap<&'n str, Namespace<'n>>,
}

impl<'n> Namespace<'n> {
    fn insert(&mut self, name: &'n Fullname) {
        let parts = name.namespace().split('.').filter(|part| !part.is_empty());
        let namespace = parts.fold(self, |namespace, part| namespace.children.entry(part).or_default());
        namespace.types.push(name);
    }

    /// Gives names to everything in this namespace, whose module is at `path`.
    fn place(self, path: &[Ident], found: &Found, names: &mut Names) -> Module {
        let mut scope = Scope::default();
        let modules =
            in_turn(self.children.into_iter().collect(), |(part, _)| (part, ident::namespace(part)));
        let modules: Vec<(Ident, Self)> =
            modules.into_iter().map(|(wanted, (_, child))| (scope.take(&wanted), child)).collect();
        let types = in_turn(self.types, |name| (name.name(), ident::type_name(name.name())));
        let mut ids = Vec::new();
        for (wanted, name) in types {
            let id = TypeId(names.types.len());
            let (document, node) = found[name];
            let ident = scope.take(&wanted);
            let unions = ident.clone();
            names.types.push(Named { document, node, module: path.to_vec(), ident, unions });
            names.ids.insert(name.clone(), id);
            ids.push(id);
        }
        // Of all records, whether they need it or not: what one comes to need must not rename what others have.
        let mut unions = Scope::default();
        let first = names.types.len() - ids.len();
        for named in &mut names.types[first..] {
            named.unions = unions.take(&ident::module(&named.ident.unraw().to_string()));
        }
        names.scopes.insert(path.to_vec(), scope);
        let children = modules.into_iter().map(|(ident, child)| {
            let path = [path, std::slice::from_ref(&ident)].concat();
            let module = child.place(&path, found, names);
            (ident, module)
        });
        let children = children.collect();
        Module { types: ids, children }
    }
}

/// Puts those that are spelled as they are wanted first; otherwise keeps the order. Returns each with what it wants.
fn in_turn<T>(items: Vec<T>, name: impl for<'t> Fn(&'t T) -> (&'t str, String)) -> Vec<(String, T)> {
    let mut keyed: Vec<(bool, String, T)> = items
        .into_iter()
        .map(|item| {
            let (spelled, wanted) = name(&item);
            (spelled != wanted, wanted, item)
        })
        .collect();
    keyed.sort_by_key(|(renamed, _, _)| *renamed);
    keyed.into_iter().map(|(_, wanted, item)| (wanted, item)).collect()
}
