"""What the registries of the growth bench hold, as lines for `registry-server import`."""

import json

# Versions of each subject, so that a million versions are 50,000 subjects.
VERSIONS = 20
# The one of them with metadata.
NOTED = 6
# Subjects that refer to one schema.
REFERRERS = 5


def record(name, version):
    """A record that every other version of it can read and be read by."""
    fields = [{"name": "key", "type": "string"}, {"name": "amount", "type": "long"},
              {"name": "tags", "type": {"type": "array", "items": "string"}},
              {"name": f"o{version}", "type": ["null", "int"], "default": None}]
    return _text({"type": "record", "name": name, "namespace": "growth", "fields": fields})


def subject(number):
    return f"s{number:06}"


def lines(versions, many, held):
    """Lines for so many versions, a subject with `many` more, and an id that `held` subjects hold."""
    subjects = max(versions // VERSIONS, 1)
    identity = 1
    for number in range(subjects):
        for version in range(1, VERSIONS + 1):
            noted = {"metadata": {"properties": {"noted": "yes"}}} if version == NOTED else {}
            yield _line(subject(number), version, identity, record(f"R{number}", version), **noted)
            identity += 1
    yield _line("base", 1, identity, record("Base", 1))
    reference = [{"name": "growth.Base", "subject": "base", "version": 1}]
    for number in range(REFERRERS):
        text = _text({"type": "record", "name": f"User{number}", "fields": [{"name": "b", "type": "growth.Base"}]})
        yield _line(f"user-{number}", 1, identity + 1 + number, text, references=reference)
    identity += REFERRERS + 1
    for version in range(1, many + 1):
        yield _line("many", version, identity, record("Many", version))
        identity += 1
    for number in range(held):
        yield _line(f"held-{number:05}", 1, identity, record("Held", 1))


def held_id(versions, many):
    """The id of the schema that many subjects hold."""
    return max(versions // VERSIONS, 1) * VERSIONS + 1 + REFERRERS + many + 1


def _line(subject_name, version, identity, text, **more):
    return _text({"subject": subject_name, "version": version, "id": identity, "schema": text, **more}) + "\n"


def _text(value):
    return json.dumps(value, separators=(",", ":"))
