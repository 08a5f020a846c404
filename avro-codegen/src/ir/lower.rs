//! From schema nodes to Rust types.
//!
//! A union with `null` is an `Option`. What is left of a union, if it is more than one type, becomes an enum, whose name is
//! the place where it stands ([`names`](super::names)).

use super::ident::token;
use super::names::{Named, Names, ROOTS, UNIONS, is_runtime_type};
use super::scope::Scope;
use super::{
    Branch, Derives, Field, Form, Ir, Link, Mapped, Module, Null, Parsed, SchemaText, Type, TypeDef,
    TypeKind, ident, mapped, symbols,
};
use crate::ir::TypeId;
use crate::logical_crate::LogicalCrate;
use crate::options::Options;
use avro_model::schema::{LogicalType, Properties, Record};
use avro_model::{Fullname, Kind, Node, NodeId, Parser, Schema, Validation, fingerprint};
use proc_macro2::Ident;
use std::collections::{BTreeMap, BTreeSet};

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
pub(super) fn lower(
    documents: &[Parsed<'_>],
    options: &Options,
    mut names: Names,
    root: Module,
) -> (Ir, Vec<Source>) {
    let named = std::mem::take(&mut names.types);
    let sources: Vec<Source> =
        named.iter().map(|named| Source { document: named.document, node: named.node }).collect();
    let mut lowering =
        Lowering { options, names, types: Vec::new(), unnamed: Vec::new(), first_unnamed: named.len(), root };
    for named in named {
        let parsed = &documents[named.document];
        let is_root = documents.iter().any(|parsed| {
            let schema = &parsed.schema;
            schema[schema.root()].name() == documents[named.document].schema[named.node].name()
        });
        let definition = lowering.named(parsed, named, is_root);
        lowering.types.push(definition);
    }
    let mut plain_roots = Vec::new();
    for parsed in documents.iter().filter(|parsed| parsed.is_main) {
        let schema = &parsed.schema;
        let node = &schema[schema.root()];
        let is_plain = node.logical.is_some_and(|logical| {
            options.logical_crate(parsed.stem, node.name(), logical) == LogicalCrate::Plain
        });
        match node.name() {
            Some(name) if is_plain => plain_roots.push(lowering.names.ids[name]),
            Some(_) if !is_runtime_type(node) => {}
            _ => lowering.unnamed_root(parsed),
        }
    }
    let mut types = lowering.types;
    types.extend(lowering.unnamed.into_iter().flatten());
    let mut ir = Ir {
        types,
        root: lowering.root,
        ignored_defaults: Vec::new(),
        unknown_symbols: BTreeMap::new(),
        versions: BTreeMap::new(),
    };
    hide_unused(&mut ir, &sources, documents, &plain_roots);
    (ir, sources)
}

/// Takes each `fixed` that stands for a logical type out of its module, unless it is somewhere taken as it is.
fn hide_unused(ir: &mut Ir, sources: &[Source], documents: &[Parsed<'_>], plain_roots: &[TypeId]) {
    let mut used: BTreeSet<TypeId> = plain_roots.iter().copied().collect();
    for definition in &ir.types {
        definition.kind.parts().into_iter().for_each(|part| {
            links(part, &mut |id| {
                used.insert(id);
            });
        });
    }
    let is_logical = |source: &Source| is_runtime_type(&documents[source.document].schema[source.node]);
    let hidden: BTreeSet<TypeId> = (0..)
        .map(TypeId)
        .zip(sources)
        .filter(|(id, source)| is_logical(source) && !used.contains(id))
        .map(|(id, _)| id)
        .collect();
    for id in &hidden {
        ir.types[id.0].schema = None;
    }
    if !hidden.is_empty() {
        ir.root.retain(&|id| !hidden.contains(&id));
    }
}

/// The generated types in a type.
fn links(ty: &Type, found: &mut impl FnMut(TypeId)) {
    match ty {
        Type::Array(inner) | Type::Map(inner, _) | Type::Nullable { inner, .. } => links(inner, found),
        Type::Named { id, .. } => found(*id),
        _ => {}
    }
}

struct Lowering<'o> {
    options: &'o Options,
    names: Names,
    types: Vec<TypeDef>,
    /// Types without a name in Avro; a place is kept while the parts of its type are lowered.
    unnamed: Vec<Option<TypeDef>>,
    first_unnamed: usize,
    root: Module,
}

/// The place of a type without a name, which gives it its name.
#[derive(Clone)]
struct Place<'p> {
    schema: &'p Schema,
    /// The module of a type that stands right here.
    module: Vec<Ident>,
    /// The name of it.
    name: String,
    /// The module of what is inside.
    inner: &'p [Ident],
    /// What selects it in a configuration.
    path: &'p str,
    /// The place in words, for documentation.
    origin: &'p str,
    /// How many types without a name it stands in.
    depth: usize,
}

impl Place<'_> {
    fn inside(&self, part: &str) -> Self {
        let name = if self.module == self.inner { format!("{}{part}", self.name) } else { part.to_owned() };
        Self { module: self.inner.to_vec(), name, depth: self.depth + 1, ..self.clone() }
    }
}

impl Lowering<'_> {
    fn named(&mut self, parsed: &Parsed<'_>, named: Named, is_root: bool) -> TypeDef {
        let (schema, node) = (&parsed.schema, named.node);
        let fullname = schema[node].name().map(ToString::to_string).unwrap_or_default();
        if let Some((path, rest)) = self.options.external(&fullname) {
            let schema = schema.reachable_from(node);
            let is_fallible = mapped::is_fallible_elsewhere(&schema, self.options);
            let kind = TypeKind::External { path: external_path(path, rest), schema };
            let at = At { ident: named.ident, module: named.module };
            let external = definition(at, fullname.clone(), format!("type `{fullname}`"), kind);
            return TypeDef { is_fallible, ..external };
        }
        let (word, name, doc, kind) = match &schema[node].kind {
            Kind::Record(record) => {
                let word = if record.is_error { "error" } else { "record" };
                (word, &record.name, &record.doc, TypeKind::Record(self.fields(schema, record, &named)))
            }
            Kind::Enum(definition) => {
                ("enum", &definition.name, &definition.doc, symbols::lower(definition, self.options))
            }
            Kind::Fixed(fixed) => ("fixed", &fixed.name, &fixed.doc, TypeKind::Fixed(fixed.size)),
            other => unreachable!("a named type, not {other:?}"),
        };
        let text = schema_text(schema, node).filter(|text| is_root || text.text.len() <= MAX_PART_TEXT);
        let keeps_unknown = matches!(kind, TypeKind::Enum { keeps_unknown: true, .. });
        TypeDef {
            doc: doc.clone(),
            schema: text,
            is_fallible: keeps_unknown,
            properties: texts(&schema[node].properties),
            ..definition(
                At { ident: named.ident, module: named.module },
                name.to_string(),
                format!("{word} `{name}`"),
                kind,
            )
        }
    }

    fn fields(&mut self, schema: &Schema, record: &Record, named: &Named) -> Vec<Field> {
        let mut scope = Scope::default();
        let module = [&named.module[..], &[token(UNIONS), named.unions.clone()]].concat();
        let fields = record.fields.iter().map(|field| {
            let ident = scope.take(&ident::snake(&field.name));
            let inner = [&module[..], &[token(&ident::module_of_field(&ident))]].concat();
            let path = format!("{}.{}", record.name, field.name);
            let origin = format!("field `{}` of `{}`", field.name, record.name);
            let place = Place {
                schema,
                module: module.clone(),
                name: ident::variant(&field.name),
                inner: &inner,
                path: &path,
                origin: &origin,
                depth: 0,
            };
            Field {
                ident,
                name: field.name.clone(),
                doc: field.doc.clone(),
                ty: self.ty(field.schema, &place),
                default: None,
                properties: texts(&field.properties),
                unusable_default: None,
            }
        });
        fields.collect()
    }

    /// Gives a name to a document's root that has none: that of the file.
    fn unnamed_root(&mut self, parsed: &Parsed<'_>) {
        let schema = &parsed.schema;
        let roots = [token(ROOTS)];
        let ident = self.names.take(&roots, &ident::type_name(&parsed.stem.replace(['.', '-', ' '], "_")));
        let origin = format!("root of `{}`", parsed.file_name());
        let inner = [token(ROOTS), token(&ident::module_of_field(&ident))];
        let place = Place {
            schema,
            module: inner.to_vec(),
            name: String::new(),
            inner: &inner,
            path: parsed.stem,
            origin: &origin,
            depth: 0,
        };
        let at = |ident| At { ident, module: roots.to_vec() };
        let id = match option(schema, schema.root()) {
            None if matches!(schema[schema.root()].kind, Kind::Union(_)) => {
                self.union(schema.root(), at(ident), &place)
            }
            _ => self.wrapper(schema.root(), at(ident), &place),
        };
        let text = schema_text(schema, schema.root());
        if let Some(definition) = &mut self.unnamed[id.0 - self.first_unnamed] {
            definition.schema = text;
            definition.avro = origin;
        }
    }

    fn ty(&mut self, node: NodeId, place: &Place<'_>) -> Type {
        let definition = &place.schema[node];
        if let Some(logical) = definition.logical {
            let size = fixed_size(&definition.kind);
            match self.options.logical_crate(place.path, definition.name(), logical) {
                LogicalCrate::Plain => {}
                from => {
                    let mapped = Mapped::new(from, logical, size).map(Type::Mapped);
                    return mapped.unwrap_or(Type::Logical(logical, size));
                }
            }
        }
        let is_open = matches!(&definition.kind, Kind::Array(_) | Kind::Map(_))
            || matches!(option(place.schema, node), Some((_, Null::First | Null::Last)));
        if place.depth > MAX_NESTING && is_open {
            let place = Place { depth: 0, ..place.clone() };
            let at = self.take(&place);
            return Type::Named { id: self.wrapper(node, at, &place), link: Link::Plain };
        }
        match &definition.kind {
            Kind::Null => Type::Null,
            Kind::Boolean => Type::Boolean,
            Kind::Int => Type::Int,
            Kind::Long => Type::Long,
            Kind::Float => Type::Float,
            Kind::Double => Type::Double,
            Kind::Bytes => Type::Bytes(self.options.bytes_type(place.path)),
            Kind::String => Type::String(self.options.string_type(place.path)),
            Kind::Array(items) => Type::Array(Box::new(self.ty(*items, &place.inside("Item")))),
            Kind::Map(values) => {
                let values = self.ty(*values, &place.inside("Value"));
                Type::Map(Box::new(values), self.options.map_type(place.path))
            }
            Kind::Union(_) => match option(place.schema, node) {
                Some((inner, null)) if null != Null::Among => {
                    let place = Place { depth: place.depth + 1, ..place.clone() };
                    Type::Nullable { inner: Box::new(self.ty(inner, &place)), null }
                }
                shape => {
                    let at = self.take(place);
                    let place = Place { depth: 0, ..place.clone() };
                    let id = self.union(node, at, &place);
                    let branches = Type::Named { id, link: Link::Plain };
                    match shape {
                        Some((_, null)) => Type::Nullable { inner: Box::new(branches), null },
                        None => branches,
                    }
                }
            },
            Kind::Record(_) | Kind::Enum(_) | Kind::Fixed(_) => {
                let name = definition.name().expect("records, enums and fixed have names");
                Type::Named { id: self.names.ids[name], link: Link::Plain }
            }
        }
    }

    /// Takes the name of a place.
    fn take(&mut self, place: &Place<'_>) -> At {
        let wanted = if place.name.is_empty() { "Union" } else { &place.name };
        At { ident: self.names.take(&place.module, wanted), module: place.module.clone() }
    }

    fn union(&mut self, node: NodeId, at: At, place: &Place<'_>) -> TypeId {
        let Kind::Union(branches) = &place.schema[node].kind else { unreachable!("only unions come here") };
        let is_null = |branch: &NodeId| matches!(place.schema[*branch].kind, Kind::Null);
        let null = option(place.schema, node).and_then(|_| branches.iter().position(is_null));
        self.unnamed_type(at, place, format!("union in the {}", place.origin), |lowering| {
            let mut scope = Scope::default();
            let branches = branches.iter().enumerate().filter(|(index, _)| Some(*index) != null);
            let branches = branches.map(|(index, &branch)| {
                let kind = &place.schema[branch];
                let name = match kind.name() {
                    Some(name) => ident::type_name(name.name()),
                    None => unnamed_variant(&kind.kind, kind.logical).to_owned(),
                };
                let ident = scope.take(&name);
                let place = place.inside(&name);
                let ty = (!matches!(kind.kind, Kind::Null)).then(|| lowering.ty(branch, &place));
                let name = match kind.name() {
                    Some(fullname) => fullname.to_string(),
                    None => kind.kind.type_name().to_owned(),
                };
                Branch { index, ident, name, ty }
            });
            TypeKind::Union { branches: branches.collect(), null }
        })
    }

    fn wrapper(&mut self, node: NodeId, at: At, place: &Place<'_>) -> TypeId {
        self.unnamed_type(at, place, format!("type deep in the {}", place.origin), |lowering| {
            TypeKind::Wrapper(lowering.ty(node, place))
        })
    }

    fn unnamed_type(
        &mut self,
        at: At,
        place: &Place<'_>,
        avro: String,
        kind: impl FnOnce(&mut Self) -> TypeKind,
    ) -> TypeId {
        let index = self.unnamed.len();
        let id = TypeId(self.first_unnamed + index);
        self.unnamed.push(None);
        self.root.descend(&at.module).types.push(id);
        let kind = kind(self);
        self.unnamed[index] = Some(definition(at, place.path.to_owned(), avro, kind));
        id
    }
}

/// The path of a type whose full name has `rest` behind what stands at `path`.
fn external_path(path: &str, rest: &str) -> String {
    let mut text = path.to_owned();
    let mut parts = rest.split('.').filter(|part| !part.is_empty()).peekable();
    while let Some(part) = parts.next() {
        let is_type = parts.peek().is_none();
        let name = if is_type { ident::type_name(part) } else { ident::namespace(part) };
        text.push_str("::");
        text.push_str(&token(&name).to_string());
    }
    text
}

/// The name and the module of a type.
struct At {
    ident: Ident,
    module: Vec<Ident>,
}

fn definition(at: At, path: String, avro: String, kind: TypeKind) -> TypeDef {
    TypeDef {
        ident: at.ident,
        module: at.module,
        path,
        avro,
        doc: None,
        schema: None,
        properties: Vec::new(),
        kind,
        derives: Derives::default(),
        min_size: 0,
        recursive: false,
        is_fallible: false,
        form: Form::Owned,
        decode_into: false,
    }
}

/// The place of `null` in a union that becomes an `Option`, and the first other branch, which is the only one unless `null`
/// is [`Null::Among`] several.
fn option(schema: &Schema, node: NodeId) -> Option<(NodeId, Null)> {
    let Kind::Union(branches) = &schema[node].kind else { return None };
    let is_null = |branch: &NodeId| matches!(schema[*branch].kind, Kind::Null);
    let other = branches.iter().find(|branch| !is_null(branch))?;
    let null = match (branches.iter().position(is_null)?, branches.len()) {
        (0, 2) => Null::First,
        (1, 2) => Null::Last,
        _ => Null::Among,
    };
    Some((*other, null))
}

pub(super) fn fixed_size(kind: &Kind) -> Option<usize> {
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

fn texts(properties: &Properties) -> Vec<(String, String)> {
    properties.iter().map(|(name, json)| (name.to_owned(), json.to_string())).collect()
}

/// Whether the text of a schema can be read by itself. The reference does not find a type without a namespace that is referred to
/// inside of itself from within a namespace. So such a type is a schema only together with what stands around it, or beside other
/// documents; there is no text for it alone, not even where it is the root of a document.
fn is_readable(schema: &Schema, text: &str) -> bool {
    let mut names = schema.nodes().iter().filter_map(Node::name);
    let is_plain = |name: &Fullname| name.namespace().is_empty();
    let is_mixed = names.clone().any(is_plain) && !names.all(is_plain);
    !is_mixed || Parser::new().validation(Validation::Stored).parse(text).is_ok()
}

/// The text of a schema, if it can be read by itself.
fn schema_text(schema: &Schema, node: NodeId) -> Option<SchemaText> {
    let schema = schema.reachable_from(node);
    let text = schema.canonical_text();
    if !is_readable(&schema, &text) {
        return None;
    }
    let canonical = schema.parsing_canonical_form();
    let fingerprint = fingerprint::rabin(&canonical);
    Some(SchemaText { text, canonical, fingerprint })
}
