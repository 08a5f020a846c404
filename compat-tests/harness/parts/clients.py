"""Real clients in their own languages: every public method is called against our server and its answer compared.

One server with response.level=auto serves all of them, new and old, as in a fleet that moves over.
"""

import counts
import machine
from registry import Registry

_SETTINGS = {"response.level": "auto"}
_PYTHON = {"confluent-kafka-python": "confluent_client.py", "python-schema-registry-client": "registry_client.py"}


def run(tally):
    run, folder = tally.run, tally.run.tests / "clients"
    with Registry(run, run.databases.fresh("sqlite"), _SETTINGS, log="registry-clients") as registry:
        _python(tally, folder / "python", registry.url)


def _python(tally, folder, url):
    python = machine.virtual_environment(tally.run, "python-clients", folder / "requirements.txt") / "python"
    for name, script in _PYTHON.items():
        tally.command(name, [python, folder / script, url], counts.plain, env=tally.run.env, timeout=300)
