//! Straight-line decoding of other versions of a record, which are known when the code is generated.
//!
//! What a version has in place of a field is read in the version's order, by the field's own code or a conversion. What takes
//! more (a union that meets another one, items by a plan, a field to skip that has parts) is left to the plan of the same
//! writer, which the runtime has made anyway.

use super::Scope;
use super::codec::{decode_field, decode_field_at, decode_field_plan, decode_field_plan_at};
use super::places::Places;
use super::wide;
use crate::ir::{Field, Link, Null, Type, TypeDef, TypeKind, Version};
use avro_model::resolution::{Action, FieldAction, Pair, Primitive, Promotion, RecordAction, Resolution};
use avro_model::schema::Record;
use avro_model::{Kind, NodeId, Schema};
use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

/// How many fields of a wide record may be left to the plan, each of which is looked for among all of its steps.
const MAX_BY_PLAN: usize = 32;

/// The versions of a record that are compiled. A wide record of which much would be left to the plan is read by it as a whole.
fn versions<'i>(scope: &Scope<'i>, definition: &TypeDef) -> Vec<&'i Version> {
    let TypeKind::Record(fields) = &definition.kind else { return Vec::new() };
    let known = scope.versions.get(&definition.path).filter(|_| scope.options.plans);
    let is_compiled = |version: &&Version| {
        fields.len() <= wide::FROM
            || asked(&steps(scope, fields, version, &|field, reading| reading.value(scope, &field.ty)))
                <= MAX_BY_PLAN
    };
    known.into_iter().flatten().filter(is_compiled).collect()
}

/// How many of the steps ask the plan.
fn asked(steps: &[TokenStream]) -> usize {
    steps.iter().filter(|step| (*step).clone().into_iter().any(|token| mentions(&token, "record"))).count()
}

/// The texts of the versions, for `AvroSchema`.
pub(super) fn texts(scope: &Scope<'_>, definition: &TypeDef) -> Option<TokenStream> {
    let versions = versions(scope, definition);
    let texts = versions.iter().map(|version| super::schema::text(&version.writer.canonical_text()));
    (!versions.is_empty()).then(|| quote!(const COMPILED: &'static [&'static str] = &[#(#texts,)*];))
}

/// The functions that read them, for `AvroResolve`.
pub(super) fn decode_compiled(scope: &Scope<'_>, definition: &TypeDef) -> Option<TokenStream> {
    let TypeKind::Record(fields) = &definition.kind else { return None };
    let versions = versions(scope, definition);
    if versions.is_empty() {
        return None;
    }
    let arms = |body: &dyn Fn(&Version) -> TokenStream| -> TokenStream {
        let arms = versions.iter().enumerate().map(|(number, version)| {
            let (number, body) = (Literal::usize_unsuffixed(number), body(version));
            quote!(#number => { #body })
        });
        arms.collect()
    };
    let places = Places::of(scope, fields);
    let (by_value, at) = if fields.len() > wide::FROM {
        (arms(&|version| wide_body(scope, definition, fields, version)), None)
    } else if places.are_whole() {
        let arms = arms(&|version| body_at(scope, definition, fields, &places, version));
        (quote!(), Some(arms))
    } else {
        (arms(&|version| body(scope, definition, fields, version)), None)
    };
    let Some(at) = at else {
        return Some(quote! {
            fn decode_compiled<R: AvroRead<'a>>(
                version: usize,
                plan: Plan<'_>,
                reader: &mut R,
            ) -> Result<Self, DecodeError> {
                match version {
                    #by_value
                    _ => Self::decode_plan(plan, reader),
                }
            }
        });
    };
    Some(quote! {
        fn decode_compiled<R: AvroRead<'a>>(
            version: usize,
            plan: Plan<'_>,
            reader: &mut R,
        ) -> Result<Self, DecodeError> {
            decode_compiled_by_place(version, plan, reader)
        }

        fn decode_compiled_at<R: AvroRead<'a>>(
            place: &mut Self,
            version: usize,
            plan: Plan<'_>,
            reader: &mut R,
        ) -> Result<(), DecodeError> {
            match version {
                #at
                _ => Self::decode_plan_at(place, plan, reader),
            }
        }
    })
}

/// What is done for each field of the writer, in its order; `keep` writes down what becomes of a reader's field.
fn steps(
    scope: &Scope<'_>,
    fields: &[Field],
    version: &Version,
    keep: &dyn Fn(&Field, &Reading) -> TokenStream,
) -> Vec<TokenStream> {
    let Some((record, action)) = parts(version) else { return Vec::new() };
    let (Version { writer, resolution }, mut skipped) = (version, 0_usize);
    let steps = action.fields.iter().zip(&record.fields).map(|(step, origin)| match *step {
        FieldAction::Read { field: position, action } => {
            let field = &fields[position];
            keep(field, &read(scope, &field.ty, resolution, &resolution[action], position))
        }
        FieldAction::Skip { .. } => skip(writer, origin.schema, &mut skipped),
    });
    steps.collect()
}

/// The writer's record, and what is done with it.
fn parts(version: &Version) -> Option<(&Record, &RecordAction)> {
    let Version { writer, resolution } = version;
    match (&writer[writer.root()].kind, &resolution[resolution.root()].action) {
        (Kind::Record(record), Action::Record(action)) => Some((record, action)),
        _ => None,
    }
}

fn counted(definition: &TypeDef) -> (TokenStream, TokenStream) {
    match definition.recursive {
        true => (quote!(enter_recursive), quote!(leave_recursive)),
        false => (quote!(enter), quote!(leave)),
    }
}

/// The record's part of the plan, where a step asks it.
fn asked_plan(steps: &[TokenStream]) -> Option<TokenStream> {
    (asked(steps) > 0).then(|| quote!(let record = plan.record(reader)?.ok_or(DecodeError::Plan)?;))
}

/// Into the place of a blank value. The defaults come first: the last things that are written are those that whoever moves the
/// value has to wait for.
fn body_at(
    scope: &Scope<'_>,
    definition: &TypeDef,
    fields: &[Field],
    places: &Places<'_>,
    version: &Version,
) -> TokenStream {
    let Some((_, action)) = parts(version) else { return quote!(Self::decode_plan_at(place, plan, reader)) };
    let steps = steps(scope, fields, version, &|field, reading| {
        let ident = &field.ident;
        reading.at(scope, &field.ty, &quote!(place.#ident))
    });
    let place = quote!(place);
    let defaults = (0..fields.len())
        .filter(|position| !is_read(action, *position))
        .filter_map(|position| places.default(&place, position)?.set);
    let record = asked_plan(&steps);
    let (enter, leave) = counted(definition);
    quote! {
        let _ = &mut *place;
        #record
        reader.#enter()?;
        #(#defaults;)*
        #(#steps)*
        reader.#leave();
        Ok(())
    }
}

/// The same for a record that has no blank value.
fn body(scope: &Scope<'_>, definition: &TypeDef, fields: &[Field], version: &Version) -> TokenStream {
    let Some((_, action)) = parts(version) else { return quote!(Self::decode_plan(plan, reader)) };
    let local = |field: &Field| format_ident!("field_{}", field.ident.unraw());
    let steps = steps(scope, fields, version, &|field, reading| {
        let (local, ty, value) = (local(field), scope.block().ty(&field.ty), reading.value(scope, &field.ty));
        quote!(let #local: #ty = #value;)
    });
    let values = values(scope, fields, action, local);
    let (enter, leave) = counted(definition);
    let record = asked_plan(&steps);
    quote! {
        #record
        reader.#enter()?;
        #(#steps)*
        reader.#leave();
        Ok(Self { #(#values,)* })
    }
}

/// The same for a record of very many fields: into the struct of options that its other ways of decoding go through, by
/// functions of a bounded size. What is not read takes its default there.
fn wide_body(scope: &Scope<'_>, definition: &TypeDef, fields: &[Field], version: &Version) -> TokenStream {
    let steps = steps(scope, fields, version, &|field, reading| {
        let (ident, value) = (&field.ident, reading.value(scope, &field.ty));
        quote!(slots.#ident = Some(#value);)
    });
    let slots = wide::name(definition);
    let lifetime = definition.is_borrowed().then(|| quote!(<'a>));
    let parts = steps.chunks(wide::CHUNK).enumerate().map(|(number, steps)| {
        let name = format_ident!("part_{number}");
        quote! {
            fn #name<'a, R: AvroRead<'a>>(
                slots: &mut #slots #lifetime,
                record: RecordPlan<'_>,
                reader: &mut R,
            ) -> Result<(), DecodeError> {
                let _ = (&mut *slots, record, &mut *reader);
                #(#steps)*
                Ok(())
            }
        }
    });
    let names = (0..steps.len().div_ceil(wide::CHUNK)).map(|number| format_ident!("part_{number}"));
    let (enter, leave) = counted(definition);
    quote! {
        #(#parts)*
        let record = plan.record(reader)?.ok_or(DecodeError::Plan)?;
        reader.#enter()?;
        let mut slots = #slots::EMPTY;
        #(#names(&mut slots, record, reader)?;)*
        reader.#leave();
        slots.finish()
    }
}

/// Whether an identifier is somewhere in a token.
fn mentions(token: &TokenTree, name: &str) -> bool {
    match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => group.stream().into_iter().any(|token| mentions(&token, name)),
        _ => false,
    }
}

/// Whether the writer has the reader's field at that position.
fn is_read(action: &RecordAction, position: usize) -> bool {
    action.fields.iter().any(|step| matches!(step, FieldAction::Read { field, .. } if *field == position))
}

/// The fields of the struct: what was read, and the defaults.
fn values(
    scope: &Scope<'_>,
    fields: &[Field],
    action: &RecordAction,
    local: impl Fn(&Field) -> Ident,
) -> Vec<TokenStream> {
    let value = |(position, field): (usize, &Field)| {
        let (ident, local) = (&field.ident, local(field));
        match &field.default {
            Some(value) if !is_read(action, position) => {
                let value = scope.block().value(value, &field.ty);
                quote!(#ident: #value)
            }
            _ => quote!(#ident: #local),
        }
    };
    fields.iter().enumerate().map(value).collect()
}

/// How a field of the reader's is read.
enum Reading {
    /// As its type is.
    Same,
    /// As this value, which needs nothing of the plan.
    Converted(TokenStream),
    /// By this plan.
    Planned(TokenStream),
}

impl Reading {
    fn value(&self, scope: &Scope<'_>, ty: &Type) -> TokenStream {
        match self {
            Self::Same => decode_field(scope, ty),
            Self::Converted(value) => value.clone(),
            Self::Planned(plan) => decode_field_plan(scope, ty, plan),
        }
    }

    /// Into a place whose value has no memory.
    fn at(&self, scope: &Scope<'_>, ty: &Type, place: &TokenStream) -> TokenStream {
        match self {
            Self::Same => decode_field_at(scope, ty, place),
            Self::Converted(value) => quote!(#place = #value;),
            Self::Planned(plan) => decode_field_plan_at(scope, ty, plan, place),
        }
    }
}

/// How the field at that position of the reader's record is read.
fn read(scope: &Scope<'_>, ty: &Type, resolution: &Resolution, pair: &Pair, position: usize) -> Reading {
    let is_same = |pair: &Pair| pair.identity || matches!(pair.action, Action::Read(_) | Action::Fixed(_));
    if is_same(pair) {
        return Reading::Same;
    }
    Reading::Converted(match (ty, &pair.action) {
        (Type::Long, Action::Promote(Promotion::IntToLong)) => quote!(reader.read_int().map(i64::from)?),
        (Type::Double, Action::Promote(Promotion::IntToDouble)) => quote!(reader.read_int().map(f64::from)?),
        (Type::Double, Action::Promote(Promotion::FloatToDouble)) => {
            quote!(reader.read_float().map(f64::from)?)
        }
        (Type::Double, Action::Promote(Promotion::LongToDouble)) => {
            quote!(reader.read_long().map(|value| value as f64)?)
        }
        (Type::Float, Action::Promote(Promotion::IntToFloat)) => {
            quote!(reader.read_int().map(|value| value as f32)?)
        }
        (Type::Float, Action::Promote(Promotion::LongToFloat)) => {
            quote!(reader.read_long().map(|value| value as f32)?)
        }
        (Type::Named { id, link: Link::Plain }, Action::Enum(action)) => match &scope.types[id.0].kind {
            TypeKind::Enum { symbols, keeps_unknown, .. } => {
                let path = scope.block().path(*id);
                let arms = action.symbols.iter().enumerate().map(|(index, symbol)| {
                    let index = Literal::usize_unsuffixed(index);
                    match symbol {
                        Some(symbol) => {
                            let symbol = &symbols[*symbol].ident;
                            quote!(#index => #path::#symbol,)
                        }
                        None if *keeps_unknown => {
                            let unknown = super::enumeration::unknown();
                            quote!(#index => #path::#unknown(#index),)
                        }
                        None => quote!(#index => return Err(DecodeError::UnknownSymbol),),
                    }
                });
                quote! {
                    match reader.read_index()? {
                        #(#arms)*
                        _ => return Err(DecodeError::EnumIndex),
                    }
                }
            }
            _ => return by_plan(position),
        },
        // A field that has become optional since.
        (Type::Nullable { inner, null: Null::First | Null::Last }, Action::ReaderUnion { action, .. })
            if is_same(&resolution[*action])
                && !matches!(resolution[*action].action, Action::Read(Primitive::Null)) =>
        {
            let value = decode_field(scope, inner);
            quote!(Some(#value))
        }
        _ => return by_plan(position),
    })
}

fn by_plan(position: usize) -> Reading {
    let position = Literal::usize_unsuffixed(position);
    Reading::Planned(quote!(record.of_field(#position)?))
}

/// Skips a field that the reader does not have. `left` counts those that are left to the plan, which are those that it has no
/// shorter step for.
fn skip(writer: &Schema, node: NodeId, left: &mut usize) -> TokenStream {
    let is_bytes = |node: NodeId| matches!(writer[node].kind, Kind::Bytes | Kind::String);
    match &writer[node].kind {
        Kind::Null => quote!(),
        Kind::Float => quote!(reader.skip_slice(4)?;),
        Kind::Double => quote!(reader.skip_slice(8)?;),
        Kind::Fixed(fixed) => {
            let size = Literal::usize_unsuffixed(fixed.size);
            quote!(reader.skip_slice(#size)?;)
        }
        Kind::Bytes | Kind::String => quote!(reader.skip_bytes()?;),
        Kind::Long => quote!(reader.skip_long()?;),
        Kind::Union(branches) => {
            let is_null = |node: NodeId| matches!(writer[node].kind, Kind::Null);
            match branches[..] {
                [null, bytes] if is_null(null) && is_bytes(bytes) => nullable(&quote!(0), &quote!(1)),
                [bytes, null] if is_null(null) && is_bytes(bytes) => nullable(&quote!(1), &quote!(0)),
                _ => by_step(left),
            }
        }
        Kind::Boolean | Kind::Int | Kind::Enum(_) | Kind::Array(_) | Kind::Map(_) | Kind::Record(_) => {
            by_step(left)
        }
    }
}

fn nullable(null: &TokenStream, bytes: &TokenStream) -> TokenStream {
    quote! {
        match reader.read_index()? {
            #null => {}
            #bytes => reader.skip_bytes()?,
            _ => return Err(DecodeError::UnionIndex),
        }
    }
}

fn by_step(left: &mut usize) -> TokenStream {
    let number = Literal::usize_unsuffixed(*left);
    *left += 1;
    quote!(record.skip_of_parts(#number, reader)?;)
}
