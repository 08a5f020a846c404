//! serde-wire's adapters for rdkafka and rskafka, and its consumer with a dead-letter topic, on the real broker: `--adapters`.
//!
//! | play | what must come out |
//! |---|---|
//! | [`round_trip`] | null keys and values, repeated and null headers, both framings: the same with both clients |
//! | [`dead_letters`] | every change handled once, though the registry is killed; each kind of poison dead-lettered with its reason, and replayed byte for byte |
//! | [`rebalance`] | nothing lost and nothing left uncommitted when a second consumer comes and the first one goes |
//! | [`killed`] | a consumer killed between handling and commit: its records come again, none is lost |
//! | [`exactly_once`] | records made of records in transactions, one of which is broken off: each exactly once |

mod dead_letters;
mod exactly_once;
mod killed;
mod poison;
mod rebalance;
mod round_trip;
mod seen;

pub(crate) use killed::consume_until_killed;

use crate::checks::Checks;
use crate::kafka::Kafka;
use crate::options::Options;
use crate::registry_process::RegistryProcess;
use crate::{Error, Result};
use rdkafka::ClientConfig;
use std::time::Duration;

/// Longer than anything here takes, on a machine that has much else to do.
const LIMIT: Duration = Duration::from_secs(240);

/// Plays all of it.
pub(crate) async fn play(options: &Options, checks: &mut Checks) -> Result<()> {
    let command = options.registry_command.as_ref().ok_or("--adapters needs --registry-command")?;
    let registry = RegistryProcess::start(command, &options.registry_url[0]).await?;
    let topics = [
        &round_trip::TOPICS[..],
        &dead_letters::TOPICS,
        &rebalance::TOPICS,
        &killed::TOPICS,
        &exactly_once::TOPICS,
    ];
    Kafka::new(&options.brokers).create_topics(&topics.concat(), options.replace).await?;

    // Each has topics and groups of its own, and most of the time it waits.
    let plays = [
        tokio::spawn(round_trip::play(options.brokers.clone())),
        tokio::spawn(rebalance::play(options.brokers.clone())),
        tokio::spawn(killed::play(options.brokers.clone())),
        tokio::spawn(exactly_once::play(options.brokers.clone())),
        tokio::spawn(dead_letters::play(options.brokers.clone(), options.registry_url.clone(), registry)),
    ];
    for play in plays {
        let (title, findings) = play.await??;
        println!("{title}");
        for Finding { what, problem } in findings {
            checks.holds(&what, problem.is_none(), &problem.unwrap_or_default());
        }
    }
    Ok(())
}

/// What a play found, told when it is over, since several are played at a time.
type Findings = (&'static str, Vec<Finding>);

/// One thing that was checked, and what is wrong.
struct Finding {
    what: String,
    problem: Option<String>,
}

impl Finding {
    fn equal<V: PartialEq + std::fmt::Debug>(what: &str, expected: &V, actual: &V) -> Self {
        let problem = (expected != actual).then(|| format!("expected {expected:?}, got {actual:?}"));
        Self { what: what.to_owned(), problem }
    }

    fn holds(what: &str, holds: bool, detail: impl FnOnce() -> String) -> Self {
        Self { what: what.to_owned(), problem: (!holds).then(detail) }
    }
}

/// Settings of a member of that group that notices quickly that another one has come.
fn member(kafka: &Kafka, group: &str) -> ClientConfig {
    let mut settings = kafka.config();
    settings.set("group.id", group).set("auto.offset.reset", "earliest");
    settings.set("heartbeat.interval.ms", "300").set("fetch.wait.max.ms", "50");
    // Nobody is missed here but by what the plays do, however slow the machine is.
    settings.set("session.timeout.ms", "300000");
    settings
}

/// What comes of it, unless that takes too long.
async fn within<T>(what: &str, future: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(LIMIT, future)
        .await
        .map_err(|_| Error::from(format!("no end of {what} for {LIMIT:?}")))
}
