"""Data that avro-gen writes, read by fastavro, and the other way round: messages, and container files with every codec.

The schemas are those of the model's own property tests, as in the part second-opinion; data-files/compare.py compares. With --long
there are 2,000 of them, and each writes container files with all codecs.
"""

import shutil

import counts
import machine

_SEED = 5
# Schemas, and with how many codecs each writes container files.
_BRIEFLY, _LONG = (100, 1), (2_000, 6)
# Pairs to take them from: not each has values, and fastavro refuses some schemas.
_PAIRS_FOR_EACH = 4


def run(tally):
    run, folder = tally.run, tally.run.tests / "data-files"
    schemas, codecs = _LONG if run.long else _BRIEFLY
    work = run.work / "avro-data"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    # The environment of the part second-opinion.
    python = machine.virtual_environment(run, "peers", run.tests / "second-opinion" / "requirements.txt") / "python"
    questions = work / "pairs.jsonl"
    argv = [run.binary("second-opinion"), "generate", str(_SEED), str(schemas * _PAIRS_FOR_EACH), questions]
    if not tally.command("questions", argv, env=run.env)[0]:
        return
    argv = [python, folder / "compare.py", run.binary("avro-gen"), questions, str(schemas), str(codecs), work]
    tally.command("fastavro", argv, counts.plain, env=run.env)
