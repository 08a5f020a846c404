//! What a frame costs: the event with and without one, written and read in every way that the crate offers.
//!
//! Schemas are known before the first pass, so nobody is asked and nothing is waited for.

use crate::contender::{Contender, Operation, Race};
use crate::ours::Event;
#[cfg(feature = "rivals")]
use crate::rivals;
use crate::workload::{Then, Workload};
use serde_wire::codec::{self, AvroBorrow, AvroEncode, AvroSchema, DecodeFailure};
use serde_wire::frame::{SchemaId, id_prefix};
use serde_wire::registry::{MockRegistry, NewSchema, SchemaRegistry};
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions, Serializer, SerializerOptions};
use std::error::Error;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// How many passes are counted: setting up takes some thousand instructions more or less, as the tables of the registry happen
/// to lie.
const PASSES: usize = 200;

/// The bytes of a prefix.
const PREFIX: usize = 5;

/// The name of the workload.
pub(crate) const NAME: &str = "framing";

/// The names of the contenders.
pub(crate) mod name {
    pub(crate) const BARE: &str = "no frame";
    pub(crate) const BARE_OWNED: &str = "no frame, owned";
    pub(crate) const BARE_INTO: &str = "no frame, into a used value";
    pub(crate) const PREPARED: &str = "prepared";
    pub(crate) const TRIED: &str = "tried";
    pub(crate) const TRIED_IN_TURN: &str = "tried, two ids in turn";
    pub(crate) const TRIED_OWNED: &str = "tried, owned";
    pub(crate) const TRIED_INTO: &str = "tried, into a used value";
    pub(crate) const AWAITED: &str = "awaited";
    pub(crate) const AWAITED_IN_TURN: &str = "awaited, two ids in turn";
    pub(crate) const AWAITED_OWNED: &str = "awaited, owned";
    pub(crate) const AWAITED_INTO: &str = "awaited, into a used value";
}

/// Sets up the contenders of one operation.
pub(crate) fn race(
    workload: &Workload,
    operation: Operation,
    messages: &[Vec<u8>],
    then: Then<'_>,
) -> Result<(), Box<dyn Error>> {
    let registry = Arc::new(MockRegistry::new());
    let values = messages.iter().map(|message| codec::decode(message)).collect::<Result<Vec<Event>, _>>()?;
    let serializer =
        Serializer::<Event>::new(registry.clone(), "events", Role::Value, &SerializerOptions::default())?;
    let first = at_once(serializer.prepare())?.id().ok_or("the registry gives an id")?;
    // The same schema with another id.
    let text = format!("{{\"release\":2,{}", Event::SCHEMA.trim_start_matches('{'));
    let second = at_once(registry.register("events-value", &NewSchema::avro(text), false))?;
    let second = second.id.ok_or("the registry gives an id")?;
    assert_ne!(first, second);

    let framed = frames(messages, &[first]);
    let alternating = frames(messages, &[first, second]);
    let options = DeserializerOptions::default();
    let deserializer = Deserializer::<Event>::new(registry, "events", Role::Value, &options);
    for (payload, value) in alternating.iter().zip(&values) {
        assert_eq!(&at_once(deserializer.deserialize(payload))?, value);
    }
    for (payload, value) in framed.iter().zip(&values) {
        let mut out = Vec::new();
        at_once(serializer.serialize_into(value, &mut out))?;
        assert_eq!(&out, payload);
    }

    let contenders = match operation {
        Operation::Encode => encode(&serializer, &values),
        Operation::Decode => {
            let mut contenders = borrowed(&deserializer, &framed, &alternating);
            contenders.extend(owned(&deserializer, &framed));
            contenders.extend(reused(&deserializer, &framed, &values[0]));
            #[cfg(feature = "rivals")]
            contenders.extend(rivals::framed(Event::SCHEMA, &framed, &alternating)?);
            contenders
        }
    };
    then(&mut Race {
        workload: workload.name,
        title: workload.title,
        operation,
        messages: messages.len(),
        passes: PASSES,
        contenders,
    })
}

/// The messages behind the prefixes of the ids in turn.
fn frames(messages: &[Vec<u8>], ids: &[SchemaId]) -> Vec<Vec<u8>> {
    let frame = |(message, id): (&Vec<u8>, &SchemaId)| [&id_prefix(*id)[..], message].concat();
    messages.iter().zip(ids.iter().cycle()).map(frame).collect()
}

fn encode<'c>(serializer: &'c Serializer<Event>, values: &'c [Event]) -> Vec<Contender<'c>> {
    let prepared = serializer.prepared().expect("the registry was asked");
    let (mut of_bare, mut of_prepared, mut of_tried, mut of_awaited) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    vec![
        Contender::new(name::BARE, move || {
            for value in values {
                of_bare.clear();
                black_box(value).encode_into(&mut of_bare);
                black_box(&of_bare);
            }
        }),
        Contender::new(name::PREPARED, move || {
            for value in values {
                of_prepared.clear();
                let Ok(()) = prepared.serialize_into(black_box(value), &mut of_prepared) else { bad() };
                black_box(&of_prepared);
            }
        }),
        Contender::new(name::TRIED, move || {
            for value in values {
                of_tried.clear();
                let written = serializer.try_serialize_into(black_box(value), &mut of_tried);
                let Some(Ok(())) = written else { bad() };
                black_box(&of_tried);
            }
        }),
        Contender::new(name::AWAITED, move || {
            at_once(async {
                for value in values {
                    of_awaited.clear();
                    let written = serializer.serialize_into(black_box(value), &mut of_awaited).await;
                    let Ok(()) = written else { bad() };
                    black_box(&of_awaited);
                }
            });
        }),
    ]
}

fn borrowed<'c>(
    deserializer: &'c Deserializer<Event>,
    framed: &'c [Vec<u8>],
    alternating: &'c [Vec<u8>],
) -> Vec<Contender<'c>> {
    type Borrowed<'p> = <Event as AvroBorrow>::Ref<'p>;
    let bare = data(framed);
    let tried = |payloads: &'c [Vec<u8>]| {
        move || {
            for payload in payloads {
                let Some(Ok(value)) = deserializer.try_deserialize_ref(black_box(payload)) else { bad() };
                black_box(&value);
            }
        }
    };
    let awaited = |payloads: &'c [Vec<u8>]| {
        move || {
            at_once(async {
                for payload in payloads {
                    let Ok(value) = deserializer.deserialize_ref(black_box(payload)).await else { bad() };
                    black_box(&value);
                }
            });
        }
    };
    vec![
        Contender::new(name::BARE, move || {
            for datum in &bare {
                let Ok(value) = codec::decode::<Borrowed<'_>>(black_box(datum)) else { bad() };
                black_box(&value);
            }
        }),
        Contender::new(name::TRIED, tried(framed)),
        Contender::new(name::TRIED_IN_TURN, tried(alternating)),
        Contender::new(name::AWAITED, awaited(framed)),
        Contender::new(name::AWAITED_IN_TURN, awaited(alternating)),
    ]
}

fn owned<'c>(deserializer: &'c Deserializer<Event>, framed: &'c [Vec<u8>]) -> Vec<Contender<'c>> {
    let bare = data(framed);
    vec![
        Contender::new(name::BARE_OWNED, move || {
            for datum in &bare {
                let Ok(value) = codec::decode::<Event>(black_box(datum)) else { bad() };
                black_box(&value);
            }
        }),
        Contender::new(name::TRIED_OWNED, move || {
            for payload in framed {
                let Some(Ok(value)) = deserializer.try_deserialize(black_box(payload)) else { bad() };
                black_box(&value);
            }
        }),
        Contender::new(name::AWAITED_OWNED, move || {
            at_once(async {
                for payload in framed {
                    let Ok(value) = deserializer.deserialize(black_box(payload)).await else { bad() };
                    black_box(&value);
                }
            });
        }),
    ]
}

fn reused<'c>(
    deserializer: &'c Deserializer<Event>,
    framed: &'c [Vec<u8>],
    used: &Event,
) -> Vec<Contender<'c>> {
    let bare = data(framed);
    let (mut of_bare, mut of_tried, mut of_awaited) = (used.clone(), used.clone(), used.clone());
    vec![
        Contender::new(name::BARE_INTO, move || {
            for datum in &bare {
                let Ok(()) = decode_into(black_box(datum), black_box(&mut of_bare)) else { bad() };
            }
        }),
        Contender::new(name::TRIED_INTO, move || {
            for payload in framed {
                let value = black_box(&mut of_tried);
                let Some(Ok(())) = deserializer.try_deserialize_into(black_box(payload), value) else {
                    bad()
                };
            }
        }),
        Contender::new(name::AWAITED_INTO, move || {
            at_once(async {
                for payload in framed {
                    let value = black_box(&mut of_awaited);
                    let read = deserializer.deserialize_into(black_box(payload), value).await;
                    let Ok(()) = read else { bad() };
                }
            });
        }),
    ]
}

/// In a function of its own, as it is for whoever decodes in more than one place.
#[inline(never)]
fn decode_into(datum: &[u8], value: &mut Event) -> Result<(), DecodeFailure> {
    codec::decode_into(datum, value)
}

/// What stands behind the prefixes: in the same memory, since how a text lies there decides what it costs to check.
fn data(framed: &[Vec<u8>]) -> Vec<&[u8]> {
    framed.iter().map(|payload| &payload[PREFIX..]).collect()
}

#[cold]
fn bad() -> ! {
    panic!("the schema is known and the message is well-formed")
}

/// What a future becomes when it is asked once, since nothing here waits for anybody.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("it waits for something"),
    }
}
