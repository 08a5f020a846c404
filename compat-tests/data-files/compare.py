#!/usr/bin/env python3
"""compare.py AVRO_GEN PAIRS COUNT CODECS FOLDER: avro-gen and fastavro on the same schemas and values.

PAIRS has one {"writer": schema text, "data": ...} a line, as second-opinion writes it; those with data are taken until COUNT
schemas were compared. CODECS is the number of codecs that container files of each schema are written with. For each schema,

* what `random` writes is what fastavro writes of the same values, byte for byte, and fastavro reads it, with its logical types too;
* what fastavro writes of values made here, numbers at the ends and NaN among them, `decode` reads as the same values, and `encode`
  writes the same bytes of them;
* each reads the container files of the other, with every codec that both have.

The last line is `N passed, N failed`.
"""

import collections
import io
import json
import math
import pathlib
import random
import struct
import subprocess
import sys

import fastavro
import fastavro.read
import fastavro.write

CODECS = ["null", "deflate", "snappy", "zstandard", "bzip2", "xz"]
VALUES = 5
# How deep values made here nest, and how often in a union what is simple is taken below.
_DEPTH = 5

LOGICAL_READERS = dict(fastavro.read.LOGICAL_READERS)


def main():
    binary, pairs, count, codecs, folder = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    compare = Compare(binary, pathlib.Path(folder), codecs)
    fastavro.write.LOGICAL_WRITERS.clear()
    with pairs.open(encoding="utf-8") as lines:
        for line in lines:
            pair = json.loads(line)
            if compare.schemas == count:
                break
            if "data" in pair:
                compare.schema(pair["writer"])
    compare.check(compare.schemas == count, "schemas", f"{compare.schemas} were compared, and {count} are wanted")
    for what, number in sorted(compare.counted.items()):
        print(f"{number:8} {what}")
    for reason, number in compare.refused.most_common():
        print(f"{number:8} schemas that fastavro refuses: {reason}")
    print(f"{compare.passed} passed, {compare.failed} failed")
    return 1 if compare.failed else 0


class Compare:
    """The comparison of schemas, one after the other."""

    def __init__(self, binary, folder, codecs):
        self._binary, self._folder, self._codecs = binary, folder, codecs
        self.schemas = self.passed = self.failed = 0
        self.counted, self.refused = collections.Counter(), collections.Counter()

    def schema(self, text):
        try:
            names = {}
            parsed = fastavro.parse_schema(json.loads(text), names, _write_hint=False)
            # It writes a type of the null namespace inside another one without its namespace, which says something else when it
            # is read again, by itself and from the header of a file.
            again = {}
            fastavro.parse_schema(json.loads(json.dumps(parsed)), again, _write_hint=False)
            if again.keys() != names.keys():
                raise ValueError("types have other names when it reads its own schema again")
        except Exception as error:  # whatever it throws is its way to refuse
            self.refused[refusal(error)] += 1
            return
        self.schemas += 1
        self._text, self._number = text, self.schemas
        (self._folder / "schema.avsc").write_text(text, encoding="utf-8")
        schema = Schema(parsed, names)
        for step in (self._random, self._written_by_fastavro):
            try:
                step(schema)
            except Exception as error:  # the next schema is compared all the same
                self.check(False, step.__name__.strip("_"), f"{type(error).__name__}: {error}")

    def check(self, same, what, problem=""):
        self.counted[what] += 1
        if same:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= 20:
            print(f"FAIL {what}: {str(problem)[:600]}\n     {getattr(self, '_text', '')[:600]}")

    def _call(self, *arguments):
        done = subprocess.run([self._binary, *arguments], cwd=self._folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"avro-gen {' '.join(arguments)}: {done.stderr.decode()[:400]}")
        return done.stdout.decode()

    def _random(self, schema):
        """What avro-gen makes up."""
        sample = ["random", "schema.avsc", "-n", str(VALUES), "--seed", str(self._number)]
        values = [schema.value(json.loads(line)) for line in lines(self._call(*sample))]
        messages = [bytes.fromhex(line) for line in lines(self._call(*sample, "--to", "hex"))]
        self.check(len(values) == len(messages) == VALUES, "numbers of values")
        for value, message in zip(values, messages):
            self._message(schema, value, message, "random")
            with_logical_types()
            try:
                fastavro.schemaless_reader(io.BytesIO(message), schema.parsed)
                self.check(True, "sample data, read with logical types")
            except Exception as error:
                self.check(False, "sample data, read with logical types", f"{type(error).__name__}: {error}; of {value}")
        fastavro.read.LOGICAL_READERS.clear()
        for codec in self._some_codecs():
            self._call(*sample, "--container", "--codec", codec, "--block-size", str(1 + self._number % 200), "-o", "of-us.avro")
            with open(self._folder / "of-us.avro", "rb") as file:
                reader = fastavro.reader(file)
                read = list(reader)
            self.check(reader.codec == codec and same(read, plain(values)), f"our container file, {codec}", f"{read} of {plain(values)}")

    def _written_by_fastavro(self, schema):
        """What fastavro writes of values made here."""
        chance = random.Random(self._number)
        values = [schema.made(schema.parsed, chance, 0) for _ in range(VALUES)]
        messages = []
        for value in values:
            out = io.BytesIO()
            fastavro.schemaless_writer(out, schema.parsed, value)
            messages.append(out.getvalue())
        (self._folder / "messages.hex").write_text("".join(f"{message.hex()}\n" for message in messages))
        text = self._call("decode", "-s", "schema.avsc", "--many", "--from", "hex", "messages.hex")
        read = [schema.value(json.loads(line)) for line in lines(text)]
        self.check(same(read, values), "decode of fastavro's messages", f"{read} of {values}")
        (self._folder / "values.json").write_text(text, encoding="utf-8")
        again = self._call("encode", "-s", "schema.avsc", "--many", "--to", "hex", "values.json")
        # Fastavro writes maps in the order of their making, and avro-gen in that of the keys.
        for value, message in zip(read, map(bytes.fromhex, lines(again))):
            self._message(schema, value, message, "encode")
        self.check(len(lines(again)) == len(messages), "numbers of messages")
        for codec in self._some_codecs():
            with open(self._folder / "of-fastavro.avro", "wb") as file:
                fastavro.writer(file, schema.parsed, values, codec=codec, sync_interval=1 + self._number % 200)
            text = self._call("decode", "of-fastavro.avro")
            read = [schema.value(json.loads(line)) for line in lines(text)]
            self.check(same(read, values), f"fastavro's container file, {codec}", f"{read} of {values}")

    def _message(self, schema, value, message, what):
        """The bytes that fastavro writes, and the values that it reads from them."""
        out = io.BytesIO()
        fastavro.schemaless_writer(out, schema.parsed, value)
        self.check(out.getvalue() == message, f"bytes of {what}", f"{message.hex()} of {value}, and fastavro: {out.getvalue().hex()}")
        fastavro.read.LOGICAL_READERS.clear()
        read = fastavro.schemaless_reader(io.BytesIO(message), schema.parsed)
        self.check(same(read, plain(value)), f"values of {what}", f"{read} of {plain(value)}")

    def _some_codecs(self):
        return [CODECS[(self._number + place) % len(CODECS)] for place in range(min(self._codecs, len(CODECS)))]


def lines(text):
    """Lines end at a line feed; Python ends them at what may stand in a text, too."""
    return text.split("\n")[:-1]


def with_logical_types():
    fastavro.read.LOGICAL_READERS.update(LOGICAL_READERS)


def refusal(error):
    """The kind of a refusal, without what it is about."""
    words = str(error).split()
    return " ".join([type(error).__name__, *(word for word in words if word.isalpha() and word.islower())][:8])


class Schema:
    """A schema as fastavro reads it, with full names throughout."""

    def __init__(self, parsed, names):
        self.parsed, self._names = parsed, names

    def _kind(self, schema):
        """The type of a schema, and its definition."""
        if isinstance(schema, list):
            return "union", schema
        if isinstance(schema, str):
            return (schema, schema) if schema not in self._names else self._kind(self._names[schema])
        return schema["type"], schema

    def branch(self, schema):
        """What the JSON encoding, and fastavro, call a branch of a union."""
        kind, definition = self._kind(schema)
        return definition["name"] if kind in ("record", "error", "enum", "fixed") else kind

    def value(self, found, schema=None):
        """The value that stands in the JSON encoding; that of a union is a pair of its branch and the value."""
        kind, definition = self._kind(self.parsed if schema is None else schema)
        if kind in ("record", "error"):
            fields = {field["name"]: self.value(found[field["name"]], field["type"]) for field in definition["fields"]}
            if fields.keys() != found.keys():
                raise ValueError(f"{found} has other fields than {definition['name']}")
            return fields
        if kind == "array":
            return [self.value(item, definition["items"]) for item in found]
        if kind == "map":
            return {key: self.value(item, definition["values"]) for key, item in found.items()}
        if kind == "union":
            (key, inner), = [("null", None)] if found is None else found.items()
            branch = next(branch for branch in definition if self.branch(branch) == key)
            return key, self.value(inner, branch)
        if kind in ("bytes", "fixed"):
            return found.encode("latin-1")
        if kind in ("float", "double"):
            return single(float(found)) if kind == "float" else float(found)
        return found

    def made(self, schema, chance, depth):
        """A value made up."""
        kind, definition = self._kind(schema)
        if kind in ("record", "error"):
            return {field["name"]: self.made(field["type"], chance, depth + 1) for field in definition["fields"]}
        if kind in ("array", "map"):
            count = 0 if depth > _DEPTH else chance.choice([0, 1, 3])
            if kind == "array":
                return [self.made(definition["items"], chance, depth + 1) for _ in range(count)]
            return {text(chance): self.made(definition["values"], chance, depth + 1) for _ in range(count)}
        if kind == "union":
            branch = chance.choice(definition) if depth <= _DEPTH else min(definition, key=lambda one: self._weight(one, ()))
            return self.branch(branch), self.made(branch, chance, depth + 1)
        if kind == "enum":
            return chance.choice(definition["symbols"])
        if kind == "fixed":
            return chance.randbytes(definition["size"])
        return primitive(kind, chance)

    def _weight(self, schema, inside):
        """How deep the simplest value of a schema is; endless for one that holds itself."""
        kind, definition = self._kind(schema)
        if kind in ("record", "error"):
            if definition["name"] in inside:
                return math.inf
            inside = (*inside, definition["name"])
            return 1 + max((self._weight(field["type"], inside) for field in definition["fields"]), default=0)
        if kind == "union":
            return 1 + min((self._weight(branch, inside) for branch in definition), default=math.inf)
        return 0


def primitive(kind, chance):
    if kind in ("int", "long"):
        bits = 31 if kind == "int" else 63
        return chance.choice([0, -1, 63, 64, -65, 2**bits - 1, -(2**bits), chance.randint(-(2**bits), 2**bits - 1) >> chance.randrange(bits)])
    if kind in ("float", "double"):
        number = chance.choice([0.0, -0.0, 0.1, 1e-45, 5e-324, 3.4028234e38, 1e16, math.inf, -math.inf, math.nan, chance.uniform(-1e9, 1e9)])
        return single(number) if kind == "float" else number
    return {"null": None, "boolean": chance.random() < 0.5, "string": text(chance),
            "bytes": chance.randbytes(chance.choice([0, 1, 9, 64]))}[kind]


def text(chance):
    return "".join(chance.choice("ab Z\"\\\n\0é☃😀\uffff\u2028/") for _ in range(chance.choice([0, 1, 5, 70])))


def single(number):
    """The nearest number of 32 bits."""
    return struct.unpack("<f", struct.pack("<f", number))[0]


def plain(value):
    """A value as fastavro gives it: without the branches of unions."""
    if isinstance(value, tuple):
        return plain(value[1])
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def same(one, other):
    """Whether two values are the same: NaN is, and 0.0 is not -0.0, nor 1, nor true."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return struct.pack("<d", one) == struct.pack("<d", other) or math.isnan(one) and math.isnan(other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


if __name__ == "__main__":
    sys.exit(main())
