//! Messages as types of serde.

use super::{Entry, GenericDeserializer, value_of};
use crate::deserialize_error::{DeserializeError, DeserializeErrorKind};
use crate::known_writers::BadData;
use crate::record::Record;
use crate::serde_data::{SerdeError, SerdeProblem, from_datum, from_value};
use crate::{GenericMessage, Outcome};
use serde::de::DeserializeOwned;

impl GenericDeserializer {
    /// The message as a type that serde can read, by the names of the reader's schema if there is one, else of the writer's:
    /// see [`serde_data`](crate::serde_data).
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use serde_wire::registry::MockRegistry;
    /// use serde_wire::subject::Role;
    /// use serde_wire::{DeserializerOptions, GenericDeserializer, GenericSerializer, SerializerOptions};
    /// use std::sync::Arc;
    ///
    /// #[derive(Serialize, Deserialize, PartialEq, Debug)]
    /// struct User {
    ///     name: String,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let registry = Arc::new(MockRegistry::new());
    /// let schema = r#"{"type":"record","name":"User","fields":[{"name":"name","type":"string"}]}"#;
    /// let options = SerializerOptions::default();
    /// let users = GenericSerializer::new(registry.clone(), "users", Role::Value, &options, schema)?;
    /// let mut payload = Vec::new();
    /// users.serialize_serde_into(&User { name: "Ada".into() }, &mut payload).await?;
    ///
    /// let any = GenericDeserializer::new(registry, "users", Role::Value, &DeserializerOptions::default());
    /// let user: User = any.deserialize_serde(None, &payload).await?;
    /// assert_eq!(user.name, "Ada");
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`deserialize_with_header`](Self::deserialize_with_header); the data has no place in the type.
    pub async fn deserialize_serde<T: DeserializeOwned>(
        &self,
        header: Option<&[u8]>,
        payload: &[u8],
    ) -> Result<T, DeserializeError> {
        self.writers.deserialize(&self.decoding(), header, payload, typed).await
    }

    /// What becomes of this deserializer's half of a record as such a type.
    pub fn deserialize_serde_record<'r, T: DeserializeOwned>(
        &'r self,
        record: &Record<'r>,
    ) -> impl Future<Output = Outcome<T>> + use<'r, T> {
        let (header, payload) = (record.schema_header(self.role), record.half(self.role));
        async move {
            let Some(payload) = payload else { return Outcome::Tombstone };
            self.deserialize_serde(header, payload).await.map(Some).into()
        }
    }
}

impl GenericMessage {
    /// The value as a type that serde can read.
    ///
    /// # Errors
    /// It has no place in the type.
    pub fn to_type<T: DeserializeOwned>(&self) -> Result<T, SerdeError> {
        from_value(&self.schema, &self.value)
    }
}

fn typed<T: DeserializeOwned>(entry: &Entry, body: &[u8]) -> Result<T, BadData> {
    if entry.as_written {
        return from_datum(&entry.schema, body).map_err(|error| bad_data(&error, error.offset()));
    }
    let value = value_of(entry, body)?;
    // The offset in a datum that the message does not have says nothing.
    from_value(&entry.schema, &value).map_err(|error| bad_data(&error, None))
}

#[cold]
fn bad_data(error: &SerdeError, offset: Option<usize>) -> BadData {
    let kind = match error.problem() {
        SerdeProblem::Data(error) => DeserializeErrorKind::Data(*error),
        SerdeProblem::Type(problem) => DeserializeErrorKind::Type(problem.as_str().into()),
    };
    BadData { kind, offset: offset.unwrap_or_default(), path: Some(error.path().clone()) }
}
