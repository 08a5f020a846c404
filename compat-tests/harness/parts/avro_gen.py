"""The commands of avro-gen that talk to a registry: pull, status, push, check and messages, against our own server on SQLite, and
against what a Confluent answered.

Everything is made here: subjects that refer to each other in two contexts, another language among them, and schemas in
files that refer to each other in any order.
"""

import json
import random
import re
import shlex
import shutil
import subprocess
import urllib.parse
import urllib.request

import scripts
from registry import Registry

from . import avro_gen_confluent, avro_gen_subjects

# Schemas that are pushed at once, and of how many others each makes use at most.
_SCHEMAS, _USES = 200, 4
# The registry of the page.
_ON_PAGE = "http://localhost:8081"


def run(tally):
    run = tally.run
    folder = run.work / "avro-gen"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    project = Project(run, folder)
    registry = Registry(run, run.databases.fresh("sqlite"), log="registry-avro-gen")
    with registry:
        _pull(tally, project, registry)
    _offline(tally, project)
    with registry:
        _again(tally, project, registry)
        messages = Project(run, folder / "messages")
        messages.folder.mkdir()
        _messages(tally, messages, registry)
    many = Project(run, folder / "many")
    many.folder.mkdir()
    with Registry(run, run.databases.fresh("sqlite"), log="registry-avro-gen-push") as target:
        _push(tally, many, target)
        other = Project(run, folder / "other")
        other.folder.mkdir()
        with registry:
            other.call("pull", "ids@1", "--registry", registry.url)
        _other(tally, other, target)
    avro_gen_confluent.run(tally, lambda name: _made(run, folder / name), _expect)
    _mistakes(tally, _made(run, folder / "mistakes"))
    with Registry(run, run.databases.fresh("sqlite"), log="registry-avro-gen-subjects") as registry:
        avro_gen_subjects.run(tally, _made(run, folder / "subjects"), registry)
    page = Project(run, folder / "page")
    page.folder.mkdir()
    with Registry(run, run.databases.fresh("sqlite"), log="registry-avro-gen-page") as registry:
        _page(tally, page, registry)


def _made(run, folder):
    folder.mkdir()
    return Project(run, folder)


class Project:
    """A folder in which avro-gen runs."""

    def __init__(self, run, folder):
        self._run, self.folder, self.root = run, folder, run.root

    def call(self, *arguments, **environment):
        """The exit code and what was printed, errors last."""
        argv = [self._run.binary("avro-gen"), *arguments]
        done = subprocess.run(argv, cwd=self.folder, env=self._run.env | environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=300)
        return done.returncode, done.stdout + done.stderr

    def text(self, name):
        """What a file holds; nothing where there is none."""
        path = self.folder / name
        return path.read_text() if path.is_file() else ""

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _expect(tally, name, answer, code, *parts):
    """The exit code, and texts that the output holds."""
    missing = [part for part in parts if part not in answer[1]]
    problem = f"ended with {answer[0]}, not {code}: {answer[1][:500]}" if answer[0] != code else None
    if missing:
        problem = f"{missing} is not in: {answer[1][:800]}"
    tally.check(name, problem)


def _pull(tally, project, registry):
    for subject, schema, references in [
        ("ids", {"type": "fixed", "name": "com.acme.Id", "size": 16}, []),
        ("customers", _record("com.acme.Customer", {"id": "Id"}), [("com.acme.Id", "ids", 1)]),
        ("orders-value", _record("com.acme.Order", {"customer": "Customer"}), [("com.acme.Customer", "customers", 1)]),
        (":.team:base", {"type": "enum", "name": "E", "symbols": ["A"]}, []),
        (":.team:things", _record("T", {"e": "E"}), [("E", "base", 1)]),
        ("events-json", None, []),
    ]:
        _register(registry, subject, schema, references)
    first = project.call("pull", "orders-*", ":.team:things", "--registry", registry.url)
    _expect(tally, "pull by pattern and by name, with what they refer to", first, 0, "orders-value version 1 (id 3)",
            "customers version 1 (id 2, by reference)", ":.team:base version 1 (id 1, by reference)")
    files = ["%3A.team%3Abase", "%3A.team%3Athings", "customers", "ids", "orders-value"]
    missing = [name for name in files if not project.text(f"schemas/{name}.avsc")]
    tally.check("each version is a file", f"{missing} are missing" if missing else None)
    lock = project.text("avro-gen.lock")
    _expect(tally, "pull again", project.call("pull"), 0, "kept    orders-value")
    tally.check("a second pull changes nothing", None if project.text("avro-gen.lock") == lock else "another lock file")
    _expect(tally, "status", project.call("status"), 0, "5 versions locked, and nothing differs")
    _expect(tally, "status for programs", project.call("status", "--format", "json"), 0, '{"locked":5,"differences":[]}')
    again = json.loads(project.call("pull", "--format", "json")[1])
    kept = [(one["change"], one["subject"], one["version"], one["requested"]) for one in again["versions"]]
    tally.check("pull for programs", None if ("kept", "customers", 1, False) in kept and len(kept) == 5 else f"it prints {again}")
    _expect(tally, "a pattern leaves other languages out", project.call("pull", "*"), 0, "left out events-json, which is of type JSON")
    _expect(tally, "another language by name", project.call("pull", "events-json"), 1, "only AVRO can be pulled")
    _expect(tally, "no such subject", project.call("pull", "nobody"), 1, "nobody", "40401")
    _expect(tally, "no such version", project.call("pull", "ids@9"), 1, "version 9 of subject ids", "40402")
    _expect(tally, "a pattern that fits nothing", project.call("pull", "x*y"), 1, "fits x*y")


def _offline(tally, project):
    """The registry is stopped."""
    _expect(tally, "generate without a registry", project.call("generate", "schemas", "-o", "types.rs"), 0)
    tally.check("the types are there", None if "pub struct Order" in project.text("types.rs") else "no struct Order")
    _expect(tally, "status without a registry", project.call("status", "--offline"), 0, "nothing differs")
    _expect(tally, "check against the lock file", project.call("check", "schemas", "--against", "avro-gen.lock"), 0)
    _expect(tally, "a registry that is away", project.call("pull"), 1, "no registry answered")
    ids = project.text("schemas/ids.avsc")
    project.write("schemas/ids.avsc", json.dumps(json.loads(ids), indent=2))
    _expect(tally, "another layout is no change", project.call("status", "--offline"), 0)
    project.write("schemas/ids.avsc", ids.replace("16", "17"))
    (project.folder / "schemas/customers.avsc").unlink()
    project.write("schemas/stray.avsc", '"int"')
    _expect(tally, "what does not fit the lock file", project.call("status", "--offline"), 1,
            "ids version 1 (schemas/ids.avsc): the file does not hold that version any more",
            "customers version 1 (schemas/customers.avsc): the file is missing", "schemas/stray.avsc: not locked")
    _expect(tally, "check against a lock file that does not fit", project.call("check", "schemas", "--against", "avro-gen.lock"), 1,
            "error: ids version 1 (schemas/ids.avsc): the file does not hold that version any more, says avro-gen.lock")
    (project.folder / "schemas/stray.avsc").unlink()


def _again(tally, project, registry):
    url = ["--registry", registry.url]
    before = project.text("schemas/ids.avsc")
    _expect(tally, "work of one's own is kept", project.call("pull", *url), 1, "nothing was written: schemas/ids.avsc is not")
    tally.check("nothing was written", None if project.text("schemas/ids.avsc") == before and not project.text("schemas/customers.avsc")
                else "a file was")
    _expect(tally, "pull --force", project.call("pull", "--force", *url), 0)
    _expect(tally, "all is as it was", project.call("status", *url), 0, "nothing differs")
    _register(registry, "orders-value", _record("com.acme.Order", {"customer": "Customer"}, {"note": None}),
              [("com.acme.Customer", "customers", 1)])
    _expect(tally, "something newer", project.call("status", *url), 1, "orders-value version 1: version 2 is newer")
    against = f"{registry.url}#orders-value"
    _expect(tally, "check against the registry", project.call("check", "schemas", "--against", against), 0,
            f"com.acme.Order: compatible (BACKWARD to {against} version 2)")
    own = project.text("schemas/orders-value.avsc")
    changed = _record("com.acme.Order", {"customer": "Customer", "total": "long"})
    project.write("schemas/orders-value.avsc", json.dumps(changed))
    _expect(tally, "a change that the registry would refuse", project.call("check", "schemas", "--against", against), 1,
            "field \"total\" of com.acme.Order: readers with the new schema cannot read old data", "schemas/orders-value.avsc:1:")
    _levels(tally, project, registry)
    project.write("schemas/orders-value.avsc", own)
    _expect(tally, "pull stays with what is locked", project.call("pull", *url), 0, "kept    orders-value version 1")
    _expect(tally, "pull --update", project.call("pull", "--update", *url), 0, "changed orders-value version 2")
    tally.check("the new version is in the file of the old", None if "note" in project.text("schemas/orders-value.avsc") else "it is not")
    project.write("avro-gen.lock", project.text("avro-gen.lock").replace("id = 5\n", "id = 99\n"))
    _expect(tally, "an id of another registry", project.call("status", *url), 1, "and 99 is locked")


def _levels(tally, project, registry):
    """The schema of orders-value is one that no old data fits: who compares it with what, and by which level."""
    against = f"{registry.url}#orders-value"
    orders = "com.acme.Order: incompatible, 1 problem"
    # The latest version of what customers refers to is not what it refers to.
    _register(registry, "ids", {"type": "fixed", "name": "com.acme.Id", "size": 16, "aliases": ["Key"]}, [])
    for level, versions in [("FULL", [2]), ("FULL_TRANSITIVE", [1, 2]), ("FORWARD", [2]), ("NONE", [2])]:
        _put(registry, "/config/orders-value", {"compatibility": level})
        fits = level in ("FORWARD", "NONE")
        verdict = orders if not fits else "com.acme.Order: compatible"
        for given in ([], ["--level", level]):
            # Given or not, it is the same.
            _expect(tally, f"check by the level {level}", project.call("check", "schemas", "--against", against, *given), 0 if fits else 1,
                    *(f"{verdict} ({level} to {against} version {version})" for version in versions))
    _expect(tally, "the level of each subject", project.call("check", "schemas", "--against", registry.url), 0,
            f"com.acme.Order: compatible (NONE to {registry.url}#orders-value version 2)", 
            f"com.acme.Id: compatible (BACKWARD to {registry.url}#ids version 2)", "\n3 schemas unchanged\n")
    _register(registry, "strangers", _record("Stranger", {"id": "long"}), [])
    _expect(tally, "a subject that nothing here is", project.call("check", "schemas", "--against", f"{registry.url}#strangers"), 1,
            "error: no schema here goes with subject strangers", "it is Stranger in version 1")
    _put(registry, "/config/orders-value", {"compatibility": None})


def _messages(tally, project, registry):
    """Messages whose schema the registry has, as _pull and _again left it: orders-value is id 3 and, with a note, id 5."""
    url = ["--registry", registry.url]
    customer = {"customer": {"id": "0123456789abcdef"}}
    plain = json.dumps(customer, separators=(",", ":"))
    noted = json.dumps(customer | {"note": {"string": "é"}}, separators=(",", ":"), ensure_ascii=False)
    project.write("plain.json", plain)
    project.write("noted.json", noted)
    project.write("mixed.json", noted + "\n" + noted)
    project.write("reader.avsc", json.dumps(_record("com.acme.Order", {}, {"note": None})))
    data = b"0123456789abcdef".hex()
    guid = _get(registry, "/subjects/orders-value/versions/1")["guid"]
    encode, decode = ["encode", *url, "--to", "hex"], ["decode", *url, "--from", "hex"]
    for name, arguments, message, value, said in [
        ("the latest version", ["--subject", "orders-value", "noted.json"], f"0000000005{data}0204c3a9", noted, "schema id 5"),
        ("a version", ["--subject", "orders-value@1", "plain.json"], f"0000000003{data}", plain, "schema id 3"),
        ("the GUID", ["--subject", "orders-value@1", "--guid", "plain.json"], f"01{guid.replace('-', '')}{data}", plain,
         f"schema GUID {guid}"),
        ("an id", ["--id", "3", "plain.json"], f"0000000003{data}", plain, "schema id 3"),
        ("a GUID", ["--id", guid, "plain.json"], f"01{guid.replace('-', '')}{data}", plain, f"schema GUID {guid}"),
    ]:
        tally.check(f"encode by {name}", _other_than((0, message + "\n"), project.call(*encode, *arguments)))
        project.write("message.hex", message)
        tally.check(f"decode by {name}", _other_than((0, f"{value}\n{said}\n"), project.call(*decode, "message.hex")))
        reader = ["--schema", "reader.avsc", "message.hex"]
        seen = json.dumps({"note": json.loads(value).get("note")}, separators=(",", ":"), ensure_ascii=False)
        answer = project.call(*decode, *reader, "--format", "json")
        problem = None if f'"value":{seen}' in answer[1] else answer[1]
        tally.check(f"decode by {name}, as a reader sees it", problem)
    project.write("bare.hex", data)
    tally.check("the id stands beside the message", _other_than((0, f"{plain}\nschema id 3\n"), project.call(*decode, "--id", "3", "bare.hex")))
    project.write("many.hex", f"0000000003{data}\n0000000005{data}00\n0000000005{data}00\n01{guid.replace('-', '')}{data}\n")
    many = project.call(*decode, "--many", "many.hex", "--format", "json")
    null = json.dumps(customer | {"note": None}, separators=(",", ":"))
    lines = [f'{{"id":3,"value":{plain}}}', *[f'{{"id":5,"value":{null}}}'] * 2, f'{{"guid":"{guid}","value":{plain}}}']
    tally.check("many messages of several schemas", _other_than((0, "\n".join(lines) + "\n"), many))
    things = [*encode, "--subject", ":.team:things"]
    project.write("thing.json", '{"e":"A"}')
    project.write("thing.hex", "000000000200")
    tally.check("encode by a subject of another context", _other_than((0, "000000000200\n"), project.call(*things, "thing.json")))
    other = project.call(*decode, "--subject", ":.team:things", "thing.hex")
    tally.check("decode by an id of another context", _other_than((0, '{"e":"A"}\nschema id 2\n'), other))
    named = project.call("decode", "--from", "hex", "thing.hex", "--subject", ":.team:things", AVRO_GEN_REGISTRY=registry.url)
    tally.check("the registry that the environment names", _other_than((0, '{"e":"A"}\nschema id 2\n'), named))
    file = ["mixed.json", "--container", "--codec", "xz", "-o", "orders.avro"]
    _expect(tally, "a container file by subject", project.call("encode", *url, "--subject", "orders-value", *file), 0)
    tally.check("and read without a registry", _other_than((0, f"{noted}\n{noted}\n"), project.call("decode", "orders.avro")))
    random = ["random", *url, "--subject", "orders-value", "-n", "20"]
    sample = project.call(*random)
    _expect(tally, "sample data by subject", project.call(*random, "--to", "binary", "-o", "sample.bin"), 0)
    back = project.call("decode", *url, "--many", "sample.bin")
    tally.check("sample data as messages", _other_than((0, sample[1] + "schema id 5\n"), back))
    for name, arguments, parts in [
        ("an id that is not there", [*decode, "missing.hex"], ["schema id 99 in", "40403", "is the message of another registry"]),
        ("a schema of another language", [*decode, "json.hex"], ["schema id 4: it is of type JSON, and only AVRO is known here"]),
        ("no frame", [*decode, "bare.hex"], ["no frame of a registry", "it begins with 3031"]),
        ("a subject that is not there", [*encode, "--subject", "nobody", "plain.json"], ["latest version of subject nobody", "40401"]),
        ("a version that is not there", [*encode, "--subject", "ids@9", "plain.json"], ["version 9 of subject ids", "40402"]),
        ("a value of another schema", [*encode, "--subject", "orders-value", "plain.json"], ['field "note"', "is missing"]),
        ("rules that are not run", [*encode, "--subject", "ruled", "thing.json"], ["ENCRYPT rule \"secret\"", "not run here"]),
        ("a registry that is away", ["decode", "--registry", "http://127.0.0.1:9", "thing.hex", "--from", "hex"], ["no registry answered"]),
    ]:
        project.write("missing.hex", f"0000000063{data}")
        project.write("json.hex", f"0000000004{data}")
        if name == "rules that are not run":
            rule = {"name": "secret", "kind": "TRANSFORM", "type": "ENCRYPT", "mode": "WRITEREAD", "tags": ["PII"]}
            _register(registry, "ruled", _record("Ruled", {"e": "string"}), [], {"domainRules": [rule]})
        _expect(tally, f"told: {name}", project.call(*arguments), 1, *parts)


def _other_than(expected, answer):
    return None if answer == expected else f"{answer} instead of {expected}"


def _push(tally, project, registry):
    schemas, names = {}, []
    chance = random.Random(7)
    for number in range(_SCHEMAS):
        used = chance.sample(names, min(len(names), chance.randrange(_USES + 1)))
        name = f"n{number % 3}.Type{number}"
        schemas[name] = _record(name, {"id": "long"} | {f"f{place}": other for place, other in enumerate(used)})
        names.append(name)
    order = sorted(schemas)
    chance.shuffle(order)
    for place, name in enumerate(order):
        project.write(f"schemas/{place:03}.avsc", json.dumps(schemas[name]))
    url = ["--registry", registry.url]
    plan = project.call("push", "schemas", *url)
    _expect(tally, "the plan", plan, 0, f"{_SCHEMAS} to register, 0 there already, 0 refused; --yes registers")
    told = json.loads(project.call("push", "schemas", "--format", "json", *url)[1])
    states = {one["subject"]: one["state"] for one in told["schemas"]}
    problem = None if states == dict.fromkeys(schemas, "to register") and told["registered"] == 0 else f"it prints {told}"
    tally.check("the plan for programs", problem)
    tally.check("a plan registers nothing", None if not _get(registry, "/subjects") else "there are subjects")
    _expect(tally, f"push of {_SCHEMAS} schemas in any order", project.call("push", "schemas", "--yes", *url), 0,
            f"{_SCHEMAS} registered, 0 there already")
    subjects = _get(registry, "/subjects")
    tally.check("each has its subject", None if sorted(subjects) == sorted(schemas) else f"there are {len(subjects)}")
    wrong = [name for name in names if set(_references(registry, name)) != _uses(schemas[name])]
    tally.check("each refers to what it uses", f"{wrong[:5]} do not" if wrong else None)
    _expect(tally, "a second push changes nothing", project.call("push", "schemas", "--yes", *url), 0,
            f"0 registered, {_SCHEMAS} there already")
    told = json.loads(project.call("push", "schemas", "--yes", "--format", "json", *url)[1])
    tally.check("what is there for programs", None if all(one["state"] == "there" and one["version"] == 1 for one in told["schemas"]) else told)
    _expect(tally, "what was pushed is locked", project.call("status", "--offline"), 0, f"{_SCHEMAS} versions locked")
    _expect(tally, "the registry lays a text out otherwise, but it is the same schema", project.call("status", *url), 0,
            f"{_SCHEMAS} versions locked, and nothing differs")
    commented = "// kept as it is\n" + json.dumps(schemas[order[0]], indent=3)
    project.write("schemas/000.avsc", commented)
    _expect(tally, "pull over files that were pushed", project.call("pull", *url), 0)
    tally.check("a file that says the same is left alone", None if project.text("schemas/000.avsc") == commented else "it was written")
    _expect(tally, "a subject for no schema", project.call("push", "schemas", "--subject", "n1.Typ1=x", *url), 1,
            "no schema has the name or the file n1.Typ1; did you mean n1.Type1?")
    _expect(tally, "a token goes to no registry that only the lock file names", project.call("status", AVRO_GEN_TOKEN="secret"), 1,
            "credentials are sent to a registry that is named beside them only")
    # One that others use, and one that uses nothing, get a field that old data does not have.
    users = {name for name in names if names[0] in _uses(schemas[name])}
    broken = order.index(names[0])
    schemas[names[0]]["fields"].append({"name": "new", "type": "string"})
    project.write(f"schemas/{broken:03}.avsc", json.dumps(schemas[names[0]]))
    refused = project.call("push", "schemas", *url)
    _expect(tally, "an incompatible change", refused, 1, f"refused  {names[0]}: it is incompatible",
            *(f"refused  {name}: it refers to" for name in sorted(users)))
    _expect(tally, "and nothing is registered", project.call("push", "schemas", "--yes", *url), 1, "nothing was registered")
    tally.check("the subject has one version", None if _get(registry, f"/subjects/{names[0]}/versions") == [1] else "it has more")
    project.write("circle/a.avsc", json.dumps(_record("A", {"b": ["null", "B"]})))
    project.write("circle/b.avsc", json.dumps(_record("B", {"a": ["null", "A"]})))
    _expect(tally, "a circle", project.call("push", "circle", *url), 1, "refer to each other in a circle", "A, B")


def _other(tally, project, registry):
    """A registry that holds something else under a number that is locked."""
    lock = project.text("avro-gen.lock")
    _register(registry, "ids", {"type": "enum", "name": "com.acme.Id", "symbols": ["A"]}, [])
    url = ["--registry", registry.url]
    _expect(tally, "status at another registry", project.call("status", *url), 1, "the registry holds another schema under this number")
    _expect(tally, "pull from another registry", project.call("pull", *url), 1, "holds another schema than is locked as ids version 1")
    _expect(tally, "push to another registry", project.call("push", "schemas", *url), 1, "ids of two registries do not go into one file")
    tally.check("nothing was written", None if project.text("avro-gen.lock") == lock else "the lock file was")


def _mistakes(tally, project):
    """Twenty mistakes in a folder of three hundred schemas: one run tells all of them, and nothing about what only uses them."""
    schemas = scripts.load(project.root / "compat-tests/avro-gen/schemas.py")
    paths = schemas.write(project.folder / "schemas", 300)
    _expect(tally, "a folder of 300 schemas", project.call("check", "schemas"), 0)
    seeded = schemas.spoil(paths)
    tally.check("twenty mistakes", None if len(seeded) == 20 else f"there are {len(seeded)}")
    code, text = project.call("check", "schemas", "--format", "json")
    told = {}
    for entry in json.loads(text)["diagnostics"]:
        if entry["severity"] == "error":
            told.setdefault(entry["file"].rpartition("/")[2], []).append(entry)
    for file, (what, word) in seeded.items():
        entries = told.pop(file, [])
        fits = [entry for entry in entries if word in entry["message"] and entry["line"] and entry["column"]]
        tally.check(f"in one run: {what}", None if len(entries) == len(fits) == 1 else f"{file} is told as {entries}")
    tally.check("nothing else is an error", f"{told} are" if told or code != 1 else None)
    places = [f"{entry['file']}:{entry['line']}:{entry['column']}" for entry in json.loads(text)["diagnostics"] if entry["severity"] == "error"]
    for command in (["check", "schemas"], ["generate", "schemas", "-o", "types.rs"], ["canonical", "schemas"]):
        _expect(tally, f"{command[0]} tells all of them with their places", project.call(*command), 1, *(f"--> {place}\n" for place in places),
                "20 errors")


def _record(name, fields, optional=None):
    fields = [{"name": field, "type": kind} for field, kind in fields.items()]
    fields += [{"name": field, "type": ["null", "string"], "default": None} for field in optional or {}]
    return {"type": "record", "name": name, "fields": fields}


def _uses(schema):
    return {field["type"] for field in schema["fields"] if isinstance(field["type"], str) and "." in field["type"]}


def _register(registry, subject, schema, references, rules=None):
    body = {"schema": json.dumps(schema), "references": [dict(zip(("name", "subject", "version"), one)) for one in references]}
    if rules:
        body["ruleSet"] = rules
    if schema is None:
        body = {"schemaType": "JSON", "schema": '{"type":"object"}'}
    request = urllib.request.Request(f"{registry.url}/subjects/{urllib.parse.quote(subject)}/versions",
                                     json.dumps(body).encode(), {"content-type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["id"]


def _put(registry, path, body):
    request = urllib.request.Request(registry.url + path, json.dumps(body).encode(), {"content-type": "application/json"}, method="PUT")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _references(registry, subject):
    version = _get(registry, f"/subjects/{urllib.parse.quote(subject)}/versions/1")
    return [reference["name"] for reference in version.get("references", [])]


def _get(registry, path):
    with urllib.request.urlopen(registry.url + path, timeout=30) as answer:
        return json.load(answer)


def _page(tally, project, registry):
    """Plays the page about a registry: its files, its commands, and what they print."""
    page = (project.root / "avro-codegen/docs/registry.md").read_text()
    for name, text in re.findall(r"^`(\S+)`:\n\n```json\n(.*?)```", page, re.M | re.S):
        project.write(name, text)
    for block in re.findall(r"^```console\n(.*?)```", page, re.M | re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, expected = part.split("\n", 1)
            arguments = shlex.split(command.replace(_ON_PAGE, registry.url))[1:]
            printed = project.call(*arguments)[1].replace(registry.url, _ON_PAGE)
            tally.check(f"as printed: {command}", None if printed == expected else f"it prints {printed}")
