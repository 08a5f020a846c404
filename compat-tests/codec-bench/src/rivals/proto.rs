//! The same records as Protocol Buffers messages.

use super::records;
use prost::Message;
use std::collections::HashMap;

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Event {
    #[prost(sint64, tag = "1")]
    pub(crate) id: i64,
    #[prost(string, tag = "2")]
    pub(crate) user_id: String,
    #[prost(string, tag = "3")]
    pub(crate) session_id: String,
    #[prost(int32, tag = "4")]
    pub(crate) kind: i32,
    #[prost(string, tag = "5")]
    pub(crate) country: String,
    #[prost(double, tag = "6")]
    pub(crate) amount: f64,
    #[prost(string, optional, tag = "7")]
    pub(crate) referrer: Option<String>,
    #[prost(sint64, tag = "8")]
    pub(crate) ts: i64,
    #[prost(sint32, tag = "9")]
    pub(crate) retry: i32,
    #[prost(bool, tag = "10")]
    pub(crate) ok: bool,
}

impl From<&records::Event> for Event {
    fn from(record: &records::Event) -> Self {
        Self {
            id: record.id,
            user_id: record.user_id.clone(),
            session_id: record.session_id.clone(),
            kind: record.kind as i32,
            country: record.country.clone(),
            amount: record.amount,
            referrer: record.referrer.clone(),
            ts: record.ts,
            retry: record.retry,
            ok: record.ok,
        }
    }
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Row {
    #[prost(sint64, tag = "1")]
    pub(crate) id: i64,
    #[prost(string, tag = "2")]
    pub(crate) first_name: String,
    #[prost(string, tag = "3")]
    pub(crate) last_name: String,
    #[prost(string, tag = "4")]
    pub(crate) email: String,
    #[prost(string, optional, tag = "5")]
    pub(crate) phone: Option<String>,
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) balance: Vec<u8>,
    #[prost(sint64, tag = "7")]
    pub(crate) created_at: i64,
    #[prost(sint64, optional, tag = "8")]
    pub(crate) updated_at: Option<i64>,
    #[prost(bool, tag = "9")]
    pub(crate) active: bool,
    #[prost(double, tag = "10")]
    pub(crate) score: f64,
    #[prost(sint32, optional, tag = "11")]
    pub(crate) age: Option<i32>,
    #[prost(string, tag = "12")]
    pub(crate) street: String,
    #[prost(string, tag = "13")]
    pub(crate) city: String,
    #[prost(string, tag = "14")]
    pub(crate) zip: String,
    #[prost(string, optional, tag = "15")]
    pub(crate) notes: Option<String>,
}

impl From<&records::Row> for Row {
    fn from(record: &records::Row) -> Self {
        Self {
            id: record.id,
            first_name: record.first_name.clone(),
            last_name: record.last_name.clone(),
            email: record.email.clone(),
            phone: record.phone.clone(),
            balance: record.balance.to_vec(),
            created_at: record.created_at,
            updated_at: record.updated_at,
            active: record.active,
            score: record.score,
            age: record.age,
            street: record.street.clone(),
            city: record.city.clone(),
            zip: record.zip.clone(),
            notes: record.notes.clone(),
        }
    }
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Source {
    #[prost(string, tag = "1")]
    pub(crate) version: String,
    #[prost(string, tag = "2")]
    pub(crate) connector: String,
    #[prost(string, tag = "3")]
    pub(crate) name: String,
    #[prost(sint64, tag = "4")]
    pub(crate) ts_ms: i64,
    #[prost(string, optional, tag = "5")]
    pub(crate) snapshot: Option<String>,
    #[prost(string, tag = "6")]
    pub(crate) db: String,
    #[prost(string, optional, tag = "7")]
    pub(crate) sequence: Option<String>,
    #[prost(string, tag = "8")]
    pub(crate) table: String,
    #[prost(sint64, tag = "9")]
    pub(crate) server_id: i64,
    #[prost(string, optional, tag = "10")]
    pub(crate) gtid: Option<String>,
    #[prost(string, tag = "11")]
    pub(crate) file: String,
    #[prost(sint64, tag = "12")]
    pub(crate) pos: i64,
    #[prost(sint32, tag = "13")]
    pub(crate) row: i32,
    #[prost(sint64, optional, tag = "14")]
    pub(crate) thread: Option<i64>,
}

impl From<&records::Source> for Source {
    fn from(record: &records::Source) -> Self {
        Self {
            version: record.version.clone(),
            connector: record.connector.clone(),
            name: record.name.clone(),
            ts_ms: record.ts_ms,
            snapshot: record.snapshot.clone(),
            db: record.db.clone(),
            sequence: record.sequence.clone(),
            table: record.table.clone(),
            server_id: record.server_id,
            gtid: record.gtid.clone(),
            file: record.file.clone(),
            pos: record.pos,
            row: record.row,
            thread: record.thread,
        }
    }
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Envelope {
    #[prost(message, optional, tag = "1")]
    pub(crate) before: Option<Row>,
    #[prost(message, optional, tag = "2")]
    pub(crate) after: Option<Row>,
    #[prost(message, optional, tag = "3")]
    pub(crate) source: Option<Source>,
    #[prost(string, tag = "4")]
    pub(crate) op: String,
    #[prost(sint64, optional, tag = "5")]
    pub(crate) ts_ms: Option<i64>,
}

impl From<&records::Envelope> for Envelope {
    fn from(record: &records::Envelope) -> Self {
        Self {
            before: record.before.as_ref().map(Into::into),
            after: record.after.as_ref().map(Into::into),
            source: Some((&record.source).into()),
            op: record.op.clone(),
            ts_ms: record.ts_ms,
        }
    }
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Telemetry {
    #[prost(string, tag = "1")]
    pub(crate) device: String,
    #[prost(sint64, tag = "2")]
    pub(crate) ts: i64,
    #[prost(double, repeated, tag = "3")]
    pub(crate) values: Vec<f64>,
    #[prost(sint64, repeated, tag = "4")]
    pub(crate) counters: Vec<i64>,
}

impl From<&records::Telemetry> for Telemetry {
    fn from(record: &records::Telemetry) -> Self {
        Self {
            device: record.device.clone(),
            ts: record.ts,
            values: record.values.clone(),
            counters: record.counters.clone(),
        }
    }
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Dims {
    #[prost(float, tag = "1")]
    pub(crate) w: f32,
    #[prost(float, tag = "2")]
    pub(crate) h: f32,
    #[prost(float, tag = "3")]
    pub(crate) d: f32,
}

impl From<&records::Dims> for Dims {
    fn from(record: &records::Dims) -> Self {
        Self { w: record.w, h: record.h, d: record.d }
    }
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Item {
    #[prost(string, tag = "1")]
    pub(crate) sku: String,
    #[prost(string, tag = "2")]
    pub(crate) title: String,
    #[prost(sint32, tag = "3")]
    pub(crate) qty: i32,
    #[prost(double, tag = "4")]
    pub(crate) price: f64,
    #[prost(message, optional, tag = "5")]
    pub(crate) dims: Option<Dims>,
    #[prost(string, repeated, tag = "6")]
    pub(crate) tags: Vec<String>,
    #[prost(string, optional, tag = "7")]
    pub(crate) note: Option<String>,
}

impl From<&records::Item> for Item {
    fn from(record: &records::Item) -> Self {
        Self {
            sku: record.sku.clone(),
            title: record.title.clone(),
            qty: record.qty,
            price: record.price,
            dims: Some((&record.dims).into()),
            tags: record.tags.clone(),
            note: record.note.clone(),
        }
    }
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Profile {
    #[prost(string, tag = "1")]
    pub(crate) user: String,
    #[prost(map = "string, string", tag = "2")]
    pub(crate) attrs: HashMap<String, String>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) items: Vec<Item>,
}

impl From<&records::Profile> for Profile {
    fn from(record: &records::Profile) -> Self {
        Self {
            user: record.user.clone(),
            attrs: record.attrs.clone(),
            items: record.items.iter().map(Into::into).collect(),
        }
    }
}
