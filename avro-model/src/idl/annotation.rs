//! Annotations: `@name(value)` before types, definitions, fields and messages (idl §4).

use super::error::{IdlError, IdlProblem};
use super::source::Span;
use super::syntax::Syntax;
use crate::json::Json;

/// One annotation.
#[derive(Debug)]
pub(super) struct Annotation {
    pub(super) name: String,
    pub(super) value: Json,
    pub(super) at: Span,
}

/// The part of a file that is annotated, which decides the meaning of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A record, error or fixed.
    Named,
    /// An enum.
    Enum,
    /// A field of a record or a parameter of a message.
    Field,
    /// Any other type.
    Type,
    /// A protocol.
    Protocol,
    /// A message.
    Message,
}

/// Annotations sorted by what they mean.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    pub(super) namespace: Option<String>,
    pub(super) aliases: Option<Json>,
    pub(super) order: Option<Json>,
    pub(super) properties: Vec<(String, Json)>,
}

impl Target {
    /// Keys that the JSON form keeps for itself at this place.
    fn reserved(self) -> &'static [&'static str] {
        match self {
            Self::Named => &["type", "name", "doc", "fields", "symbols", "size", "items", "values"],
            Self::Enum => &["type", "name", "doc", "fields", "symbols", "size", "items", "values", "default"],
            Self::Field => &["type", "name", "doc", "default"],
            // A type without a name has none of what belongs to one.
            Self::Type => &[
                "type",
                "items",
                "values",
                "name",
                "fields",
                "symbols",
                "size",
                "doc",
                "namespace",
                "aliases",
            ],
            Self::Protocol => &["protocol", "doc", "types", "messages", "errors"],
            Self::Message => &["doc", "request", "response", "errors", "one-way"],
        }
    }
}

impl Target {
    /// Why an annotation with a reserved key cannot stand here.
    fn reason(self, key: &str) -> &'static str {
        match (self, key) {
            (Self::Type, "namespace" | "aliases") => {
                "means nothing for a type without a name; aliases of a field stand between its type and its name"
            }
            _ => "has the name of an attribute that IDL writes in another way",
        }
    }
}

impl Syntax {
    /// The annotations before the next token.
    pub(super) fn annotations(&mut self) -> Result<Vec<Annotation>, IdlError> {
        let mut annotations = Vec::new();
        while self.is_symbol('@') {
            let at = self.span();
            self.next();
            let name = self.word("the name of an annotation")?;
            self.symbol('(', "\"(\" and the value of the annotation")?;
            let value = self.literal()?;
            self.symbol(')', "\")\"")?;
            annotations.push(Annotation { name, value, at });
        }
        Ok(annotations)
    }

    pub(super) fn meaning(&self, annotations: Vec<Annotation>, target: Target) -> Result<Meaning, IdlError> {
        let mut meaning = Meaning::default();
        for Annotation { name, value, at } in annotations {
            let refuse = |name: &str, reason| {
                Err(self.fault(at, IdlProblem::Annotation { name: name.to_owned(), reason }))
            };
            match (name.as_str(), target) {
                ("namespace", Target::Named | Target::Enum | Target::Protocol) => match value {
                    Json::String(namespace) => meaning.namespace = Some(namespace),
                    _ => return refuse(&name, "needs a text"),
                },
                ("aliases", Target::Named | Target::Enum | Target::Field) => match &value {
                    Json::Array(items) if items.iter().all(|item| item.as_str().is_some()) => {
                        meaning.aliases = Some(value);
                    }
                    _ => return refuse(&name, "needs an array of texts"),
                },
                // In any case, as in JSON schemas.
                ("order", Target::Field) => match value.as_str().map(str::to_lowercase) {
                    Some(order) if ["ascending", "descending", "ignore"].contains(&order.as_str()) => {
                        meaning.order = Some(Json::String(order));
                    }
                    _ => return refuse(&name, "needs \"ascending\", \"descending\" or \"ignore\""),
                },
                (reserved, _) if target.reserved().contains(&reserved) => {
                    return refuse(&name, target.reason(&name));
                }
                // The last value counts, at the place of the first.
                _ => match meaning.properties.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, known)) => *known = value,
                    None => meaning.properties.push((name, value)),
                },
            }
        }
        Ok(meaning)
    }
}
