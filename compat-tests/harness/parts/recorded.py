"""Random request sequences with the answers of a live Confluent, replayed against our server on each database."""

import http.client
import json
import time

import scripts
from pending import Pending
from registry import Databases, Registry

# One registry for a whole file: its sequences keep to contexts of their own.
_SHARED = ("avro-1", "rules-1", "assoc-1", "http-1")
# One registry for each sequence: they change what is global.
_OWN = ("whole-1",)

# What the recorded server was told, as far as an answer shows it.
_SETTINGS = {"kafka.cluster.id": "4L6g3nShT-eMCtK--X86sw"}


def run(tally):
    folder = tally.run.tests / "recorded"
    replay, pending = scripts.load(folder / "replay.py"), Pending(folder / "pending.txt")
    for kind in Databases.KINDS:
        for name in _SHARED + _OWN:
            begin, before = time.monotonic(), (tally.passed, tally.failed)
            log = f"registry-recorded-{kind}-{name}"
            sequences = [json.loads(line) for line in (folder / f"{name}.jsonl").open(encoding="utf-8")]
            for group in ([sequences] if name in _SHARED else [[sequence] for sequence in sequences]):
                with Registry(tally.run, tally.run.databases.fresh(kind), _SETTINGS, log=log) as registry:
                    for sequence in group:
                        pending.judge(tally, sequence["name"], _play(replay, registry, sequence), f"{kind} {name}")
            passed, failed = tally.passed - before[0], tally.failed - before[1]
            print(f"   {kind}, {name}: {passed} ok, {failed} failed ({time.monotonic() - begin:.1f} s)", flush=True)
    pending.finish(tally)


def _play(replay, registry, sequence):
    connection = http.client.HTTPConnection("127.0.0.1", registry.port, timeout=60)
    try:
        return replay.play(connection, sequence, False)
    finally:
        connection.close()
