"""Measuring an outage, and its rows of the table."""

import threading
import time
from dataclasses import dataclass, field

from outages import AT_ONCE, DEADLINE

# What cannot change is told from memory, whoever is away: a lookup and a copy, and what a busy machine may add.
FROM_MEMORY = 0.25
# After this many seconds the node knows that its database is away.
NOTICED = 2.5
# A read and a write succeed within this many seconds after the database is back: one, and what a busy machine may add.
RECOVERED = 1.5
# What the node may write to its log in one outage: when it begins, when it ends, and what was refused now and then.
LOG_LINES = 12


@dataclass
class Row:
    """What one outage came to."""

    name: str
    cells: dict = field(default_factory=dict)
    recovery: float = 0.0
    log_lines: int = 0
    checks: int = 0
    problems: list = field(default_factory=list)
    # What took too long.
    late: list = field(default_factory=list)

    def check(self, holds, problem):
        self._count(holds, problem, self.problems)

    def check_time(self, seconds, limit, what):
        self._count(seconds <= limit, f"{what} {seconds:.2f} s, not {limit}", self.late)

    def _count(self, holds, problem, problems):
        self.checks += 1
        if not holds:
            problems.append(f"{self.name}: {problem}")


# How often an outage is measured in which something was late.
ATTEMPTS = 3


def measure(node, outage):
    """The row of an outage. If nothing is wrong but times, it is measured again: a machine that does something else for a
    moment delays one request, a node that waits for its database delays it each time."""
    for attempt in range(ATTEMPTS):
        row = _measure_once(node, outage)
        if row.problems or not row.late:
            break
        print(f"  {outage.name}, attempt {attempt + 1}: {'; '.join(row.late)}", flush=True)
    row.problems += row.late
    return row


def _measure_once(node, outage):
    """Begins an outage, sends the requests twice, ends it, and waits until all is well."""
    row = Row(outage.name)
    node.warm_up()
    logged = _lines(node)
    outage.begin(node)
    begin = time.monotonic()
    _ask(node, outage, row, "at once")
    time.sleep(max(0.0, NOTICED - (time.monotonic() - begin)))
    _ask(node, outage, row, "noticed")
    outage.end(node)
    row.recovery = _recover(node)
    row.check_time(row.recovery, RECOVERED, "recovered after")
    row.log_lines = _lines(node) - logged
    row.check(row.log_lines <= LOG_LINES, f"{row.log_lines} lines in the log")
    print(f"  {outage.name}: back after {row.recovery * 1000:.0f} ms", flush=True)
    return row


def _requests(node, outage, noticed):
    """Name, request, allowed statuses, limit in seconds."""
    limit = outage.limit if not outage.is_away else AT_ONCE if noticed else DEADLINE
    away = (503,)
    reads, writes = (away, away) if outage.is_away else (outage.reads, outage.writes)
    # Within the staleness bound, a second, what was read before the outage is still told.
    warm = (200, 503) if outage.is_away and not noticed else reads
    path, body = node.new_schema()
    lasting = (200,), FROM_MEMORY
    return [
        ("id", ("GET", f"/schemas/ids/{node.id}?fetchMaxId=false&subject=warm"), *lasting),
        ("GUID", ("GET", f"/schemas/guids/{node.guid}"), *lasting),
        ("root", ("GET", "/"), *lasting),
        ("warm read", ("GET", "/subjects/warm/versions/latest"), warm, limit),
        ("cold read", ("GET", node.cold_path()), reads, limit),
        ("unknown", ("GET", "/subjects/unknown/versions/latest"), away if outage.is_away else (*(404,), *reads), limit),
        ("write", ("POST", path, body), writes, limit),
    ]


def _ask(node, outage, row, when):
    answers = {}

    def ask(name, request):
        answers[name] = node.send(*request)

    requests = _requests(node, outage, when == "noticed")
    threads = [threading.Thread(target=ask, args=(name, request)) for name, request, _, _ in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, _, statuses, limit in requests:
        answer = answers[name]
        row.cells[name, when] = answer
        row.check(answer.status in statuses, f"{name} {when}: {answer.status}, not {statuses}: {answer.body}")
        row.check_time(answer.seconds, limit, f"{name} {when}:")
        if answer.status == 503:
            told = answer.headers.get("retry-after"), answer.body.get("error_code")
            row.check(told == ("1", 503), f"{name} {when}: Retry-After and code are {told}")


def _recover(node):
    """Seconds until a read that is not remembered and a write succeed."""
    begin = time.monotonic()
    for attempt in (lambda: node.send("GET", node.cold_path()), lambda: node.send("POST", *node.new_schema())):
        while attempt().status != 200:
            if time.monotonic() - begin > 60:
                raise RuntimeError("the node does not recover")
            time.sleep(0.01)
    return time.monotonic() - begin


def _lines(node):
    return len(node.log.read_text(errors="replace").splitlines())


def shown(rows):
    """The table: for each outage and request status and milliseconds, at once and when it was noticed."""
    names = list(dict.fromkeys(name for row in rows for name, _ in row.cells))
    lines = [["outage", *names, "back", "log"]]
    for row in rows:
        cells = [" ".join(_cell(row.cells[name, when]) for when in ("at once", "noticed")) for name in names]
        lines.append([row.name, *cells, f"{row.recovery * 1000:.0f} ms", str(row.log_lines)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def _cell(answer):
    return f"{answer.status} {answer.seconds * 1000:.0f}"
