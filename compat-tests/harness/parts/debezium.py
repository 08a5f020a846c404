"""A real Debezium engine captures a Postgres table; Confluent's converter registers its schemas with our server.

A column is added in the middle of the stream. Types that were generated from one schema of our own read every record,
whichever schema it was written with.
"""

import json
import time

import counts
import java
import machine
from registry import Registry

_JARS = ("antlr4-runtime", "avro-1.11", "caffeine", "common-utils-7", "commons-", "connect-", "debezium-api", "debezium-config",
         "debezium-connect-plugins", "debezium-connector-common", "debezium-connector-postgres", "debezium-embedded",
         "debezium-openlineage-api", "debezium-storage-file", "debezium-util", "failureaccess", "guava-", "jackson-", "jakarta.",
         "jersey-", "kafka-avro-serializer", "kafka-clients", "kafka-connect-avro", "kafka-schema", "log4j-api", "maven-artifact",
         "opentelemetry", "plexus-utils", "postgresql-4", "protobuf-java-", "sketches-java", "slf4j-api-2", "snakeyaml")

_TABLE = """
CREATE TABLE ratings (id bigserial PRIMARY KEY, customer text NOT NULL, rate int NOT NULL, price numeric(8, 2), note text);
ALTER TABLE ratings REPLICA IDENTITY FULL;
INSERT INTO ratings (customer, rate, price) SELECT 'customer ' || i, i % 5 + 1, i * 1.25 FROM generate_series(1, 200) i;
"""
_BEFORE = "UPDATE ratings SET rate = 5, note = 'looked at' WHERE id <= 50"
_ALTER = "ALTER TABLE ratings ADD COLUMN channel text"
_AFTER = """
INSERT INTO ratings (customer, rate, channel) SELECT 'customer ' || i, 1, 'APP' FROM generate_series(201, 250) i;
DELETE FROM ratings WHERE id <= 10;
"""


def run(tally):
    run, folder = tally.run, tally.run.tests / "debezium"
    work = run.work / "debezium"
    work.mkdir(parents=True, exist_ok=True)
    captured, read = work / "captured.txt", work / "read.jsonl"
    captured.unlink(missing_ok=True)
    expected = _expected()
    path = f"{java.confluent_jars(run, _JARS)}/*"
    classes = java.compile_source(run, "debezium", folder / "Capture.java", path)
    postgres, url = run.postgres, run.postgres.database()
    database = url.rpartition("/")[2]
    postgres.sql(_TABLE, database)
    with Registry(run, run.databases.fresh("sqlite"), {"response.level": "auto"}, log="registry-debezium") as registry:
        log = tally.log("capture")
        engine = run.processes.start(
            [machine.java(), "-Xmx512m", "-cp", f"{path}:{classes}", "Capture", "127.0.0.1", postgres.port, "registry", database,
             registry.url, len(expected), captured], log, cwd=work)
        try:
            # The snapshot comes first; what changes after it comes out of the log.
            _wait(engine, captured, 200, log)
            postgres.sql(_BEFORE, database)
            _wait(engine, captured, 250, log)
            postgres.sql(_ALTER, database)
            postgres.sql(_AFTER, database)
            _wait(engine, captured, len(expected), log)
        finally:
            run.processes.stop(engine)
        done, _ = tally.command("read", [run.binary("debezium-reader"), registry.url, captured, read], counts.plain, env=run.env)
    if done:
        found = [json.loads(line) for line in read.open(encoding="utf-8")]
        wrong = [(got, want) for got, want in zip(found, expected) if got != want]
        tally.check("every field of every change", f"got, want: {wrong[0]} ({len(wrong)} differ)" if wrong else None)
        tally.check("every change", None if len(found) == len(expected) else f"{len(found)} of {len(expected)}")


def _wait(engine, captured, lines, log):
    deadline = time.monotonic() + 120
    while not captured.is_file() or captured.read_text().count("\n") < lines:
        if engine.poll() not in (None, 0) or time.monotonic() > deadline:
            raise RuntimeError(f"Debezium captured less than {lines} changes, see {log}: {log.read_text()[-1500:]}")
        time.sleep(0.2)


def _expected():
    """The changes as our types show them, in the order of the log."""
    rows = [_row(i, i % 5 + 1, f"{i * 1.25:.2f}") for i in range(1, 201)]
    changes = [{"op": "r", "before": None, "after": row} for row in rows]
    for index in range(50):
        before, rows[index] = rows[index], {**rows[index], "rate": 5, "note": "looked at"}
        changes.append({"op": "u", "before": before, "after": rows[index]})
    changes += [{"op": "c", "before": None, "after": _row(i, 1, None, "APP")} for i in range(201, 251)]
    changes += [{"op": "d", "before": row, "after": None} for row in rows[:10]]
    return changes


def _row(id, rate, price, channel=None):
    return {"id": id, "customer": f"customer {id}", "rate": rate, "price": price, "note": None, "channel": channel}
