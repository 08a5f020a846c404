"""Free ports on the loopback address, and waiting for a server to take one."""

import pathlib
import random
import socket
import time

HOST = "127.0.0.1"
_given = set()


# Below these the kernel gives no port to outgoing connections, one of which could have it when a server is started again.
_LOWEST = 12_000
_RANGE = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")


def free():
    """A port that nobody listens on and that was not handed out before in this run."""
    highest = int(_RANGE.read_text().split()[0]) if _RANGE.exists() else 0
    while True:
        # Where too few are left below, the kernel chooses.
        wanted = random.randrange(_LOWEST, highest) if highest > _LOWEST + 1000 else 0
        with socket.socket() as probe:
            try:
                probe.bind((HOST, wanted))
            except OSError:
                continue
            port = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def wait(port, child, seconds, what):
    """Returns once `port` accepts connections; raises when `child` ends first or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise RuntimeError(f"{what} ended with code {child.returncode} before it served port {port}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{what} did not serve port {port} within {seconds} s")
