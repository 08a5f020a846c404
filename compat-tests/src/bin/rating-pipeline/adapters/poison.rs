//! Messages that can never be decoded, one for each reason.

use crate::Result;
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A poisoned value, and the reason that its dead letter must tell.
pub(super) struct Poison {
    pub(super) what: &'static str,
    pub(super) value: Vec<u8>,
    pub(super) reason: &'static str,
}

/// One of each kind. `good` is a message that can be decoded.
pub(super) fn each_kind(registry: &str, good: &[u8]) -> Result<Vec<Poison>> {
    let rule =
        json!({"name": "seal", "kind": "TRANSFORM", "type": "ENCRYPT", "mode": "WRITEREAD", "tags": ["PII"]});
    let record = |name: &str| {
        json!({"type": "record", "name": name, "fields": [{"name": "x", "type": "int"}]}).to_string()
    };
    let other_type =
        register(registry, "poison-json", &json!({"schema": r#"{"type":"object"}"#, "schemaType": "JSON"}))?;
    let ruled = json!({"schema": record("Sealed"), "ruleSet": {"domainRules": [rule]}});
    let rules = register(registry, "poison-rules", &ruled)?;
    let incompatible = register(registry, "poison-other", &json!({"schema": record("Other")}))?;
    let framed = |id: u32| [&[0], &id.to_be_bytes()[..], b"\x02"].concat();
    let cut = good.len() - 1;
    let longer = [good, b"\0"].concat();
    let poison = |what, value, reason| Poison { what, value, reason };
    Ok(vec![
        poison("empty", Vec::new(), "frame"),
        poison("not framed", b"{}".to_vec(), "frame"),
        poison("broken off in its frame", good[..3].to_vec(), "frame"),
        poison("of a schema that nobody knows", framed(0x7fff_fffe), "unknown-schema"),
        poison("JSON", framed(other_type), "not-avro"),
        poison("with rules", framed(rules), "rules"),
        poison("of another type", framed(incompatible), "incompatible-schema"),
        poison("broken off", good[..cut].to_vec(), "data"),
        poison("too long", longer, "data"),
    ])
}

/// Registers what serde-wire itself would never register: the id.
fn register(registry: &str, subject: &str, body: &serde_json::Value) -> Result<u32> {
    let host = registry.strip_prefix("http://").ok_or("the registry's address is none of http://")?;
    let body = body.to_string();
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    write!(
        stream,
        "POST /subjects/{subject}/versions HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, answer) = answer.split_once("\r\n\r\n").ok_or("the registry's answer has no end of its head")?;
    let answer: serde_json::Value = serde_json::from_str(answer)?;
    let id = answer["id"].as_u64().ok_or_else(|| format!("{subject} was not registered: {answer}"))?;
    Ok(u32::try_from(id)?)
}
