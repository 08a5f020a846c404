"""A server over a registry of its own, on loopback."""

import contextlib
import http.client
import json
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))
import ports  # noqa: E402

# Long enough for a busy machine: what is measured is how long answers take, not whether they come in time.
_PATIENCE = ["--database-connect-timeout-ms", "60000", "--database-acquire-timeout-ms", "120000",
             "--database-outage-deadline-ms", "120000"]
TYPE = "application/vnd.schemaregistry.v1+json"


class Node:
    def __init__(self, binary, log, label, url):
        self._argv = [binary, "--database-url", url]
        self._log = open(log, "ab")
        self.label, self.known, self._child, self._connection = label, {}, None, None

    def fill(self, lines):
        """Imports lines; what the import says, how long it took, and how many megabytes it had at most."""
        begin, most = time.monotonic(), 0
        argv = [self._argv[0], "import", "-", *self._argv[1:]]
        child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True)
        for number, line in enumerate(lines):
            child.stdin.write(line)
            if number % 1_000 == 999:
                most = max(most, _resident(child.pid))
        told, _ = child.communicate()
        if child.returncode != 0:
            raise RuntimeError(f"the import ended with code {child.returncode}")
        return told.strip(), time.monotonic() - begin, most

    def start(self):
        """Milliseconds until the first answer that needs the database."""
        port = ports.free()
        begin = time.monotonic()
        self._child = subprocess.Popen([*self._argv, *_PATIENCE, "--listeners", f"http://{ports.HOST}:{port}"],
                                       stdout=subprocess.DEVNULL, stderr=self._log)
        self._connection = http.client.HTTPConnection(ports.HOST, port, timeout=120)
        while True:
            with contextlib.suppress(OSError):
                _, status, text = self.send("GET", "/config")
                if status == 200:
                    return (time.monotonic() - begin) * 1000
                raise RuntimeError(f"{self.label}: the first answer is {status}: {text}")
            if self._child.poll() is not None or time.monotonic() - begin > 60:
                raise RuntimeError(f"{self.label}: the server did not start")
            self._connection.close()
            time.sleep(0.002)

    def stop(self):
        if self._child:
            self._connection.close()
            self._child.send_signal(signal.SIGTERM)
            self._child.wait(60)
            self._child = None

    def send(self, method, path, body=None):
        """Milliseconds, status and body of an answer."""
        data = json.dumps(body).encode() if body is not None else None
        begin = time.perf_counter()
        self._connection.request(method, path, data, {"Content-Type": TYPE} if data else {})
        answer = self._connection.getresponse()
        text = answer.read()
        return (time.perf_counter() - begin) * 1000, answer.status, text

    def memory(self):
        """Resident megabytes."""
        return _resident(self._child.pid)


def _resident(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return next((int(line.split()[1]) for line in status if line.startswith("VmRSS")), 0) / 1024
