"""The scenarios of compat-tests/conformance against a node."""

import json
import pathlib

import scripts
from pending import Pending

_FOLDER = pathlib.Path(__file__).resolve().parent.parent / "conformance"


def play(world, node, what):
    """Counts each file of scenarios as one check."""
    runner = scripts.load(_FOLDER / "run.py")
    pending = Pending(_FOLDER / "pending.txt")
    number = 0
    for file in sorted(_FOLDER.glob("*.json")):
        problems = []
        for scenario in json.loads(file.read_text()):
            number += 1
            if scenario.get("profile") in (None, "rules") and not pending.lists(scenario["name"]):
                found = runner.run_scenario(node.url, scenario, number, False)
                problems += [f"{scenario['name']}: {problem}" for problem in found]
        world.check(f"{file.name} {what}", "; ".join(problems[:3]))
