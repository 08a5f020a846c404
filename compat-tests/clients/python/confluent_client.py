"""confluent_client.py URL: every public method of confluent-kafka's SchemaRegistryClient and of its asynchronous twin."""

import json
import sys
import uuid

import checklist
from confluent_kafka.schema_registry import (
    AsyncSchemaRegistryClient,
    Schema,
    SchemaReference,
    SchemaRegistryClient,
    ServerConfig,
)
from confluent_kafka.schema_registry.common.schema_registry_client import (
    AssociationCreateOrUpdateInfo,
    AssociationCreateOrUpdateRequest,
    ConfigCompatibilityLevel,
    Metadata,
    MetadataProperties,
)


# One name for each run: the same text may be registered by other clients of this server.
USER = f"User_{uuid.uuid4().hex[:8]}"


def record(*fields):
    return json.dumps({"type": "record", "name": USER, "fields": list(fields)})


NAME = {"name": "name", "type": "string"}
AGE = {"name": "age", "type": "int"}
EMAIL = {"name": "email", "type": "string", "default": ""}
V1 = Schema(record(NAME), "AVRO")
V2 = Schema(record(NAME, EMAIL), "AVRO")
BROKEN = Schema(record(NAME, AGE), "AVRO")


async def specification(client):
    run = uuid.uuid4().hex[:8]
    subject, other = f"{run}-user-value", f"{run}-order-value"
    await client.expect(lambda conf: isinstance(conf, dict), "config")

    first = await client.expect(lambda id: id > 0, "register_schema", subject, V1)
    await client.expect(first, "register_schema", subject, V1, True)
    full = await client.expect(lambda found: found.version == 2 and len(found.guid) == 36 and found.schema_id > first,
                               "register_schema_full_response", subject, V2)
    second = full.schema_id
    await client.refuse(40901, "register_schema", subject, BROKEN)
    await client.refuse(42201, "register_schema", subject, Schema('{"type": "nothing"}', "AVRO"))

    await client.expect(lambda schema: json.loads(schema.schema_str) == json.loads(V1.schema_str), "get_schema", first)
    await client.expect(lambda schema: json.loads(schema.schema_str) == json.loads(V2.schema_str),
                        "get_schema", second, subject_name=subject, fmt="resolved")
    await client.refuse(40403, "get_schema", 2_000_000_000)
    await client.expect(lambda schema: json.loads(schema.schema_str) == json.loads(V2.schema_str),
                        "get_schema_by_guid", full.guid)
    await client.expect(lambda types: "AVRO" in types, "get_schema_types")
    await client.expect(lambda found: subject in found, "get_subjects_by_schema_id", first)
    await client.expect(lambda found: (subject, 1) in [(v.subject, v.version) for v in found], "get_schema_versions", first)

    await client.expect(lambda found: found.schema_id == second and found.version == 2 and found.subject == subject,
                        "lookup_schema", subject, V2)
    await client.refuse(40403, "lookup_schema", subject, BROKEN)
    await client.expect([subject], "get_subjects", subject_prefix=run)
    await client.expect(lambda found: found.schema_id == second and found.version == 2, "get_latest_version", subject)
    await client.expect(lambda found: found.schema_id == first and found.version == 1, "get_version", subject, 1)
    await client.refuse(40402, "get_version", subject, 9)
    await client.refuse(40401, "get_version", other, 1)
    await client.expect([1, 2], "get_versions", subject)

    await _metadata_and_references(client, run, subject)
    await _compatibility_and_config(client, subject)
    await _modes(client, subject)
    await _associations(client, run, subject)
    await client.expect(lambda contexts: "." in contexts, "get_contexts")

    await client.expect(None, "clear_latest_caches")
    await client.expect(None, "clear_caches")
    await client.expect(1, "delete_version", subject, 1)
    await client.expect([2], "get_versions", subject)
    await client.expect([1, 2], "get_versions", subject, deleted=True)
    await client.expect(1, "delete_version", subject, 1, permanent=True)
    await client.expect([2], "delete_subject", subject)
    await client.expect([subject], "get_subjects", subject_prefix=subject, deleted=True)
    await client.expect([2], "delete_subject", subject, permanent=True)
    await client.expect([], "get_subjects", subject_prefix=subject, deleted=True)


async def _metadata_and_references(client, run, subject):
    tagged = f"{run}-tagged-value"
    schema = Schema(V1.schema_str, "AVRO", metadata=Metadata(None, MetadataProperties({"owner": "team"}), None))
    await client.call("register_schema", tagged, schema)
    await client.expect(lambda found: found.version == 1 and found.schema.metadata.properties.properties == {"owner": "team"},
                        "get_latest_with_metadata", tagged, {"owner": "team"})
    using = Schema(json.dumps({"type": "record", "name": "Team", "fields": [{"name": "lead", "type": USER}]}), "AVRO",
                   [SchemaReference(USER, subject, 1)])
    id = await client.call("register_schema", f"{run}-team-value", using)
    await client.expect([id], "get_referenced_by", subject, 1)
    await client.refuse(42206, "delete_version", subject, 1)
    await client.call("delete_subject", f"{run}-team-value")
    await client.call("delete_subject", f"{run}-team-value", permanent=True)


async def _compatibility_and_config(client, subject):
    await client.expect(True, "test_compatibility", subject, V2)
    await client.expect(False, "test_compatibility", subject, BROKEN)
    await client.expect(False, "test_compatibility_all_versions", subject, BROKEN, verbose=True)
    await client.expect("BACKWARD", "get_compatibility")
    await client.refuse(40408, "get_compatibility", subject)
    await client.expect(lambda answer: answer["compatibility"] == "FULL" if isinstance(answer, dict) else answer == "FULL",
                        "set_compatibility", subject, "FULL")
    await client.expect("FULL", "get_compatibility", subject)
    await client.expect(lambda config: config["compatibility"] == "NONE", "set_config", subject,
                        ServerConfig(compatibility=ConfigCompatibilityLevel.NONE, compatibility_group="major"))
    await client.expect(lambda config: config.compatibility_level == "NONE" and config.compatibility_group == "major",
                        "get_config", subject)
    await client.expect(True, "test_compatibility", subject, BROKEN)
    await client.expect(lambda config: (config.compatibility_level or config.compatibility) == "NONE", "delete_config", subject)
    await client.refuse(42203, "set_compatibility", subject, "SIDEWAYS")


async def _modes(client, subject):
    await client.expect("READWRITE", "get_global_mode")
    await client.expect("READWRITE", "update_global_mode", "READWRITE")
    await client.expect("READONLY", "update_mode", subject, "READONLY")
    await client.expect("READONLY", "get_mode", subject)
    await client.refuse(42205, "register_schema", subject, BROKEN)
    await client.expect("READONLY", "delete_mode", subject)
    await client.refuse(40409, "get_mode", subject)


async def _associations(client, run, subject):
    topic, id = f"{run}-topic", str(uuid.uuid4())
    await client.expect([], "get_associations_by_resource_name", topic, "-", "topic", ["value"])
    request = AssociationCreateOrUpdateRequest(topic, "cluster", id, "topic", [
        AssociationCreateOrUpdateInfo(subject, "value", "WEAK", None, None, None)])
    await client.expect(lambda made: made.resource_id == id and made.associations[0].subject == subject,
                        "create_association", request)
    await client.expect(lambda found: [(a.subject, a.association_type, a.resource_id) for a in found] == [(subject, "value", id)],
                        "get_associations_by_resource_name", topic, "cluster", "topic", ["value"])
    await client.expect(None, "delete_associations", id, "topic", ["value"])
    await client.expect([], "get_associations_by_resource_name", topic, "cluster", "topic", ["value"])


async def blocking(url):
    client = SchemaRegistryClient({"url": url})

    async def whole(checks):
        await specification(checks)
        fresh = await checks.expect(lambda made: type(made) is type(client) and made is not client, "new_client", {"url": url})
        checks.check("new_client", fresh.get_schema_types(), "it does not answer")
        await checks.expect(None, "close")

    return await checklist.run("confluent-kafka SchemaRegistryClient", client, whole)


async def asynchronous(url):
    client = AsyncSchemaRegistryClient({"url": url})

    async def whole(checks):
        await specification(checks)
        fresh = await checks.expect(lambda made: type(made) is type(client) and made is not client, "new_client", {"url": url})
        checks.check("new_client", await fresh.get_schema_types(), "it does not answer")
        await checks.expect(None, "aclose")

    return await checklist.run("confluent-kafka AsyncSchemaRegistryClient", client, whole)


if __name__ == "__main__":
    sys.exit(checklist.main([blocking(sys.argv[1]), asynchronous(sys.argv[1])]))
