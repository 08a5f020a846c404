//! The types to generate, decided in full before a token is written.
//!
//! [`lower()`] turns parsed schemas into an [`Ir`]; each later pass decides one thing about it:
//!
//! | pass | decides |
//! |---|---|
//! | [`names`] | the module and the identifier of each named type |
//! | [`lower`](mod@lower) | the Rust type of each schema; unions and document roots become named types |
//! | [`defaults`] | the Rust value of each field default |
//! | [`cycles`] | where a `Box` breaks a type that would contain itself, and which types nest without bound |
//! | [`memory`] | where a `Box` keeps a type from taking too much stack |
//! | [`sizes`] | the smallest encoding of each type |
//! | [`forms`] | the borrowed form of types, and which can be read into |
//! | [`derives`] | what each type can derive |
//! | [`mapped`] | which types have values that cannot be written |
//! | [`symbols`] | what is taken for symbols that an enum does not have |

mod cycles;
mod defaults;
mod derives;
mod forms;
mod history;
mod ident;
mod lower;
mod mapped;
mod memory;
mod names;
mod scope;
mod sizes;
mod symbols;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use defaults::{UnusableDefault, big_decimal, unusable_defaults, uuid};
pub(crate) use derives::MAX_INLINE_FIXED;
pub(crate) use history::{Version, add as add_history};
pub(crate) use ident::{snake as snake_cased, type_name as type_cased, variant as variant_cased};
pub(crate) use mapped::Mapped;
pub(crate) use names::{BORROWED, BUILDERS, ROOTS, TOP, UNIONS};
pub(crate) use symbols::UNKNOWN;

use lower::fixed_size;

use crate::error::Error;
use crate::options::{BytesType, MapType, OnUnknownSymbol, Options, StringType};
use avro_model::Schema;
use avro_model::schema::LogicalType;
use avro_model::value::Value;
use proc_macro2::Ident;
use std::collections::{BTreeMap, BTreeSet};

/// A parsed document and where it comes from.
#[derive(Debug)]
pub(crate) struct Parsed<'d> {
    /// The name that messages call it by: the path of the file.
    pub(crate) name: &'d str,
    /// The name of the type that stands for a root without a name.
    pub(crate) stem: &'d str,
    /// Whether it stands for the file, so that a root without a name has that of the file.
    pub(crate) is_main: bool,
    /// The schema, self-contained.
    pub(crate) schema: Schema,
}

impl Parsed<'_> {
    /// The name of the file without its folders, which differ from machine to machine.
    fn file_name(&self) -> &str {
        self.name.rsplit(['/', '\\']).next().unwrap_or(self.name)
    }
}

/// Decides everything about the code for these documents.
///
/// # Errors
/// A default does not fit its field, or a limit of the generator is exceeded.
pub(crate) fn lower(documents: &[Parsed<'_>], options: &Options) -> Result<Ir, Error> {
    let (names, root) = names::assign(documents, options)?;
    let (mut ir, sources) = lower::lower(documents, options, names, root);
    defaults::fill(documents, &sources, &mut ir, options)?;
    cycles::break_cycles(&mut ir.types);
    memory::box_large(&mut ir.types);
    cycles::bound_depths(&mut ir.types);
    sizes::measure(&mut ir.types);
    forms::add(&mut ir, options);
    derives::choose(&mut ir.types, options);
    mapped::find_fallible(&mut ir.types);
    options.check(&ir)?;
    ir.unknown_symbols = symbols::unknown(&ir.types, options);
    Ok(ir)
}

/// All types and the modules that they stand in.
#[derive(Debug)]
pub(crate) struct Ir {
    /// The types; a [`TypeId`] is an index.
    pub(crate) types: Vec<TypeDef>,
    /// The null namespace: what stands at the top of the generated file.
    pub(crate) root: Module,
    /// The records and their fields whose defaults are taken not to be there.
    pub(crate) ignored_defaults: Vec<(String, String)>,
    /// What is taken for unknown symbols of enums, by their full names, where that is not what the specification says.
    pub(crate) unknown_symbols: BTreeMap<String, OnUnknownSymbol>,
    /// Other versions of records, by the full name of the record.
    pub(crate) versions: BTreeMap<String, Vec<Version>>,
}

/// A module, which is one part of a namespace.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// The types in it, in the order in which they are written.
    pub(crate) types: Vec<TypeId>,
    /// Modules in it.
    pub(crate) children: Vec<(Ident, Module)>,
}

impl Module {
    /// Adds the types that it holds, at any depth.
    fn collect(&self, found: &mut BTreeSet<TypeId>) {
        found.extend(&self.types);
        self.children.iter().for_each(|(_, child)| child.collect(found));
    }

    /// The module at this path below this one, which is made if there is none.
    fn descend(&mut self, path: &[Ident]) -> &mut Module {
        path.iter().fold(self, |module, part| {
            let found = module.children.iter().position(|(ident, _)| ident == part);
            let position = found.unwrap_or_else(|| {
                module.children.push((part.clone(), Self::default()));
                module.children.len() - 1
            });
            &mut module.children[position].1
        })
    }
}

impl Module {
    /// Takes out the types that are not to be kept, and the modules that are empty without them.
    fn retain(&mut self, keeps: &impl Fn(TypeId) -> bool) {
        self.types.retain(|id| keeps(*id));
        for (_, child) in &mut self.children {
            child.retain(keeps);
        }
        self.children.retain(|(_, child)| !child.types.is_empty() || !child.children.is_empty());
    }
}

/// The place of a type in [`Ir::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeId(pub(crate) usize);

/// A Rust type to generate.
#[derive(Debug)]
pub(crate) struct TypeDef {
    /// Its name.
    pub(crate) ident: Ident,
    /// The module that it stands in, from the top of the generated file.
    pub(crate) module: Vec<Ident>,
    /// What selects it in a configuration: its full name, or the field that it stands in.
    pub(crate) path: String,
    /// Its kind and name in Avro, for its documentation: ``record `com.acme.Order` ``.
    pub(crate) avro: String,
    /// The schema's doc text.
    pub(crate) doc: Option<String>,
    /// Its own schema; unions inside other types have none.
    pub(crate) schema: Option<SchemaText>,
    /// The properties of a type with a name that the specification does not know, with their JSON texts.
    pub(crate) properties: Vec<(String, String)>,
    /// Its kind, with the fields, symbols or branches that it holds.
    pub(crate) kind: TypeKind,
    /// The traits that it derives.
    pub(crate) derives: Derives,
    /// The smallest encoding of a value in bytes, or less.
    pub(crate) min_size: u64,
    /// True when its values can nest in themselves without bound.
    pub(crate) recursive: bool,
    /// True when some of its values cannot be written.
    pub(crate) is_fallible: bool,
    /// Whether it has a borrowed form, or is one.
    pub(crate) form: Form,
    /// True when a value can be read into the memory of another one.
    pub(crate) decode_into: bool,
}

/// What a type has to do with borrowing from the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// It is owned, and no other form was asked for.
    Owned,
    /// A borrowed form was asked for, but there is nothing to borrow: it is its own.
    Same,
    /// It is owned, and this is its borrowed form.
    Lends(TypeId),
    /// It is the borrowed form of this type.
    Borrows(TypeId),
}

impl TypeDef {
    /// Whether it has a name in Avro.
    pub(crate) fn is_named(&self) -> bool {
        !matches!(self.kind, TypeKind::Union { .. } | TypeKind::Wrapper(_))
    }

    /// Whether it is the borrowed form of another type.
    pub(crate) fn is_borrowed(&self) -> bool {
        matches!(self.form, Form::Borrows(_))
    }
}

/// The text that a type carries as its schema.
#[derive(Debug)]
pub(crate) struct SchemaText {
    /// The canonical text of the registry.
    pub(crate) text: String,
    /// The Parsing Canonical Form.
    pub(crate) canonical: String,
    /// CRC-64-AVRO of it.
    pub(crate) fingerprint: u64,
}

/// The kind of a generated type, with what it holds.
#[derive(Debug)]
pub(crate) enum TypeKind {
    /// A struct.
    Record(Vec<Field>),
    /// An enum without payloads.
    Enum {
        /// The symbols in schema order.
        symbols: Vec<Symbol>,
        /// The position of the default symbol of the schema.
        default: Option<usize>,
        /// Whether it has a variant for symbols that it does not know.
        keeps_unknown: bool,
    },
    /// A newtype of so many bytes.
    Fixed(usize),
    /// An enum of the branches of a union.
    Union {
        /// The branches, without the `null` that makes the type an `Option`.
        branches: Vec<Branch>,
        /// The position of that `null` in the union.
        null: Option<usize>,
    },
    /// A type that stands elsewhere.
    External {
        /// Its path there.
        path: String,
        /// Its schema.
        schema: Schema,
    },
    /// A newtype that gives a name to a type without one: a document's root, or a link in a very deep nesting.
    Wrapper(Type),
}

impl TypeKind {
    /// The types of what it holds, in schema order.
    pub(crate) fn parts(&self) -> Vec<&Type> {
        match self {
            Self::Record(fields) => fields.iter().map(|field| &field.ty).collect(),
            Self::Union { branches, .. } => branches.iter().filter_map(|branch| branch.ty.as_ref()).collect(),
            Self::Wrapper(ty) => vec![ty],
            Self::Enum { .. } | Self::Fixed(_) | Self::External { .. } => Vec::new(),
        }
    }

    /// As [`parts`](Self::parts), to change.
    pub(crate) fn parts_mut(&mut self) -> Vec<&mut Type> {
        match self {
            Self::Record(fields) => fields.iter_mut().map(|field| &mut field.ty).collect(),
            Self::Union { branches, .. } => {
                branches.iter_mut().filter_map(|branch| branch.ty.as_mut()).collect()
            }
            Self::Wrapper(ty) => vec![ty],
            Self::Enum { .. } | Self::Fixed(_) | Self::External { .. } => Vec::new(),
        }
    }
}

/// A field of a record.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Its name in Rust.
    pub(crate) ident: Ident,
    /// Its name in Avro.
    pub(crate) name: String,
    /// The schema's doc text.
    pub(crate) doc: Option<String>,
    /// Its type.
    pub(crate) ty: Type,
    /// Its default.
    pub(crate) default: Option<Value>,
    /// Its properties that the specification does not know, with their JSON texts.
    pub(crate) properties: Vec<(String, String)>,
    /// The default that it has in the schema and that cannot be used, with the reason.
    pub(crate) unusable_default: Option<String>,
}

/// A symbol of an enum.
#[derive(Debug)]
pub(crate) struct Symbol {
    /// Its name in Rust.
    pub(crate) ident: Ident,
    /// Its name in Avro.
    pub(crate) name: String,
}

/// A branch of a union.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    /// Its position in the union.
    pub(crate) index: usize,
    /// The name of its variant.
    pub(crate) ident: Ident,
    /// Its name in Avro: the full name of its type, or the type's word.
    pub(crate) name: String,
    /// Its payload; `None` for the `null` of a union of nothing else.
    pub(crate) ty: Option<Type>,
}

/// The Rust type of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Type {
    /// `()`
    Null,
    /// `bool`
    Boolean,
    /// `i32`
    Int,
    /// `i64`
    Long,
    /// `f32`
    Float,
    /// `f64`
    Double,
    /// Bytes.
    Bytes(BytesType),
    /// A string.
    String(StringType),
    /// `&'a [u8]`
    BorrowedBytes,
    /// `&'a str`
    BorrowedString,
    /// A type of `serde_wire::types`; the size of the `fixed` that it stands on, if it does.
    Logical(LogicalType, Option<usize>),
    /// A type of another crate for a logical type.
    Mapped(Mapped),
    /// `Vec<T>`
    Array(Box<Type>),
    /// A map with values `T`.
    Map(Box<Type>, MapType),
    /// A map with borrowed keys and values `T`.
    BorrowedMap(Box<Type>),
    /// `Option<T>`
    Nullable {
        /// `T`
        inner: Box<Type>,
        /// The place of `null` in the union.
        null: Null,
    },
    /// A generated type.
    Named {
        /// The generated type.
        id: TypeId,
        /// The link to it.
        link: Link,
    },
}

/// The place of `null` in a union that becomes an `Option`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Null {
    /// `["null", T]`
    First,
    /// `[T, "null"]`
    Last,
    /// Anywhere in a union of more than two branches; the generated enum of the others knows where.
    Among,
}

/// The indirection between a type and a generated type that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Nothing.
    Plain,
    /// A `Box`, which ends its part in the layout.
    Boxed,
    /// A `serde_wire::codec::Deep`, which also ends its part in the compiler's checks.
    Deep,
}

/// The traits that a type derives besides `Clone` and `PartialEq`, which all do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Derives {
    /// `Debug`
    pub(crate) debug: bool,
    /// `Copy`
    pub(crate) copy: bool,
    /// `Eq`
    pub(crate) eq: bool,
    /// `Hash`
    pub(crate) hash: bool,
    /// `PartialOrd` and `Ord`: enums, by the position of the symbol, which is Avro's order.
    pub(crate) ord: bool,
}
