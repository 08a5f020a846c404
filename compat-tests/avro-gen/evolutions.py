#!/usr/bin/env python3
"""evolutions.py AVRO_GEN PAIRS WORK COUNT: what `avro-gen check` says of evolutions, as questions to another implementation.

Each of the first COUNT pairs of PAIRS (a file of `second-opinion generate`) that are two valid schemas is checked by the command, at the
level BACKWARD, FORWARD or FULL in turn. WORK/questions.jsonl takes a line for

- each verdict, `{"what": "verdict", "reader", "writer", "compatible"}`, in each direction of the level;
- each failing value, `{"what": "fails", "reader", "writer", "data", "told", "laxity"}`: told of a finding, or of a
  pair that is accepted; `laxity` says why Java may read it nevertheless;
- each pair after the advised change, `{"what": "changed", "reader", "writer"}`, after the command has found it compatible.

Prints a JSON object of counts, and of what the command itself got wrong.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

_LEVELS = ("BACKWARD", "FORWARD", "FULL")
# A change in one direction may ask for one in the other.
_ROUNDS = 4


class Evolution:
    """One pair in a folder of its own."""

    def __init__(self, avro_gen, folder, number, pair):
        self._avro_gen, self._folder = avro_gen, folder
        self._level = _LEVELS[number % len(_LEVELS)]
        self._new, self._old = pair["reader"], pair["writer"]
        self.counts, self.questions, self.wrong = collections.Counter(), [], []

    def run(self):
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "old.avsc").write_text(self._old, encoding="utf-8")
        verdict = self._check(self._new, self._level)
        if verdict is None:
            return self
        self.counts["evolutions"] += 1
        told = {"new": [], "old": []}
        for explanation in verdict.get("explanations", []):
            told[explanation["brokenReaders"]].append(explanation)
        for broken, level in (("new", "BACKWARD"), ("old", "FORWARD")):
            if self._level in (level, "FULL"):
                findings = [finding for one in told[broken] for finding in one["findings"]]
                compatible = verdict["status"] == "unchanged" or not findings
                self._ask("verdict", broken, self._new, compatible=compatible)
                for one in told[broken]:
                    self._failing(broken, one)
        if verdict["status"] == "changed" and not verdict["compatible"]:
            self.counts["incompatible"] += 1
            values = [finding for ones in told.values() for one in ones for finding in one["findings"] if "failingValue" in finding]
            self.counts["incompatible with a failing value"] += bool(values)
            if not values:
                self._without_data(told)
            self._change(verdict)
        return self

    def _check(self, new, level):
        """The verdict on a new schema; None where one of the two is not valid."""
        file = self._folder / "new.avsc"
        file.write_text(new, encoding="utf-8")
        # Advice is about the schema, not about the code that is generated from it.
        (self._folder / "options.toml").write_text('on_unusable_default = "ignore"\n', encoding="utf-8")
        argv = ["check", file, "-c", self._folder / "options.toml", "--against", self._folder / "old.avsc", "--level", level, "--format", "json"]
        status, text = self._call(argv)
        answer = json.loads(text)
        if not answer["schemas"] or any("rule" not in entry for entry in answer["diagnostics"] if entry["severity"] == "error"):
            return None
        [verdict] = answer["schemas"]
        if (status == 0) != (verdict["status"] == "unchanged" or verdict.get("compatible", False)):
            self.wrong.append(f"status {status} beside {verdict}")
        return verdict

    def _failing(self, broken, explanation):
        """Asks about the values that are said to fail."""
        for finding in explanation["findings"]:
            if "failingValue" in finding:
                self._value(broken, self._new, finding)
        if "overlooked" in explanation:
            self._value(broken, explanation.get("repairedSchema", self._new), explanation["overlooked"])

    def _value(self, broken, new, told):
        writer = self._old if broken == "new" else new
        (self._folder / "writer.avsc").write_text(writer, encoding="utf-8")
        (self._folder / "value.json").write_text(told["failingValue"], encoding="utf-8")
        argv = ["encode", "--schema", self._folder / "writer.avsc", self._folder / "value.json", "--to", "hex"]
        status, text = self._call(argv)
        if status != 0:
            self.wrong.append(f"{told['failingValue']} is no value of {writer}: {text}")
            return
        self._ask("fails", broken, new, data=text.strip(), told=told["decodeError"], laxity=told.get("laxity"))

    def _without_data(self, told):
        """No value fails where the writer has none at all, as an enum without symbols."""
        writers = [self._old if broken == "new" else self._new for broken, ones in told.items() if any(one["findings"] for one in ones)]
        for writer in writers:
            (self._folder / "writer.avsc").write_text(writer, encoding="utf-8")
            status, text = self._call(["random", self._folder / "writer.avsc"])
            if status != 1 or "there is no value" not in text:
                self.wrong.append(f"no value is told to fail of {writer}: {self._level}, {self._new} instead of {self._old}")
                return
        self.counts["incompatible, and the writer has no data"] += 1

    def _change(self, verdict):
        """Makes the advised changes, until all directions of the level are content."""
        changed = self._new
        for _ in range(_ROUNDS):
            advised = [one["repairedSchema"] for one in verdict.get("explanations", []) if "repairedSchema" in one and one["findings"]]
            if not advised:
                self.counts["without advice"] += 1
                return
            changed = advised[0]
            verdict = self._check(changed, self._level)
            if verdict is None:
                self.wrong.append(f"what is advised is not valid: {changed} instead of {self._new}, against {self._old}")
                return
            if verdict["status"] == "unchanged" or verdict["compatible"]:
                break
        else:
            self.wrong.append(f"{self._level}: what is advised does not help: {changed} instead of {self._new}, against {self._old}")
            return
        self.counts["changed as advised"] += 1
        for broken, level in (("new", "BACKWARD"), ("old", "FORWARD")):
            if self._level in (level, "FULL"):
                self._ask("changed", broken, changed)

    def _ask(self, what, broken, new, **more):
        reader, writer = (new, self._old) if broken == "new" else (self._old, new)
        self.counts[what] += 1
        self.questions.append({"what": what, "reader": reader, "writer": writer, **more})

    def _call(self, arguments):
        done = subprocess.run([self._avro_gen, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        return done.returncode, done.stdout.decode() or done.stderr.decode()


def main():
    avro_gen, pairs, work, count = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4])
    work.mkdir(parents=True, exist_ok=True)
    workers = os.cpu_count() or 2
    counts, wrong = collections.Counter(), []
    with open(pairs, encoding="utf-8") as lines, open(work / "questions.jsonl", "w", encoding="utf-8") as questions:
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            numbered = enumerate(lines)
            while counts["evolutions"] < count:
                batch = [next(numbered, None) for _ in range(min(16 * workers, count - counts["evolutions"]))]
                batch = [(number, json.loads(line)) for number, line in filter(None, batch)]
                if not batch:
                    break
                made = [Evolution(avro_gen, work / str(place), number, pair) for place, (number, pair) in enumerate(batch)]
                for evolution in pool.map(Evolution.run, made):
                    counts += evolution.counts
                    wrong += evolution.wrong
                    questions.writelines(json.dumps(question) + "\n" for question in evolution.questions)
    print(json.dumps({"counts": counts, "wrong": wrong}))


if __name__ == "__main__":
    main()
