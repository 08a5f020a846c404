"""SQLite under faults: kill -9, a full disk, failed writes, locks, copies of a file in use, what is synced before an answer."""

import os
import sys

import counts
import machine

# Rounds of kill -9.
_KILLS, _KILLS_LONG = 10, 200


def run(tally):
    run = tally.run
    if os.getuid() != 0:
        raise machine.Missing("this part mounts small disks, which only root may do; run it as root")
    machine.program("strace", "strace")
    argv = [sys.executable, "-B", run.tests / "sqlite" / "run.py", run.binary("registry-server"),
            "--kills", _KILLS_LONG if run.long else _KILLS]
    ok, text = tally.command("checked", argv, counts.plain, env=run.env, timeout=3600 if run.long else 300)
    for line in text.splitlines():
        if ok and "kill -9: " in line:
            print(line)
