"""Free ports on the loopback address, and waiting for a server to take one."""

import socket
import time

HOST = "127.0.0.1"
_given = set()


def free():
    """A port that nobody listens on and that was not handed out before in this run."""
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
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
