//! The command line.

use std::path::PathBuf;

/// Sends ratings through a broker while their schema evolves, and checks every count.
#[derive(Debug, clap::Parser)]
#[command(name = "rating-pipeline")]
pub(crate) struct Options {
    /// Bootstrap address of the Kafka broker
    #[arg(long, default_value = "127.0.0.1:9092")]
    pub(crate) brokers: String,

    /// Address of the schema registry; several, separated by commas, are taken for equal nodes
    #[arg(long, default_value = "http://127.0.0.1:8081", value_delimiter = ',')]
    pub(crate) registry_url: Vec<String>,

    /// Command that starts the registry; the pipeline then starts it, kills it half-way (SIGKILL) and starts it again
    #[arg(long)]
    pub(crate) registry_command: Option<String>,

    /// Number of change events
    #[arg(long, default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(30..=10_000_000))]
    pub(crate) events: u64,

    /// Seed of the generator
    #[arg(long, default_value_t = 42)]
    pub(crate) seed: u64,

    /// Name of the topic; the others are called `TOPIC-alerts` and `TOPIC-dead-letters`
    #[arg(long, default_value = "ratings")]
    pub(crate) topic: String,

    /// Number of partitions of the topic
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(i32).range(1..=100))]
    pub(crate) partitions: i32,

    /// Deletes the topics of an earlier run first
    #[arg(long)]
    pub(crate) replace: bool,

    /// Writes what other readers of the topics should find: names, ids and totals, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) expect: Option<PathBuf>,

    /// Writes every change as version 3 shows it, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) changes: Option<PathBuf>,

    /// Runs no pipeline: compares the messages on this topic with the lines of --changes
    #[arg(long, value_name = "TOPIC", requires = "changes")]
    pub(crate) verify: Option<String>,

    /// Runs no pipeline: plays what serde-wire's adapters for rdkafka and rskafka promise, on topics `adapters-…`
    #[arg(long, requires = "registry_command")]
    pub(crate) adapters: bool,

    /// Is the consumer that one of these plays kills
    #[arg(long, hide = true)]
    pub(crate) consume_until_killed: bool,
}

impl Options {
    /// The topic that low ratings go to.
    pub(crate) fn alerts(&self) -> String {
        format!("{}-alerts", self.topic)
    }

    /// The topic that undecodable messages go to.
    pub(crate) fn dead_letters(&self) -> String {
        format!("{}-dead-letters", self.topic)
    }
}
