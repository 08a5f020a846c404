"""What is stored of Protobuf files, compiled by protoc in their place: the descriptors have to be those of the files."""

import counts
import machine
from registry import Registry


def run(tally):
    run, folder = tally.run, tally.run.tests / "protoc"
    python = machine.virtual_environment(run, "protoc-tools", folder / "requirements.txt") / "python"
    with Registry(run, run.databases.fresh("sqlite"), log="registry-protoc") as registry:
        argv = [python, folder / "stored.py", registry.url, folder / "files", run.work / "protoc"]
        tally.command("stored", argv, counts.plain, env=run.env, timeout=300)
