"""The rating pipeline on a real broker, its registry killed on the way, and the same topics in Python; the adapters for clients."""

import shlex

import counts
import machine
import ports
from registry import Registry


def run(tally):
    _ratings(tally)
    run = tally.run
    with Registry(run, run.databases.fresh("sqlite"), log="registry-entities") as registry:
        tally.command("entities", [run.debug_binary("entity-pipeline"), run.broker.address, registry.url], counts.plain, env=run.env,
                      timeout=300)
    url = f"http://{ports.HOST}:{ports.free()}"
    tally.command("adapters", [run.binary("rating-pipeline"), "--adapters", "--brokers", run.broker.address, "--registry-url", url,
                               "--registry-command", _registry(run, url)], counts.plain, env=run.env, timeout=900)


def _registry(run, url):
    """The command of a registry with a database of its own."""
    return shlex.join([str(run.binary("registry-server")), "--listeners", url, "--database-url", run.databases.fresh("sqlite")])


def _ratings(tally):
    run, folder = tally.run, tally.run.tests / "clients" / "python"
    files = run.work / "pipeline"
    files.mkdir(parents=True, exist_ok=True)
    expect, changes = files / "expect.json", files / "changes.jsonl"
    pipeline, brokers = run.binary("rating-pipeline"), run.broker.address
    database, port = run.databases.fresh("sqlite"), ports.free()
    registry_url = f"http://{ports.HOST}:{port}"
    command = shlex.join([str(run.binary("registry-server")), "--listeners", registry_url, "--database-url", database])

    done, _ = tally.command("rust", [pipeline, "--brokers", brokers, "--registry-url", registry_url, "--registry-command",
                                     command, "--expect", expect, "--changes", changes], counts.plain, env=run.env, timeout=600)
    if not done:
        return
    # A server that comes up again on what the pipeline left: every id must still be there.
    with Registry(run, database, log="registry-pipeline-python") as registry:
        python = machine.virtual_environment(run, "python-clients", folder / "requirements.txt") / "python"
        schema = run.tests / "pipeline" / "schemas" / "v3.avsc"
        topic = "ratings-from-python"
        written, _ = tally.command("python", [python, folder / "messages.py", brokers, registry.url, expect, changes, topic, schema],
                                   counts.plain, env=run.env, timeout=600)
        if written:
            tally.command("rust-reads-python", [pipeline, "--brokers", brokers, "--registry-url", registry.url, "--verify", topic,
                                                "--changes", changes], counts.plain, env=run.env, timeout=600)
