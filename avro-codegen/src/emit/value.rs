//! Default values as expressions.

use super::Scope;
use super::types::linked;
use crate::ir::{MAX_INLINE_FIXED, Null, Type, TypeId, TypeKind, big_decimal, uuid};
use crate::options::{BytesType, MapType, StringType};
use avro_model::binary;
use avro_model::schema::LogicalType;
use avro_model::value::Value;
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::fmt::Debug;

impl Scope<'_> {
    /// The expression of a value of [`Scope::ty`], in a module's block.
    pub(super) fn value(&self, value: &Value, ty: &Type) -> TokenStream {
        match (ty, value) {
            (Type::Nullable { .. }, Value::Union(_, content)) if **content == Value::Null => quote!(None),
            (Type::Nullable { inner, null }, Value::Union(_, content)) => {
                // The enum of the branches takes the value of the whole union.
                let value = if *null == Null::Among { value } else { content };
                let value = self.value(value, inner);
                quote!(Some(#value))
            }
            (Type::Logical(kind, size), value) => self.logical_value(*kind, *size, value),
            (Type::Mapped(mapped), value) => {
                self.mapped_value(*mapped, &self.logical_value(mapped.logical, mapped.size, value))
            }
            (Type::Named { id, link }, value) => linked(*link, self.named_value(*id, value)),
            (Type::Array(items), Value::Array(values)) => {
                if values.is_empty() {
                    return quote!(Vec::new());
                }
                let values = values.iter().map(|value| self.value(value, items));
                quote!(::std::vec![#(#values),*])
            }
            (Type::Map(inner, map), Value::Map(entries)) => {
                if entries.is_empty() {
                    return match map {
                        MapType::Map => quote!(Map::new()),
                        MapType::BTreeMap => quote!(BTreeMap::new()),
                        MapType::HashMap => quote!(HashMap::new()),
                        MapType::IndexMap => quote!(::core::default::Default::default()),
                    };
                }
                let entries = entries.iter().map(|(key, value)| {
                    let value = self.value(value, inner);
                    quote!((String::from(#key), #value))
                });
                quote!(::core::iter::FromIterator::from_iter([#(#entries),*]))
            }
            (Type::String(string), Value::String(text)) => match string {
                StringType::String if text.is_empty() => quote!(String::new()),
                StringType::String => quote!(String::from(#text)),
                StringType::BoxStr => quote!(Box::<str>::from(#text)),
                StringType::ArcStr => quote!(Arc::<str>::from(#text)),
                StringType::Shared => {
                    let runtime = self.runtime();
                    quote!(#runtime::types::SharedStr::from_static(#text))
                }
            },
            (Type::BorrowedString, Value::String(text)) => quote!(#text),
            (Type::BorrowedBytes, Value::Bytes(bytes)) => {
                let bytes = Literal::byte_string(bytes);
                quote!(&#bytes[..])
            }
            (Type::BorrowedMap(_), Value::Map(entries)) if entries.is_empty() => quote!(Map::new()),
            (Type::BorrowedMap(inner), Value::Map(entries)) => {
                let entries = entries.iter().map(|(key, value)| {
                    let value = self.value(value, inner);
                    quote!((#key, #value))
                });
                quote!(::core::iter::FromIterator::from_iter([#(#entries),*]))
            }
            (Type::Bytes(BytesType::Bytes), Value::Bytes(bytes)) => {
                let (runtime, bytes) = (self.runtime(), Literal::byte_string(bytes));
                quote!(#runtime::types::Bytes::from_static(#bytes))
            }
            (_, value) => primitive(value),
        }
    }

    fn named_value(&self, id: TypeId, value: &Value) -> TokenStream {
        let path = self.value_path(id);
        let definition = &self.types[id.0];
        match (&definition.kind, value) {
            (TypeKind::Record(fields), Value::Record(values)) => {
                let fields = fields.iter().zip(values).map(|(field, value)| {
                    let (ident, value) = (&field.ident, self.value(value, &field.ty));
                    quote!(#ident: #value)
                });
                quote!(#path { #(#fields,)* })
            }
            (TypeKind::Enum { symbols, .. }, Value::Enum(position)) => {
                let symbol = &symbols[*position].ident;
                quote!(#path::#symbol)
            }
            (TypeKind::Fixed(size), Value::Fixed(bytes)) => {
                let bytes = Literal::byte_string(bytes);
                if definition.is_borrowed() {
                    quote!(#path(#bytes))
                } else if *size <= MAX_INLINE_FIXED {
                    quote!(#path(*#bytes))
                } else {
                    quote!(#path(Box::new(*#bytes)))
                }
            }
            (TypeKind::Union { branches, .. }, Value::Union(position, value)) => {
                let branch = branches.iter().find(|branch| branch.index == *position);
                let branch = branch.expect("a default is a value of a branch");
                let ident = &branch.ident;
                let payload = branch.ty.as_ref().map(|ty| {
                    let value = self.value(value, ty);
                    quote!((#value))
                });
                quote!(#path::#ident #payload)
            }
            (TypeKind::Wrapper(ty), value) => {
                let value = self.value(value, ty);
                quote!(#path(#value))
            }
            (TypeKind::External { schema, .. }, value) => {
                // Nothing is known about the type but that it can be read.
                let bytes = binary::encode(schema, value).expect("a default is a value of its schema");
                let (runtime, bytes) = (self.runtime(), Literal::byte_string(&bytes));
                quote! {
                    #runtime::codec::decode::<#path>(#bytes).expect("the default of the schema is a value of the type")
                }
            }
            (kind, value) => unreachable!("a default {value:?} was made for {kind:?}"),
        }
    }

    fn logical_value(&self, kind: LogicalType, size: Option<usize>, value: &Value) -> TokenStream {
        let (ty, runtime) = (self.logical(kind, size), self.runtime());
        match (kind, value) {
            (LogicalType::Uuid, Value::String(text)) => {
                let number: TokenStream =
                    format!("{:#034x}", uuid(text).expect("defaults are checked before"))
                        .parse()
                        .expect("a hexadecimal number is a token");
                quote!(#runtime::types::Uuid::from_u128(#number))
            }
            (LogicalType::Uuid, Value::Fixed(bytes)) => {
                let bytes = Literal::byte_string(bytes);
                quote!(#runtime::types::FixedUuid(#runtime::types::Uuid::from_bytes(*#bytes)))
            }
            (LogicalType::Duration, Value::Fixed(bytes)) => {
                let bytes = Literal::byte_string(bytes);
                quote!(#runtime::types::Duration::from_bytes(*#bytes))
            }
            (LogicalType::Decimal { .. }, Value::Bytes(bytes) | Value::Fixed(bytes)) => {
                let bytes = Literal::byte_string(bytes);
                match size {
                    None => quote!(<#ty>::from_signed_bytes_be(#bytes)),
                    Some(_) => quote!(#runtime::types::FixedDecimal(*#bytes)),
                }
            }
            (LogicalType::BigDecimal, Value::Bytes(bytes)) => {
                let (unscaled, scale) = big_decimal(bytes).expect("defaults are checked before");
                let unscaled = Literal::byte_string(unscaled);
                quote!(#ty::from_signed_bytes_be(#unscaled, #scale))
            }
            (_, value) => {
                let value = primitive(value);
                quote!(#ty(#value))
            }
        }
    }
}

fn primitive(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote!(()),
        Value::Boolean(value) => quote!(#value),
        Value::Int(value) => number(value),
        Value::Long(value) => number(value),
        Value::Float(value) if value.is_finite() => number(value),
        Value::Float(value) => not_finite(&quote!(f32), f64::from(*value)),
        Value::Double(value) if value.is_finite() => number(value),
        Value::Double(value) => not_finite(&quote!(f64), *value),
        Value::Bytes(bytes) if bytes.is_empty() => quote!(Vec::new()),
        Value::Bytes(bytes) => {
            let bytes = Literal::byte_string(bytes);
            quote!(#bytes.to_vec())
        }
        value => unreachable!("a default of another type: {value:?}"),
    }
}

/// A number as Rust prints it for programmers: `1e300`, `2.0`, `-5`.
fn number(value: &impl Debug) -> TokenStream {
    format!("{value:?}").parse().expect("Rust reads the numbers that it prints")
}

fn not_finite(ty: &TokenStream, value: f64) -> TokenStream {
    if value.is_nan() {
        quote!(#ty::NAN)
    } else if value < 0.0 {
        quote!(#ty::NEG_INFINITY)
    } else {
        quote!(#ty::INFINITY)
    }
}
