//! Records: structs.

use super::codec::{Bodies, impls};
use super::{Generated, Scope, derives, doc};
use crate::ir::{Field, Type, TypeDef};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

pub(super) fn generate(scope: &Scope<'_>, definition: &TypeDef, fields: &[Field]) -> Generated {
    let ident = &definition.ident;
    let derives = derives(definition.derives);
    let doc = doc::attributes(definition.doc.as_deref(), Some(&format!("Avro {}.", definition.avro)));
    let members = fields.iter().map(|field| {
        let note = format!("Avro field `{}`.", field.name);
        let renamed = field.ident.unraw() != field.name;
        let doc = doc::attributes(field.doc.as_deref(), renamed.then_some(note.as_str()));
        let (ident, ty) = (&field.ident, scope.field_type(&field.ty));
        quote!(#doc pub #ident: #ty)
    });
    let default = default(scope, ident, fields);
    let impls = impls(definition, false, &bodies(scope, definition, fields));
    Generated {
        definition: quote! {
            #doc
            #derives
            pub struct #ident {
                #(#members,)*
            }
        },
        impls: quote!(#default #impls),
    }
}

/// `Default`, where every field has one in the schema.
fn default(scope: &Scope<'_>, ident: &Ident, fields: &[Field]) -> Option<TokenStream> {
    let values: Option<Vec<TokenStream>> = fields
        .iter()
        .map(|field| {
            let (ident, value) = (&field.ident, scope.field_value(field.default.as_ref()?, &field.ty));
            Some(quote!(#ident: #value))
        })
        .collect();
    let values = values?;
    Some(quote! {
        /// The defaults of the schema.
        impl ::core::default::Default for self::#ident {
            fn default() -> Self {
                Self { #(#values,)* }
            }
        }
    })
}

fn bodies(scope: &Scope<'_>, definition: &TypeDef, fields: &[Field]) -> Bodies {
    Bodies {
        encode: encode(fields),
        decode: decode(definition, fields),
        decode_plan: decode_plan(scope, definition, fields),
    }
}

fn encode(fields: &[Field]) -> TokenStream {
    if fields.is_empty() {
        return quote!(let _ = writer;);
    }
    let fields = fields.iter().map(|field| {
        let ident = &field.ident;
        match field.ty {
            Type::Nullable { null_last: true, .. } => {
                quote!(NullLast::encode_option(&self.#ident, writer);)
            }
            _ => quote!(AvroEncode::encode(&self.#ident, writer);),
        }
    });
    quote!(#(#fields)*)
}

fn decode(definition: &TypeDef, fields: &[Field]) -> TokenStream {
    if fields.is_empty() {
        return quote! {
            let _ = reader;
            Ok(Self {})
        };
    }
    let values = fields.iter().map(|field| {
        let (ident, value) = (&field.ident, decode_field(&field.ty));
        quote!(#ident: #value)
    });
    let value = quote!(Self { #(#values,)* });
    if definition.recursive {
        quote! {
            reader.enter::<Self>()?;
            let value = #value;
            reader.leave::<Self>();
            Ok(value)
        }
    } else {
        quote!(Ok(#value))
    }
}

/// Reads a field as it is, from `reader`.
pub(super) fn decode_field(ty: &Type) -> TokenStream {
    match ty {
        Type::Nullable { null_last: true, .. } => {
            quote!(<NullLast<_> as AvroDecode<'a>>::decode(reader)?.0)
        }
        _ => quote!(AvroDecode::decode(reader)?),
    }
}

/// Reads a field by `plan` from `reader`.
pub(super) fn decode_field_plan(ty: &Type, plan: &TokenStream) -> TokenStream {
    match ty {
        Type::Nullable { null_last: true, .. } => quote! {
            <NullLast<_> as AvroResolve<'a>>::decode_plan(#plan, reader)?.0
        },
        _ => quote!(AvroResolve::decode_plan(#plan, reader)?),
    }
}

fn decode_plan(scope: &Scope<'_>, definition: &TypeDef, fields: &[Field]) -> TokenStream {
    let locals: Vec<Ident> = fields
        .iter()
        .map(|field| Ident::new(&format!("field_{}", field.ident.unraw()), Span::call_site()))
        .collect();
    let steps = fields.iter().zip(&locals).enumerate().map(|(position, (field, local))| {
        let [same, planned, default] = [0, 1, 2].map(|code| Literal::usize_unsuffixed(3 * position + code));
        let decode = decode_field(&field.ty);
        let decode_plan = decode_field_plan(&field.ty, &quote!(record.field(step)));
        let default = field.default.as_ref().map(|value| {
            let value = scope.field_value(value, &field.ty);
            quote!(#default => #local = Some(#value),)
        });
        quote! {
            #same => #local = Some(#decode),
            #planned => #local = Some(#decode_plan),
            #default
        }
    });
    let steps = if fields.is_empty() {
        quote!(record.other(step, reader)?;)
    } else {
        quote! {
            match step.code {
                #(#steps)*
                _ => record.other(step, reader)?,
            }
        }
    };
    let (enter, leave) = if definition.recursive {
        (quote!(reader.enter::<Self>()?;), quote!(reader.leave::<Self>();))
    } else {
        (TokenStream::new(), TokenStream::new())
    };
    let idents = fields.iter().map(|field| &field.ident);
    quote! {
        let Some(record) = plan.record(reader)? else {
            return <Self as AvroDecode<'a>>::decode(reader);
        };
        #enter
        #(let mut #locals = None;)*
        for step in record.steps() {
            #steps
        }
        #leave
        Ok(Self {
            #(#idents: #locals.ok_or(DecodeError::Plan)?,)*
        })
    }
}
