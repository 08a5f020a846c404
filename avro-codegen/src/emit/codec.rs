//! The impls of the runtime's traits: what is the same for every kind of type.

use super::{Scope, compiled};
use crate::ir::{Link, Null, Type, TypeId};
use crate::options::{BytesType, StringType};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The bodies of the functions that encode and decode a type.
pub(super) struct Bodies {
    /// With `self` and `writer`.
    pub(super) encode: TokenStream,
    /// With `reader`.
    pub(super) decode: TokenStream,
    /// What `blank` gives, and the bodies with `place` and `reader`, and with `plan` too, where these are the way to decode.
    pub(super) at: Option<At>,
    /// With `plan` and `reader`.
    pub(super) decode_plan: TokenStream,
    /// With `self` and `reader`, where it was asked for.
    pub(super) decode_into: Option<TokenStream>,
}

/// How a type is decoded into a place.
pub(super) struct At {
    pub(super) blank: TokenStream,
    pub(super) decode: TokenStream,
    pub(super) decode_plan: TokenStream,
}

/// The impls of `AvroEncode`, `AvroDecode` and `AvroResolve`.
///
/// Only small types are inlined: what a record costs to compile would otherwise be paid wherever it is used.
pub(super) fn impls(scope: &Scope<'_>, id: TypeId, inline: bool, bodies: &Bodies) -> TokenStream {
    let (path, lifetime) = (scope.block().path(id), scope.lifetime(id));
    let min_size = Literal::u64_unsuffixed(scope.types[id.0].min_size);
    let inline = inline.then(|| quote!(#[inline]));
    let Bodies { encode, decode, at, decode_plan, decode_into } = bodies;
    let decode_at = at.as_ref().map(|At { blank, decode, .. }| {
        quote! {
            #[inline(always)]
            fn blank() -> Option<Self> {
                Some(#blank)
            }

            fn decode_at<R: AvroRead<'a>>(place: &mut Self, reader: &mut R) -> Result<(), DecodeError> {
                #decode
            }
        }
    });
    let decode_plan_at = at.as_ref().map(|At { decode_plan, .. }| {
        quote! {
            fn decode_plan_at<R: AvroRead<'a>>(
                place: &mut Self,
                plan: Plan<'_>,
                reader: &mut R,
            ) -> Result<(), DecodeError> {
                #decode_plan
            }
        }
    });
    let decode_into = decode_into.as_ref().map(|decode_into| {
        quote! {
            #inline
            fn decode_into<R: AvroRead<'a>>(&mut self, reader: &mut R) -> Result<(), DecodeError> {
                #decode_into
            }
        }
    });
    let decode_compiled = compiled::decode_compiled(scope, &scope.types[id.0]);
    let resolve = scope.options.plans.then(|| {
        quote! {
            impl<'a> AvroResolve<'a> for #path {
                fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
                    #decode_plan
                }

                #decode_plan_at

                #decode_compiled
            }
        }
    });
    let encode = if scope.types[id.0].is_fallible {
        quote! {
            impl #lifetime AvroTryEncode for #path {
                #inline
                fn try_encode<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError> {
                    #encode
                    Ok(())
                }
            }
        }
    } else {
        quote! {
            impl #lifetime AvroEncode for #path {
                #inline
                fn encode<W: AvroWrite>(&self, writer: &mut W) {
                    #encode
                }
            }
        }
    };
    quote! {
        #encode

        impl<'a> AvroDecode<'a> for #path {
            const MIN_SIZE: usize = #min_size;

            #inline
            fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
                #decode
            }

            #decode_at

            #decode_into
        }

        #resolve
    }
}

/// Writes a field, which `value` is and `reference` refers to.
pub(super) fn encode_field(
    scope: &Scope<'_>,
    ty: &Type,
    value: &TokenStream,
    reference: &TokenStream,
) -> TokenStream {
    if ty.is_fallible(scope.types) {
        return scope.try_encode_field(ty, value, reference);
    }
    match form(scope, ty) {
        None => quote!(#value.encode(writer);),
        Some(form) => quote!(<#form>::encode_as(#reference, writer);),
    }
}

/// Reads a field as it is, from `reader`.
///
/// The type is always named: the compiler takes time in the square of the number of types that it has to find out in one
/// function, which makes minutes for a record of a thousand fields.
pub(super) fn decode_field(scope: &Scope<'_>, ty: &Type) -> TokenStream {
    let wire = wire_type(scope, ty);
    match form(scope, ty) {
        None => quote!(#wire::decode(reader)?),
        Some(form) => {
            let ty = scope.block().ty(ty);
            quote!(<#form as DecodeAs<#ty>>::decode_as(reader)?)
        }
    }
}

/// Reads a field as it is, from `reader` into a place whose value has no memory.
pub(super) fn decode_field_at(scope: &Scope<'_>, ty: &Type, place: &TokenStream) -> TokenStream {
    let wire = wire_type(scope, ty);
    match form(scope, ty) {
        None => quote!(#wire::decode_at(&mut #place, reader)?;),
        Some(form) => {
            let ty = scope.block().ty(ty);
            quote!(<#form as DecodeAs<#ty>>::decode_at_as(&mut #place, reader)?;)
        }
    }
}

/// Reads a field as it is, from `reader` into `place`.
pub(super) fn decode_field_into(scope: &Scope<'_>, ty: &Type, place: &TokenStream) -> TokenStream {
    if !has_memory(scope, ty) {
        let value = decode_field(scope, ty);
        return quote!(#place = #value;);
    }
    let wire = wire_type(scope, ty);
    match form(scope, ty) {
        None => quote!(#wire::decode_into(&mut #place, reader)?;),
        Some(form) => {
            let ty = scope.block().ty(ty);
            quote!(<#form as DecodeAs<#ty>>::decode_into_as(&mut #place, reader)?;)
        }
    }
}

/// Whether a value of a type may have memory that another one can be read into.
pub(super) fn has_memory(scope: &Scope<'_>, ty: &Type) -> bool {
    match ty {
        Type::Bytes(BytesType::Vec) | Type::String(StringType::String) | Type::Array(_) | Type::Map(..) => {
            true
        }
        Type::Nullable { inner, .. } => has_memory(scope, inner),
        Type::Named { id, link: Link::Plain } => scope.types[id.0].decode_into,
        Type::Named { .. } => true,
        _ => false,
    }
}

/// Reads a field by `plan` from `reader`.
pub(super) fn decode_field_plan(scope: &Scope<'_>, ty: &Type, plan: &TokenStream) -> TokenStream {
    let wire = wire_type(scope, ty);
    match form(scope, ty) {
        None => quote!(#wire::decode_plan(#plan, reader)?),
        Some(form) => {
            let ty = scope.block().ty(ty);
            quote!(<#form as ResolveAs<#ty>>::decode_plan_as(#plan, reader)?)
        }
    }
}

/// Reads a field by `plan` from `reader` into a place whose value has no memory.
pub(super) fn decode_field_plan_at(
    scope: &Scope<'_>,
    ty: &Type,
    plan: &TokenStream,
    place: &TokenStream,
) -> TokenStream {
    let wire = wire_type(scope, ty);
    match form(scope, ty) {
        None => quote!(#wire::decode_plan_at(&mut #place, #plan, reader)?;),
        Some(form) => {
            let ty = scope.block().ty(ty);
            quote!(<#form as ResolveAs<#ty>>::decode_plan_at_as(&mut #place, #plan, reader)?;)
        }
    }
}

/// The form on the wire where the Rust type does not tell it, for a module's block.
pub(super) fn form(scope: &Scope<'_>, ty: &Type) -> Option<TokenStream> {
    let form = |ty| form(scope, ty);
    match ty {
        Type::Mapped(mapped) => Some(scope.mapped_form(*mapped)),
        Type::Nullable { null: Null::Among, .. } => Some(quote!(NullAmong)),
        Type::Nullable { inner, null: Null::First } => form(inner).map(|form| quote!(NullFirst<#form>)),
        Type::Nullable { inner, null: Null::Last } => Some(match form(inner) {
            Some(form) => quote!(NullLast<#form>),
            None => quote!(NullLast),
        }),
        Type::Array(items) => form(items).map(|form| quote!(Items<#form>)),
        Type::Map(values, _) | Type::BorrowedMap(values) => form(values).map(|form| quote!(Values<#form>)),
        _ => None,
    }
}

/// The type of a field as the start of a path.
pub(super) fn wire_type(scope: &Scope<'_>, ty: &Type) -> TokenStream {
    let tokens = scope.block().ty(ty);
    let is_path = matches!(
        ty,
        Type::Boolean
            | Type::Int
            | Type::Long
            | Type::Float
            | Type::Double
            | Type::String(StringType::String)
    ) || matches!(ty, Type::Named { id, link: Link::Plain } if !scope.types[id.0].is_borrowed());
    if is_path { tokens } else { quote!(<#tokens>) }
}
