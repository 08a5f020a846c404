"""How start-up, memory and the time of every operation grow with what a registry holds.

    python3 compat-tests/growth/bench.py target/release/registry-server [--postgres URL] [--sizes 1000 10000]
    python3 compat-tests/growth/bench.py target/release/registry-server --postgres URL --sizes 1000 10000 100000 1000000

Fills a registry of each size with `registry-server import`, on SQLite and, when a Postgres is named by the URL of a database in
which others may be created, on Postgres; starts a server on loopback over each, and sends every operation to all sizes in turn,
so that what else the machine does meets all of them alike. The tables tell milliseconds: cold (a subject that the node has not
seen, or a node that has just started) and warm (the same again), medians, and the largest size as a multiple of the smallest; memory is resident megabytes of the
server. A second pair of registries has a subject with 10 and 10,000 versions and an id with 10 and 20,000 holders.

Fails unless every answer has the status that it should have, and every size answers as many bytes as the smallest. With `--check`
times are not judged, but memory is: at rest, and that no operation adds much more of it at the largest size than at the smallest.
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import filling
import operations

HOST = "127.0.0.1"
TYPE = "application/vnd.schemaregistry.v1+json"
# How many subjects an operation is asked for that the node has not seen.
COLD = 12
# How often it is asked for again.
WARM = 60
# How often a server is started to see how long that takes.
STARTS = 3
# What an answer may be longer by, for longer ids.
LONGER = 1.35
# Megabytes at rest, and by how many more an operation may grow the memory at the largest size than at the smallest.
IDLE = 40
GROWTH = 24


class Node:
    """A server over a database of its own."""

    def __init__(self, binary, folder, label, url):
        self._argv = [binary, "--database-url", url]
        self._log = open(folder / "server.log", "ab")
        self.label, self.known, self._child, self._connection = label, {"turn": 0}, None, None

    def fill(self, lines):
        """Imports lines and tells how long that took."""
        begin = time.monotonic()
        argv = [self._argv[0], "import", "-", *self._argv[1:]]
        child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True)
        for line in lines:
            child.stdin.write(line)
        told, _ = child.communicate()
        if child.returncode != 0:
            raise RuntimeError(f"the import ended with code {child.returncode}")
        print(f"{self.label}: {told.strip()} ({time.monotonic() - begin:.1f} s)", flush=True)

    def start(self):
        """Milliseconds until the first answer that needs the database."""
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = probe.getsockname()[1]
        begin = time.monotonic()
        self._child = subprocess.Popen([*self._argv, "--listeners", f"http://{HOST}:{port}"],
                                       stdout=subprocess.DEVNULL, stderr=self._log)
        self._connection = http.client.HTTPConnection(HOST, port, timeout=120)
        while True:
            with contextlib.suppress(OSError):
                self.send("GET", "/config")
                return (time.monotonic() - begin) * 1000
            if self._child.poll() is not None or time.monotonic() - begin > 60:
                raise RuntimeError(f"{self.label}: the server did not start")
            self._connection.close()
            time.sleep(0.002)

    def stop(self):
        if self._child:
            self._connection.close()
            self._child.send_signal(signal.SIGTERM)
            self._child.wait(60)
            self._child = None

    def send(self, method, path, body=None):
        """Milliseconds, status and body of an answer."""
        data = json.dumps(body).encode() if body is not None else None
        begin = time.perf_counter()
        self._connection.request(method, path, data, {"Content-Type": TYPE} if data else {})
        answer = self._connection.getresponse()
        text = answer.read()
        return (time.perf_counter() - begin) * 1000, answer.status, text

    def memory(self):
        """Resident megabytes."""
        with open(f"/proc/{self._child.pid}/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


class Measured:
    """What one operation showed at one size."""

    def __init__(self):
        self.cold, self.warm, self.bytes, self.memory = [], [], 0, 0.0


def measure(nodes, operation, problems, anew):
    """Sends an operation to all nodes in turn; what it showed at each. `anew`: it is about one and the same thing, so only a
    node that has just started does not know it."""
    found = [Measured() for _ in nodes]
    if anew:
        for node in nodes:
            node.stop()
            node.start()

    def ask(node, measured, number):
        took, status, text = node.send(*operation.request(number, node.known))
        if status != operation.status:
            problems.append(f"{operation.name} at {node.label}: {status} instead of {operation.status}: {text[:200]!r}")
        measured.bytes = max(measured.bytes, len(text))
        return took

    before = [node.memory() for node in nodes]
    for number in range(COLD):
        for node, measured in zip(nodes, found):
            times = measured.warm if anew and number else measured.cold
            times.append(ask(node, measured, number))
    if not operation.writes:
        for _ in range(WARM):
            for node, measured in zip(nodes, found):
                measured.warm.append(ask(node, measured, 3))
    for node, measured, memory in zip(nodes, found, before):
        measured.memory = node.memory()
        measured.added = measured.memory - memory
    for measured, node in zip(found[1:], nodes[1:]):
        if measured.bytes > found[0].bytes * LONGER + 16:
            problems.append(f"{operation.name} at {node.label}: {measured.bytes} bytes, {found[0].bytes} at {nodes[0].label}")
    return found


def table(title, nodes, asked, problems, check, anew=False):
    """Sends operations and prints a table."""
    starts = []
    for node in nodes:
        times = []
        for _ in range(STARTS):
            node.stop()
            times.append(node.start())
        starts.append(statistics.median(times))
    time.sleep(1)
    idle = [node.memory() for node in nodes]
    for node in nodes:
        node.known["guids"] = [json.loads(node.send("GET", f"/schemas/ids/{n * filling.VERSIONS + 5}")[2])["guid"] for n in range(COLD)]
        # What was asked to get there must not be remembered.
        node.stop()
        node.start()
    labels = [node.label for node in nodes]
    print(f"\n### {title}\n\n| operation | {' | '.join(f'{label} cold / warm' for label in labels)} | cold × | warm × | MB |")
    print("|---|" + "---:|" * (len(labels) + 3))
    print(f"| start | {' | '.join(f'{ms:.0f}' for ms in starts)} | {starts[-1] / starts[0]:.2f} | | {' / '.join(f'{mb:.0f}' for mb in idle)} |")
    for mb, node in zip(idle, nodes):
        if check and mb > IDLE:
            problems.append(f"{title}: {mb:.0f} MB at rest at {node.label}, allowed are {IDLE}")
    for operation in asked:
        found = measure(nodes, operation, problems, anew)
        cold = [statistics.median(one.cold) for one in found]
        warm = [statistics.median(one.warm) if one.warm else None for one in found]
        cells = [f"{c:.2f} / {w:.2f}" if w is not None else f"{c:.2f}" for c, w in zip(cold, warm)]
        ratio = f"{warm[-1] / warm[0]:.2f}" if warm[0] else ""
        memory = " / ".join(f"{one.memory:.0f}" for one in found)
        print(f"| {operation.name} | {' | '.join(cells)} | {cold[-1] / cold[0]:.2f} | {ratio} | {memory} |", flush=True)
        if check and found[-1].added > found[0].added + GROWTH:
            problems.append(f"{title}, {operation.name}: {found[-1].added:.0f} MB more, {found[0].added:.0f} at the smallest size")
    for node in nodes:
        node.known["turn"] += 1


def nodes_of(kind, binary, folder, postgres, fillings, stack):
    """Servers over registries that are filled with each of the fillings: pairs of a label and lines with the held id."""
    nodes = []
    for index, (label, lines, held) in enumerate(fillings):
        place = folder / f"{kind}-{label.replace(' ', '-')}-{index}"
        place.mkdir()
        if kind == "sqlite":
            url = f"sqlite:{place / 'registry.db'}"
        else:
            url = stack.enter_context(database(postgres, f"growth_{os.getpid()}_{time.monotonic_ns()}"))
        node = Node(binary, place, label, url)
        node.known["held"] = held
        node.fill(lines)
        stack.callback(node.stop)
        nodes.append(node)
    return nodes


@contextlib.contextmanager
def database(server, name):
    """The URL of a new database, which is gone afterwards."""
    def sql(text):
        subprocess.run(["psql", "-X", "-q", "-d", server, "-c", text], check=True, stdout=subprocess.DEVNULL)

    sql(f"CREATE DATABASE {name}")
    try:
        yield server.rsplit("/", 1)[0] + "/" + name
    finally:
        sql(f"DROP DATABASE {name} WITH (FORCE)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--postgres", help="the URL of a database in whose server others may be created")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000], help="versions, the smallest size first")
    parser.add_argument("--shapes", type=int, nargs=2, default=[10_000, 20_000], help="versions of one subject and holders of one id")
    parser.add_argument("--check", action="store_true", help="fail where memory grows; for runs of the tests")
    parser.add_argument("--keep", help="a folder for the databases in SQLite, which is kept")
    arguments = parser.parse_args()
    folder = pathlib.Path(arguments.keep or tempfile.mkdtemp(prefix="growth-"))
    folder.mkdir(exist_ok=True)
    binary = str(pathlib.Path(arguments.binary).resolve())
    problems = []
    many, held = arguments.shapes
    sized = [(f"{size:,}", size) for size in arguments.sizes]
    kinds = ["sqlite"] + (["postgres"] if arguments.postgres else [])
    try:
        for kind in kinds:
            with contextlib.ExitStack() as stack:
                fillings = [(label, filling.lines(size, 0, 0), 0) for label, size in sized]
                nodes = nodes_of(kind, binary, folder, arguments.postgres, fillings, stack)
                table(f"{kind}: versions", nodes, operations.of_any_size(), problems, arguments.check)
            with contextlib.ExitStack() as stack:
                fillings = [(f"{m:,} and {h:,}", filling.lines(1_000, m, h), filling.held_id(1_000, m)) for m, h in [(10, 10), (many, held)]]
                nodes = nodes_of(kind, binary, folder, arguments.postgres, fillings, stack)
                table(f"{kind}: versions of one subject, holders of one id", nodes, operations.of_shapes(), problems,
                      arguments.check, anew=True)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    for problem in problems[:50]:
        print(f"FAIL {problem}")
    print(f"\n{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
