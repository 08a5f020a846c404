"""The codec's instructions per message, counted by callgrind, against their limits: times drift here, counts do not."""

import re

import machine


def run(tally):
    machine.rust()
    machine.program("valgrind", "valgrind")
    machine.program("objdump", "binutils")
    run = tally.run
    tally.command("codec", [run.tests / "bench", "gate"], _gates, cwd=run.root, env=run.env, timeout=1500)


def _gates(text):
    verdicts = re.findall(r"^ *(ok|TOO MANY) (?:W\d|framing)", text, re.M)
    return (verdicts.count("ok"), verdicts.count("TOO MANY")) if verdicts else None
