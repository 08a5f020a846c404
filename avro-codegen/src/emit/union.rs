//! Unions of several types: enums with the branch's value as payload.

use super::accessors::accessors;
use super::codec::{
    Bodies, decode_field, decode_field_into, decode_field_plan, encode_field, has_memory, impls,
};
use super::types::linked;
use super::{Scope, TypeTokens, head};
use crate::ir::{Branch, Type, TypeId};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::HashSet;

pub(super) fn generate(
    scope: &Scope<'_>,
    id: TypeId,
    branches: &[Branch],
    null: Option<usize>,
) -> TypeTokens {
    let definition = &scope.types[id.0];
    let ident = &definition.ident;
    let (head, vis, lifetime) = (head(scope, definition), scope.visibility(), scope.lifetime(id));
    let variants = branches.iter().map(|branch| {
        let ident = &branch.ident;
        let payload = branch.ty.as_ref().map(|ty| {
            let ty = scope.ty(ty);
            quote!((#ty))
        });
        let rename = super::renamed(scope, definition, ident, &branch.name);
        quote!(#rename #ident #payload)
    });
    let conversions = conversions(scope, id, branches);
    let accessors = accessors(scope, id, branches);
    let codec = match null {
        None => impls(
            scope,
            id,
            false,
            &Bodies {
                encode: encode(scope, branches),
                decode: decode(scope, branches),
                at: None,
                decode_plan: decode_plan(scope, branches),
                decode_into: definition.decode_into.then(|| {
                    let decode = decode_into(scope, branches);
                    quote! {
                        let branch = reader.read_index()?;
                        #decode
                    }
                }),
            },
        ),
        Some(null) => branches_of_option(scope, id, branches, null),
    };
    TypeTokens {
        definition: quote! {
            #head
            #vis enum #ident #lifetime {
                #(#variants,)*
            }
        },
        impls: quote!(#conversions #accessors #codec),
    }
}

/// The traits of an enum that stands in an `Option`, since its union has `null` among its branches.
fn branches_of_option(scope: &Scope<'_>, id: TypeId, branches: &[Branch], null: usize) -> TokenStream {
    let (path, lifetime) = (scope.block().path(id), scope.lifetime(id));
    let null = Literal::usize_unsuffixed(null);
    let encode = encode(scope, branches);
    let decode = arms(branches, |ty| decode_field(scope, ty));
    let decode_into = scope.types[id.0].decode_into.then(|| {
        let decode_into = decode_into(scope, branches);
        quote! {
            fn decode_branch_into<R: AvroRead<'a>>(
                &mut self,
                branch: u64,
                reader: &mut R,
            ) -> Result<(), DecodeError> {
                #decode_into
            }
        }
    });
    let resolve = scope.options.plans.then(|| {
        let decode_plan = arms(branches, |ty| decode_field_plan(scope, ty, &quote!(plan)));
        quote! {
            impl<'a> ResolveBranches<'a> for #path {
                fn decode_branch_plan<R: AvroRead<'a>>(
                    branch: u64,
                    plan: Plan<'_>,
                    reader: &mut R,
                ) -> Result<Self, DecodeError> {
                    #decode_plan
                }
            }
        }
    });
    let encode = if scope.types[id.0].is_fallible {
        quote! {
            impl #lifetime TryEncodeBranches for #path {
                fn try_encode_branch<W: AvroWrite>(&self, writer: &mut W) -> Result<(), EncodeError> {
                    #encode
                    Ok(())
                }
            }
        }
    } else {
        quote! {
            impl #lifetime EncodeBranches for #path {
                fn encode_branch<W: AvroWrite>(&self, writer: &mut W) {
                    #encode
                }
            }
        }
    };
    quote! {
        impl #lifetime NullBranch for #path {
            const NULL: u32 = #null;
        }

        #encode

        impl<'a> DecodeBranches<'a> for #path {
            fn decode_branch<R: AvroRead<'a>>(branch: u64, reader: &mut R) -> Result<Self, DecodeError> {
                #decode
            }

            #decode_into
        }

        #resolve
    }
}

/// `From` each payload whose type tells the variant.
fn conversions(scope: &Scope<'_>, id: TypeId, branches: &[Branch]) -> TokenStream {
    let (path, lifetime) = (scope.block().path(id), scope.lifetime(id));
    let mut seen = HashSet::new();
    let mut items = TokenStream::new();
    for branch in branches {
        let Some(ty) = &branch.ty else { continue };
        let (plain, value) = match ty {
            Type::Named { id, link } => (scope.block().path(*id), linked(*link, quote!(value))),
            ty => (scope.block().ty(ty), quote!(value)),
        };
        if seen.insert(plain.to_string()) {
            let variant = &branch.ident;
            items.extend(quote! {
                impl #lifetime ::core::convert::From<#plain> for #path {
                    fn from(value: #plain) -> Self {
                        Self::#variant(#value)
                    }
                }
            });
        }
    }
    items
}

fn encode(scope: &Scope<'_>, branches: &[Branch]) -> TokenStream {
    if branches.is_empty() {
        return quote! {
            let _ = writer;
            match *self {}
        };
    }
    let arms = branches.iter().map(|branch| {
        let (ident, index) = (&branch.ident, Literal::usize_unsuffixed(branch.index));
        match &branch.ty {
            None => quote!(Self::#ident => writer.write_index(#index),),
            Some(ty) => {
                let encode = encode_field(scope, ty, &quote!(value), &quote!(value));
                quote! {
                    Self::#ident(value) => {
                        writer.write_index(#index);
                        #encode
                    }
                }
            }
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

/// Reads the value of the branch at position `branch` of the union: into that of this value, if it is of the same one.
fn decode_into(scope: &Scope<'_>, branches: &[Branch]) -> TokenStream {
    let same = branches.iter().filter_map(|branch| {
        let ty = branch.ty.as_ref().filter(|ty| has_memory(scope, ty))?;
        let (ident, index) = (&branch.ident, Literal::usize_unsuffixed(branch.index));
        let read = decode_field_into(scope, ty, &quote!(*value));
        Some(quote! {
            (#index, Self::#ident(value)) => {
                #read
                return Ok(());
            }
        })
    });
    let arms = arms(branches, |ty| decode_field(scope, ty));
    quote! {
        match (branch, &mut *self) {
            #(#same)*
            _ => {}
        }
        let value: Result<Self, DecodeError> = #arms;
        *self = value?;
        Ok(())
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

/// The value of the branch at position `branch` of the union, whose payload is read by `payload`.
fn arms(branches: &[Branch], payload: impl Fn(&Type) -> TokenStream) -> TokenStream {
    let error = quote!(Err(DecodeError::UnionIndex));
    if branches.is_empty() {
        return error;
    }
    let arms = branches.iter().map(|branch| {
        let (ident, index) = (&branch.ident, Literal::usize_unsuffixed(branch.index));
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
