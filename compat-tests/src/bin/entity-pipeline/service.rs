//! The service: events in, states out, and dead letters for what it cannot deal with.

use crate::kafka::{Kafka, Result};
use serde_wire::events::{Action, DeadLetter, Envelope, Event, State, Topic};
use serde_wire::rdkafka::RecordProducer;
use serde_wire::record::{Record, RecordDeserializer};
use serde_wire::registry::SchemaRegistry;
use serde_wire::serde_json::{Value as Json, json};
use serde_wire::startup::StartupCheck;
use serde_wire::subject::{Role, SubjectStrategy};
use serde_wire::{DeserializerOptions, Serializer, SerializerOptions};
use std::collections::HashMap;
use std::sync::Arc;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/entity_customer.rs"));
}
pub(crate) use generated::crm::Customer;

/// The topics that it reads and writes.
pub(crate) struct Topics {
    pub(crate) events: Topic,
    pub(crate) states: Topic,
    pub(crate) dead_letters: Topic,
}

/// The service. It keeps what it knows in memory, as one with a database would there.
pub(crate) struct Service {
    events: RecordDeserializer<String, Event>,
    entities: Serializer<Customer>,
    states: RecordProducer<String, State>,
    dead_letters: RecordProducer<String, DeadLetter>,
    known: HashMap<String, Customer>,
    letters: Vec<String>,
    knows_numbers: bool,
}

/// An entity in a state has the subject of its type's name.
pub(crate) fn by_name() -> DeserializerOptions {
    DeserializerOptions::default().with_strategy(SubjectStrategy::RecordName)
}

impl Service {
    pub(crate) fn new(
        kafka: &Kafka,
        registry: Arc<dyn SchemaRegistry>,
        topics: &Topics,
        knows_numbers: bool,
    ) -> Result<Self> {
        let (reading, options) = (DeserializerOptions::default(), SerializerOptions::default());
        let by_name = options.clone().with_strategy(SubjectStrategy::RecordName);
        let producer = kafka.producer()?;
        let (states, letters) = (topics.states.name(), topics.dead_letters.name());
        Ok(Self {
            events: RecordDeserializer::new(Arc::clone(&registry), topics.events.name(), &reading, &reading),
            entities: Serializer::new(Arc::clone(&registry), "", Role::Value, &by_name)?,
            states: RecordProducer::new(producer.clone(), Arc::clone(&registry), states, &options, &options)?,
            dead_letters: RecordProducer::new(producer, registry, letters, &options, &options)?,
            known: HashMap::new(),
            letters: Vec::new(),
            knows_numbers,
        })
    }

    /// What has to be so before it starts.
    pub(crate) fn startup_check(registry: &Arc<dyn SchemaRegistry>, topics: &Topics) -> StartupCheck {
        let options = SerializerOptions::default();
        let by_name = options.clone().with_strategy(SubjectStrategy::RecordName);
        StartupCheck::new(Arc::clone(registry))
            .reads::<Event>(topics.events.name(), Role::Value, &DeserializerOptions::default())
            .writes::<State>(topics.states.name(), Role::Value, &options)
            .writes::<DeadLetter>(topics.dead_letters.name(), Role::Value, &options)
            .writes::<Customer>("", Role::Value, &by_name)
    }

    /// The next version of the program, which goes on where this one was.
    pub(crate) fn fixed(self) -> Self {
        Self { knows_numbers: true, ..self }
    }

    /// The last dead letters, for people.
    pub(crate) fn last_letters(&self) -> &[String] {
        &self.letters[self.letters.len().saturating_sub(3)..]
    }

    /// Deals with one record: it becomes a state, or a dead letter.
    pub(crate) async fn take(&mut self, record: &Record<'_>) -> Result<()> {
        let event = match self.events.deserialize(record).await.into_result() {
            Ok((_, Some(event))) => event,
            Ok((_, None)) => return Ok(()),
            // The registry is away: the record comes again.
            Err((_, error)) if error.is_retriable() => return Err(error.into()),
            Err((_, error)) => return self.bury(DeadLetter::undecodable(record, &error)).await,
        };
        let key = event.envelope.key.clone();
        match changed(self.known.get(&key), &event, self.knows_numbers) {
            Ok(Some(customer)) => {
                let mut entity = Vec::new();
                self.entities.serialize_into(&customer, &mut entity).await?;
                let state = State::new(Envelope::now(&key), &event.resource_type, entity);
                self.states.send(Some(&key), Some(&state), &()).await?;
                self.known.insert(key, customer);
            }
            Ok(None) => {
                self.states.send(Some(&key), None, &()).await?;
                self.known.remove(&key);
            }
            Err((reason, message)) => self.bury(DeadLetter::of(record, reason, message)).await?,
        }
        Ok(())
    }

    async fn bury(&mut self, letter: DeadLetter) -> Result<()> {
        self.letters.push(format!("{}: {}", letter.reason, letter.message));
        self.dead_letters.send(Some(&letter.envelope.key), Some(&letter), &()).await?;
        Ok(())
    }
}

/// The customer after an event, none when it is gone; or why the event cannot be dealt with, for programs and for people.
pub(crate) fn changed(
    customer: Option<&Customer>,
    event: &Event,
    knows_numbers: bool,
) -> std::result::Result<Option<Customer>, (&'static str, String)> {
    let mut entity = match (event.action, customer) {
        (Action::Create, _) => json!({}),
        (Action::Delete, _) | (_, None) => return Ok(None),
        (_, Some(customer)) => json!({"name": customer.name, "mail": customer.mail, "tier": customer.tier}),
    };
    event.apply_to(&mut entity).map_err(|error| ("bad-payload", error.to_string()))?;
    let text = |name: &str, default: &str| match &entity[name] {
        Json::Null => Ok(default.to_owned()),
        Json::String(text) => Ok(text.clone()),
        other => Err(other.clone()),
    };
    let tier = match text("tier", "basic") {
        Ok(tier) => tier,
        Err(Json::Number(number)) if knows_numbers => format!("tier {number}"),
        Err(other) => return Err(("unknown-tier", format!("{other} is no tier"))),
    };
    let text = |name| text(name, "").map_err(|other| ("bad-payload", format!("the {name} is {other}")));
    Ok(Some(Customer { name: text("name")?, mail: text("mail")?, tier }))
}
