"""How long reads take while someone sends what is expensive, and how much memory the server keeps of it.

    python3 compat-tests/fairness/bench.py target/release/registry-server [another/registry-server ...]

For each binary a server is started on loopback with a database of its own, once for each kind of input. One process
reads a schema by its id, one request after the other over one connection, while others send the input; the table tells
how long the reads took, what was answered, and the memory at its peak, when all was answered, and three seconds later.
The whole takes at most two minutes for a binary. `--smoke` runs two kinds and fails unless reads went on.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

HOST = "127.0.0.1"
# How long the inputs of one kind are sent and waited for, in seconds.
SENDING = 9
RESTING = 3
# A read that takes this long ends the reading of its kind.
LONGEST_READ = 20
# How often a read is due.
EVERY = 0.01


def schema(text, schema_type="AVRO"):
    return json.dumps({"schema": text, "schemaType": schema_type}).encode()


def patterns(number):
    """A JSON Schema of 2.1 KB whose patterns come to a megabyte each."""
    members = {r"^\pL{1,1000}%d_%d$" % (number, n): {} for n in range(100)}
    return json.dumps({"type": "object", "additionalProperties": False, "patternProperties": members})


def asking_patterns(number):
    """One with a property that has to be matched with the patterns of the other."""
    return json.dumps({"type": "object", "properties": {"x%d" % number: {"type": "string"}}, "additionalProperties": False})


def aliases(count):
    names = ",".join('"A%d"' % n for n in range(count))
    return '{"type":"record","name":"R","aliases":[%s],"fields":[]}' % names


def union(prefix, count):
    records = ('{"type":"record","name":"%s%d","fields":[{"name":"a","type":"int"}]}' % (prefix, n) for n in range(count))
    return "[%s]" % ",".join(records)


def recursive_union(prefix, count):
    field = '{"name":"next","type":["null","%s0"]}' % prefix
    records = ('{"type":"record","name":"%s%d","fields":[%s]}' % (prefix, n, field) for n in range(count))
    return "[%s]" % ",".join(records)


def branches(prefix, count):
    parts = [{"type": "object", "properties": {prefix + str(n): {"type": "string"}}, "additionalProperties": False} for n in range(count)]
    return json.dumps({"oneOf": parts})


def options(count):
    given = "".join('option (o) = {a%d: 1};' % n for n in range(count))
    return 'syntax = "proto3"; import "google/protobuf/descriptor.proto"; extend google.protobuf.FileOptions { M o = 50000; } message M { int32 a = 1; } ' + given


def deep_package(parts, fields):
    package = ".".join(["a"] * parts)
    members = "".join("N f%d = %d;" % (n, n + 1) for n in range(fields))
    return 'syntax = "proto3"; package %s; message N {} message M { %s }' % (package, members)


def register(subject, text, schema_type="AVRO"):
    return "POST", f"/subjects/{subject}/versions", schema(text, schema_type)


def check(subject, text, schema_type="AVRO"):
    return "POST", f"/compatibility/subjects/{subject}/versions/latest", schema(text, schema_type)


def kinds():
    """Name, what is registered before, and what is sent at once."""
    yield "nothing", [], lambda: []
    yield "4 × 100 large patterns", [], lambda: [register(f"p{n}", patterns(n), "JSON") for n in range(4)]
    yield "8 × patterns asked for", [register("q", patterns(0), "JSON")], lambda: [
        check("q", asking_patterns(n), "JSON") for n in range(8)
    ]
    yield "2 × 60,000 aliases", [], lambda: [register(f"a{n}", aliases(60_000)) for n in range(2)]
    yield "union of 5,000", [register("u", union("R", 5_000))], lambda: [check("u", union("S", 5_000))]
    yield "12 × union of 2,000", [register("u", union("R", 2_000))], lambda: [
        check("u", union(f"S{n}_", 2_000)) for n in range(12)
    ]
    yield "12 × recursive 1,000", [register("u", recursive_union("R", 1_000))], lambda: [
        check("u", recursive_union(f"S{n}_", 1_000)) for n in range(12)
    ]
    yield "4 × oneOf of 1,500", [register("o", branches("a", 1_500), "JSON")], lambda: [
        check("o", branches("b", 1_500), "JSON") for n in range(4)
    ]
    yield "20,000 merged options", [], lambda: [register("m", options(20_000), "PROTOBUF")]
    yield "package of 2,000 parts", [], lambda: [register("d", deep_package(2_000, 5_000), "PROTOBUF")]
    yield "3 × 60 MB of [0,0,…]", [], lambda: [
        ("POST", "/subjects/z/versions", b'{"x":[' + b"0," * 30_000_000 + b"0]}") for _ in range(3)
    ]


def send(url, method, path, body, timeout=SENDING):
    request = urllib.request.Request(url + path, data=body, method=method)
    request.add_header("Content-Type", "application/vnd.schemaregistry.v1+json")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return "no answer"


def read(port, path, until, samples):
    """Asks every ten milliseconds, and as soon as it can when it is late; how long after its time each answer came."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    took = []
    with socket.create_connection((HOST, port), timeout=LONGEST_READ) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        due = time.perf_counter()
        while not until.is_set():
            due += EVERY
            time.sleep(max(0.0, due - time.perf_counter()))
            connection.sendall(request)
            try:
                if not connection.recv(65536):
                    raise RuntimeError("the server closed the connection")
            except TimeoutError:
                # All that would have been asked meanwhile had waited too.
                took.extend(LONGEST_READ - n * EVERY for n in range(int(LONGEST_READ / EVERY)))
                break
            took.append(time.perf_counter() - due)
    samples.put(took)


class Server:
    def __init__(self, binary, folder):
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = free.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        log = open(folder / "server.log", "ab")
        argv = [binary, "--listeners", self.url, "--database-url", f"sqlite://{folder}/registry.db"]
        self.child = subprocess.Popen(argv, stdout=log, stderr=log)
        for _ in range(300):
            if self.child.poll() is not None:
                raise RuntimeError(f"the server ended, see {folder}/server.log")
            if send(self.url, "GET", "/subjects", None, 1) == 200:
                return
            time.sleep(0.05)
        raise RuntimeError("the server does not answer")

    def memory(self, field):
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(status.split(field + ":")[1].split()[0]) // 1024

    def stop(self):
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()


def measure(binary, name, before, inputs):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fairness-"))
    try:
        server = Server(binary, folder)
        try:
            return run(server, name, before, inputs)
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(server, name, before, inputs):
    send(server.url, *register("read", '"string"'))
    for one in before:
        send(server.url, *one, timeout=60)
    inputs = inputs()
    at_first = server.memory("VmRSS")
    until, samples = multiprocessing.Event(), multiprocessing.Queue()
    reader = multiprocessing.Process(target=read, args=(server.port, "/schemas/ids/1", until, samples))
    reader.start()
    time.sleep(0.5)
    answers = []
    senders = [
        threading.Thread(target=lambda one=one: answers.append(send(server.url, *one)), daemon=True) for one in inputs
    ]
    begun = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(timeout=max(0.0, SENDING - (time.perf_counter() - begun)))
    lasted = time.perf_counter() - begun
    if not senders:
        time.sleep(1)
    answered = server.memory("VmRSS")
    until.set()
    took = sorted(samples.get(timeout=90))
    reader.join()
    time.sleep(RESTING)
    codes = ",".join(f"{answers.count(code)}×{code}" for code in sorted(set(answers), key=str)) or "-"
    return {
        "name": name,
        "reads": len(took),
        "p50": took[len(took) // 2] * 1000,
        "p99": took[len(took) * 99 // 100] * 1000,
        "max": took[-1] * 1000,
        "lasted": lasted,
        "codes": codes,
        "first": at_first,
        "peak": server.memory("VmHWM"),
        "answered": answered,
        "kept": server.memory("VmRSS"),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="two kinds only; fails unless reads went on")
    parser.add_argument("--only", default="", help="kinds with this in their name")
    parser.add_argument("binaries", nargs="+")
    arguments = parser.parse_args()
    wanted = [kind for kind in kinds() if arguments.only in kind[0]]
    if arguments.smoke:
        wanted = wanted[:2]
    stalled = False
    for binary in arguments.binaries:
        print(f"\n{binary} on {os.cpu_count()} cores")
        print(f"{'input':26} {'reads':>6} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8} {'lasted s':>8} {'RSS MB: first':>14} {'peak':>6} {'done':>6} {'+3 s':>6}  answers")
        for name, before, inputs in wanted:
            row = measure(binary, name, before, inputs)
            stalled = stalled or row["max"] > 1000 * SENDING / 2
            print(
                f"{row['name']:26} {row['reads']:6} {row['p50']:8.2f} {row['p99']:8.2f} {row['max']:8.1f} {row['lasted']:8.2f} "
                f"{row['first']:14} {row['peak']:6} {row['answered']:6} {row['kept']:6}  {row['codes']}",
                flush=True,
            )
    return 1 if arguments.smoke and stalled else 0


if __name__ == "__main__":
    sys.exit(main())
