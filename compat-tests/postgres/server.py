"""A Postgres of a scene."""

import os
import shutil
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
        self._copies = 0
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

    def back_up(self):
        """A copy of all that is committed now; its folder."""
        self._copies += 1
        folder = self._world.root / f"{self._folder.name}-copy-{self._copies}"
        self._command("pg_basebackup", "-D", folder, "-h", self._world.root, "-p", self.port, "-U", OWNER, "-X", "stream",
                      "--checkpoint=fast", "--no-sync")
        return folder

    def restore(self, copy, how=signal.SIGINT, anew=False):
        """Stops the server, puts a copy in the place of its folder and starts it; `anew` in another timeline, as a restore to
        a point in time does."""
        self.stop(how=how)
        shutil.rmtree(self._folder)
        copy.rename(self._folder)
        if anew:
            with open(self._folder / "postgresql.auto.conf", "a") as settings:
                settings.write("restore_command = 'false'\nrecovery_target = 'immediate'\nrecovery_target_action = 'promote'\n")
            (self._folder / "recovery.signal").touch()
        self.start()
        self.until("SELECT NOT pg_is_in_recovery()", "it has recovered")

    def replays(self, primary):
        """Waits until this standby has what its primary has committed."""
        self.until(f"SELECT pg_last_wal_replay_lsn() >= '{primary.sql('SELECT pg_current_wal_flush_lsn()')}'", "it replays")

    def stop_receiving(self):
        """Cuts this standby off: it replays what it has, and gets no more."""
        self.sql("ALTER SYSTEM SET primary_conninfo = ''")
        self.sql("SELECT pg_reload_conf()")
        self.until("SELECT count(*) = 0 FROM pg_stat_wal_receiver", "it receives nothing")

    def promote(self):
        self.sql("SELECT pg_promote(true, 60)")

    def until(self, holds, what):
        """Waits until a statement gives true."""
        deadline = time.monotonic() + 60
        while self.sql(holds) != "t":
            if time.monotonic() > deadline:
                raise RuntimeError(f"not within 60 s: {what}, see {self._log}")
            time.sleep(0.02)

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

    def url(self, query="", user=OWNER, password=PASSWORD, host=ports.HOST, database=DATABASE, more=()):
        """A URL of this server, and of `more` hosts behind it."""
        credentials = f"{user}:{password}" if password else user
        hosts = ",".join(f"{host}:{server.port}" for server in (self, *more))
        return f"postgres://{credentials}@{hosts}/{database}" + (f"?{query}" if query else "")

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
