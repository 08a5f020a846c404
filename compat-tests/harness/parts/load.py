"""The load bench of compat-tests/load: briefly to see that it runs and every answer is right, its table with `--long`."""

import importlib
import sys


def run(tally):
    run = tally.run
    sys.path.insert(0, str(run.tests))
    bench, stage = importlib.import_module("load.bench"), importlib.import_module("load.stage")
    length = bench.LONG if run.long else bench.SHORT
    work = run.work / "load"
    work.mkdir(parents=True, exist_ok=True)
    measured = []
    with stage.Stage(run, work) as on:
        for row in bench.rows(on, length):
            measured.append(row)
            requests = sum(sample.requests for sample in row.ours)
            tally.check(row.name, None if requests else "no request was answered")
    table = bench.table(measured)
    tally.log("table").write_text(table + "\n", encoding="utf-8")
    if run.long:
        print(table, flush=True)
