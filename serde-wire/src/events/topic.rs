//! Names and settings of topics.

use super::StreamType;
use std::fmt;
use thiserror::Error;

/// The longest name that Kafka takes, in characters.
const MAX_LENGTH: usize = 249;

/// A topic of an application: a name by the convention, that Kafka takes.
///
/// Spaces in a part become hyphens. A dot separates the parts, so none may have one of its own: two entities never share a topic.
///
/// ```
/// use serde_wire::events::Topic;
///
/// assert_eq!(Topic::state("shop", "customer")?.name(), "shop.state.customer");
/// assert_eq!(Topic::workflow("shop", "customer order", "send mail")?.name(), "shop.workflow.customer-order.send-mail");
/// assert_eq!(Topic::dead_letters("shop", "billing")?.name(), "shop.svc.billing.dlt");
/// let error = Topic::event("shop", "Größe").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the entity \"Größe\" cannot be a part of a topic name: it has 'ö' at character 3; allowed are a-z, A-Z, 0-9, _ and -, \
///      and spaces, which become hyphens",
/// );
///
/// let settings = Topic::state("shop", "customer")?.settings();
/// assert_eq!(settings.min_partitions, 2);
/// assert!(settings.config.contains(&("cleanup.policy", "compact")));
/// # Ok::<(), serde_wire::events::TopicNameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Topic {
    name: String,
    kind: TopicKind,
}

/// The kinds of topics that there are names for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TopicKind {
    /// [`Event`](super::Event)s about a kind of entity.
    Event,
    /// [`State`](super::State)s of a kind of entity.
    State,
    /// The messages of a task about a kind of entity.
    Workflow,
    /// The [`DeadLetter`](super::DeadLetter)s of a service.
    DeadLetters,
}

/// The settings that a topic is created with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicSettings {
    /// The number of partitions to have at least.
    pub min_partitions: i32,
    /// Names and values of Kafka's topic settings; what is not here is the broker's default.
    pub config: &'static [(&'static str, &'static str)],
}

/// Why a topic has no name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TopicNameError {
    /// A part has nothing in it, or spaces alone.
    #[error("the {part} of a topic name must not be empty")]
    Empty {
        /// `application`, `entity`, `task` or `service`.
        part: &'static str,
    },
    /// A part has a character that must not stand there.
    #[error(
        "the {part} {text:?} cannot be a part of a topic name: it has {character:?} at character {position}; allowed are \
         a-z, A-Z, 0-9, _ and -, and spaces, which become hyphens"
    )]
    Character {
        /// `application`, `entity`, `task` or `service`.
        part: &'static str,
        /// The whole part.
        text: String,
        /// The first character that must not stand there.
        character: char,
        /// Its position, from 1.
        position: usize,
    },
    /// The whole is longer than Kafka takes.
    #[error("the topic name {name:?} has {} characters, and Kafka takes {MAX_LENGTH} at most", name.len())]
    TooLong {
        /// The name.
        name: String,
    },
}

impl Topic {
    /// `<app>.event.<entity>`
    ///
    /// # Errors
    /// Kafka would not take the name, or a part is empty or has a dot.
    pub fn event(application: &str, entity: &str) -> Result<Self, TopicNameError> {
        Self::of(TopicKind::Event, &[("application", application), ("", "event"), ("entity", entity)])
    }

    /// `<app>.state.<entity>`
    ///
    /// # Errors
    /// As [`event`](Self::event).
    pub fn state(application: &str, entity: &str) -> Result<Self, TopicNameError> {
        Self::of(TopicKind::State, &[("application", application), ("", "state"), ("entity", entity)])
    }

    /// `<app>.workflow.<entity>.<task>`
    ///
    /// # Errors
    /// As [`event`](Self::event).
    pub fn workflow(application: &str, entity: &str, task: &str) -> Result<Self, TopicNameError> {
        let parts = [("application", application), ("", "workflow"), ("entity", entity), ("task", task)];
        Self::of(TopicKind::Workflow, &parts)
    }

    /// `<app>.svc.<service>.dlt`
    ///
    /// # Errors
    /// As [`event`](Self::event).
    pub fn dead_letters(application: &str, service: &str) -> Result<Self, TopicNameError> {
        let parts = [("application", application), ("", "svc"), ("service", service), ("", "dlt")];
        Self::of(TopicKind::DeadLetters, &parts)
    }

    fn of(kind: TopicKind, parts: &[(&'static str, &str)]) -> Result<Self, TopicNameError> {
        let parts = parts.iter().map(|(part, text)| checked(part, text)).collect::<Result<Vec<_>, _>>()?;
        let name = parts.join(".");
        if name.len() > MAX_LENGTH { Err(TopicNameError::TooLong { name }) } else { Ok(Self { name, kind }) }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind of topic.
    pub const fn kind(&self) -> TopicKind {
        self.kind
    }

    /// The settings to create it with: [`TopicKind::settings`].
    pub const fn settings(&self) -> TopicSettings {
        self.kind.settings()
    }
}

impl TopicKind {
    /// Two partitions at least, and:
    ///
    /// | kind | settings |
    /// |---|---|
    /// | state | compacted after a week: until then every state can be read, from then on the last one of each key |
    /// | event, workflow, dead letters | deleted after two weeks |
    pub const fn settings(self) -> TopicSettings {
        let config: &[(&str, &str)] = match self {
            Self::State => &[
                ("cleanup.policy", "compact"),
                ("min.compaction.lag.ms", "604800000"),
                ("max.compaction.lag.ms", "604800000"),
            ],
            Self::Event | Self::Workflow | Self::DeadLetters => {
                &[("cleanup.policy", "delete"), ("retention.ms", "1209600000")]
            }
        };
        TopicSettings { min_partitions: 2, config }
    }
}

impl StreamType {
    /// The kind of topic that the name tells, by the convention; [`Other`](Self::Other) for all other names.
    ///
    /// ```
    /// use serde_wire::events::StreamType;
    ///
    /// assert_eq!(StreamType::of_topic("shop.state.customer"), StreamType::State);
    /// assert_eq!(StreamType::of_topic("customers"), StreamType::Other);
    /// ```
    pub fn of_topic(name: &str) -> Self {
        let parts: Vec<&str> = name.split('.').collect();
        match parts[..] {
            [_, "event", _] => Self::Event,
            [_, "state", _] => Self::State,
            [_, "workflow", _, _] => Self::Workflow,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn checked(part: &'static str, text: &str) -> Result<String, TopicNameError> {
    if text.chars().all(|character| character == ' ') {
        return Err(TopicNameError::Empty { part });
    }
    let is_allowed =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | ' ');
    match text.chars().zip(1..).find(|(character, _)| !is_allowed(*character)) {
        Some((character, position)) => {
            Err(TopicNameError::Character { part, text: text.to_owned(), character, position })
        }
        None => Ok(text.replace(' ', "-")),
    }
}
