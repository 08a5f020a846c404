//! Decoding records of very many fields.
//!
//! The compiler takes time in the square of the number of values that one function holds, each of which it has to drop
//! wherever the function can fail: minutes for a record of two thousand fields. So the fields of such a record are read
//! into a struct of options by functions of a bounded size.

use super::codec::decode_field;
use super::{Scope, places};
use crate::ir::{Field, TypeDef, TypeId};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

/// Above so many fields a record is decoded this way.
pub(super) const FROM: usize = 128;

/// How many fields one function reads.
pub(super) const CHUNK: usize = 64;

/// The struct of options and its functions.
pub(super) fn slots(scope: &Scope<'_>, id: TypeId, fields: &[Field]) -> TokenStream {
    let (path, slots) = (scope.block().path(id), name(&scope.types[id.0]));
    // The lifetime of the input is that of the struct, or of each function.
    let (lifetime, input) = match scope.lifetime(id) {
        Some(lifetime) => (Some(lifetime), None),
        None => (None, Some(quote!('a,))),
    };
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    let types = fields.iter().map(|field| scope.block().ty(&field.ty));
    let chunks = fields.chunks(CHUNK).enumerate().map(|(number, chunk)| {
        let (decode, step) = (format_ident!("decode_{number}"), format_ident!("step_{number}"));
        let reads = chunk.iter().map(|field| {
            let (ident, value) = (&field.ident, decode_field(scope, &field.ty));
            quote!(self.#ident = Some(#value);)
        });
        let resolve = scope.options.plans.then(|| {
            let arms = chunk.iter().zip(number * CHUNK..).map(|(field, position)| {
                let ident = &field.ident;
                places::arm(scope, field, position, true, &quote!(self.#ident))
            });
            quote! {
                fn #step<#input R: AvroRead<'a>>(
                    &mut self,
                    record: RecordPlan<'_>,
                    step: &Step,
                    reader: &mut R,
                ) -> Result<(), DecodeError> {
                    match step.code {
                        #(#arms)*
                        _ => record.other(step, reader),
                    }
                }
            }
        });
        quote! {
            fn #decode<#input R: AvroRead<'a>>(&mut self, reader: &mut R) -> Result<(), DecodeError> {
                #(#reads)*
                Ok(())
            }

            #resolve
        }
    });
    // What the writer does not have takes its default; the rest must be there.
    let whole = from_options(scope, id, fields, &quote!(return Err(DecodeError::Plan)));
    quote! {
        struct #slots #lifetime {
            #(#idents: Option<#types>,)*
        }

        impl #lifetime #slots #lifetime {
            const EMPTY: Self = Self { #(#idents: None,)* };

            #(#chunks)*

            fn finish(self) -> Result<#path, DecodeError> {
                #whole
            }
        }
    }
}

/// The record, `Ok`, of a struct `self` of options: with defaults for what is not there, or else by failing.
pub(super) fn from_options(
    scope: &Scope<'_>,
    id: TypeId,
    fields: &[Field],
    fail: &TokenStream,
) -> TokenStream {
    let path = scope.block().value_path(id);
    let patterns = fields.iter().map(|field| {
        let ident = &field.ident;
        if field.default.is_some() { quote!(#ident) } else { quote!(#ident: Some(#ident)) }
    });
    let is_refutable = fields.iter().any(|field| field.default.is_none());
    let or_fail = is_refutable.then(|| quote!(else { #fail; }));
    let values = fields.iter().map(|field| {
        let ident = &field.ident;
        let default = field.default.as_ref().map(|value| {
            let value = scope.block().value(value, &field.ty);
            quote!(: #ident.unwrap_or_else(|| #value))
        });
        quote!(#ident #default)
    });
    quote! {
        let Self { #(#patterns,)* } = self #or_fail;
        Ok(#path { #(#values,)* })
    }
}

/// Reads all fields and makes the record.
pub(super) fn decode(definition: &TypeDef, fields: &[Field]) -> TokenStream {
    let slots = name(definition);
    let chunks = (0..fields.len().div_ceil(CHUNK)).map(|number| format_ident!("decode_{number}"));
    quote! {
        let mut slots = #slots::EMPTY;
        #(slots.#chunks(reader)?;)*
        slots.finish()
    }
}

/// Runs the steps of `record` and makes the record of their fields.
pub(super) fn decode_plan(definition: &TypeDef, fields: &[Field]) -> TokenStream {
    let slots = name(definition);
    let codes = Literal::usize_unsuffixed(2 * CHUNK);
    let (numbers, chunks): (Vec<_>, Vec<_>) = (0..fields.len().div_ceil(CHUNK))
        .map(|number| (Literal::usize_unsuffixed(number), format_ident!("step_{number}")))
        .unzip();
    quote! {
        let mut slots = #slots::EMPTY;
        for step in record.steps() {
            match step.code / #codes {
                #(#numbers => slots.#chunks(record, step, reader)?,)*
                _ => record.other(step, reader)?,
            }
        }
        slots.finish()
    }
}

/// No name of one kind of form is one of the other.
pub(super) fn name(definition: &TypeDef) -> Ident {
    let form = if definition.is_borrowed() { "Ref" } else { "" };
    format_ident!("{}Slots{form}", definition.ident)
}
