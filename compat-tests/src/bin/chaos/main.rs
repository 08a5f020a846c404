//! `chaos BROKERS REGISTRY FOLDER [MESSAGES]`: messages flow through a broker while the registry is anything but well.
//!
//! A proxy of its own stands between the consumer and a real registry, and is down, slow, wrong or flapping when a schema
//! comes that the consumer does not know. Every message must come out once, as it went in, and none may be given up for a reason
//! that passes. FOLDER takes the disk cache; MESSAGES are 100,000 unless it is said.

mod consumer;
mod fault;
mod messages;
mod proxy;

use consumer::{Consumer, NEVER, PATIENCE, Seen};
use fault::Fault;
use proxy::Proxy;
use std::path::Path;
use std::process::ExitCode;

/// What ends the program.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

const MESSAGES: usize = 100_000;

#[tokio::main]
async fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()).await {
        Ok(checks) => {
            println!("{} passed, {} failed", checks.passed, checks.failed);
            if checks.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("chaos: {error}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Default)]
struct Checks {
    passed: usize,
    failed: usize,
}

impl Checks {
    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, got: &T, want: &T) {
        self.holds(what, got == want, &format!("got {got:?}, want {want:?}"));
    }

    fn holds(&mut self, what: &str, holds: bool, problem: &str) {
        if holds {
            self.passed += 1;
        } else {
            self.failed += 1;
            println!("FAIL {what}: {problem}");
        }
    }
}

async fn run(arguments: &[String]) -> Result<Checks> {
    let (brokers, registry, folder, total) = match arguments {
        [brokers, registry, folder] => (brokers, registry, folder, MESSAGES),
        [brokers, registry, folder, total] => (brokers, registry, folder, total.parse()?),
        _ => return Err("usage: chaos BROKERS REGISTRY FOLDER [MESSAGES]".into()),
    };
    let folder = Path::new(folder);
    let proxy = Proxy::start(registry).await?;
    let mut checks = Checks::default();
    let topic = format!("chaos-{}", std::process::id());
    let mut producer = messages::Producer::new(brokers, registry, &topic).await?;
    let mut consumer = Consumer::new(brokers, &proxy, &topic, folder)?;
    let each = total / (Fault::ALL.len() + 1);

    // A first schema, to have one that is known.
    producer.next_schema().await?;
    let first = total - each * Fault::ALL.len();
    let sent = producer.send(first, first).await?;
    let seen = consumer.take(sent, &proxy, PATIENCE).await?;
    judge(&mut checks, "well", &seen, sent);

    for fault in Fault::ALL {
        producer.next_schema().await?;
        proxy.set(fault);
        // Messages of schemas that are known come first, then some of one that is new among them.
        let sent = producer.send(each, each / 5 * 4).await?;
        let (before, spoilt) = (proxy.requests(), proxy.spoilt());
        let seen = consumer.take(sent, &proxy, PATIENCE).await?;
        judge(&mut checks, fault.name(), &seen, sent);
        checks.equal(
            &format!("{}: requests before the new schema", fault.name()),
            &(seen.requests_before_unknown - before),
            &0,
        );
        checks.holds(
            &format!("{}: it was met", fault.name()),
            proxy.spoilt() > spoilt,
            "no request met the fault",
        );
        println!(
            "{:<22} {:>6} messages, {:>6} without a question, {:>2} tried again, {:>2} requests, {:>2} met the fault",
            fault.name(),
            seen.count,
            seen.ready,
            seen.retried,
            seen.requests - before,
            proxy.spoilt() - spoilt
        );
    }
    cold_starts(&mut checks, &proxy, brokers, &topic, folder, producer.sent()).await?;
    Ok(checks)
}

/// Every message came out once and right, and none was given up.
fn judge(checks: &mut Checks, what: &str, seen: &Seen, sent: usize) {
    checks.equal(&format!("{what}: messages"), &seen.count, &sent);
    checks.equal(&format!("{what}: given up"), &seen.given_up.first(), &None);
    checks.equal(&format!("{what}: messages that differ"), &seen.different, &0);
    checks.equal(&format!("{what}: waited for, the first of the new schema alone"), &seen.waited, &1);
}

/// Consumers that start anew, and read everything from the beginning.
async fn cold_starts(
    checks: &mut Checks,
    proxy: &Proxy,
    brokers: &str,
    topic: &str,
    folder: &Path,
    sent: usize,
) -> Result<()> {
    // Of a latest version the registry is asked each time, and files answer once it does not: schemas of ids it is never asked for.
    proxy.set(Fault::Down);
    let (before, by_id, spoilt) = (proxy.requests(), proxy.by_id(), proxy.spoilt());
    let seen = Consumer::new(brokers, proxy, topic, folder)?.take(sent, proxy, NEVER).await?;
    checks.equal("cold start with the registry down: messages", &seen.count, &sent);
    checks.equal("cold start with the registry down: given up", &seen.given_up.first(), &None);
    checks.equal("cold start with the registry down: messages that differ", &seen.different, &0);
    checks.equal("cold start with the registry down: schemas asked for", &(proxy.by_id() - by_id), &0);
    let (requests, spoilt) = (proxy.requests() - before, proxy.spoilt() - spoilt);
    checks.equal("cold start with the registry down: requests that were answered", &(requests - spoilt), &0);
    println!(
        "a start while it is down: {} messages, {} tried again, {requests} requests, none of them answered",
        seen.count, seen.retried
    );

    let corrupted = corrupt_one(folder)?;
    proxy.set(Fault::None);
    let by_id = proxy.by_id();
    let seen = Consumer::new(brokers, proxy, topic, folder)?.take(sent, proxy, NEVER).await?;
    checks.equal("a corrupted file: messages", &seen.count, &sent);
    checks.equal("a corrupted file: given up", &seen.given_up.first(), &None);
    checks.equal("a corrupted file: messages that differ", &seen.different, &0);
    checks.equal("a corrupted file: schemas asked for", &(proxy.by_id() - by_id), &1);
    println!(
        "a start with {} changed: {} messages, the schema was asked for again",
        corrupted.display(),
        seen.count
    );
    Ok(())
}

/// Changes a letter of the schema of an id in the cache.
fn corrupt_one(folder: &Path) -> Result<std::path::PathBuf> {
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mut bytes = std::fs::read(&path)?;
            // The name of a field: without a check of the content the message would be read, and wrongly.
            let is_of_an_id = bytes.windows(15).any(|part| part == b"{\"question\":\"id");
            if let Some(place) = bytes.windows(8).position(|part| part == b"sequence").filter(|_| is_of_an_id)
            {
                bytes[place] = b'S';
                std::fs::write(&path, bytes)?;
                return Ok(path);
            }
        }
    }
    Err(format!("{} has no schema in it", folder.display()).into())
}
