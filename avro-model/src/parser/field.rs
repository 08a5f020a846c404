//! Fields of records (schemas §4.5 and schemas §6.1).

use super::Validation;
use super::builder::{Builder, Fault, Place, Task, Toward, missing};
use super::error::ParseProblem;
use super::named::doc;
use crate::default::{Fit, Types};
use crate::json::{Json, Raw, Step, parse_java_double};
use crate::schema::{Field, Kind, Node, NodeId, Order};

/// How much of a default a message shows.
const SHOWN: usize = 60;

impl Builder<'_> {
    pub(super) fn field<'j, 't>(
        &mut self,
        json: &'j Raw<'t>,
        namespace: u32,
        place: Place,
        tasks: &mut Vec<Task<'j, 't>>,
    ) -> Result<(), Fault> {
        let Raw::Object(members) = json else {
            return Err((place, Vec::new(), ParseProblem::NotAField { found: json.kind() }));
        };
        let name = self.required_text(json, members, "name", "a field", place)?;
        self.rule().check(name).map_err(|problem| {
            let problem = ParseProblem::Name { what: "field name", name: name.to_owned(), problem };
            (place, vec![Step::Key("name".to_owned())], problem)
        })?;
        let Some(part) = json.get("type") else {
            return Err((place, Vec::new(), missing("a field", "type", members)));
        };
        tasks.push(Task::FinishField { json, place });
        let place = self.place(place, Toward::Key("type"));
        tasks.push(Task::Schema { json: part, namespace, place });
        Ok(())
    }

    pub(super) fn finish_field(&mut self, json: &Raw<'_>, place: Place) -> Result<(), Fault> {
        let schema = self.parts.pop().expect("a field has read its type");
        let name =
            json.get("name").and_then(Raw::as_str).expect("a field was entered with its name").to_owned();
        let default =
            json.get("default").map(|raw| self.typed_default(raw, schema, &name, place)).transpose()?;
        let mut unsettled = false;
        if let Some(default) = default.as_ref().filter(|_| self.validation != Validation::Stored) {
            match crate::default::fits(&*self, schema, default) {
                Fit::Yes => {}
                Fit::Unsettled | Fit::Recursive => unsettled = true,
                Fit::No => {
                    let problem = self.misfit(&name, schema, default);
                    return Err((place, vec![Step::Key("default".to_owned())], problem));
                }
            }
        }
        let field = Field {
            doc: doc(json),
            schema,
            default,
            order: self.order(json, place)?,
            aliases: self.aliases(json, place)?.into_iter().map(str::to_owned).collect(),
            properties: self.field_properties(json),
            name,
        };
        self.fields.push((field, unsettled));
        Ok(())
    }

    /// A default as the reference keeps it: text for a `float` or `double` becomes the number that it spells.
    fn typed_default(&self, raw: &Raw<'_>, schema: NodeId, field: &str, place: Place) -> Result<Json, Fault> {
        match (raw, self.known(schema).map(|node| &node.kind)) {
            (Raw::String(text), Some(Kind::Float | Kind::Double)) => {
                parse_java_double(text).map(Json::Double).ok_or_else(|| {
                    let problem = ParseProblem::NumberText { field: field.to_owned(), found: cut(text) };
                    (place, vec![Step::Key("default".to_owned())], problem)
                })
            }
            _ => Ok(raw.to_json(self.budget)),
        }
    }

    fn order(&self, json: &Raw<'_>, place: Place) -> Result<Order, Fault> {
        let Some(order) = json.get("order") else { return Ok(Order::Ascending) };
        // The reference compares in upper case, by the rules of English.
        match order.as_str().map(str::to_uppercase).as_deref() {
            Some("ASCENDING") => Ok(Order::Ascending),
            Some("DESCENDING") => Ok(Order::Descending),
            Some("IGNORE") => Ok(Order::Ignore),
            _ => {
                let found = order
                    .as_str()
                    .map_or_else(|| order.kind().to_owned(), |text| format!("\"{}\"", cut(text)));
                let expected = "\"ascending\", \"descending\" or \"ignore\"";
                let problem = ParseProblem::Attribute { attribute: "order", found, expected };
                Err((place, vec![Step::Key("order".to_owned())], problem))
            }
        }
    }

    pub(super) fn misfit(&self, field: &str, schema: NodeId, default: &Json) -> ParseProblem {
        ParseProblem::Default {
            field: field.to_owned(),
            found: cut(&default.to_string()),
            expected: crate::default::expected(self, schema),
        }
    }
}

impl Types for Builder<'_> {
    fn get(&self, part: NodeId) -> Option<&Node> {
        self.known(part)
    }

    fn any_default_fits_unknown(&self) -> bool {
        self.names.deferred
    }

    fn step(&self) -> bool {
        self.budget.spend(1)
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
