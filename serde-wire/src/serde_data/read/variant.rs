//! Variants of enums: symbols, and branches of unions.

use super::super::error::Fault;
use super::super::write::branch::is_called;
use super::At;
use avro_model::{Kind, Node};
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, Unexpected, VariantAccess, Visitor,
};

/// The variant that is called as the node is.
pub(super) fn called(node: &Node, variants: &'static [&'static str]) -> Option<&'static str> {
    variants.iter().copied().find(|variant| is_called(node, variant))
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
