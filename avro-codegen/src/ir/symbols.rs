//! What enums take for symbols that they do not have.

use super::ident;
use super::scope::Scope;
use super::{Symbol, TypeDef, TypeKind};
use crate::options::{OnUnknownSymbol, Options};
use avro_model::schema::Enum;
use avro_model::{Kind, Schema};
use std::collections::BTreeMap;

/// The variant for symbols that an enum does not have. A symbol of that name gives way, now and when a later schema adds it.
pub(crate) const UNKNOWN: &str = "Unknown";

/// The symbols of an enum with their variants.
pub(super) fn lower(definition: &Enum, options: &Options) -> TypeKind {
    let keeps_unknown = keeps(definition, options);
    let mut scope = Scope::default();
    // The constant with all symbols, which `A_L_L` would be the name of.
    scope.take("ALL");
    let variant = |name: &str| match ident::variant(name) {
        variant if keeps_unknown && variant == UNKNOWN => format!("{UNKNOWN}_"),
        variant => variant,
    };
    let symbols = definition
        .symbols
        .iter()
        .map(|name| Symbol { ident: scope.take(&variant(name)), name: name.clone() })
        .collect();
    let default = definition.default.as_ref();
    let default = default.and_then(|default| definition.symbols.iter().position(|symbol| symbol == default));
    TypeKind::Enum { symbols, default, keeps_unknown }
}

/// Whether a value of an enum may be a symbol that its schema does not have.
pub(super) fn keeps(definition: &Enum, options: &Options) -> bool {
    options.unknown_symbol(&definition.name.to_string()) == OnUnknownSymbol::Keep
}

/// What is taken for unknown symbols of all enums, where that is not what the specification says.
pub(super) fn unknown(types: &[TypeDef], options: &Options) -> BTreeMap<String, OnUnknownSymbol> {
    let names = types.iter().flat_map(|definition| match &definition.kind {
        TypeKind::Enum { .. } => vec![definition.path.clone()],
        TypeKind::External { schema, .. } => enums(schema),
        _ => Vec::new(),
    });
    let chosen = names.map(|name| {
        let unknown = options.unknown_symbol(&name);
        (name, unknown)
    });
    // The default of the schema is what the specification takes.
    let is_other = |unknown: &OnUnknownSymbol| {
        !matches!(unknown, OnUnknownSymbol::Specification | OnUnknownSymbol::Default)
    };
    chosen.filter(|(_, unknown)| is_other(unknown)).collect()
}

fn enums(schema: &Schema) -> Vec<String> {
    let names = schema.nodes().iter().filter_map(|node| match &node.kind {
        Kind::Enum(definition) => Some(definition.name.to_string()),
        _ => None,
    });
    names.collect()
}

/// A reader's schema as its types resolve with it.
pub(super) fn applied(schema: Schema, unknown: &BTreeMap<String, OnUnknownSymbol>) -> Schema {
    unknown.iter().fold(schema, |schema, (name, unknown)| match unknown {
        OnUnknownSymbol::Symbol(symbol) => schema.with_enum_default(name, Some(symbol)),
        _ => schema.with_enum_default(name, None),
    })
}
