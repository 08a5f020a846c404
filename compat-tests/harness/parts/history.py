"""Three nodes under load and faults, and what they answered checked against what storage.md promises."""

import sys

import counts


def run(tally):
    run = tally.run
    logs = run.logs / tally.part.name
    argv = [sys.executable, "-B", run.tests / "history" / "run.py", "--binary", run.binary("registry-server"), "--logs", logs]
    ok, text = tally.command("checked", argv + (["--long"] if run.long else []), counts.plain, env=run.env,
                             timeout=4500 if run.long else 600)
    for line in text.splitlines():
        if ok and line.startswith(("seed ", "in all")):
            print(f"   {line}")
