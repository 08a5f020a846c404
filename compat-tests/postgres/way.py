"""A TCP proxy before a server, which leads elsewhere or swallows bytes when it is told to."""

import json
import pathlib
import signal
import sys

import ports
from server import DATABASE, OWNER, PASSWORD

_PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "history" / "proxy.py"


class Way:
    """A running proxy; what it can be told stands in its program."""

    def __init__(self, world):
        self._world = world
        self._child = None
        self.port = ports.free()

    def start(self, server):
        argv = [sys.executable, "-B", _PROGRAM, self.port]
        log = self._world.logs / f"{self._world.name}-way.log"
        self._child = self._world.processes.start(argv, log, talks=True)
        self._answered("ready")
        self.lead_to(server)
        return self

    def stop(self):
        if self._child:
            self._world.processes.stop(self._child, how=signal.SIGKILL)
            self._child = None

    def lead_to(self, server, cut=False):
        """New connections lead to this server; those that there are are broken if that is asked for."""
        self.tell(target=server.port, node=0, **({"cut": True} if cut else {}))

    def tell(self, **command):
        self._child.stdin.write(json.dumps(command).encode() + b"\n")
        self._child.stdin.flush()
        self._answered("done")

    def url(self, query=""):
        return f"postgres://{OWNER}:{PASSWORD}@{ports.HOST}:{self.port}/{DATABASE}" + (f"?{query}" if query else "")

    def _answered(self, word):
        if self._child.stdout.readline().decode().strip() != word:
            raise RuntimeError("the proxy has ended, see its log")
