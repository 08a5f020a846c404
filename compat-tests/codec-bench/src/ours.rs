//! Generated code on both runtimes.

use crate::contender::{Contender, Operation, Race, finish};
use crate::gate::{BORROWED, COMPILED, INTO, OURS, PLAN};
#[cfg(feature = "rivals")]
use crate::rivals;
use crate::workload::{Then, Workload};
use serde_wire::codec::safe::{SafeReader, SafeWriter};
use serde_wire::codec::{self, AvroBorrow, AvroEncode, AvroResolve, AvroSchema};
use serde_wire::resolve::resolve;
use std::error::Error;
use std::fmt::Debug;
use std::hint::black_box;

/// The types that `avro-codegen` makes of the workloads' schemas.
mod generated {
    pub(crate) mod w1 {
        include!(concat!(env!("OUT_DIR"), "/W1.rs"));
    }
    pub(crate) mod w2 {
        include!(concat!(env!("OUT_DIR"), "/W2.rs"));
    }
    pub(crate) mod w3 {
        include!(concat!(env!("OUT_DIR"), "/W3.rs"));
    }
    pub(crate) mod w4 {
        include!(concat!(env!("OUT_DIR"), "/W4.rs"));
    }
    pub(crate) mod w5 {
        include!(concat!(env!("OUT_DIR"), "/W5r.rs"));
    }
}
pub(crate) use generated::w1::bench::Event;
use generated::w2::bench::Envelope;
use generated::w3::bench::Telemetry;
use generated::w4::bench::Profile;
use generated::w5::bench::Event as NewerEvent;

/// The abilities of every generated type.
trait Generated: for<'a> AvroResolve<'a> + AvroEncode + AvroBorrow + Clone + PartialEq + Debug {}
impl<T: for<'a> AvroResolve<'a> + AvroEncode + AvroBorrow + Clone + PartialEq + Debug> Generated for T {}

/// Defines the race of one workload: ours, and the rivals of that module.
macro_rules! race {
    ($name:ident, $type:ty, $rival:ident) => {
        pub(crate) fn $name(
            workload: &Workload,
            operation: Operation,
            messages: &[Vec<u8>],
            then: Then<'_>,
        ) -> Result<(), Box<dyn Error>> {
            let values = decoded::<$type>(messages)?;
            #[cfg(feature = "rivals")]
            let rival = rivals::$rival(<$type>::SCHEMA, messages)?;
            let contenders = match operation {
                Operation::Encode => encode(&values),
                Operation::Decode => decode::<$type>(&values, messages),
            };
            #[cfg(feature = "rivals")]
            let contenders = contenders.into_iter().chain(rival.contenders(operation)).collect();
            then(&mut Race {
                workload: workload.name,
                title: workload.title,
                operation,
                messages: messages.len(),
                passes: 2,
                contenders,
            })
        }
    };
}
race!(event, Event, event);
race!(envelope, Envelope, envelope);
race!(telemetry, Telemetry, telemetry);
race!(profile, Profile, profile);

/// The event read by a newer reader; there is nothing to encode.
pub(crate) fn newer_event(
    workload: &Workload,
    operation: Operation,
    messages: &[Vec<u8>],
    then: Then<'_>,
) -> Result<(), Box<dyn Error>> {
    if operation == Operation::Encode {
        return Ok(());
    }
    let writer = Event::SCHEMA.parse()?;
    let compiled = resolve::<NewerEvent>(&writer)?;
    assert!(compiled.is_compiled());
    let resolution = compiled.clone().by_plan();
    for (message, old) in messages.iter().zip(decoded::<Event>(messages)?) {
        let new = resolution.decode(message)?;
        assert_eq!(new, compiled.decode(message)?);
        assert_eq!((new.id, &new.user_id, i64::from(old.retry)), (old.id, &old.user_id, new.retry));
    }
    let contenders = vec![
        Contender::new("serde-wire, same schema", move || {
            for message in messages {
                finish(codec::decode::<Event>(black_box(message)));
            }
        }),
        Contender::new(COMPILED, move || {
            for message in messages {
                finish(compiled.decode(black_box(message)));
            }
        }),
        Contender::new(PLAN, move || {
            for message in messages {
                finish(resolution.decode(black_box(message)));
            }
        }),
    ];
    #[cfg(feature = "rivals")]
    let rival = rivals::newer_event(Event::SCHEMA, NewerEvent::SCHEMA, messages)?;
    #[cfg(feature = "rivals")]
    let contenders = contenders.into_iter().chain(rival.contenders()).collect();
    then(&mut Race {
        workload: workload.name,
        title: workload.title,
        operation,
        messages: messages.len(),
        passes: 2,
        contenders,
    })
}

/// The values of the messages, checked to encode to the same bytes.
fn decoded<T: Generated>(messages: &[Vec<u8>]) -> Result<Vec<T>, Box<dyn Error>> {
    let values = messages.iter().map(|message| codec::decode(message)).collect::<Result<Vec<T>, _>>()?;
    for (value, message) in values.iter().zip(messages) {
        let mut out = Vec::new();
        value.encode_into(&mut out);
        assert_eq!(&out, message, "a value encodes to the bytes that it came from");
    }
    Ok(values)
}

fn encode<T: Generated>(values: &[T]) -> Vec<Contender<'_>> {
    let (mut fast, mut safe) = (Vec::new(), Vec::new());
    vec![
        Contender::new(OURS, move || {
            for value in values {
                fast.clear();
                black_box(value).encode_into(&mut fast);
                black_box(&fast);
            }
        }),
        Contender::new("serde-wire, safe runtime", move || {
            for value in values {
                safe.clear();
                black_box(value).encode(&mut SafeWriter::new(&mut safe));
                black_box(&safe);
            }
        }),
    ]
}

fn decode<'c, T: Generated + 'c>(values: &'c [T], messages: &'c [Vec<u8>]) -> Vec<Contender<'c>> {
    let mut used = values[0].clone();
    vec![
        Contender::new(OURS, move || {
            for message in messages {
                finish(codec::decode::<T>(black_box(message)));
            }
        }),
        Contender::new(BORROWED, move || {
            for message in messages {
                finish(codec::decode::<T::Ref<'_>>(black_box(message)));
            }
        }),
        Contender::new(INTO, move || {
            for message in messages {
                let result = codec::decode_into(black_box(message), black_box(&mut used));
                black_box(result).expect("the message is well-formed");
            }
        }),
        Contender::new("serde-wire, safe runtime", move || {
            for message in messages {
                finish(T::decode(&mut SafeReader::new(black_box(message))));
            }
        }),
        Contender::new("clone and drop", move || {
            for value in values {
                finish(black_box(value).clone());
            }
        }),
    ]
}
