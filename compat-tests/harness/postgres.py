"""A Postgres server of our own: a fresh data folder in the temporary folder, gone at the end."""

import os
import pathlib
import pwd
import shutil
import tempfile

import machine
import ports

# The tests end the registry in every way, the database only in order: syncing its files would cost time and prove nothing.
_SETTINGS = {
    "listen_addresses": ports.HOST,
    # Enough for a test on each of many cores: every one opens some stores, each with its own connections.
    "max_connections": "1000",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "logical",
    "max_wal_senders": "4",
    "max_replication_slots": "4",
    "shared_buffers": "64MB",
}
_ROLE = "registry"


class Postgres:
    """A running server, with some settings in the place of the usual ones. `database()` makes a new, empty database in it and
    returns its URL."""

    def __init__(self, run, settings=None):
        self._run = run
        self._settings = {**_SETTINGS, **(settings or {})}
        self._user = unprivileged()
        self._binaries = machine.postgres_binaries()
        self._log = run.logs / "postgres.log"
        self._databases = 0
        self.port = ports.free()
        # Not in the work folder: the unprivileged user may not be able to reach that.
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="compat-postgres-"))
        self._child = None

    def start(self):
        data = self._folder / "data"
        if self._user:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self._command("initdb", "-D", data, "-U", _ROLE, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        argv = [self._binaries / "postgres", "-D", data, "-p", self.port, "-k", self._folder]
        for name, value in self._settings.items():
            argv += ["-c", f"{name}={value}"]
        self._child = self._run.processes.start(argv, self._log, cwd=self._folder, env=self._env(), user=self._user)
        ports.wait(self.port, self._child, 60, "Postgres")
        self._run.wait_for(lambda: self._command("psql", *self._psql(), "-c", "SELECT 1", fail=False) == 0, 30, "Postgres")

    def database(self):
        """The URL of a new database."""
        self._databases += 1
        name = f"test_{self._databases}"
        self.sql(f"CREATE DATABASE {name}")
        return f"postgres://{_ROLE}@{ports.HOST}:{self.port}/{name}"

    def sql(self, statement, database="postgres"):
        """Runs SQL in one of the databases."""
        self._command("psql", *self._psql(database), "-v", "ON_ERROR_STOP=1", "-c", statement)

    def stop(self):
        if self._child:
            # SIGINT is Postgres's fast shutdown: it does not wait for clients to leave.
            self._run.processes.stop(self._child, how=2)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _psql(self, database="postgres"):
        return ["-X", "-q", "-h", ports.HOST, "-p", self.port, "-U", _ROLE, "-d", database]

    def _env(self):
        return dict(self._run.env, HOME=str(self._folder), LC_ALL="C.UTF-8")

    def _command(self, program, *arguments, fail=True):
        argv = [self._binaries / program, *arguments]
        code = self._run.processes.run(argv, self._log, cwd=self._folder, env=self._env(), user=self._user, timeout=120)
        if code != 0 and fail:
            raise RuntimeError(f"{program} ended with code {code}, see {self._log}")
        return code


def unprivileged():
    """Whom Postgres runs as: it refuses to run as root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("Postgres does not run as root, and there is no user 'postgres' or 'nobody' to run it as")
