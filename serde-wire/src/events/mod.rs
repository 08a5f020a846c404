//! Messages about entities, as event-driven services send them, and the topics that they go to (feature `events`).
//!
//! | type | value of a record on | says |
//! |---|---|---|
//! | [`Event`] | `<app>.event.<entity>` | that an entity was created, read, updated or deleted, by whom, and which fields changed |
//! | [`State`] | `<app>.state.<entity>`, compacted | the whole entity as it is now; null deletes it |
//! | [`DeadLetter`] | `<app>.svc.<service>.dlt` | a record that could not be dealt with, whole, and why; [`original`](DeadLetter::original) makes it again |
//!
//! Each begins with an [`Envelope`]: key, trace, time. [`Topic`] makes and checks the names, and knows the settings that
//! such topics are created with. The types are generated from the schemas in `serde-wire/src/events/schemas`, which other
//! languages can generate theirs from; `docs/events.md` shows them.
//!
//! ```
//! use serde_wire::events::{Action, Envelope, Event, Topic};
//! use serde_wire::registry::MockRegistry;
//! use serde_wire::serde_json::json;
//! use serde_wire::subject::Role;
//! use serde_wire::{Deserializer, DeserializerOptions, Serializer, SerializerOptions};
//! use std::sync::Arc;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let topic = Topic::event("shop", "customer order")?;
//! assert_eq!(topic.name(), "shop.event.customer-order");
//!
//! let registry = Arc::new(MockRegistry::new());
//! let events = Serializer::new(registry.clone(), topic.name(), Role::Value, &SerializerOptions::default())?;
//! let event = Event::new(Envelope::now("order-7"), "customer order", Action::Update)
//!     .with_user("ada")
//!     .with_changes(&json!({"status": "shipped", "note": null}));
//! let mut payload = Vec::new();
//! events.serialize_into(&event, &mut payload).await?;
//!
//! let events = Deserializer::<Event>::new(registry, topic.name(), Role::Value, &DeserializerOptions::default());
//! let mut order = json!({"status": "paid", "note": "fragile", "total": 12});
//! events.deserialize(&payload).await?.apply_to(&mut order)?;
//! assert_eq!(order, json!({"status": "shipped", "total": 12}));
//! # Ok(()) }
//! ```

mod dead_letter;
mod generated;
mod merge;
mod message;
mod shown;
mod topic;

pub use generated::serde_wire::events::{Action, DeadLetter, Envelope, Event, Header, State, StreamType};
pub use topic::{Topic, TopicKind, TopicNameError, TopicSettings};
