//! What stands before each datum of one half of a topic's records, asked from the registry once.

use super::find::{Found, Search, associated};
use super::fit::{Fit, Through};
use super::{Framing, SerializeError, SerializeErrorKind, SerializerOptions};
use crate::codec::AvroEncode;
use crate::context::qualified;
use crate::deadline::within;
use crate::frame::{guid_prefix, id_prefix};
use crate::registry::{NewSchema, RegisteredSchema, SchemaRegistry};
use crate::subject::{Role, SubjectStrategy};
use crate::telemetry::Messages;
use std::sync::{Arc, OnceLock};

/// The question for a prefix, and its answer.
pub(super) struct Heading {
    pub(super) registry: Arc<dyn SchemaRegistry>,
    topic: String,
    pub(super) role: Role,
    pub(super) options: SerializerOptions,
    subject: OnceLock<String>,
    /// The subject when none is associated with the topic; empty when that is an error.
    unassociated: String,
    /// The schema that values come in, and the texts of those that it refers to.
    pub(super) own: NewSchema,
    pub(super) references: Vec<String>,
    prefix: OnceLock<Prefix>,
    messages: Messages,
}

/// The bytes of an id and what announces it.
const ID_PREFIX: usize = 5;

/// Five bytes for an id, and as many for the branch of a union, which no schema has more of than they can name.
const LONGEST_PREFIX: usize = 10;

/// The bytes before each message, and the names of the schema.
pub(super) struct Prefix {
    /// The bytes where they are those of an id and no more, and values are written as they are: for nearly every serializer.
    pub(super) plain: Option<[u8; ID_PREFIX]>,
    bytes: [u8; LONGEST_PREFIX],
    length: usize,
    pub(super) header: Option<[u8; 17]>,
    pub(super) schema: Arc<RegisteredSchema>,
    /// When the values are not written as they are.
    pub(super) through: Option<Box<Through>>,
    pub(super) messages: Messages,
}

impl Heading {
    /// `record_name` is the full name of the schema, where the strategy asks for it.
    pub(super) fn new(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &SerializerOptions,
        (own, references): (NewSchema, Vec<String>),
        record_name: &str,
    ) -> Self {
        let SerializerOptions { strategy, context, .. } = options;
        let unassociated = strategy.subject(topic, role, record_name);
        let unassociated =
            if unassociated.is_empty() { unassociated } else { qualified(context, &unassociated) };
        let subject = match strategy {
            SubjectStrategy::Associated(_) => OnceLock::new(),
            _ => OnceLock::from(unassociated.clone()),
        };
        let messages = Messages::sent(topic, role);
        let (topic, options, prefix) = (topic.to_owned(), options.clone(), OnceLock::new());
        Self { registry, topic, role, options, subject, unassociated, own, references, prefix, messages }
    }

    pub(super) fn subject(&self) -> &str {
        self.subject.get().unwrap_or(&self.unassociated)
    }

    /// The prefix, when the registry was asked before.
    #[inline]
    pub(super) fn known(&self) -> Option<&Prefix> {
        self.prefix.get()
    }

    pub(super) async fn ask(&self) -> Result<&Prefix, SerializeError> {
        if let Some(prefix) = self.prefix.get() {
            return Ok(prefix);
        }
        let prefix = self.messages.preparing(self.subject(), self.ask_in_time()).await?;
        // Who was faster got the same answer.
        Ok(self.prefix.get_or_init(|| prefix))
    }

    /// The same for a message, of which a failure is the end.
    pub(super) async fn ask_for_message(&self) -> Result<&Prefix, SerializeError> {
        self.ask().await.inspect_err(|error| self.messages.count_bad(error))
    }

    async fn ask_in_time(&self) -> Result<Prefix, SerializeError> {
        // What runs out of time has no subject yet: it is put in here.
        let asked = within(self.options.deadline, async { Ok(self.ask_at_leisure().await) }).await;
        asked.map_err(|answer| SerializeErrorKind::Registry { subject: self.subject().to_owned(), answer })?
    }

    async fn ask_at_leisure(&self) -> Result<Prefix, SerializeError> {
        let subject = self.known_subject().await?;
        let Self { registry, options, own, references, .. } = self;
        let search = Search { registry: &**registry, subject, options, own, references };
        Prefix::of(search.run().await?, subject, options.framing, self.messages.clone())
    }

    /// Takes the answer of a registry that was asked before; values are written as they are.
    pub(super) fn know(&self, schema: Arc<RegisteredSchema>, subject: String) -> Result<(), SerializeError> {
        let subject = self.subject.get_or_init(|| subject);
        let found = Found { schema, fit: Fit::AsItIs };
        let prefix = Prefix::of(found, subject, self.options.framing, self.messages.clone())?;
        self.prefix.get_or_init(|| prefix);
        Ok(())
    }

    pub(super) async fn known_subject(&self) -> Result<&str, SerializeError> {
        if let Some(subject) = self.subject.get() {
            return Ok(subject);
        }
        let Self { registry, topic, role, options, .. } = self;
        let subject = match associated(&**registry, &options.strategy, topic, *role).await? {
            Some(subject) => subject,
            None if self.unassociated.is_empty() => {
                return Err(SerializeErrorKind::NoAssociation { topic: topic.clone(), role: *role }.into());
            }
            None => self.unassociated.clone(),
        };
        Ok(self.subject.get_or_init(|| subject))
    }
}

impl Prefix {
    fn of(found: Found, subject: &str, framing: Framing, messages: Messages) -> Result<Self, SerializeError> {
        let Found { schema, fit } = found;
        let incomplete =
            |missing| SerializeErrorKind::IncompleteAnswer { subject: subject.to_owned(), missing, framing };
        let (mut prefix, header) = match framing {
            Framing::Prefix => (id_prefix(schema.id.ok_or_else(|| incomplete("id"))?).to_vec(), None),
            Framing::Header => {
                (Vec::new(), Some(guid_prefix(schema.guid.ok_or_else(|| incomplete("guid"))?)))
            }
        };
        let through = match fit {
            Fit::AsItIs => None,
            Fit::Branch(position) => {
                // The branch of a union is a long, and this position is none that a schema could not have.
                i64::try_from(position).unwrap_or(i64::MAX).encode_into(&mut prefix);
                None
            }
            Fit::Through(through) => Some(through),
        };
        let mut bytes = [0; LONGEST_PREFIX];
        bytes[..prefix.len()].copy_from_slice(&prefix);
        let plain = prefix[..].try_into().ok().filter(|_| through.is_none());
        Ok(Self { plain, bytes, length: prefix.len(), header, schema, through, messages })
    }

    /// Whether the datum is all of the registered schema's value: no branch of its union, nor made from another one.
    pub(super) fn is_whole_value(&self) -> bool {
        let framing = if self.header.is_some() { 0 } else { ID_PREFIX };
        self.through.is_none() && self.length == framing
    }

    /// The bytes before the datum.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}
