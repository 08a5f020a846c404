//! Going through the JSON of a document.

use crate::locate::key;
use avro_model::Fullname;
use avro_model::json::{Json, Step};

/// The property that allows rules for what has it and for all that is inside.
pub(super) const ALLOW: &str = "avro-gen.allow";

/// A part of a document.
#[derive(Debug)]
pub(super) struct Element<'e> {
    pub(super) json: &'e Json,
    pub(super) steps: &'e [Step],
    pub(super) kind: ElementKind<'e>,
    allowed: &'e [String],
}

#[derive(Debug, Clone, Copy)]
pub(super) enum ElementKind<'e> {
    /// A record, error, enum or fixed, with its full name.
    Definition(&'e Fullname),
    /// A field of the record of that name.
    Field(&'e Fullname),
    /// Any other schema.
    Type,
}

impl Element<'_> {
    pub(super) fn allows(&self, rule: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed == rule || super::levels::is_in_group(rule, allowed))
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.json.get(key).and_then(Json::as_str)
    }

    /// For messages: `field "id" of com.acme.User`, `record com.acme.User`, `this type`.
    pub(super) fn called(&self) -> String {
        match self.kind {
            ElementKind::Definition(name) => format!("{} {name}", self.text("type").unwrap_or("type")),
            ElementKind::Field(record) => {
                format!("field \"{}\" of {record}", self.text("name").unwrap_or_default())
            }
            ElementKind::Type => "this type".to_owned(),
        }
    }
}

/// Visits every type and field, the outer ones first.
pub(super) fn walk(json: &Json, visit: &mut dyn FnMut(&Element<'_>)) {
    Walk { visit, steps: Vec::new(), allowed: Vec::new() }.schema(json, "");
}

struct Walk<'v> {
    visit: &'v mut dyn FnMut(&Element<'_>),
    steps: Vec<Step>,
    allowed: Vec<String>,
}

impl Walk<'_> {
    /// One level of recursion for each level of JSON, whose reader bounds them.
    fn schema(&mut self, json: &Json, namespace: &str) {
        let kind = json.get("type").and_then(Json::as_str).unwrap_or_default();
        if let ("record" | "error" | "enum" | "fixed", Some(name)) =
            (kind, json.get("name").and_then(Json::as_str))
        {
            let name = Fullname::new(name, json.get("namespace").and_then(Json::as_str).unwrap_or(namespace));
            self.element(json, ElementKind::Definition(&name), |walk| walk.fields(json, &name));
            return;
        }
        self.element(json, ElementKind::Type, |walk| match json {
            Json::Array(branches) => {
                for (index, branch) in branches.iter().enumerate() {
                    walk.inside(Step::Index(index), branch, namespace);
                }
            }
            Json::Object(_) => {
                let part = match kind {
                    "array" => "items",
                    "map" => "values",
                    "" => "type",
                    _ => return,
                };
                if let Some(part_json) = json.get(part) {
                    walk.inside(key(part), part_json, namespace);
                }
            }
            _ => {}
        });
    }

    fn fields(&mut self, json: &Json, record: &Fullname) {
        let Some(Json::Array(fields)) = json.get("fields") else { return };
        self.steps.push(key("fields"));
        for (index, field) in fields.iter().enumerate() {
            self.steps.push(Step::Index(index));
            self.element(field, ElementKind::Field(record), |walk| {
                if let Some(ty) = field.get("type") {
                    walk.inside(key("type"), ty, record.namespace());
                }
            });
            self.steps.pop();
        }
        self.steps.pop();
    }

    fn inside(&mut self, step: Step, json: &Json, namespace: &str) {
        self.steps.push(step);
        self.schema(json, namespace);
        self.steps.pop();
    }

    fn element(&mut self, json: &Json, kind: ElementKind<'_>, inner: impl FnOnce(&mut Self)) {
        let outer = self.allowed.len();
        match json.get(ALLOW) {
            Some(Json::Array(rules)) => {
                self.allowed.extend(rules.iter().filter_map(Json::as_str).map(str::to_owned));
            }
            Some(Json::String(rule)) => self.allowed.push(rule.clone()),
            _ => {}
        }
        (self.visit)(&Element { json, steps: &self.steps, kind, allowed: &self.allowed });
        inner(self);
        self.allowed.truncate(outer);
    }
}
