//! `entity-pipeline BROKERS REGISTRY_URL`: changes of customers through event, state and dead-letter topics.
//!
//! Somebody tells changes of customers as events. A service makes states out of them. It has a fault: it does not know
//! tiers that are numbers, which newer senders write, and puts these events on its dead-letter topic, beside two records that
//! nobody can read. After the fix it takes up the dead letters, and all states are as if there had been no fault. The topics must
//! not exist. [`service`] is the service; what lies on the topics is checked here.

mod kafka;
mod service;

use kafka::{Kafka, Result};
use serde_wire::events::{Action, DeadLetter, Envelope, Event, State, StreamType, Topic};
use serde_wire::rdkafka::{AsRecord, RecordProducer};
use serde_wire::registry::{RegistryClient, SchemaRegistry};
use serde_wire::serde_json::{Value as Json, json};
use serde_wire::startup::{Acceptance, StartupCheck};
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions, SerializerOptions};
use service::{Customer, Service, Topics, by_name};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::process::ExitCode;
use std::sync::Arc;

const CUSTOMERS: u32 = 30;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [brokers, url] = arguments.as_slice() else {
        eprintln!("usage: entity-pipeline BROKERS REGISTRY_URL");
        return ExitCode::FAILURE;
    };
    let mut checks = Checks::default();
    if let Err(error) = tell(brokers, url, &mut checks).await {
        checks.equal("the pipeline came to its end", String::new(), error.to_string());
    }
    println!("{} passed, {} failed", checks.passed, checks.failed);
    if checks.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Default)]
struct Checks {
    passed: usize,
    failed: usize,
}

impl Checks {
    #[expect(clippy::needless_pass_by_value, reason = "the values compared are made for the call")]
    fn equal<T: PartialEq + Debug>(&mut self, what: &str, expected: T, found: T) {
        if expected == found {
            self.passed += 1;
        } else {
            self.failed += 1;
            println!("FAIL {what}: expected {expected:?}, found {found:?}");
        }
    }
}

async fn tell(brokers: &str, url: &str, checks: &mut Checks) -> Result<()> {
    let kafka = Kafka::new(brokers);
    let registry: Arc<dyn SchemaRegistry> = Arc::new(RegistryClient::builder([url]).build()?);
    let topics = Topics {
        events: Topic::event("crm", "customer")?,
        states: Topic::state("crm", "customer")?,
        dead_letters: Topic::dead_letters("crm", "customer view")?,
    };
    for topic in [&topics.events, &topics.states, &topics.dead_letters] {
        kafka.create(topic).await?;
        for (name, value) in topic.settings().config {
            let found = kafka.setting(topic.name(), name).await?;
            checks.equal(&format!("{name} of {topic}"), Some((*value).to_owned()), found);
        }
    }

    println!("before the start: nobody has written anything yet");
    let check = Service::startup_check(&registry, &topics);
    let before = check.run().await?;
    println!("{before}");
    checks.equal("nothing stands in the way", true, before.is_ready());
    let acceptances = before.writers.iter().map(|writer| writer.acceptance.clone());
    checks.equal("schemas to come", vec![Acceptance::WouldBeAccepted; 3], acceptances.collect());

    println!("events are told, and among them two records that nobody can read");
    let changes = changes();
    let options = SerializerOptions::default();
    let events = RecordProducer::<String, Event>::new(
        kafka.producer()?,
        Arc::clone(&registry),
        topics.events.name(),
        &options,
        &options,
    )?;
    for (number, event) in changes.iter().enumerate() {
        events.send(Some(&event.envelope.key), Some(event), &()).await?;
        if number == changes.len() / 2 {
            kafka.send(topics.events.name(), b"this is no message").await?;
            kafka.send(topics.events.name(), b"\0\x7f\xff\xff\xfedata").await?;
        }
    }

    println!("the service, which does not know tiers that are numbers");
    let mut service = Service::new(&kafka, Arc::clone(&registry), &topics, false)?;
    let told = kafka.read_all(topics.events.name())?;
    for message in &told {
        service.take(&message.as_record()).await?;
    }
    let letters = kafka.read_all(topics.dead_letters.name())?;
    let reader = Deserializer::<DeadLetter>::new(
        Arc::clone(&registry),
        topics.dead_letters.name(),
        Role::Value,
        &DeserializerOptions::default(),
    );
    let (mut reasons, mut dead) = (BTreeMap::new(), Vec::new());
    for message in &letters {
        let record = message.as_record();
        let letter = reader.deserialize(record.value.unwrap_or_default()).await?;
        *reasons.entry(letter.reason.clone()).or_insert(0) += 1;
        checks.equal("kind of stream", StreamType::Event, letter.stream_type);
        let original = letter.original();
        let place = |message: &rdkafka::message::OwnedMessage| {
            use rdkafka::Message;
            (message.partition(), message.offset())
        };
        let there = told.iter().find(|message| place(message) == (original.partition, original.offset));
        let there = there.map(|message| message.as_record().to_owned());
        checks.equal("the letter holds the record byte for byte", there, Some(original.clone()));
        dead.push(original);
    }
    let numbers = (0..CUSTOMERS).filter(|customer| customer % 3 == 0).count();
    let expected = [("frame", 1), ("unknown-schema", 1), ("unknown-tier", numbers)];
    let expected: BTreeMap<_, _> = expected.map(|(reason, count)| (reason.to_owned(), count)).into();
    checks.equal("dead letters", expected, reasons);
    for letter in service.last_letters() {
        println!("  {letter}");
    }

    println!("after the fix the dead letters are taken up again");
    let mut service = service.fixed();
    for original in &dead {
        service.take(&original.as_record()).await?;
    }
    let rest = kafka.read_all(topics.dead_letters.name())?.len() - letters.len();
    checks.equal("only what nobody can read is dead again", 2, rest);
    checks.equal("states", expected_states(&changes), states(&kafka, &registry, &topics).await?);

    println!("at the next start");
    let after = check.run().await?;
    println!("{after}");
    checks.equal("all can be read", true, after.is_ready() && after.reads_everything());
    let registered = |acceptance: &Acceptance| matches!(acceptance, Acceptance::Registered { .. });
    checks.equal("registered", true, after.writers.iter().all(|writer| registered(&writer.acceptance)));
    other_types(&registry, &topics, checks).await
}

/// Types that fit neither what is read nor what may be written.
async fn other_types(registry: &Arc<dyn SchemaRegistry>, topics: &Topics, checks: &mut Checks) -> Result<()> {
    let (topic, options) = (topics.events.name(), SerializerOptions::default());
    let wrong = StartupCheck::new(Arc::clone(registry))
        .reads::<State>(topic, Role::Value, &DeserializerOptions::default())
        .writes::<String>(topic, Role::Value, &options);
    let report = wrong.run().await?;
    println!("{report}");
    checks.equal("a program with the wrong types does not start", false, report.is_ready());
    let text = report.to_string();
    for part in ["read as serde_wire.events.State:", "version 1 (id ", "nothing of it", "refused\n"] {
        checks.equal(&format!("{part:?} is told"), true, text.contains(part));
    }
    let latest = registry.version_numbers(&format!("{topic}-value"), true).await?;
    checks.equal("the check registers nothing", vec![1], latest);
    Ok(())
}

/// What happens to the customers.
fn changes() -> Vec<Event> {
    let event = |customer: u32, action, changes: Json| {
        let event =
            Event::new(Envelope::now(format!("customer-{customer}")), "customer", action).with_user("ada");
        if changes.is_null() { event } else { event.with_changes(&changes) }
    };
    let all = 0..CUSTOMERS;
    let created = all
        .clone()
        .map(|n| event(n, Action::Create, json!({"name": format!("Customer {n}"), "mail": "a@b"})));
    let moved = all.clone().map(|n| event(n, Action::Update, json!({"mail": format!("{n}@example.org")})));
    let raised =
        all.clone().filter(|n| n % 3 == 0).map(|n| event(n, Action::Update, json!({"tier": n % 2 + 1})));
    let gone = all.filter(|n| n % 5 == 0 && n % 3 != 0).map(|n| event(n, Action::Delete, Json::Null));
    created.chain(moved).chain(raised).chain(gone).collect()
}

/// What they come to, as a service without a fault would have it.
fn expected_states(changes: &[Event]) -> BTreeMap<String, Customer> {
    let mut states = BTreeMap::new();
    for event in changes {
        let key = &event.envelope.key;
        match service::changed(states.get(key), event, true) {
            Ok(Some(customer)) => states.insert(key.clone(), customer),
            _ => states.remove(key),
        };
    }
    states
}

/// The last state of each customer on the topic.
async fn states(
    kafka: &Kafka,
    registry: &Arc<dyn SchemaRegistry>,
    topics: &Topics,
) -> Result<BTreeMap<String, Customer>> {
    let (topic, options) = (topics.states.name(), DeserializerOptions::default());
    let keys = Deserializer::<String>::new(Arc::clone(registry), topic, Role::Key, &options);
    let values = Deserializer::<State>::new(Arc::clone(registry), topic, Role::Value, &options);
    let customers = Deserializer::<Customer>::new(Arc::clone(registry), "", Role::Value, &by_name());
    let mut states = BTreeMap::new();
    for message in kafka.read_all(topic)? {
        let record = message.as_record();
        let key = keys.deserialize(record.key.unwrap_or_default()).await?;
        match values.deserialize_record(&record).await.into_result()? {
            Some(state) => states.insert(key, customers.deserialize(&state.entity).await?),
            None => states.remove(&key),
        };
    }
    Ok(states)
}
