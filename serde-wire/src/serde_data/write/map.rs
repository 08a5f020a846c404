//! Maps and structs: maps and records.

use super::items::Block;
use super::record::Fields;
use super::simple;
use super::{At, Fault};
use crate::codec::{AvroWrite, Writer};
use avro_model::Kind;
use avro_model::value::PathStep;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, SerializeStructVariant};

/// What a map or a struct is written to.
pub(in crate::serde_data) enum Entries<'s, 'o> {
    Map(Block<'s, 'o>, String),
    Record(Fields<'s, 'o>, String),
}

impl<'s, 'o> Entries<'s, 'o> {
    pub(super) fn map(mut at: At<'s, 'o>, length: Option<usize>) -> Result<Self, Fault> {
        let records =
            at.branches().iter().filter(|&&branch| matches!(at.schema[branch].kind, Kind::Record(_)));
        let only = records.count() == 1;
        let rank = |node: &avro_model::Node| match node.kind {
            Kind::Map(_) => Some(0),
            Kind::Record(_) => only.then_some(1),
            _ => None,
        };
        at.choose(rank, || "a map".to_owned())?;
        Self::begin(at, length)
    }

    pub(super) fn of_struct(mut at: At<'s, 'o>, name: &str, length: usize) -> Result<Self, Fault> {
        let records =
            at.branches().iter().filter(|&&branch| matches!(at.schema[branch].kind, Kind::Record(_)));
        let only = records.count() == 1;
        if let Some(place) = at.named_record(name)? {
            at.take(place);
            return Self::begin(at, Some(length));
        }
        let rank = |node: &avro_model::Node| match node.kind {
            Kind::Record(_) => only.then_some(1),
            Kind::Map(_) => Some(2),
            _ => None,
        };
        at.choose(rank, || format!("a struct {name}"))?;
        Self::begin(at, Some(length))
    }

    fn begin(at: At<'s, 'o>, length: Option<usize>) -> Result<Self, Fault> {
        match at.kind() {
            Kind::Map(values) => Ok(Self::Map(Block::new(at, *values, length)?, String::new())),
            Kind::Record(record) => Ok(Self::Record(Fields::new(at, record)?, String::new())),
            _ => Err(at.unfit("a map")),
        }
    }

    fn entry<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Fault> {
        match self {
            Self::Map(block, _) => {
                Writer::new(block.out).write_str(key);
                let inside = |fault: Fault| fault.inside(PathStep::Key(key.to_owned()));
                value.serialize(block.next()).map_err(inside)?;
                block.count += 1;
                Ok(())
            }
            Self::Record(fields, _) => fields.field(key, value),
        }
    }

    fn done(self) -> Result<(), Fault> {
        match self {
            Self::Map(block, _) => {
                block.end();
                Ok(())
            }
            Self::Record(fields, _) => fields.end(),
        }
    }
}

impl SerializeMap for Entries<'_, '_> {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        let text = simple::key(key)?;
        let (Self::Map(_, key) | Self::Record(_, key)) = self;
        *key = text;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        let (Self::Map(_, key) | Self::Record(_, key)) = self;
        let key = std::mem::take(key);
        self.entry(&key, value)
    }

    fn end(self) -> Result<(), Fault> {
        self.done()
    }
}

macro_rules! structs {
    ($($trait:ident),*) => {
        $(impl $trait for Entries<'_, '_> {
            type Ok = ();
            type Error = Fault;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Fault> {
                self.entry(key, value)
            }

            fn skip_field(&mut self, key: &'static str) -> Result<(), Fault> {
                match self {
                    Self::Map(..) => Ok(()),
                    Self::Record(fields, _) => fields.skip(key),
                }
            }

            fn end(self) -> Result<(), Fault> {
                self.done()
            }
        })*
    };
}

structs!(SerializeStruct, SerializeStructVariant);
