"""Copies of a file in use: each is sound, holds what was acknowledged before, and a server starts on it."""

import shutil
import sqlite3
import threading

from server import Server, integrity, missing, record


def run(report, binary, folder):
    with Server(binary, folder / "copied.db") as server:
        known, lock, stop = [], threading.Lock(), threading.Event()

        def client(which):
            count = 0
            while not stop.is_set():
                schema = record(f"R{which}_{count}", padding=500)
                status, answer, _ = server.register(f"s-{which}-{count}", schema)
                if status == 200:
                    with lock:
                        known.append((f"s-{which}-{count}", answer["version"], answer["id"], schema))
                count += 1

        threads = [threading.Thread(target=client, args=(which,)) for which in range(3)]
        for thread in threads:
            thread.start()
        try:
            for way, copy in (("VACUUM INTO", _vacuum_into), (".backup", _backup)):
                while len(known) < 50:
                    threads[0].join(0.01)
                with lock:
                    before = list(known)
                target = folder / f"copy-{way.strip('.').replace(' ', '-').lower()}.db"
                copy(server.file, target)
                _judge(report, binary, target, before, f"{way} while clients write")
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        target = folder / "copy-plain.db"
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{server.file}{suffix}", f"{target}{suffix}")
        _judge(report, binary, target, known, "a plain copy of file and log while nobody writes")


def _vacuum_into(file, target):
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None)
    connection.execute("VACUUM INTO ?", (str(target),))
    connection.close()


def _backup(file, target):
    source, copy = sqlite3.connect(f"file:{file}?mode=ro", uri=True), sqlite3.connect(target)
    source.backup(copy)
    copy.close()
    source.close()


def _judge(report, binary, target, before, name):
    found = integrity(target)
    report(f"{name}: the copy is sound", None if found == "ok" else found)
    with Server(binary, target) as server:
        lost = missing(server, before)
    report(f"{name}: it holds the {len(before)} versions acknowledged before", "; ".join(lost[:3]) or None)
