"""compat-tests/run: sets up and runs every test of the project, and stops whatever it started.

Each part prints a header, its steps and its count; the last line sums them up. A part that was expected and counted
nothing is a failure. Whatever a part needs and the machine lacks is installed: Debian packages (as root), Python
packages into a folder of their own, Node packages, jars. All of it, with the logs, lies in compat-tests/.work.
"""

import argparse
import os
import shutil
import signal
import sys
import time
import traceback

from context import Run
from part import Tally
from parts import PARTS


# What a run leaves behind, in 10^9 bytes, rounded up: the builds of all profiles, jars and packages, data and logs.
_MOST_WRITTEN = 25


class Stopped(BaseException):
    """SIGINT, SIGTERM or SIGHUP: what runs is stopped, and the run has failed."""


def main(arguments):
    options = _options(arguments)
    if options.list:
        for part in PARTS:
            print(f"{part.name:14} {part.title}")
        return 0
    expected = [part for part in PARTS if not options.only or part.name in options.only]
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in signals:
        signal.signal(number, _stop)
    run, tallies = Run(options.long, options.profile), []
    print(f"{_room(run)} in {run.work}; a whole run from nothing writes up to {_MOST_WRITTEN} GB there and in cargo's build folder")
    try:
        for part in expected:
            tallies.append(_run_part(part, run))
    except Stopped as stopped:
        print(f"\nstopped by {stopped}")
    finally:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        run.stop()
    return _conclude(expected, tallies, run)


def _run_part(part, run):
    print(f"\n== {part.name}: {part.title}", flush=True)
    tally = Tally(part, run)
    try:
        part.run(tally)
    except Exception as error:  # a broken part must not keep the others from running
        tally.failed += 1
        print(f"   FAIL {part.name}: {type(error).__name__}: {error}")
        log = tally.log("harness")
        log.write_text(traceback.format_exc())
        tally.show(log, "what led to it")
    if tally.passed + tally.failed == 0:
        tally.failed = 1
        print(f"   FAIL {part.name}: it counted nothing")
    tally.seconds = time.monotonic() - tally.started
    print(f"-- {part.name}: {tally.passed} ok, {tally.failed} failed, {tally.seconds:.0f} s, {_room(run)}", flush=True)
    return tally


def _room(run):
    """What is left of the disk. It stands beside each part, since what fails for want of it seldom says so."""
    return f"{shutil.disk_usage(run.work).free / 1e9:.1f} GB free"


def _conclude(expected, tallies, run):
    print("\n== summary")
    for tally in tallies:
        mark = "FAILED" if tally.failed else "ok"
        print(f"   {tally.part.name:14} {mark:7} {tally.passed:7} ok {tally.failed:5} failed {tally.seconds:6.0f} s")
    missing = [part.name for part in expected[len(tallies):]]
    for name in missing:
        print(f"   {name:14} did not run")
    passed = sum(tally.passed for tally in tallies)
    failed = sum(tally.failed for tally in tallies) + len(missing)
    print(f"   all of it: {time.monotonic() - run.started:.0f} s; logs: {run.logs}")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


def _options(arguments):
    parser = argparse.ArgumentParser(prog="compat-tests/run", description=__doc__.split("\n", 2)[2],
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="PART", action="append", default=[], choices=[part.name for part in PARTS],
                        help="run this part alone (can be given more than once)")
    parser.add_argument("--long", action="store_true", help="run the long form of the parts that have one: an hour of each fuzz target, "
                        "and up to three hours of requests made up from the OpenAPI document")
    parser.add_argument("--profile", choices=["release", "dev"], default="release",
                        help="which binaries the parts run; dev is quicker to build (default: release)")
    parser.add_argument("--list", action="store_true", help="name the parts and stop")
    return parser.parse_args(arguments)


def _stop(number, _frame):
    raise Stopped(signal.Signals(number).name)


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    status = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(status)
