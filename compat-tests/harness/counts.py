"""Reads how many tests passed and failed out of what the runners print."""

import re

_CARGO = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed;", re.M)
_PLAIN = re.compile(r"^(?:\w+: )?(\d+) passed, (\d+) failed(?:, \d+ skipped)?$", re.M)
_FAILURES = re.compile(r"^failures:\n\n(----.*?)^failures:$", re.M | re.S)
_SKIPPED = re.compile(r"^.*?skipped: (.+ \(.+\))$", re.M)
_JEST = re.compile(r"^Tests: +(?:(\d+) failed, )?(?:\d+ skipped, )?(?:\d+ todo, )?(?:(\d+) passed, )?\d+ total$", re.M)


def cargo(text):
    """The sum over all test binaries of one `cargo test`, or None when there was none."""
    return _sum(_CARGO.findall(text))


def skipped(text):
    """What tests left out for want of something, as they tell it in lines of their own."""
    return _SKIPPED.findall(text)


def failures(text):
    """What the failed tests of all test binaries of one `cargo test` printed, as lines."""
    return [line for block in _FAILURES.findall(text) for line in block.splitlines() if line.strip()]


def plain(text):
    """The last `N passed, N failed` line, or None."""
    return _sum(_PLAIN.findall(text)[-1:])


def plain_sum(text):
    """The sum of all `N passed, N failed` lines, or None."""
    return _sum(_PLAIN.findall(text))


def jest(text):
    """The `Tests:` line of jest, or None."""
    return _sum([(passed or 0, failed or 0) for failed, passed in _JEST.findall(text)[-1:]])


def _sum(pairs):
    if not pairs:
        return None
    return sum(int(passed) for passed, _ in pairs), sum(int(failed) for _, failed in pairs)
