"""Messages between clients of this and other makes, through a real broker, compared field by field.

With `--long` those of all makes, a Kafka Streams topology, and 100,000 messages while the registry is down, slow, wrong or flapping.
"""

import importlib
import json
import shutil
import sys

import counts
import java
import machine
from golang import GoProgram
from registry import Registry

_JAVA = ("kafka-schema-registry-client-7", "kafka-avro-serializer-7", "kafka-schema-serializer-7", "common-utils-7", "avro-1.11",
         "kafka-clients-4", "jackson-core-", "jackson-databind-", "jackson-annotations-", "slf4j-api-2", "guava-", "failureaccess-",
         "commons-compress-")


def run(tally):
    run = tally.run
    sys.path.insert(0, str(run.tests))
    matrix = importlib.import_module("interop.matrix")
    folder, program = run.tests / "interop", run.debug_binary("interop")
    python = machine.virtual_environment(run, "python-clients", run.tests / "clients" / "python" / "requirements.txt") / "python"
    clients = [matrix.Client("converter", [program, "converter"]), matrix.Client("python", [python, folder / "python.py"])]
    if run.long:
        clients += _others(run, matrix, folder)
    ours = matrix.Client(matrix.OURS, [program, "ours"])
    with Registry(run, run.databases.fresh("sqlite"), {"response.level": "auto"}, log="registry-interop") as registry:
        table = matrix.Matrix(tally, ours, run.broker.address, registry.url, folder).run(clients)
        tally.log("table").write_text(table + "\n", encoding="utf-8")
        if run.long:
            print(table, flush=True)
            _streams(tally, folder / "streams", program, registry.url)
            _chaos(tally, registry.url)


def _others(run, matrix, folder):
    """The clients that take a while to fetch and to build."""
    go = GoProgram(run, "interop-go", run.tests / "clients" / "go" / "interop")
    clients = [_java(run, matrix, folder), *_node(run, matrix, folder), _flink(run, matrix, folder)]
    return clients + [matrix.Client(f"go-{make}", [go.path(), make]) for make in ("confluent", "franz")]


def _java(run, matrix, folder):
    path = f"{java.confluent_jars(run, _JAVA)}/*"
    classes = java.compile_source(run, "interop-java", folder / "java" / "Interop.java", path)
    return matrix.Client("java", [machine.java(), "-cp", f"{path}:{classes}", "Interop"])


def _node(run, matrix, folder):
    modules = machine.node_modules(run, run.tests / "clients" / "node" / "package.json")
    programs = modules / "interop"
    shutil.copytree(folder / "node", programs, dirs_exist_ok=True)
    return [matrix.Client(f"node-{make}", ["node", programs / "interop.js", make]) for make in ("confluent", "kafkajs")]


def _flink(run, matrix, folder):
    # A table has rows, whose unions are nullable columns: other values and other keys it cannot have.
    path = f"{run.jars('flink', folder / 'flink' / 'pom.xml')}/*"
    classes = java.compile_source(run, "interop-flink", folder / "flink" / "FlinkRows.java", path)
    return matrix.Client("flink", [machine.java(), "-cp", f"{path}:{classes}", "FlinkRows"], only=("rows",))


def _streams(tally, folder, program, registry):
    """A topology over the topic of the rating pipeline, whose counts must be the pipeline's own."""
    run, brokers = tally.run, tally.run.broker.address
    work = run.work / "interop-streams"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    expect, schemas = work / "expect.json", run.tests / "pipeline" / "schemas"
    done, _ = tally.command("pipeline", [run.binary("rating-pipeline"), "--brokers", brokers, "--registry-url", registry, "--topic",
                                         "streamed", "--expect", expect], counts.plain, env=run.env, timeout=600)
    if not done:
        return
    jars = f"{run.jars('streams', folder / 'pom.xml')}/*"
    confluent = f"{java.confluent_jars(run, _JAVA)}/*"
    tally.command("compile-schemas", [machine.java(), "-cp", jars, folder / "Compile.java", work / "source", schemas / "v3.avsc",
                                      schemas / "alert.avsc"], timeout=300)
    sources = [folder / "Ratings.java", *sorted((work / "source").rglob("*.java"))]
    tally.command("compile", [machine.javac(), "-nowarn", "-d", work / "classes", "-cp", f"{jars}:{confluent}", *sources], timeout=300)
    totals = json.loads(expect.read_text())["totals"]
    moves = totals["inserts"] + 2 * totals["updates"] + totals["deletes"]
    path = f"{work / 'classes'}:{jars}:{confluent}"
    done, _ = tally.command("topology", [machine.java(), "-cp", path, "Ratings", brokers, registry, "streamed", "streamed-low",
                                         "streamed-countries", moves, work / "state"], counts.plain, timeout=300)
    if done:
        tally.command("ours-reads-streams", [program, "ours", "streams", brokers, registry, expect, "streamed-low",
                                             "streamed-countries"], counts.plain, timeout=120)


def _chaos(tally, registry):
    """100,000 messages while the registry is anything but well."""
    run = tally.run
    folder = run.work / "chaos"
    shutil.rmtree(folder, ignore_errors=True)
    _, text = tally.command("chaos", [run.long_binary("chaos"), run.broker.address, registry, folder], counts.plain, env=run.env,
                            timeout=900)
    print("\n".join(f"   {line}" for line in text.splitlines() if "messages" in line), flush=True)
