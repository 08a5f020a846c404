//! The crates that a user could pick instead.
//!
//! Each keeps what its interface lets it keep from message to message: parsed schemas, readers and writers, the output
//! buffer. prost writes its own encoding of the same data.

mod borrowed;
mod framed;
mod proto;
mod records;

use crate::contender::{Contender, Operation, finish};
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_avro_fast::ser::SerializerConfig;
use std::error::Error;
use std::hint::black_box;

/// The rivals on one workload: `S` for the two that use serde, `P` for prost.
pub(crate) struct Rivals<'m, S, P> {
    apache: apache_avro::Schema,
    fast: serde_avro_fast::Schema,
    messages: &'m [Vec<u8>],
    records: Vec<S>,
    protos: Vec<P>,
    proto_messages: Vec<Vec<u8>>,
    /// Decodes a message to a record that borrows from it, and drops it.
    borrow: Borrow,
}

type Borrow = fn(&[u8], &serde_avro_fast::Schema);

pub(crate) use framed::framed;
pub(crate) use records::{Envelope, Event, NewerEvent, Profile, Telemetry};

/// Defines the rivals of one workload.
macro_rules! rivals {
    ($name:ident, $type:ident) => {
        pub(crate) fn $name<'m>(
            schema: &str,
            messages: &'m [Vec<u8>],
        ) -> Result<Rivals<'m, $type, proto::$type>, Box<dyn Error>> {
            Rivals::new(schema, messages, |message, schema| {
                finish(serde_avro_fast::from_datum_slice::<borrowed::$type<'_>>(message, schema));
            })
        }
    };
}
rivals!(event, Event);
rivals!(envelope, Envelope);
rivals!(telemetry, Telemetry);
rivals!(profile, Profile);

impl<'m, S, P> Rivals<'m, S, P>
where
    S: Serialize + DeserializeOwned,
    P: prost::Message + Default + for<'s> From<&'s S>,
{
    fn new(schema: &str, messages: &'m [Vec<u8>], borrow: Borrow) -> Result<Self, Box<dyn Error>> {
        let apache = apache_avro::Schema::parse_str(schema)?;
        let fast: serde_avro_fast::Schema = schema.parse()?;
        let records = messages
            .iter()
            .map(|message| serde_avro_fast::from_datum_slice(message, &fast))
            .collect::<Result<Vec<S>, _>>()?;
        let protos: Vec<P> = records.iter().map(P::from).collect();
        let proto_messages = protos.iter().map(prost::Message::encode_to_vec).collect();
        Ok(Self { apache, fast, messages, records, protos, proto_messages, borrow })
    }

    pub(crate) fn contenders(&self, operation: Operation) -> Vec<Contender<'_>> {
        match operation {
            Operation::Encode => self.encode(),
            Operation::Decode => self.decode(),
        }
    }

    fn encode(&self) -> Vec<Contender<'_>> {
        let writer = GenericDatumWriter::builder(&self.apache).build().expect("the schema has no references");
        let mut config = SerializerConfig::new(&self.fast);
        let (mut apache_out, mut fast_out, mut proto_out) = (Vec::new(), Vec::new(), Vec::new());
        vec![
            Contender::new("apache-avro, serde-direct", move || {
                for record in &self.records {
                    apache_out.clear();
                    writer.write_ser(&mut apache_out, black_box(record)).expect("the record fits the schema");
                    black_box(&apache_out);
                }
            }),
            Contender::new("serde_avro_fast", move || {
                for record in &self.records {
                    let mut out = std::mem::take(&mut fast_out);
                    out.clear();
                    fast_out = serde_avro_fast::to_datum(black_box(record), out, &mut config)
                        .expect("the record fits the schema");
                    black_box(&fast_out);
                }
            }),
            Contender::new("prost", move || {
                for message in &self.protos {
                    proto_out.clear();
                    black_box(message).encode(&mut proto_out).expect("a vector grows");
                    black_box(&proto_out);
                }
            }),
        ]
    }

    fn decode(&self) -> Vec<Contender<'_>> {
        let reader = GenericDatumReader::builder(&self.apache).build().expect("the schema has no references");
        vec![
            Contender::new("apache-avro, serde-direct", move || {
                for message in self.messages {
                    finish(reader.read_deser::<S>(&mut black_box(&message[..])));
                }
            }),
            Contender::new("serde_avro_fast", move || {
                for message in self.messages {
                    finish(serde_avro_fast::from_datum_slice::<S>(black_box(message), &self.fast));
                }
            }),
            Contender::new("serde_avro_fast, borrowed", move || {
                for message in self.messages {
                    (self.borrow)(black_box(message), &self.fast);
                }
            }),
            Contender::new("prost", move || {
                for message in &self.proto_messages {
                    finish(P::decode(&black_box(message)[..]));
                }
            }),
        ]
    }
}

/// apache-avro on the fifth workload: the only one of the three that resolves schemas.
pub(crate) struct Resolving<'m> {
    writer: apache_avro::Schema,
    reader: apache_avro::Schema,
    messages: &'m [Vec<u8>],
}

pub(crate) fn newer_event<'m>(
    writer: &str,
    reader: &str,
    messages: &'m [Vec<u8>],
) -> Result<Resolving<'m>, Box<dyn Error>> {
    let writer = apache_avro::Schema::parse_str(writer)?;
    let reader = apache_avro::Schema::parse_str(reader)?;
    Ok(Resolving { writer, reader, messages })
}

impl Resolving<'_> {
    pub(crate) fn contenders(&self) -> Vec<Contender<'_>> {
        let reader = GenericDatumReader::builder(&self.writer)
            .reader_schema(&self.reader)
            .build()
            .expect("the schemas have no references");
        vec![Contender::new("apache-avro, value to struct", move || {
            for message in self.messages {
                let value =
                    reader.read_value(&mut black_box(&message[..])).expect("the message is well-formed");
                let event = apache_avro::from_value::<NewerEvent>(&value).expect("the value fits the record");
                finish(event);
            }
        })]
    }
}
