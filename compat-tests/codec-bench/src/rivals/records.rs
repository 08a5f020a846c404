//! The records of the workloads for the crates that use serde. apache-avro wants each type to have the schema's name.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Kind {
    View,
    Click,
    Cart,
    Purchase,
    Refund,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: i64,
    pub(crate) user_id: String,
    pub(crate) session_id: String,
    pub(crate) kind: Kind,
    pub(crate) country: String,
    pub(crate) amount: f64,
    pub(crate) referrer: Option<String>,
    pub(crate) ts: i64,
    pub(crate) retry: i32,
    pub(crate) ok: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) phone: Option<String>,
    pub(crate) balance: ByteBuf,
    pub(crate) created_at: i64,
    pub(crate) updated_at: Option<i64>,
    pub(crate) active: bool,
    pub(crate) score: f64,
    pub(crate) age: Option<i32>,
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) zip: String,
    pub(crate) notes: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(crate) version: String,
    pub(crate) connector: String,
    pub(crate) name: String,
    pub(crate) ts_ms: i64,
    pub(crate) snapshot: Option<String>,
    pub(crate) db: String,
    pub(crate) sequence: Option<String>,
    pub(crate) table: String,
    pub(crate) server_id: i64,
    pub(crate) gtid: Option<String>,
    pub(crate) file: String,
    pub(crate) pos: i64,
    pub(crate) row: i32,
    pub(crate) thread: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Envelope {
    pub(crate) before: Option<Row>,
    pub(crate) after: Option<Row>,
    pub(crate) source: Source,
    pub(crate) op: String,
    pub(crate) ts_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Telemetry {
    pub(crate) device: String,
    pub(crate) ts: i64,
    pub(crate) values: Vec<f64>,
    pub(crate) counters: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Dims {
    pub(crate) w: f32,
    pub(crate) h: f32,
    pub(crate) d: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) sku: String,
    pub(crate) title: String,
    pub(crate) qty: i32,
    pub(crate) price: f64,
    pub(crate) dims: Dims,
    pub(crate) tags: Vec<String>,
    pub(crate) note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) user: String,
    pub(crate) attrs: HashMap<String, String>,
    pub(crate) items: Vec<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename = "Kind", rename_all = "UPPERCASE")]
pub(crate) enum NewerKind {
    Unknown,
    Cart,
    Click,
    Purchase,
    Refund,
    View,
    Wish,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename = "Event")]
pub(crate) struct NewerEvent {
    ts: i64,
    id: i64,
    user_id: String,
    tenant: String,
    session_id: String,
    kind: NewerKind,
    amount: f64,
    retry: i64,
    ok: bool,
    priority: i32,
    channel: Option<String>,
    labels: Vec<String>,
}
