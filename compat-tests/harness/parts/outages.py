"""A node whose Postgres is stopped, black-holed, slow, full, read-only or failing over: statuses, times, recovery."""

import sys

import counts


def run(tally):
    run = tally.run
    logs = run.logs / tally.part.name
    argv = [sys.executable, "-B", run.tests / "outages" / "run.py", "--binary", run.binary("registry-server"), "--logs", logs]
    ok, text = tally.command("measured", argv, counts.plain, env=run.env, timeout=300)
    for line in text.splitlines():
        if ok and "  " in line:
            print(f"   {line}")
