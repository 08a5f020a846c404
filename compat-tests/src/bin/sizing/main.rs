//! `sizing BROKERS REGISTRY (fill COUNT | produce RATE SECONDS | consume CLIENT (SECONDS | all))`: what a consumer costs.
//!
//! The topic `sizing` has 10 partitions and messages of about 1 KB. `fill` sends COUNT of them as fast as it can, `produce` RATE a
//! second. CLIENT is `none` (the broker's client alone), `serde-wire` or `converter`, the crate `schema_registry_converter` with
//! apache-avro; each decodes every message into a value that owns what it holds, in one thread. `consume` prints a line with what it took:
//! for so many seconds from the end of the topic on, or `all` from its beginning.

mod client;
mod measure;
mod order;
mod producer;

use client::Client;
use std::process::ExitCode;

/// What ends the program.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

const TOPIC: &str = "sizing";
const PARTITIONS: i32 = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [brokers, registry, "fill", count] => producer::fill(brokers, registry, count).await,
        [brokers, registry, "produce", rate, seconds] => {
            producer::produce(brokers, registry, rate, seconds).await
        }
        [brokers, registry, "consume", client, length] => match Client::new(client, registry) {
            Ok(client) => measure::consume(brokers, client, length).await,
            Err(error) => Err(error),
        },
        _ => {
            Err("usage: sizing BROKERS REGISTRY (fill COUNT | produce RATE SECONDS | consume CLIENT LENGTH)"
                .into())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sizing: {error}");
            ExitCode::FAILURE
        }
    }
}
