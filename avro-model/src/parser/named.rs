//! Records, enums and fixed: what they share, and each of them (schemas §4.4).

use super::Validation;
use super::builder::{Builder, Fault, Place, Task, Toward, missing};
use super::error::ParseProblem;
use super::near::nearest;
use crate::json::{Json, Raw, Step};
use crate::name::Fullname;
use crate::schema::{Enum, Fixed, Kind, NodeId, Record};
use std::collections::HashSet;

/// The largest size of a fixed, the reference's limit on byte arrays.
const MAX_FIXED: i64 = (1 << 31) - 1 - 8;
/// How many symbols a message lists.
const SHOWN_SYMBOLS: usize = 10;

impl Builder<'_> {
    pub(super) fn record<'j, 't>(
        &mut self,
        json: &'j Raw<'t>,
        namespace: u32,
        place: Place,
        tasks: &mut Vec<Task<'j, 't>>,
    ) -> Result<(), Fault> {
        let name = self.name(json, namespace, "a record", place)?;
        let fields = self.required_array(json, "fields", "a record", "an array of fields", place)?;
        let inner = self.namespace(&name, namespace);
        tasks.push(Task::Record { json, name, count: fields.len(), place });
        let place = self.place(place, Toward::Key("fields"));
        for (index, json) in fields.iter().enumerate().rev() {
            let index = u32::try_from(index).expect("limits keep counts below 2^31");
            let place = self.place(place, Toward::Index(index));
            tasks.push(Task::Field { json, namespace: inner, place });
        }
        Ok(())
    }

    pub(super) fn finish_record(
        &mut self,
        json: &Raw<'_>,
        name: Fullname,
        count: usize,
        place: Place,
    ) -> Result<(), Fault> {
        let finished = self.fields.split_off(self.fields.len() - count);
        let mut seen = HashSet::with_capacity(count);
        if let Some(index) = finished.iter().position(|(field, _)| {
            // A field without a name is one that could not be read.
            !field.name.is_empty() && !seen.insert(field.name.as_str())
        }) {
            let steps =
                vec![Step::Key("fields".to_owned()), Step::Index(index), Step::Key("name".to_owned())];
            return Err((place, steps, ParseProblem::DuplicateField(finished[index].0.name.clone())));
        }
        let unsettled: Vec<usize> = finished
            .iter()
            .enumerate()
            .filter(|(_, (_, unsettled))| *unsettled)
            .map(|(index, _)| index)
            .collect();
        let holds_objects =
            finished.iter().any(|(field, _)| field.default.as_ref().is_some_and(holds_object));
        let kind = Kind::Record(Record {
            doc: doc(json),
            aliases: self.type_aliases(json, &name, place)?,
            fields: finished.into_iter().map(|(field, _)| field).collect(),
            is_error: json.get("type").and_then(Raw::as_str) == Some("error"),
            name: name.clone(),
        });
        let node = self.finish_named(json, kind, name, place)?;
        self.unsettled.extend(unsettled.into_iter().map(|index| (node, index, place)));
        if holds_objects {
            self.record_defaults.push((node, place));
        }
        Ok(())
    }

    pub(super) fn enumeration(&mut self, json: &Raw<'_>, namespace: u32, place: Place) -> Result<(), Fault> {
        let name = self.name(json, namespace, "an enum", place)?;
        let items = self.required_array(json, "symbols", "an enum", "an array of symbols", place)?;
        let mut symbols = Vec::with_capacity(items.len());
        let mut seen = HashSet::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            self.step(place)?;
            let fail = |problem| (place, vec![Step::Key("symbols".to_owned()), Step::Index(index)], problem);
            let symbol = item.as_str().ok_or_else(|| {
                fail(ParseProblem::Attribute {
                    attribute: "symbols",
                    found: item.kind().to_owned(),
                    expected: "text",
                })
            })?;
            self.rule().check(symbol).map_err(|problem| {
                fail(ParseProblem::Name { what: "symbol", name: symbol.to_owned(), problem })
            })?;
            if !seen.insert(symbol) {
                return Err(fail(ParseProblem::DuplicateSymbol(symbol.to_owned())));
            }
            symbols.push(symbol.to_owned());
        }
        // A default that is no text is as good as none.
        let default = json.get("default").and_then(Raw::as_str);
        if let Some(default) = default.filter(|default| !seen.contains(default)) {
            let problem = ParseProblem::EnumDefault {
                found: default.to_owned(),
                symbols: listed(&symbols),
                suggestion: nearest(default, symbols.iter().map(String::as_str)),
            };
            return Err((place, vec![Step::Key("default".to_owned())], problem));
        }
        let kind = Kind::Enum(Enum {
            doc: doc(json),
            aliases: self.type_aliases(json, &name, place)?,
            symbols,
            default: default.map(str::to_owned),
            name: name.clone(),
        });
        self.finish_named(json, kind, name, place).map(|_| ())
    }

    pub(super) fn fixed(&mut self, json: &Raw<'_>, namespace: u32, place: Place) -> Result<(), Fault> {
        let name = self.name(json, namespace, "a fixed", place)?;
        let size = match json.get("size") {
            Some(Raw::Int(size @ 0..=MAX_FIXED)) => usize::try_from(*size).expect("bounded"),
            Some(other) => {
                let found = match other {
                    Raw::Int(size) => size.to_string(),
                    Raw::Double(_) => "a number with a fraction or an exponent".to_owned(),
                    other => other.kind().to_owned(),
                };
                let expected = "an integer from 0 to 2147483639";
                let problem = ParseProblem::Attribute { attribute: "size", found, expected };
                return Err((place, vec![Step::Key("size".to_owned())], problem));
            }
            None => return Err((place, Vec::new(), missing_in("a fixed", "size", json))),
        };
        let kind = Kind::Fixed(Fixed {
            doc: doc(json),
            aliases: self.type_aliases(json, &name, place)?,
            size,
            name: name.clone(),
        });
        self.finish_named(json, kind, name, place).map(|_| ())
    }

    /// Adds a named type and its name; a repeated definition must equal the first.
    fn finish_named(
        &mut self,
        json: &Raw<'_>,
        kind: Kind,
        name: Fullname,
        place: Place,
    ) -> Result<NodeId, Fault> {
        if self.validation != Validation::Stored {
            self.check_namespace(&name, place)?;
        }
        let properties = self.properties(json, &kind, place)?;
        let node = self.add(kind, properties, place)?;
        let earlier = self.names.define(&name, node);
        if self.names.deferred {
            self.defined.push((node, place));
        }
        if let Some(earlier) = earlier {
            if self.names.deferred {
                self.repeated.push((earlier, node, place));
            } else if !self.repeats(node, earlier) {
                return Err((place, vec![Step::Key("name".to_owned())], ParseProblem::Redefined(name)));
            }
        }
        self.parts.push(node);
        Ok(node)
    }

    /// The full name of a definition; its simple part is checked.
    fn name(
        &self,
        json: &Raw<'_>,
        namespace: u32,
        what: &'static str,
        place: Place,
    ) -> Result<Fullname, Fault> {
        let Raw::Object(members) = json else { unreachable!("a definition is an object") };
        let written = self.required_text(json, members, "name", what, place)?;
        // A namespace that is no text counts as absent, an empty one is the null namespace.
        let declared = json.get("namespace").and_then(Raw::as_str);
        let name = Fullname::new(written, declared.unwrap_or(self.namespace_text(namespace)));
        let fail = |problem| (place, vec![Step::Key("name".to_owned())], problem);
        self.rule().check(name.name()).map_err(|problem| {
            fail(ParseProblem::Name { what: "name", name: written.to_owned(), problem })
        })?;
        if Kind::primitive(name.as_str()).is_some() {
            return Err(fail(ParseProblem::PrimitiveName(name)));
        }
        Ok(name)
    }

    fn check_namespace(&self, name: &Fullname, place: Place) -> Result<(), Fault> {
        if name.namespace().is_empty() {
            return Ok(());
        }
        for part in name.namespace().split('.') {
            self.rule().check(part).map_err(|problem| {
                let problem =
                    ParseProblem::Name { what: "namespace", name: name.namespace().to_owned(), problem };
                (place, vec![Step::Key("namespace".to_owned())], problem)
            })?;
        }
        Ok(())
    }

    /// Aliases with the namespace of their type where they have none; the simple part is checked as names are, the
    /// namespace never is.
    fn type_aliases(&self, json: &Raw<'_>, name: &Fullname, place: Place) -> Result<Vec<Fullname>, Fault> {
        let mut aliases: Vec<Fullname> = Vec::new();
        let mut seen = HashSet::new();
        for written in self.aliases(json, place)? {
            self.step(place)?;
            let alias = Fullname::new(written, name.namespace());
            if self.validation != Validation::Stored {
                self.rule().check(alias.name()).map_err(|problem| {
                    let problem = ParseProblem::Name { what: "alias", name: written.to_owned(), problem };
                    (place, vec![Step::Key("aliases".to_owned())], problem)
                })?;
            }
            if seen.insert(alias.clone()) {
                aliases.push(alias);
            }
        }
        Ok(aliases)
    }

    fn required_array<'j, 't>(
        &self,
        json: &'j Raw<'t>,
        key: &'static str,
        what: &'static str,
        expected: &'static str,
        place: Place,
    ) -> Result<&'j [Raw<'t>], Fault> {
        match json.get(key) {
            Some(Raw::Array(items)) => Ok(items),
            Some(other) => {
                let problem =
                    ParseProblem::Attribute { attribute: key, found: other.kind().to_owned(), expected };
                Err((place, vec![Step::Key(key.to_owned())], problem))
            }
            None => Err((place, Vec::new(), missing_in(what, key, json))),
        }
    }
}

/// A doc that is no text counts as absent; an empty one is kept.
pub(super) fn doc(json: &Raw<'_>) -> Option<String> {
    json.get("doc").and_then(Raw::as_str).map(str::to_owned)
}

/// Recursion is bounded by the reader's limit on nesting.
fn holds_object(value: &Json) -> bool {
    match value {
        Json::Object(_) => true,
        Json::Array(items) => items.iter().any(holds_object),
        _ => false,
    }
}

fn missing_in(what: &'static str, attribute: &'static str, json: &Raw<'_>) -> ParseProblem {
    match json {
        Raw::Object(members) => missing(what, attribute, members),
        _ => missing(what, attribute, &[]),
    }
}

fn listed(symbols: &[String]) -> String {
    let mut text = symbols.iter().take(SHOWN_SYMBOLS).map(String::as_str).collect::<Vec<_>>().join(", ");
    if symbols.len() > SHOWN_SYMBOLS {
        text.push_str(", …");
    }
    format!("[{text}]")
}
