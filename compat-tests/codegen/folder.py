#!/usr/bin/env python3
"""Generates code for every schema file of a folder, compiles it and compares its types with the generic codec.

    python3 compat-tests/codegen/folder.py SCHEMAS [--options all] [--edition 2024] [--clippy] [--doc]
    python3 compat-tests/codegen/folder.py --made 2000 [--peer NAME=COMMAND]

Each .avsc, .avdl and .avpr file of the folder and of the folders in it counts once: it passes when code is generated for it,
compiles without a warning, and its types write the bytes that they read. What it uses and does not define is looked for in the
other files. With peers, other implementations of Avro, its types also have to write what each of these
writes: a command that takes a file of questions and one for answers, as those in compat-tests/codegen/peers. Without a folder,
schemas are made up. The last line is `N passed, N failed`.
"""

import argparse
import collections
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent.parent
# How often what does not compile is taken out and the rest tried again.
_ROUNDS = 4

_MANIFEST = """
[package]
name = "codegen-of-folder"
version = "0.0.0"
edition = "{edition}"
publish = false
build = "{here}/folder/build.rs"

[lib]
path = "{here}/folder/lib.rs"

[[test]]
name = "round_trip"
path = "{here}/folder/round_trip.rs"

[dependencies]
serde = {{ version = "1", features = ["derive"] }}
serde-wire = {{ path = "{root}/serde-wire", default-features = false, features = ["fast", "bigdecimal", "bytes", "chrono", "indexmap", "jiff", "rust_decimal", "serde", "time"] }}

[dev-dependencies]
avro-model = {{ path = "{root}/avro-model", features = ["testing"] }}

[build-dependencies]
avro-codegen = {{ path = "{root}/avro-codegen", default-features = false }}
avro-model = {{ path = "{root}/avro-model", features = ["testing"] }}
syn = {{ version = "3", features = ["full", "parsing"] }}

[workspace]
"""


def main():
    options = _options()
    if options.folder:
        files = sorted(path.resolve() for path in options.folder.rglob("*") if path.suffix in (".avsc", ".avdl", ".avpr"))
    else:
        files = [f"made:{seed}" for seed in range(options.first, options.first + options.made)]
    if not files:
        problem = "no .avsc, .avdl or .avpr file in" if options.folder.is_dir() else "no folder"
        print(f"there is {problem} {options.folder}")
    else:
        print(f"schemas to compile: {len(files)}; the first run also compiles what they need, which takes minutes", flush=True)
    problems, written = {}, collections.Counter()
    for first in range(0, len(files), options.batch):
        numbers = range(first, min(first + options.batch, len(files)))
        batch = Batch(options, files, numbers)
        problems.update(batch.run())
        written.update(batch.written)
        if len(files) > options.batch:
            print(f"   {numbers.stop} of {len(files)}, {len(problems)} failed so far", flush=True)
    for peer in options.peer:
        print(f"bytes of {peer[0]}: {written[peer[0]]} data")
        if not written[peer[0]]:
            problems.setdefault(0, f"{peer[0]} wrote nothing")
    for number, problem in sorted(problems.items()):
        print(f"FAIL {files[number]}: {problem}")
    print(f"{len(files) - len(problems)} passed, {len(problems)} failed")
    return 1 if problems or not files else 0


class Batch:
    """Schemas that are compiled as one crate."""

    def __init__(self, options, files, numbers):
        self._options, self._files = options, files
        self._left, self._problems = list(numbers), {}
        # How many data were compared with each peer's.
        self.written = collections.Counter()
        self._folder = options.work / f"{options.options}-{options.edition}"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._list, self._refused = self._folder / "files.txt", self._folder / "refused.txt"
        self._beside = self._folder / "beside.txt"
        self._beside.write_text("".join(f"{file}\n" for file in files if options.folder))
        manifest = _MANIFEST.format(edition=options.edition, here=_HERE, root=_ROOT)
        (self._folder / "Cargo.toml").write_text(manifest)
        lock = self._folder / "Cargo.lock"
        if not lock.exists():
            lock.write_bytes((_ROOT / "Cargo.lock").read_bytes())

    def run(self):
        """What is wrong with which file, by its number."""
        compiled, text = False, ""
        for _ in range(_ROUNDS):
            if not self._left:
                return self._problems
            compiled, text = self._cargo("test", "--no-run")
            self._take_out(self._of_refused(), "")
            if compiled:
                break
            # A file that does not compile is named by the path of what was generated for it.
            broken = {int(number) for number in re.findall(r"/schema_(\d+)/", text)} & set(self._left)
            if not broken:
                self._take_out({number: _first_error(text) for number in self._left}, "")
                return self._problems
            self._take_out({number: _error_of(text, number) for number in broken}, "does not compile: ")
        if not compiled:
            self._take_out({number: "too many others do not compile" for number in self._left}, "")
            return self._problems
        for flag, command in ((self._options.clippy, ("clippy",)), (self._options.doc, ("doc", "--no-deps"))):
            if flag and not (done := self._cargo(*command))[0]:
                found = {int(number) for number in re.findall(r"/schema_(\d+)/", done[1])} & set(self._left)
                named = {number: _error_of(done[1], number) for number in found}
                self._take_out(named or {number: _first_error(done[1]) for number in self._left}, f"{command[0]}: ")
        ran, text = self._compare()
        wrong = {int(number) for number in re.findall(r"^disagrees: (\d+)$", text, re.M)}
        if not ran or not re.search(r"^compared: \d+$", text, re.M):
            wrong = set(self._left)
        self.written.update({name: int(count) for name, count in re.findall(r"^(\w+): (\d+)$", text, re.M)})
        self._take_out({number: _first_panic(text) for number in wrong & set(self._left)}, "")
        return self._problems

    def _compare(self):
        """Runs the tests, with what the peers write of the values that the tests have for them."""
        test = ("test", "--test", "round_trip", "--", "--nocapture", "--test-threads", "1")
        if not self._options.peer:
            return self._cargo(*test)
        questions, answers = self._folder / "questions.jsonl", []
        ran, text = self._cargo(*test, AVRO_QUESTIONS=str(questions))
        for name, command in self._options.peer:
            answers.append(str(self._folder / f"{name}.jsonl"))
            done = subprocess.run([*shlex.split(command), str(questions), answers[-1]], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, errors="replace", timeout=1800)
            if done.returncode:
                return False, f"{text}\npanicked at {name}\n{done.stderr[-2000:]}"
        return self._cargo(*test, AVRO_QUESTIONS=str(questions), AVRO_ANSWERS=":".join(answers)) if ran else (ran, text)

    def _cargo(self, *arguments, **more):
        self._list.write_text("".join(f"{number} {self._files[number]}\n" for number in self._left))
        variables = {"AVRO_FILES": str(self._list), "AVRO_BESIDE": str(self._beside),
                     "AVRO_OPTIONS": self._options.options, "AVRO_REFUSED": str(self._refused),
                     "CARGO_TARGET_DIR": str(self._options.work / "target"), **more}
        done = subprocess.run(["cargo", *arguments], cwd=self._folder, env={**os.environ, **variables}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=3600)
        (self._folder / f"{arguments[0]}.log").write_text(done.stdout)
        return done.returncode == 0, done.stdout

    def _of_refused(self):
        if not self._refused.exists():
            return {}
        lines = self._refused.read_text().splitlines()
        return {int(number): reason for number, reason in (line.split(" ", 1) for line in lines)}

    def _take_out(self, found, prefix):
        for number, problem in found.items():
            if number in self._left:
                self._left.remove(number)
                self._problems[number] = prefix + problem


def _first_error(text):
    found = re.search(r"^error.*$", text, re.M)
    return found.group(0) if found else "cargo failed; see the log beside the crate"


def _error_of(text, number):
    found = re.search(rf"^(error[^\n]*)\n\s*--> [^\n]*/schema_{number}/", text, re.M)
    return found.group(1) if found else _first_error(text)


def _first_panic(text):
    found = re.search(r"panicked at [^\n]*\n([^\n]*)", text)
    return found.group(1) if found else "its types were not compared"


def _options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="the folder of schemas; inner folders are looked into")
    parser.add_argument("--made", type=int, default=0, metavar="COUNT", help="without a folder: so many schemas that are made up")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the seed of the first of them (default: 0)")
    parser.add_argument("--peer", type=_peer, action="append", default=[], metavar="NAME=COMMAND",
                        help="another implementation, which is given a file of questions and one for answers")
    parser.add_argument("--options", choices=["none", "all"], default="none", help="the options of the generator (default: none)")
    parser.add_argument("--edition", choices=["2018", "2021", "2024"], default="2024", help="of the crate (default: 2024)")
    parser.add_argument("--batch", type=int, default=100, help="how many files are compiled at once (default: 100)")
    parser.add_argument("--clippy", action="store_true", help="no lint of clippy may speak either")
    parser.add_argument("--doc", action="store_true", help="nor may rustdoc")
    parser.add_argument("--work", type=Path, default=_ROOT / "compat-tests/.work/codegen-folder", help="a folder to work in")
    options = parser.parse_args()
    if bool(options.folder) == bool(options.made):
        parser.error("name a folder, or how many schemas are to be made up")
    return options


def _peer(text):
    name, _, command = text.partition("=")
    if not name.isalnum() or not command:
        raise argparse.ArgumentTypeError("NAME=COMMAND is expected")
    return name, command


if __name__ == "__main__":
    sys.exit(main())
