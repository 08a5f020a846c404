"""Three nodes over one Postgres with a synchronous replica, under load and faults; what they answered is checked.

    python3 compat-tests/history/run.py --binary target/release/registry-server [--long] [--seed N]

Clients send a mix of everything to changing nodes, while nodes, their connections and the database fail. Each request is
recorded with its times and outcome, and the record is checked for what storage.md promises. It prints operations, faults
and violations, and ends with 1 if there are any. The seed decides what clients and faults choose, not how threads meet.
`--check FILE` checks a record again. All of it stays on the loopback address.
"""

import argparse
import pathlib
import random
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

import checker
import record
import report
import seeded
from client import Client, History
from cluster import NODES, Cluster
from faults import KINDS, Faults
from processes import Processes, adopt_orphans
from violation import RULES
from workload import Actor
from world import World

# A slow machine takes longer until there is enough of both; the seconds end what hangs.
SHORT = {"operations": 3000, "faults": len(KINDS), "seconds": 300}
LONG = {"operations": 200_000, "faults": 110, "seconds": 3000}
# What a client waits when a node is not there, and the longest pause between faults, in seconds.
AWAY, CALM = 0.05, 1.5


def main(arguments):
    options = _options(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    wrong = {name: problem for name, problem in seeded.problems().items() if problem}
    for name, problem in wrong.items():
        print(f"FAIL the checker, {name}: {problem}")
    if options.check:
        history, done = record.load(options.check), []
    else:
        history, done = _play(options)
        report.operations(history)
        report.faults(done)
    begin = time.monotonic()
    found = checker.violations(history)
    by_rule = report.violations(found, min(operation.start for operation in history))
    print(f"\nchecked in {time.monotonic() - begin:.0f} s")
    checks = {f"rule {rule}": not by_rule[rule] for rule in RULES}
    checks["the checker finds every seeded wrong history"] = not wrong
    if not options.check:
        checks[f"{options.operations} operations"] = len(history) >= options.operations
        checks[f"{options.faults} faults"] = len(done) >= options.faults
    for name, holds in checks.items():
        if not holds:
            print(f"FAIL {name}")
    failed = sum(not holds for holds in checks.values())
    print(f"{len(checks) - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _play(options):
    """Runs nodes, clients and faults; the history and the faults that were."""
    logs = pathlib.Path(options.logs or tempfile.mkdtemp(prefix="history-"))
    logs.mkdir(parents=True, exist_ok=True)
    print(f"seed {options.seed}, {options.clients} clients, logs and history in {logs}", flush=True)
    adopt_orphans()
    processes, history, over = Processes(), History(), threading.Event()
    settings = {"SCHEMA_REGISTRY_" + name.replace(".", "_").upper(): value
                for name, _, value in (setting.partition("=") for setting in options.setting)}
    try:
        with Cluster(processes, pathlib.Path(options.binary).resolve(), logs, settings) as cluster:
            world = World(random.Random(options.seed))
            clients = [threading.Thread(target=_client, args=(number, options.seed, cluster, world, history, over), daemon=True)
                       for number in range(options.clients)]
            for thread in clients:
                thread.start()
            faults = _disturb(cluster, history, options)
            over.set()
            for thread in clients:
                thread.join()
            _close(cluster, world, history, faults)
    finally:
        processes.stop_all()
        record.save(history.operations, logs / "history.jsonl")
    return history.operations, faults.done


def _client(number, seed, cluster, world, history, over):
    chance = random.Random(f"{seed}-{number}")
    actor = Actor(Client(f"client {number}", cluster.ports, history), world, chance, NODES)
    while not over.is_set():
        if actor.step().outcome == record.UNSENT:
            time.sleep(AWAY)


def _disturb(cluster, history, options):
    """Faults with calm between them, until there were enough of them and of operations, or the time is over."""
    faults, pauses = Faults(cluster, options.seed), random.Random(f"{options.seed}-calm")
    deadline = time.monotonic() + options.seconds
    time.sleep(1)
    while time.monotonic() < deadline:
        enough = len(faults.done) >= options.faults
        if enough and len(history.operations) >= options.operations:
            break
        faults.one()
        time.sleep(pauses.uniform(0.2, CALM))
        if len(faults.done) % 10 == 0:
            print(f"  {len(history.operations)} operations, {len(faults.done)} faults", flush=True)
    return faults


def _close(cluster, world, history, faults):
    """The end: one node is started anew, so that it knows what the database has; then every node tells everything."""
    faults.recover()
    cluster.kill_node(0)
    cluster.start_node(0)
    faults.recover()
    time.sleep(1.5)
    client = Client("the end", cluster.ports, history, patience=30)
    for node in range(NODES):
        for subject in (*world.retired, *world.subjects):
            for kind in ("get_config", "get_mode"):
                client.send(node, kind, subject=subject.name, final=True)
            if subject.role == "associated":
                client.send(node, "get_association", resource="r-" + subject.name, final=True)
        _dump(client, node, history)


def _dump(client, node, history):
    """All versions that a node knows, of the clients' subjects, as one operation."""
    pages = []
    deadline = time.monotonic() + 60
    while not pages or pages[-1].answer["rows"]:
        page = client.send(node, "dump", offset=sum(len(page.answer["rows"]) for page in pages))
        if page.ok:
            pages.append(page)
        elif time.monotonic() > deadline:
            raise RuntimeError(f"node {node} does not list its schemas: {page.shown()}")
        else:
            page.kind = "page"
            time.sleep(0.2)
    rows = [row for page in pages for row in page.answer["rows"] if not row[0].startswith("probe-")]
    for page in pages:
        page.kind = "page"
    history.add(client.name, node, "dump", {}, pages[0].start, pages[-1].end, record.OK, 200, 0, {"rows": rows})


def _stop(number, _frame):
    raise SystemExit(f"stopped by {signal.Signals(number).name}")


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", help="the server to run")
    parser.add_argument("--check", metavar="FILE", help="check a recorded history.jsonl again and run nothing")
    parser.add_argument("--long", action="store_true", help=f"the long form: {LONG} instead of {SHORT}")
    parser.add_argument("--operations", type=int, help="how many operations at least")
    parser.add_argument("--faults", type=int, help="how many faults at least")
    parser.add_argument("--seconds", type=int, help="when it ends, though there were fewer")
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="a setting of the nodes")
    parser.add_argument("--logs", help="the folder of logs and history (default: a new one)")
    options = parser.parse_args(arguments)
    if not options.binary and not options.check:
        parser.error("--binary or --check is needed")
    for name, value in (LONG if options.long else SHORT).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
