//! The entities of the API in JSON Schema.

use serde_json::{Map, Value, json};

/// Every entity by name.
pub(super) fn schemas() -> Map<String, Value> {
    let all = [requests(), schema_entities(), settings(), associations(), metadata()];
    all.into_iter().flat_map(|part| if let Value::Object(part) = part { part } else { Map::new() }).collect()
}

fn of(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list(name: &str) -> Value {
    json!({ "type": "array", "items": of(name) })
}

fn requests() -> Value {
    let text = json!({ "type": ["string", "null"] });
    let number = json!({ "type": ["integer", "null"], "format": "int32" });
    json!({
        "RegisterSchemaRequest": { "type": "object", "properties": {
            "schema": text, "schemaType": text, "references": list("SchemaReference"), "metadata": of("Metadata"),
            "ruleSet": of("RuleSet"), "version": number, "id": number, "schemaTagsToAdd": list("SchemaTags"),
            "schemaTagsToRemove": list("SchemaTags"), "propagateSchemaTags": { "type": "boolean" },
        } },
        "TagSchemaRequest": { "type": "object", "properties": {
            "newVersion": number, "tagsToAdd": list("SchemaTags"), "tagsToRemove": list("SchemaTags"),
            "metadata": of("Metadata"), "ruleSet": of("RuleSet"), "rulesToMerge": of("RuleSet"),
            "rulesToRemove": { "type": "array", "items": { "type": "string" } },
        } },
        "ModeUpdateRequest": { "type": "object", "properties": { "mode": text } },
        "Health": { "type": "object", "required": ["status", "checks"], "properties": {
            "status": { "enum": ["UP", "DOWN"] },
            "checks": { "type": "array", "items": { "type": "object", "required": ["name", "status"], "properties": {
                "name": { "type": "string" }, "status": { "enum": ["UP", "DOWN"] }, "reason": { "type": "string" },
            } } },
        } },
        "Permission": { "type": "object", "required": ["principal", "operation", "allowed", "reason"], "properties": {
            "principal": { "type": "string" }, "operation": { "type": "string" }, "subject": { "type": "string" },
            "allowed": { "type": "boolean" },
            "reason": { "enum": ["NO_RULES", "SUPER_USER", "RULE", "NO_RULE_ALLOWS_IT", "TOKEN_SCOPE", "RULES_UNREADABLE"] },
            "rule": { "type": "object", "required": ["file", "line"], "properties": {
                "file": { "type": "string" }, "line": { "type": "integer" },
            } },
        } },
        "TokenRequest": { "type": "object", "required": ["name"], "properties": {
            "name": { "type": "string" }, "expiresInSeconds": number, "scopes": list("TokenScope"),
        } },
        "TokenScope": { "type": "object", "properties": {
            "permissions": { "type": "array", "items": { "type": "string" } },
            "subjectPrefixes": { "type": "array", "items": { "type": "string" } },
        } },
        "Token": token(false),
        "IssuedToken": token(true),
        "ErrorMessage": { "type": "object", "required": ["error_code", "message"], "properties": {
            "error_code": { "type": "integer" }, "message": { "type": "string" },
        } },
    })
}

fn token(is_issued: bool) -> Value {
    let text = json!({ "type": "string" });
    let time = json!({ "type": "integer", "format": "int64" });
    let mut token = json!({ "type": "object", "required": ["id", "name", "owner", "groups", "created"], "properties": {
        "id": text, "name": text, "owner": text, "groups": { "type": "array", "items": text },
        "scopes": list("TokenScope"), "created": time, "expires": time, "lastUsed": time,
    } });
    if is_issued {
        token["required"] = json!(["id", "name", "owner", "groups", "created", "token"]);
        token["properties"]["token"] = text;
    }
    token
}

fn schema_entities() -> Value {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer" });
    let flag = json!({ "type": "boolean" });
    let content = json!({
        "guid": text, "schemaType": text, "references": list("SchemaReference"), "metadata": of("Metadata"),
        "ruleSet": of("RuleSet"), "schema": text, "schemaTags": list("SchemaTags"), "ts": number, "deleted": flag,
    });
    let with = |more: Value| {
        let mut properties = content.clone();
        if let (Value::Object(properties), Value::Object(more)) = (&mut properties, more) {
            properties.extend(more);
        }
        json!({ "type": "object", "properties": properties })
    };
    json!({
        "Schema": with(json!({ "subject": text, "version": number, "id": number })),
        "ExtendedSchema": with(json!({ "subject": text, "version": number, "id": number,
            "aliases": { "type": "array", "items": text }, "associations": list("Association") })),
        "SchemaString": with(json!({ "subject": text, "version": number, "maxId": number })),
        "RegisterSchemaResponse": with(json!({ "id": number, "version": number })),
        "SchemaReference": { "type": "object", "properties": {
            "name": text, "subject": text, "version": { "type": "integer", "format": "int32" },
        } },
        "SchemaTags": { "type": "object", "properties": {
            "schemaEntity": { "type": "object", "properties": {
                "entityPath": text, "entityType": { "enum": ["sr_record", "sr_field"] } } },
            "tags": { "type": "array", "items": text },
        } },
        "Alias": { "type": "object", "properties": { "alias": text, "subject": text } },
        "SubjectVersion": { "type": "object", "properties": { "subject": text, "version": number } },
        "ChangePage": { "type": "object", "required": ["changes", "next"], "properties": {
            "changes": { "type": "array", "items": of("Change") }, "next": number,
        } },
        "Change": { "type": "object", "properties": {
            "change": number, "ts": number, "actor": text, "kind": text, "subject": text, "version": number, "id": number,
            "before": {}, "after": {},
        } },
        "ContextId": { "type": "object", "properties": { "context": text, "id": number } },
        "CompatibilityCheckResponse": { "type": "object", "required": ["is_compatible"], "properties": {
            "is_compatible": flag, "messages": { "type": "array", "items": text },
            "explanations": { "type": "array", "items": of("CompatibilityExplanation") },
        } },
        "CompatibilityExplanation": { "type": "object", "properties": {
            "version": number, "brokenReaders": { "enum": ["new", "old"] },
            "findings": { "type": "array", "items": of("ExplainedFinding") },
            "changes": { "type": "array", "items": text }, "repairedSchema": text, "text": text,
        } },
        "ExplainedFinding": { "type": "object", "properties": {
            "type": text, "path": text, "place": text, "message": text, "failingValue": text, "decodeError": text,
            "decodesNevertheless": flag, "change": text,
        } },
    })
}

fn metadata() -> Value {
    let text = json!({ "type": "string" });
    let texts = json!({ "type": "array", "items": text });
    json!({
        "Metadata": { "type": ["object", "null"], "properties": {
            "tags": { "type": "object", "additionalProperties": texts },
            "properties": { "type": "object", "additionalProperties": text },
            "sensitive": texts,
        } },
        "RuleSet": { "type": ["object", "null"], "properties": {
            "migrationRules": list("Rule"), "domainRules": list("Rule"), "encodingRules": list("Rule"),
            "enableAt": text,
        } },
        "Rule": { "type": "object", "properties": {
            "name": text, "doc": text, "kind": { "enum": ["TRANSFORM", "CONDITION"] },
            "mode": { "enum": ["UPGRADE", "DOWNGRADE", "UPDOWN", "WRITE", "READ", "WRITEREAD"] }, "type": text,
            "tags": texts, "params": { "type": "object", "additionalProperties": text }, "expr": text,
            "onSuccess": text, "onFailure": text, "disabled": { "type": "boolean" },
        } },
    })
}

fn settings() -> Value {
    let text = json!({ "type": ["string", "null"] });
    let flag = json!({ "type": ["boolean", "null"] });
    let config = |level: &str| {
        json!({ "type": "object", "properties": {
            "alias": text, "aliasForDeks": text, "normalize": flag, "validateFields": flag,
            "validateNewSchemas": flag, "validateRules": flag, level: text, "compatibilityPolicy": text,
            "compatibilityGroup": text, "defaultMetadata": of("Metadata"), "overrideMetadata": of("Metadata"),
            "defaultRuleSet": of("RuleSet"), "overrideRuleSet": of("RuleSet"),
        } })
    };
    json!({
        "Config": config("compatibilityLevel"),
        "ConfigUpdateRequest": config("compatibility"),
        "Mode": { "type": "object", "properties": { "mode": text } },
        "ServerClusterId": { "type": "object", "properties": { "scope": { "type": "object" } } },
        "SchemaRegistryServerVersion": { "type": "object", "properties": {
            "version": { "type": "string" }, "commitId": { "type": "string" } } },
        "SchemaRegistryDeployment": { "type": "object", "properties": {
            "attributes": { "type": "array", "items": { "type": "string" } } } },
    })
}

fn associations() -> Value {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer" });
    let lifecycle = json!({ "enum": ["STRONG", "WEAK"] });
    let resource = |associations: &str| {
        json!({ "type": "object", "properties": {
            "resourceName": text, "resourceNamespace": text, "resourceId": text, "resourceType": text,
            "associations": list(associations),
        } })
    };
    let info = |schema: &str| {
        json!({ "type": "object", "properties": {
            "opType": { "enum": ["CREATE", "UPSERT", "DELETE"] }, "subject": text, "associationType": text,
            "lifecycle": lifecycle, "frozen": { "type": "boolean" }, "schema": of(schema),
            "normalize": { "type": "boolean" },
        } })
    };
    json!({
        "Association": { "type": "object", "properties": {
            "subject": text, "guid": text, "resourceName": text, "resourceNamespace": text, "resourceId": text,
            "resourceType": text, "associationType": text, "lifecycle": lifecycle, "createTs": number,
            "updateTs": number,
        } },
        "AssociationInfo": info("RegisterSchemaRequest"),
        "AssociationInfoResponse": info("Schema"),
        "AssociationCreateOrUpdateRequest": resource("AssociationInfo"),
        "AssociationResponse": resource("AssociationInfoResponse"),
        "AssociationBatchRequest": { "type": "object", "properties": {
            "requests": list("AssociationCreateOrUpdateRequest") } },
        "AssociationBatchGetRequest": { "type": "object", "properties": {
            "requests": { "type": "array", "items": { "type": "object", "properties": {
                "resourceId": text, "resourceName": text, "resourceNamespace": text, "resourceType": text,
                "associationTypes": { "type": "array", "items": text }, "lifecycle": lifecycle } } } } },
        "AssociationBatchResponse": { "type": "object", "properties": {
            "results": { "type": "array", "items": { "type": "object", "properties": {
                "result": of("AssociationResponse"), "error": of("ErrorMessage") } } } } },
    })
}
