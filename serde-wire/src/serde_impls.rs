//! The runtime's types for serde (feature `serde`): maps as maps, logical types as the text that they print.

use crate::codec::{Deep, Map};
use crate::types::{
    BigDecimal, Date, Decimal, Duration, FixedDecimal, FixedUuid, LocalTimestampMicros, LocalTimestampMillis,
    LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros, TimestampMillis, TimestampNanos,
};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// Types that are their text.
macro_rules! texts {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {$(
        impl<$($generics)*> Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de, $($generics)*> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(Error::custom)
            }
        }
    )*};
}

texts!(
    [] Date,
    [] TimeMillis,
    [] TimeMicros,
    [] TimestampMillis,
    [] TimestampMicros,
    [] TimestampNanos,
    [] LocalTimestampMillis,
    [] LocalTimestampMicros,
    [] LocalTimestampNanos,
    [const SCALE: u32] Decimal<SCALE>,
    [const SIZE: usize, const SCALE: u32] FixedDecimal<SIZE, SCALE>,
    [] BigDecimal,
    [] FixedUuid,
    [] Duration,
);

impl<V: Serialize, K: Serialize> Serialize for Map<V, K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, V: Deserialize<'de>, K: Deserialize<'de>> Deserialize<'de> for Map<V, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

struct Entries<V, K>(PhantomData<(V, K)>);

impl<'de, V: Deserialize<'de>, K: Deserialize<'de>> Visitor<'de> for Entries<V, K> {
    type Value = Map<V, K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, value)) = entries.next_entry()? {
            map.push(key, value);
        }
        Ok(map)
    }
}

impl<T: Serialize + 'static> Serialize for Deep<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize(self, serializer)
    }
}

impl<'de, T: Deserialize<'de> + Send + Sync + 'static> Deserialize<'de> for Deep<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}
