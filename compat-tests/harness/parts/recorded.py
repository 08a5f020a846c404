"""Random request sequences and pairs of schemas with the answers of a live Confluent, asked of our server.

Sequences are replayed on each database; what is compared of a pair, and of most sequences of JSON Schemas and Protobuf, does not
depend on it.
"""

import http.client
import json
import time

import scripts
from pending import Pending
from registry import Databases, Registry

# One registry for a whole file: its sequences keep to contexts of their own.
_SHARED = (
    "avro-1",
    "rules-1",
    "assoc-1",
    "http-1",
    "wide-assoc",
    "wide-types-avro",
    "wide-tags-json",
    "wide-modes",
    "wide-lists",
    "wide-meta-avro",
    "wide-meta-rules",
    "wide-refs-avro",
    "wide-tags-avro",
)
# The same on one database: what they ask of a language is asked of the same code on each.
_SHARED_ONCE = (
    "json-1",
    "wide-types-json",
    "wide-refs-json",
    "wide-meta-json",
    "proto-1",
    "wide-types-proto",
    "wide-refs-proto",
    "wide-meta-proto",
    "wide-tags-proto",
)
# One registry for each sequence: they change what is global. (The group id of the recorded servers, which was another one for
# each, is the default in wide-alias.)
_OWN = ("whole-1", "wide-alias")
_PAIRS = ("wide-pairs-avro", "pairs-json-1", "wide-pairs-json", "pairs-protobuf-1", "wide-pairs-proto")

# What the recorded server was told, as far as an answer shows it.
_SETTINGS = {"kafka.cluster.id": "4L6g3nShT-eMCtK--X86sw"}


def run(tally):
    folder = tally.run.tests / "recorded"
    replay, pending = scripts.load(folder / "replay.py"), Pending(folder / "pending.txt")
    for kind in Databases.KINDS:
        for name in _SHARED + (_SHARED_ONCE if kind == Databases.KINDS[0] else ()) + _OWN:
            with _Progress(tally, f"{kind}, {name}"):
                log = f"registry-recorded-{kind}-{name}"
                sequences = [json.loads(line) for line in replay.lines(folder / f"{name}.jsonl.gz")]
                for group in ([[sequence] for sequence in sequences] if name in _OWN else [sequences]):
                    with Registry(tally.run, tally.run.databases.fresh(kind), _SETTINGS, log=log) as registry:
                        for sequence in group:
                            for number, problem in _steps(replay, registry, sequence):
                                pending.judge(tally, f"{sequence['name']}/{number}", problem, f"{kind} {name}")
    _pairs(tally, folder, replay, pending)
    pending.finish(tally)


def _pairs(tally, folder, replay, pending):
    pairs = scripts.load(folder / "pairs.py")
    kind = Databases.KINDS[0]
    for name in _PAIRS:
        with _Progress(tally, name):
            with Registry(tally.run, tally.run.databases.fresh(kind), _SETTINGS, log=f"registry-{name}") as registry:
                asked = pairs.Registry(registry.url)
                for line in replay.lines(folder / f"{name}.jsonl.gz"):
                    row = json.loads(line)
                    found = [f"{what} want {want} got {got}"[:600] for what, want, got in pairs.differences(asked, row)]
                    pending.judge(tally, f"{name}/{row['name']}", "; ".join(found) or None, "pairs")


def _steps(replay, registry, sequence):
    connection = http.client.HTTPConnection("127.0.0.1", registry.port, timeout=60)
    try:
        yield from replay.steps(connection, sequence)
    finally:
        connection.close()


class _Progress:
    """Prints what a file counted and how long it took."""

    def __init__(self, tally, title):
        self._tally, self._title = tally, title

    def __enter__(self):
        self._begin, self._before = time.monotonic(), (self._tally.passed, self._tally.failed)

    def __exit__(self, *_):
        passed, failed = self._tally.passed - self._before[0], self._tally.failed - self._before[1]
        print(f"   {self._title}: {passed} ok, {failed} failed ({time.monotonic() - self._begin:.1f} s)", flush=True)
