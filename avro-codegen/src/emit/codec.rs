//! The impls of the runtime's traits: what is the same for every kind of type.

use super::Scope;
use crate::ir::{Link, SchemaText, Type, TypeDef};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The bodies of the three functions that encode and decode a type.
pub(super) struct Bodies {
    /// With `self` and `writer`.
    pub(super) encode: TokenStream,
    /// With `reader`.
    pub(super) decode: TokenStream,
    /// With `plan` and `reader`.
    pub(super) decode_plan: TokenStream,
}

/// The impls of `AvroEncode`, `AvroDecode` and `AvroResolve`.
///
/// Only small types are inlined: what a record costs to compile would otherwise be paid wherever it is used.
pub(super) fn impls(definition: &TypeDef, inline: bool, bodies: &Bodies) -> TokenStream {
    let ident = &definition.ident;
    let min_size = Literal::u64_unsuffixed(definition.min_size);
    let inline = inline.then(|| quote!(#[inline]));
    let Bodies { encode, decode, decode_plan } = bodies;
    quote! {
        impl AvroEncode for self::#ident {
            #inline
            fn encode<W: AvroWrite>(&self, writer: &mut W) {
                #encode
            }
        }

        impl<'a> AvroDecode<'a> for self::#ident {
            const MIN_SIZE: usize = #min_size;

            #inline
            fn decode<R: AvroRead<'a>>(
                reader: &mut R,
            ) -> Result<Self, DecodeError> {
                #decode
            }
        }

        impl<'a> AvroResolve<'a> for self::#ident {
            fn decode_plan<R: AvroRead<'a>>(
                plan: Plan<'_>,
                reader: &mut R,
            ) -> Result<Self, DecodeError> {
                #decode_plan
            }
        }
    }
}

/// Reads a field as it is, from `reader`.
///
/// The type is always named: the compiler takes time in the square of the number of types that it has to find out in one
/// function, which makes minutes for a record of a thousand fields.
pub(super) fn decode_field(scope: &Scope<'_>, ty: &Type) -> TokenStream {
    let (wire, content) = (wire_type(scope, ty), content(ty));
    quote!(#wire::decode(reader)? #content)
}

/// Reads a field by `plan` from `reader`.
pub(super) fn decode_field_plan(scope: &Scope<'_>, ty: &Type, plan: &TokenStream) -> TokenStream {
    let (wire, content) = (wire_type(scope, ty), content(ty));
    quote!(#wire::decode_plan(#plan, reader)? #content)
}

/// The type that tells the wire form, as the start of a path.
fn wire_type(scope: &Scope<'_>, ty: &Type) -> TokenStream {
    let tokens = scope.block().ty(ty);
    let is_path = matches!(
        ty,
        Type::Boolean
            | Type::Int
            | Type::Long
            | Type::Float
            | Type::Double
            | Type::String
            | Type::Named { link: Link::Plain, .. }
    );
    if is_path { tokens } else { quote!(<#tokens>) }
}

/// From the type that tells the wire form to that of a field.
fn content(ty: &Type) -> Option<TokenStream> {
    matches!(ty, Type::Nullable { null_last: true, .. }).then(|| quote!(.0))
}

/// The impl of `AvroSchema`.
pub(super) fn schema(definition: &TypeDef, schema: &SchemaText) -> TokenStream {
    let ident = &definition.ident;
    let text = text(&schema.text);
    let fingerprint: TokenStream =
        format!("{:#018x}", schema.fingerprint).parse().expect("a hexadecimal number is a token");
    quote! {
        impl AvroSchema for self::#ident {
            const SCHEMA: &'static str = #text;
            const FINGERPRINT: u64 = #fingerprint;
        }
    }
}

/// A string literal; a raw one where that is the same and can be read.
fn text(text: &str) -> Literal {
    let is_plain = text
        .chars()
        .all(|character| character.is_ascii_graphic() || character == ' ' || character.is_alphanumeric());
    let hashes = "#".repeat(longest_run_of_hashes(text) + 1);
    let raw = if is_plain { format!("r{hashes}\"{text}\"{hashes}").parse().ok() } else { None };
    raw.unwrap_or_else(|| Literal::string(text))
}

fn longest_run_of_hashes(text: &str) -> usize {
    text.split(|character| character != '#').map(str::len).max().unwrap_or(0)
}
