"""Messages between clients of this and other makes, through a real broker, compared field by field; with `--long`, of all makes."""

import importlib
import sys

import java
import machine
from registry import Registry

_JAVA = ("kafka-schema-registry-client-7", "kafka-avro-serializer-7", "kafka-schema-serializer-7", "common-utils-7", "avro-1.11",
         "kafka-clients-4", "jackson-core-", "jackson-databind-", "jackson-annotations-", "slf4j-api-2", "guava-", "failureaccess-",
         "commons-compress-")


def run(tally):
    run = tally.run
    sys.path.insert(0, str(run.tests))
    matrix = importlib.import_module("interop.matrix")
    folder, program = run.tests / "interop", run.binary("interop")
    python = machine.virtual_environment(run, "python-clients", run.tests / "clients" / "python" / "requirements.txt") / "python"
    clients = [matrix.Client("converter", [program, "converter"]), matrix.Client("python", [python, folder / "python.py"])]
    if run.long:
        clients.append(_java(run, matrix, folder))
    ours = matrix.Client(matrix.OURS, [program, "ours"])
    with Registry(run, run.databases.fresh("sqlite"), {"response.level": "auto"}, log="registry-interop") as registry:
        table = matrix.Matrix(tally, ours, run.broker.address, registry.url, folder).run(clients)
    tally.log("table").write_text(table + "\n", encoding="utf-8")
    if run.long:
        print(table, flush=True)


def _java(run, matrix, folder):
    path = f"{java.confluent_jars(run, _JAVA)}/*"
    classes = java.compile_source(run, "interop-java", folder / "java" / "Interop.java", path)
    return matrix.Client("java", [machine.java(), "-cp", f"{path}:{classes}", "Interop"])
