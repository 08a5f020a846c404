//! The description of the API: OpenAPI 3.1 made from the table of operations, and the same as a page for people.

mod entities;
mod page;

use serde_json::{Map, Value, json};

use super::App;
use super::accept::V1;
use super::operations;
use super::route::Operation;
pub(super) use page::page;

/// Query parameters that are flags.
const FLAGS: &[&str] = &[
    "aliases",
    "deleted",
    "latestOnly",
    "fetchMaxId",
    "deletedOnly",
    "normalize",
    "permanent",
    "deletedAsNegative",
    "force",
    "verbose",
    "defaultToGlobal",
    "recursive",
    "dryRun",
    "cascadeLifecycle",
    "includeSchemas",
];
/// Query parameters that may be given more than once.
const LISTS: &[&str] = &["findTags", "key", "value", "associationType"];

/// The whole document.
pub(super) fn document(app: &App) -> Value {
    let mut paths = Map::new();
    for operation in operations::available(app) {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.verb.as_str().to_ascii_lowercase()] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Schema registry",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A registry of schemas that every Confluent Schema Registry client works with. \
                Every path can be prefixed with /contexts/{context}, which means the subjects of that context.",
        },
        "paths": paths,
        "components": { "schemas": entities::schemas() },
    })
}

fn described(operation: &Operation) -> Value {
    let mut parameters: Vec<Value> = placeholders(operation.path).map(path_parameter).collect();
    parameters.extend(operation.query.iter().map(|name| query_parameter(name)));
    let (status, success) = success(operation);
    let mut value = json!({
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": {
            status: success,
            "4XX": error("The request is refused."),
            "5XX": error("The registry could not carry the request out."),
        },
    });
    if let Some(entity) = operation.body {
        let schema = reference(entity);
        let content = [V1, "application/json"].map(|media| (media.to_owned(), json!({ "schema": schema })));
        // The registry itself tells a missing body from a wrong one.
        value["requestBody"] =
            json!({ "required": operation.name != "post", "content": Map::from_iter(content) });
    }
    value
}

/// The names in braces.
pub(super) fn placeholders(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn path_parameter(name: &str) -> Value {
    let schema = match name {
        "id" => json!({ "type": "integer", "format": "int32", "minimum": 0 }),
        "version" => json!({ "type": "string", "description": "A number from 1 to 2147483647, latest or -1.",
            "examples": ["1", "latest"] }),
        "guid" => json!({ "type": "string", "description": "A UUID or 32 hexadecimal digits." }),
        _ => json!({ "type": "string", "minLength": 1 }),
    };
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn query_parameter(name: &str) -> Value {
    let schema = match name {
        "offset" => json!({ "type": "integer", "format": "int32", "minimum": 0, "default": 0 }),
        "limit" => json!({ "type": "integer", "format": "int32", "default": -1 }),
        "lifecycle" => json!({ "type": "array", "items": { "enum": ["STRONG", "WEAK", "NONE"] } }),
        name if FLAGS.contains(&name) => json!({ "type": "boolean", "default": false }),
        name if LISTS.contains(&name) => json!({ "type": "array", "items": { "type": "string" } }),
        _ => json!({ "type": "string" }),
    };
    json!({ "name": name, "in": "query", "required": false, "schema": schema })
}

/// Status and description of a successful reply.
fn success(operation: &Operation) -> (&'static str, Value) {
    if operation.reply.is_empty() {
        return ("204", json!({ "description": "Done." }));
    }
    let status = if operation.path.contains(":batch") { "207" } else { "200" };
    let schema = match operation.reply.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(item) => json!({ "type": "array", "items": reference(item) }),
        None => reference(operation.reply),
    };
    (status, json!({ "description": "Done.", "content": { V1: { "schema": schema } } }))
}

fn error(description: &str) -> Value {
    json!({ "description": description, "content": {
        V1: { "schema": reference("ErrorMessage") },
        "application/json": { "schema": reference("ErrorMessage") },
        "text/html": { "schema": { "type": "string" } },
    } })
}

/// An entity by name; a few names are those of plain types.
fn reference(name: &str) -> Value {
    match name {
        "String" => json!({ "type": "string" }),
        "Integer" => json!({ "type": "integer" }),
        "Text" => json!({}),
        "Empty" => json!({ "type": "object" }),
        "Map" => json!({ "type": "object", "additionalProperties": { "type": ["string", "null"] } }),
        name => json!({ "$ref": format!("#/components/schemas/{name}") }),
    }
}
