"""Faults of the disk and of other processes: what clients are told, that reads go on, and that writes do when it is over."""

import concurrent.futures
import contextlib
import http.client
import os
import resource
import signal
import sqlite3
import subprocess
import time

from server import Server, missing, record


def run(report, binary, folder):
    full_disk(report, binary, folder / "full")
    failed_write(report, binary, folder)
    lock(report, binary, folder)
    second_server(report, binary, folder)
    read_only(report, binary, folder / "read-only")


@contextlib.contextmanager
def _small_disk(folder, size):
    """A file system in memory that is soon full. Needs root."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def _register_all(server, names, padding, timeout=60):
    """Registers at the same time. The acknowledged ones, and the other answers as (status, text, headers)."""
    def one(name):
        schema = record(name, padding)
        try:
            status, answer, headers = server.register(f"s-{name}", schema, timeout)
        except (OSError, http.client.HTTPException) as error:
            status, answer, headers = 0, {"message": f"no answer: {error!r}"}, {}
        return name, schema, status, answer, headers
    with concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
        done = list(pool.map(one, names))
    acknowledged = [(f"s-{name}", answer["version"], answer["id"], schema)
                    for name, schema, status, answer, _ in done if status == 200]
    return acknowledged, [(status, answer.get("message"), headers) for _, _, status, answer, headers in done if status != 200]


def _refusals(answers, expected):
    """What is wrong with answers to writes that could not be done."""
    for status, text, headers in answers:
        if status != 503 or expected not in str(text):
            return f"{status} {text}"
        if "retry-after" not in {name.lower() for name in headers}:
            return "no Retry-After"
    return None


def _reads(server, known):
    """What is wrong with reads: warm ones, and one of a list that was not asked before."""
    lost = missing(server, known)
    status, subjects = server.get(f"/subjects?subjectPrefix=s-&limit={len(known)}")
    return "; ".join(lost[:3]) or (None if status == 200 and subjects else f"list: {status}")


def full_disk(report, binary, folder):
    with _small_disk(folder, "6m") as disk, Server(binary, disk / "registry.db") as server:
        known, _ = _register_all(server, [f"before{n}" for n in range(8)], 1000)
        for attempt in range(2):
            ballast = disk / "ballast"
            with contextlib.suppress(OSError), open(ballast, "wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
            refused = []
            for number in range(6):
                acknowledged, others = _register_all(server, [f"full{attempt}_{number}_{n}" for n in range(8)], 60_000)
                known += acknowledged
                refused += others
            report(f"a full disk refuses writes ({attempt})", None if len(refused) > 8 else f"only {len(refused)} of 48 were refused")
            report(f"a full disk is told as one ({attempt})", _refusals(refused, "disk is full"))
            report(f"reads go on while the disk is full ({attempt})", _reads(server, known))
            ballast.unlink()
            acknowledged, others = _register_all(server, [f"again{attempt}_{n}" for n in range(8)], 1000)
            known += acknowledged
            report(f"writes go on when there is space again ({attempt})", None if not others else f"{others[0][:2]}")
        report("nothing acknowledged is lost by a full disk", _reads(server, known))
        found = server.integrity()
        report("the file is sound after a full disk", None if found == "ok" else found)


def failed_write(report, binary, folder):
    """A limit on the size of files makes write(2) fail with EFBIG, which is SQLite's I/O error."""
    ignoring = ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"]
    with Server(binary, folder / "failing.db", ignoring) as server:
        known, _ = _register_all(server, [f"before{n}" for n in range(4)], 1000)
        size = max(os.path.getsize(f"{server.file}{suffix}") for suffix in ("", "-wal"))
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        acknowledged, refused = _register_all(server, [f"failing{n}" for n in range(8)], 60_000)
        known += acknowledged
        report("writes that fail are refused", None if refused else "none was")
        report("a failed write is told as unavailable", _refusals(refused, "The database is not available"))
        report("reads go on while writes fail", _reads(server, known))
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        acknowledged, others = _register_all(server, [f"again{n}" for n in range(8)], 60_000)
        known += acknowledged
        report("writes go on when they succeed again", None if not others else f"{others[0][:2]}")
        report("nothing acknowledged is lost by failed writes", _reads(server, known))
        found = server.integrity()
        report("the file is sound after failed writes", None if found == "ok" else found)


def lock(report, binary, folder):
    with Server(binary, folder / "locked.db") as server:
        known, _ = _register_all(server, ["before"], 100)
        other = sqlite3.connect(server.file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        begin = time.monotonic()
        _, refused = _register_all(server, [f"locked{n}" for n in range(6)], 100)
        took = time.monotonic() - begin
        report("a lock of another process is told", _refusals(refused, "another process has locked"))
        report("all writes wait for a lock of another process", None if len(refused) == 6 else f"{len(refused)} of 6 refused")
        # Each waits 8 s at most. A server that queued or repeated the wait would take 40 s and more.
        report("a lock is waited for by all at the same time", None if took < 16 else f"{took:.0f} s")
        report("reads go on while the file is locked", _reads(server, known))
        other.execute("ROLLBACK")
        acknowledged, others = _register_all(server, ["after"], 100)
        report("writes go on when the lock is gone", None if acknowledged else f"{others[0][:2]}")
        other.close()


def second_server(report, binary, folder):
    with Server(binary, folder / "one.db") as server:
        acknowledged, _ = _register_all(server, ["before"], 100)
        (folder / "symbolic.db").symlink_to(server.file)
        os.link(server.file, folder / "hard.db")
        for way in ("one.db", "../" + folder.name + "/one.db", "symbolic.db", "hard.db"):
            for is_removed in (False, True):
                if is_removed:
                    (folder / "one.db.lock").unlink(missing_ok=True)
                said = Server(binary, folder / way).refuse_to_start()
                name = f"a second server is refused on {way}" + (" without the lock file" if is_removed else "")
                report(name, None if "is in use by another process" in said else said)
        report("the first server goes on", _reads(server, acknowledged))


def read_only(report, binary, folder):
    with _small_disk(folder, "6m") as disk:
        with Server(binary, disk / "registry.db") as server:
            _register_all(server, ["before"], 100)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        said = Server(binary, disk / "registry.db").refuse_to_start()
        # After the lines of the log, whose last one says that the server listens.
        told = [line for line in said.splitlines() if line.startswith("registry-server: ")]
        clear = len(told) == 1 and said.endswith(told[0]) and str(disk / "registry.db") in told[0] and "ead-only" in told[0]
        report("a read-only file system is told at the start", None if clear else said)
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        with Server(binary, disk / "registry.db") as server:
            found = server.get("/subjects/s-before/versions/1")[0]
            report("the file is served when it can be written again", None if found == 200 else f"{found}")
            server.end(signal.SIGTERM)
