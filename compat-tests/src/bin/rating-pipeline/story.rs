//! The story: three versions of a schema, two consumers that never stop for good, and what must come out.
//!
//! | phase | subject's level | producers | consumers | and |
//! |---|---|---|---|---|
//! | 1, to a third | FULL | version 1 | version 1 | |
//! | 2, to two thirds | FULL | version 2 | version 1 | garbage arrives; the registry is killed and comes back |
//! | 3, to the end | BACKWARD | version 2, then 3 | version 3 | |
//! | 4 | BACKWARD | version 4 is refused | a fresh one on version 3 reads everything | |

use crate::applications::{Alerts, Countries};
use crate::change::Change;
use crate::checks::Checks;
use crate::consumer::ChangeConsumer;
use crate::expectations::{Poison, poison, write_changes, write_summary};
use crate::kafka::{Kafka, text_headers};
use crate::options::Options;
use crate::producer::ChangeProducer;
use crate::refusal::advice;
use crate::registry_process::RegistryProcess;
use crate::totals::{ALERT_BELOW, Totals};
use crate::versions::alert::Alert;
use crate::versions::{V4, v1, v2, v3};
use crate::{Result, generator};
use rdkafka::Message;
use serde_wire::codec::{AvroResolve, AvroSchema, AvroTryEncode};
use serde_wire::dead_letter;
use serde_wire::frame::SchemaId;
use serde_wire::registry::{NewSchema, RegistryClient, RegistryError, SchemaRegistry, VersionSelector};
use serde_wire::subject::Role;
use serde_wire::{Deserializer, DeserializerOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// The things that all phases need.
struct Stage<'o> {
    options: &'o Options,
    kafka: Kafka,
    registry: Arc<RegistryClient>,
    subject: String,
}

/// Tells it from the beginning to the end.
pub(crate) async fn tell(options: &Options, checks: &mut Checks) -> Result<()> {
    let mut process = match &options.registry_command {
        Some(command) => Some(RegistryProcess::start(command, &options.registry_url[0]).await?),
        None => None,
    };
    let stage = Stage {
        options,
        kafka: Kafka::new(&options.brokers),
        registry: Arc::new(client(options)?),
        subject: format!("{}-value", options.topic),
    };
    let topics =
        [(options.topic.as_str(), options.partitions), (&options.alerts(), 1), (&options.dead_letters(), 1)];
    stage.kafka.create_topics(&topics, options.replace).await?;
    let changes = generator::changes(usize::try_from(options.events)?, options.seed);
    let (third, two_thirds) = (changes.len() / 3, changes.len() / 3 * 2);

    let mut alerts = Alerts::new(&stage.kafka, stage.registry(), options)?;
    let mut countries = Countries::default();
    alerts.register().await?;

    println!("phase 1: everybody on version 1, subject {} at FULL", stage.subject);
    stage.registry.uncached().set_compatibility(&stage.subject, "FULL").await?;
    let mut producer = stage.producer::<v1::Envelope>()?;
    let id_1 = producer.register().await?;
    let start = vec![0; usize::try_from(options.partitions)?];
    let mut consumers = stage.consumers::<v1::Envelope>(start)?;
    consumers.run_beside(&stage, producer.send(&changes[..third]), (&mut alerts, &mut countries)).await?;
    let mut expected =
        Totals::of(changes[..third].iter().map(Change::as_seen_by_v1).collect::<Vec<_>>().iter());
    checks.totals("after phase 1", &expected, &both(&alerts, &countries));

    println!("phase 2: producers on version 2 (a language, a channel), consumers still on version 1");
    let mut producer = stage.producer::<v2::Envelope>()?;
    let id_2 = producer.register().await?;
    let (registered, middle) = ([id_1, id_2], third + (two_thirds - third) / 2);
    let before = stage.known_schemas(&registered).await?;
    if let Some(process) = &mut process {
        process.kill()?;
        println!("  the registry is killed; version 2 is new to the consumers, so they have to wait for it");
    }
    let waits = Arc::clone(&consumers.waits);
    let produce = async {
        producer.send(&changes[third..middle]).await?;
        for Poison { payload, .. } in poison() {
            producer.send_garbage(&payload).await?;
        }
        if let Some(process) = &mut process {
            while waits.load(Ordering::Relaxed) == 0 {
                sleep(Duration::from_millis(10)).await;
            }
            println!("  a consumer has met a message that it needs the registry for");
            process.restart().await?;
            println!("  the registry is back");
        }
        producer.send(&changes[middle..two_thirds]).await
    };
    consumers.run_beside(&stage, produce, (&mut alerts, &mut countries)).await?;
    changes[third..two_thirds].iter().for_each(|change| expected.add(&change.as_seen_by_v1()));
    checks.totals("after phase 2", &expected, &both(&alerts, &countries));
    checks.equal("the counting consumer passed over the two poisoned messages", &2, &countries.passed_over);
    if process.is_some() {
        checks.equal("no id has changed", &before, &stage.known_schemas(&registered).await?);
    }

    println!(
        "phase 3: subject at BACKWARD; consumers on version 3 (a renamed field, a wider number), then producers"
    );
    stage.registry.uncached().set_compatibility(&stage.subject, "BACKWARD").await?;
    let positions = consumers.leave();
    let mut consumers = stage.consumers::<v3::Envelope>(positions)?;
    let switch = two_thirds + (changes.len() - two_thirds) / 4;
    let mut newer = stage.producer::<v3::Envelope>()?;
    let mut id_3 = None;
    let produce = async {
        producer.send(&changes[two_thirds..switch]).await?;
        id_3 = Some(newer.register().await?);
        newer.send(&changes[switch..]).await
    };
    consumers.run_beside(&stage, produce, (&mut alerts, &mut countries)).await?;
    changes[two_thirds..].iter().for_each(|change| expected.add(change));
    checks.totals("after phase 3", &expected, &both(&alerts, &countries));
    let ids = [id_1, id_2, id_3.ok_or("version 3 has no id")?];
    checks.holds(
        "each version has an id of its own",
        ids[0] < ids[1] && ids[1] < ids[2],
        &format!("{ids:?}"),
    );

    println!("phase 4: version 4 (a field without default, a number as text)");
    stage.refuse_version_4(checks).await?;

    println!("a fresh consumer on version 3 reads the topic from the beginning");
    stage.fresh_consumer(&changes, checks).await?;
    println!("the other topics");
    stage.check_alerts(&changes, checks).await?;
    stage.check_dead_letters(checks)?;

    if let Some(path) = &options.expect {
        write_summary(path, options, &ids, &changes)?;
    }
    if let Some(path) = &options.changes {
        write_changes(path, &changes)?;
    }
    Ok(())
}

fn client(options: &Options) -> Result<RegistryClient> {
    Ok(RegistryClient::builder(&options.registry_url).build()?)
}

fn both<'a>(alerts: &'a Alerts, countries: &'a Countries) -> [(&'static str, &'a Totals); 2] {
    [("alerts", &alerts.totals), ("countries", &countries.totals)]
}

/// The two consumers, each in its own group.
struct Consumers<T> {
    alerts: ChangeConsumer<T>,
    countries: ChangeConsumer<T>,
    /// How often one of them had to wait for the registry.
    waits: Arc<AtomicU32>,
}

impl<T: AvroSchema + for<'a> AvroResolve<'a> + Into<Change>> Consumers<T> {
    /// Lets both consume while `produce` runs, until both have what it produced.
    async fn run_beside(
        &mut self,
        stage: &Stage<'_>,
        produce: impl Future<Output = Result<()>>,
        (alerts, countries): (&mut Alerts, &mut Countries),
    ) -> Result<()> {
        let (end, until) = watch::channel(None);
        let produce = async {
            produce.await?;
            end.send_replace(Some(stage.kafka.end_offsets(&stage.options.topic)?));
            Ok(())
        };
        tokio::try_join!(
            produce,
            self.alerts.run(alerts, until.clone()),
            self.countries.run(countries, until)
        )?;
        Ok(())
    }

    /// Leaves both groups; whoever joins them next has to go on here.
    fn leave(self) -> Vec<i64> {
        self.alerts.positions().to_vec()
    }
}

impl Stage<'_> {
    fn registry(&self) -> Arc<dyn SchemaRegistry> {
        Arc::<RegistryClient>::clone(&self.registry)
    }

    fn producer<T>(&self) -> Result<ChangeProducer<T>>
    where
        T: AvroSchema + AvroTryEncode + for<'c> From<&'c Change>,
    {
        ChangeProducer::new(&self.kafka, self.registry(), &self.options.topic)
    }

    /// Each consumer has a registry client of its own, as two applications would.
    fn consumers<T>(&self, positions: Vec<i64>) -> Result<Consumers<T>>
    where
        T: AvroSchema + for<'a> AvroResolve<'a> + Into<Change>,
    {
        let waits = Arc::new(AtomicU32::new(0));
        let consumer = |name: &str, positions| {
            let group = format!("{}-{name}", self.options.topic);
            let registry = Arc::new(client(self.options)?);
            ChangeConsumer::new(
                &self.kafka,
                registry,
                &self.options.topic,
                &group,
                positions,
                Arc::clone(&waits),
            )
        };
        let (alerts, countries) =
            (consumer("alerting", positions.clone())?, consumer("counting", positions)?);
        Ok(Consumers { alerts, countries, waits })
    }

    /// The registry's own answers, from no cache, about these ids: their texts, and the ids that these texts have.
    async fn known_schemas(&self, ids: &[SchemaId]) -> Result<Vec<(SchemaId, Option<SchemaId>, String)>> {
        let registry = self.registry.uncached();
        let mut known = Vec::new();
        for id in ids {
            let text = registry.schema_by_id(*id, Some(&self.subject)).await?.text.clone();
            let found = registry.lookup(&self.subject, &NewSchema::avro(&text), false).await?;
            known.push((*id, found.id, text));
        }
        Ok(known)
    }

    async fn refuse_version_4(&self, checks: &mut Checks) -> Result<()> {
        let (registry, schema) = (self.registry.uncached(), NewSchema::avro(V4));
        let outcome = registry.register(&self.subject, &schema, false).await;
        let latest = registry.version(&self.subject, VersionSelector::Latest).await?;
        checks.equal("the latest version is still 3", &Some(3), &latest.version);
        match outcome {
            Err(RegistryError::Refused { status: 409, code: 40901, message, .. }) => {
                checks.pass("version 4 is refused");
                println!(
                    "  the registry says: {}",
                    message.split(", {oldSchemaVersion").next().unwrap_or(&message)
                );
                let advice = advice(V4, &latest.text)?;
                advice.iter().for_each(|line| println!("    {line}"));
                let advice = advice.join("; ");
                for part in ["order_id", "rate"] {
                    checks.holds(&format!("the advice speaks of {part}"), advice.contains(part), &advice);
                }
            }
            outcome => checks.fail("version 4 is refused", &format!("{outcome:?}")),
        }
        Ok(())
    }

    async fn fresh_consumer(&self, changes: &[Change], checks: &mut Checks) -> Result<()> {
        let mut fresh = Countries::default();
        let start = vec![0; usize::try_from(self.options.partitions)?];
        let group = format!("{}-fresh", self.options.topic);
        let registry = Arc::new(client(self.options)?);
        let mut consumer: ChangeConsumer<v3::Envelope> =
            ChangeConsumer::new(&self.kafka, registry, &self.options.topic, &group, start, Arc::default())?;
        let (_end, until) = watch::channel(Some(self.kafka.end_offsets(&self.options.topic)?));
        consumer.run(&mut fresh, until).await?;
        checks.totals("all of it", &Totals::of(changes), &[("fresh consumer", &fresh.totals)]);
        checks.equal("it passed over the two poisoned messages", &2, &fresh.passed_over);
        Ok(())
    }

    /// There is exactly one alert for each low rating, with its values.
    async fn check_alerts(&self, changes: &[Change], checks: &mut Checks) -> Result<()> {
        let topic = self.options.alerts();
        let alerts =
            Deserializer::<Alert>::new(self.registry(), &topic, Role::Value, &DeserializerOptions::default());
        let mut got = Vec::new();
        for message in self.kafka.read_all(&topic)? {
            let Alert { lsn, customer_name, country, rate } =
                alerts.deserialize(message.payload().unwrap_or_default()).await?;
            got.push((lsn, customer_name, country, rate));
        }
        got.sort();
        let low = changes.iter().filter_map(|change| {
            let row = change.after.as_ref().filter(|row| row.rate < ALERT_BELOW)?;
            Some((change.lsn, row.customer_name.clone(), row.country.clone(), row.rate))
        });
        let expected: Vec<_> = low.collect();
        checks.equal("number of alerts", &expected.len(), &got.len());
        checks.holds(
            "every alert is that of its rating",
            expected == got,
            "an alert differs from its rating",
        );
        Ok(())
    }

    /// Each poisoned message lies there with its own bytes and the reason.
    fn check_dead_letters(&self, checks: &mut Checks) -> Result<()> {
        let letters = self.kafka.read_all(&self.options.dead_letters())?;
        checks.equal("number of dead letters", &poison().len(), &letters.len());
        for Poison { payload, reason } in poison() {
            let letter = letters.iter().find(|letter| letter.payload() == Some(&payload[..]));
            let headers = letter.map(text_headers).unwrap_or_default();
            let header = |name: &str| {
                headers.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
            };
            println!("  dead letter: {}", header(dead_letter::MESSAGE).unwrap_or("missing"));
            checks.equal("its reason", &Some(reason), &header(dead_letter::REASON));
            checks.equal("its origin", &Some(self.options.topic.as_str()), &header(dead_letter::TOPIC));
        }
        Ok(())
    }
}
