//! Unions that are not an `Option`: enums with the branch's value as payload.

use super::codec::{Bodies, decode_field, decode_field_plan, impls};
use super::types::linked;
use super::{Scope, TypeTokens, derives, doc};
use crate::ir::{Branch, Type, TypeDef};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::HashSet;

pub(super) fn generate(scope: &Scope<'_>, definition: &TypeDef, branches: &[Branch]) -> TypeTokens {
    let ident = &definition.ident;
    let derives = derives(definition.derives);
    let doc = doc::attributes(definition.doc.as_deref(), Some(&format!("Avro {}.", definition.avro)));
    let variants = branches.iter().map(|branch| {
        let ident = &branch.ident;
        let payload = branch.ty.as_ref().map(|ty| {
            let ty = scope.ty(ty);
            quote!((#ty))
        });
        quote!(#ident #payload)
    });
    let conversions = conversions(scope, definition, branches);
    let bodies = Bodies {
        encode: encode(branches),
        decode: decode(scope, branches),
        decode_plan: decode_plan(scope, branches),
    };
    let impls = impls(definition, false, &bodies);
    TypeTokens {
        definition: quote! {
            #doc
            #derives
            pub enum #ident {
                #(#variants,)*
            }
        },
        impls: quote!(#conversions #impls),
    }
}

/// `From` each payload whose type tells the variant.
fn conversions(scope: &Scope<'_>, definition: &TypeDef, branches: &[Branch]) -> TokenStream {
    let ident = &definition.ident;
    let mut seen = HashSet::new();
    let mut items = TokenStream::new();
    for branch in branches {
        let Some(ty) = &branch.ty else { continue };
        let (plain, value) = match ty {
            Type::Named { id, link } => (scope.path(*id), linked(*link, quote!(value))),
            ty => (scope.block().ty(ty), quote!(value)),
        };
        if seen.insert(plain.to_string()) {
            let variant = &branch.ident;
            items.extend(quote! {
                impl ::core::convert::From<#plain> for self::#ident {
                    fn from(value: #plain) -> Self {
                        Self::#variant(#value)
                    }
                }
            });
        }
    }
    items
}

fn encode(branches: &[Branch]) -> TokenStream {
    if branches.is_empty() {
        return quote! {
            let _ = writer;
            match *self {}
        };
    }
    let arms = branches.iter().enumerate().map(|(position, branch)| {
        let (ident, index) = (&branch.ident, Literal::usize_unsuffixed(position));
        match branch.ty {
            None => quote!(Self::#ident => writer.write_index(#index),),
            Some(_) => quote! {
                Self::#ident(value) => {
                    writer.write_index(#index);
                    value.encode(writer);
                }
            },
        }
    });
    quote!(match self { #(#arms)* })
}

fn decode(scope: &Scope<'_>, branches: &[Branch]) -> TokenStream {
    let arms = arms(branches, |ty| decode_field(scope, ty));
    if branches.is_empty() {
        return quote! {
            reader.read_index()?;
            #arms
        };
    }
    quote! {
        let branch = reader.read_index()?;
        #arms
    }
}

fn decode_plan(scope: &Scope<'_>, branches: &[Branch]) -> TokenStream {
    let arms = arms(branches, |ty| decode_field_plan(scope, ty, &quote!(plan)));
    let pattern = match (branches, branches.iter().any(|branch| branch.ty.is_some())) {
        ([], _) => quote!(_),
        (_, false) => quote!((branch, _)),
        (_, true) => quote!((branch, plan)),
    };
    quote! {
        let #pattern = plan.branch(reader)?;
        #arms
    }
}

/// The value of the branch at position `branch`, whose payload is read by `payload`.
fn arms(branches: &[Branch], payload: impl Fn(&Type) -> TokenStream) -> TokenStream {
    let error = quote!(Err(DecodeError::UnionIndex));
    if branches.is_empty() {
        return error;
    }
    let arms = branches.iter().enumerate().map(|(position, branch)| {
        let (ident, index) = (&branch.ident, Literal::usize_unsuffixed(position));
        let payload = branch.ty.as_ref().map(|ty| {
            let payload = payload(ty);
            quote!((#payload))
        });
        quote!(#index => Self::#ident #payload,)
    });
    quote! {
        Ok(match branch {
            #(#arms)*
            _ => return #error,
        })
    }
}
