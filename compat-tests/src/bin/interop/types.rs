//! The generated types, by the names of the files that they are made from.

use crate::Result;
use crate::ours::{Half, Typed};
use serde_wire::registry::SchemaRegistry;
use serde_wire::subject::Role;
use serde_wire::{DeserializerOptions, SerializerOptions};
use std::sync::Arc;

macro_rules! generated {
    ($($module:ident)*) => {
        $(mod $module {
            include!(concat!(env!("OUT_DIR"), "/interop_", stringify!($module), ".rs"));
        })*
    };
}

mod alert {
    include!(concat!(env!("OUT_DIR"), "/rating_alert.rs"));
}
pub(crate) use alert::ratings::Alert;

generated! { every_type logical order order_key account_v1 account_v2 account_v3 change change_key doubles longs nanos reading reading_key }

/// The serializer and deserializer of the type with that name.
pub(crate) fn half(
    name: &str,
    registry: Arc<dyn SchemaRegistry>,
    topic: &str,
    role: Role,
    options: &SerializerOptions,
) -> Result<Box<dyn Half>> {
    macro_rules! by_name {
        ($($name:literal => $type:ty,)*) => {
            match name {
                $($name => Box::new(Typed::<$type>::new(registry, topic, role, options, &DeserializerOptions::default())?),)*
                _ => return Err(format!("there is no type for {name}").into()),
            }
        };
    }
    Ok(by_name! {
        "every_type.avsc" => every_type::interop::EveryType,
        "logical.avsc" => logical::interop::Logical,
        "order.avsc" => order::interop::Order,
        "order_key.avsc" => order_key::interop::OrderKey,
        "account_v1.avsc" => account_v1::interop::Account,
        "account_v2.avsc" => account_v2::interop::Account,
        "account_v3.avsc" => account_v3::interop::Account,
        "change.avsc" => change::shop::public::ratings::Envelope,
        "change_key.avsc" => change_key::shop::public::ratings::Key,
        "doubles.avsc" => doubles::interop::Doubles,
        "longs.avsc" => longs::interop::Longs,
        "nanos.avsc" => nanos::interop::Nanos,
        "reading.avsc" => reading::org::apache::flink::avro::generated::Record,
        "reading_key.avsc" => reading_key::org::apache::flink::avro::generated::Record,
        "string" => String,
        "bytes" => Vec<u8>,
        "int" => i32,
        "long" => i64,
    })
}
