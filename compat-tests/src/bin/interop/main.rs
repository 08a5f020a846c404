//! `interop CLIENT (create|write|read) BROKERS REGISTRY PLAN WRITER`: messages between clients of this and other makes.
//!
//! CLIENT is `ours` or `converter`, the crate `schema_registry_converter`. PLAN is a file with the cases, their schemas and their
//! messages, which the harness makes of `compat-tests/interop/cases.json`. `write` sends the messages of each case to the topic
//! `WRITER-CASE`, `read` prints what it finds there, a line of plain JSON for each record; `create` makes the topics of all
//! WRITERs that are given. Comparing is done elsewhere, in one place for all clients.
//!
//! `interop ours streams BROKERS REGISTRY EXPECT ALERTS COUNTRIES` compares what a Kafka Streams topology made of the rating
//! pipeline's topic with what that wrote to its file EXPECT.

mod converter;
mod kafka;
mod ours;
mod plain;
mod plan;
mod streams;
mod types;

use kafka::{Kafka, Letter};
use plan::{Case, Plan};
use serde_json::json;
use std::process::ExitCode;

/// What ends the program; a message that cannot be read is a line of its output.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("interop: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<()> {
    if let [client, command, brokers, registry, expected, alerts, countries] = arguments
        && (client.as_str(), command.as_str()) == ("ours", "streams")
    {
        return streams::verify(&Kafka::new(brokers), registry, expected, alerts, countries).await;
    }
    let [client, command, brokers, registry, plan, writers @ ..] = arguments else {
        return Err("usage: interop CLIENT (create|write|read) BROKERS REGISTRY PLAN WRITER...".into());
    };
    let (kafka, plan) = (Kafka::new(brokers), Plan::read(plan)?);
    if command == "create" {
        let topics = writers.iter().flat_map(|writer| plan.cases.iter().map(|case| case.topic(writer)));
        return kafka.create(&topics.collect::<Vec<_>>()).await;
    }
    let [writer] = writers else { return Err("one WRITER is written or read at a time".into()) };
    match command.as_str() {
        "write" => {
            let producer = kafka.producer()?;
            for case in &plan.cases {
                let topic = case.topic(writer);
                match letters(client, registry, &topic, case).await {
                    Ok(letters) => Kafka::send(&producer, &topic, letters).await?,
                    Err(error) => println!("{}", json!({"case": case.name, "error": error.to_string()})),
                }
            }
        }
        "read" => {
            let topics = plan.cases.iter().map(|case| (case.topic(writer), case.messages.len()));
            let found = kafka.receive(&topics.collect::<Vec<_>>())?;
            for case in &plan.cases {
                let topic = case.topic(writer);
                let records = found.get(&topic).map_or(&[][..], Vec::as_slice);
                let read = match client.as_str() {
                    "ours" => ours::read(registry, &topic, case, records).await,
                    _ => converter::read(registry, case, records).await,
                };
                if let Err(error) = read {
                    println!("{}", json!({"case": case.name, "error": error.to_string()}));
                }
            }
        }
        _ => return Err(format!("no client can {command}").into()),
    }
    Ok(())
}

async fn letters(client: &str, registry: &str, topic: &str, case: &Case) -> Result<Vec<Letter>> {
    match client {
        "ours" => ours::write(registry, topic, case).await,
        _ => converter::write(registry, topic, case).await,
    }
}
