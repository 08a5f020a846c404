"""What a node answers while its Postgres is away, slow or full, how fast, and how soon it recovers.

    python3 compat-tests/outages/run.py --binary target/release/registry-server [--only NAME]

A node over a Postgres of its own, behind a proxy. Each outage is begun; the same requests are sent at once and again when
the node has noticed; it is ended, and the time until a read and a write succeed is taken. Status and time are asserted.
It prints the table, and ends with 1 if anything is not as storage.md promises. All of it stays on the loopback address.
"""

import argparse
import pathlib
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "harness"), str(TESTS / "history")]

import table
from node import Node
from outages import OUTAGES
from processes import Processes, adopt_orphans


def main(arguments):
    options = _options(arguments)
    logs = pathlib.Path(options.logs or tempfile.mkdtemp(prefix="outages-"))
    logs.mkdir(parents=True, exist_ok=True)
    print(f"logs in {logs}", flush=True)
    adopt_orphans()
    processes, rows = Processes(), []
    try:
        with Node(processes, pathlib.Path(options.binary).resolve(), logs) as node:
            for outage in OUTAGES:
                if not options.only or options.only in outage.name:
                    rows.append(table.measure(node, outage))
    finally:
        processes.stop_all()
    print(table.shown(rows))
    problems = [problem for row in rows for problem in row.problems]
    for problem in problems:
        print(f"FAIL {problem}")
    checks = sum(row.checks for row in rows)
    print(f"{checks - len(problems)} passed, {len(problems)} failed", flush=True)
    return 1 if problems else 0


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, help="the server to run")
    parser.add_argument("--only", help="a part of the name of the outages to try")
    parser.add_argument("--logs", help="the folder of logs (default: a new one)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
