"""Rooms to run things in that must not touch this machine: namespaces of their own for mounts, processes, network and cgroups."""

import contextlib
import os
import pathlib
import signal
import subprocess
import time

# Nothing is waited for any longer, in seconds.
BOUND = 90


class Broken(Exception):
    """Something in a room is not as it has to be."""


class Room:
    """Runs a shell script, whose last command stays, as the first process of a room."""

    def __init__(self, script, arguments, log, environment):
        self._cgroup = _own_cgroup()
        # The script comes as an argument, so that the room needs no file of it.
        enter = 'echo $$ > "$1/cgroup.procs"; shift; exec unshare --cgroup --mount --pid --net --uts --ipc --fork --kill-child "$@"'
        argv = ["sh", "-ec", enter, "enter", self._cgroup, "sh", "-ec", script, "room", *arguments]
        with open(log, "wb") as out:
            self._child = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                           env=environment, start_new_session=True)
        self._log = log

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        deadline = time.monotonic() + BOUND
        # The processes of the room end with its first one; its folders of the cgroup are left.
        for folder in sorted(pathlib.Path(self._cgroup).rglob("*/"), key=lambda path: -len(path.parts)) + [pathlib.Path(self._cgroup)]:
            while folder.is_dir():
                try:
                    folder.rmdir()
                except OSError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.02)

    @property
    def first(self):
        """The number of the first process of the room, as this machine counts."""
        children = pathlib.Path(f"/proc/{self._child.pid}/task/{self._child.pid}/children")

        def born():
            if self._child.poll() is not None:
                raise Broken(f"the room has ended with code {self._child.returncode}: {self.log()}")
            return children.read_text().split()

        return int(until("the room has a first process", born)[0])

    def ended(self, seconds=BOUND):
        """The exit code of the room, which ends by itself."""
        return self._child.wait(timeout=seconds)

    def log(self):
        return pathlib.Path(self._log).read_text(errors="replace")

    def run(self, argv, options=(), environment=None):
        """Runs a command in the room: its exit code, and what it printed."""
        enter = ["nsenter", "--target", str(self.first), "--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup", *options]
        done = subprocess.run([*enter, *map(str, argv)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=BOUND, env=environment, check=False)
        return done.returncode, done.stdout

    def get(self, path, data=None):
        """Status and body of an answer of the server at its standard port; status 0 where nothing answers."""
        # The room has a network of its own, so who asks has to be in it; the program is this machine's.
        argv = ["nsenter", "--target", str(self.first), "--net", "curl", "-s", "-m", "10", "-w", "\n%{http_code}",
                f"http://127.0.0.1:8081{path}"]
        if data is not None:
            argv += ["-H", "Content-Type: application/vnd.schemaregistry.v1+json", "--data", data]
        text = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=BOUND, check=False).stdout
        body, _, status = text.rpartition("\n")
        return int(status or 0), body


# Argument: an empty folder. What a guest is made of; what is mounted there is gone with the room.
_TRIED = """
mount --make-rprivate /
below=$1
mount -t tmpfs tmpfs "$below"
mkdir "$below/changes" "$below/work" "$below/root"
mount -t overlay overlay -o lowerdir=/,upperdir="$below/changes",workdir="$below/work" "$below/root"
mount -t proc proc "$below/root/proc"
mount -t sysfs -o ro sysfs "$below/root/sys"
mount -t cgroup2 cgroup2 "$below/root/sys/fs/cgroup"
"""


def refused(folder):
    """Why this machine lets even root make no rooms, as inside a container; None where it does."""
    below = folder / "tried"
    below.mkdir()
    try:
        with Room(_TRIED, [below], folder / "tried.log", os.environ) as room:
            code = room.ended()
            return f"{room.log().strip() or 'no word of why'} (code {code})" if code else None
    except (Broken, OSError) as error:
        return str(error)


def until(what, is_so, tell=lambda: ""):
    """Waits for what must come, and returns what it came to."""
    deadline = time.monotonic() + BOUND
    while True:
        found = is_so()
        if found:
            return found
        if time.monotonic() > deadline:
            raise Broken(f"{what}: not within {BOUND} s; {tell()}")
        time.sleep(0.05)


def _own_cgroup():
    """A new cgroup, in the hierarchy that systemd uses."""
    mounted = next((line.split()[1] for line in pathlib.Path("/proc/self/mounts").read_text().splitlines() if line.split()[2] == "cgroup2"), None)
    own = next((line[3:] for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::")), None)
    if mounted is None or own is None:
        raise Broken("this machine has no cgroup2, in which systemd keeps its services")
    folder = pathlib.Path(mounted + own) / f"registry-packaging-{os.getpid()}-{time.monotonic_ns()}"
    folder.mkdir()
    return str(folder)
