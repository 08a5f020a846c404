//! Protocols, and their JSON form (specification, "Protocol Declaration"; idl §7).

use super::document::{Documents, Text};
use super::error::{IdlError, IdlProblem};
use super::source::{Sources, Span};
use crate::json::{Json, Step, locate};
use crate::name::Fullname;
use crate::schema::{Properties, Schema};

/// A set of messages and the types that they use.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Protocol {
    /// Its full name.
    pub name: Fullname,
    /// Its doc text.
    pub doc: Option<String>,
    /// Its messages in source order.
    pub messages: Vec<Message>,
    /// The types that it defines, in source order.
    pub types: Vec<Schema>,
    /// Custom attributes in source order.
    pub properties: Properties,
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
}

/// A protocol whose schemas are still documents, by number.
#[derive(Debug)]
pub(super) struct ProtocolOutline {
    pub(super) name: Fullname,
    pub(super) doc: Option<String>,
    pub(super) properties: Properties,
    pub(super) types: Vec<usize>,
    pub(super) messages: Vec<MessageOutline>,
}

#[derive(Debug)]
pub(super) struct MessageOutline {
    pub(super) name: String,
    pub(super) doc: Option<String>,
    pub(super) properties: Properties,
    pub(super) request: usize,
    pub(super) response: usize,
    pub(super) errors: Vec<usize>,
    pub(super) one_way: bool,
}

impl ProtocolOutline {
    pub(super) fn complete(self, schemas: &[Schema]) -> Protocol {
        let all = |numbers: &[usize]| numbers.iter().map(|&number| schemas[number].clone()).collect();
        let complete = |message: MessageOutline| Message {
            name: message.name,
            doc: message.doc,
            request: schemas[message.request].clone(),
            response: schemas[message.response].clone(),
            errors: all(&message.errors),
            one_way: message.one_way,
            properties: message.properties,
        };
        Protocol {
            name: self.name,
            doc: self.doc,
            types: all(&self.types),
            messages: self.messages.into_iter().map(complete).collect(),
            properties: self.properties,
        }
    }
}

/// Reads a protocol in JSON.
pub(super) fn read_json(
    file: usize,
    sources: &Sources<'_>,
    documents: &mut Documents,
) -> Result<ProtocolOutline, IdlError> {
    let source = sources.text(file);
    let fault_at = |path: &[Step], problem: String| {
        sources.error(Span { file, position: locate(&source, path) }, IdlProblem::Protocol(problem))
    };
    let fault = |problem: String| fault_at(&[], problem);
    let json = Json::parse(&source).map_err(|error| {
        sources
            .error(Span { file, position: error.position }, IdlProblem::Protocol(error.problem.to_string()))
    })?;
    let Json::Object(members) = &json else {
        return Err(fault("a protocol is a JSON object".to_owned()));
    };
    let text = |key: &str| json.get(key).and_then(Json::as_str);
    let name = text("protocol")
        .ok_or_else(|| fault("a protocol needs the attribute \"protocol\", its name".to_owned()))?;
    let name = Fullname::new(name, text("namespace").unwrap_or_default());
    let mut reader =
        Reader { file, namespace: name.namespace().to_owned(), protocol: name.to_string(), documents };

    let types = match json.get("types") {
        None => Vec::new(),
        Some(Json::Array(types)) => {
            let path = |index| vec![key("types"), Step::Index(index)];
            types.iter().enumerate().map(|(index, one)| reader.type_document(one, path(index))).collect()
        }
        Some(_) => {
            return Err(fault_at(&[key("types")], "\"types\" must be an array of definitions".to_owned()));
        }
    };
    let messages = match json.get("messages") {
        None => Vec::new(),
        Some(Json::Object(messages)) => messages
            .iter()
            .map(|(name, one)| {
                let path = [key("messages"), key(name)];
                reader.message(name, one, &path).map_err(|problem| fault_at(&path, problem))
            })
            .collect::<Result<_, _>>()?,
        Some(_) => return Err(fault_at(&[key("messages")], "\"messages\" must be an object".to_owned())),
    };
    let reserved = ["protocol", "namespace", "doc", "types", "messages"];
    Ok(ProtocolOutline {
        doc: text("doc").map(str::to_owned),
        properties: others(members, &reserved),
        name,
        types,
        messages,
    })
}

fn key(key: &str) -> Step {
    Step::Key(key.to_owned())
}

struct Reader<'d> {
    file: usize,
    namespace: String,
    protocol: String,
    documents: &'d mut Documents,
}

impl Reader<'_> {
    /// The schema at a path as a document. Its simple names belong to the namespace of the protocol, for which its own are
    /// completed.
    fn type_document(&mut self, schema: &Json, path: Vec<Step>) -> usize {
        let mut text = Text::of_part(self.file, path, 0);
        text.value(&self.in_namespace(schema));
        self.documents.add(text)
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
                if named && !qualified && schema.get("namespace").is_none() && !self.namespace.is_empty() {
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
            name.to_owned()
        } else {
            format!("{}.{name}", self.namespace)
        }
    }

    fn message(&mut self, name: &str, json: &Json, path: &[Step]) -> Result<MessageOutline, String> {
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
        let request = self.request(name, parameters, at("request"));
        Ok(MessageOutline {
            name: name.to_owned(),
            doc: json.get("doc").and_then(Json::as_str).map(str::to_owned),
            properties: others(members, &["doc", "request", "response", "errors", "one-way"]),
            request: self.documents.add(request),
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

    fn request(&self, name: &str, parameters: &[Json], path: Vec<Step>) -> Text {
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
        text.raw("{\"type\":\"record\",\"name\":")
            .text(&format!("{}.{name}", self.protocol))
            .raw(",\"fields\":");
        text.value(&Json::Array(fields.collect())).raw("}");
        text
    }
}

/// The members that are no attributes of their own.
fn others(members: &[(String, Json)], reserved: &[&str]) -> Properties {
    members.iter().filter(|(key, _)| !reserved.contains(&key.as_str())).cloned().collect()
}
