//! A line of the request log. Whatever a client sends, a line stays one line: control characters are escaped.

use std::fmt::Write as _;

use serde::Serialize;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

use super::LineFormat;
use crate::observe::Outcome;

/// The members of a line, in order.
#[derive(Debug, Serialize)]
struct Line<'a> {
    time: String,
    request_id: &'a str,
    principal: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    method: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    duration_ms: f64,
}

/// The line of a request that was answered just now, with its end.
pub(super) fn of(format: LineFormat, outcome: &Outcome<'_>) -> String {
    let mut time = String::with_capacity(32);
    // It is written to memory.
    let _ = SystemTime.format_time(&mut Writer::new(&mut time));
    let sender = outcome.sender.as_ref();
    let line = Line {
        time,
        request_id: sender.map_or("", |sender| &sender.request_id),
        principal: sender.map_or("", |sender| &sender.principal),
        client: sender.and_then(|sender| sender.client.as_deref()),
        method: outcome.method,
        path: outcome.path,
        operation: outcome.route.map(|route| route.operation),
        subject: outcome.subject.as_deref(),
        status: outcome.status,
        error_code: outcome.error_code,
        reason: outcome.refusal.as_deref(),
        id: outcome.answered.id,
        version: outcome.answered.version,
        bytes: outcome.bytes,
        duration_ms: (outcome.duration.as_secs_f64() * 1_000_000.0).round() / 1000.0,
    };
    let mut text = match format {
        LineFormat::Json => serde_json::to_string(&line).unwrap_or_default(),
        LineFormat::Text => line.text(),
    };
    text.push('\n');
    text
}

impl Line<'_> {
    fn text(&self) -> String {
        let mut text = format!("{} {} {} {}", self.time, self.status, self.method, quoted(self.path));
        let number = |value: Option<i64>| value.map(|value| value.to_string());
        let word = |value: Option<&str>| value.map(quoted);
        for (name, value) in [
            ("operation", word(self.operation)),
            ("subject", word(self.subject)),
            ("principal", word(Some(self.principal))),
            ("client", word(self.client)),
            ("error_code", number(self.error_code.map(i64::from))),
            ("reason", word(self.reason)),
            ("id", number(self.id.map(i64::from))),
            ("version", number(self.version.map(i64::from))),
            ("bytes", self.bytes.map(|bytes| bytes.to_string())),
            ("request_id", word(Some(self.request_id))),
            ("duration_ms", Some(self.duration_ms.to_string())),
        ] {
            if let Some(value) = value {
                let _ = write!(text, " {name}={value}");
            }
        }
        text
    }
}

/// A text as it is if it can be taken for nothing else, in quotes with escapes otherwise.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'=' | b'\\');
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    serde_json::to_string(text).unwrap_or_default()
}
