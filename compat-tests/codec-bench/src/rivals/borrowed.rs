//! The records of the workloads with texts that are borrowed from the message, for the crate that can do so.

use super::records::{Dims, Kind};
use serde::Deserialize;
use serde_bytes::Bytes;
use std::collections::HashMap;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "decoding is all that is done with it")]
pub(crate) struct Event<'a> {
    id: i64,
    user_id: &'a str,
    session_id: &'a str,
    kind: Kind,
    country: &'a str,
    amount: f64,
    #[serde(borrow)]
    referrer: Option<&'a str>,
    ts: i64,
    retry: i32,
    ok: bool,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "decoding is all that is done with it")]
pub(crate) struct Row<'a> {
    id: i64,
    first_name: &'a str,
    last_name: &'a str,
    email: &'a str,
    #[serde(borrow)]
    phone: Option<&'a str>,
    #[serde(borrow)]
    balance: &'a Bytes,
    created_at: i64,
    updated_at: Option<i64>,
    active: bool,
    score: f64,
    age: Option<i32>,
    street: &'a str,
    city: &'a str,
    zip: &'a str,
    #[serde(borrow)]
    notes: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "decoding is all that is done with it")]
pub(crate) struct Source<'a> {
    version: &'a str,
    connector: &'a str,
    name: &'a str,
    ts_ms: i64,
    #[serde(borrow)]
    snapshot: Option<&'a str>,
    db: &'a str,
    #[serde(borrow)]
    sequence: Option<&'a str>,
    table: &'a str,
    server_id: i64,
    #[serde(borrow)]
    gtid: Option<&'a str>,
    file: &'a str,
    pos: i64,
    row: i32,
    thread: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "decoding is all that is done with it")]
pub(crate) struct Envelope<'a> {
    #[serde(borrow)]
    before: Option<Row<'a>>,
    #[serde(borrow)]
    after: Option<Row<'a>>,
    #[serde(borrow)]
    source: Source<'a>,
    op: &'a str,
    ts_ms: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "decoding is all that is done with it")]
pub(crate) struct Telemetry<'a> {
    device: &'a str,
    ts: i64,
    values: Vec<f64>,
    counters: Vec<i64>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "decoding is all that is done with it")]
pub(crate) struct Item<'a> {
    sku: &'a str,
    title: &'a str,
    qty: i32,
    price: f64,
    dims: Dims,
    #[serde(borrow)]
    tags: Vec<&'a str>,
    #[serde(borrow)]
    note: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "decoding is all that is done with it")]
pub(crate) struct Profile<'a> {
    user: &'a str,
    #[serde(borrow)]
    attrs: HashMap<&'a str, &'a str>,
    #[serde(borrow)]
    items: Vec<Item<'a>>,
}
