"""Generated types and what other implementations write: each type reads it and writes the same, with no options and with every one.

Of schemas that are made up: the hundred that the tests of the workspace generate code for. With --long, 2,000 of them, clippy and
rustdoc on the corpus, and what generated code costs to compile beside prost's.
"""

import re
import shlex
import sys

import counts
import java
import machine

_MANY = 2000
# Of the data that each of the others writes, which must not get fewer unnoticed.
_LEAST = 200
_TEST = ["cargo", "test", "--workspace", "--locked", "--test", "peers", "--", "--ignored", "--nocapture"]


def run(tally):
    run = tally.run
    machine.rust()
    folder = run.tests / "codegen"
    jars = run.jars("second-opinion", run.tests / "second-opinion" / "pom.xml")
    classes = java.compile_source(run, "codegen", folder / "peers/JavaBytes.java", f"{jars}/*")
    python = machine.virtual_environment(run, "peers", run.tests / "second-opinion" / "requirements.txt") / "python"
    peers = {
        "fastavro": [python, folder / "peers/fastavro_bytes.py"],
        "java": [machine.java(), "-Xmx1g", "-cp", f"{jars}/*:{classes}", "JavaBytes"],
    }
    _share(tally, peers)
    if not run.long:
        return
    of_peers = [argument for name, command in peers.items() for argument in ("--peer", f"{name}={_quoted(command)}")]
    corpus = run.tests / "schemas/corpus"
    # Files that use types of each other.
    _folder(tally, "together", [run.tests / "schemas/together", *of_peers])
    for options in ("none", "all"):
        _folder(tally, f"made-{options}", ["--made", _MANY, "--options", options, *of_peers])
        _folder(tally, f"corpus-{options}", [corpus, "--options", options, "--clippy", "--doc", *of_peers])
    # Nothing is judged but that it runs; its table is in the log.
    tally.command("cost", [sys.executable, folder / "cost.py"], cwd=run.root, env=run.env, timeout=3600)


def _share(tally, peers):
    """The types that the tests of the workspace have anyway, which so are compiled already."""
    run = tally.run
    work = run.work / "codegen"
    questions = work / "questions.jsonl"
    env = dict(run.env, AVRO_QUESTIONS=str(questions))
    asked, _ = tally.command("questions", _TEST, counts.cargo, cwd=run.root, env=env, timeout=1800)
    if not asked:
        return
    answers = [work / f"{name}.jsonl" for name in peers]
    for file, command in zip(answers, peers.values()):
        tally.command(file.stem, [*command, questions, file], env=run.env)
    env["AVRO_ANSWERS"] = ":".join(map(str, answers))
    _, text = tally.command("bytes", _TEST, counts.cargo, cwd=run.root, env=env, timeout=600)
    compared = dict(re.findall(r"^(\w+): (\d+)$", text, re.M))
    for name in peers:
        number = int(compared.get(name, 0))
        tally.check(f"data of {name}", None if number >= _LEAST else f"only {number} were compared")


def _folder(tally, name, arguments):
    run = tally.run
    argv = [sys.executable, run.tests / "codegen/folder.py", *map(str, arguments)]
    tally.command(name, argv, counts.plain, cwd=run.root, env=run.env, timeout=4 * 3600)


def _quoted(command):
    return " ".join(shlex.quote(str(word)) for word in command)
