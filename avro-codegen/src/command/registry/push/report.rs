//! The plan of a push, or what was done of it, in words and as a document.

use super::state::{Item, State};
use crate::command::inputs::{number, object};
use avro_model::json::Json;
use std::collections::HashMap;
use std::fmt::Write;

pub(super) fn told(item: &Item<'_>, state: &State) -> String {
    let subject = &item.subject;
    let mut line = match state {
        State::Known(found) => {
            let version = found.version.map(|version| format!(" as version {version}")).unwrap_or_default();
            let id = found.id.map(|id| format!(", id {id}")).unwrap_or_default();
            format!("there    {subject}{version}{id}")
        }
        State::New { checked: true } => format!("register {subject}"),
        State::New { checked: false } => {
            format!("register {subject}, unless it is refused behind what it refers to")
        }
        State::Refused(problem) => format!("refused  {subject}: {problem}"),
    };
    write!(line, " ({})", item.file.display()).expect("a String takes any text");
    line
}

/// The plan, or what was done of it, as one document: an object for each schema, and how many were registered.
pub(super) fn as_json(
    items: &[Item<'_>],
    order: &[usize],
    states: &HashMap<usize, State>,
    registered: usize,
) -> String {
    let schemas = order.iter().map(|number| {
        let item = &items[*number];
        let file = item.file.display().to_string();
        let mut texts = vec![("subject", &*item.subject), ("file", &*file)];
        let mut numbers = Vec::new();
        match &states[number] {
            State::Known(found) => {
                texts.push(("state", "there"));
                numbers.extend(found.version.map(|version| ("version", i64::from(version))));
                numbers.extend(found.id.map(|id| ("id", i64::from(id.get()))));
            }
            State::New { .. } => texts.push(("state", "to register")),
            State::Refused(problem) => texts.extend([("state", "refused"), ("problem", problem)]),
        }
        let mut json = object(&texts);
        if let Json::Object(members) = &mut json {
            members.extend(numbers.into_iter().map(|(key, number)| (key.to_owned(), Json::Int(number))));
        }
        json
    });
    let members = vec![
        ("schemas".to_owned(), Json::Array(schemas.collect())),
        ("registered".to_owned(), number(registered)),
    ];
    format!("{}\n", Json::Object(members))
}
