//! Entries for programs.

use super::{Diagnostic, Place, Report};
use avro_model::json::Json;

impl Report {
    /// The entries as JSON, an object each: `severity`, `rule`, `message`, `file`, `line`, `column`, `path`, `related`,
    /// `notes` and `help`. What there is not is left out.
    pub fn to_json(&self) -> Json {
        Json::Array(self.diagnostics.iter().map(Diagnostic::to_json).collect())
    }
}

impl Diagnostic {
    pub(crate) fn to_json(&self) -> Json {
        let mut members = vec![member("severity", text(self.severity.name()))];
        members.extend(self.rule.as_ref().map(|rule| member("rule", text(rule))));
        members.push(member("message", text(&self.message)));
        members.extend(self.place.iter().flat_map(place));
        if !self.related.is_empty() {
            let one = |(message, other): &(String, Place)| {
                Json::Object(place(other).chain([member("message", text(message))]).collect())
            };
            members.push(member("related", Json::Array(self.related.iter().map(one).collect())));
        }
        if !self.notes.is_empty() {
            let notes = self.notes.iter().map(|note| text(note)).collect();
            members.push(member("notes", Json::Array(notes)));
        }
        members.extend(self.help.as_ref().map(|help| member("help", text(help))));
        Json::Object(members)
    }
}

fn place(place: &Place) -> impl Iterator<Item = (String, Json)> {
    let number = |number: usize| Json::Int(i64::try_from(number).unwrap_or(i64::MAX));
    [
        Some(member("file", text(&place.file))),
        Some(member("line", number(place.line))),
        Some(member("column", number(place.column))),
        place.path.as_ref().map(|path| member("path", text(path))),
    ]
    .into_iter()
    .flatten()
}

fn member(key: &str, value: Json) -> (String, Json) {
    (key.to_owned(), value)
}

fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}
