//! The common part of all deserializers: split the frame, find the decoder of the writer's schema or learn it, and
//! say what went wrong.

use crate::context::is_bare;
use crate::deadline::within;
use crate::deserialize_error::{DeserializeError, DeserializeErrorKind};
use crate::deserializer::DeserializerOptions;
use crate::frame::{Frame, SchemaKey, split_with_header};
use crate::registry::{RegistryError, SchemaRegistry, VersionSelector};
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
    /// Of framed messages; empty where messages are unframed.
    decoders: Decoders<D>,
    unframed: Option<Unframed<D>>,
    messages: Messages,
}

type Decoders<D> = WriterCache<Result<D, DeserializeErrorKind>>;

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

    /// Learns how to decode a message of which nothing is known: in a loop with [`try_deserialize`](Self::try_deserialize) this is
    /// the way that messages of known schemas go without any state of a wait.
    #[cold]
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
                (Some(schema), self.messages.learning(schema, self.learn(decoding, schema)).await)
            }
        };
        self.counted(learned.map_err(|kind| DeserializeError::new(kind, schema, payload)))
    }

    /// `None` when nothing is known about the schema.
    #[inline]
    pub(crate) fn try_deserialize<'p, V>(
        &self,
        header: Option<&[u8]>,
        payload: &'p [u8],
        mut decode: impl FnMut(&D, &'p [u8]) -> Result<V, BadData>,
    ) -> Option<Result<V, DeserializeError>> {
        if let Ok(frame) = split_with_header(header, payload)
            && let Some(result) = self.decode(&self.decoders, &frame, payload, &mut decode)
        {
            return Some(result);
        }
        self.try_otherwise(header, payload, decode)
    }

    /// The same for what is no framed message of a known schema. Where messages are unframed no schema of framed ones is known, so
    /// that all of them come here, and the way of the others has no question more.
    #[cold]
    fn try_otherwise<'p, V>(
        &self,
        header: Option<&[u8]>,
        payload: &'p [u8],
        decode: impl FnMut(&D, &'p [u8]) -> Result<V, BadData>,
    ) -> Option<Result<V, DeserializeError>> {
        match &self.unframed {
            Some(unframed) if header.is_none() => {
                self.decode(&unframed.decoders, &unframed.frame(payload)?, payload, decode)
            }
            unframed => match split(header, payload) {
                Ok(frame) => self.decode(&unframed.as_ref()?.decoders, &frame, payload, decode),
                Err(error) => Some(self.counted(Err(error))),
            },
        }
    }

    /// The result of a step on the way to the data, where a failure is that of the message.
    #[inline]
    fn counted<T>(&self, result: Result<T, DeserializeError>) -> Result<T, DeserializeError> {
        if result.is_err() {
            self.messages.count(&result);
        }
        result
    }

    #[inline]
    fn decode<'p, V>(
        &self,
        decoders: &Decoders<D>,
        frame: &Frame<'p>,
        payload: &[u8],
        decode: impl FnMut(&D, &'p [u8]) -> Result<V, BadData>,
    ) -> Option<Result<V, DeserializeError>> {
        #[cfg(feature = "metrics")]
        {
            let decoded = decode_uncounted(decoders, frame, payload, decode);
            if let Some(result) = &decoded {
                self.messages.count(result);
            }
            decoded
        }
        // Nothing stands between a value and its place.
        #[cfg(not(feature = "metrics"))]
        decode_uncounted(decoders, frame, payload, decode)
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
        self.unframed.as_ref().map_or(&self.decoders, |unframed| &unframed.decoders).insert(key, decided);
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
            let latest = registry.version(subject, VersionSelector::Latest).await?;
            let key = latest.id.map(SchemaKey::Id).ok_or_else(|| RegistryError::NotARegistry {
                url: format!("the registry asked for {subject}"),
                reason: "the latest version has no id".to_owned(),
            })?;
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

#[inline]
fn decode_uncounted<'p, D, V>(
    decoders: &Decoders<D>,
    frame: &Frame<'p>,
    payload: &[u8],
    mut decode: impl FnMut(&D, &'p [u8]) -> Result<V, BadData>,
) -> Option<Result<V, DeserializeError>> {
    decoders.with(frame.schema, |known| match known {
        Ok(decoder) => decode(decoder, frame.body).map_err(|bad| {
            let offset = payload.len() - frame.body.len() + bad.offset;
            DeserializeError::new(bad.kind, Some(frame.schema), payload).at(offset, bad.path)
        }),
        Err(refusal) => Err(DeserializeError::new(refusal.clone(), Some(frame.schema), payload)),
    })
}

#[inline]
fn split<'p>(header: Option<&[u8]>, payload: &'p [u8]) -> Result<Frame<'p>, DeserializeError> {
    split_with_header(header, payload).map_err(|error| DeserializeError::new(error.into(), None, payload))
}
