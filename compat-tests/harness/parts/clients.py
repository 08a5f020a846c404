"""Real clients in their own languages: every public method is called against our server and its answer compared.

One server with response.level=auto serves most of them, new and old, as in a fleet that moves over. Those in Go know what
came with 8 and do not tell so in their requests: they have one of the default level.
"""

import base64
import json
import re
import shutil
import subprocess
import urllib.request

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
    _credentials(tally, folder, program)
    with Registry(run, run.databases.fresh("sqlite"), {}, log="registry-clients-go") as registry:
        _go(tally, program.path(), registry.url)
    # The specification that ships with a client compares whole answers, as servers before 8 gave them.
    with Registry(run, run.databases.fresh("sqlite"), {"response.level": "7"}, log="registry-clients-e2e") as registry:
        _end_to_end(tally, folder / "node", registry.url)


def _credentials(tally, folder, program):
    """Every source of credentials that the clients of Confluent have, against a registry that asks for them."""
    run = tally.run
    users, password = run.work / "users", "of-alice"
    subprocess.run([run.binary("registry-server"), "passwd", users, "alice", "--groups", "developers"], input=password + "\n",
                   text=True, check=True, stdout=subprocess.DEVNULL)
    settings = {"authentication.method": "BASIC,BEARER", "authentication.password.file": str(users)}
    with Registry(run, run.databases.fresh("sqlite"), settings, log="registry-clients-credentials") as registry:
        known = [registry.url, "alice", password, _token(registry.url, "alice", password)]
        python = machine.virtual_environment(run, "python-clients", folder / "python" / "requirements.txt") / "python"
        path = f"{java.confluent_jars(run, _JAVA)}/*"
        classes = java.compile_source(run, "java-credentials", folder / "java" / "Credentials.java", path)
        modules = machine.node_modules(run, folder / "node" / "package.json")
        for name, command in {
            "python": [python, folder / "python" / "credentials.py"],
            "java-7.0.16": [machine.java(), "-cp", f"{path}:{classes}", "Credentials"],
            "node": ["node", modules / "credentials.js"],
            "go": [program.path(), "credentials"],
        }.items():
            tally.command(f"credentials-{name}", [*command, *known], counts.plain, env=run.env, timeout=120)
        _credentials_of_serde_wire(tally, *known)


def _credentials_of_serde_wire(tally, url, name, password, token):
    """The same of our own client, as the command avro-gen has it."""
    folder = tally.run.work / "credentials"
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    (folder / "schemas" / "T.avsc").write_text(json.dumps({"type": "record", "name": "T", "fields": []}))
    for number, (what, proof, refused) in enumerate((
        ("a password", ["--user", f"{name}:{password}"], False),
        ("a token", ["--token", token], False),
        ("a wrong password", ["--user", f"{name}:wrong"], True),
        ("a wrong token", ["--token", "srt_wrong"], True),
        ("nothing", [], True),
    )):
        # That of another case, or run, would have it find nothing to do.
        lock = folder / f"{number}.lock"
        lock.unlink(missing_ok=True)
        argv = [tally.run.binary("avro-gen"), "push", "schemas", "--registry", url, "--subject", "T=credentials-value", "--yes",
                "--lock", lock, *proof]
        done = subprocess.run(argv, cwd=folder, env=tally.run.env, capture_output=True, text=True, timeout=60)
        text = done.stdout + done.stderr
        as_wanted = done.returncode != 0 and "401" in text if refused else done.returncode == 0
        tally.check(f"credentials-serde-wire: {what}", None if as_wanted else f"it ended with {done.returncode}: {text[:500]}")


def _token(url, name, password):
    """A token of the registry, issued to a user."""
    proof = base64.b64encode(f"{name}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {proof}", "Content-Type": "application/json"}
    asked = urllib.request.Request(f"{url}/security/tokens", json.dumps({"name": "clients"}).encode(), headers)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)["token"]


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
