//! Records: structs.

use super::codec::{At, Bodies, decode_field_into, encode_field, impls};
use super::places::Places;
use super::{Scope, TypeTokens, attributes, construct, doc, head, wide};
use crate::ir::{Field, TypeDef, TypeId};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

pub(super) fn generate(scope: &Scope<'_>, id: TypeId, fields: &[Field]) -> TypeTokens {
    let definition = &scope.types[id.0];
    let ident = &definition.ident;
    let (head, vis, lifetime) = (head(scope, definition), scope.visibility(), scope.lifetime(id));
    let members = fields.iter().map(|field| {
        let doc = doc::attributes(field.doc.as_deref(), note(field).as_deref());
        let (ident, ty) = (&field.ident, scope.ty(&field.ty));
        let attributes = attributes(scope.options.field_attributes(definition, field));
        let rename = super::renamed(scope, definition, ident, &field.name);
        quote!(#doc #rename #attributes #vis #ident: #ty)
    });
    let default = default(scope, id, fields);
    let constructors = construct::constructors(scope, id, fields);
    let slots = (fields.len() > wide::FROM).then(|| wide::slots(scope, id, fields));
    let impls = impls(scope, id, false, &bodies(scope, definition, fields));
    TypeTokens {
        definition: quote! {
            #head
            #vis struct #ident #lifetime {
                #(#members,)*
            }
        },
        impls: quote!(#constructors #default #slots #impls),
    }
}

/// What is told of a field beside its doc.
fn note(field: &Field) -> Option<String> {
    let renamed = field.ident.unraw() != field.name;
    let name = renamed.then(|| format!("Avro field `{}`.", field.name));
    let unusable = field.unusable_default.as_ref();
    let default = unusable.map(|why| format!("The schema's default cannot be used: {}.", doc::line(why)));
    match (name, default) {
        (Some(name), Some(default)) => Some(format!("{name} {default}")),
        (name, default) => name.or(default),
    }
}

/// `Default`, where every field has one in the schema.
fn default(scope: &Scope<'_>, id: TypeId, fields: &[Field]) -> Option<TokenStream> {
    let values: Option<Vec<TokenStream>> = fields
        .iter()
        .map(|field| {
            let (ident, value) = (&field.ident, scope.block().value(field.default.as_ref()?, &field.ty));
            Some(quote!(#ident: #value))
        })
        .collect();
    let values = values?;
    let (path, lifetime) = (scope.block().path(id), scope.lifetime(id));
    Some(quote! {
        /// The defaults of the schema.
        impl #lifetime ::core::default::Default for #path {
            fn default() -> Self {
                Self { #(#values,)* }
            }
        }
    })
}

fn bodies(scope: &Scope<'_>, definition: &TypeDef, fields: &[Field]) -> Bodies {
    let (enter, leave) = match definition.recursive {
        true => (quote!(enter_recursive), quote!(leave_recursive)),
        false => (quote!(enter), quote!(leave)),
    };
    // The way out of an error need not come back up.
    let counted = |body: TokenStream| {
        quote! {
            reader.#enter()?;
            let value: Result<Self, DecodeError> = { #body };
            reader.#leave();
            value
        }
    };
    let by_plan = |steps: TokenStream| {
        quote! {
            let Some(record) = plan.record(reader)? else {
                return Self::decode(reader);
            };
            #steps
        }
    };
    let places = Places::of(scope, fields);
    let begin = places.begin();
    let mut at = None;
    let (decode, decode_plan) = if fields.len() > wide::FROM {
        (counted(wide::decode(definition, fields)), by_plan(counted(wide::decode_plan(definition, fields))))
    } else if places.are_whole() {
        let place = quote!(place);
        let (reads, steps) = (places.read(&place), steps(&places, &place));
        let unused = fields.is_empty().then(|| quote!(let _ = place;));
        at = Some(At {
            blank: begin,
            decode: quote! {
                #unused
                reader.#enter()?;
                #reads
                reader.#leave();
                Ok(())
            },
            decode_plan: quote! {
                let Some(record) = plan.record(reader)? else {
                    return Self::decode_at(place, reader);
                };
                reader.#enter()?;
                #steps
                reader.#leave();
                Ok(())
            },
        });
        (quote!(decode_by_place(reader)), quote!(decode_plan_by_place(plan, reader)))
    } else {
        let value = quote!(value);
        let (reads, steps, end) = (places.read(&value), steps(&places, &value), places.end());
        let decode = counted(quote! {
            let mut value = #begin;
            #reads
            #end
        });
        let decode_plan = by_plan(counted(quote! {
            let mut value = #begin;
            #steps
            #end
        }));
        (decode, decode_plan)
    };
    let decode_into = definition.decode_into.then(|| {
        let fields = fields.iter().map(|field| {
            let ident = &field.ident;
            decode_field_into(scope, &field.ty, &quote!(self.#ident))
        });
        quote! {
            reader.#enter()?;
            #(#fields)*
            reader.#leave();
            Ok(())
        }
    });
    Bodies { encode: encode(scope, fields), decode, at, decode_plan, decode_into }
}

fn encode(scope: &Scope<'_>, fields: &[Field]) -> TokenStream {
    if fields.is_empty() {
        return quote!(let _ = writer;);
    }
    let fields = fields.iter().map(|field| {
        let ident = &field.ident;
        encode_field(scope, &field.ty, &quote!(self.#ident), &quote!(&self.#ident))
    });
    quote!(#(#fields)*)
}

/// Runs the steps of `record`, which set the places in `of`.
fn steps(places: &Places<'_>, of: &TokenStream) -> TokenStream {
    let (arms, defaults) = (places.arms(of), places.defaults(of));
    quote! {
        for step in record.steps() {
            match step.code {
                #arms
                _ => record.other(step, reader),
            }?;
        }
        #defaults
    }
}
