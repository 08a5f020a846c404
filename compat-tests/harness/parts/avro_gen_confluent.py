"""The commands of avro-gen against what a live Confluent answered, in its own form and in that of servers of before 5.5."""

import json

import scripts

# A sequence in which later versions refer to versions of others that are not the latest.
_FILE, _SEQUENCE, _CONTEXT = "wide-assoc.jsonl.gz", "assoc2-44037", ":.sa44037:"
_RECORD = {"type": "record", "name": "R1",
           "fields": [{"name": "f2", "type": "double"}, {"name": "f3", "type": {"type": "array", "items": "float"}}]}
_USER = {"type": "record", "name": "U8",
         "fields": [{"name": "r", "type": "R1"}, {"name": "f9", "type": {"type": "array", "items": "bytes"}}]}


def run(tally, make_project, expect):
    """Every command against both forms; `make_project` gives a folder of that name in which avro-gen runs."""
    server = scripts.load(tally.run.tests / "avro-gen" / "confluent.py").Confluent
    for old in (False, True):
        name = "an old Confluent" if old else "a Confluent"
        form = "old" if old else "new"

        def told(what, answer, code, *parts, name=name):
            expect(tally, f"{name}: {what}", answer, code, *parts)

        with server(tally.run.tests / "recorded" / _FILE, _SEQUENCE, old=old) as registry:
            _pull(told, make_project(f"confluent-{form}"), registry)
            _unexpected(tally, name, registry)
        with server(tally.run.tests / "recorded" / _FILE, _SEQUENCE, old=old, empty=True) as registry:
            _push(told, make_project(f"confluent-{form}-push"), registry)
            _unexpected(tally, name, registry)


def _unexpected(tally, name, registry):
    problem = f"it was asked {registry.unexpected}" if registry.unexpected else None if registry.asked else "it was asked nothing"
    tally.check(f"{name}: nothing was asked that only our server has", problem)


def _pull(told, project, registry):
    subject = f"{_CONTEXT}t2-value"
    told("pull of a subject that refers to an older version", project.call("pull", subject, "--registry", registry.url), 0,
         f"{subject} version 3 (id 12)", f"{_CONTEXT}t1-value version 1 (id 4, by reference)")
    told("status", project.call("status"), 0, "2 versions locked, and nothing differs")
    told("generate", project.call("generate", "schemas", "-o", "types.rs"), 0)
    told("check against the lock file", project.call("check", "schemas", "--against", "avro-gen.lock"), 0)
    against = f"{registry.url}#{subject}"
    told("check of what is there", project.call("check", "schemas", "--against", against), 0, "1 schema unchanged")
    told("check of all subjects", project.call("check", "schemas", "--against", registry.url), 0, "1 schema unchanged\nno errors")
    told("all versions, each with what it refers to", project.call("check", "schemas", "--against", against, "--level", "BACKWARD_TRANSITIVE"),
         1, f"(BACKWARD_TRANSITIVE to U10 of {against} version 1)", f"(BACKWARD_TRANSITIVE to U12 of {against} version 2)", "1 schema unchanged")
    [file] = [path for path in (project.folder / "schemas").iterdir() if "t2-value" in path.name]
    schema = json.loads(file.read_text())
    schema["fields"].append({"name": "more", "type": "long"})
    file.write_text(json.dumps(schema))
    # The context has the level NONE; an old server tells its own, as for a subject of which it knows no level.
    level, code = ("BACKWARD", 1) if registry.old else ("NONE", 0)
    told("the level is the subject's", project.call("check", "schemas", "--against", against), code, f"({level} to {against} version 3)")
    told("unless one is given", project.call("check", "schemas", "--against", against, "--level", "FULL"), 1,
         "field \"more\" of U37: readers with the new schema cannot read old data")
    told("status of what was changed", project.call("status"), 1, "does not hold that version any more")
    told("pull of many", project.call("pull", f"{_CONTEXT}t*", "--force"), 0, f"{_CONTEXT}t2-key version 1 (id 3)",
         f"{_CONTEXT}w version 1 (id 1, by reference)", f"{_CONTEXT}t1-value version 4 (id 13)", "t1-value@3.avsc")
    told("no such subject", project.call("pull", f"{_CONTEXT}x"), 1, "40401")
    told("no such version", project.call("pull", f"{_CONTEXT}w@9"), 1, "40402")


def _push(told, project, registry):
    project.write("schemas/a.avsc", json.dumps(_USER, indent=1))
    project.write("schemas/b.avsc", json.dumps(_RECORD))
    push = ["push", "schemas", "--registry", registry.url, "--subject", f"R1={_CONTEXT}w", "--subject", f"U8={_CONTEXT}t2-key"]
    told("the plan", project.call(*push), 0, "2 to register, 0 there already, 0 refused")
    told("push", project.call(*push, "--yes"), 0, "2 registered, 0 there already")
    told("a second push", project.call("push", "schemas", "--yes"), 0, "0 registered, 2 there already", f"{_CONTEXT}t2-key as version 1, id 3")
    told("status", project.call("status"), 0, "2 versions locked, and nothing differs")
