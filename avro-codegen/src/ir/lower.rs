//! From schema nodes to Rust types.
//!
//! A union of `null` and one other type is an `Option`; every other union becomes an enum, named after the place where
//! it stands: `OrderItem` for the field `item` of `Order`, `OrderItemsItem` for the items of its array `items`.

use super::names::{Names, is_runtime_type};
use super::scope::Scope;
use super::{
    Branch, Derives, Field, Ir, Link, Module, Parsed, SchemaText, Symbol, Type, TypeDef, TypeKind, ident,
};
use crate::ir::TypeId;
use avro_model::schema::{Enum, LogicalType, Record};
use avro_model::{Kind, NodeId, Schema, fingerprint};
use proc_macro2::Ident;

/// How deep types without a name may nest in one Rust type before a newtype takes over, which can be a link that hides
/// the rest from the compiler.
const MAX_NESTING: usize = 8;

/// How long the text of a type that is only a part of another one may be for the type to carry it. A document's root
/// always carries its text; that every part carries its own is the square of it at worst.
const MAX_PART_TEXT: usize = 64 * 1024;

/// The place of the definition of a named type.
pub(super) struct Source {
    pub(super) document: usize,
    pub(super) node: NodeId,
}

/// Lowers every named type and every document's root. The sources are those of the first types, which have names.
pub(super) fn lower(documents: &[Parsed<'_>], mut names: Names, root: Module) -> (Ir, Vec<Source>) {
    let named = std::mem::take(&mut names.types);
    let sources = named.iter().map(|named| Source { document: named.document, node: named.node }).collect();
    let mut lowering =
        Lowering { names, types: Vec::new(), unnamed: Vec::new(), first_unnamed: named.len(), root };
    for named in named {
        let parsed = &documents[named.document];
        let is_root = documents.iter().any(|parsed| {
            let schema = &parsed.schema;
            schema[schema.root()].name() == documents[named.document].schema[named.node].name()
        });
        let definition = lowering.named(parsed, named.node, named.module, named.ident, is_root);
        lowering.types.push(definition);
    }
    for parsed in documents.iter().filter(|parsed| parsed.is_main) {
        let schema = &parsed.schema;
        let node = &schema[schema.root()];
        if node.name().is_none() || is_runtime_type(node) {
            lowering.unnamed_root(parsed);
        }
    }
    let mut types = lowering.types;
    types.extend(lowering.unnamed.into_iter().flatten());
    (Ir { types, root: lowering.root }, sources)
}

struct Lowering {
    names: Names,
    types: Vec<TypeDef>,
    /// Types without a name in Avro; a place is kept while the parts of its type are lowered.
    unnamed: Vec<Option<TypeDef>>,
    first_unnamed: usize,
    root: Module,
}

/// The place of a type without a name, which gives a union its name.
#[derive(Clone)]
struct Place<'p> {
    schema: &'p Schema,
    module: &'p [Ident],
    name: String,
    /// The place in words, for documentation.
    origin: &'p str,
    /// How many types without a name it stands in.
    depth: usize,
}

impl Place<'_> {
    fn inside(&self, part: &str) -> Self {
        Self { name: format!("{}{part}", self.name), depth: self.depth + 1, ..self.clone() }
    }
}

impl Lowering {
    fn named(
        &mut self,
        parsed: &Parsed<'_>,
        node: NodeId,
        module: Vec<Ident>,
        ident: Ident,
        is_root: bool,
    ) -> TypeDef {
        let schema = &parsed.schema;
        let (word, name, doc, kind) = match &schema[node].kind {
            Kind::Record(record) => {
                let word = if record.is_error { "error" } else { "record" };
                (
                    word,
                    &record.name,
                    &record.doc,
                    TypeKind::Record(self.fields(schema, record, &module, &ident)),
                )
            }
            Kind::Enum(definition) => ("enum", &definition.name, &definition.doc, symbols(definition)),
            Kind::Fixed(fixed) => ("fixed", &fixed.name, &fixed.doc, TypeKind::Fixed(fixed.size)),
            other => unreachable!("a named type, not {other:?}"),
        };
        let text = schema_text(schema, node).filter(|schema| is_root || schema.text.len() <= MAX_PART_TEXT);
        definition(ident, module, format!("{word} `{name}`"), kind, doc.clone(), text)
    }

    fn fields(&mut self, schema: &Schema, record: &Record, module: &[Ident], ident: &Ident) -> Vec<Field> {
        let mut scope = Scope::default();
        let fields = record.fields.iter().map(|field| {
            let name = format!("{ident}{}", ident::variant(&field.name));
            let origin = format!("field `{}` of `{}`", field.name, record.name);
            let place = Place { schema, module, name, origin: &origin, depth: 0 };
            Field {
                ident: scope.take(&ident::snake(&field.name)),
                name: field.name.clone(),
                doc: field.doc.clone(),
                ty: self.ty(field.schema, &place),
                default: None,
            }
        });
        fields.collect()
    }

    /// Gives a name to a document's root that has none: that of the file.
    fn unnamed_root(&mut self, parsed: &Parsed<'_>) {
        let schema = &parsed.schema;
        let ident = self.names.take(&[], &ident::type_name(&parsed.stem.replace(['.', '-', ' '], "_")));
        let origin = format!("root of `{}`", parsed.file_name());
        let place = Place { schema, module: &[], name: ident.to_string(), origin: &origin, depth: 0 };
        let id = match as_option(schema, schema.root()) {
            None if matches!(schema[schema.root()].kind, Kind::Union(_)) => {
                self.union(schema.root(), ident, &place)
            }
            _ => self.wrapper(schema.root(), ident, &place),
        };
        let text = schema_text(schema, schema.root());
        if let Some(definition) = &mut self.unnamed[id.0 - self.first_unnamed] {
            definition.schema = text;
            definition.avro = origin;
        }
    }

    fn ty(&mut self, node: NodeId, place: &Place<'_>) -> Type {
        if place.depth > MAX_NESTING {
            let place = Place { depth: 0, ..place.clone() };
            let ident = self.names.take(place.module, &place.name);
            return Type::Named { id: self.wrapper(node, ident, &place), link: Link::Plain };
        }
        let definition = &place.schema[node];
        if let Some(logical) = definition.logical {
            return Type::Logical(logical, fixed_size(&definition.kind));
        }
        match &definition.kind {
            Kind::Null => Type::Null,
            Kind::Boolean => Type::Boolean,
            Kind::Int => Type::Int,
            Kind::Long => Type::Long,
            Kind::Float => Type::Float,
            Kind::Double => Type::Double,
            Kind::Bytes => Type::Bytes,
            Kind::String => Type::String,
            Kind::Array(items) => Type::Array(Box::new(self.ty(*items, &place.inside("Item")))),
            Kind::Map(values) => Type::Map(Box::new(self.ty(*values, &place.inside("Value")))),
            Kind::Union(_) => match as_option(place.schema, node) {
                Some((inner, null_last)) => {
                    let place = Place { depth: place.depth + 1, ..place.clone() };
                    Type::Nullable { inner: Box::new(self.ty(inner, &place)), null_last }
                }
                None => {
                    let ident = self.names.take(place.module, &place.name);
                    let place = Place { depth: 0, name: ident.to_string(), ..place.clone() };
                    Type::Named { id: self.union(node, ident, &place), link: Link::Plain }
                }
            },
            Kind::Record(_) | Kind::Enum(_) | Kind::Fixed(_) => {
                let name = definition.name().expect("records, enums and fixed have names");
                Type::Named { id: self.names.ids[name], link: Link::Plain }
            }
        }
    }

    fn union(&mut self, node: NodeId, ident: Ident, place: &Place<'_>) -> TypeId {
        let Kind::Union(branches) = &place.schema[node].kind else { unreachable!("only unions come here") };
        self.unnamed_type(ident, place, format!("union in the {}", place.origin), |lowering| {
            let mut scope = Scope::default();
            let branches = branches.iter().map(|&branch| {
                let kind = &place.schema[branch];
                let name = match kind.name() {
                    Some(name) => ident::type_name(name.name()),
                    None => unnamed_variant(&kind.kind, kind.logical).to_owned(),
                };
                let ident = scope.take(&name);
                let place = place.inside(&name);
                let ty = (!matches!(kind.kind, Kind::Null)).then(|| lowering.ty(branch, &place));
                Branch { ident, ty }
            });
            TypeKind::Union(branches.collect())
        })
    }

    fn wrapper(&mut self, node: NodeId, ident: Ident, place: &Place<'_>) -> TypeId {
        self.unnamed_type(ident, place, format!("type deep in the {}", place.origin), |lowering| {
            TypeKind::Wrapper(lowering.ty(node, place))
        })
    }

    fn unnamed_type(
        &mut self,
        ident: Ident,
        place: &Place<'_>,
        avro: String,
        kind: impl FnOnce(&mut Self) -> TypeKind,
    ) -> TypeId {
        let index = self.unnamed.len();
        let id = TypeId(self.first_unnamed + index);
        self.unnamed.push(None);
        self.root.descend(place.module).types.push(id);
        let kind = kind(self);
        self.unnamed[index] = Some(definition(ident, place.module.to_vec(), avro, kind, None, None));
        id
    }
}

fn definition(
    ident: Ident,
    module: Vec<Ident>,
    avro: String,
    kind: TypeKind,
    doc: Option<String>,
    schema: Option<SchemaText>,
) -> TypeDef {
    let derives = Derives::default();
    TypeDef { ident, module, avro, doc, schema, kind, derives, min_size: 0, recursive: false }
}

fn symbols(definition: &Enum) -> TypeKind {
    let mut scope = Scope::default();
    // The constant with all symbols, which `A_L_L` would be the name of.
    scope.take("ALL");
    let symbols = definition
        .symbols
        .iter()
        .map(|name| Symbol { ident: scope.take(&ident::variant(name)), name: name.clone() })
        .collect();
    let default = definition.default.as_ref();
    let default = default.and_then(|default| definition.symbols.iter().position(|symbol| symbol == default));
    TypeKind::Enum { symbols, default }
}

/// The other branch of a union of `null` and one more, and whether `null` is the second.
pub(super) fn as_option(schema: &Schema, node: NodeId) -> Option<(NodeId, bool)> {
    let Kind::Union(branches) = &schema[node].kind else { return None };
    let &[first, second] = branches.as_slice() else { return None };
    match (&schema[first].kind, &schema[second].kind) {
        (Kind::Null, _) => Some((second, false)),
        (_, Kind::Null) => Some((first, true)),
        _ => None,
    }
}

fn fixed_size(kind: &Kind) -> Option<usize> {
    match kind {
        Kind::Fixed(fixed) => Some(fixed.size),
        _ => None,
    }
}

/// The variant of a branch without a name: the logical type tells more than the type that it stands on, and a union
/// holds only one of each kind.
fn unnamed_variant(kind: &Kind, logical: Option<LogicalType>) -> &'static str {
    match logical {
        Some(LogicalType::Decimal { .. } | LogicalType::BigDecimal) => return "Decimal",
        Some(LogicalType::Uuid) => return "Uuid",
        Some(LogicalType::Date) => return "Date",
        Some(LogicalType::TimeMillis | LogicalType::TimeMicros) => return "Time",
        Some(LogicalType::TimestampMillis | LogicalType::TimestampMicros | LogicalType::TimestampNanos) => {
            return "Timestamp";
        }
        Some(
            LogicalType::LocalTimestampMillis
            | LogicalType::LocalTimestampMicros
            | LogicalType::LocalTimestampNanos,
        ) => return "LocalTimestamp",
        Some(LogicalType::Duration) => return "Duration",
        None => {}
    }
    match kind {
        Kind::Null => "Null",
        Kind::Boolean => "Boolean",
        Kind::Int => "Int",
        Kind::Long => "Long",
        Kind::Float => "Float",
        Kind::Double => "Double",
        Kind::Bytes => "Bytes",
        Kind::String => "String",
        Kind::Array(_) => "Array",
        Kind::Map(_) => "Map",
        Kind::Union(_) => "Union",
        Kind::Record(_) | Kind::Enum(_) | Kind::Fixed(_) => unreachable!("named types have their own names"),
    }
}

fn schema_text(schema: &Schema, node: NodeId) -> Option<SchemaText> {
    let schema = schema.reachable_from(node);
    let fingerprint = fingerprint::rabin(&schema.parsing_canonical_form());
    Some(SchemaText { text: schema.canonical_text(), fingerprint })
}
