"""Go programs of the tests."""

import subprocess

import machine

# Compiling is what takes the time, not running: nothing is optimized, and nothing is kept for a debugger.
_FLAGS = ("-buildvcs=false", "-mod=readonly", "-gcflags=all=-N -l", "-ldflags=-s -w")


class GoProgram:
    """The program of a Go module, which is built while something else is done."""

    def __init__(self, run, name, folder):
        self._run, self._path, self._log = run, run.work / name, run.logs / f"{name}-go.log"
        # No other toolchain is fetched than the one that is here.
        env = dict(run.env, GOTOOLCHAIN="local", CGO_ENABLED="1", CGO_CFLAGS="-O0")
        argv = [machine.go(run), "build", *_FLAGS, "-o", self._path, "."]
        self._building = run.processes.start(argv, self._log, cwd=folder, env=env)

    def path(self):
        """The program, once it is built."""
        try:
            code = self._building.wait(900)
        except subprocess.TimeoutExpired:
            code = "none: it did not end within 900 s"
        self._run.processes.stop(self._building)
        if code != 0:
            raise machine.Missing(f"go build ended with code {code}, see {self._log}\n{self._log.read_text()[-2000:]}")
        return self._path
