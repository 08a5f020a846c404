//! What a pull did, in words and as a document.

use crate::command::inputs::object;
use crate::command::registry::lock::{Lock, Locked};
use avro_model::json::Json;
use std::fmt::Write;

/// What was done, a line for each version.
pub(super) fn told(old: &Lock, new: &Lock) -> String {
    let mut text = String::new();
    for locked in &new.schemas {
        let change = change(old, locked);
        let origin = match (locked.id, locked.requested) {
            (Some(id), true) => format!("id {id}"),
            (Some(id), false) => format!("id {id}, by reference"),
            (None, true) => "no id".to_owned(),
            (None, false) => "by reference".to_owned(),
        };
        writeln!(text, "{change:7} {} ({origin}) in {}", locked.called(), locked.file)
            .expect("a String takes any text");
    }
    text
}

/// What became of a file: `new`, `changed` or `kept`.
fn change(old: &Lock, locked: &Locked) -> &'static str {
    let before = old.schemas.iter().filter(|before| before.file == locked.file);
    match before.max_by_key(|before| before.version) {
        Some(before) if before.subject == locked.subject && before.sha256 == locked.sha256 => "kept",
        Some(_) => "changed",
        None => "new",
    }
}

/// The same as one document: `notes`, and an object for each version.
pub(super) fn as_json(notes: &str, old: &Lock, new: &Lock) -> String {
    let versions = new.schemas.iter().map(|locked| {
        let texts = [("change", change(old, locked)), ("subject", &locked.subject), ("file", &locked.file)];
        let mut json = object(&texts);
        if let Json::Object(members) = &mut json {
            members.push(("version".to_owned(), Json::Int(locked.version.into())));
            members.extend(locked.id.map(|id| ("id".to_owned(), Json::Int(id.into()))));
            members.push(("requested".to_owned(), Json::Bool(locked.requested)));
        }
        json
    });
    let notes = notes.lines().map(|line| Json::String(line.to_owned())).collect();
    let versions = versions.collect();
    let members =
        vec![("notes".to_owned(), Json::Array(notes)), ("versions".to_owned(), Json::Array(versions))];
    format!("{}\n", Json::Object(members))
}
