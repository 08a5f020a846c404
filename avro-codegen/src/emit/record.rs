//! Records: structs.

use super::codec::{Bodies, decode_field, decode_field_into, decode_field_plan, encode_field, impls};
use super::{Scope, TypeTokens, attributes, construct, doc, head, wide};
use crate::ir::{Field, TypeDef, TypeId};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
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
    let is_wide = fields.len() > wide::FROM;
    let (decode, steps) = match (is_wide, fields) {
        (true, _) => (wide::decode(definition, fields), wide::decode_plan(definition, fields)),
        (false, []) => (
            quote!(Ok(Self {})),
            quote! {
                for step in record.steps() {
                    record.other(step, reader)?;
                }
                Ok(Self {})
            },
        ),
        (false, _) => (decode(scope, fields), decode_plan(scope, fields)),
    };
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
    let (decode, steps) = (counted(decode), counted(steps));
    let decode_plan = quote! {
        let Some(record) = plan.record(reader)? else {
            return Self::decode(reader);
        };
        #steps
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
    Bodies { encode: encode(scope, fields), decode, decode_plan, decode_into }
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

fn decode(scope: &Scope<'_>, fields: &[Field]) -> TokenStream {
    let values = fields.iter().map(|field| {
        let (ident, value) = (&field.ident, decode_field(scope, &field.ty));
        quote!(#ident: #value)
    });
    quote!(Ok(Self { #(#values,)* }))
}

fn decode_plan(scope: &Scope<'_>, fields: &[Field]) -> TokenStream {
    let local = |field: &Field| format_ident!("field_{}", field.ident.unraw());
    let arms = arms(scope, fields, 0, |field| local(field).to_token_stream());
    let locals: Vec<Ident> = fields.iter().map(local).collect();
    // What the writer does not have takes its default; a plan is only made when there is one.
    let values = fields.iter().zip(&locals).map(|(field, local)| {
        let ident = &field.ident;
        match &field.default {
            Some(value) => {
                let value = scope.block().value(value, &field.ty);
                quote!(#ident: #local.unwrap_or_else(|| #value))
            }
            None => quote!(#ident: #local.ok_or(DecodeError::Plan)?),
        }
    });
    let types = fields.iter().map(|field| scope.block().ty(&field.ty));
    quote! {
        #(let mut #locals: Option<#types> = None;)*
        for step in record.steps() {
            match step.code {
                #arms
                _ => record.other(step, reader)?,
            }
        }
        Ok(Self {
            #(#values,)*
        })
    }
}

/// The arms of a match on the code of `step` that set the fields' slots: as it is, and by the plan in `record`.
pub(super) fn arms(
    scope: &Scope<'_>,
    fields: &[Field],
    first: usize,
    slot: impl Fn(&Field) -> TokenStream,
) -> TokenStream {
    let arms = fields.iter().zip(first..).map(|(field, position)| {
        let [same, planned] = [0, 1].map(|code| Literal::usize_unsuffixed(2 * position + code));
        let (slot, decode) = (slot(field), decode_field(scope, &field.ty));
        let decode_plan = decode_field_plan(scope, &field.ty, &quote!(record.field(step)));
        quote! {
            #same => #slot = Some(#decode),
            #planned => #slot = Some(#decode_plan),
        }
    });
    arms.collect()
}
