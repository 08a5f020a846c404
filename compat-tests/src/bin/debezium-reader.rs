//! `debezium-reader URL CAPTURED READ`: what Debezium and Confluent's converter wrote, read with generated types.
//!
//! CAPTURED has one message a line, `topic key value` in hexadecimal; READ takes one change a line as JSON.

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use serde_wire::registry::RegistryClient;
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions};

mod generated {
    include!(concat!(env!("OUT_DIR"), "/debezium_ratings.rs"));
}
use generated::shop::public::ratings::{Envelope, Value};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, captured, read] = arguments.as_slice() else {
        eprintln!("usage: debezium-reader URL CAPTURED READ");
        return ExitCode::FAILURE;
    };
    match run(url, captured, read).await {
        Ok((passed, failed)) => {
            println!("{passed} passed, {failed} failed");
            if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("debezium-reader: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(url: &str, captured: &str, read: &str) -> Result<(usize, usize), Box<dyn Error>> {
    let registry = Arc::new(RegistryClient::builder([url]).build()?);
    let options = DeserializerOptions::default();
    let deserializer = Deserializer::<Envelope>::new(registry, "shop.public.ratings", Role::Value, &options);
    let (mut passed, mut failed, mut out) = (0, 0, String::new());
    for line in std::fs::read_to_string(captured)?.lines() {
        let value = line.split(' ').nth(2).ok_or("a line without topic, key and value")?;
        match deserializer.deserialize(&bytes(value)?).await {
            Ok(change) => {
                passed += 1;
                writeln!(out, "{}", as_json(&change))?;
            }
            Err(error) => {
                failed += 1;
                println!("FAIL {line}: {error}");
            }
        }
    }
    std::fs::write(read, out)?;
    Ok((passed, failed))
}

fn bytes(hexadecimal: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let digits: Vec<char> = hexadecimal.chars().collect();
    let byte = |pair: &[char]| Ok(u8::from_str_radix(&pair.iter().collect::<String>(), 16)?);
    digits.chunks(2).map(byte).collect()
}

fn as_json(change: &Envelope) -> Json {
    json!({
        "op": change.op,
        "before": change.before.as_ref().map(row),
        "after": change.after.as_ref().map(row),
    })
}

fn row(row: &Value) -> Json {
    json!({
        "id": row.id,
        "customer": row.customer,
        "rate": row.rate,
        "price": row.price.as_ref().map(ToString::to_string),
        "note": row.note,
        "channel": row.channel,
    })
}
