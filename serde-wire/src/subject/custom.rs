//! Names by a function of one's own.

use super::Role;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The facts that a name is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubjectFacts<'a> {
    /// The topic.
    pub topic: &'a str,
    /// The half of the record.
    pub role: Role,
    /// The [`full_name`](super::full_name) of the schema; `None` for a reader, which has not seen a message yet.
    pub record_name: Option<&'a str>,
}

type Naming = dyn Fn(SubjectFacts<'_>) -> Option<String> + Send + Sync;

/// A naming rule of one's own, for [`SubjectStrategy::Custom`](super::SubjectStrategy::Custom).
///
/// Two of them are equal when they are clones of one.
#[derive(Clone)]
pub struct CustomNaming(Arc<Naming>);

impl CustomNaming {
    /// The rule that this function is. It gives `None` where it needs a record's name and has none; a serializer always
    /// has one, and falls back to the topic's own subject if there is no name all the same.
    ///
    /// ```
    /// use serde_wire::subject::{CustomNaming, Role, SubjectStrategy};
    ///
    /// let naming = CustomNaming::new(|facts| Some(format!("team-a.{}.{}", facts.topic, facts.role)));
    /// let strategy = SubjectStrategy::Custom(naming);
    /// assert_eq!(strategy.subject("orders", Role::Value, "com.acme.Order"), "team-a.orders.value");
    /// ```
    pub fn new(naming: impl Fn(SubjectFacts<'_>) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(naming))
    }

    pub(super) fn name(&self, topic: &str, role: Role, record_name: Option<&str>) -> Option<String> {
        (self.0)(SubjectFacts { topic, role, record_name })
    }
}

impl PartialEq for CustomNaming {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for CustomNaming {}

impl Hash for CustomNaming {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).cast::<()>().hash(state);
    }
}

impl fmt::Debug for CustomNaming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomNaming")
    }
}
