"""One node over a Postgres with a replica, each way behind a proxy, and requests that take their time."""

import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

import ports
from database import DATABASE, Database

# The role of the node. Unlike the one that owns the server it can be limited.
ROLE = "node"
# Subjects that the node has not read: each is asked for once.
COLD = 200
# Longer than any answer may take, in seconds.
PATIENCE = 30


@dataclass
class Answer:
    """What came back, and after how many seconds."""

    status: int
    seconds: float
    headers: dict
    body: object


class Node:
    """Database, proxy and node; usable as a context manager."""

    def __init__(self, processes, binary, logs):
        self._processes = processes
        self._binary = binary
        self._logs = logs
        self.database = Database(processes, logs)
        self.log = logs / "node.log"
        self._port = ports.free()
        self._proxy_port = ports.free()
        self._proxy = None
        self._asked = 0

    def __enter__(self):
        try:
            self.database.start()
            for statement in (f"CREATE ROLE {ROLE} LOGIN", f"ALTER DATABASE {DATABASE} OWNER TO {ROLE}"):
                self.database.ask(statement)
            argv = [sys.executable, "-B", str(pathlib.Path(__file__).parent.parent / "history" / "proxy.py"), self._proxy_port]
            self._proxy = self._processes.start(argv, self._logs / "proxy.log", talks=True)
            self._told("ready")
            self.proxy(target=self.database.primary.port)
            child = self._start()
            self._fill()
            # A node remembers what it has registered. One that has just started has read nothing yet.
            self._processes.stop(child)
            self._start()
            self.warm_up()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._processes.stop_all()
        self.database.stop()

    def proxy(self, **command):
        """Tells the proxy something and waits until it holds."""
        self._proxy.stdin.write(json.dumps(command).encode() + b"\n")
        self._proxy.stdin.flush()
        self._told("done")

    def way(self, how, **more):
        """How bytes go between node and database from now on."""
        self.proxy(node=0, way=how, **more)

    def end_connections(self):
        """Ends every connection that the node has to its database."""
        self.database.ask(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{ROLE}'")

    def send(self, method, path, body=None):
        """Sends a request and waits for its answer."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://{ports.HOST}:{self._port}{path}", data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        begin = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                status, headers, text = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, headers, text = error.code, error.headers, error.read()
        except OSError as error:
            status, headers, text = 0, {}, json.dumps(str(error)).encode()
        return Answer(status, time.monotonic() - begin, dict(headers), json.loads(text or b"null"))

    def cold_path(self):
        """A path that this node was not asked for yet."""
        self._asked += 1
        return f"/subjects/cold-{self._asked % COLD}/versions/latest"

    def new_schema(self):
        """A registration of what is new."""
        self._asked += 1
        return f"/subjects/new-{self._asked}/versions", {"schema": json.dumps({"type": "fixed", "name": f"N{self._asked}", "size": 1})}

    def _fill(self):
        self.must("POST", "/subjects/warm/versions", {"schema": json.dumps({"type": "fixed", "name": "Warm", "size": 4})})
        latest = self.warm_up()
        self.id, self.guid = latest["id"], latest["guid"]
        for number in range(COLD):
            self.must("POST", f"/subjects/cold-{number}/versions", {"schema": '"int"'})

    def warm_up(self):
        """Has the node remember what it is asked for later; the latest version of `warm`."""
        latest = self.must("GET", "/subjects/warm/versions/latest").body
        for path in (f"/schemas/ids/{latest['id']}?fetchMaxId=false&subject=warm", f"/schemas/guids/{latest['guid']}"):
            self.must("GET", path)
        return latest

    def must(self, method, path, body=None):
        answer = self.send(method, path, body)
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body}")
        return answer

    def _start(self):
        url = f"http://{ports.HOST}:{self._port}"
        database = f"postgres://{ROLE}@{ports.HOST}:{self._proxy_port}/{DATABASE}"
        child = self._processes.start([self._binary, "--listeners", url, "--database-url", database], self.log,
                                      env=dict(os.environ, NO_COLOR="1"))
        ports.wait(self._port, child, 60, "the node")
        deadline = time.monotonic() + 30
        while self.send("GET", "/subjects").status != 200:
            if child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the node did not start, see {self.log}")
            time.sleep(0.05)
        return child

    def _told(self, word):
        if self._proxy.stdout.readline().decode().strip() != word:
            raise RuntimeError(f"the proxy has ended, see {self._logs / 'proxy.log'}")
