//! Protocols, and their JSON form (specification, "Protocol Declaration"; idl §7).

use super::definition::{Definition, definitions};
use super::document::{DefinitionText, Documents, Schemas, Text};
use super::error::{IdlError, IdlProblem};
use super::file::{File, Item};
use super::source::{Sources, Span};
use crate::json::{Json, Position, Step, locate};
use crate::name::Fullname;
use crate::schema::{Properties, Schema};
use std::collections::HashSet;

/// A set of messages and the types that they use.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Protocol {
    /// Its full name.
    pub name: Fullname,
    /// Its doc text.
    pub doc: Option<String>,
    /// Its messages and those of the protocols that it imports, in source order; of those with one name the last, in the place
    /// of the first.
    pub messages: Vec<Message>,
    /// The types that it defines and imports, in the order in which their definitions end. One that is repeated alike is the
    /// first, with its doc and aliases.
    pub types: Vec<Schema>,
    /// The texts that the types are read from, in their order; one text may define several.
    pub definitions: Vec<DefinitionText>,
    /// Custom attributes in source order.
    pub properties: Properties,
    /// The place of its name in the file that was read.
    pub position: Position,
}

/// A request and what answers it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Message {
    /// Its name.
    pub name: String,
    /// Its doc text.
    pub doc: Option<String>,
    /// The parameters as the fields of a record. The specification leaves that record without a name; here it has the name of
    /// the message in a namespace of the protocol's name.
    pub request: Schema,
    /// The result; `null` for a message without one.
    pub response: Schema,
    /// The errors that it declares. Every message may also fail with a text.
    pub errors: Vec<Schema>,
    /// Whether the caller waits for no answer.
    pub one_way: bool,
    /// Custom attributes in source order.
    pub properties: Properties,
    /// The name of the file with the message.
    pub file: String,
    /// The place in that file.
    pub position: Position,
}

impl Protocol {
    /// A protocol of types alone.
    ///
    /// ```
    /// use avro_model::idl::Protocol;
    /// use avro_model::{Fullname, Schema};
    /// let id: Schema = r#"{"type": "fixed", "name": "acme.Id", "size": 16}"#.parse()?;
    /// let protocol = Protocol::of_types(Fullname::new("acme.Ids", ""), vec![id]);
    /// assert_eq!(
    ///     protocol.text(),
    ///     r#"{"protocol":"Ids","namespace":"acme","types":[{"type":"fixed","name":"Id","size":16}],"messages":{}}"#,
    /// );
    /// # Ok::<(), avro_model::parser::ParseError>(())
    /// ```
    pub fn of_types(name: Fullname, types: Vec<Schema>) -> Self {
        let (messages, definitions, properties) = (Vec::new(), Vec::new(), Properties::new());
        let position = Position { line: 1, column: 1 };
        Self { name, doc: None, messages, types, definitions, properties, position }
    }
}

/// What a protocol says of itself.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) name: Fullname,
    pub(super) doc: Option<String>,
    pub(super) properties: Properties,
    pub(super) position: Position,
}

/// A message whose schemas are still documents, by number.
#[derive(Debug)]
pub(super) struct MessageOutline {
    pub(super) name: String,
    pub(super) at: Span,
    /// The full name of the record of its parameters.
    pub(super) record: String,
    pub(super) doc: Option<String>,
    pub(super) properties: Properties,
    pub(super) request: usize,
    pub(super) response: usize,
    pub(super) errors: Vec<usize>,
    pub(super) one_way: bool,
}

impl Head {
    /// The protocol with what it holds.
    pub(super) fn complete(
        self,
        types: &[Definition],
        messages: Vec<MessageOutline>,
        documents: &Documents,
        schemas: &Schemas,
        sources: &Sources<'_>,
    ) -> Protocol {
        let complete = |message: MessageOutline| Message {
            name: message.name,
            doc: message.doc,
            request: schemas.of(message.request),
            response: schemas.of(message.response),
            errors: message.errors.iter().map(|&error| schemas.of(error)).collect(),
            one_way: message.one_way,
            properties: message.properties,
            file: sources.name(message.at.file).to_owned(),
            position: message.at.position,
        };
        Protocol {
            name: self.name,
            doc: self.doc,
            types: types.iter().map(|definition| schemas.defined(definition)).collect(),
            definitions: documents.definitions(types, sources),
            messages: messages.into_iter().map(complete).collect(),
            properties: self.properties,
            position: self.position,
        }
    }
}

/// Reads a protocol in JSON, past messages that are none; `None` for what is no protocol at all. `faults` takes what is wrong.
pub(super) fn read_json(
    file: usize,
    sources: &Sources<'_>,
    documents: &mut Documents,
    faults: &mut Vec<IdlError>,
) -> Option<(Head, File)> {
    let source = sources.text(file);
    let fault_at = |path: &[Step], problem: String| {
        sources.error(Span { file, position: locate(&source, path) }, IdlProblem::Protocol(problem))
    };
    let json = match Json::parse(&source) {
        Ok(json) => json,
        Err(error) => {
            let at = Span { file, position: error.position };
            faults.push(sources.error(at, IdlProblem::Protocol(error.problem.to_string())));
            return None;
        }
    };
    let Json::Object(members) = &json else {
        faults.push(fault_at(&[], "a protocol is a JSON object".to_owned()));
        return None;
    };
    let text = |key: &str| json.get(key).and_then(Json::as_str);
    let Some(name) = text("protocol") else {
        faults.push(fault_at(&[], "a protocol needs the attribute \"protocol\", its name".to_owned()));
        return None;
    };
    let name = Fullname::new(name, text("namespace").unwrap_or_default());
    let mut reader = Reader {
        file,
        namespace: name.namespace().to_owned(),
        protocol: name.to_string(),
        defined: defined_names(&json, name.namespace()),
        documents,
        items: Vec::new(),
    };

    match json.get("types") {
        None => {}
        Some(Json::Array(types)) => {
            for (index, one) in types.iter().enumerate() {
                reader.type_document(one, vec![key("types"), Step::Index(index)]);
            }
        }
        Some(_) => {
            faults.push(fault_at(&[key("types")], "\"types\" must be an array of definitions".to_owned()));
        }
    }
    match json.get("messages") {
        // The reference takes whatever has no members for no messages, and files with an empty array exist.
        None | Some(Json::Null) => {}
        Some(Json::Array(none)) if none.is_empty() => {}
        Some(Json::Object(messages)) => {
            for (name, one) in messages {
                let path = [key("messages"), key(name)];
                let at = Span { file, position: locate(&source, &path) };
                match reader.message(name, one, &path, at) {
                    Ok(message) => reader.items.push(Item::Message(message)),
                    Err(problem) => faults.push(fault_at(&path, problem)),
                }
            }
        }
        Some(_) => faults.push(fault_at(&[key("messages")], "\"messages\" must be an object".to_owned())),
    }
    let items = reader.items;
    // "errors" is reserved, though it means nothing.
    let reserved = ["protocol", "namespace", "doc", "types", "messages", "errors"];
    let doc = text("doc").map(str::to_owned);
    let position = locate(&source, &[key("protocol")]);
    let head = Head { doc, properties: others(members, &reserved), name, position };
    Some((head, File { items, ..File::default() }))
}

/// The full names of the types that a protocol defines, in its types and in the parameters of its messages.
fn defined_names(json: &Json, namespace: &str) -> HashSet<String> {
    let items = |value: Option<&Json>| match value {
        Some(Json::Array(items)) => items.clone(),
        _ => Vec::new(),
    };
    let mut schemas = items(json.get("types"));
    if let Some(Json::Object(messages)) = json.get("messages") {
        let parameters = messages.iter().flat_map(|(_, message)| items(message.get("request")));
        schemas.extend(parameters.filter_map(|parameter| parameter.get("type").cloned()));
    }
    let found = schemas.iter().flat_map(|schema| definitions(0, schema, namespace));
    found.map(|definition| definition.name.to_string()).collect()
}

fn key(key: &str) -> Step {
    Step::Key(key.to_owned())
}

struct Reader<'d> {
    file: usize,
    namespace: String,
    protocol: String,
    /// The full names of all types that it defines.
    defined: HashSet<String>,
    documents: &'d mut Documents,
    items: Vec<Item>,
}

impl Reader<'_> {
    /// The schema at a path as a document. Its simple names belong to the namespace of the protocol, for which its own are
    /// completed.
    fn type_document(&mut self, schema: &Json, path: Vec<Step>) -> usize {
        let mut text = Text::of_part(self.file, path, 0);
        text.value(&self.in_namespace(schema));
        let document = self.documents.add(text);
        self.defines(document, schema);
        document
    }

    /// Notes the types that a document defines.
    fn defines(&mut self, document: usize, schema: &Json) {
        let found = definitions(document, schema, &self.namespace);
        self.items.extend(found.into_iter().map(Item::Definition));
    }

    fn in_namespace(&self, schema: &Json) -> Json {
        match schema {
            Json::String(name) => Json::String(self.complete(name)),
            Json::Array(branches) => {
                Json::Array(branches.iter().map(|branch| self.in_namespace(branch)).collect())
            }
            Json::Object(members) => {
                let kind = schema.get("type").and_then(Json::as_str).unwrap_or_default();
                let named = matches!(kind, "record" | "error" | "enum" | "fixed");
                let mut members: Vec<(String, Json)> = members
                    .iter()
                    .map(|(key, value)| match key.as_str() {
                        "items" | "values" if !named => (key.clone(), self.in_namespace(value)),
                        _ => (key.clone(), value.clone()),
                    })
                    .collect();
                let qualified =
                    schema.get("name").and_then(Json::as_str).is_some_and(|name| name.contains('.'));
                // Also an empty one: else a type in a request would take the namespace of that record.
                if named && !qualified && schema.get("namespace").is_none() {
                    members.push(("namespace".to_owned(), Json::String(self.namespace.clone())));
                }
                Json::Object(members)
            }
            other => other.clone(),
        }
    }

    fn complete(&self, name: &str) -> String {
        let primitive =
            matches!(name, "null" | "boolean" | "int" | "long" | "float" | "double" | "bytes" | "string");
        if primitive || name.contains('.') || self.namespace.is_empty() {
            return name.to_owned();
        }
        let full = format!("{}.{name}", self.namespace);
        // What the namespace of the protocol does not have may be a type without one, as the reference prints it too.
        if !self.defined.contains(&full) && self.defined.contains(name) { name.to_owned() } else { full }
    }

    fn message(
        &mut self,
        name: &str,
        json: &Json,
        path: &[Step],
        place: Span,
    ) -> Result<MessageOutline, String> {
        let Json::Object(members) = json else {
            return Err(format!("the message \"{name}\" must be an object"));
        };
        let Some(Json::Array(parameters)) = json.get("request") else {
            return Err(format!(
                "the message \"{name}\" needs the attribute \"request\", an array of parameters"
            ));
        };
        let one_way = json.get("one-way") == Some(&Json::Bool(true));
        let null = Json::String("null".to_owned());
        let response = match json.get("response") {
            Some(response) => response,
            None if one_way => &null,
            None => return Err(format!("the message \"{name}\" needs the attribute \"response\"")),
        };
        let errors = match json.get("errors") {
            None => &[][..],
            Some(Json::Array(errors)) => errors,
            Some(_) => return Err(format!("\"errors\" of the message \"{name}\" must be an array")),
        };
        if one_way && (*response != null || !errors.is_empty()) {
            return Err(format!("the one-way message \"{name}\" can have neither a response nor errors"));
        }
        let at = |part: &str| [path, &[key(part)]].concat();
        let record = format!("{}.{name}", self.protocol);
        let request = self.request(&record, parameters, at("request"));
        let request = self.documents.add(request);
        for parameter in parameters.iter().filter_map(|parameter| parameter.get("type")) {
            self.defines(request, parameter);
        }
        Ok(MessageOutline {
            name: name.to_owned(),
            at: place,
            record,
            doc: json.get("doc").and_then(Json::as_str).map(str::to_owned),
            properties: others(members, &["doc", "request", "response", "errors", "one-way"]),
            request,
            response: self.type_document(response, at("response")),
            errors: errors
                .iter()
                .enumerate()
                .map(|(index, error)| {
                    self.type_document(error, [at("errors"), vec![Step::Index(index)]].concat())
                })
                .collect(),
            one_way,
        })
    }

    fn request(&self, record: &str, parameters: &[Json], path: Vec<Step>) -> Text {
        let fields = parameters.iter().map(|parameter| match parameter {
            Json::Object(members) => Json::Object(
                members
                    .iter()
                    .map(|(key, value)| match key.as_str() {
                        "type" => (key.clone(), self.in_namespace(value)),
                        _ => (key.clone(), value.clone()),
                    })
                    .collect(),
            ),
            other => other.clone(),
        });
        // What is wrong is in "fields".
        let mut text = Text::of_part(self.file, path, 1);
        text.raw("{\"type\":\"record\",\"name\":").text(record).raw(",\"fields\":");
        text.value(&Json::Array(fields.collect())).raw("}");
        text
    }
}

/// The members that are no attributes of their own.
fn others(members: &[(String, Json)], reserved: &[&str]) -> Properties {
    members.iter().filter(|(key, _)| !reserved.contains(&key.as_str())).cloned().collect()
}
