"""Kill -9 in a loop while clients register: every acknowledged version is there afterwards, and the file is sound."""

import http.client
import random
import signal
import threading
import time

from server import Server, missing, record

_CLIENTS = 8


def run(report, binary, folder, rounds, seed=1):
    """Rounds of writes that end with SIGKILL. All acknowledged versions are asked for at the end, new ones in each round."""
    chance, server = random.Random(seed), Server(binary, folder / "crash.db")
    known, cut_off, problems = [], 0, []
    server.start()
    try:
        for number in range(rounds):
            acknowledged, unanswered = _write_until_killed(server, number, chance.uniform(0.03, 0.35))
            cut_off += unanswered
            server.start()
            problems += [f"round {number}: {lost}" for lost in missing(server, acknowledged)]
            # Every tenth time, as it reads the whole file; the log that the server has just recovered is a part of it.
            found = server.integrity() if number % 10 == 9 or number == rounds - 1 else "ok"
            problems += [f"round {number}: {found}"] if found != "ok" else []
            known += acknowledged
        problems += [f"at the end: {lost}" for lost in missing(server, known)]
        ids = {}
        for _, _, schema_id, schema in known:
            if ids.setdefault(schema_id, schema) != schema:
                problems.append(f"id {schema_id} was given to two schemas")
    finally:
        server.end(signal.SIGKILL)
    print(f"   kill -9: {rounds} rounds, {len(known)} versions acknowledged, {cut_off} requests cut off, "
          f"{len(problems)} problems", flush=True)
    report("nothing acknowledged is lost by kill -9", "; ".join(problems[:5]) or None)
    report("the kills met writes", None if cut_off and len(known) > rounds else "too few writes were under way")


def _write_until_killed(server, number, seconds):
    """What was acknowledged, and how many requests had no answer."""
    acknowledged, unanswered, lock = [], [0], threading.Lock()

    def client(which):
        count = 0
        while True:
            # Some write to subjects of their own, some to one that they share.
            subject = f"shared-{number}" if which % 4 == 0 else f"s-{number}-{which}-{count % 5}"
            schema = record(f"R{number}_{which}_{count}", padding=count % 7 * 300)
            try:
                status, answer, _ = server.register(subject, schema)
            except (OSError, http.client.HTTPException):
                with lock:
                    unanswered[0] += 1
                return
            if status == 200:
                with lock:
                    acknowledged.append((subject, answer["version"], answer["id"], schema))
            count += 1

    # Registering many different records under one subject needs no rule between them.
    server.request("PUT", "/config", {"compatibility": "NONE"})
    threads = [threading.Thread(target=client, args=(which,)) for which in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    # On a slow disk the first write may take longer.
    deadline = time.monotonic() + 30
    while len(acknowledged) < _CLIENTS and time.monotonic() < deadline:
        time.sleep(0.005)
    server.end(signal.SIGKILL)
    for thread in threads:
        thread.join()
    return acknowledged, unanswered[0]
