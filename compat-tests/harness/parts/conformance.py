"""The scenarios of compat-tests/conformance against our server, on each database, with rule sets honoured and dropped."""

import json
import time

import scripts
from pending import Pending
from registry import Databases, Registry

# The scenarios were checked against a server with this setting: two of them send control characters in a path.
_SETTINGS = {"jetty.legacy.uri.compliance": "true"}
_PROFILES = {"rules": {}, "oss": {"rule.sets.enable": "false"}}


def run(tally):
    folder = tally.run.tests / "conformance"
    runner, pending = scripts.load(folder / "run.py"), Pending(folder / "pending.txt")
    scenarios = [(file.name, scenario) for file in sorted(folder.glob("*.json"))
                 for scenario in json.loads(file.read_text())]
    for kind in Databases.KINDS:
        for profile, settings in _PROFILES.items():
            begin, before = time.monotonic(), (tally.passed, tally.failed)
            with Registry(tally.run, tally.run.databases.fresh(kind), {**_SETTINGS, **settings},
                          log=f"registry-conformance-{kind}-{profile}") as registry:
                for number, (file, scenario) in enumerate(scenarios, 1):
                    if scenario.get("profile") in (None, profile):
                        problems = runner.run_scenario(registry.url, scenario, number, False)
                        pending.judge(tally, scenario["name"], "; ".join(problems), f"{kind} {profile} {file}")
            passed, failed = tally.passed - before[0], tally.failed - before[1]
            print(f"   {kind}, {profile}: {passed} ok, {failed} failed ({time.monotonic() - begin:.1f} s)", flush=True)
    pending.finish(tally)
