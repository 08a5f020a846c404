//! The common part of all deserializers: split the frame, find the decoder of the writer's schema or learn it, and
//! say what went wrong.

use crate::context::is_bare;
use crate::deadline::within;
use crate::deserialize_error::{DeserializeError, DeserializeErrorKind};
use crate::deserializer::DeserializerOptions;
use crate::frame::{Frame, MAGIC_ID, SchemaKey, split_with_header};
use crate::registry::{RegistryError, SchemaRegistry};
use crate::resolve::FieldPath;
use crate::subject::Role;
use crate::subject_of_topic::SubjectOfTopic;
use crate::telemetry::Messages;
use crate::unframed::{Unframed, UnframedSchema};
use crate::writer_cache::WriterCache;
use crate::writer_schema::WriterSchema;
use std::sync::Arc;
use std::time::Duration;

/// A registry, and a decoder `D` for each writer's schema that was met.
pub(crate) struct KnownWriters<D> {
    registry: Arc<dyn SchemaRegistry>,
    subject: SubjectOfTopic,
    deadline: Duration,
    /// Of framed messages. Where messages are unframed it stays empty, so that none of them is taken for a framed one at hand.
    decoders: Decoders<D>,
    unframed: Option<Unframed<D>>,
    messages: Messages,
}

pub(crate) type Decoders<D> = WriterCache<D, DeserializeErrorKind>;

/// What is wrong with data, at which byte of it and, where that is known, in which part of the value.
pub(crate) struct BadData {
    pub(crate) kind: DeserializeErrorKind,
    pub(crate) offset: usize,
    pub(crate) path: Option<FieldPath>,
}

/// The decoders of a kind of deserializer: how they are made.
pub(crate) trait Decoding {
    /// The decoder of one writer's schema.
    type Decoder;

    /// The decoder for messages that name their schema in a way that needs no registry.
    fn without_registry(&self, _: SchemaKey) -> Option<Self::Decoder> {
        None
    }

    /// The decoder for data of that schema, and whether it reads data as it was written: otherwise migration rules
    /// concern it.
    fn decoder(&self, writer: WriterSchema) -> Result<(Self::Decoder, bool), DeserializeErrorKind>;
}

impl<D> KnownWriters<D> {
    pub(crate) fn new(
        registry: Arc<dyn SchemaRegistry>,
        topic: &str,
        role: Role,
        options: &DeserializerOptions,
    ) -> Self {
        Self {
            registry,
            subject: options.subject(topic, role),
            deadline: options.deadline,
            decoders: WriterCache::new(),
            unframed: options.unframed.map(Unframed::new),
            messages: Messages::consumed(topic, role),
        }
    }

    pub(crate) fn subject(&self) -> Option<&str> {
        self.subject.known()
    }

    /// What `decode` makes of the data of a message with the decoder of its schema, or what it finds wrong there.
    pub(crate) async fn deserialize<'p, C: Decoding<Decoder = D>, V>(
        &self,
        decoding: &C,
        header: Option<&[u8]>,
        payload: &'p [u8],
        mut decode: impl FnMut(&D, &'p [u8]) -> Result<V, BadData>,
    ) -> Result<V, DeserializeError> {
        loop {
            if let Some(result) = self.try_deserialize(header, payload, &mut decode) {
                return result;
            }
            self.learn_for(decoding, header, payload).await?;
        }
    }

    /// Learns how to decode a message of which nothing is known.
    pub(crate) async fn learn_for<C: Decoding<Decoder = D>>(
        &self,
        decoding: &C,
        header: Option<&[u8]>,
        payload: &[u8],
    ) -> Result<(), DeserializeError> {
        let unframed = self.unframed.as_ref().filter(|_| header.is_none());
        let (schema, learned) = match unframed {
            Some(unframed @ Unframed { schema: UnframedSchema::Latest, .. }) => {
                let learning = self.learn_latest(decoding, unframed);
                (None, self.messages.learning(UnframedSchema::Latest, learning).await)
            }
            _ => {
                let framed = || split(header, payload);
                let schema =
                    unframed.and_then(|unframed| unframed.frame(payload)).map_or_else(framed, Ok)?.schema;
                let learning = async {
                    let learned = self.learn(decoding, schema).await;
                    if unframed.is_some() { learned.map_err(no_fault_of_messages) } else { learned }
                };
                (Some(schema), self.messages.learning(schema, learning).await)
            }
        };
        let learned = learned.map_err(|kind| DeserializeError::new(kind, schema, payload));
        learned.inspect_err(|error| self.messages.count_bad(error))
    }

    /// The decoder and the data of nearly every message: one without a header that names a schema by its id, and whose decoder is at
    /// hand. Of one that can be decoded [`decoded`](Self::decoded) is to be told; what is wrong with another one
    /// [`try_deserialize`](Self::try_deserialize) finds out.
    #[inline(always)]
    pub(crate) fn at_hand<'p>(&self, payload: &'p [u8]) -> Option<(&D, &'p [u8])> {
        let (&[MAGIC_ID, a, b, c, d], body) = payload.split_first_chunk()? else { return None };
        // What is no id is in no slot.
        Some((self.decoders.at_hand([a, b, c, d])?, body))
    }

    /// Counts a message at hand, which was decoded.
    #[inline(always)]
    pub(crate) fn decoded(&self) {
        self.messages.count_good();
    }

    /// What becomes of any message; `None` when nothing is known about the schema.
    pub(crate) fn try_deserialize<'p, V>(
        &self,
        header: Option<&[u8]>,
        payload: &'p [u8],
        decode: impl FnOnce(&D, &'p [u8]) -> Result<V, BadData>,
    ) -> Option<Result<V, DeserializeError>> {
        let result = match self.frame(header, payload)? {
            Ok(frame) => self.known().with(frame.schema, |known| match known {
                Ok(decoder) => decode(decoder, frame.body).map_err(|bad| at(&frame, payload, bad)),
                Err(refusal) => Err(DeserializeError::new(refusal.clone(), Some(frame.schema), payload)),
            })?,
            Err(error) => Err(error),
        };
        self.messages.count(&result);
        Some(result)
    }

    /// The message taken apart; `None` when it names no schema, and the one to take is not known.
    fn frame<'p>(
        &self,
        header: Option<&[u8]>,
        payload: &'p [u8],
    ) -> Option<Result<Frame<'p>, DeserializeError>> {
        match &self.unframed {
            Some(unframed) if header.is_none() => unframed.frame(payload).map(Ok),
            _ => Some(split(header, payload)),
        }
    }

    /// What is known of writers' schemas.
    fn known(&self) -> &Decoders<D> {
        self.unframed.as_ref().map_or(&self.decoders, |unframed| &unframed.decoders)
    }

    /// Finds out how to read what that schema wrote. A decision is remembered, a refusal too. That the registry is away
    /// or does not know the schema is not: the registry client has its own opinion on how long that holds.
    #[cold]
    async fn learn<C: Decoding<Decoder = D>>(
        &self,
        decoding: &C,
        key: SchemaKey,
    ) -> Result<(), DeserializeErrorKind> {
        let decided = match within(self.deadline, self.decide(decoding, key)).await {
            Err(
                error @ (DeserializeErrorKind::Registry(_)
                | DeserializeErrorKind::Reference(_)
                | DeserializeErrorKind::UnknownFingerprint),
            ) => return Err(error),
            decided => decided,
        };
        self.known().insert(key, decided);
        Ok(())
    }

    /// Finds out which version is the latest, and how to read what it wrote.
    #[cold]
    async fn learn_latest<C: Decoding<Decoder = D>>(
        &self,
        decoding: &C,
        unframed: &Unframed<D>,
    ) -> Result<(), DeserializeErrorKind> {
        within(self.deadline, async {
            let registry = &*self.registry;
            let subject = self.subject.ask(registry).await?.filter(|subject| !is_bare(subject));
            let subject = subject.ok_or(RegistryError::NoSubject)?;
            let latest = registry.confirmed_latest(subject).await?;
            // By content: a subject of the default context may be answered from another one, whose ids are others.
            let key = SchemaKey::Guid(latest.content());
            if unframed.decoders.with(key, |_| ()).is_none() {
                match self.decide_by(decoding, WriterSchema::of(latest, registry, Some(subject)).await).await
                {
                    Err(error @ (DeserializeErrorKind::Registry(_) | DeserializeErrorKind::Reference(_))) => {
                        return Err(error);
                    }
                    decided => unframed.decoders.insert(key, decided),
                }
            }
            unframed.set_latest(key);
            Ok(())
        })
        .await
        .map_err(no_fault_of_messages)
    }

    async fn decide<C: Decoding<Decoder = D>>(
        &self,
        decoding: &C,
        key: SchemaKey,
    ) -> Result<D, DeserializeErrorKind> {
        if let Some(decoder) = decoding.without_registry(key) {
            return Ok(decoder);
        }
        let subject = self.subject.ask(&*self.registry).await?;
        self.decide_by(decoding, WriterSchema::fetch(&*self.registry, key, subject).await).await
    }

    /// The decoder for data of that schema.
    async fn decide_by<C: Decoding<Decoder = D>>(
        &self,
        decoding: &C,
        writer: Result<WriterSchema, DeserializeErrorKind>,
    ) -> Result<D, DeserializeErrorKind> {
        let writer = writer?;
        let registered = Arc::clone(&writer.registered);
        let (decoder, as_written) = decoding.decoder(writer)?;
        if !as_written {
            WriterSchema::refuse_migrations(&registered, &*self.registry, self.subject.known()).await?;
        }
        Ok(decoder)
    }
}

/// What the registry refuses when messages name no schema is what the options ask for, and may be there later.
fn no_fault_of_messages(kind: DeserializeErrorKind) -> DeserializeErrorKind {
    match kind {
        DeserializeErrorKind::Registry(error) if error.is_definitive() => {
            RegistryError::NoUnframedSchema { answer: error.to_string() }.into()
        }
        kind => kind,
    }
}

/// The error of a message with bad data.
#[cold]
fn at(frame: &Frame<'_>, payload: &[u8], bad: BadData) -> DeserializeError {
    let offset = payload.len() - frame.body.len() + bad.offset;
    DeserializeError::new(bad.kind, Some(frame.schema), payload).at(offset, bad.path)
}

#[inline]
fn split<'p>(header: Option<&[u8]>, payload: &'p [u8]) -> Result<Frame<'p>, DeserializeError> {
    split_with_header(header, payload).map_err(|error| DeserializeError::new(error.into(), None, payload))
}
