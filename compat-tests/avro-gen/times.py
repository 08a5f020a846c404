#!/usr/bin/env python3
"""How long each subcommand of avro-gen takes on a folder of schemas that refer to each other, as a table.

    python3 compat-tests/avro-gen/times.py [--schemas 300] [--binaries target/release]

Builds avro-gen and registry-server in release form, unless a folder with both is given. The registry is one of ours on SQLite, on this machine.
Of several runs of a command the quickest counts. Takes some minutes with the build; nothing is judged.
"""

import argparse
import importlib.util
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent.parent
_RUNS = 5


class Bench:
    """The folder, the commands and their times."""

    def __init__(self, options):
        self._avro_gen = options.binaries / "avro-gen"
        self._server = options.binaries / "registry-server"
        self.work, self.rows = options.work, []
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)

    def time(self, shown, *arguments, codes=(0,), runs=_RUNS, before=None, **options):
        """A row: the quickest of several runs."""
        seconds = []
        for _ in range(runs):
            if before:
                before()
            begin = time.perf_counter()
            done = subprocess.run([self._avro_gen, *arguments], cwd=self.work, capture_output=True, stdin=subprocess.DEVNULL, timeout=600, **options)
            seconds.append(time.perf_counter() - begin)
            if done.returncode not in codes:
                raise SystemExit(f"avro-gen {' '.join(map(str, arguments))} ended with {done.returncode}: {(done.stdout + done.stderr).decode()[-2000:]}")
        self.rows.append((shown, min(seconds)))
        print(f"{min(seconds):8.3f} s  {shown}", file=sys.stderr, flush=True)
        return done.stdout

    def git(self, *arguments):
        who = ("-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=self.work, check=True, capture_output=True, stdin=subprocess.DEVNULL)

    def registry(self):
        """A registry of ours on SQLite: its process and its URL."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
        file = self.work / "registry.db"
        child = subprocess.Popen([self._server, "--listeners", url, "--database-url", f"sqlite:{file}"], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{url}/subjects", timeout=5):
                    return child, url
            except OSError:
                time.sleep(0.1)
        child.terminate()
        raise SystemExit("the registry did not start")


def main():
    options = _options()
    if options.binaries is None:
        subprocess.run(["cargo", "build", "--release", "--locked", "-p", "avro-codegen", "-p", "registry-server", "--bins"], cwd=_ROOT, check=True)
        options.binaries = Path(os.environ.get("CARGO_TARGET_DIR") or _ROOT / "target") / "release"
    options.binaries = options.binaries.resolve()
    bench = Bench(options)
    schemas = _load("schemas")
    # As before there were types of IDL in lock files, so that the times of one release can be held against those of another.
    schemas.write(bench.work / "schemas", options.schemas, idl=False)
    bench.git("init", "-q")
    bench.git("add", "schemas")
    bench.git("commit", "-q", "-m", "released")
    schemas.write(bench.work / "next", options.schemas, next_version=True, idl=False)
    _files(bench)
    _messages(bench, options.schemas)
    child, url = bench.registry()
    try:
        _registry(bench, url)
    finally:
        child.terminate()
        child.wait(30)
    print(f"{options.schemas} schemas, {sum(path.stat().st_size for path in (bench.work / 'schemas').iterdir()) // 1000} kB; {_machine()}\n")
    print("| command | seconds |\n| --- | ---: |")
    for shown, seconds in bench.rows:
        print(f"| `{shown}` | {seconds:.2f} |")
    return 0


def _files(bench):
    bench.time("generate schemas -o types.rs", "generate", "schemas", "-o", "types.rs")
    bench.time("generate schemas -o types.rs --check", "generate", "schemas", "-o", "types.rs", "--check")
    bench.time("check schemas", "check", "schemas")
    # Every third schema has changed, and what uses them with them.
    bench.time("check next --against schemas", "check", "next", "--against", "schemas", codes=(1,))
    bench.time("check next --against schemas --level FULL", "check", "next", "--against", "schemas", "--level", "FULL", codes=(1,))
    bench.time("check schemas --against HEAD", "check", "schemas", "--against", "HEAD")
    bench.time("diff schemas next", "diff", "schemas", "next")
    fresh = bench.work / "fresh"

    def copy():
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(bench.work / "next", fresh)

    bench.time("fmt schemas", "fmt", "fresh", before=copy)
    bench.time("fmt schemas --check", "fmt", "fresh", "--check")
    bench.time("canonical schemas", "canonical", "schemas")
    bench.time("fingerprint schemas", "fingerprint", "schemas")
    bench.time("convert schemas --to avdl -o idl", "convert", "schemas", "--to", "avdl", "--lossy", "-o", "idl",
               before=lambda: shutil.rmtree(bench.work / "idl", ignore_errors=True))


def _messages(bench, count):
    """The last schema in JSON, read with all others."""
    name = f"shop.m{(count - 2) % 7}.Type{count - 2}"
    read = ("--schema", "schemas", "--type", name)
    values = bench.time("random --schema schemas --type … -n 1000", "random", "schemas", "--type", name, "-n", "1000")
    (bench.work / "values.json").write_bytes(values)
    # The keys of their maps make records of a thousand fields, each of which every sample is checked with: one run is enough.
    bench.time("infer values.json (1,000 samples)", "infer", "values.json", "--name", "shop.Sample", runs=1)
    data = bench.time("encode --schema schemas … --many (1,000 values)", "encode", *read, "--many", "values.json", "--to", "hex")
    (bench.work / "values.hex").write_bytes(data)
    bench.time("decode --schema schemas … --many (1,000 messages)", "decode", *read, "--many", "values.hex", "--from", "hex")


def _registry(bench, url):
    known = ("--registry", url)
    bench.time("push schemas (the plan)", "push", "schemas", *known)
    bench.time("push schemas --yes (all new)", "push", "schemas", "--yes", *known, runs=1)
    bench.time("push schemas --yes (all there)", "push", "schemas", "--yes", *known)
    bench.time("status", "status", *known)
    bench.time("status --offline", "status", "--offline")
    bench.time("check schemas --against avro-gen.lock", "check", "schemas", "--against", "avro-gen.lock")
    bench.time("check schemas --against URL", "check", "schemas", "--against", url)
    elsewhere = ("--lock", "other/avro-gen.lock", "--output", "other/schemas")
    bench.time("pull 'shop.*'", "pull", "shop.*", *known, *elsewhere, before=lambda: shutil.rmtree(bench.work / "other", ignore_errors=True))
    bench.time("pull (nothing new)", "pull", *known, *elsewhere)


def _machine():
    found = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.M) if Path("/proc/cpuinfo").exists() else None
    return f"{os.cpu_count()} cores of {found.group(1) if found else platform.machine()}, {platform.system()}"


def _load(name):
    spec = importlib.util.spec_from_file_location(name, _HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schemas", type=int, default=300, help="how many (default: 300)")
    parser.add_argument("--binaries", type=Path, help="a folder with avro-gen and registry-server (default: they are built)")
    parser.add_argument("--work", type=Path, default=_ROOT / "compat-tests/.work/avro-gen-times", help="a folder to work in")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
