"""registry_client.py URL: every public method of python-schema-registry-client, blocking and asynchronous, and its serializer."""

import sys
import uuid

import checklist
from schema_registry.client import AsyncSchemaRegistryClient, SchemaRegistryClient, schema
from schema_registry.serializers import AvroMessageSerializer

# One name for each run: the same text may be registered by other clients of this server.
USER = f"User_{uuid.uuid4().hex[:8]}"
V1 = schema.AvroSchema({"type": "record", "name": USER, "fields": [{"name": "name", "type": "string"}]})
V2 = schema.AvroSchema({"type": "record", "name": USER, "fields": [
    {"name": "name", "type": "string"}, {"name": "email", "type": "string", "default": ""}]})
BROKEN = schema.AvroSchema({"type": "record", "name": USER, "fields": [
    {"name": "name", "type": "string"}, {"name": "age", "type": "int"}]})


async def specification(client):
    subject = f"{uuid.uuid4().hex[:8]}-user-value"
    await client.expect(None, "check_version", subject, V1)
    first = await client.expect(lambda id: id > 0, "register", subject, V1)
    await client.expect(first, "register", subject, V1)
    second = await client.expect(lambda id: id > first, "register", subject, V2)
    await client.expect(lambda found: found.version == 2 and found.schema_id == second, "check_version", subject, V2)
    await client.refuse(409, "register", subject, BROKEN)
    await client.expect(lambda found: found == V1, "get_by_id", first)
    await client.expect(None, "get_by_id", 2_000_000_000)
    await client.expect(lambda found: found.version == 2 and found.schema == V2, "get_schema", subject)
    await client.expect(lambda found: found.version == 1 and found.schema_id == first, "get_schema", subject, 1)
    await client.expect(None, "get_schema", "nobody", 1)
    await client.expect([1, 2], "get_versions", subject)
    await client.expect(lambda found: (subject, 1) in [(v.subject, v.version) for v in found],
                        "get_schema_subject_versions", first)
    await client.expect(lambda subjects: subject in subjects, "get_subjects")
    await client.expect(True, "test_compatibility", subject, V2)
    await client.expect(False, "test_compatibility", subject, BROKEN)
    await client.expect(lambda answer: answer["is_compatible"] is False and answer["messages"],
                        "test_compatibility", subject, BROKEN, verbose=True)
    await client.expect(True, "update_compatibility", "FULL", subject)
    await client.expect("FULL", "get_compatibility", subject)
    await client.expect("BACKWARD", "get_compatibility")
    await client.expect(1, "delete_version", subject, 1)
    await client.expect([2], "delete_subject", subject)
    await client.expect(lambda headers: "Accept" in headers, "prepare_headers")
    url = client._client.conf["url"].rstrip("/")
    await client.expect(lambda answer: answer.status_code == 200, "request", f"{url}/subjects")


async def blocking(url):
    client = SchemaRegistryClient({"url": url})

    async def whole(checks):
        await specification(checks)
        serializer, value = AvroMessageSerializer(client), {"name": "Ada"}
        message = serializer.encode_record_with_schema(f"{uuid.uuid4().hex[:8]}-value", V1, value)
        checks.check("AvroMessageSerializer", message[:1] == b"\0" and serializer.decode_message(message) == value, message)

    return await checklist.run("python-schema-registry-client", client, whole)


async def asynchronous(url):
    return await checklist.run("python-schema-registry-client, async", AsyncSchemaRegistryClient({"url": url}), specification)


if __name__ == "__main__":
    sys.exit(checklist.main([blocking(sys.argv[1]), asynchronous(sys.argv[1])]))
