//! The OpenAPI document.

use serde_json::{Map, Value, json};

use super::super::accept::V1;
use super::super::operation::{AnyOperation, ResponseBody};
use super::super::parameters::{Declaration, Kind, Place};
use super::entities;
use crate::security::Permission;

/// The whole document.
pub(super) fn document(operations: impl Iterator<Item = &'static AnyOperation>) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        let path = paths.entry(operation.definition.path).or_insert_with(|| json!({}));
        path[operation.definition.method.as_str().to_ascii_lowercase()] = describe(operation);
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

fn describe(operation: &AnyOperation) -> Value {
    let definition = &operation.definition;
    let parameters: Vec<Value> = operation.parameters.iter().copied().flatten().map(parameter).collect();
    let (status, success) = success(definition.response);
    let mut value = json!({
        "operationId": definition.name,
        "summary": definition.summary,
        "parameters": parameters,
        "responses": {
            status: success,
            "4XX": error("The request is refused."),
            "5XX": error("The registry could not carry the request out."),
        },
    });
    let permissions: Vec<&str> = definition.permission.permissions().map(Permission::as_str).collect();
    if !permissions.is_empty() {
        value["x-permissions"] = permissions.into();
    }
    if let Some((entity, required)) = operation.body {
        let schema = reference(entity);
        let content = [V1, "application/json"].map(|media| (media.to_owned(), json!({ "schema": schema })));
        value["requestBody"] = json!({ "required": required, "content": Map::from_iter(content) });
    }
    value
}

fn parameter(declaration: &Declaration) -> Value {
    let in_path = declaration.place == Place::Path;
    json!({
        "name": declaration.name,
        "in": if in_path { "path" } else { "query" },
        "description": declaration.description,
        "required": in_path,
        "schema": schema(declaration),
    })
}

fn schema(declaration: &Declaration) -> Value {
    match declaration.kind {
        Kind::Flag => json!({ "type": "boolean", "default": false }),
        // A placeholder that is empty makes another path.
        Kind::Text { .. } if declaration.place == Place::Path => json!({ "type": "string", "minLength": 1 }),
        Kind::Text { default: "" } => json!({ "type": "string" }),
        Kind::Text { default } => json!({ "type": "string", "default": default }),
        Kind::Number { default, minimum } => {
            let mut schema = json!({ "type": "integer", "format": "int32" });
            for (keyword, number) in [("minimum", minimum), ("default", default)] {
                if let Some(number) = number {
                    schema[keyword] = number.into();
                }
            }
            schema
        }
        Kind::Version => json!({ "type": "string", "examples": ["1", "latest"],
            "description": "A number from 1 to 2147483647, latest or -1." }),
        Kind::Guid => json!({ "type": "string", "description": "A UUID or 32 hexadecimal digits." }),
        Kind::Choice(names) => json!({ "type": "string", "enum": names }),
        Kind::List => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::ListOf(names) => json!({ "type": "array", "items": { "enum": names } }),
    }
}

/// Status and description of a successful response.
fn success(body: ResponseBody) -> (&'static str, Value) {
    let (status, schema) = match body {
        ResponseBody::Empty => return ("204", json!({ "description": "Done." })),
        ResponseBody::One(entity) => ("200", reference(entity)),
        ResponseBody::ListOf(entity) => ("200", json!({ "type": "array", "items": reference(entity) })),
        ResponseBody::Outcomes(entity) => ("207", reference(entity)),
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

#[cfg(test)]
mod tests {
    use super::super::super::operations;
    use super::*;

    #[test]
    fn exactly_the_declared_parameters_are_described() {
        let document = document(operations::all());
        for operation in operations::all() {
            let definition = &operation.definition;
            let described = &document["paths"][definition.path]
                [definition.method.as_str().to_ascii_lowercase()]["parameters"];
            let described: Vec<(&str, &str)> = described
                .as_array()
                .unwrap()
                .iter()
                .map(|one| (one["in"].as_str().unwrap(), one["name"].as_str().unwrap()))
                .collect();
            let declared: Vec<(&str, &str)> = operation
                .parameters
                .iter()
                .copied()
                .flatten()
                .map(|one| (if one.place == Place::Path { "path" } else { "query" }, one.name))
                .collect();
            assert_eq!(described, declared, "{}", definition.name);
            let mut distinct = declared.clone();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), declared.len(), "{} declares a parameter twice", definition.name);
            for one in operation.parameters.iter().copied().flatten() {
                assert!(one.description.ends_with('.'), "{}: {}", definition.name, one.name);
            }
        }
    }
}
