"""A Postgres of a scene."""

import os
import signal
import subprocess
import time

import ports

# The owner of everything, whom the tests are; the password is asked for where a rule says so.
OWNER = "owner"
PASSWORD = "owner-pass"
DATABASE = "registry"
_SETTINGS = {
    "listen_addresses": ports.HOST,
    "fsync": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_senders": "4",
    "wal_keep_size": "64MB",
    "wal_retrieve_retry_interval": "200ms",
    "password_encryption": "scram-sha-256",
}
_LOCAL = "local all all trust"


class Server:
    """A server with a database. `rules` are lines of pg_hba.conf for connections over TCP."""

    def __init__(self, world, name, rules=("host all all 127.0.0.1/32 scram-sha-256",), settings=None, primary=None):
        self._world = world
        self._folder = world.root / name
        self._log = world.logs / f"{world.name}-{name}.log"
        self._rules = rules
        self._settings = settings or {}
        self._primary = primary
        self._child = None
        self.port = ports.free()

    def start(self):
        if not self._folder.exists():
            self._make()
        argv = [self._world.binaries / "postgres", "-D", self._folder, "-p", self.port, "-k", self._world.root]
        for name, value in {**_SETTINGS, **self._settings}.items():
            argv += ["-c", f"{name}={value}"]
        user = self._world.user
        self._child = self._world.processes.start(argv, self._log, cwd=self._world.root, env=self._env(), user=user)
        deadline = time.monotonic() + 60
        while self._command("pg_isready", "-q", "-h", self._world.root, "-p", self.port, fail=False) != 0:
            if time.monotonic() > deadline or self._child.poll() is not None:
                raise RuntimeError(f"Postgres takes no connections, see {self._log}")
            time.sleep(0.02)
        if not self._primary and not self._made:
            self.sql(f"CREATE DATABASE {DATABASE}", database="postgres")
            self.sql(f"ALTER ROLE {OWNER} PASSWORD '{PASSWORD}'")
            self._made = True

    def stop(self, how=signal.SIGQUIT):
        child, self._child = self._child, None
        if child:
            self._world.processes.stop(child, how=how)

    def sql(self, statement, database=DATABASE):
        """Runs a statement over the server's socket; what it printed."""
        argv = [str(self._world.binaries / "psql"), "-X", "-q", "-A", "-t", "-h", str(self._world.root), "-p", str(self.port),
                "-U", OWNER, "-d", database, "-v", "ON_ERROR_STOP=1", "-c", statement]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{statement}: {done.stderr.strip()}")
        return done.stdout.strip()

    def database(self, name):
        """Makes another database; its name."""
        self.sql(f"CREATE DATABASE {name}")
        return name

    def url(self, query="", user=OWNER, password=PASSWORD, host=ports.HOST, database=DATABASE):
        credentials = f"{user}:{password}" if password else user
        return f"postgres://{credentials}@{host}:{self.port}/{database}" + (f"?{query}" if query else "")

    _made = False

    def _make(self):
        if self._primary:
            self._command("pg_basebackup", "-D", self._folder, "-h", self._world.root, "-p", self._primary.port, "-U", OWNER,
                          "-R", "-X", "stream", "--checkpoint=fast", "--no-sync")
        else:
            self._command("initdb", "-D", self._folder, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        rules = self._folder / "pg_hba.conf"
        rules.write_text("\n".join([_LOCAL, "local replication all trust", *self._rules]) + "\n")

    def _env(self):
        return dict(os.environ, HOME=str(self._world.root), LC_ALL="C.UTF-8")

    def _command(self, program, *arguments, fail=True):
        argv = [self._world.binaries / program, *arguments]
        code = self._world.processes.run(argv, self._log, cwd=self._world.root, env=self._env(), user=self._world.user,
                                         timeout=120)
        if code != 0 and fail:
            raise RuntimeError(f"{program} ended with code {code}, see {self._log}")
        return code
