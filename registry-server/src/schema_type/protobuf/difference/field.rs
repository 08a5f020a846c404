//! Labels and types of two fields of the same number (protobuf §6.2).

use super::{At, Comparison, Kind, TooMuch};
use crate::schema_type::protobuf::names::{Known, Scope};
use crate::schema_type::protobuf::tree::{Field, Label, TypeDef, is_scalar, map_parts};

/// The kind of values that a field holds.
#[derive(PartialEq, Eq)]
enum Holds {
    Scalar,
    Map,
    Message,
}

/// Scalars that can be read as each other: the "updating a message type" rules of the language.
#[derive(PartialEq, Eq)]
enum Encoding {
    Varint,
    ZigZag,
    Bytes,
    Fixed32,
    Fixed64,
    Float,
    Double,
}

impl<'a> Comparison<'a> {
    pub(super) fn field(
        &mut self,
        at: &mut At,
        original: &'a Field,
        update: &'a Field,
    ) -> Result<(), TooMuch> {
        self.types_of_fields(at, (original.label, update.label), &original.type_name, &update.type_name)
    }

    fn types_of_fields(
        &mut self,
        at: &mut At,
        labels: (Option<Label>, Option<Label>),
        original: &str,
        update: &str,
    ) -> Result<(), TooMuch> {
        let before = self.original.get(&at.original, original);
        let after = self.update.get(&at.update, update);
        let original = before.and_then(|known| known.map_type()).unwrap_or_else(|| original.to_owned());
        let update = after.and_then(|known| known.map_type()).unwrap_or_else(|| update.to_owned());
        let holds = kind(&original, before);
        if holds != kind(&update, after) {
            at.add(Kind::FieldKindChanged);
            return Ok(());
        }
        match holds {
            Holds::Scalar => {
                scalars(at, labels, &encoding(&original, before), &encoding(&update, after));
                Ok(())
            }
            Holds::Map => {
                if let (Some((key, value)), Some((other_key, other_value))) =
                    (map_parts(&original), map_parts(&update))
                {
                    self.types_of_fields(at, (None, None), key, other_key)?;
                    self.types_of_fields(at, (None, None), value, other_value)?;
                }
                Ok(())
            }
            Holds::Message => self.messages(at, &original, &update),
        }
    }

    fn messages(&mut self, at: &mut At, original: &str, update: &str) -> Result<(), TooMuch> {
        let full = self.original.resolve(&at.original, original).zip(self.update.resolve(&at.update, update));
        let known = full.as_ref().and_then(|(original, update)| {
            self.original.by_full_name(original).zip(self.update.by_full_name(update))
        });
        let (Some((original_name, update_name)), Some((before, after))) = (&full, known) else {
            if original != update {
                at.add(Kind::FieldNamedTypeChanged);
            }
            return Ok(());
        };
        let (local, update_local) = (local_name(original_name, before), local_name(update_name, after));
        if local != update_local {
            at.add(Kind::FieldNamedTypeChanged);
            return Ok(());
        }
        // Types of the schemas themselves are compared where they are defined.
        if before.file.is_none() && after.file.is_none() {
            return Ok(());
        }
        let (TypeDef::Message(one), TypeDef::Message(other)) = (before.def, after.def) else { return Ok(()) };
        let scope = |package: &str| {
            local.split('.').fold(Scope::of_package(package), |scope, name| scope.within(name))
        };
        let mut elsewhere = At {
            original: scope(before.package),
            update: scope(after.package),
            path: local.split('.').map(str::to_owned).collect(),
            found: Vec::new(),
            bytes: at.bytes,
        };
        self.message(&mut elsewhere, one, other)?;
        at.bytes = elsewhere.bytes;
        let breaks = !elsewhere.found.is_empty();
        at.found.append(&mut elsewhere.found);
        if breaks {
            at.add(Kind::FieldNamedTypeChanged);
        }
        Ok(())
    }
}

/// A full name without the package.
fn local_name<'n>(full: &'n str, known: Known<'_>) -> &'n str {
    full.strip_prefix(known.package).and_then(|rest| rest.strip_prefix('.')).unwrap_or(full)
}

fn kind(type_name: &str, known: Option<Known<'_>>) -> Holds {
    if is_scalar(type_name) {
        Holds::Scalar
    } else if map_parts(type_name).is_some() {
        Holds::Map
    } else if is_enum(known) {
        Holds::Scalar
    } else {
        Holds::Message
    }
}

fn is_enum(known: Option<Known<'_>>) -> bool {
    known.is_some_and(|known| matches!(known.def, TypeDef::Enum(_)))
}

fn encoding(type_name: &str, known: Option<Known<'_>>) -> Encoding {
    if is_enum(known) {
        return Encoding::Varint;
    }
    match type_name {
        "sint32" | "sint64" => Encoding::ZigZag,
        "string" | "bytes" => Encoding::Bytes,
        "fixed32" | "sfixed32" => Encoding::Fixed32,
        "fixed64" | "sfixed64" => Encoding::Fixed64,
        "float" => Encoding::Float,
        "double" => Encoding::Double,
        _ => Encoding::Varint,
    }
}

fn scalars(at: &mut At, labels: (Option<Label>, Option<Label>), original: &Encoding, update: &Encoding) {
    if original != update {
        at.add(Kind::FieldScalarKindChanged);
    } else if let (Some(before), Some(after)) = labels
        && before != after
        && *original != Encoding::Bytes
    {
        at.add(Kind::FieldNumericLabelChanged);
    }
}
