//! Looking into the enum of a union: `as_x` and `into_x` for each branch.

use super::Scope;
use crate::ir::{Branch, Link, Type, TypeId, snake_cased};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeSet;

pub(super) fn accessors(scope: &Scope<'_>, id: TypeId, branches: &[Branch]) -> TokenStream {
    let (path, vis, lifetime) = (scope.block().path(id), scope.visibility(), scope.lifetime(id));
    let mut taken = BTreeSet::new();
    let methods = branches.iter().filter_map(|branch| {
        let ty = branch.ty.as_ref()?;
        let variant = &branch.ident;
        let wanted = snake_cased(&variant.to_string());
        let numbered = (2..).map(|number| format!("{wanted}_{number}"));
        let name = std::iter::once(wanted.clone()).chain(numbered).find(|name| taken.insert(name.clone()))?;
        let (as_name, into_name) = (format_ident!("as_{name}"), format_ident!("into_{name}"));
        let (ty, value, link) = match ty {
            Type::Named { id, link } => (scope.block().path(*id), linked(*link), *link),
            ty => (scope.block().ty(ty), quote!(value), Link::Plain),
        };
        let reference = if link == Link::Plain { quote!(value) } else { quote!(&**value) };
        // Of a single branch there is no other.
        let other = (branches.len() > 1).then(|| quote!(_ => None,));
        let doc = format!("The value, if it is of the branch `{variant}`.");
        Some(quote! {
            #[doc = #doc]
            #vis fn #as_name(&self) -> Option<&#ty> {
                match self {
                    Self::#variant(value) => Some(#reference),
                    #other
                }
            }

            #[doc = #doc]
            #vis fn #into_name(self) -> Option<#ty> {
                match self {
                    Self::#variant(value) => Some(#value),
                    #other
                }
            }
        })
    });
    let methods: Vec<TokenStream> = methods.collect();
    if methods.is_empty() { quote!() } else { quote!(impl #lifetime #path { #(#methods)* }) }
}

/// What is behind a link.
fn linked(link: Link) -> TokenStream {
    match link {
        Link::Plain => quote!(value),
        Link::Boxed => quote!(*value),
        Link::Deep => quote!(value.into_inner()),
    }
}
