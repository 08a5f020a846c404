"""Three nodes over one database, each behind a proxy."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import ports
from database import DATABASE, ROLE, Database

NODES = 3


class Cluster:
    """Database, proxies and nodes; usable as a context manager."""

    def __init__(self, processes, binary, logs, settings=()):
        self._processes = processes
        self._binary = binary
        self._logs = logs
        self._settings = dict(settings)
        self.database = Database(processes, logs)
        self.ports = [ports.free() for _ in range(NODES)]
        self._proxy_ports = [ports.free() for _ in range(NODES)]
        self._children = [None] * NODES
        self._proxy = None
        self._proxy_lock = threading.Lock()

    def __enter__(self):
        try:
            self.database.start()
            self._start_proxy()
            for node in range(NODES):
                self.start_node(node)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def proxy(self, **command):
        """Tells the proxies something and waits until it holds."""
        with self._proxy_lock:
            self._proxy.stdin.write(json.dumps(command).encode() + b"\n")
            self._proxy.stdin.flush()
            if self._proxy.stdout.readline() != b"done\n":
                raise RuntimeError(f"the proxies have ended, see {self._logs / 'proxy.log'}")

    def start_node(self, node, seconds=60):
        """Starts a node, as often as it takes: one that finds no database ends, and what looks after it starts it again."""
        url = f"http://{ports.HOST}:{self.ports[node]}"
        database = f"postgres://{ROLE}@{ports.HOST}:{self._proxy_ports[node]}/{DATABASE}"
        env = dict(os.environ, NO_COLOR="1", **self._settings)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            child = self._processes.start([self._binary, "--listeners", url, "--database-url", database],
                                          self._logs / f"node-{node}.log", env=env)
            self._children[node] = child
            while child.poll() is None and time.monotonic() < deadline:
                if self.answers(node, "/subjects?limit=1"):
                    return
                time.sleep(0.02)
            self._processes.stop(child)
            time.sleep(0.1)
        raise RuntimeError(f"node {node} did not start within {seconds} s, see {self._logs}")

    def kill_node(self, node):
        self._processes.stop(self._children[node], how=signal.SIGKILL)

    def signal_node(self, node, number):
        os.kill(self._children[node].pid, number)

    def ended(self):
        """Nodes that ended though nobody killed them."""
        return [node for node, child in enumerate(self._children) if child.poll() is not None]

    def answers(self, node, path, body=None, seconds=2):
        """Whether a node answers a request with success."""
        request = urllib.request.Request(f"http://{ports.HOST}:{self.ports[node]}{path}", data=body,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        for child in self._children:
            if child:
                self._processes.stop(child, how=signal.SIGKILL)
        if self._proxy:
            self._processes.stop(self._proxy, how=signal.SIGKILL)
        self.database.stop()

    def _start_proxy(self):
        argv = [sys.executable, "-B", str(pathlib.Path(__file__).parent / "proxy.py"), *map(str, self._proxy_ports)]
        self._proxy = self._processes.start(argv, self._logs / "proxy.log", talks=True)
        if self._proxy.stdout.readline() != b"ready\n":
            raise RuntimeError(f"the proxies did not start, see {self._logs / 'proxy.log'}")
        self.proxy(target=self.database.primary.port)
