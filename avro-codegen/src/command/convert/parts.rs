//! The places of what is lost.

use crate::idl;
use crate::input::{Source, Syntax};
use crate::locate::{Definitions, Text, key};
use crate::reading::Reading;
use crate::report::Place;
use avro_model::Fullname;
use avro_model::idl::{IdlPart, Message, Protocol};
use avro_model::json::{Json, Position, Step, locate};

/// The places of the parts of a file.
pub(super) struct Parts<'r> {
    source: &'r Source,
    protocol: Option<&'r Protocol>,
    /// Those of the other files too, whose types it may use.
    definitions: Definitions<'r>,
}

impl<'r> Parts<'r> {
    pub(super) fn of(reading: &'r Reading, number: usize, protocol: Option<&'r Protocol>) -> Self {
        let source = &reading.sources[number];
        // What its own file says of a type comes first.
        let (own, others): (Vec<_>, Vec<_>) =
            reading.defining().partition(|text: &Text<'_>| text.file() == source.name);
        Self { source, protocol, definitions: Definitions::of(own.into_iter().chain(others)) }
    }

    /// The place of an attribute of a part, or of the part where that is not written.
    pub(super) fn place(&self, part: &IdlPart, attribute: &str) -> Place {
        let found = match part {
            IdlPart::Type(name) => self.definitions.of_type(name, attribute),
            IdlPart::Field { record, field } => self.definitions.of_field(record, field, attribute),
            IdlPart::Protocol(_) => self.of_protocol(attribute),
            IdlPart::Message(name) => self.of_message(name, &[attribute]),
            IdlPart::Result { message } => self.of_message(message, &["response"]),
            IdlPart::Parameter { message, .. } => self.of_message(message, &["request"]),
            _ => None,
        };
        found.unwrap_or_else(|| self.whole())
    }

    /// The place of a named type.
    pub(super) fn of_type(&self, name: &Fullname) -> Place {
        self.definitions.of_type(name, "name").unwrap_or_else(|| self.whole())
    }

    /// The beginning of the file.
    pub(super) fn whole(&self) -> Place {
        self.at(locate(&self.source.text, &[]))
    }

    fn at(&self, position: Position) -> Place {
        Place::new(&self.source.name, &self.source.text, position.line, position.column)
    }

    fn of_protocol(&self, attribute: &str) -> Option<Place> {
        let position = self.protocol?.position;
        Some(self.in_json(&[attribute]).unwrap_or_else(|| self.at(position)))
    }

    fn of_message(&self, name: &str, attribute: &[&str]) -> Option<Place> {
        let steps: Vec<&str> = ["messages", name].into_iter().chain(attribute.iter().copied()).collect();
        let message = self.protocol?.messages.iter().find(|message| message.name == name)?;
        self.in_json(&steps).or_else(|| self.message(message))
    }

    /// The place of a message, which may be one of a file that is imported.
    fn message(&self, message: &Message) -> Option<Place> {
        if message.file == self.source.name {
            return Some(self.at(message.position));
        }
        let text = idl::imported_text(&message.file, self.source)?;
        Some(Place::new(&message.file, &text, message.position.line, message.position.column))
    }

    /// The place of a member of a protocol in JSON, if it is there.
    fn in_json(&self, keys: &[&str]) -> Option<Place> {
        if self.source.syntax() != Syntax::Protocol {
            return None;
        }
        let json = Json::parse(&self.source.text).ok()?;
        keys.iter().try_fold(&json, |json, key| json.get(key))?;
        let steps: Vec<Step> = keys.iter().map(|one| key(one)).collect();
        Some(self.at(locate(&self.source.text, &steps)))
    }
}
