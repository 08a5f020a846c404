//! Subject naming: under which subject a message's schema stands in the registry (wire-format §2).
//!
//! | strategy | subject | one topic may hold |
//! |---|---|---|
//! | [`SubjectStrategy::TopicName`] (the default) | `<topic>-key`, `<topic>-value` | one type, in all its versions |
//! | [`SubjectStrategy::RecordName`] | `<full record name>` | many types, the same in every topic |
//! | [`SubjectStrategy::TopicRecordName`] | `<topic>-<full record name>` | many types, each with its own history here |
//! | [`SubjectStrategy::Associated`] | that which the registry associates with the topic, else one of the above | as of the subject |
//! | [`SubjectStrategy::Custom`] | as your function says | as you say |

mod associated;
mod custom;

pub use associated::{AssociatedFallback, AssociatedNaming};
use avro_model::{Kind, Schema};
pub use custom::{CustomNaming, SubjectFacts};
use std::fmt;

/// The half of a record that a serializer or deserializer is for. Exhaustive: a record of Kafka has these two.
///
/// ```
/// use serde_wire::subject::Role;
///
/// assert_eq!(format!("orders-{}", Role::Key), "orders-key");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The record's key.
    Key,
    /// The record's value.
    Value,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "key",
            Self::Value => "value",
        })
    }
}

/// The rule that makes a subject of a topic and a schema. The results are those of Confluent's strategies of the same
/// names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum SubjectStrategy {
    /// `<topic>-key` or `<topic>-value`.
    #[default]
    TopicName,
    /// The schema's full name.
    RecordName,
    /// `<topic>-` and the schema's full name.
    TopicRecordName,
    /// The subject that the registry associates with the topic. The registry is asked once, before the first message.
    Associated(AssociatedNaming),
    /// A rule of one's own.
    Custom(CustomNaming),
}

impl SubjectStrategy {
    /// The subject; `record_name` is the [`full_name`] of the schema. With [`SubjectStrategy::Associated`] it is the one
    /// for a topic without association, and empty when that is to be an error.
    ///
    /// ```
    /// use serde_wire::subject::{Role, SubjectStrategy};
    ///
    /// let subject = SubjectStrategy::TopicName.subject("orders", Role::Value, "com.acme.Order");
    /// assert_eq!(subject, "orders-value");
    /// ```
    pub fn subject(&self, topic: &str, role: Role, record_name: &str) -> String {
        match self.fallback() {
            Self::TopicName => of_topic(topic, role),
            Self::RecordName => record_name.to_owned(),
            Self::TopicRecordName => format!("{topic}-{record_name}"),
            Self::Associated(_) => String::new(),
            Self::Custom(naming) => {
                naming.name(topic, role, Some(record_name)).unwrap_or_else(|| of_topic(topic, role))
            }
        }
    }

    /// The subject that a reader can know before it has seen the schema, as far as it need not ask for it.
    #[cfg(feature = "client")]
    pub(crate) fn subject_of_topic(&self, topic: &str, role: Role) -> Option<String> {
        match self.fallback() {
            Self::TopicName => Some(of_topic(topic, role)),
            Self::RecordName | Self::TopicRecordName | Self::Associated(_) => None,
            Self::Custom(naming) => naming.name(topic, role, None),
        }
    }

    /// The rule to go by when the registry was not asked, or knew nothing.
    fn fallback(&self) -> &Self {
        let Self::Associated(naming) = self else { return self };
        match naming.fallback {
            AssociatedFallback::TopicName => &Self::TopicName,
            AssociatedFallback::RecordName => &Self::RecordName,
            AssociatedFallback::TopicRecordName => &Self::TopicRecordName,
            AssociatedFallback::None => self,
        }
    }
}

fn of_topic(topic: &str, role: Role) -> String {
    format!("{topic}-{role}")
}

/// The full name of the schema's root; for a root without a name its type (`"string"`, `"array"`), which is what
/// Confluent's strategies take then.
pub fn full_name(schema: &Schema) -> String {
    let root = &schema[schema.root()];
    let unnamed = match &root.kind {
        Kind::Null => "null",
        Kind::Boolean => "boolean",
        Kind::Int => "int",
        Kind::Long => "long",
        Kind::Float => "float",
        Kind::Double => "double",
        Kind::Bytes => "bytes",
        Kind::String => "string",
        Kind::Array(_) => "array",
        Kind::Map(_) => "map",
        Kind::Union(_) => "union",
        Kind::Record(definition) => return definition.name.to_string(),
        Kind::Enum(definition) => return definition.name.to_string(),
        Kind::Fixed(definition) => return definition.name.to_string(),
    };
    unnamed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn associated(fallback: AssociatedFallback) -> SubjectStrategy {
        SubjectStrategy::Associated(AssociatedNaming::default().with_fallback(fallback))
    }

    /// A rule that needs the name of the record.
    fn custom() -> SubjectStrategy {
        SubjectStrategy::Custom(CustomNaming::new(|SubjectFacts { topic, role, record_name }| {
            record_name.map(|name| format!("{role} of {name} in {topic}"))
        }))
    }

    #[test]
    fn custom_rules_are_equal_to_their_clones() {
        let one = custom();
        assert_eq!(one, one.clone());
        assert_ne!(one, custom());
        let topic = SubjectStrategy::Custom(CustomNaming::new(|_| None));
        assert_eq!(topic.subject("t", Role::Key, "R"), "t-key", "a rule without an answer");
    }

    #[test]
    fn strategies_name_subjects_as_confluents_do() {
        let cases = [
            (SubjectStrategy::TopicName, Role::Value, "t-value"),
            (SubjectStrategy::TopicName, Role::Key, "t-key"),
            (SubjectStrategy::RecordName, Role::Value, "com.acme.User"),
            (SubjectStrategy::RecordName, Role::Key, "com.acme.User"),
            (SubjectStrategy::TopicRecordName, Role::Value, "t-com.acme.User"),
            (SubjectStrategy::TopicRecordName, Role::Key, "t-com.acme.User"),
            (associated(AssociatedFallback::TopicName), Role::Key, "t-key"),
            (associated(AssociatedFallback::RecordName), Role::Key, "com.acme.User"),
            (associated(AssociatedFallback::TopicRecordName), Role::Value, "t-com.acme.User"),
            (associated(AssociatedFallback::None), Role::Value, ""),
            (custom(), Role::Value, "value of com.acme.User in t"),
        ];
        for (strategy, role, expected) in cases {
            assert_eq!(strategy.subject("t", role, "com.acme.User"), expected, "{strategy:?} {role}");
        }
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_reader_knows_the_subject_only_when_the_topic_names_it() {
        let known = |strategy: SubjectStrategy| strategy.subject_of_topic("t", Role::Key);
        assert_eq!(known(SubjectStrategy::TopicName).as_deref(), Some("t-key"));
        assert_eq!(known(SubjectStrategy::RecordName), None);
        assert_eq!(known(SubjectStrategy::TopicRecordName), None);
        assert_eq!(known(associated(AssociatedFallback::TopicName)).as_deref(), Some("t-key"));
        assert_eq!(known(associated(AssociatedFallback::None)), None);
        assert_eq!(known(custom()), None);
    }
}
