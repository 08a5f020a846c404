//! The schema of a shape.

use super::names::{field_name, free, is_name, type_name};
use super::shape::{Number, Object, Shape};
use crate::command::plain::KEY;
use avro_model::json::Json;
use avro_model::parser::Document;
use avro_model::{Fullname, ParseError, Parser, Schema};

/// How a schema is made.
pub(super) struct Options<'o> {
    /// The full name of the root, if that is a record.
    pub(super) name: &'o str,
    /// Whether texts that are all of one logical type are of that type.
    pub(super) logical: bool,
    /// The places of objects that are maps.
    pub(super) maps: &'o [String],
}

/// A schema, and what is to be said of how it came about.
pub(super) struct Inferred {
    pub(super) schema: Schema,
    pub(super) notes: Vec<String>,
    /// Those of the places of maps at which there is no object.
    pub(super) unused: Vec<String>,
}

/// The schema of all that was seen.
pub(super) fn lower(shape: &Shape, options: &Options<'_>) -> Result<Inferred, ParseError> {
    let root = Fullname::new(options.name, "");
    let mut lowering = Lowering {
        options,
        namespace: root.namespace(),
        // No other type may take the name of the root.
        types: vec![(root.name().to_owned(), Json::Null)],
        notes: Vec::new(),
        unused: options.maps.to_vec(),
    };
    let (main, _) = lowering.value(shape, false, root.name(), "", "$");
    let mut texts: Vec<String> = lowering
        .types
        .iter()
        .filter(|(_, fields)| *fields != Json::Null)
        .map(|(name, fields)| {
            let name = Json::String(Fullname::new(name, root.namespace()).to_string());
            let kind = Json::String("record".to_owned());
            object([("type", kind), ("name", name), ("fields", fields.clone())]).to_string()
        })
        .collect();
    texts.push(main.to_string());
    let numbers: Vec<String> = (0..texts.len()).map(|number| number.to_string()).collect();
    let documents = texts.iter().zip(&numbers).map(|(text, name)| Document { name, text });
    let documents: Vec<Document<'_>> = documents.collect();
    let mut schemas = Parser::new().parse_documents(&documents)?;
    let Lowering { notes, unused, .. } = lowering;
    // The last one is that of the samples; there is always one.
    let schema = schemas.pop().map_or_else(|| "\"null\"".parse(), Ok)?;
    Ok(Inferred { schema, notes, unused })
}

struct Lowering<'o> {
    options: &'o Options<'o>,
    namespace: &'o str,
    /// Names and fields of records.
    types: Vec<(String, Json)>,
    notes: Vec<String>,
    unused: Vec<String>,
}

impl Lowering<'_> {
    /// The type of a place, and whether it may be null. `name` is that of a record there, in a record `outer`.
    fn value(&mut self, shape: &Shape, missing: bool, name: &str, outer: &str, path: &str) -> (Json, bool) {
        let mut branches = Vec::new();
        if shape.has_boolean {
            branches.push(word("boolean"));
        }
        branches.extend(shape.number.map(|number| {
            word(match number {
                Number::Int => "int",
                Number::Long => "long",
                Number::Double => "double",
            })
        }));
        branches.extend(self.text(shape));
        if let Some(items) = &shape.items {
            if items.is_unseen() {
                self.note(path, "holds nothing but empty arrays, whose items are taken to be null");
            }
            let items = self.value(items, false, name, outer, &format!("{path}[]")).0;
            branches.push(object([("type", word("array")), ("items", items)]));
        }
        branches.extend(shape.object.as_ref().map(|object| self.object(object, name, outer, path)));
        if shape.is_beyond {
            self.note(path, "holds integers of more than 64 bits, which lose digits as a double");
        }
        let nullable = shape.has_null || missing;
        if branches.is_empty() {
            if shape.has_null {
                self.note(path, "is always null");
            }
            return (word("null"), nullable);
        }
        if branches.len() > 1 {
            self.note(path, &format!("is of {} types, and so a union", branches.len()));
        }
        if nullable {
            branches.insert(0, word("null"));
        }
        match branches.len() {
            1 => (branches.remove(0), false),
            _ => (Json::Array(branches), nullable),
        }
    }

    fn text(&self, shape: &Shape) -> Option<Json> {
        let texts = shape.texts.as_ref()?;
        // Beside numbers nobody could tell which of them were texts.
        let logical = texts.logical.first().filter(|_| self.options.logical && shape.number.is_none());
        let Some(logical) = logical else { return Some(word("string")) };
        let base = match logical.name() {
            "uuid" => "string",
            "date" => "int",
            _ => "long",
        };
        Some(object([("type", word(base)), ("logicalType", word(logical.name()))]))
    }

    fn object(&mut self, found: &Object, name: &str, outer: &str, path: &str) -> Json {
        let chosen = self.options.maps.iter().any(|map| map == path);
        self.unused.retain(|map| map != path);
        let no_names = !found.members.is_empty() && found.members.iter().all(|(key, ..)| !is_name(key));
        if chosen || no_names {
            if !chosen {
                self.note(path, "has keys of which none is a name, and so is a map");
            }
            let values = Shape::of_all(found.members.iter().map(|(_, shape, _)| shape));
            let values = self.value(&values, false, name, outer, &format!("{path}.*")).0;
            return object([("type", word("map")), ("values", values)]);
        }
        if found.members.is_empty() {
            self.note(path, "holds nothing but empty objects, and so is a record without fields");
        }
        let fields = self.fields(found, name, path);
        self.record(name, outer, fields)
    }

    fn fields(&mut self, found: &Object, record: &str, path: &str) -> Json {
        let mut names: Vec<String> = Vec::new();
        // Keys that are names keep them.
        let kept = |name: &str| found.members.iter().any(|(key, ..)| key == name);
        let mut fields = Vec::new();
        for (key, shape, count) in &found.members {
            let name = match is_name(key) {
                true => key.clone(),
                false => free(&field_name(key), |name| kept(name) || names.iter().any(|known| known == name)),
            };
            let inside = format!("{path}.{key}");
            let missing = *count < found.count;
            let (written, nullable) = self.value(shape, missing, &type_name(key), record, &inside);
            let is_null = written == word("null");
            let mut members = vec![("name", word(&name)), ("type", written)];
            if nullable || is_null {
                members.push(("default", Json::Null));
            }
            if name != *key {
                self.note(
                    &inside,
                    &format!("is no name in Avro: the field is {name:?}, and {KEY:?} keeps the key"),
                );
                members.push((KEY, word(key)));
            }
            names.push(name);
            fields.push(object(members));
        }
        Json::Array(fields)
    }

    /// A reference to the record of that name, or of a longer one where the name is that of another record.
    fn record(&mut self, name: &str, outer: &str, fields: Json) -> Json {
        let reference = |name: &str| word(Fullname::new(name, self.namespace).as_str());
        if outer.is_empty()
            && let Some(root) = self.types.first_mut().filter(|root| root.1 == Json::Null)
        {
            root.1 = fields;
            return reference(name);
        }
        for name in [name.to_owned(), format!("{outer}{name}")] {
            match self.types.iter().find(|(known, _)| *known == name) {
                Some((_, known)) if *known == fields => return reference(&name),
                Some(_) => {}
                None => {
                    let written = reference(&name);
                    self.types.push((name, fields));
                    return written;
                }
            }
        }
        let name = free(&format!("{outer}{name}"), |name| self.types.iter().any(|(known, _)| known == name));
        let written = reference(&name);
        self.types.push((name, fields));
        written
    }

    fn note(&mut self, path: &str, what: &str) {
        self.notes.push(format!("{path} {what}"));
    }
}

impl Shape {
    /// Whether there was nothing at the place.
    fn is_unseen(&self) -> bool {
        let nothing = !self.has_null && !self.has_boolean && self.number.is_none() && self.texts.is_none();
        nothing && self.items.is_none() && self.object.is_none()
    }
}

fn word(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn object<'k>(members: impl IntoIterator<Item = (&'k str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}
