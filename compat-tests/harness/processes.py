"""Every process of a run: started in one place, so that none outlives it.

Three nets, each for what the one before it misses: `stop` for each service, the kernel's parent-death signal for a run
that is killed outright, and a sweep over all descendants at the end (orphans come to us: we are their sub-reaper).
"""

import ctypes
import os
import signal
import subprocess
import time

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def adopt_orphans():
    """Makes this process the parent of descendants whose own parent ends."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class Processes:
    """The services that run in the background, stopped in the opposite order of their start."""

    def __init__(self):
        self._running = []

    def start(self, argv, log, cwd=None, env=None, user=None, talks=False):
        """Starts a service with its output appended to the file `log`; one that talks does so over stdin and stdout."""
        stdin = subprocess.PIPE if talks else subprocess.DEVNULL
        with open(log, "ab") as out:
            child = subprocess.Popen(
                [str(a) for a in argv], cwd=cwd, env=env, stdin=stdin, stdout=subprocess.PIPE if talks else out, stderr=out,
                start_new_session=True, preexec_fn=_die_with_parent, **_identity(user))
        self._running.append(child)
        return child

    def stop(self, child, how=signal.SIGTERM, patience=15):
        """Ends a service and all of its process group; SIGKILL if it does not end by itself in `patience` seconds.

        Until a child is reaped its number names its group and nobody else's: so the group is signalled before that.
        """
        if child.returncode is None:
            _signal_group(child.pid, how)
            if not _ends(child, patience):
                _signal_group(child.pid, signal.SIGKILL)
                _ends(child, 5)
            _signal_group(child.pid, signal.SIGKILL)
            child.wait()
        if child in self._running:
            self._running.remove(child)
        return child.returncode

    def stop_all(self):
        for child in reversed(list(self._running)):
            self.stop(child, patience=5)
        _sweep()

    def run(self, argv, log, cwd=None, env=None, user=None, timeout=None):
        """Runs a command to its end; its output goes to `log`. Returns (exit code, or None after `timeout` seconds)."""
        child = self.start(argv, log, cwd, env, user)
        try:
            ended = _ends(child, timeout)
        finally:
            code = self.stop(child, how=signal.SIGKILL)
        return code if ended else None


def _ends(child, seconds):
    """Waits until a child has ended, without reaping it; false when the time is over first."""
    deadline = None if seconds is None else time.monotonic() + seconds
    pause = 0.001
    while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if deadline is not None and time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 2, 0.1)
    return True


def _identity(user):
    """Arguments that make the child run as `user` (a pwd entry), without the groups of this process."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _signal_group(leader, number):
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        pass


def _parents():
    """pid -> parent pid of every process."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                    found[int(entry)] = int(stat.read().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                pass
    return found


def descendants():
    """Every process that this one started, directly or not, and that still runs."""
    parents, found, frontier = _parents(), set(), {os.getpid()}
    while frontier:
        frontier = {pid for pid, parent in parents.items() if parent in frontier} - found
        found |= frontier
    return found


def _sweep():
    for _ in range(50):
        left = descendants()
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                return
        time.sleep(0.05)
