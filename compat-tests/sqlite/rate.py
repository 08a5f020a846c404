"""New registrations a second, one client and many, beside the rate at which the same folder syncs a transaction of one row."""

import concurrent.futures
import itertools
import sqlite3
import statistics
import time

from server import Server, record

_ROUNDS = 5


def run(binary, folder, seconds=2, clients=32):
    """Prints the medians of interleaved runs, and the ratios to the sync rate; gives the ratios of one client and of many."""
    names = itertools.count()
    rates = {"sync": [], "one": [], "many": []}
    with Server(binary, folder / "rate.db") as server:
        _registrations(server, 1, 0.3, names)
        for number in range(_ROUNDS):
            rates["sync"].append(_syncs(folder / f"sync-{number}.db", seconds))
            rates["one"].append(_registrations(server, 1, seconds, names))
            rates["many"].append(_registrations(server, clients, seconds, names))
    for kind, values in rates.items():
        print(f"   {kind:5} {statistics.median(values):8.0f} a second   of {' '.join(f'{value:.0f}' for value in values)}")
    ratios = [statistics.median(a / b for a, b in zip(rates[kind], rates["sync"])) for kind in ("one", "many")]
    print(f"   ratio to the sync rate: one client {ratios[0]:.2f}, {clients} clients {ratios[1]:.2f}", flush=True)
    return ratios


def _syncs(file, seconds):
    """Transactions of one row, each synced, a second."""
    connection = sqlite3.connect(file, isolation_level=None)
    for sql in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)"):
        connection.execute(sql)
    begin, count = time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        connection.execute("INSERT INTO t (text) VALUES (?)", (record(f"R{count}"),))
        count += 1
    connection.close()
    return count / seconds


def _registrations(server, clients, seconds, names):
    end = time.monotonic() + seconds

    def client(_):
        count = 0
        while time.monotonic() < end:
            name = f"R{next(names)}"
            status, answer, _ = server.register(f"s-{name}", record(name))
            if status != 200:
                raise RuntimeError(f"{status} {answer}")
            count += 1
        return count

    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        total = sum(pool.map(client, range(clients)))
    return total / (time.monotonic() - begin)
