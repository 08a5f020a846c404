//! The clients that are compared.

use crate::order::Order;
use crate::{Result, TOPIC};
use schema_registry_converter::async_impl::avro::AvroDecoder;
use schema_registry_converter::async_impl::schema_registry::SrSettings;
use serde_wire::registry::RegistryClient;
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions};
use std::hint::black_box;
use std::sync::Arc;

/// What decodes the messages.
pub(crate) enum Client {
    /// Nothing does.
    None,
    /// This project, into a generated type.
    SerdeWire(Box<Deserializer<Order>>),
    /// The crate `schema_registry_converter`, into a value of apache-avro.
    Converter(Box<AvroDecoder>),
}

impl Client {
    /// The client of that name.
    pub(crate) fn new(name: &str, registry: &str) -> Result<Self> {
        match name {
            "none" => Ok(Self::None),
            "serde-wire" => {
                let client = Arc::new(RegistryClient::builder([registry]).build()?);
                let options = DeserializerOptions::default();
                Ok(Self::SerdeWire(Box::new(Deserializer::new(client, TOPIC, Role::Value, &options))))
            }
            "converter" => {
                Ok(Self::Converter(Box::new(AvroDecoder::new(SrSettings::new(registry.to_owned())))))
            }
            _ => Err(format!("there is no client {name}").into()),
        }
    }

    /// Its name in the table.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::None => "no decoding",
            Self::SerdeWire(_) => "serde-wire",
            Self::Converter(_) => "schema_registry_converter",
        }
    }

    /// Decodes a message.
    pub(crate) async fn take(&self, payload: &[u8]) -> Result<()> {
        match self {
            Self::None => {}
            Self::SerdeWire(deserializer) => {
                let value = match deserializer.try_deserialize(payload) {
                    Some(value) => value?,
                    None => deserializer.deserialize(payload).await?,
                };
                black_box(value);
            }
            Self::Converter(decoder) => {
                black_box(decoder.decode(Some(payload)).await?.value);
            }
        }
        Ok(())
    }
}
