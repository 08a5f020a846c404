"""Registries of a thousand and of three thousand versions, on both databases: every operation answers as much at both. Times and
memory are printed and not judged; the long form goes up to a million versions.
"""

import os
import sys

import machine


def run(tally):
    run = tally.run
    sizes = [1_000, 10_000, 100_000, 1_000_000] if run.long else [1_000, 3_000]
    shapes = [10_000, 20_000] if run.long else [200, 400]
    argv = [sys.executable, run.tests / "growth" / "bench.py", run.binary("registry-server"), "--postgres", run.postgres.database(),
            "--sizes", *sizes, "--shapes", *shapes]
    if not run.long:
        argv.append("--short")
    env = dict(run.env, PATH=os.pathsep.join([str(machine.postgres_binaries()), run.env.get("PATH", "")]))
    tally.command("growth", [str(part) for part in argv], env=env, timeout=3 * 3600 if run.long else 600)
