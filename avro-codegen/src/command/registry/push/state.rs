//! Schemas on their way into a registry, and what becomes of each.

use crate::command::registry::client::Registry;
use crate::command::registry::names::Names;
use crate::error::Error;
use crate::reading::Read;
use serde_wire::registry::{NewSchema, RegisteredSchema, SchemaReference};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// A schema to register.
pub(super) struct Item<'r> {
    pub(super) read: &'r Read,
    pub(super) file: &'r Path,
    pub(super) subject: String,
    pub(super) names: Names,
    /// The schemas that it refers to, by number, each with the name that it uses.
    pub(super) uses: BTreeMap<usize, String>,
}

/// What is known of a schema's place in the registry.
pub(super) enum State {
    /// It is there.
    Known(Arc<RegisteredSchema>),
    /// It is new, and would be accepted; or nobody can tell, since what it refers to is new as well.
    New { checked: bool },
    /// It cannot be registered.
    Refused(String),
}

/// Finds out what registering a schema would do.
pub(super) fn planned(
    registry: &Registry,
    items: &[Item<'_>],
    number: usize,
    states: &HashMap<usize, State>,
) -> Result<State, Error> {
    let item = &items[number];
    for used in item.uses.keys() {
        if matches!(states.get(used), Some(State::Refused(_))) {
            return Ok(State::Refused(format!("it refers to {}, which is refused", items[*used].subject)));
        }
    }
    let Some(schema) = new_schema(items, number, states) else { return Ok(State::New { checked: false }) };
    match registry.lookup(&item.subject, &schema)? {
        Ok(found) => return Ok(State::Known(found)),
        Err(error) if error.status() == Some(404) => {}
        Err(error) => return Ok(State::Refused(error.to_string())),
    }
    Ok(match registry.check(&item.subject, &schema)? {
        Ok(verdict) if verdict.compatible => State::New { checked: true },
        Ok(verdict) => State::Refused(format!("it is incompatible: {}", verdict.messages.join(", "))),
        // Of a subject that is not there, an older server says so.
        Err(error) if error.status() == Some(404) => State::New { checked: true },
        Err(error) => State::Refused(error.to_string()),
    })
}

pub(super) fn register(
    registry: &Registry,
    items: &[Item<'_>],
    number: usize,
    states: &HashMap<usize, State>,
) -> Result<Arc<RegisteredSchema>, Error> {
    let subject = &items[number].subject;
    let refused =
        |problem: String| Error::Registry { problem: format!("subject {subject} was refused: {problem}") };
    let schema = new_schema(items, number, states)
        .ok_or_else(|| refused("what it refers to is not registered".to_owned()))?;
    registry.register(subject, &schema)?.map_err(|error| refused(error.to_string()))?;
    // Servers before 7.5 answer nothing but the id.
    registry.lookup(subject, &schema)?.map_err(|error| refused(error.to_string()))
}

/// The schema as the registry takes it; `None` while something that it refers to is not there.
fn new_schema(items: &[Item<'_>], number: usize, states: &HashMap<usize, State>) -> Option<NewSchema> {
    let item = &items[number];
    let references = references(items, number, states, |used| as_referred(used, &item.subject))?;
    Some(NewSchema::avro(&item.read.text).with_references(references))
}

/// What a schema refers to, with subjects that are `called` so; `None` while something is not there.
pub(super) fn references<'i>(
    items: &'i [Item<'_>],
    number: usize,
    states: &HashMap<usize, State>,
    called: impl Fn(&'i str) -> &'i str,
) -> Option<Vec<SchemaReference>> {
    let references = items[number].uses.iter().map(|(used, name)| match states.get(used) {
        Some(State::Known(found)) => {
            let version = i32::try_from(found.version?).ok()?;
            Some(SchemaReference::new(name, called(&items[*used].subject), version))
        }
        _ => None,
    });
    references.collect()
}

/// How a subject is named in a schema of another one: without its context if that is the same.
fn as_referred<'s>(subject: &'s str, referring: &str) -> &'s str {
    let split = |subject: &str| subject.strip_prefix(":.").and_then(|rest| rest.find(':')).map(|end| end + 3);
    match (split(subject), split(referring)) {
        (Some(end), Some(other)) if subject[..end] == referring[..other] => &subject[end..],
        _ => subject,
    }
}

/// The order in which each comes behind those that it refers to.
pub(super) fn order(items: &[Item<'_>]) -> Result<Vec<usize>, Error> {
    let mut order: Vec<usize> = Vec::new();
    let mut placed = vec![false; items.len()];
    while order.len() < items.len() {
        let before = order.len();
        for (number, item) in items.iter().enumerate() {
            if !placed[number] && item.uses.keys().all(|used| placed[*used]) {
                placed[number] = true;
                order.push(number);
            }
        }
        if order.len() == before {
            let left = (0..items.len()).filter(|number| !placed[*number]);
            let names: Vec<&str> = left.map(|number| items[number].subject.as_str()).collect();
            let problem = format!(
                "these refer to each other in a circle, and a registry takes none before the others: {}; put them into \
                 one file",
                names.join(", ")
            );
            return Err(Error::Registry { problem });
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::as_referred;

    #[test]
    fn a_subject_of_the_same_context_is_named_without_it() {
        for (subject, referring, named) in [
            ("ids", "orders", "ids"),
            (":.team:ids", ":.team:orders", "ids"),
            (":.team:ids", ":.other:orders", ":.team:ids"),
            (":.team:ids", "orders", ":.team:ids"),
            ("ids", ":.team:orders", "ids"),
        ] {
            assert_eq!(as_referred(subject, referring), named);
        }
    }
}
