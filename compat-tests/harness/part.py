"""What a part of the run is, and what it counts while it runs."""

import time
from dataclasses import dataclass, field
from typing import Callable

import counts as counted

# How many lines of a log are shown: of what failed tests printed, and of its end.
_FAILURES = 120
_TAIL = 40


@dataclass(frozen=True)
class Part:
    """One entry of the list of expected parts."""

    name: str
    title: str
    run: Callable


@dataclass
class Tally:
    """The checks of one part. A part that counts nothing has failed."""

    part: Part
    run: object
    passed: int = 0
    failed: int = 0
    started: float = field(default_factory=time.monotonic)

    def check(self, name, problem=None):
        """Counts one check; `problem` says what is wrong, None that all is well."""
        if problem:
            self.failed += 1
            print(f"   FAIL {name}: {problem}")
        else:
            self.passed += 1

    def log(self, step):
        """The file that takes the output of a step of this part."""
        folder = self.run.logs / self.part.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{step}.log"

    def command(self, step, argv, counts=None, timeout=1800, **options):
        """Runs a command as a step. It counts as one check, or as what `counts` reads out of its output."""
        log, begin = self.log(step), time.monotonic()
        log.write_bytes(b"")
        code = self.run.processes.run(argv, log, timeout=timeout, **options)
        text = log.read_text(errors="replace")
        found = counts(text) if counts else None
        if found is not None:
            passed, failed = found
            if code != 0 and failed == 0:
                failed = 1
        elif counts:
            passed, failed = 0, 1
        else:
            passed, failed = (1, 0) if code == 0 else (0, 1)
        self.passed += passed
        self.failed += failed
        verdict = f"{passed} ok" + (f", {failed} FAILED" if failed else "")
        print(f"   {step}: {verdict} ({time.monotonic() - begin:.1f} s)", flush=True)
        if failed:
            reason = "no end within the time limit" if code is None else f"exit code {code}"
            if counts and found is None:
                reason += ", no count in its output"
            self.show(log, reason)
        return code == 0, text

    def show(self, log, reason):
        """Prints what failed tests printed, or the end of a log, set off so that no line of it can be taken for one of ours."""
        try:
            text = log.read_text(errors="replace")
        except OSError:
            text = ""
        failures = counted.failures(text)
        if failures:
            print(f"   {reason}; the failed tests in {log}:")
            _quote(failures[:_FAILURES])
        print(f"   {reason}; the end of {log}:")
        _quote(text.splitlines()[-_TAIL:])


def _quote(lines):
    for line in lines:
        print(f"   | {line[:300]}")
