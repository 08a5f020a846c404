"""A folder of schemas that refer to each other, always the same for a seed; its next version; and mistakes in it.

Schema number n is a record `shop.mM.TypeN` in a file of its own, with fields of every kind and up to four others that it uses;
every thirtieth is in IDL and uses none. In the next version every third schema has changed, half of them so that old data cannot be read.
"""

import json
import random

_PLAIN = ["boolean", "int", "long", "float", "double", "bytes", "string"]
_LOGICAL = [("int", "date"), ("long", "timestamp-millis"), ("string", "uuid")]
_DEFAULTS = {"boolean": False, "int": 0, "long": 0, "float": 0, "double": 0, "bytes": "", "string": ""}
_IDL_EVERY, _CHANGE_EVERY, _USES = 30, 3, 4


def write(folder, count, seed=14, next_version=False, idl=True):
    """Writes the schemas into a folder, all in JSON without `idl`; their paths, in the order of their numbers."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    names, paths = [], []
    for number in range(count):
        in_idl = idl and number % _IDL_EVERY == _IDL_EVERY - 1
        # IDL would have to import what it uses.
        schema = _record(chance, number, [] if in_idl else names)
        names.append(f"{schema['namespace']}.{schema['name']}")
        if next_version and number % _CHANGE_EVERY == 0:
            _change(schema, number)
        path = folder / f"type{number:03}.{'avdl' if in_idl else 'avsc'}"
        path.write_text(_idl(schema) if in_idl else json.dumps(schema, indent=2) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def _record(chance, number, names):
    fields = []
    for place in range(chance.randint(6, 14)):
        kind = chance.choice(_PLAIN)
        roll = chance.random()
        field = {"name": f"f{place}", "type": kind}
        if roll < 0.2:
            base, logical = chance.choice(_LOGICAL)
            field["type"] = {"type": base, "logicalType": logical}
        elif roll < 0.4:
            field.update(type=["null", kind], default=None)
        elif roll < 0.5:
            field.update(type={"type": "array", "items": kind}, default=[])
        elif roll < 0.6:
            field["type"] = {"type": "map", "values": kind}
        elif roll < 0.8:
            field["default"] = _DEFAULTS[kind]
        if chance.random() < 0.4:
            field["doc"] = f"What f{place} is."
        fields.append(field)
    for place, name in enumerate(chance.sample(names, min(len(names), chance.randint(0, _USES)))):
        fields.append({"name": f"used{place}", "type": name if place % 2 else ["null", name], **({} if place % 2 else {"default": None})})
    return {"type": "record", "name": f"Type{number}", "namespace": f"shop.m{number % 7}", "doc": f"Schema {number}.", "fields": fields}


def _change(schema, number):
    more = {"name": "more", "type": "string"}
    if number % 2:
        more["default"] = "none"
    schema["fields"].append(more)


def _idl(schema):
    def named(kind):
        if isinstance(kind, list):
            return "union { " + ", ".join(kind) + " }"
        if isinstance(kind, str):
            return kind
        if "logicalType" in kind:
            return f"@logicalType(\"{kind['logicalType']}\") {kind['type']}"
        return f"array<{kind['items']}>" if kind["type"] == "array" else f"map<{kind['values']}>"

    def line(field):
        doc = f"  /** {field['doc']} */\n" if "doc" in field else ""
        default = f" = {json.dumps(field['default'])}" if "default" in field else ""
        return f"{doc}  {named(field['type'])} {field['name']}{default};\n"

    fields = "".join(map(line, schema["fields"]))
    return f"namespace {schema['namespace']};\n/** {schema['doc']} */\nrecord {schema['name']} {{\n{fields}}}\n"


def _field(**attributes):
    """A mistake in one more field, last in the record."""
    def spoil(schema):
        schema["fields"].append({"name": "spoilt", **attributes})
    return spoil


def _text(change):
    change.of_text = True
    return change


# What is wrong, the word of the message about it, and what does it to a schema, or to its text.
MISTAKES = [
    ("an unknown type", '"strng" is neither', _field(type="strng")),
    ("another language's type", '"int64" is neither', _field(type="int64")),
    ("a default of another type", 'the default "none" of field', _field(type="int", default="none")),
    ("a name that is none", '"a-b"', lambda schema: schema["fields"].append({"name": "a-b", "type": "int"})),
    ("a union in a union", "a union cannot hold a union", _field(type=["null", ["int", "string"]])),
    ("a branch twice", "two branches of type int", _field(type=["int", "string", "int"])),
    ("an order that there is not", '"order"', _field(type="int", order="upwards")),
    ("no type", 'a field needs the attribute "type"', _field()),
    ("a field that is text", "found text where a field is expected", lambda schema: schema["fields"].append("spoilt")),
    ("a field twice", 'two fields named "f0"', lambda schema: schema["fields"].append({"name": "f0", "type": "int"})),
    ("no fields", 'a record needs the attribute "fields"', lambda schema: schema.update(feilds=schema.pop("fields"))),
    ("a symbol twice", 'the symbol "A" twice', _field(type={"type": "enum", "name": "E1", "symbols": ["A", "A"]})),
    ("a default that is no symbol", '"B" is not among', _field(type={"type": "enum", "name": "E2", "symbols": ["A"], "default": "B"})),
    ("a size below zero", '"size" is -1', _field(type={"type": "fixed", "name": "F1", "size": -1})),
    ("the name of a primitive type", 'cannot be named "string"', _field(type={"type": "fixed", "name": "string", "namespace": "", "size": 1})),
    ("no items", 'an array needs the attribute "items"', _field(type={"type": "array"})),
    ("a number for a type", "found a number where a schema is expected", _field(type=7)),
    ("a type of its own under another's name", "is defined twice", _field(type={"type": "fixed", "name": "shop.m0.Type0", "size": 1})),
    ("no comma", "found", _text(lambda text: text.replace(",", "", 1))),
    ("a file that ends too early", "ends", _text(lambda text: text[: len(text) // 2])),
]


def spoil(paths, seed=14):
    """Puts each mistake into a file of its own; what is wrong by the file's name, as (what, word)."""
    chance = random.Random(seed)
    # The first one defines what one of the mistakes defines too, and the files in IDL are left alone.
    chosen = chance.sample([path for path in paths[1:] if path.suffix == ".avsc"], len(MISTAKES))
    for path, (_, _, change) in zip(chosen, MISTAKES):
        text = path.read_text(encoding="utf-8")
        if getattr(change, "of_text", False):
            path.write_text(change(text), encoding="utf-8")
        else:
            schema = json.loads(text)
            change(schema)
            path.write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
    return {path.name: (what, word) for path, (what, word, _) in zip(chosen, MISTAKES)}
