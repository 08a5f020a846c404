"""One registry on an SQLite file: started, asked, killed, and its file looked at by others."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

import ports

HOST = "127.0.0.1"
_JSON = {"Content-Type": "application/vnd.schemaregistry.v1+json"}


class Server:
    """A running registry; usable as a context manager, which ends it in order."""

    def __init__(self, binary, file, wrapper=()):
        self.binary, self.file, self.log = pathlib.Path(binary).resolve(), pathlib.Path(file), pathlib.Path(str(file) + ".log")
        self.port = ports.free()
        self._argv = [*wrapper, str(self.binary), *self._arguments()]
        self._child = None
        self._local = threading.local()

    def _arguments(self):
        return ["--listeners", f"http://{HOST}:{self.port}", "--database-url", f"sqlite:{self.file}"]

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.end(signal.SIGTERM)

    @property
    def pid(self):
        return self._child.pid

    def start(self):
        with open(self.log, "ab") as log:
            self._child = subprocess.Popen(self._argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._child.poll() is not None:
                raise RuntimeError(f"the server ended with code {self._child.returncode}, see {self.log}")
            # A connection to the server before this one fails once.
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.get("/mode")[0] == 200:
                    return self
            time.sleep(0.01)
        raise RuntimeError(f"the server did not answer within 60 s, see {self.log}")

    def end(self, how):
        """Ends it by a signal; with SIGKILL as a crash of the process does."""
        child, self._child = self._child, None
        if child is None:
            return
        os.killpg(child.pid, how)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def refuse_to_start(self):
        """What the server says that must not start on this file: its one line on standard error."""
        done = subprocess.run([str(self.binary), *self._arguments()], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=30, check=False)
        if done.returncode == 0:
            raise RuntimeError("it started and ended with code 0")
        return done.stderr.strip()

    def request(self, method, path, body=None, timeout=60):
        """Status, answer and headers. Each thread has a connection of its own, opened anew after an error."""
        connection = getattr(self._local, "connection", None)
        if connection is None or connection.port != self.port:
            connection = self._local.connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), _JSON)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text), dict(answer.getheaders())
        except (OSError, http.client.HTTPException):
            connection.close()
            self._local.connection = None
            raise

    def get(self, path):
        return self.request("GET", path)[:2]

    def register(self, subject, schema, timeout=60):
        return self.request("POST", f"/subjects/{subject}/versions", {"schema": schema}, timeout)

    def integrity(self):
        """What another process that looks into the file finds: 'ok', or what is wrong."""
        return integrity(self.file)


def integrity(file):
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)
    try:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        found += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
        return "ok" if found == ["ok"] else "; ".join(found)
    finally:
        connection.close()


def record(name, padding=0):
    """A schema in the very form in which the registry keeps it."""
    doc = f',"doc":"{"x" * padding}"' if padding else ""
    return f'{{"type":"record","name":"{name}"{doc},"fields":[]}}'


def missing(server, acknowledged):
    """What of (subject, version, id, schema) the server does not answer as it acknowledged it."""
    lost = []
    for subject, version, schema_id, schema in acknowledged:
        status, answer = server.get(f"/schemas/ids/{schema_id}")
        if status != 200 or answer["schema"] != schema:
            lost.append(f"id {schema_id}: {status}")
        status, answer = server.get(f"/subjects/{subject}/versions/{version}")
        if status != 200 or (answer["id"], answer["schema"]) != (schema_id, schema):
            lost.append(f"{subject} version {version}: {status}")
    return lost
