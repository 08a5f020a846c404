"""A Postgres with a synchronous streaming replica, which can take over.

Acknowledged means on both: a failover only happens while the replica has everything, as a cluster manager sees to it.
Between a failover and the time when the new replica has caught up the primary is alone.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import machine
import ports
from postgres import unprivileged

ROLE = "registry"
DATABASE = "registry"
_SETTINGS = {
    "listen_addresses": ports.HOST,
    "max_connections": "100",
    # The machine stays up: what a killed server had handed to the system is there.
    "fsync": "off",
    "wal_keep_size": "256MB",
    "max_wal_senders": "6",
    "shared_buffers": "64MB",
    "hot_standby": "on",
    "wal_receiver_timeout": "5s",
    "wal_sender_timeout": "5s",
    "wal_retrieve_retry_interval": "200ms",
    "logging_collector": "off",
}
_PROTECTED = ("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming' "
              "AND flush_lsn >= '{lsn}'")


class Server:
    """One of the two: its folder, its port and its process."""

    def __init__(self, folder, port):
        self.folder = folder
        self.port = port
        self.child = None


class Database:
    """The pair. `primary` is who takes writes."""

    def __init__(self, processes, logs):
        self._processes = processes
        self._log = logs / "postgres.log"
        self._user = unprivileged()
        self._binaries = machine.postgres_binaries()
        # Not in the work folder: the unprivileged user may not be able to reach that.
        self._root = pathlib.Path(tempfile.mkdtemp(prefix="history-postgres-"))
        self._folders = 0
        self.primary = self.replica = None

    def start(self):
        if self._user:
            os.chown(self._root, self._user.pw_uid, self._user.pw_gid)
        self.primary = self._new()
        self._command("initdb", "-D", self.primary.folder, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self._start(self.primary)
        self.ask(f"CREATE DATABASE {DATABASE}", database="postgres")
        self.follow()

    def follow(self):
        """Makes a replica of the primary and waits until it has everything; from then on commits wait for it."""
        self.replica = self._new()
        self._command("pg_basebackup", "-D", self.replica.folder, "-h", ports.HOST, "-p", self.primary.port, "-U", ROLE,
                      "-R", "-X", "stream", "--checkpoint=fast", "--no-sync")
        self._start(self.replica)
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.ask("SELECT pg_reload_conf()")
        # Every process has read the setting after this; what was committed before is waited for below.
        time.sleep(0.5)
        self.protected()

    def protected(self, seconds=90):
        """Waits until the replica has what is committed now."""
        lsn = self.ask("SELECT pg_current_wal_flush_lsn()")
        deadline = time.monotonic() + seconds
        while self.ask(_PROTECTED.format(lsn=lsn)) != "1":
            if time.monotonic() > deadline:
                raise RuntimeError(f"the replica did not catch up within {seconds} s, see {self._log}")
            time.sleep(0.05)

    def restart(self, how, pause=0.0):
        """Stops the primary, in order (SIGINT) or at once (SIGQUIT), and starts it."""
        self.stop_primary(how)
        time.sleep(pause)
        self.start_primary()

    def stop_primary(self, how):
        self._processes.stop(self.primary.child, how=how)

    def start_primary(self):
        self._start(self.primary)

    def crash(self):
        """One of its processes is killed: it ends all others, recovers and goes on. Its connections are gone."""
        victim = self.ask("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
                          "LIMIT 1")
        if victim:
            try:
                os.kill(int(victim), signal.SIGKILL)
            except ProcessLookupError:
                return
            self._wait(self.primary)

    def waste(self, count):
        """Transactions that are rolled back: after a crash or a failover their numbers are given to others."""
        self.ask("DO $$ BEGIN FOR i IN 1 .. %d LOOP PERFORM pg_current_xact_id(); ROLLBACK; END LOOP; END $$" % count)

    def fail_over(self, how):
        """Stops the primary and lets the replica take its place. Who follows is for `follow`."""
        self.protected()
        self.stop_primary(how)
        self.promote()

    def promote(self):
        """Lets the replica take the place of a primary that was stopped."""
        old, self.primary, self.replica = self.primary, self.replica, None
        # What is promoted is alone: waiting for a replica it would answer nothing.
        self.ask("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.ask("SELECT pg_reload_conf()")
        self.ask("SELECT pg_promote(true, 30)")
        shutil.rmtree(old.folder, ignore_errors=True)

    def stop_replica(self, seconds):
        """Commits wait for a replica that takes nothing."""
        receiver = int(self.ask("SELECT pid FROM pg_stat_wal_receiver", server=self.replica))
        os.kill(receiver, signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            os.kill(receiver, signal.SIGCONT)

    def ask(self, statement, database=DATABASE, server=None):
        """Runs a statement, on the primary if no server is named; what it printed. A server that recovers is waited for."""
        argv = [str(self._binaries / "psql"), "-X", "-q", "-A", "-t", "-h", ports.HOST, "-p",
                str((server or self.primary).port), "-U", ROLE, "-d", database, "-v", "ON_ERROR_STOP=1", "-c", statement]
        deadline = time.monotonic() + 30
        while True:
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
            if done.returncode == 0:
                return done.stdout.strip()
            # psql ends with 2 when its connection was refused or lost.
            if done.returncode != 2 or time.monotonic() > deadline:
                raise RuntimeError(f"{statement}: {done.stderr.strip()}")
            time.sleep(0.1)

    def stop(self):
        for server in (self.replica, self.primary):
            if server and server.child:
                self._processes.stop(server.child, how=signal.SIGQUIT)
        shutil.rmtree(self._root, ignore_errors=True)

    def _new(self):
        self._folders += 1
        return Server(self._root / f"data-{self._folders}", ports.free())

    def _start(self, server):
        argv = [self._binaries / "postgres", "-D", server.folder, "-p", server.port, "-k", self._root]
        for name, value in _SETTINGS.items():
            argv += ["-c", f"{name}={value}"]
        server.child = self._processes.start(argv, self._log, cwd=self._root, env=self._env(), user=self._user)
        ports.wait(server.port, server.child, 60, "Postgres")
        self._wait(server)

    def _wait(self, server):
        """Waits until a server takes connections."""
        deadline = time.monotonic() + 60
        while self._command("pg_isready", "-q", "-h", ports.HOST, "-p", server.port, fail=False) != 0:
            if time.monotonic() > deadline:
                raise RuntimeError(f"Postgres takes no connections, see {self._log}")
            time.sleep(0.05)

    def _env(self):
        return dict(os.environ, HOME=str(self._root), LC_ALL="C.UTF-8")

    def _command(self, program, *arguments, fail=True):
        argv = [self._binaries / program, *arguments]
        code = self._processes.run(argv, self._log, cwd=self._root, env=self._env(), user=self._user, timeout=120)
        if code != 0 and fail:
            raise RuntimeError(f"{program} ended with code {code}, see {self._log}")
        return code
