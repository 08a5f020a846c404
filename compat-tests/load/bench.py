"""The load bench: rows of a table, each a rate of the registry beside the rate that it is judged by.

The two of a row are measured in turns, round after round, so that both meet the same machine; ratios are made within a
round, and the table gives their median and range. Reads, registrations of what is there, and look-ups stand against bare
routes of axum (`src/bare.rs`); new registrations against pgbench with the least statement that inserts the same rows
(`insert.sql`), and on SQLite against how often the same bytes can be synced. Everything is on loopback.

The short form measures each row once and briefly, to see that all of it runs and that every answer is right; no time is
judged.
"""

import json
import re
import statistics
import subprocess
from dataclasses import dataclass, field

from . import requests
from .measure import WrongAnswer
from .sync import sync_rate

_CONNECTIONS = 8
_WRITERS = 16
_FAR_WRITERS = 32
_FAR_MILLISECONDS = 15
# Long enough for a busy machine: how long answers take is measured, not whether they come in time.
_PATIENCE = {"database.connect.timeout.ms": "60000", "database.acquire.timeout.ms": "120000",
             "database.outage.deadline.ms": "120000"}
# A round trip holds a connection for as long as it takes: each client has one.
_FAR_SETTINGS = {"database.pool.size": str(_FAR_WRITERS), **_PATIENCE}
_WARM = {
    "by_id": ("`GET /schemas/ids/{id}?fetchMaxId=false&subject=…`", 0.80),
    "latest": ("`GET /subjects/{subject}/versions/latest`", 0.75),
    "register": ("`POST /subjects/{subject}/versions`, known", 0.60),
    "look_up": ("`POST /subjects/{subject}`", 0.60),
}


@dataclass(frozen=True)
class Length:
    """How much is measured."""

    rounds: int
    seconds: float


LONG = Length(rounds=5, seconds=3)
SHORT = Length(rounds=1, seconds=0.4)


@dataclass
class Row:
    """One line of the table: samples of the registry, and those beside them (rates alone where that is all there is)."""

    name: str
    beside: str
    aim: str
    ours: list = field(default_factory=list)
    theirs: list = field(default_factory=list)


def in_turns(row, length, ours, theirs):
    """Measures both, in another order in each round."""
    for number in range(length.rounds):
        pair = [(row.ours, ours), (row.theirs, theirs)]
        for samples, sample in pair if number % 2 == 0 else reversed(pair):
            samples.append(sample(number))
    return row


def warm_rows(stage, length):
    """Reads, and bodies that are known, against bare routes with the same answers."""
    with stage.registry("sqlite") as registry:
        asked = requests.warm()
        # The first answer to a registration also tells that it was one.
        registry.ask(asked["register"])
        for request in asked.values():
            request["answer"] = registry.ask(request)
        with stage.bare({name: request["answer"] for name, request in asked.items()}) as bare:
            for name, (title, aim) in _WARM.items():
                row = Row(title, "bare route", f"≥ {aim:.0%}")

                def sample(server, request=asked[name]):
                    return lambda _: stage.generator.drive(server, request, _CONNECTIONS, length.seconds)

                # Whatever is remembered is remembered now.
                sample(registry)(0)
                yield in_turns(row, length, sample(registry), sample(bare))


def postgres_row(stage, length):
    """New subjects, against the least statement that inserts the same rows."""
    with stage.registry("postgres", settings=_PATIENCE) as registry:
        row = Row(f"new registrations on Postgres, {_WRITERS} clients", "pgbench", "≥ 50%")

        def ours(number):
            request = requests.new(f"round{number}", f"new-{number}-{{connection}}-{{n}}")
            return stage.generator.drive(registry, request, _WRITERS, length.seconds)

        def theirs(_):
            schema = json.loads(requests.new("round0", "new")["body"])["schema"]
            return _pgbench(stage, registry.database, len(schema), length.seconds)

        return in_turns(row, length, ours, theirs)


def far_rows(stage, length):
    """Registrations with every round trip to the database longer: on different subjects, and on one."""
    with stage.registry("postgres", _FAR_MILLISECONDS, _FAR_SETTINGS) as registry:

        def sample(name, clients):
            def measured(number):
                request = requests.new(f"{name}{clients}.round{number}", f"{name}-{clients}-{number}")
                got = stage.generator.drive(registry, request, clients, length.seconds)
                _check_complete(registry, request["path"], got.requests)
                return got
            return measured

        for name, title in (("new-{connection}-{n}", "each a new subject"), ("own-{connection}", "each the next version of its own subject")):
            row = Row(f"{_FAR_MILLISECONDS} ms to Postgres, {_FAR_WRITERS} clients, {title}", "", "≥ 800/s")
            for number in range(length.rounds):
                request = requests.new(f"far{number}.{name.partition('-')[0]}", f"{number}-{name}")
                row.ours.append(stage.generator.drive(registry, request, _FAR_WRITERS, length.seconds))
            yield row
        row = Row(f"{_FAR_MILLISECONDS} ms to Postgres, {_FAR_WRITERS} clients on one subject", "1 client", "≥ 100%")
        yield in_turns(row, length, sample("one", _FAR_WRITERS), sample("one", 1))


def sqlite_row(stage, length):
    """New subjects, against how often what they write can be synced."""
    with stage.registry("sqlite") as registry:
        row = Row(f"new registrations on SQLite, {_WRITERS} clients", "syncs of one transaction's pages", "≥ 50%")

        def ours(number):
            request = requests.new(f"round{number}", f"new-{number}-{{connection}}-{{n}}")
            return stage.generator.drive(registry, request, _WRITERS, length.seconds)

        return in_turns(row, length, ours, lambda _: sync_rate(registry.file.parent, length.seconds))


def _check_complete(registry, path, written):
    """Every registration that was answered is a version, and none was counted twice."""
    versions = json.loads(registry.ask(requests.get(path)))
    if versions != list(range(1, written + 1)):
        raise WrongAnswer(f"{path}: {written} registrations were answered, and {len(versions)} versions are there")


def _pgbench(stage, database, schema_length, seconds):
    """Transactions a second."""
    whole = max(1, round(seconds))
    argv = [str(stage.pgbench), "-n", "-M", "prepared", "-c", str(_WRITERS), "-j", "1", "-T", str(whole),
            "-D", f"length={schema_length}", "-f", str(stage.folder / "insert.sql"), database]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=whole + 60, check=False)
    rate = re.search(r"^tps = ([0-9.]+)", done.stdout, re.M)
    failed = re.search(r"^number of failed transactions: ([0-9]+)", done.stdout, re.M)
    if done.returncode != 0 or not rate or (failed and failed.group(1) != "0"):
        raise RuntimeError(f"pgbench failed: {done.stdout[-500:]} {done.stderr[-500:]}")
    return float(rate.group(1))


def rows(stage, length):
    """All rows, one after the other."""
    yield from warm_rows(stage, length)
    yield postgres_row(stage, length)
    yield from far_rows(stage, length)
    yield sqlite_row(stage, length)


def table(measured):
    """The rows as Markdown."""
    lines = [
        "| what | ratio of rates (range) | aim | requests/s | beside it | server CPU per request | beside it (ratio) | p99 | beside it (ratio) |",
        "|---|--:|--:|--:|---|--:|--:|--:|--:|",
    ]
    for row in measured:
        rates = [sample.rate for sample in row.ours]
        cells = [row.name, "", row.aim, f"{statistics.median(rates):,.0f}", "", f"{_median(row.ours, 'cpu_us'):,.1f} µs", "",
                 f"{_median(row.ours, 'p99_us') / 1000:.2f} ms", ""]
        if not row.theirs:
            cells[1] = f"({min(rates):,.0f}–{max(rates):,.0f} /s)"
        else:
            theirs = [getattr(sample, "rate", sample) for sample in row.theirs]
            ratios = [ours / other for ours, other in zip(rates, theirs)]
            cells[1] = f"{statistics.median(ratios):.0%} ({min(ratios):.0%}–{max(ratios):.0%})"
            cells[4] = f"{row.beside}: {statistics.median(theirs):,.0f}"
            if hasattr(row.theirs[0], "cpu_us"):
                cells[6] = _beside(row, "cpu_us", lambda value: f"{value:,.1f} µs", inverted=True)
                cells[8] = _beside(row, "p99_us", lambda value: f"{value / 1000:.2f} ms")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _median(samples, what):
    return statistics.median(getattr(sample, what) for sample in samples)


def _beside(row, what, shown, inverted=False):
    """The other's median, and the ratio within rounds: of processor time the share that would be enough, else ours by theirs."""
    pairs = [(getattr(ours, what), getattr(theirs, what)) for ours, theirs in zip(row.ours, row.theirs)]
    ratio = statistics.median((theirs / ours if inverted else ours / theirs) for ours, theirs in pairs if ours and theirs)
    return f"{shown(_median(row.theirs, what))} ({f'{ratio:.0%}' if inverted else f'{ratio:.2f}x'})"
