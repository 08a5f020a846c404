//! The forms of types besides the owned one: the borrowed one, and the owned one that is read into.
//!
//! A borrowed form is a type like any other, so that everything that writes down types writes it down as well: the owned
//! type with other parts. It stands in the module [`BORROWED`] of the namespace, under the name of the owned type and
//! `Ref`, behind the same modules: `com::acme::borrowed::OrderRef` and `com::acme::borrowed::unions::order::ItemRef`. No
//! name of a schema leads there.
//!
//! What a selected type holds has the form too, or the whole would not have it.

use super::cycles::every_link;
use super::names::{BORROWED, ROOTS, UNIONS};
use super::{Branch, Derives, Field, Form, Ir, Link, MAX_INLINE_FIXED, Type, TypeDef, TypeId, TypeKind};
use crate::options::Options;
use proc_macro2::{Ident, Span};
use quote::format_ident;
use std::collections::BTreeSet;
use syn::ext::IdentExt;

/// The size up to which a `fixed` is copied rather than borrowed: that of a reference to a slice.
const MAX_COPIED_FIXED: usize = 16;

/// Marks the types that can be read into, and adds the borrowed forms.
pub(super) fn add(ir: &mut Ir, options: &Options) {
    let reused = with_what_they_hold(&ir.types, |definition| options.has_decode_into(definition));
    for (definition, reused) in ir.types.iter_mut().zip(reused) {
        let has_memory = match definition.kind {
            TypeKind::Record(_) | TypeKind::Union { .. } | TypeKind::Wrapper(_) => true,
            // It knows itself.
            TypeKind::External { .. } => true,
            TypeKind::Fixed(size) => size > MAX_INLINE_FIXED,
            TypeKind::Enum { .. } => false,
        };
        definition.decode_into = reused && has_memory;
    }
    let asked = with_what_they_hold(&ir.types, |definition| options.has_borrowed(definition));
    let lends = lending(&ir.types);
    // A `fixed` that stands for a logical type has no type of its own to lend.
    let mut written = BTreeSet::new();
    ir.root.collect(&mut written);
    let mut forms: Vec<Option<TypeId>> = vec![None; ir.types.len()];
    let mut added = ir.types.len();
    for index in 0..ir.types.len() {
        if asked[index] && lends[index] && written.contains(&TypeId(index)) {
            forms[index] = Some(TypeId(added));
            ir.types[index].form = Form::Lends(TypeId(added));
            added += 1;
        } else if asked[index] && !matches!(ir.types[index].kind, TypeKind::External { .. }) {
            ir.types[index].form = Form::Same;
        }
    }
    let borrowed: Vec<TypeDef> = (0..ir.types.len())
        .filter(|index| forms[*index].is_some())
        .map(|index| borrowed(TypeId(index), &ir.types[index], &forms))
        .collect();
    for definition in borrowed {
        ir.root.descend(&definition.module).types.push(TypeId(ir.types.len()));
        ir.types.push(definition);
    }
}

/// The wanted types and all that values of them can hold.
fn with_what_they_hold(types: &[TypeDef], wanted: impl Fn(&TypeDef) -> bool) -> Vec<bool> {
    let mut found: Vec<bool> = types.iter().map(wanted).collect();
    let mut open: Vec<usize> = (0..types.len()).filter(|index| found[*index]).collect();
    while let Some(index) = open.pop() {
        for part in types[index].kind.parts() {
            every_link(part, &mut |id| {
                if !std::mem::replace(&mut found[id.0], true) {
                    open.push(id.0);
                }
            });
        }
    }
    found
}

/// The types that hold something that can be borrowed.
fn lending(types: &[TypeDef]) -> Vec<bool> {
    let mut lends = vec![false; types.len()];
    let mut changed = true;
    while changed {
        changed = false;
        // What a type holds is often named before it, so going backwards usually settles everything at once.
        for index in (0..types.len()).rev() {
            if !lends[index] {
                let kind = &types[index].kind;
                lends[index] = matches!(kind, TypeKind::Fixed(size) if *size > MAX_COPIED_FIXED)
                    || kind.parts().into_iter().any(|part| is_lending(part, &lends));
                changed |= lends[index];
            }
        }
    }
    lends
}

fn is_lending(ty: &Type, lends: &[bool]) -> bool {
    match ty {
        Type::Bytes(_) | Type::String(_) | Type::Map(..) => true,
        Type::Array(inner) | Type::Nullable { inner, .. } => is_lending(inner, lends),
        // What the compiler is not to see cannot borrow either.
        Type::Named { link: Link::Deep, .. } => false,
        Type::Named { id, .. } => lends[id.0],
        _ => false,
    }
}

/// The borrowed form of a type, where those that have one have it at these places.
fn borrowed(id: TypeId, owned: &TypeDef, forms: &[Option<TypeId>]) -> TypeDef {
    let ty = |ty: &Type| borrowed_type(ty, forms);
    let kind = match &owned.kind {
        TypeKind::Record(fields) => TypeKind::Record(
            fields.iter().map(|field| Field { ty: ty(&field.ty), ..field.clone() }).collect(),
        ),
        TypeKind::Union { branches, null } => TypeKind::Union {
            branches: branches
                .iter()
                .map(|branch| Branch { ty: branch.ty.as_ref().map(ty), ..branch.clone() })
                .collect(),
            null: *null,
        },
        TypeKind::Wrapper(inner) => TypeKind::Wrapper(ty(inner)),
        TypeKind::Fixed(size) => TypeKind::Fixed(*size),
        kind @ (TypeKind::Enum { .. } | TypeKind::External { .. }) => {
            unreachable!("{kind:?} holds nothing that could be borrowed")
        }
    };
    let mut module = owned.module.clone();
    let is_unnamed = |part: &Ident| part == UNIONS || part == ROOTS;
    let namespace = module.iter().position(is_unnamed).unwrap_or(module.len());
    module.insert(namespace, Ident::new(BORROWED, Span::call_site()));
    TypeDef {
        ident: format_ident!("{}Ref", owned.ident.unraw()),
        module,
        path: owned.path.clone(),
        avro: format!("{}, borrowed from the input", owned.avro),
        doc: owned.doc.clone(),
        schema: None,
        properties: Vec::new(),
        kind,
        derives: Derives::default(),
        min_size: owned.min_size,
        recursive: owned.recursive,
        is_fallible: owned.is_fallible,
        form: Form::Borrows(id),
        decode_into: false,
    }
}

fn borrowed_type(ty: &Type, forms: &[Option<TypeId>]) -> Type {
    match ty {
        Type::Bytes(_) => Type::BorrowedBytes,
        Type::String(_) => Type::BorrowedString,
        Type::Array(items) => Type::Array(Box::new(borrowed_type(items, forms))),
        Type::Map(values, _) => Type::BorrowedMap(Box::new(borrowed_type(values, forms))),
        Type::Nullable { inner, null } => {
            Type::Nullable { inner: Box::new(borrowed_type(inner, forms)), null: *null }
        }
        Type::Named { id, link: link @ (Link::Plain | Link::Boxed) } => {
            Type::Named { id: forms[id.0].unwrap_or(*id), link: *link }
        }
        ty => ty.clone(),
    }
}
