"""Our own server as the tests run it: on a free port, with its database and settings given, and always stopped."""

import signal
import time
import urllib.error
import urllib.request

import ports


class Registry:
    """One running registry; usable as a context manager. `url` is its address."""

    def __init__(self, run, database_url, settings=None, log="registry"):
        self._run = run
        self._database_url = database_url
        self._settings = settings or {}
        self.log = run.logs / f"{log}.log"
        self.port = ports.free()
        self.url = f"http://{ports.HOST}:{self.port}"
        self._child = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self):
        argv = [self._run.binary("registry-server"), "--listeners", self.url, "--database-url", self._database_url]
        env = dict(self._run.env)
        for name, value in self._settings.items():
            env["SCHEMA_REGISTRY_" + name.replace(".", "_").upper()] = value
        self._child = self._run.processes.start(argv, self.log, env=env)
        ports.wait(self.port, self._child, 60, "the registry")
        self._run.wait_for(self._answers, 30, "the registry")
        return self

    @property
    def pid(self):
        """The number of its process."""
        return self._child.pid

    def stop(self):
        """Ends it in order; its exit code."""
        child, self._child = self._child, None
        return self._run.processes.stop(child) if child else None

    def kill(self):
        """Ends it as a power cut would."""
        child, self._child = self._child, None
        if child:
            self._run.processes.stop(child, how=signal.SIGKILL)

    def _answers(self):
        if self._child.poll() is not None:
            raise RuntimeError(f"the registry ended with code {self._child.returncode}, see {self.log}")
        try:
            with urllib.request.urlopen(self.url + "/health/ready", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


class Databases:
    """Where registries keep their data in a part: each call to `fresh` is a new, empty database of that kind."""

    KINDS = ("sqlite", "postgres")

    def __init__(self, run):
        self._run = run
        self._files = 0

    def fresh(self, kind):
        if kind == "postgres":
            return self._run.postgres.database()
        self._files += 1
        folder = self._run.work / "sqlite"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{time.monotonic_ns()}-{self._files}.db"
        return f"sqlite:{path}"
