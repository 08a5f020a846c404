//! Making records: `new`, which takes the fields without a default, and builders.
//!
//! A field that a later schema adds with a default changes neither, so that nobody has to touch the code that makes
//! records.

use super::{Scope, TypeTokens, wide};
use crate::ir::{BUILDERS, Field, Link, Type, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;
use syn::ext::IdentExt;

/// `new`, and `builder` where it was asked for.
pub(super) fn constructors(scope: &Scope<'_>, id: TypeId, fields: &[Field]) -> TokenStream {
    let (path, vis, lifetime) = (scope.block().path(id), scope.visibility(), scope.lifetime(id));
    let (required, defaults): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.default.is_none());
    let parameters = required.iter().map(|field| {
        let (ident, parameter) = (&field.ident, parameter(&scope.block(), &field.ty));
        quote!(#ident: #parameter)
    });
    let given = required.iter().map(|field| {
        let (ident, value) = (&field.ident, argument(&field.ty, &field.ident));
        quote!(#ident: #value)
    });
    let rest = defaults.iter().filter_map(|field| {
        let (ident, value) = (&field.ident, scope.block().value(field.default.as_ref()?, &field.ty));
        Some(quote!(#ident: #value))
    });
    let doc = match (required.is_empty(), defaults.is_empty()) {
        (true, _) => "A value with the defaults of the schema.",
        (false, true) => "A value with these fields.",
        (false, false) => "A value with these fields and, for the others, the defaults of the schema.",
    };
    let builder = scope.options.has_builder(&scope.types[id.0]).then(|| {
        let (builder, idents) = (builder_path(scope, id), fields.iter().map(|field| &field.ident));
        quote! {
            /// Makes a value field by field.
            #vis fn builder() -> #builder {
                #builder { #(#idents: None,)* }
            }
        }
    });
    quote! {
        impl #lifetime #path {
            #[doc = #doc]
            #vis fn new(#(#parameters),*) -> Self {
                Self { #(#given,)* #(#rest,)* }
            }

            #builder
        }
    }
}

/// The builder of a record, for the module of builders, and its impl.
pub(super) fn builder(module: &Scope<'_>, scope: &Scope<'_>, id: TypeId, fields: &[Field]) -> TypeTokens {
    let definition = &scope.types[id.0];
    let (path, builder, vis) = (scope.block().path(id), builder_path(scope, id), scope.visibility());
    let ident = builder_ident(&definition.ident);
    let idents: Vec<&Ident> = fields.iter().map(|field| &field.ident).collect();
    let types = fields.iter().map(|field| module.ty(&field.ty));
    let mut taken = BTreeSet::from(["build".to_owned()]);
    let setters = fields.iter().map(|field| {
        let ident = &field.ident;
        let setter = setter(ident, &mut taken);
        let (parameter, value) = (parameter(&scope.block(), &field.ty), argument(&field.ty, ident));
        let doc = format!("Sets the field `{}`.", field.name);
        quote! {
            #[doc = #doc]
            #vis fn #setter(mut self, #ident: #parameter) -> Self {
                self.#ident = Some(#value);
                self
            }
        }
    });
    // All is checked before anything is moved: the compiler takes time in the square of the values that a function holds
    // where it can fail.
    let record = &definition.path;
    let checks = fields.iter().filter(|field| field.default.is_none()).map(|field| {
        let (ident, name) = (&field.ident, &field.name);
        quote! {
            if self.#ident.is_none() {
                return Err(MissingField::new(#record, #name));
            }
        }
    });
    let whole = wide::from_options(scope, id, fields, &quote!(return Err(MissingField::new(#record, ""))));
    let doc = format!("Makes a [`{0}`](super::{0}) field by field.", definition.ident.unraw());
    TypeTokens {
        definition: quote! {
            #[doc = #doc]
            #[derive(Clone)]
            #[must_use]
            #vis struct #ident {
                #(pub(super) #idents: ::core::option::Option<#types>,)*
            }
        },
        impls: quote! {
            impl #builder {
                #(#setters)*

                /// The value, if every field without a default was set.
                ///
                /// # Errors
                /// One was not.
                #vis fn build(self) -> Result<#path, MissingField> {
                    #(#checks)*
                    #whole
                }
            }
        },
    }
}

fn builder_ident(record: &Ident) -> Ident {
    format_ident!("{}Builder", record.unraw())
}

fn builder_path(scope: &Scope<'_>, id: TypeId) -> TokenStream {
    let (module, ident) = (format_ident!("{BUILDERS}"), builder_ident(&scope.types[id.0].ident));
    quote!(self::#module::#ident)
}

/// The method for a field, which is called as the field is, unless that is the name of another method.
fn setter(field: &Ident, taken: &mut BTreeSet<String>) -> Ident {
    if taken.insert(field.unraw().to_string()) {
        return field.clone();
    }
    let free =
        (2..).map(|number| format!("{}_{number}", field.unraw())).find(|name| taken.insert(name.clone()));
    format_ident!("{}", free.expect("there are more numbers than fields"))
}

/// The type of a parameter for a field: one that takes text as it comes, and what goes behind a link without one.
fn parameter(scope: &Scope<'_>, ty: &Type) -> TokenStream {
    let tokens = scope.ty(ty);
    if converts(ty) { quote!(impl ::core::convert::Into<#tokens>) } else { tokens }
}

fn argument(ty: &Type, ident: &Ident) -> TokenStream {
    if converts(ty) { quote!(#ident.into()) } else { quote!(#ident) }
}

fn converts(ty: &Type) -> bool {
    matches!(ty, Type::String(_) | Type::Named { link: Link::Boxed | Link::Deep, .. })
}
