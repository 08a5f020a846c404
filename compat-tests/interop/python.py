"""python.py (write|read) BROKERS REGISTRY PLAN WRITER: the messages of each case through confluent-kafka.

`write` sends them to the topic WRITER-CASE, `read` prints what it finds there, a line of plain JSON for each record.
"""

import datetime
import decimal
import json
import sys
import uuid

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient, header_schema_id_serializer
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MICROSECOND = datetime.timedelta(microseconds=1)
HALVES = (("key", MessageField.KEY), ("value", MessageField.VALUE))
LOGICAL = {
    "timestamp-millis": lambda n: EPOCH + n * 1000 * MICROSECOND,
    "timestamp-micros": lambda n: EPOCH + n * MICROSECOND,
    "local-timestamp-millis": lambda n: (EPOCH + n * 1000 * MICROSECOND).replace(tzinfo=None),
    "local-timestamp-micros": lambda n: (EPOCH + n * MICROSECOND).replace(tzinfo=None),
    "date": lambda n: datetime.date.fromordinal(EPOCH.toordinal() + n),
    "time-millis": lambda n: (EPOCH + n * 1000 * MICROSECOND).time(),
    "time-micros": lambda n: (EPOCH + n * MICROSECOND).time(),
    "uuid": uuid.UUID,
}
# A datetime is a date too, so it stands before it.
NATIVE = {decimal.Decimal: "decimal", datetime.datetime: "timestamp", datetime.date: "date", datetime.time: "time"}


class Types:
    """A schema, to turn its values from JSON into what applications hold, and back."""

    def __init__(self, half):
        self._named = {}
        for reference in half["references"]:
            self._collect(json.loads(reference["schema"]), "")
        self.root = json.loads(half["schema"])
        self._collect(self.root, "")

    def _collect(self, schema, namespace):
        if isinstance(schema, list):
            for branch in schema:
                self._collect(branch, namespace)
        elif isinstance(schema, dict):
            if "name" in schema:
                namespace = schema.get("namespace", namespace)
                self._named[f"{namespace}.{schema['name']}"] = self._named[schema["name"]] = schema
            for inner in [schema.get("items"), schema.get("values")] + [field["type"] for field in schema.get("fields", ())]:
                self._collect(inner, namespace)

    def native(self, schema, value):
        """What JSON in Avro's encoding stands for."""
        schema = self._named.get(schema, schema) if isinstance(schema, str) else schema
        if isinstance(schema, list):
            if value is None:
                return None
            (name, inner), = value.items()
            branch = next(branch for branch in schema if self._branch(branch, name))
            found = self.native(branch, inner)
            return (name, found) if isinstance(found, dict) and name in self._named else found
        kind = schema["type"] if isinstance(schema, dict) else schema
        if kind == "record":
            return {field["name"]: self.native(field["type"], value[field["name"]]) for field in schema["fields"]}
        if kind == "array":
            return [self.native(schema["items"], item) for item in value]
        if kind == "map":
            return {key: self.native(schema["values"], item) for key, item in value.items()}
        if kind in ("float", "double"):
            return float(value)
        if kind in ("bytes", "fixed"):
            value = value.encode("latin1")
        logical = schema.get("logicalType") if isinstance(schema, dict) else None
        if logical == "decimal":
            return decimal.Decimal(int.from_bytes(value, "big", signed=True)).scaleb(-schema["scale"])
        return LOGICAL[logical](value) if logical in LOGICAL else value

    def _branch(self, branch, name):
        if isinstance(branch, dict):
            return name.split(".")[-1] == branch.get("name") or name == branch["type"]
        return name == branch or (branch in self._named and name.split(".")[-1] == branch.split(".")[-1])


def plain(value):
    """What was read, as plain JSON; what the client has a type of its own for, as that type has it."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("latin1")
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if isinstance(value, uuid.UUID):
        return str(value)
    for kind, name in NATIVE.items():
        if isinstance(value, kind):
            return {name: value.isoformat() if hasattr(value, "isoformat") else str(value)}
    return value


def write(brokers, client, plan, writer):
    producer = Producer({"bootstrap.servers": brokers, "linger.ms": 0})
    for case in plan:
        topic = f"{writer}-{case['name']}"
        try:
            records = list(_records(client, case, topic))
        except Exception as error:
            print(json.dumps({"case": case["name"], "error": f"{type(error).__name__}: {error}"}))
            continue
        for record in records:
            producer.produce(topic, on_delivery=_delivered, **record)
        producer.flush(30)


def _records(client, case, topic):
    coders = {}
    for name, field in HALVES:
        half, settings = case[name], {}
        references = [SchemaReference(one["name"], one["subject"], 1) for one in half["references"]]
        if case.get("source") == "latest":
            settings = {"auto.register.schemas": False, "use.latest.version": True}
        if case.get("framing") == "header":
            settings["schema.id.serializer"] = header_schema_id_serializer
        # This client knows a primitive schema by the long form alone.
        text = half["schema"] if half["schema"].startswith("{") else f'{{"type": {half["schema"]}}}'
        coders[name] = AvroSerializer(client, Schema(text, "AVRO", references), conf=settings), Types(half), field
    for message in case["messages"]:
        record = {"headers": []}
        for name, (serializer, types, field) in coders.items():
            value, context = message[name], SerializationContext(topic, field, record["headers"])
            record[name] = None if value is None else serializer(types.native(types.root, value), context)
        yield record


def _delivered(error, _):
    if error:
        raise RuntimeError(error)


def read(brokers, client, plan, writer):
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "interop-python"})
    # All topics at once: librdkafka takes its time with each one that comes later.
    consumer.assign([TopicPartition(f"{writer}-{case['name']}", 0, 0) for case in plan])
    found = {}
    for left in range(sum(len(case["messages"]) for case in plan), 0, -1):
        message = consumer.poll(30)
        if message is None or message.error():
            raise RuntimeError(f"{left} records are missing: {message and message.error()}")
        found.setdefault(message.topic(), []).append(message)
    consumer.close()
    for case in plan:
        topic = f"{writer}-{case['name']}"
        decoders = [(name, field, AvroDeserializer(client, (case[name]["reader"] or {}).get("schema"))) for name, field in HALVES]
        for index, message in enumerate(found.get(topic, [])):
            line, headers = {"case": case["name"], "index": index}, message.headers() or []
            for name, field, decoder in decoders:
                try:
                    line[name] = plain(decoder(getattr(message, name)(), SerializationContext(topic, field, headers)))
                except Exception as error:
                    line["error"] = f"{name}: {type(error).__name__}: {error}"
            print(json.dumps(line))


def main(command, brokers, registry, plan, writer):
    with open(plan, encoding="utf-8") as file:
        plan = json.load(file)
    client = SchemaRegistryClient({"url": registry})
    {"write": write, "read": read}[command](brokers, client, plan, writer)


if __name__ == "__main__":
    main(*sys.argv[1:])
