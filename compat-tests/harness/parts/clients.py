"""Real clients in their own languages: every public method is called against our server and its answer compared.

One server with response.level=auto serves most of them, new and old, as in a fleet that moves over. Those in Go know what
came with 8 and do not tell so in their requests: they have one of the default level.
"""

import re
import shutil

import counts
import java
import machine
from golang import GoProgram
from registry import Registry

_SETTINGS = {"response.level": "auto"}
_PYTHON = {"confluent-kafka-python": "confluent_client.py", "python-schema-registry-client": "registry_client.py"}
_NODE = {"confluentinc-schemaregistry": "confluent_client.js", "kafkajs-confluent-schema-registry": "kafkajs_client.js"}
_GO = ("confluent-kafka-go", "franz-go-sr", "hamba-avro")
_JAVA = ("kafka-schema-registry-client-7", "kafka-avro-serializer-7", "kafka-schema-serializer-7", "common-utils-7", "avro-1.11",
         "kafka-clients-4", "jackson-core-", "jackson-databind-", "jackson-annotations-", "slf4j-api-2", "guava-", "failureaccess-",
         "commons-compress-")


def run(tally):
    run, folder = tally.run, tally.run.tests / "clients"
    program = GoProgram(run, "go-clients", folder / "go")
    with Registry(run, run.databases.fresh("sqlite"), _SETTINGS, log="registry-clients") as registry:
        _python(tally, folder / "python", registry.url)
        _java(tally, folder / "java", registry.url)
        _node(tally, folder / "node", registry.url)
        _rust(tally, registry.url)
    with Registry(run, run.databases.fresh("sqlite"), {}, log="registry-clients-go") as registry:
        _go(tally, program.path(), registry.url)
    # The specification that ships with a client compares whole answers, as servers before 8 gave them.
    with Registry(run, run.databases.fresh("sqlite"), {"response.level": "7"}, log="registry-clients-e2e") as registry:
        _end_to_end(tally, folder / "node", registry.url)


def _python(tally, folder, url):
    python = machine.virtual_environment(tally.run, "python-clients", folder / "requirements.txt") / "python"
    for name, script in _PYTHON.items():
        tally.command(name, [python, folder / script, url], counts.plain, env=tally.run.env, timeout=300)


def _java(tally, folder, url):
    path = f"{java.confluent_jars(tally.run, _JAVA)}/*"
    classes = java.compile_source(tally.run, "java-client", folder / "Client.java", path)
    tally.command("java-7.0.16", [machine.java(), "-cp", f"{path}:{classes}", "Client", url], counts.plain, timeout=300)


def _node(tally, folder, url):
    modules = machine.node_modules(tally.run, folder / "package.json")
    for source in folder.rglob("*.js"):
        target = modules / source.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    for name, script in _NODE.items():
        tally.command(name, ["node", modules / script, url], counts.plain, env=tally.run.env, timeout=300)


def _go(tally, program, url):
    for name in _GO:
        tally.command(name, [program, name, url], counts.plain, env=tally.run.env, timeout=300)


def _end_to_end(tally, folder, url):
    modules = machine.node_modules(tally.run, folder / "package.json")
    env = dict(tally.run.env, NODE_CLIENTS=str(modules), REGISTRY_URL=url, KAFKA_BROKERS=tally.run.broker.address, CI="true")
    jest = modules / "node_modules" / ".bin" / "jest"
    tally.command("confluentinc-schemaregistry-e2e", [jest, "--config", modules / "e2e" / "jest.config.js", "--runInBand"],
                  counts.jest, cwd=modules, env=env, timeout=300)


def _rust(tally, url):
    tally.command("schema-registry-converter", [tally.run.binary("converter-client"), url], counts.plain, timeout=300)
    # The checklist of this one comes out of its source: the program must name every function that asks the registry.
    program = (tally.run.root / "compat-tests/src/bin/converter-client.rs").read_text()
    folder = tally.run.crate_source("schema_registry_converter")
    for module in ("avro", "schema_registry"):
        source = (folder / "src" / "async_impl" / f"{module}.rs").read_text()
        for function in sorted(set(re.findall(r"^ *pub async fn (\w+)", source, re.M))):
            tally.check(f"schema_registry_converter {module}::{function}",
                        None if re.search(rf"\b{function}\(", program) else "this public function is not called")
