"""One run: its folders, its environment, and the services and builds that its parts share, each made when first needed."""

import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import time

import machine
from broker import Broker
from postgres import Postgres
from processes import Processes, adopt_orphans
from registry import Databases


# Programs of which nothing is timed, and those that are built with a feature alone.
_NOT_OPTIMIZED = ("chaos", "entity-pipeline", "interop", "quick-start", "sizing")


class Run:
    """What every part gets."""

    def __init__(self, long=False, profile="release"):
        self.long = long
        self.profile = profile
        self.started = time.monotonic()
        self.tests = pathlib.Path(__file__).resolve().parent.parent
        self.root = self.tests.parent
        self.work = self.tests / ".work"
        self.logs = self.work / "logs"
        self._lock = _sole_run(self.work)
        shutil.rmtree(self.logs, ignore_errors=True)
        self.logs.mkdir(parents=True)
        self.processes = Processes()
        adopt_orphans()
        # The one set of build settings: a part that changed them would make cargo build everything twice.
        # Nothing is edited and built again while the tests run, and what cargo would keep for that is the larger half of
        # everything that it writes.
        self.env = dict(os.environ, CARGO_TERM_COLOR="never", NO_COLOR="1", CARGO_INCREMENTAL="0")
        self.databases = Databases(self)
        self._broker = self._postgres = self._binaries = None

    @property
    def postgres(self):
        """A running Postgres."""
        if self._postgres is None:
            self._postgres = Postgres(self)
            self._postgres.start()
        return self._postgres

    @property
    def broker(self):
        """A running Kafka broker."""
        if self._broker is None:
            self._broker = Broker(self)
            self._broker.start()
        return self._broker

    def binary(self, name):
        """The path of a binary of the workspace; all of them are built at the first call."""
        if self._binaries is None:
            machine.rust()
            begin, log = time.monotonic(), self.logs / "build.log"
            # The whole workspace at once: with one package after the other cargo would choose other features.
            argv = ["cargo", "build", "--profile", self.profile, "--workspace", *self._optimized(), "--locked"]
            code = self.processes.run(argv, log, cwd=self.root, env=self.env, timeout=2400)
            if code != 0:
                raise RuntimeError(f"the build ended with code {code}, see {log}\n" + _tail(log))
            print(f"   build, profile {self.profile}: {time.monotonic() - begin:.0f} s", flush=True)
            self._binaries = self.target / ("debug" if self.profile == "dev" else self.profile)
        path = self._binaries / name
        if not path.is_file():
            raise RuntimeError(f"the workspace has no binary '{name}'")
        return path

    def _optimized(self):
        """The binaries to build for users and for what is timed: each costs up to a minute."""
        argv = ["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked"]
        done = subprocess.run(argv, cwd=self.root, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=900)
        targets = [target for package in json.loads(done.stdout)["packages"] for target in package["targets"]]
        names = [target["name"] for target in targets if "bin" in target["kind"]]
        return [word for name in names if name not in _NOT_OPTIMIZED for word in ("--bin", name)]

    def debug_binary(self, name):
        """The path of a program of compat-tests that nothing is timed in, as its tests are built with it."""
        machine.rust()
        # The tests of the workspace were built so: here nothing is left to do, unless this part runs alone.
        self._build(name, ["cargo", "test", "--workspace", "--no-run", "--test", "tables", "--locked"])
        return self.target / "debug" / name

    def long_binary(self, name):
        """The path of a program of compat-tests that only long forms run, and that is not built with the others."""
        machine.rust()
        self._build(name, ["cargo", "build", "-p", "compat-tests", "--features", "programs", "--bin", name, "--locked"])
        return self.target / "debug" / name

    def _build(self, name, argv):
        log = self.logs / f"build-{name}.log"
        if self.processes.run(argv, log, cwd=self.root, env=self.env, timeout=2400) != 0:
            raise RuntimeError(f"{name} could not be built, see {log}\n" + _tail(log))

    @property
    def target(self):
        """Cargo's build folder."""
        return pathlib.Path(self.env.get("CARGO_TARGET_DIR") or self.root / "target")

    def crate_source(self, name):
        """The folder with the source of a crate that the workspace depends on."""
        argv = ["cargo", "metadata", "--format-version", "1", "--locked"]
        done = subprocess.run(argv, cwd=self.root, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, check=True,
                              timeout=900)
        for package in json.loads(done.stdout)["packages"]:
            if package["name"] == name:
                return pathlib.Path(package["manifest_path"]).parent
        raise RuntimeError(f"the workspace does not depend on a crate '{name}'")

    def jars(self, name, pom):
        """The folder with the jars that a pom.xml names, fetched when the file has changed."""
        machine.maven()
        folder, digest = self.work / name / "lib", hashlib.sha256(pom.read_bytes()).hexdigest()
        stamp = folder.parent / "fetched"
        if not (stamp.is_file() and stamp.read_text() == digest):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            log = self.logs / f"{name}-jars.log"
            argv = ["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
            if self.processes.run(argv, log, env=self.env, timeout=600) != 0:
                raise RuntimeError(f"Maven could not fetch the jars of {pom}, see {log}\n" + _tail(log))
            stamp.write_text(digest)
        return folder

    def wait_for(self, ready, seconds, what):
        """Asks until `ready()` says yes."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} was not ready within {seconds} s")
            time.sleep(0.02)

    def stop(self):
        """Stops every service; nothing that this run started is left."""
        for service in (self._broker, self._postgres):
            if service:
                service.stop()
        self.processes.stop_all()
        shutil.rmtree(self.work / "sqlite", ignore_errors=True)


def _sole_run(work):
    """Two runs in one checkout would take each other's files away: the open file that this one holds while it runs."""
    work.mkdir(parents=True, exist_ok=True)
    lock = open(work / "lock", "w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit("compat-tests/run: another run is going on in this checkout") from None
    return lock


def _tail(log):
    return "\n".join(log.read_text(errors="replace").splitlines()[-30:])
