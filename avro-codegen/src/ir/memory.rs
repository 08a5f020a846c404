//! How much memory a value takes where it stands, and what goes behind a `Box` for it.
//!
//! A type holds what is inside it by value, so a record of records of records grows to tens of kilobytes, all of which pass
//! over the stack when it is decoded: several times in a build without optimisation, which overflows the stack of a
//! thread. So a large record or union stands behind a `Box` in another one. Vectors and maps keep their items elsewhere
//! anyway.

use super::cycles::{box_links, inner_first};
use super::{Link, MAX_INLINE_FIXED, Type, TypeDef, TypeId, TypeKind};
use avro_model::schema::LogicalType;

/// The size in bytes up to which a record or union stands in another one by value: that of a `fixed`.
const MAX_INLINE: u64 = MAX_INLINE_FIXED as u64;

/// The size that a type should not exceed by the records and unions in it; when it would, only smaller ones stay.
const MAX_WHOLE: u64 = 4 * MAX_INLINE;
const MAX_INLINE_IN_LARGE: u64 = MAX_INLINE / 8;

/// Boxes the links by value to large types.
pub(super) fn box_large(types: &mut [TypeDef]) {
    // A `fixed` takes care of itself.
    let has_limit: Vec<bool> =
        types.iter().map(|definition| !matches!(definition.kind, TypeKind::Fixed(_))).collect();
    let mut sizes = vec![0_u64; types.len()];
    for index in inner_first(types) {
        for limit in [MAX_INLINE, MAX_INLINE_IN_LARGE] {
            for part in types[index].kind.parts_mut() {
                box_links(part, |id| has_limit[id.0] && sizes[id.0] > limit);
            }
            sizes[index] = of_kind(&types[index].kind, &sizes);
            if sizes[index] <= MAX_WHOLE {
                break;
            }
        }
    }
}

fn of_kind(kind: &TypeKind, sizes: &[u64]) -> u64 {
    match kind {
        TypeKind::Record(fields) => {
            fields.iter().fold(0, |sum: u64, field| sum.saturating_add(of_type(&field.ty, sizes)))
        }
        TypeKind::Enum { .. } => 1,
        // Who places it here by value knows it better.
        TypeKind::External { .. } => 0,
        TypeKind::Fixed(size) if *size > MAX_INLINE_FIXED => WORD,
        TypeKind::Fixed(size) => *size as u64,
        TypeKind::Union { branches, .. } => {
            let payload = |ty: &Option<Type>| ty.as_ref().map_or(0, |ty| of_type(ty, sizes));
            branches.iter().map(|branch| payload(&branch.ty)).max().unwrap_or(0) + WORD
        }
        TypeKind::Wrapper(ty) => of_type(ty, sizes),
    }
}

const WORD: u64 = 8;

/// The size of a value on a machine of 64 bits, or somewhat more: small parts count with the room around them.
fn of_type(ty: &Type, sizes: &[u64]) -> u64 {
    match ty {
        Type::Null => 0,
        Type::Boolean | Type::Int | Type::Float => WORD / 2,
        Type::Long | Type::Double => WORD,
        Type::Bytes(_) => 4 * WORD,
        Type::BorrowedBytes | Type::BorrowedString => 2 * WORD,
        Type::String(_) | Type::Array(_) | Type::Map(..) | Type::BorrowedMap(_) => 3 * WORD,
        Type::Logical(LogicalType::Decimal { .. } | LogicalType::BigDecimal, None) => 5 * WORD,
        Type::Logical(LogicalType::Uuid, _) => 2 * WORD,
        Type::Logical(_, Some(size)) => *size as u64,
        Type::Logical(_, None) => WORD,
        Type::Mapped(mapped) if mapped.is_copy() => 2 * WORD,
        Type::Mapped(_) => 5 * WORD,
        // Types that hold an address or a flag have room for `None`.
        Type::Nullable { inner, .. } => match **inner {
            Type::Boolean
            | Type::Int
            | Type::Float
            | Type::Long
            | Type::Double
            | Type::Logical(..)
            | Type::Mapped(_) => of_type(inner, sizes) + WORD,
            _ => of_type(inner, sizes),
        },
        Type::Named { id: TypeId(index), link: Link::Plain } => sizes[*index],
        Type::Named { link: Link::Boxed | Link::Deep, .. } => 2 * WORD,
    }
}
