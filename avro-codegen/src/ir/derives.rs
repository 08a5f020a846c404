//! The traits that a type can derive, which depend on what it holds.

use super::{Derives, Link, Type, TypeDef, TypeKind};
use crate::options::Options;
use avro_model::schema::LogicalType;

/// Sets [`TypeDef::derives`] of every type: each trait is assumed until something in the type speaks against it.
///
/// `Copy` is for enums and `fixed`, which always have it. A record loses it with the first text that a later schema adds
/// to it, and everybody who relied on it no longer compiles; so records, unions and newtypes have it only where it was
/// asked for.
pub(super) fn choose(types: &mut [TypeDef], options: &Options) {
    for definition in types.iter_mut() {
        let ord = matches!(definition.kind, TypeKind::Enum { .. });
        let debug = !options.skips_debug(definition);
        definition.derives = Derives { debug, copy: true, eq: true, hash: true, ord };
    }
    let may_copy: Vec<bool> = types.iter().map(|definition| may_copy(definition, options)).collect();
    let mut changed = true;
    while changed {
        changed = false;
        // What a type holds is often named before it, so going backwards usually settles everything at once.
        for index in (0..types.len()).rev() {
            let mut derives = of_definition(&types[index], types);
            derives.copy &= may_copy[index];
            derives.debug = types[index].derives.debug;
            changed |= derives != types[index].derives;
            types[index].derives = derives;
        }
    }
}

fn may_copy(definition: &TypeDef, options: &Options) -> bool {
    let is_lasting = matches!(definition.kind, TypeKind::Enum { .. } | TypeKind::Fixed(_));
    is_lasting || options.may_copy(definition)
}

const ALL: Derives = Derives { debug: true, copy: true, eq: true, hash: true, ord: false };
const HEAP: Derives = Derives { copy: false, ..ALL };
const FLOAT: Derives = Derives { eq: false, hash: false, ..ALL };

/// The size up to which a `fixed` stands in its struct by value; a larger one goes behind a `Box`, so that decoding and
/// moving it takes no stack.
pub(crate) const MAX_INLINE_FIXED: usize = 1024;

fn of_definition(definition: &TypeDef, types: &[TypeDef]) -> Derives {
    let (kind, is_borrowed) = (&definition.kind, definition.is_borrowed());
    let own = match kind {
        TypeKind::Enum { .. } => Derives { ord: true, ..ALL },
        TypeKind::Fixed(size) if *size > MAX_INLINE_FIXED && !is_borrowed => HEAP,
        // Nothing is known about it but what every generated type can do.
        TypeKind::External { .. } => Derives::default(),
        _ => ALL,
    };
    kind.parts().into_iter().fold(own, |derives, part| and(derives, of_type(part, types)))
}

fn and(left: Derives, right: Derives) -> Derives {
    Derives {
        debug: true,
        copy: left.copy && right.copy,
        eq: left.eq && right.eq,
        hash: left.hash && right.hash,
        ord: left.ord,
    }
}

fn of_type(ty: &Type, types: &[TypeDef]) -> Derives {
    match ty {
        Type::Null | Type::Boolean | Type::Int | Type::Long => ALL,
        Type::Float | Type::Double => FLOAT,
        Type::BorrowedBytes | Type::BorrowedString => ALL,
        Type::Bytes(_) | Type::String(_) => HEAP,
        Type::Logical(LogicalType::Decimal { .. }, None) | Type::Logical(LogicalType::BigDecimal, _) => HEAP,
        Type::Logical(..) => ALL,
        Type::Mapped(mapped) if mapped.is_copy() => ALL,
        Type::Mapped(_) => HEAP,
        Type::Array(items) => and(HEAP, of_type(items, types)),
        // A map's equality does not look at the order of its entries, so it has no hash.
        Type::Map(values, _) | Type::BorrowedMap(values) => {
            Derives { hash: false, ..and(HEAP, of_type(values, types)) }
        }
        Type::Nullable { inner, .. } => of_type(inner, types),
        Type::Named { id, link } => {
            let derives = types[id.0].derives;
            if *link == Link::Plain { and(ALL, derives) } else { and(HEAP, derives) }
        }
    }
}
