//! The codec of maps: ours, those of the standard library, and `IndexMap`.

use super::Map;
use crate::codec::values::collection::{decode_each_into, encode_block, next_block};
use crate::codec::values::form::{DecodeAs, EncodeAs, Own, ResolveAs, TryEncodeAs, Values};
use crate::codec::{
    AvroDecode, AvroEncode, AvroRead, AvroResolve, AvroWrite, DecodeError, EncodeError, first_items, read_new,
};
use crate::resolve::Plan;
#[cfg(feature = "indexmap")]
use indexmap::IndexMap;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

/// Writes a `map`: one block of all entries. An empty map is its end mark alone.
#[inline(always)]
fn encode_entries<'e, F, K, V, W>(count: usize, entries: impl Iterator<Item = (&'e K, &'e V)>, writer: &mut W)
where
    F: EncodeAs<V>,
    K: AsRef<str> + 'e,
    V: 'e,
    W: AvroWrite,
{
    if count != 0 {
        writer.write_block(count);
        for (key, value) in entries {
            writer.write_str(key.as_ref());
            F::encode_as(value, writer);
        }
    }
    writer.write_block(0);
}

/// A map that entries are read into.
trait Entries<K, V> {
    /// Makes room.
    fn make_room(&mut self, additional: usize);

    /// Inserts an entry: read into the place of a blank one where the map has such a place, or as a value.
    fn read_entry<R>(
        &mut self,
        blank: Option<(K, V)>,
        reader: &mut R,
        at: impl FnOnce(&mut (K, V), &mut R) -> Result<(), DecodeError>,
        by_value: impl FnOnce(&mut R) -> Result<(K, V), DecodeError>,
    ) -> Result<(), DecodeError>;
}

impl<K, V> Entries<K, V> for Map<V, K> {
    #[inline(always)]
    fn make_room(&mut self, additional: usize) {
        self.entries.reserve(additional);
    }

    #[inline(always)]
    fn read_entry<R>(
        &mut self,
        blank: Option<(K, V)>,
        reader: &mut R,
        at: impl FnOnce(&mut (K, V), &mut R) -> Result<(), DecodeError>,
        by_value: impl FnOnce(&mut R) -> Result<(K, V), DecodeError>,
    ) -> Result<(), DecodeError> {
        read_new!(self.entries, blank, place => at(place, reader), by_value(reader));
        Ok(())
    }
}

/// A map that finds the place of an entry by its key, which is read before.
macro_rules! keyed_entries {
    ($map:ty, [$($generics:tt)*], $make_room:expr) => {
        impl<V, $($generics)*> Entries<K, V> for $map {
            #[inline(always)]
            fn make_room(&mut self, additional: usize) {
                $make_room(self, additional);
            }

            #[inline(always)]
            fn read_entry<R>(
                &mut self,
                _: Option<(K, V)>,
                reader: &mut R,
                _: impl FnOnce(&mut (K, V), &mut R) -> Result<(), DecodeError>,
                by_value: impl FnOnce(&mut R) -> Result<(K, V), DecodeError>,
            ) -> Result<(), DecodeError> {
                let (key, value) = by_value(reader)?;
                self.insert(key, value);
                Ok(())
            }
        }
    };
}

keyed_entries!(HashMap<K, V, S>, [S: BuildHasher, K: Eq + Hash], Self::reserve);
keyed_entries!(BTreeMap<K, V>, [K: Ord], |_, _| ());
#[cfg(feature = "indexmap")]
keyed_entries!(IndexMap<K, V, S>, [S: BuildHasher, K: Eq + Hash], Self::reserve);

/// Reads the entries of a `map` whose values are at least `min_value_size` bytes, in the form `F` or by a plan for it: makes
/// room, then one at a time.
#[inline(always)]
fn decode_entries<'a, K, V, R, C>(
    reader: &mut R,
    map: &mut C,
    min_value_size: usize,
    blank: impl Fn() -> Option<V>,
    at: impl Fn(&mut V, &mut R) -> Result<(), DecodeError>,
    value: impl Fn(&mut R) -> Result<V, DecodeError>,
) -> Result<(), DecodeError>
where
    K: AvroDecode<'a>,
    R: AvroRead<'a>,
    C: Entries<K, V>,
{
    reader.enter()?;
    loop {
        let count = next_block::<(K, V), R>(reader, min_value_size.saturating_add(1))?;
        if count == 0 {
            reader.leave();
            return Ok(());
        }
        map.make_room(count.min(first_items::<(K, V)>()));
        for _ in 0..count {
            map.read_entry(
                K::blank().zip(blank()),
                reader,
                |(key, value), reader| {
                    K::decode_at(key, reader)?;
                    at(value, reader)
                },
                |reader| Ok((K::decode(reader)?, value(reader)?)),
            )?;
        }
    }
}

/// The codec of one map type with these bounds on its key: with values in a form of their own, and so in any. At the end how one
/// that has memory is read into.
macro_rules! map_codec {
    ($map:ty, [$($generics:tt)*], |$used:ident, $reader:ident| $into:expr) => {
        impl<F: EncodeAs<V>, V, $($generics)*> EncodeAs<$map> for Values<F> {
            #[inline(never)]
            fn encode_as<W: AvroWrite>(map: &$map, writer: &mut W) {
                encode_entries::<F, _, _, W>(map.len(), map.iter(), writer);
            }
        }

        impl<F: TryEncodeAs<V>, V, $($generics)*> TryEncodeAs<$map> for Values<F> {
            #[inline]
            fn try_encode_as<W: AvroWrite>(map: &$map, writer: &mut W) -> Result<(), EncodeError> {
                encode_block(map.len(), writer, |writer| {
                    map.iter().try_for_each(|(key, value)| {
                        writer.write_str(key.as_ref());
                        F::try_encode_as(value, writer)
                    })
                })
            }
        }

        impl<'a, F: DecodeAs<'a, V>, V, $($generics)* + AvroDecode<'a>> DecodeAs<'a, $map> for Values<F> {
            const MIN_SIZE: usize = 1;

            #[inline]
            fn decode_as<R: AvroRead<'a>>(reader: &mut R) -> Result<$map, DecodeError> {
                let mut map = <$map>::default();
                decode_entries(reader, &mut map, F::MIN_SIZE, F::blank, F::decode_at_as, F::decode_as)?;
                Ok(map)
            }

            #[inline]
            fn decode_into_as<R: AvroRead<'a>>($used: &mut $map, $reader: &mut R) -> Result<(), DecodeError> {
                $into
            }
        }

        impl<'a, F: ResolveAs<'a, V>, V, $($generics)* + AvroDecode<'a>> ResolveAs<'a, $map> for Values<F> {
            fn decode_plan_as<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<$map, DecodeError> {
                let Some((value, min_size)) = plan.values(reader)? else {
                    return Self::decode_as(reader);
                };
                let mut map = <$map>::default();
                let at = |place: &mut V, reader: &mut R| F::decode_plan_at_as(place, value, reader);
                let by_value = |reader: &mut R| F::decode_plan_as(value, reader);
                decode_entries(reader, &mut map, min_size, F::blank, at, by_value)?;
                Ok(map)
            }
        }

        impl<V: AvroEncode, $($generics)*> AvroEncode for $map {
            #[inline(never)]
            fn encode<W: AvroWrite>(&self, writer: &mut W) {
                Values::<Own>::encode_as(self, writer);
            }
        }

        impl<'a, V: AvroDecode<'a>, $($generics)* + AvroDecode<'a>> AvroDecode<'a> for $map {
            const MIN_SIZE: usize = 1;

            #[inline]
            fn decode<R: AvroRead<'a>>(reader: &mut R) -> Result<Self, DecodeError> {
                Values::<Own>::decode_as(reader)
            }

            #[inline]
            fn decode_into<R: AvroRead<'a>>(&mut self, reader: &mut R) -> Result<(), DecodeError> {
                Values::<Own>::decode_into_as(self, reader)
            }
        }

        impl<'a, V: AvroResolve<'a>, $($generics)* + AvroDecode<'a>> AvroResolve<'a> for $map {
            fn decode_plan<R: AvroRead<'a>>(plan: Plan<'_>, reader: &mut R) -> Result<Self, DecodeError> {
                Values::<Own>::decode_plan_as(plan, reader)
            }
        }
    };
}

map_codec!(Map<V, K>, [K: AsRef<str>], |map, reader| {
    let decode = |reader: &mut R| Ok((K::decode(reader)?, F::decode_as(reader)?));
    decode_each_into(reader, &mut map.entries, F::MIN_SIZE.saturating_add(1), decode, |(key, value), reader| {
        key.decode_into(reader)?;
        F::decode_into_as(value, reader)
    })
});
map_codec!(HashMap<K, V, S>, [S: BuildHasher + Default, K: AsRef<str> + Eq + Hash], |map, reader| {
    map.clear();
    decode_entries(reader, map, F::MIN_SIZE, F::blank, F::decode_at_as, F::decode_as)
});
map_codec!(BTreeMap<K, V>, [K: AsRef<str> + Ord], |map, reader| {
    map.clear();
    decode_entries(reader, map, F::MIN_SIZE, F::blank, F::decode_at_as, F::decode_as)
});
#[cfg(feature = "indexmap")]
map_codec!(IndexMap<K, V, S>, [S: BuildHasher + Default, K: AsRef<str> + Eq + Hash], |map, reader| {
    map.clear();
    decode_entries(reader, map, F::MIN_SIZE, F::blank, F::decode_at_as, F::decode_as)
});
