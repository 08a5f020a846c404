"""Schemas of which the compatibility is known by how they are made.

All are records named R. A field is an int or a long, with a default or without. A reader reads a writer's data when each
of its fields is in the writer with a type that promotes to its own, or has a default. Records named Base, which others
refer to, differ only in fields with defaults, so one always reads another.
"""

import functools
import itertools
import json

from record import Content

LEVELS = ("NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE")
# What counts where a subject has no level: the server's default.
DEFAULT_LEVEL = "BACKWARD"
_FIELDS = ("a", "b", "c", "d")
_numbers = itertools.count(1)


def fresh(random, kept=None):
    """Content that nobody registered before; `kept` names what most of its fields are taken from."""
    fields = dict(_fields(kept)) if kept else {name: ("int", True) for name in _FIELDS[:random.randrange(1, 4)]}
    fields = {name: how for name, how in fields.items() if name in _FIELDS or random.random() < 0.5}
    if random.random() < 0.3:
        name = random.choice(_FIELDS)
        if name in fields and random.random() < 0.4:
            del fields[name]
        else:
            fields[name] = (random.choice(("int", "int", "long")), random.random() < 0.7)
    fields[_unique()] = ("int", True)
    return Content(_record("R", fields), ())


def referring(random, subject, version):
    """Content that refers to a Base."""
    fields = {_unique(): ("int", True)}
    if random.random() < 0.3:
        fields[random.choice(_FIELDS)] = ("int", True)
    return Content(_record("R", fields, base=True), (("Base", subject, version),))


def base():
    """Content that others may refer to."""
    return Content(_record("Base", {"k": ("int", False), _unique(): ("int", True)}))


def reads(reader, writer):
    """Whether data that was written with one content can be read with the other."""
    known = dict(_fields(writer))
    for name, (kind, has_default) in _fields(reader):
        if name not in known:
            if not has_default:
                return False
        elif known[name][0] != kind and (known[name][0], kind) != ("int", "long"):
            return False
    return True


def allows(level, newer, older):
    """Whether a level lets one content follow the other."""
    return (("BACKWARD" not in level and "FULL" not in level or reads(newer, older))
            and ("FORWARD" not in level and "FULL" not in level or reads(older, newer)))


@functools.lru_cache(maxsize=100_000)
def _fields(content):
    members = json.loads(content.text)["fields"]
    return tuple((member["name"], (member["type"], "default" in member)) for member in members)


def _record(name, fields, base=False):
    members = [{"name": "base", "type": "Base"}] if base else []
    for field, (kind, has_default) in sorted(fields.items()):
        members.append({"name": field, "type": kind, **({"default": 0} if has_default else {})})
    return json.dumps({"type": "record", "name": name, "fields": members}, separators=(",", ":"))


def _unique():
    return f"u{next(_numbers)}"
