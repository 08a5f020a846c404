"""How start-up, memory and the time of every operation grow with what a registry holds.

    python3 compat-tests/growth/bench.py target/release/registry-server --postgres URL \
        --sizes 1000 10000 100000 1000000 --keep FOLDER

Fills a registry of each size with `registry-server import`, on SQLite and, when a Postgres is named by the URL of a database in
which others may be created, on Postgres; starts a server on loopback over each, and sends every operation to all sizes in turn,
so that what else the machine does meets all of them alike. The tables tell milliseconds: cold (a subject that the node has not
seen, or a node that has just started) and warm (the same again), medians, and the largest size as a multiple of the smallest;
memory is resident megabytes of the server. A second pair of registries has a subject with 10 and 10,000 versions and an id with 10
and 20,000 holders.

With `--keep` the registries stay, in files of the folder and in databases that are named `growth_...`, and are not filled again by
the next run.

Fails unless every answer has the status that it should have, and every size answers as many bytes as the smallest. Times and
memory are told and never judged.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import filling
import operations
from node import Node

# How many subjects an operation is asked for that the node has not seen.
COLD = 12
# How often it is asked for again, and how often a server is started to see how long that takes.
WARM, STARTS = 60, 5
SHORT_WARM, SHORT_STARTS = 5, 1
# What an answer may be longer by, for longer ids.
LONGER = 1.35


class Measured:
    """What one operation showed at one size."""

    def __init__(self):
        self.cold, self.warm, self.bytes, self.memory = [], [], 0, 0.0


class Bench:
    def __init__(self, arguments, folder, turn):
        self.arguments, self.folder, self.turn, self.problems = arguments, folder, turn, []
        self.binary = str(pathlib.Path(arguments.binary).resolve())
        self.warm, self.starts = (SHORT_WARM, SHORT_STARTS) if arguments.short else (WARM, STARTS)

    def measure(self, nodes, operation, anew):
        """Sends an operation to all nodes in turn; what it showed at each. `anew`: it is about one and the same thing, so only
        a node that has just started does not know it."""
        found = [Measured() for _ in nodes]
        if anew:
            for node in nodes:
                node.stop()
                node.start()

        def ask(node, measured, number):
            took, status, text = node.send(*operation.request(number, node.known))
            if status != operation.status:
                self.problems.append(f"{operation.name} at {node.label}: {status} instead of {operation.status}: {text[:200]!r}")
            measured.bytes = max(measured.bytes, len(text))
            return took

        for number in range(COLD):
            for node, measured in zip(nodes, found):
                times = measured.warm if anew and number else measured.cold
                times.append(ask(node, measured, number))
        if not operation.writes:
            for _ in range(self.warm):
                for node, measured in zip(nodes, found):
                    measured.warm.append(ask(node, measured, 3))
        for node, measured in zip(nodes, found):
            measured.memory = node.memory()
            if measured.bytes > found[0].bytes * LONGER + 16:
                self.problems.append(f"{operation.name} at {node.label}: {measured.bytes} bytes, {found[0].bytes} at {nodes[0].label}")
        return found

    def table(self, title, nodes, asked, anew=False):
        """Sends operations and prints a table."""
        starts = [[] for _ in nodes]
        for _ in range(self.starts):
            for node, times in zip(nodes, starts):
                node.stop()
                times.append(node.start())
        starts = [statistics.median(times) for times in starts]
        time.sleep(1)
        idle = [node.memory() for node in nodes]
        for node in nodes:
            node.known["turn"] = self.turn
            ids = [f"/schemas/ids/{number * filling.VERSIONS + 5}" for number in range(COLD)]
            node.known["guids"] = [json.loads(node.send("GET", path)[2])["guid"] for path in ids]
            # What was asked to get there must not be remembered.
            node.stop()
            node.start()
        labels = [node.label for node in nodes]
        print(f"\n### {title}\n\n| operation | {' | '.join(f'{label} cold / warm' for label in labels)} | cold × | warm × | MB |")
        print("|---|" + "---:|" * (len(labels) + 3))
        megabytes = " / ".join(f"{mb:.0f}" for mb in idle)
        print(f"| start | {' | '.join(f'{ms:.0f}' for ms in starts)} | {starts[-1] / starts[0]:.2f} | | {megabytes} |")
        for operation in asked:
            found = self.measure(nodes, operation, anew)
            cold = [statistics.median(one.cold) for one in found]
            warm = [statistics.median(one.warm) if one.warm else None for one in found]
            cells = [f"{c:.2f} / {w:.2f}" if w is not None else f"{c:.2f}" for c, w in zip(cold, warm)]
            ratio = f"{warm[-1] / warm[0]:.2f}" if warm[0] else ""
            memory = " / ".join(f"{one.memory:.0f}" for one in found)
            print(f"| {operation.name} | {' | '.join(cells)} | {cold[-1] / cold[0]:.2f} | {ratio} | {memory} |", flush=True)

    def nodes(self, kind, fillings, stack):
        """Servers over registries that hold each of the fillings: a label, lines, the id that many hold."""
        nodes = []
        for label, lines, held in fillings:
            name = re.sub(r"\W+", "_", f"growth_{label}")
            path = self.folder / f"{name}.db"
            filled = self.folder / f"{kind}-{name}.filled"
            if kind == "sqlite":
                if not filled.exists():
                    path.unlink(missing_ok=True)
                url = f"sqlite:{path}"
            else:
                name = name if self.arguments.keep else f"{name}_{os.getpid()}"
                url = database(self.arguments.postgres, name, filled.exists())
                if not self.arguments.keep:
                    stack.callback(psql, self.arguments.postgres, f"DROP DATABASE {name} WITH (FORCE)")
            node = Node(self.binary, self.folder / "server.log", label, url)
            node.known["held"] = held
            if not filled.exists():
                told, took, most = node.fill(lines)
                print(f"{kind}, {label}: {told} ({took:.1f} s, at most {most:.0f} MB)", flush=True)
                if kind == "postgres":
                    psql(url, "VACUUM ANALYZE")
                filled.touch()
            stack.callback(node.stop)
            nodes.append(node)
        return nodes

    def run(self, kind, what):
        many, held = self.arguments.shapes
        with contextlib.ExitStack() as stack:
            if what == "sizes":
                fillings = [(f"{size:,}", filling.lines(size, 0, 0), 0) for size in self.arguments.sizes]
                nodes = self.nodes(kind, fillings, stack)
                if not self.arguments.fill:
                    self.table(f"{kind}: versions", nodes, operations.of_any_size())
            else:
                shapes = [(10, 10), (many, held)]
                fillings = [(f"{m:,} and {h:,}", filling.lines(1_000, m, h), filling.held_id(1_000, m)) for m, h in shapes]
                nodes = self.nodes(kind, fillings, stack)
                if not self.arguments.fill:
                    title = f"{kind}: versions of one subject, holders of one id"
                    self.table(title, nodes, operations.of_shapes(), anew=True)


def psql(url, text):
    argv = ["psql", "-X", "-q", "-d", url, "-c", text]
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)


def database(server, name, is_there):
    """The URL of a database, which is made anew unless it is there."""
    if not is_there:
        psql(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        psql(server, f"CREATE DATABASE {name}")
    return server.rsplit("/", 1)[0] + "/" + name


def turn_of(folder):
    """The number of the run over these registries: what it registers has to be new."""
    path = folder / "runs"
    turn = int(path.read_text()) if path.exists() else 0
    path.write_text(str(turn + 1))
    return turn


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--postgres", help="the URL of a database in whose server others may be created")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000], help="versions, the smallest size first")
    parser.add_argument("--shapes", type=int, nargs=2, default=[10_000, 20_000], help="versions of one subject and holders of one id")
    parser.add_argument("--kinds", nargs="+", choices=["sqlite", "postgres"], help="the databases; both if a Postgres is named")
    parser.add_argument("--only", choices=["sizes", "shapes"], help="one of the two tables")
    parser.add_argument("--keep", help="a folder for registries that stay")
    parser.add_argument("--fill", action="store_true", help="fill the registries and measure nothing; for --keep")
    parser.add_argument("--short", action="store_true", help="ask few times, where only the answers matter")
    arguments = parser.parse_args()
    folder = pathlib.Path(arguments.keep or tempfile.mkdtemp(prefix="growth-")).resolve()
    folder.mkdir(exist_ok=True, parents=True)
    bench = Bench(arguments, folder, turn_of(folder))
    kinds = arguments.kinds or (["sqlite", "postgres"] if arguments.postgres else ["sqlite"])
    try:
        for kind in kinds:
            for what in [arguments.only] if arguments.only else ["sizes", "shapes"]:
                bench.run(kind, what)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    for problem in bench.problems[:50]:
        print(f"FAIL {problem}")
    print(f"\n{len(bench.problems)} problems")
    return 1 if bench.problems else 0


if __name__ == "__main__":
    sys.exit(main())
