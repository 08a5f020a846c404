//! Variants of enums: symbols, and branches of unions.

use super::super::error::Fault;
use super::At;
use crate::branch_names::{self, Several};
use avro_model::Kind;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, Unexpected, VariantAccess, Visitor,
};

/// The variant that is called as the node is: by its full name, else by one that means no other branch of its union.
pub(super) fn called(at: &At<'_, '_, '_>, variants: &'static [&'static str]) -> Option<&'static str> {
    let node = at.node();
    let mut names = variants.iter().copied();
    if let Some(full) = names.clone().find(|variant| *variant == branch_names::full(node)) {
        return Some(full);
    }
    names.find(|variant| branch_names::is_called(node, variant) && means_it(at, variant).is_ok_and(|it| it))
}

/// Why no variant is called as the node is, where one has a name of it.
pub(super) fn ambiguous(at: &At<'_, '_, '_>, variants: &'static [&'static str]) -> Option<Several> {
    let names = variants.iter().filter(|variant| branch_names::is_called(at.node(), variant));
    names.filter_map(|variant| means_it(at, variant).err()).next()
}

/// Whether that name means this branch among those of the union.
fn means_it(at: &At<'_, '_, '_>, name: &str) -> Result<bool, Several> {
    match at.union {
        Some((branches, place)) => Ok(branch_names::called(at.schema, branches, name)? == Some(place)),
        None => Ok(true),
    }
}

/// A symbol, or a text, which is a variant without content.
pub(super) struct Symbol<'s>(pub(super) &'s str);

impl<'de> EnumAccess<'de> for Symbol<'_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let name: StrDeserializer<'_, Fault> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl Symbol<'_> {
    fn has_content<T>(&self) -> Result<T, Fault> {
        Err(Fault::invalid_type(Unexpected::UnitVariant, &"a variant with content"))
    }
}

impl<'de> VariantAccess<'de> for Symbol<'_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Fault> {
        self.has_content()
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Fault> {
        self.has_content()
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Fault> {
        self.has_content()
    }
}

/// A branch, whose value is the variant's content.
pub(super) struct Chosen<'s, 'r, 'de> {
    variant: &'static str,
    content: At<'s, 'r, 'de>,
}

impl<'s, 'r, 'de> Chosen<'s, 'r, 'de> {
    pub(super) fn new(variant: &'static str, content: At<'s, 'r, 'de>) -> Self {
        Self { variant, content }
    }
}

impl<'s, 'r, 'de> EnumAccess<'de> for Chosen<'s, 'r, 'de> {
    type Error = Fault;
    type Variant = At<'s, 'r, 'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant), Fault> {
        let name: StrDeserializer<'_, Fault> = self.variant.into_deserializer();
        Ok((seed.deserialize(name)?, self.content))
    }
}

impl<'de> VariantAccess<'de> for At<'_, '_, 'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match &self.node().kind {
            Kind::Null | Kind::Record(_) => self.deserialize_ignored_any(serde::de::IgnoredAny).map(|_| ()),
            _ => Err(Fault::invalid_type(Unexpected::NewtypeVariant, &"a variant without content")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_struct("", fields, visitor)
    }
}
