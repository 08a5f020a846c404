"""A minute of the fuzz targets on made and damaged input; with --long, an hour."""

import re


def run(tally):
    seconds = 3600 if tally.run.long else 60
    tally.command("model", [tally.run.binary("fuzz"), "--seconds", seconds], _targets, env=tally.run.env, timeout=seconds + 300)


def _targets(text):
    """Every target passes or the program stops at the first that fails."""
    done = re.search(r"^\d+ rounds of (\d+) targets passed$", text, re.M)
    return (int(done.group(1)), 0) if done else (0, 1) if "FAILED target" in text else None
