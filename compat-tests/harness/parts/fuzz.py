"""A minute of the fuzz targets on made and damaged input, all in turn; with --long, an hour of each."""

import re
import subprocess

_MINUTE, _HOUR = 60, 3600


def run(tally):
    fuzz, env = tally.run.binary("fuzz"), tally.run.env
    if not tally.run.long:
        tally.command("model", [fuzz, "--seconds", _MINUTE], _targets, env=env, timeout=_MINUTE + 300)
        return
    names = subprocess.run([fuzz, "--list"], env=env, check=True, capture_output=True, text=True,
                           timeout=60).stdout.split()
    for name in names:
        tally.command(name, [fuzz, "--target", name, "--seconds", _HOUR], _targets, env=env, timeout=_HOUR + 300)


def _targets(text):
    """Every target passes or the program stops at the first that fails."""
    done = re.search(r"^\d+ rounds of (\d+) targets passed$", text, re.M)
    return (int(done.group(1)), 0) if done else (0, 1) if "FAILED target" in text else None
