//! What a configuration asks of the generated code.

use crate::error::Error;
use crate::ir::{Field, Ir, TypeDef, TypeKind};
use crate::logical_crate::{LogicalChoice, LogicalCrate};
use crate::selector::{Selector, nearest};
use avro_model::schema::LogicalType;
use avro_model::{Fullname, Kind};
use syn::parse::Parser;

/// The settings that shape the code, as opposed to what it is made of and where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// What is asked of selected types and fields, in the order in which it was asked.
    rules: Vec<Rule>,
    /// Whether types can read what was written with another schema.
    pub(crate) plans: bool,
    /// The visibility of everything.
    pub(crate) visibility: String,
    /// The path of the runtime.
    pub(crate) runtime: String,
    /// What becomes of a default that cannot be used.
    pub(crate) unusable_defaults: OnUnusableDefault,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            plans: true,
            visibility: "pub".into(),
            runtime: "::serde_wire".into(),
            unusable_defaults: OnUnusableDefault::default(),
        }
    }
}

/// One call of a method of the configuration, or one key of its file.
#[derive(Debug, Clone)]
struct Rule {
    /// The option's name.
    option: &'static str,
    selector: Selector,
    choice: Choice,
}

/// What is asked of the types or fields that a selector selects.
#[derive(Debug, Clone)]
pub(crate) enum Choice {
    /// An attribute of any type.
    TypeAttribute(String),
    /// An attribute of a record.
    RecordAttribute(String),
    /// An attribute of an enum, those for unions among them.
    EnumAttribute(String),
    /// An attribute of a field.
    FieldAttribute(String),
    /// `Copy` where it is possible.
    Copy,
    /// No derived `Debug`.
    SkipDebug,
    /// The traits of serde.
    Serde,
    /// A builder of a record.
    Builder,
    /// The borrowed form of a type.
    Borrowed,
    /// Reading into the memory of another value.
    DecodeInto,
    /// A constant with the Parsing Canonical Form of a type that has a schema.
    CanonicalForm,
    /// Constants with the properties that the schema has beside those of the specification.
    Properties,
    /// `#[non_exhaustive]`
    NonExhaustive,
    /// A Rust type for maps.
    Map(MapType),
    /// A Rust type for strings.
    String(StringType),
    /// A Rust type for bytes.
    Bytes(BytesType),
    /// The crate of the types for logical types.
    Logical(LogicalChoice),
    /// What is taken for unknown symbols of enums.
    UnknownSymbol(OnUnknownSymbol),
    /// A type that stands elsewhere, or the module of a namespace that does.
    Extern(String),
}

/// What a reader takes for a symbol that its enum does not have, in data of another schema; see
/// [`Config::unknown_symbol`](crate::Config::unknown_symbol).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnUnknownSymbol {
    /// What the specification says: the default symbol of the schema, or an error for the message where it has none.
    #[default]
    Specification,
    /// An error for the message, whether the schema has a default symbol or not.
    Error,
    /// The default symbol of the schema, which must have one.
    Default,
    /// This symbol of the schema, whether it is its default or not.
    Symbol(String),
    /// A value of a variant `Unknown(i32)`, which holds the position of the symbol in the writer's enum.
    Keep,
}

/// What becomes of a field whose default cannot be used, see [what is refused](crate#what-is-refused).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnUnusableDefault {
    /// Nothing is generated: [`Error::Default`](crate::Error::Default) names every such field.
    #[default]
    Error,
    /// The field is taken to have no default, and its doc says why.
    Ignore,
}

/// The Rust type of an Avro `map`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MapType {
    /// `serde_wire::codec::Map`, which keeps the order of its entries and is the fastest to decode.
    #[default]
    Map,
    /// `std::collections::BTreeMap`
    BTreeMap,
    /// `std::collections::HashMap`, whose entries are written in another order in each process.
    HashMap,
    /// `indexmap::IndexMap`, which keeps the order of its entries; `serde-wire` needs the feature `indexmap`.
    IndexMap,
}

/// The Rust type of an Avro `string`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum StringType {
    /// `String`
    #[default]
    String,
    /// `Box<str>`, a third smaller in its struct.
    BoxStr,
    /// `Arc<str>`, which is cloned without copying.
    ArcStr,
    /// `serde_wire::types::SharedStr`, a part of a `bytes::Bytes`, which is cloned without copying and, by
    /// `serde_wire::codec::decode_shared` and its like, decoded without copying; `serde-wire` needs the feature `bytes`.
    Shared,
}

/// The Rust type of Avro `bytes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum BytesType {
    /// `Vec<u8>`
    #[default]
    Vec,
    /// `bytes::Bytes`, which is cloned and, by `serde_wire::codec::decode_shared` and its like, decoded without copying;
    /// `serde-wire` needs the feature `bytes`.
    Bytes,
}

impl Options {
    pub(crate) fn add(&mut self, option: &'static str, selector: impl Into<String>, choice: Choice) {
        self.rules.push(Rule { option, selector: Selector::new(selector), choice });
    }

    /// The choices for a path, in order.
    fn of<'o>(&'o self, path: &'o str) -> impl Iterator<Item = &'o Choice> {
        self.rules.iter().filter(|rule| rule.selector.matches(path)).map(|rule| &rule.choice)
    }

    /// The attributes of a type.
    pub(crate) fn attributes<'o>(&'o self, definition: &'o TypeDef) -> impl Iterator<Item = &'o str> {
        self.of(&definition.path).filter(|choice| applies(choice, definition)).filter_map(|choice| {
            match choice {
                Choice::TypeAttribute(text) | Choice::RecordAttribute(text) | Choice::EnumAttribute(text) => {
                    Some(text.as_str())
                }
                _ => None,
            }
        })
    }

    /// The attributes of a field of a record; in a borrowed form it has another type, to which none of them need apply.
    pub(crate) fn field_attributes(&self, definition: &TypeDef, field: &Field) -> Vec<&str> {
        if definition.is_borrowed() {
            return Vec::new();
        }
        let path = format!("{}.{}", definition.path, field.name);
        let chosen = self.rules.iter().filter(|rule| rule.selector.matches(&path));
        chosen
            .filter_map(|rule| match &rule.choice {
                Choice::FieldAttribute(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn may_copy(&self, definition: &TypeDef) -> bool {
        self.of(&definition.path).any(|choice| matches!(choice, Choice::Copy))
    }

    pub(crate) fn skips_debug(&self, definition: &TypeDef) -> bool {
        self.of(&definition.path).any(|choice| matches!(choice, Choice::SkipDebug))
    }

    pub(crate) fn has_serde(&self, definition: &TypeDef) -> bool {
        self.of(&definition.path).any(|choice| matches!(choice, Choice::Serde))
    }

    pub(crate) fn has_builder(&self, definition: &TypeDef) -> bool {
        !definition.is_borrowed() && self.of(&definition.path).any(|choice| matches!(choice, Choice::Builder))
    }

    pub(crate) fn has_borrowed(&self, definition: &TypeDef) -> bool {
        let mut choices = self.of(&definition.path);
        choices.any(|choice| matches!(choice, Choice::Borrowed) && applies(choice, definition))
    }

    pub(crate) fn has_decode_into(&self, definition: &TypeDef) -> bool {
        let mut choices = self.of(&definition.path);
        choices.any(|choice| matches!(choice, Choice::DecodeInto) && applies(choice, definition))
    }

    pub(crate) fn has_canonical_form(&self, definition: &TypeDef) -> bool {
        self.of(&definition.path).any(|choice| matches!(choice, Choice::CanonicalForm))
    }

    pub(crate) fn has_properties(&self, definition: &TypeDef) -> bool {
        self.of(&definition.path).any(|choice| matches!(choice, Choice::Properties))
    }

    pub(crate) fn is_non_exhaustive(&self, definition: &TypeDef) -> bool {
        self.of(&definition.path).any(|choice| matches!(choice, Choice::NonExhaustive))
    }

    /// The type for the maps in a field.
    pub(crate) fn map_type(&self, path: &str) -> MapType {
        self.nearest(path, |choice| match choice {
            Choice::Map(map) => Some(*map),
            _ => None,
        })
    }

    /// The type for the strings in a field.
    pub(crate) fn string_type(&self, path: &str) -> StringType {
        self.nearest(path, |choice| match choice {
            Choice::String(string) => Some(*string),
            _ => None,
        })
    }

    /// The type for the bytes in a field.
    pub(crate) fn bytes_type(&self, path: &str) -> BytesType {
        self.nearest(path, |choice| match choice {
            Choice::Bytes(bytes) => Some(*bytes),
            _ => None,
        })
    }

    /// The crate of the type for a logical type in a field, or of that name if it stands on a `fixed`. A choice that names
    /// the logical type comes before one for every.
    pub(crate) fn logical_crate(
        &self,
        path: &str,
        fixed: Option<&Fullname>,
        logical: LogicalType,
    ) -> LogicalCrate {
        let fixed = fixed.map(ToString::to_string);
        let found = self.rules.iter().rev().filter_map(|rule| {
            let Choice::Logical(choice) = &rule.choice else { return None };
            let (from, is_named) = choice.of(logical)?;
            let of_field = rule.selector.rest_of(path);
            let rest = of_field.or_else(|| rule.selector.rest_of(fixed.as_deref()?))?;
            Some(((rest.len(), !is_named), from))
        });
        found.min_by_key(|(order, _)| *order).map(|(_, from)| from).unwrap_or_default()
    }

    /// Whether a choice is made about the logical type somewhere.
    pub(crate) fn has_choice(&self, logical: LogicalType) -> bool {
        self.rules
            .iter()
            .any(|rule| matches!(&rule.choice, Choice::Logical(choice) if choice.of(logical).is_some()))
    }

    /// What is taken for unknown symbols of the enum of that full name.
    pub(crate) fn unknown_symbol(&self, name: &str) -> OnUnknownSymbol {
        self.nearest(name, |choice| match choice {
            Choice::UnknownSymbol(unknown) => Some(unknown.clone()),
            _ => None,
        })
    }

    /// The choice of the longest selector that selects the path; of equal ones the last.
    fn nearest<T: Default>(&self, path: &str, choice: impl Fn(&Choice) -> Option<T>) -> T {
        let found = self.rules.iter().rev().filter_map(|rule| {
            let rest = rule.selector.rest_of(path)?;
            Some((rest.len(), choice(&rule.choice)?))
        });
        found.min_by_key(|(rest, _)| *rest).map(|(_, value)| value).unwrap_or_default()
    }

    /// Where the type of this full name stands, if it is elsewhere: the path that was given for it, or the path for a
    /// namespace with the rest of the full name.
    pub(crate) fn external<'o>(&'o self, fullname: &'o str) -> Option<(&'o str, &'o str)> {
        let found = self.rules.iter().rev().filter_map(|rule| match &rule.choice {
            Choice::Extern(path) => Some((path.as_str(), rule.selector.rest_of(fullname)?)),
            _ => None,
        });
        found.min_by_key(|(_, rest)| rest.len())
    }

    /// Checks that every value can stand where it goes in the code.
    ///
    /// # Errors
    /// One cannot.
    pub(crate) fn check_values(&self) -> Result<(), Error> {
        let invalid = |option: &str, value: &str, expected: &str| Error::Value {
            option: option.to_owned(),
            value: value.to_owned(),
            expected: expected.to_owned(),
        };
        if !["pub", "pub(crate)"].contains(&self.visibility.as_str()) {
            return Err(invalid("visibility", &self.visibility, "`pub` or `pub(crate)`"));
        }
        if !is_absolute(&self.runtime) {
            return Err(invalid("runtime_path", &self.runtime, ABSOLUTE));
        }
        for Rule { option, choice, .. } in &self.rules {
            match choice {
                Choice::TypeAttribute(text)
                | Choice::RecordAttribute(text)
                | Choice::EnumAttribute(text)
                | Choice::FieldAttribute(text)
                    if syn::Attribute::parse_outer.parse_str(text).is_err() =>
                {
                    return Err(invalid(option, text, "an attribute such as `#[derive(Ord)]`"));
                }
                Choice::Logical(choice) => {
                    if let Some(expected) = choice.problem() {
                        return Err(invalid(option, &choice.logical, &expected));
                    }
                }
                Choice::Extern(path) if !is_absolute(path) => return Err(invalid(option, path, ABSOLUTE)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Checks that every selector selects something.
    ///
    /// # Errors
    /// One does not.
    pub(crate) fn check(&self, ir: &Ir) -> Result<(), Error> {
        for rule in &self.rules {
            let paths = || ir.types.iter().flat_map(|definition| candidates(&rule.choice, definition));
            // Everything may be nothing.
            if !rule.selector.is_everything() && !paths().any(|path| rule.selector.matches(&path)) {
                return Err(Error::Selector {
                    option: rule.option.to_owned(),
                    selector: rule.selector.to_string(),
                    nearest: nearest(&rule.selector, paths()),
                });
            }
        }
        ir.types.iter().try_for_each(|definition| self.check_unknown_symbol(definition))
    }

    /// Checks that an enum has the symbol that is to be taken for unknown ones.
    fn check_unknown_symbol(&self, definition: &TypeDef) -> Result<(), Error> {
        let TypeKind::Enum { symbols, default, .. } = &definition.kind else { return Ok(()) };
        let names: Vec<&str> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
        let (path, names) = (&definition.path, names.join(", "));
        let (value, expected) = match self.unknown_symbol(path) {
            OnUnknownSymbol::Default if default.is_none() => (
                "default".to_owned(),
                format!("possible for `{path}`, whose schema has no default symbol; name one of {names}"),
            ),
            OnUnknownSymbol::Symbol(name) if symbols.iter().all(|symbol| symbol.name != name) => {
                (name, format!("a symbol of `{path}`, which has {names}"))
            }
            _ => return Ok(()),
        };
        Err(Error::Value { option: "unknown_symbol".to_owned(), value, expected })
    }
}

const ABSOLUTE: &str = "a path that starts with `::` or `crate::`, since the code stands in many modules";

fn is_absolute(path: &str) -> bool {
    (path.starts_with("::") || path.starts_with("crate::")) && syn::parse_str::<syn::TypePath>(path).is_ok()
}

/// Whether a choice about types is one about this kind of type.
fn applies(choice: &Choice, definition: &TypeDef) -> bool {
    let is_record = matches!(definition.kind, TypeKind::Record(_));
    let is_enum = matches!(definition.kind, TypeKind::Enum { .. } | TypeKind::Union { .. });
    match choice {
        Choice::RecordAttribute(_) | Choice::Builder => is_record,
        Choice::CanonicalForm => definition.schema.is_some(),
        Choice::Properties => definition.is_named(),
        Choice::NonExhaustive => is_record || is_enum,
        Choice::EnumAttribute(_) => is_enum,
        Choice::UnknownSymbol(_) => matches!(definition.kind, TypeKind::Enum { .. }),
        Choice::FieldAttribute(_) => false,
        _ => true,
    }
}

/// The paths that a selector of a choice may mean in a type.
fn candidates(choice: &Choice, definition: &TypeDef) -> Vec<String> {
    let fields = || match &definition.kind {
        TypeKind::Record(fields) => {
            fields.iter().map(|field| format!("{}.{}", definition.path, field.name)).collect()
        }
        _ => Vec::new(),
    };
    let is_external = matches!(definition.kind, TypeKind::External { .. });
    let holds_enum = matches!(&definition.kind, TypeKind::External { schema, .. }
        if schema.nodes().iter().any(|node| matches!(node.kind, Kind::Enum(_))));
    match choice {
        Choice::FieldAttribute(_) => fields(),
        Choice::Map(_) | Choice::String(_) | Choice::Bytes(_) | Choice::Logical(_) => {
            [fields(), vec![definition.path.clone()]].concat()
        }
        Choice::Extern(_) => vec![definition.path.clone()],
        // As it is elsewhere.
        Choice::UnknownSymbol(_) if holds_enum => vec![definition.path.clone()],
        _ if is_external || !applies(choice, definition) => Vec::new(),
        _ => vec![definition.path.clone()],
    }
}
