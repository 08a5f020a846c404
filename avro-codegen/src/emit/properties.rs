//! The properties that a schema has beside those of the specification, as constants.

use super::Scope;
use crate::ir::{Form, TypeId, TypeKind};
use proc_macro2::TokenStream;
use quote::quote;

/// The constants of a type, where they were asked for.
pub(super) fn properties(scope: &Scope<'_>, id: TypeId) -> Option<TokenStream> {
    let definition = &scope.types[id.0];
    let is_owned = !matches!(definition.form, Form::Borrows(_));
    if !is_owned || !definition.is_named() || !scope.options.has_properties(definition) {
        return None;
    }
    let (path, vis, own) = (scope.block().path(id), scope.visibility(), list(&definition.properties));
    let of_fields = match &definition.kind {
        TypeKind::Record(fields) => {
            let fields = fields.iter().filter(|field| !field.properties.is_empty()).map(|field| {
                let (name, properties) = (&field.name, list(&field.properties));
                quote!((#name, #properties))
            });
            Some(quote! {
                /// The same of the fields that have some, by their names in Avro.
                #vis const FIELD_PROPERTIES: &'static [(&'static str, &'static [(&'static str, &'static str)])] =
                    &[#(#fields),*];
            })
        }
        _ => None,
    };
    Some(quote! {
        impl #path {
            /// The properties of the schema beside those of the specification: names and JSON texts.
            #vis const PROPERTIES: &'static [(&'static str, &'static str)] = #own;

            #of_fields
        }
    })
}

fn list(properties: &[(String, String)]) -> TokenStream {
    let pairs = properties.iter().map(|(name, json)| quote!((#name, #json)));
    quote!(&[#(#pairs),*])
}
