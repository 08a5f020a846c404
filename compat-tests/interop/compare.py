"""Compares what a client read with what was written, field by field.

What was written is JSON in Avro's encoding, with the names of union branches. What a client prints is plain JSON: a union is
what it holds, bytes are the characters U+0000 to U+00FF, a logical type is what it is based on, or an object with what the
client's own type for it has: {"decimal": "1.50"}, {"timestamp": "2026-01-01T00:00:00+00:00"} (without an offset for a local
one), {"date": "2026-01-01"}, {"time": "23:59:59.999"}.
"""

import datetime
import decimal
import json
import math
import struct

_MICROSECOND = datetime.timedelta(microseconds=1)
_UTC = datetime.timezone.utc
# Microseconds in a unit.
_UNITS = {"millis": 1000, "micros": 1}


class Comparer:
    """One schema. `differences` compares a value of it; `fields` counts what was compared."""

    def __init__(self, text, references=()):
        self._named, self.fields = {}, 0
        for other in references:
            self._collect(json.loads(other), "")
        self._root = json.loads(text)
        self._collect(self._root, "")

    def _collect(self, schema, namespace):
        if isinstance(schema, list):
            for branch in schema:
                self._collect(branch, namespace)
        elif isinstance(schema, dict):
            if "name" in schema:
                namespace = schema.get("namespace", namespace)
                schema["full_name"] = f"{namespace}.{schema['name']}" if namespace else schema["name"]
                self._named[schema["full_name"]] = self._named[schema["name"]] = schema
            for inner in [schema.get("items"), schema.get("values")] + [field["type"] for field in schema.get("fields", ())]:
                self._collect(inner, namespace)

    def differences(self, want, got):
        """What differs, each with its path."""
        return list(self._compare(self._root, want, got, "$"))

    def _compare(self, schema, want, got, path):
        schema = self._resolved(schema)
        if isinstance(schema, list):
            if want is None:
                schema = "null"
            else:
                (name, want), = want.items()
                schema = next(one for one in map(self._resolved, schema) if self._name(one) == name)
        kind = schema["type"] if isinstance(schema, dict) else schema
        if kind == "record":
            names = [field["name"] for field in schema["fields"]]
            if not isinstance(got, dict) or sorted(got) != sorted(names):
                yield f"{path}: {_short(got)} has not the fields {', '.join(names)}"
                return
            for field in schema["fields"]:
                yield from self._compare(field["type"], want[field["name"]], got[field["name"]], f"{path}.{field['name']}")
        elif kind == "array":
            if not isinstance(got, list) or len(got) != len(want):
                yield f"{path}: {_short(got)} is no array of {len(want)}"
                return
            for index, (one, other) in enumerate(zip(want, got)):
                yield from self._compare(schema["items"], one, other, f"{path}[{index}]")
        elif kind == "map":
            if not isinstance(got, dict) or sorted(got) != sorted(want):
                yield f"{path}: {_short(got)} has not the keys {sorted(want)}"
                return
            for key in want:
                yield from self._compare(schema["values"], want[key], got[key], f"{path}[{key!r}]")
        else:
            self.fields += 1
            if not _same(kind, schema, want, got):
                yield f"{path}: got {_short(got)}, want {_short(want)}"

    def _resolved(self, schema):
        return self._named.get(schema, schema) if isinstance(schema, str) else schema

    @staticmethod
    def _name(schema):
        return schema.get("full_name", schema["type"]) if isinstance(schema, dict) else schema


def _same(kind, schema, want, got):
    if isinstance(got, dict):
        (form, text), = got.items()
        return want == _based_on(form, text, kind, schema, want)
    if isinstance(got, bool) != isinstance(want, bool) or (got is None) != (want is None):
        return False
    if kind in ("int", "long"):
        return isinstance(got, int) and got == want
    if kind in ("float", "double") and isinstance(want, (int, float)):
        return isinstance(got, (int, float)) and _bits(kind, got) == _bits(kind, want)
    return got == want


def _bits(kind, number):
    """A float may be printed with as many digits as a float has, or a double."""
    try:
        return struct.pack("<f" if kind == "float" else "<d", number)
    except OverflowError:
        return math.inf


def _based_on(form, text, kind, schema, want):
    """The value of the underlying type that a client's own type stands for; None if it is not this schema's."""
    logical = schema.get("logicalType", "") if isinstance(schema, dict) else ""
    if form == "decimal" and logical == "decimal":
        unscaled = decimal.Decimal(text).scaleb(schema.get("scale", 0), decimal.Context(prec=60))
        if unscaled != int(unscaled):
            return None
        size = schema["size"] if kind == "fixed" else max(1, len(want))
        return int(unscaled).to_bytes(size, "big", signed=True).decode("latin1")
    unit = _UNITS.get(logical.rpartition("-")[2])
    if form == "date" and logical == "date":
        return datetime.date.fromisoformat(text).toordinal() - datetime.date(1970, 1, 1).toordinal()
    if form == "time" and logical.startswith("time-") and unit:
        time = datetime.time.fromisoformat(text)
        since = datetime.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second, microseconds=time.microsecond)
        return since / (unit * _MICROSECOND)
    if form == "timestamp" and "timestamp-" in logical and unit:
        instant = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        if (instant.tzinfo is None) != logical.startswith("local-"):
            return None
        since = instant.replace(tzinfo=instant.tzinfo or _UTC) - datetime.datetime(1970, 1, 1, tzinfo=_UTC)
        return (since // _MICROSECOND) / unit
    return None


def _short(value):
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) < 120 else text[:120] + "..."
