//! Rust types as tokens. Every path is absolute or starts at `self` or `super`, so that no name of a schema can hide
//! what is meant: a record may be called `Option`, and a namespace `std`.

use super::{Place, Scope};
use crate::ir::{Link, Type, TypeId, TypeKind};
use crate::options::{BytesType, MapType, StringType};
use avro_model::schema::LogicalType;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use std::str::FromStr;

impl Scope<'_> {
    /// A generated type from here.
    pub(super) fn path(&self, id: TypeId) -> TokenStream {
        let (path, lifetime) = (self.value_path(id), self.lifetime(id));
        quote!(#path #lifetime)
    }

    /// The parameters of a generated type, which are those of its impls: the lifetime of what a borrowed one borrows.
    pub(super) fn lifetime(&self, id: TypeId) -> Option<TokenStream> {
        self.types[id.0].is_borrowed().then(|| quote!(<'a>))
    }

    /// The path of a generated type from here as expressions and patterns have it.
    pub(super) fn value_path(&self, id: TypeId) -> TokenStream {
        let definition = &self.types[id.0];
        if let TypeKind::External { path, .. } = &definition.kind {
            return TokenStream::from_str(path).expect("settings are checked before");
        }
        let here = match self.place {
            Place::Module => self.module,
            Place::Block => self.namespace,
        };
        let common = here.iter().zip(&definition.module).take_while(|(ours, theirs)| ours == theirs).count();
        let up = here.len() - common;
        let start = if up == 0 {
            quote!(self)
        } else {
            let supers = std::iter::repeat_n(quote!(super), up);
            quote!(#(#supers)::*)
        };
        let down = &definition.module[common..];
        let ident = &definition.ident;
        quote!(#start::#(#down::)*#ident)
    }

    /// The type of a field.
    pub(super) fn ty(&self, ty: &Type) -> TokenStream {
        match ty {
            Type::Null => quote!(()),
            Type::Boolean => quote!(bool),
            Type::Int => quote!(i32),
            Type::Long => quote!(i64),
            Type::Float => quote!(f32),
            Type::Double => quote!(f64),
            Type::Bytes(BytesType::Bytes) => {
                let runtime = self.runtime();
                quote!(#runtime::types::Bytes)
            }
            Type::Bytes(BytesType::Vec) => {
                let vec = self.known("Vec");
                quote!(#vec<u8>)
            }
            Type::String(StringType::String) => self.known("String"),
            Type::String(StringType::BoxStr) => {
                let link = self.known("Box");
                quote!(#link<str>)
            }
            Type::String(StringType::ArcStr) => {
                let link = self.known("Arc");
                quote!(#link<str>)
            }
            Type::BorrowedBytes => quote!(&'a [u8]),
            Type::BorrowedString => quote!(&'a str),
            Type::Logical(logical, size) => self.logical(*logical, *size),
            Type::Mapped(mapped) => self.mapped(*mapped),
            Type::Array(items) => self.generic("Vec", items),
            Type::String(StringType::Shared) => {
                let runtime = self.runtime();
                quote!(#runtime::types::SharedStr)
            }
            Type::Map(values, MapType::Map) => self.generic("Map", values),
            Type::BorrowedMap(values) => {
                let (map, values) = (self.known("Map"), self.ty(values));
                quote!(#map<#values, &'a str>)
            }
            Type::Map(values, MapType::IndexMap) => {
                let (runtime, string, values) = (self.runtime(), self.known("String"), self.ty(values));
                quote!(#runtime::types::IndexMap<#string, #values>)
            }
            Type::Map(values, map) => {
                let (string, values) = (self.known("String"), self.ty(values));
                let map = self.known(if *map == MapType::HashMap { "HashMap" } else { "BTreeMap" });
                quote!(#map<#string, #values>)
            }
            Type::Nullable { inner, .. } => self.generic("Option", inner),
            Type::Named { id, link } => {
                let path = self.path(*id);
                let link = match link {
                    Link::Plain => return path,
                    Link::Boxed => self.known("Box"),
                    Link::Deep => self.known("Deep"),
                };
                quote!(#link<#path>)
            }
        }
    }

    fn generic(&self, name: &str, parameter: &Type) -> TokenStream {
        let (name, parameter) = (self.known(name), self.ty(parameter));
        quote!(#name<#parameter>)
    }

    /// A type of the standard library or the runtime: by its path, or in a module's block by the name that the block
    /// gives it.
    fn known(&self, name: &str) -> TokenStream {
        let ident = Ident::new(name, Span::call_site());
        match (self.place, name) {
            (Place::Block, _) => quote!(#ident),
            (Place::Module, "Option") => quote!(::core::option::#ident),
            (Place::Module, "Vec") => quote!(::std::vec::#ident),
            (Place::Module, "String") => quote!(::std::string::#ident),
            (Place::Module, "Box") => quote!(::std::boxed::#ident),
            (Place::Module, "Arc") => quote!(::std::sync::#ident),
            (Place::Module, "BTreeMap" | "HashMap") => quote!(::std::collections::#ident),
            (Place::Module, _) => {
                let runtime = self.runtime();
                quote!(#runtime::codec::#ident)
            }
        }
    }

    /// The runtime's type for a logical type, on a `fixed` of that size if there is one.
    pub(super) fn logical(&self, logical: LogicalType, size: Option<usize>) -> TokenStream {
        let runtime = self.runtime();
        let simple = |name| {
            let name = Ident::new(name, Span::call_site());
            quote!(#runtime::types::#name)
        };
        match (logical, size) {
            (LogicalType::Decimal { scale, .. }, None) => {
                let scale = Literal::u32_unsuffixed(scale);
                quote!(#runtime::types::Decimal<#scale>)
            }
            (LogicalType::Decimal { scale, .. }, Some(size)) => {
                let (size, scale) = (Literal::usize_unsuffixed(size), Literal::u32_unsuffixed(scale));
                quote!(#runtime::types::FixedDecimal<#size, #scale>)
            }
            (LogicalType::BigDecimal, _) => simple("BigDecimal"),
            (LogicalType::Uuid, None) => simple("Uuid"),
            (LogicalType::Uuid, Some(_)) => simple("FixedUuid"),
            (LogicalType::Date, _) => simple("Date"),
            (LogicalType::TimeMillis, _) => simple("TimeMillis"),
            (LogicalType::TimeMicros, _) => simple("TimeMicros"),
            (LogicalType::TimestampMillis, _) => simple("TimestampMillis"),
            (LogicalType::TimestampMicros, _) => simple("TimestampMicros"),
            (LogicalType::TimestampNanos, _) => simple("TimestampNanos"),
            (LogicalType::LocalTimestampMillis, _) => simple("LocalTimestampMillis"),
            (LogicalType::LocalTimestampMicros, _) => simple("LocalTimestampMicros"),
            (LogicalType::LocalTimestampNanos, _) => simple("LocalTimestampNanos"),
            (LogicalType::Duration, _) => simple("Duration"),
        }
    }
}

/// The expression of a value behind its link, in a module's block.
pub(super) fn linked(link: Link, value: TokenStream) -> TokenStream {
    match link {
        Link::Plain => value,
        Link::Boxed => quote!(Box::new(#value)),
        Link::Deep => quote!(Deep::new(#value)),
    }
}
