//! The smallest encoding of each type, which bounds the count of a block that a message may announce.

use super::{Mapped, Type, TypeDef, TypeKind};

/// How often sizes are propagated. Each round is a lower bound, which is all that is needed; chains of types that are
/// longer than this get a smaller one than they could have, and a record that directly holds itself would grow forever.
const ROUNDS: usize = 64;

/// Sets [`TypeDef::min_size`] of every type.
pub(super) fn measure(types: &mut [TypeDef]) {
    for _ in 0..ROUNDS {
        let mut changed = false;
        for index in 0..types.len() {
            let size = size_of_kind(&types[index].kind, types);
            changed |= size != types[index].min_size;
            types[index].min_size = size;
        }
        if !changed {
            break;
        }
    }
}

/// An encoding of this size cannot exist, so nothing is lost by not counting further. It fits `usize` everywhere.
const LIMIT: u64 = u32::MAX as u64;

fn size_of_kind(kind: &TypeKind, types: &[TypeDef]) -> u64 {
    match kind {
        TypeKind::Record(fields) => {
            fields.iter().fold(0, |sum: u64, field| sum.saturating_add(size(&field.ty, types))).min(LIMIT)
        }
        TypeKind::Enum { .. } => 1,
        // What its type says is not known here.
        TypeKind::External { .. } => 0,
        TypeKind::Fixed(size) => (*size as u64).min(LIMIT),
        TypeKind::Union { branches, .. } => {
            let branch = |ty: &Option<Type>| ty.as_ref().map_or(0, |ty| size(ty, types));
            branches.iter().map(|part| branch(&part.ty)).min().unwrap_or(0).saturating_add(1).min(LIMIT)
        }
        TypeKind::Wrapper(ty) => size(ty, types),
    }
}

fn size(ty: &Type, types: &[TypeDef]) -> u64 {
    match ty {
        Type::Null => 0,
        Type::Float => 4,
        Type::Double => 8,
        Type::Boolean
        | Type::Int
        | Type::Long
        | Type::Bytes(_)
        | Type::BorrowedBytes
        | Type::BorrowedString
        | Type::String(_)
        | Type::Array(_)
        | Type::Map(..)
        | Type::BorrowedMap(_)
        | Type::Nullable { .. } => 1,
        Type::Logical(_, Some(size)) => *size as u64,
        Type::Mapped(Mapped { size: Some(size), .. }) => *size as u64,
        Type::Logical(_, None) | Type::Mapped(_) => 1,
        Type::Named { id, .. } => types[id.0].min_size,
    }
}
