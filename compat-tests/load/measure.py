"""One measurement: the generator against a server, its rate, its latencies, and the time of processors that the server took."""

import http.client
import json
import os
import subprocess
from dataclasses import dataclass

HOST = "127.0.0.1"
_TICKS = os.sysconf("SC_CLK_TCK")


class WrongAnswer(RuntimeError):
    """A server answered something else than it must."""


@dataclass(frozen=True)
class Sample:
    """What one run of the generator gave."""

    requests: int
    rate: float
    p99_us: int
    cpu_us: float


class Server:
    """A server under load: its port and its process."""

    def __init__(self, port, pid):
        self.port = port
        self.pid = pid

    def cpu_seconds(self):
        """The time of processors that the process has taken, in user mode and in the kernel."""
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def ask(self, request):
        """The body of the answer to one request."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request(request["method"], request["path"], request["body"], request["headers"])
            reply = connection.getresponse()
            body = reply.read().decode()
        finally:
            connection.close()
        if reply.status != request["status"]:
            raise WrongAnswer(f"{request['method']} {request['path']}: {reply.status} {body[:300]}")
        return body


class Generator:
    """The generator of requests, with a folder for its files."""

    def __init__(self, binary, folder):
        self._binary = binary
        self._file = folder / "request.json"

    def drive(self, server, request, connections, seconds):
        """Sends a request over and over; every answer must be right."""
        self._file.write_text(json.dumps(request))
        argv = [str(self._binary), "drive", "--port", str(server.port), "--connections", str(connections),
                "--seconds", str(seconds), "--request", str(self._file)]
        before = server.cpu_seconds()
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + 60, check=False)
        cpu = server.cpu_seconds() - before
        if done.returncode != 0:
            raise RuntimeError(f"the generator failed at {request['method']} {request['path']}: {done.stderr.strip()}")
        seen = json.loads(done.stdout)
        if seen["wrong"] or not seen["requests"]:
            raise WrongAnswer(f"{request['method']} {request['path']}: {seen['wrong']} of {seen['requests']} answers were wrong, "
                              f"the first one {str(seen['first_wrong'])[:300]}")
        count = seen["requests"]
        return Sample(count, count / seen["seconds"], seen["p99_us"], cpu / count * 1e6)
