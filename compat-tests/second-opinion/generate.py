#!/usr/bin/env python3
"""generate.py SEED COUNT FILE: pairs of Avro schema texts, one {"reader", "writer"} a line, always the same for a seed.

Most pairs are a schema and an evolution of it, some are unrelated, some are spoiled so that a parser should refuse them
or read them in an odd way. Names come from small pools, so that references, name clashes and aliases meet.
"""

import copy
import json
import random
import sys

PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
PROMOTIONS = {"int": ["long", "float", "double"], "long": ["float", "double"], "float": ["double"],
              "string": ["bytes"], "bytes": ["string"]}
LOGICAL = [("int", "date"), ("int", "time-millis"), ("long", "timestamp-millis"), ("long", "timestamp-micros"),
           ("string", "uuid"), ("long", "local-timestamp-nanos"), ("bytes", "big-decimal"), ("string", "nonsense")]
NAMES = ["A", "B", "Cc", "Node", "Rate", "e_1", "record", "_x"]
SPACES = [None, None, None, "", "a", "a.b", "x.y_1"]
FIELDS = ["a", "b", "c", "id", "name", "type", "rate", "next"]
SYMBOLS = ["A", "B", "C", "RED", "_1", "unknown"]
ODD = ["é", "1x", "a-b", "", "a.b.", ".a", "a..b", "日本", "x y"]


class Raw:
    """A JSON token that is printed as it is."""

    def __init__(self, text):
        self.text = text


def render(value, rng, loose):
    """JSON text; `loose` adds white space and escapes, which must not matter."""
    gap = (lambda: rng.choice(["", "", " ", "\n  ", "\t"])) if loose else (lambda: "")
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, dict):
        return "{" + gap() + ("," + gap()).join(
            f"{json.dumps(k)}{gap()}:{gap()}{render(v, rng, loose)}" for k, v in value.items()) + gap() + "}"
    if isinstance(value, list):
        return "[" + gap() + ("," + gap()).join(render(v, rng, loose) for v in value) + gap() + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=rng.random() < 0.5 if loose else True)
    return json.dumps(value)


class Schemas:
    """Makes schemas. `known` are the named types so far: (full name, kind, symbols)."""

    def __init__(self, rng):
        self.rng = rng
        self.known = []

    def schema(self, depth, space=None, branch=False):
        rng, roll = self.rng, self.rng.random()
        if depth <= 0 or roll < 0.35:
            return self.primitive()
        if roll < 0.45 and self.known:
            return self.reference(space)
        if roll < 0.65:
            return self.record(depth, space)
        if roll < 0.72:
            return self.enum(space)
        if roll < 0.79:
            return self.fixed(space)
        if roll < 0.86:
            return self.extras({"type": "array", "items": self.schema(depth - 1, space)}, 0.15)
        if roll < 0.92:
            return self.extras({"type": "map", "values": self.schema(depth - 1, space)}, 0.15)
        return self.primitive() if branch else self.union(depth, space)

    def primitive(self):
        rng = self.rng
        if rng.random() < 0.2:
            base, logical = rng.choice(LOGICAL)
            return self.extras({"type": base, "logicalType": logical}, 0.1)
        if rng.random() < 0.06:
            return {"type": "bytes", "logicalType": "decimal", "precision": rng.choice([4, 9, 0, -1, "4"]),
                    **({"scale": rng.choice([0, 2, 9])} if rng.random() < 0.7 else {})}
        plain = rng.choice(PRIMITIVES)
        return self.extras({"type": plain}, 0.3) if rng.random() < 0.2 else plain

    def reference(self, space):
        full = self.rng.choice(self.known)[0]
        head, _, short = full.rpartition(".")
        return short if head == (space or "") and self.rng.random() < 0.7 else full

    def head(self, kind, space):
        """The name part of a named type, and the namespace inside it."""
        rng = self.rng
        head = {"type": kind, "name": rng.choice(NAMES)}
        own = rng.choice(SPACES)
        if rng.random() < 0.12:
            dotted = rng.choice(["a", "x.y_1"])
            head["name"], inner = f"{dotted}.{head['name']}", dotted
            if rng.random() < 0.3:
                head["namespace"] = "ignored"
        elif own is not None:
            head["namespace"], inner = own, own
        else:
            inner = space or ""
        if rng.random() < 0.15:
            head["doc"] = rng.choice(["", "what it is", "line\nbreak \"quoted\" \u2028 é /"])
        if rng.random() < 0.15:
            head["aliases"] = [rng.choice(NAMES + ["a.A", "x.y_1.B", ".Node"]) for _ in range(rng.randint(0, 2))]
        items = list(head.items())
        if rng.random() < 0.3:
            rng.shuffle(items)
        short = head["name"].rpartition(".")[2]
        return dict(items), f"{inner}.{short}" if inner else short, inner

    def record(self, depth, space):
        rng = self.rng
        head, full, inner = self.head("record" if rng.random() < 0.97 else "error", space)
        self.known.append((full, "record", None))
        names = rng.sample(FIELDS, rng.randint(0, 4))
        head["fields"] = [self.field(name, depth - 1, inner) for name in names]
        return self.extras(head, 0.1)

    def field(self, name, depth, space):
        rng, roll = self.rng, self.rng.random()
        if roll < 0.25:
            branches = ["null", self.schema(min(depth, 1), space, True)]
            kind = branches if branches[1] != "null" else "null"
        else:
            kind = self.schema(depth, space)
        field = {"name": name, "type": kind}
        if rng.random() < 0.45:
            default = self.default(kind)
            if default is not None:
                field["default"] = default[0]
        if rng.random() < 0.1:
            field["aliases"] = [rng.choice(FIELDS) for _ in range(rng.randint(0, 2))]
        if rng.random() < 0.08:
            field["order"] = rng.choice(["ascending", "descending", "ignore", "Descending"])
        if rng.random() < 0.08:
            field["doc"] = rng.choice(["", "a field"])
        return self.extras(field, 0.08)

    def default(self, kind):
        """A default in a list, mostly one that fits; None when there is none to be had."""
        rng = self.rng
        if isinstance(kind, list):
            return self.default(rng.choice(kind)) if kind else None
        base = kind.get("type") if isinstance(kind, dict) else kind
        numbers = ["0", "-1", "7", "100", "2147483647", "-0"]
        decimals = ["1.10", "1E5", "0.0000001", "1e400", "-0.0", "100", "3.0", "1234567.125", "12345678901234567890"]
        simple = {
            "null": ["null"], "boolean": ["true", "false"], "int": numbers, "long": numbers + ["9007199254740993"],
            "float": decimals, "double": decimals, "bytes": ['""', '"\\u00ff"', '"a"'],
            "string": ['""', '"x"', '"é\\n\\"/"', '"\\u2028"'], "array": ["[]"], "map": ["{}"],
        }
        if base in simple:
            return [Raw(rng.choice(simple[base] if rng.random() < 0.95 else ['"x"', "1.5", "null", "{}"]))]
        if not isinstance(kind, dict):
            return None
        if base == "enum":
            return [rng.choice(kind["symbols"] or SYMBOLS)]
        if base == "fixed":
            return ["\u0000" * kind["size"]] if isinstance(kind["size"], int) and kind["size"] < 20 else None
        if base in ("record", "error") and all("default" in field for field in kind["fields"]):
            return [{}]
        return None

    def enum(self, space):
        rng = self.rng
        head, full, _ = self.head("enum", space)
        head["symbols"] = rng.sample(SYMBOLS, rng.randint(0 if rng.random() < 0.05 else 1, 4))
        if rng.random() < 0.25 and head["symbols"]:
            head["default"] = rng.choice(head["symbols"])
        self.known.append((full, "enum", head["symbols"]))
        return self.extras(head, 0.08)

    def fixed(self, space):
        head, full, _ = self.head("fixed", space)
        head["size"] = self.rng.choice([0, 1, 4, 12, 16])
        if self.rng.random() < 0.2:
            head["logicalType"] = self.rng.choice(["duration", "uuid", "decimal"])
            if head["logicalType"] == "decimal":
                head["precision"] = self.rng.choice([1, 9, 40])
        self.known.append((full, "fixed", None))
        return self.extras(head, 0.08)

    def union(self, depth, space):
        found, kinds = [], set()
        for _ in range(self.rng.randint(1, 4)):
            one = self.schema(depth - 1, space, True)
            base = one.get("type") if isinstance(one, dict) else one
            kind = one.get("name", base) if isinstance(one, dict) else base
            if kind not in kinds:
                kinds.add(kind)
                found.append(one)
        return found

    def extras(self, schema, chance):
        """Perhaps adds properties of no meaning, which must survive in order."""
        rng = self.rng
        if rng.random() < chance:
            for key in rng.sample(["zeta", "alpha", "connect.name", "é", "x-y"], rng.randint(1, 2)):
                schema[key] = rng.choice([Raw("1"), Raw("1.50"), Raw("1E2"), Raw("12345678901234567890"), "text", True, None,
                                          [Raw("-0"), "b"], {"k": Raw("2.0"), "a": [1]}])
        return schema


def places(schema, found=None):
    """Every schema inside a schema, as (container, key)."""
    found = [] if found is None else found
    if isinstance(schema, list):
        for i, one in enumerate(schema):
            found.append((schema, i))
            places(one, found)
    elif isinstance(schema, dict):
        for key in ("items", "values"):
            if key in schema:
                found.append((schema, key))
                places(schema[key], found)
        for field in schema.get("fields", []):
            found.append((field, "type"))
            places(field["type"], found)
    return found


def evolve(root, rng):
    """A copy of a schema with one to three changes of the kinds that people make."""
    box = [copy.deepcopy(root)]
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        container, key = rng.choice([(box, 0)] + places(box[0]))
        container[key] = change(container[key], rng)
    return box[0]


def change(schema, rng):
    made = Schemas(rng)
    if isinstance(schema, str):
        if schema in PROMOTIONS and rng.random() < 0.6:
            return rng.choice(PROMOTIONS[schema])
        return rng.choice([["null", schema] if schema != "null" else "int", made.primitive(), schema, [schema]])
    if isinstance(schema, list):
        roll = rng.random()
        if roll < 0.3 and schema:
            del schema[rng.randrange(len(schema))]
        elif roll < 0.6:
            schema.insert(rng.randint(0, len(schema)), made.schema(1, None, True))
        elif roll < 0.8:
            rng.shuffle(schema)
        elif schema:
            return rng.choice(schema)
        return schema
    kind = schema.get("type")
    if kind in ("record", "error") and rng.random() < 0.75:
        return change_fields(schema, made, rng)
    if kind == "enum" and rng.random() < 0.7:
        roll = rng.random()
        if roll < 0.4:
            schema["symbols"] = schema["symbols"] + [s for s in SYMBOLS if s not in schema["symbols"]][:1]
        elif roll < 0.7 and schema["symbols"]:
            schema["symbols"] = schema["symbols"][1:]
        else:
            schema["default"] = rng.choice(schema["symbols"] or SYMBOLS)
        return schema
    if kind == "fixed" and rng.random() < 0.5:
        schema["size"] = rng.choice([0, 1, 4, 16])
        return schema
    if "name" in schema and rng.random() < 0.6:
        old = schema["name"]
        schema["name"] = rng.choice(NAMES)
        if rng.random() < 0.6:
            schema["aliases"] = [rng.choice([old, "." + old, (schema.get("namespace") or "a") + "." + old])]
        return schema
    return rng.choice([["null", schema], made.schema(1), {"type": "array", "items": schema}, schema])


def change_fields(schema, made, rng):
    fields, roll = schema["fields"], rng.random()
    used = {field["name"] for field in fields}
    free = [name for name in FIELDS if name not in used]
    if roll < 0.35 and free:
        fields.insert(rng.randint(0, len(fields)), made.field(rng.choice(free), 1, schema.get("namespace")))
    elif roll < 0.5 and fields:
        del fields[rng.randrange(len(fields))]
    elif roll < 0.75 and fields and free:
        field = rng.choice(fields)
        old, field["name"] = field["name"], rng.choice(free)
        if rng.random() < 0.7:
            field["aliases"] = [old] + ([rng.choice(FIELDS)] if rng.random() < 0.2 else [])
    elif roll < 0.85:
        rng.shuffle(fields)
    elif fields:
        field = rng.choice(fields)
        if "default" in field:
            del field["default"]
        else:
            default = made.default(field["type"])
            if default is not None:
                field["default"] = default[0]
    return schema


def spoil(root, rng):
    """A copy with one thing in it that a parser should refuse, or that looks as if it should."""
    box = [copy.deepcopy(root)]
    container, key = rng.choice([(box, 0)] + places(box[0]))
    schema = container[key]
    if not isinstance(schema, dict):
        container[key] = rng.choice([[schema, schema], [[schema]], {"type": {"type": schema}}, {"type": schema, "name": 5},
                                     "Nowhere", "strng", {}, None, Raw("7"), {"type": "array"}, {"type": [schema]}, {"typ": schema}])
        return box[0]
    target = rng.choice([schema] + schema.get("fields", [])) if isinstance(schema.get("fields"), list) else schema
    attribute = rng.choice(["name", "namespace", "type", "aliases", "doc", "default", "order", "size", "symbols", "fields"])
    action = rng.random()
    if action < 0.3 and attribute in target:
        del target[attribute]
    elif action < 0.6:
        target[attribute] = rng.choice([None, True, Raw("5"), Raw("16.0"), Raw("-1"), "", "x", [], ["x", "x"], [5], {}, rng.choice(ODD)])
    elif "fields" in schema and schema["fields"]:
        schema["fields"].append(copy.deepcopy(schema["fields"][0]))
    elif "symbols" in schema:
        schema["symbols"] = schema["symbols"] + [rng.choice(schema["symbols"] + ODD)]
    elif "name" in schema:
        schema["name"] = rng.choice(ODD + ["int", "a.int", "string"])
    return box[0]


def text(schema, rng):
    out = render(schema, rng, rng.random() < 0.2)
    roll = rng.random()
    if roll < 0.01:
        out = rng.choice(["/* c */ " + out, out + " // end", out + " x", out + out, out[:-1], "\ufeff" + out, out + " # end"])
    return out


def pairs(seed, count):
    rng = random.Random(seed)
    for _ in range(count):
        writer = Schemas(rng).schema(rng.randint(1, 4))
        reader = evolve(writer, rng) if rng.random() < 0.9 else Schemas(rng).schema(rng.randint(1, 3))
        if rng.random() < 0.12:
            reader = spoil(reader, rng)
        if rng.random() < 0.5:
            reader, writer = writer, reader
        yield {"reader": text(reader, rng), "writer": text(writer, rng)}


def main():
    seed, count, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    with open(path, "w", encoding="utf-8") as out:
        for pair in pairs(seed, count):
            out.write(json.dumps(pair) + "\n")


if __name__ == "__main__":
    main()
