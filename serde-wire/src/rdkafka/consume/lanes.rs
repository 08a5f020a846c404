//! The partitions, each with the records that wait for their turn and at most one that is worked on.

use super::clients::Consumer;
use super::error::ConsumeError;
use super::job::{Job, Step};
use super::notice::ConsumeNotice;
use super::options::ConsumeOptions;
use super::report::ConsumeReport;
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable, abortable};
use futures_util::stream::FuturesUnordered;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// So many records of a partition wait here for their turn, and then no more are taken from the client.
const FULL: usize = 64;

/// The partitions; `F` works on one record.
pub(super) struct Lanes<'c, F> {
    consumer: &'c Consumer,
    options: &'c ConsumeOptions,
    lanes: HashMap<i32, Lane<'c>>,
    running: FuturesUnordered<Abortable<F>>,
    pub(super) report: ConsumeReport,
}

#[derive(Default)]
struct Lane<'c> {
    waiting: VecDeque<BorrowedMessage<'c>>,
    current: Option<AbortHandle>,
    /// True while the current record waits to be tried again.
    rests: bool,
    /// True while the client brings no records of this partition. It throws away what it fetched then, so this is for
    /// partitions that stand still.
    is_paused: bool,
}

impl<'c, F> Lanes<'c, F> {
    pub(super) fn new(consumer: &'c Consumer, options: &'c ConsumeOptions) -> Self {
        let (lanes, running) = (HashMap::new(), FuturesUnordered::new());
        Self { consumer, options, lanes, running, report: ConsumeReport::default() }
    }

    /// True when no record is worked on.
    pub(super) fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// True when a partition has more records than it can take now.
    pub(super) fn is_full(&self) -> bool {
        self.lanes.values().any(Lane::is_full)
    }

    /// Lets the client bring no more of those that are full, so that it may be polled all the same.
    pub(super) fn pause_full(&mut self) {
        let full = self.lanes.iter().filter(|(_, lane)| lane.is_full()).map(|(partition, _)| *partition);
        for partition in full.collect::<Vec<_>>() {
            self.pause(partition);
        }
    }

    fn pause(&mut self, partition: i32) {
        if let Some(lane) = self.lanes.get_mut(&partition).filter(|lane| !lane.is_paused) {
            // It fails when the partition was taken away, as the client will tell when it is polled, which must go on.
            let _ = self.consumer.pause(&one(&self.options.topic, partition));
            self.consumer.context().set_paused(partition, true);
            lane.is_paused = true;
        }
    }

    /// Forgets everything about these partitions: they belong to another member of the group. Their pauses ended before they
    /// were given away.
    pub(super) fn revoke(&mut self, partitions: &[i32]) {
        if partitions.is_empty() {
            return;
        }
        for partition in partitions {
            if let Some(current) = self.lanes.remove(partition).and_then(|lane| lane.current) {
                current.abort();
            }
        }
        self.options.tell(&ConsumeNotice::Revoked { partitions });
    }

    /// Takes no record of that partition any more: what comes behind this one would only be thrown away.
    pub(super) fn put_back(&mut self, message: &BorrowedMessage<'_>) {
        let partition = message.partition();
        self.lanes.entry(partition).or_default();
        self.pause(partition);
    }

    /// Begins nothing any more; what is worked on may be finished, unless it only waits to be tried again.
    pub(super) fn wind_down(&mut self) {
        for lane in self.lanes.values_mut() {
            lane.waiting.clear();
            if let Some(current) = lane.current.as_ref().filter(|_| lane.rests) {
                current.abort();
            }
        }
    }
}

impl<'c, K, V, F: Future<Output = (i32, Step<'c, K, V>)>> Lanes<'c, F> {
    /// Takes a record that the client brought.
    pub(super) fn take<S: Fn(Job<'c, K, V>, Duration) -> F>(
        &mut self,
        message: BorrowedMessage<'c>,
        start: &S,
    ) {
        let partition = message.partition();
        self.lanes.entry(partition).or_default().waiting.push_back(message);
        self.begin(partition, start);
    }

    /// Begins the next record of the partition, unless one is worked on.
    fn begin<S: Fn(Job<'c, K, V>, Duration) -> F>(&mut self, partition: i32, start: &S) {
        let Some(lane) = self.lanes.get_mut(&partition).filter(|lane| lane.current.is_none()) else { return };
        if let Some(message) = lane.waiting.pop_front() {
            let (work, handle) = abortable(start(message.into(), Duration::ZERO));
            (lane.current, lane.rests) = (Some(handle), false);
            self.running.push(work);
        } else if lane.is_paused {
            let _ = self.consumer.resume(&one(&self.options.topic, partition));
            self.consumer.context().set_paused(partition, false);
            lane.is_paused = false;
        }
    }

    /// Waits until work on a record is done; `None` when it was for a partition that was taken away, or when there is none.
    pub(super) async fn finished(&mut self) -> Option<(i32, Step<'c, K, V>)> {
        self.running.next().await?.ok()
    }

    /// Does what follows from it.
    pub(super) fn follow<S: Fn(Job<'c, K, V>, Duration) -> F>(
        &mut self,
        (partition, step): (i32, Step<'c, K, V>),
        start: &S,
    ) -> Result<(), ConsumeError> {
        let message = match step {
            Step::Handled(message) => {
                self.report.handled += 1;
                message
            }
            Step::DeadLettered(message) => {
                self.report.dead_lettered += 1;
                message
            }
            Step::Again(job, pause) => {
                self.pause(partition);
                if let Some(lane) = self.lanes.get_mut(&partition) {
                    let (work, handle) = abortable(start(job, pause));
                    (lane.current, lane.rests) = (Some(handle), true);
                    self.running.push(work);
                }
                return Ok(());
            }
            Step::Stop(error) => return Err(error),
        };
        match self.consumer.store_offset_from_message(&message) {
            // The partition was taken away a moment ago: the record comes again, to whoever has it now.
            Ok(()) | Err(KafkaError::StoreOffset(RDKafkaErrorCode::State)) => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(lane) = self.lanes.get_mut(&partition) {
            lane.current = None;
        }
        self.begin(partition, start);
        Ok(())
    }
}

impl Lane<'_> {
    fn is_full(&self) -> bool {
        !self.is_paused && self.waiting.len() >= FULL
    }
}

fn one(topic: &str, partition: i32) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    list.add_partition(topic, partition);
    list
}
