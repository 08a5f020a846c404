//! The properties of a serializer and of a deserializer.

use super::{Properties, PropertyError};
use crate::frame::{Guid, SchemaId};
use crate::subject::{AssociatedFallback, AssociatedNaming, Role, SubjectStrategy};
use crate::{DeserializerOptions, Framing, SchemaSource, SerializerOptions, UnframedSchema};

const AUTO_REGISTER: &str = "auto.register.schemas";
const LATEST: &str = "use.latest.version";
const METADATA: &str = "use.latest.with.metadata";
const ID: &str = "use.schema.id";
const GUID: &str = "use.schema.guid";

impl SerializerOptions {
    /// The options that a client's properties ask for, for that half of its records. The names and defaults are those of
    /// the [table](crate::options).
    ///
    /// A property that would have no effect since `auto.register.schemas` is true is an error, where Java's serializers
    /// register in silence.
    ///
    /// # Errors
    /// A key is unknown or refused, or a value is none of its key.
    pub fn from_properties<K: AsRef<str>, V: AsRef<str>>(
        properties: impl IntoIterator<Item = (K, V)>,
        role: Role,
    ) -> Result<Self, PropertyError> {
        let properties = Properties::new(properties)?;
        let mut options = Self::default()
            .with_source(source(&properties)?)
            .with_strategy(strategy(&properties, role)?)
            .with_framing(framing(&properties, role)?);
        context(&properties)?;
        if let Some(strict) = properties.flag("latest.compatibility.strict")? {
            options = options.with_latest_compatibility_strict(strict);
        }
        if let Some(strict) = properties.flag("id.compatibility.strict")? {
            options = options.with_id_compatibility_strict(strict);
        }
        Ok(options)
    }
}

impl DeserializerOptions {
    /// The options that a client's properties ask for, for that half of its records. The names and defaults are those of
    /// the [table](crate::options). What concerns a producer alone has no effect here, `use.latest.version` included unless messages
    /// name no schema: data is read as the type's own schema.
    ///
    /// # Errors
    /// A key is unknown or refused, or a value that concerns a consumer is none of its key.
    pub fn from_properties<K: AsRef<str>, V: AsRef<str>>(
        properties: impl IntoIterator<Item = (K, V)>,
        role: Role,
    ) -> Result<Self, PropertyError> {
        let properties = Properties::new(properties)?;
        context(&properties)?;
        let options = Self::default().with_strategy(strategy(&properties, role)?);
        Ok(match unframed(&properties, role)? {
            Some(schema) => options.with_unframed(schema),
            None => options,
        })
    }
}

/// The schema of messages that name none, where the properties say that they do not.
fn unframed(properties: &Properties, role: Role) -> Result<Option<UnframedSchema>, PropertyError> {
    let key = match role {
        Role::Key => "key.schema.id.deserializer",
        Role::Value => "value.schema.id.deserializer",
    };
    match properties.class(key) {
        None | Some("DualSchemaIdDeserializer" | "PrefixSchemaIdDeserializer") => Ok(None),
        Some("ConfigSchemaIdDeserializer") => match chosen(properties)? {
            Some((_, SchemaSource::Id(id))) => Ok(Some(UnframedSchema::Id(id))),
            Some((_, SchemaSource::Guid(guid))) => Ok(Some(UnframedSchema::Guid(guid))),
            Some((_, SchemaSource::Latest)) => Ok(Some(UnframedSchema::Latest)),
            _ => Err(properties.unexpected(
                key,
                "ConfigSchemaIdDeserializer along with use.schema.id, use.schema.guid or use.latest.version",
            )),
        },
        Some(_) => Err(properties.unexpected(
            key,
            "DualSchemaIdDeserializer, PrefixSchemaIdDeserializer or ConfigSchemaIdDeserializer",
        )),
    }
}

fn source(properties: &Properties) -> Result<SchemaSource, PropertyError> {
    let normalize = properties.flag("normalize.schemas")?.unwrap_or(false);
    let chosen = chosen(properties)?;
    match (properties.flag(AUTO_REGISTER)?.unwrap_or(true), chosen) {
        (true, Some((key, _))) => Err(PropertyError::Conflict { key, with: AUTO_REGISTER }),
        (true, None) => Ok(SchemaSource::Register { normalize }),
        (false, Some((_, source))) => Ok(source),
        (false, None) => Ok(SchemaSource::Lookup { normalize }),
    }
}

/// A source that is neither to register nor to look up. All values are checked, whichever counts.
fn chosen(properties: &Properties) -> Result<Option<(&'static str, SchemaSource)>, PropertyError> {
    let allowed = "a schema id, or -1 for none";
    let id = match properties.number::<i64>(ID, allowed)? {
        None | Some(-1) => None,
        Some(id) => {
            let id = u32::try_from(id).ok().and_then(SchemaId::new);
            Some(SchemaSource::Id(id.ok_or_else(|| properties.unexpected(ID, allowed))?))
        }
    };
    let guid = properties.number::<Guid>(GUID, "a GUID")?.map(SchemaSource::Guid);
    let metadata = properties.map(METADATA)?.map(SchemaSource::LatestWithMetadata);
    let latest = properties.flag(LATEST)?.unwrap_or(false).then_some(SchemaSource::Latest);
    let in_order = [(ID, id), (GUID, guid), (METADATA, metadata), (LATEST, latest)];
    Ok(in_order.into_iter().find_map(|(key, source)| Some((key, source?))))
}

fn strategy(properties: &Properties, role: Role) -> Result<SubjectStrategy, PropertyError> {
    let of_role = match role {
        Role::Key => "key.subject.name.strategy",
        Role::Value => "value.subject.name.strategy",
    };
    let today = "subject.name.strategy.fallback.type";
    let fallback_key =
        if properties.text(today).is_some() { today } else { "fallback.subject.name.strategy.type" };
    let fallback = match properties.text(fallback_key).map(str::to_ascii_uppercase).as_deref() {
        None | Some("TOPIC") => AssociatedFallback::TopicName,
        Some("RECORD") => AssociatedFallback::RecordName,
        Some("TOPIC_RECORD") => AssociatedFallback::TopicRecordName,
        Some("NONE") => AssociatedFallback::None,
        Some(_) => return Err(properties.unexpected(fallback_key, "TOPIC, RECORD, TOPIC_RECORD or NONE")),
    };
    let naming = AssociatedNaming::default().with_fallback(fallback);
    let cluster = properties.text("subject.name.strategy.kafka.cluster.id");
    let naming = match cluster.or_else(|| properties.text("kafka.cluster.id")) {
        Some(cluster) => naming.with_cluster(cluster),
        None => naming,
    };
    let key = if properties.text(of_role).is_some() { of_role } else { "subject.name.strategy" };
    match properties.class(key) {
        None | Some("TopicNameStrategy") => Ok(SubjectStrategy::TopicName),
        Some("RecordNameStrategy") => Ok(SubjectStrategy::RecordName),
        Some("TopicRecordNameStrategy") => Ok(SubjectStrategy::TopicRecordName),
        Some("AssociatedNameStrategy") => Ok(SubjectStrategy::Associated(naming)),
        Some(_) => Err(properties.unexpected(
            key,
            "TopicNameStrategy, RecordNameStrategy, TopicRecordNameStrategy or AssociatedNameStrategy \
             (a strategy of one's own is set by SubjectStrategy::Custom)",
        )),
    }
}

fn framing(properties: &Properties, role: Role) -> Result<Framing, PropertyError> {
    let key = match role {
        Role::Key => "key.schema.id.serializer",
        Role::Value => "value.schema.id.serializer",
    };
    match properties.class(key) {
        None | Some("PrefixSchemaIdSerializer") => Ok(Framing::Prefix),
        Some("HeaderSchemaIdSerializer") => Ok(Framing::Header),
        Some(_) => Err(properties.unexpected(key, "PrefixSchemaIdSerializer or HeaderSchemaIdSerializer")),
    }
}

fn context(properties: &Properties) -> Result<(), PropertyError> {
    let key = "context.name.strategy";
    match properties.class(key) {
        None | Some("NullContextNameStrategy") => Ok(()),
        Some(_) => {
            Err(properties.unexpected(key, "NullContextNameStrategy (a context is set by with_context)"))
        }
    }
}
