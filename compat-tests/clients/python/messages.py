"""messages.py BROKERS REGISTRY EXPECT CHANGES TOPIC SCHEMA: the rating pipeline's messages through confluent-kafka.

Reads the pipeline's topics with Confluent's own AvroDeserializer and compares every field of every change, the totals,
the alerts and the dead letters; then writes all changes to TOPIC with Confluent's AvroSerializer, for the Rust side to
verify. EXPECT and CHANGES are files that the pipeline wrote, SCHEMA is the newest schema of the changes.
"""

import collections
import datetime
import json
import sys

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def equal(self, what, got, want):
        if got == want:
            self.passed += 1
            print(f"   {what}: {_short(got)}, as wanted")
        else:
            self.failed += 1
            print(f"FAIL {what}: got {_short(got)}, want {_short(want)}")


def _short(value):
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) < 200 else text[:200] + "..."


def messages(brokers, topic):
    """Every message that is on a topic now."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "python-reader", "enable.auto.commit": False})
    try:
        partitions = consumer.list_topics(topic, timeout=20).topics[topic].partitions
        left = {}
        for partition in partitions:
            low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=20)
            if high > low:
                left[partition] = high
        consumer.assign([TopicPartition(topic, partition, 0) for partition in left])
        while left:
            message = consumer.poll(20)
            if message is None:
                raise TimeoutError(f"no message of {topic} within 20 s; still missing {left}")
            if message.error():
                raise RuntimeError(message.error())
            yield message
            if message.offset() + 1 >= left[message.partition()]:
                del left[message.partition()]
    finally:
        consumer.close()


def plain(value):
    """A decoded value as the pipeline writes it to a file: timestamps as milliseconds."""
    if isinstance(value, datetime.datetime):
        return (value - EPOCH) // datetime.timedelta(milliseconds=1)
    if isinstance(value, dict):
        return {name: plain(field) for name, field in value.items()}
    return value


def totals(changes):
    """The pipeline's totals, computed again from what was read."""
    sums, rows = collections.Counter(), collections.Counter()
    channels, languages = collections.Counter(), collections.Counter()
    for change in changes:
        before, after = change["before"], change["after"]
        sums["changes"] += 1
        sums[{"c": "inserts", "u": "updates", "d": "deletes"}[change["op"]]] += 1
        sums["ts_sum"] += change["ts_ms"]
        if after:
            sums["low_ratings"] += after["rate"] < 3
            sums["rate_sum"] += after["rate"]
            rows[after["country"]] += 1
            channels[after["channel"]] += 1
            languages[after["language"]] += 1
        if before:
            rows[before["country"]] -= 1
    return {**sums, "rows_by_country": _nonzero(rows), "ratings_by_channel": _nonzero(channels),
            "ratings_by_language": _nonzero(languages)}


def _nonzero(counter):
    return {name: count for name, count in counter.items() if count}


def read(checks, brokers, client, expected, changes, schema):
    topic = expected["topic"]
    decode, context = AvroDeserializer(client, schema), SerializationContext(topic, MessageField.VALUE)
    decode_key, key_context = AvroDeserializer(client), SerializationContext(topic, MessageField.KEY)
    found, refused, wrong, wrong_keys = {}, [], [], []
    for message in messages(brokers, topic):
        try:
            change = plain(decode(message.value(), context))
        except Exception:
            refused.append(message.value().hex())
            continue
        lsn = change["source"]["lsn"]
        if change != changes.get(lsn):
            wrong.append((change, changes.get(lsn)))
        row = change["after"] or change["before"]
        if decode_key(message.key(), key_context) != row["id"]:
            wrong_keys.append(message.key().hex())
        found[lsn] = change
    checks.equal("changes that differ in a field", wrong[:3], [])
    checks.equal("keys that differ", wrong_keys[:3], [])
    checks.equal("changes read", len(found), len(changes))
    checks.equal("messages that nobody can decode", sorted(refused), sorted(d["payload_hex"] for d in expected["dead_letters"]))
    checks.equal("totals", totals(found.values()), expected["totals"])

    alerts = [AvroDeserializer(client)(m.value(), SerializationContext(expected["alerts_topic"], MessageField.VALUE))
              for m in messages(brokers, expected["alerts_topic"])]
    checks.equal("alerts", len(alerts), expected["totals"]["low_ratings"])
    letters = [{"payload_hex": m.value().hex(), "reason": dict(m.headers())["dead-letter.reason"].decode()}
               for m in messages(brokers, expected["dead_letter_topic"])]
    # Both consumers of the pipeline may send a message there.
    distinct = sorted({(letter["payload_hex"], letter["reason"]) for letter in letters})
    checks.equal("dead letters", distinct, sorted((d["payload_hex"], d["reason"]) for d in expected["dead_letters"]))


def write(checks, brokers, client, changes, topic, schema):
    admin = AdminClient({"bootstrap.servers": brokers})  # must outlive its futures
    for future in admin.create_topics([NewTopic(topic, 3, 1)]).values():
        future.result(20)
    encode, context = AvroSerializer(client, schema), SerializationContext(topic, MessageField.VALUE)
    producer, undelivered = Producer({"bootstrap.servers": brokers, "linger.ms": 5}), []
    for change in changes.values():
        producer.produce(topic, value=encode(change, context),
                         on_delivery=lambda error, _: undelivered.append(str(error)) if error else None)
        producer.poll(0)
    producer.flush(60)
    checks.equal("messages that were not delivered", undelivered[:3], [])
    latest = client.get_latest_version(f"{topic}-value")
    checks.equal("the schema that was registered", json.loads(latest.schema.schema_str), json.loads(schema))


def main():
    brokers, registry, expect, changes_file, topic, schema_file = sys.argv[1:]
    client = SchemaRegistryClient({"url": registry})
    with open(expect, encoding="utf-8") as file:
        expected = json.load(file)
    with open(changes_file, encoding="utf-8") as file:
        changes = {change["source"]["lsn"]: change for change in map(json.loads, file)}
    with open(schema_file, encoding="utf-8") as file:
        schema = file.read()
    checks = Checks()
    read(checks, brokers, client, expected, changes, schema)
    write(checks, brokers, client, changes, topic, schema)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
