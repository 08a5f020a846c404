"""What the bench runs against: registries, bare routes, a slow line, each started for its rows and ended behind them."""

import contextlib
import json
import pathlib
import urllib.parse

import machine
import ports
from postgres import Postgres
from registry import Registry

from .measure import Generator, Server

# Unlike in other parts, a database as it is in production: what is acknowledged is synced.
_DURABLE = {"fsync": "on", "full_page_writes": "on"}


class Stage:
    """Usable as a context manager, so that the database is ended as well."""

    def __init__(self, run, work):
        self._run = run
        self._work = work
        self._binary = run.binary("load-bench")
        self._postgres = None
        self.folder = pathlib.Path(__file__).resolve().parent
        self.generator = Generator(self._binary, work)
        self.pgbench = machine.postgres_binaries() / "pgbench"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._postgres:
            self._postgres.stop()

    @contextlib.contextmanager
    def registry(self, kind, milliseconds=0, settings=None):
        """A registry over an empty database, which is so many milliseconds away for each round trip."""
        with contextlib.ExitStack() as ending:
            direct = url = self._database(kind)
            if milliseconds:
                parts = urllib.parse.urlsplit(url)
                port = ports.free()
                argv = [self._binary, "delay", "--port", port, "--to", parts.port, "--milliseconds", milliseconds]
                ending.enter_context(self._process(argv, port, "delay"))
                url = parts._replace(netloc=f"{parts.username}@{ports.HOST}:{port}").geturl()
            registry = ending.enter_context(Registry(self._run, url, settings, log="registry-load"))
            server = Server(registry.port, registry.pid)
            server.database = direct
            server.file = pathlib.Path(url.removeprefix("sqlite:"))
            yield server

    @contextlib.contextmanager
    def bare(self, answers):
        """Routes that give these answers and do nothing else."""
        file, port = self._work / "answers.json", ports.free()
        file.write_text(json.dumps(answers))
        argv = [self._binary, "bare", "--port", port, "--answers", file]
        with self._process(argv, port, "bare") as child:
            yield Server(port, child.pid)

    def _database(self, kind):
        if kind == "sqlite":
            return self._run.databases.fresh(kind)
        if self._postgres is None:
            self._postgres = Postgres(self._run, _DURABLE)
            self._postgres.start()
        return self._postgres.database()

    @contextlib.contextmanager
    def _process(self, argv, port, name):
        child = self._run.processes.start(argv, self._run.logs / f"load-{name}.log", env=self._run.env)
        try:
            ports.wait(port, child, 20, name)
            yield child
        finally:
            self._run.processes.stop(child)
