#!/usr/bin/env python3
"""SQLite under faults: kill -9, a full disk, failed writes, locks, a second server, copies of a file in use, what is synced.

    compat-tests/sqlite/run.py target/release/registry-server [--kills 200] [--rate]

The small disks are mounted, so it needs root; the trace needs strace. `compat-tests/run --only sqlite` runs it as a part.
"""

import argparse
import pathlib
import shutil
import sys
import tempfile

import copies
import crash
import faults
import rate
import sync


def run(report, binary, folder, kills, strace):
    """Everything but the rates; `report(name, problem)` is called for each check."""
    folder.mkdir(parents=True, exist_ok=True)
    sync.self_test(report)
    sync.run(report, binary, folder, strace)
    faults.run(report, binary, folder)
    copies.run(report, binary, folder)
    crash.run(report, binary, folder, kills)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("binary", type=pathlib.Path, help="the registry-server to test")
    parser.add_argument("--kills", type=int, default=10, help="rounds of kill -9 (10)")
    parser.add_argument("--rate", action="store_true", help="measure registrations a second, and nothing else")
    options, counts = parser.parse_args(), {True: 0, False: 0}

    def report(name, problem):
        counts[problem is None] += 1
        print(f"   ok   {name}" if problem is None else f"   FAIL {name}: {problem}", flush=True)

    with tempfile.TemporaryDirectory(prefix="registry-sqlite-") as name:
        folder = pathlib.Path(name)
        if options.rate:
            rate.run(options.binary, folder)
            return 0
        run(report, options.binary, folder, options.kills, shutil.which("strace") or "strace")
    print(f"{counts[True]} passed, {counts[False]} failed")
    return 1 if counts[False] else 0


if __name__ == "__main__":
    sys.exit(main())
