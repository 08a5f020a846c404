"""Generated pairs of schemas through this project, Avro's reference with Confluent's classes, and two Python peers.

The reference must agree in everything. Where a Python peer differs from it, a rule of second-opinion/disagreements.py
must say who is right and why; all disagreements are listed in .work/second-opinion/disagreements.md.
"""

import collections
import json
import struct

import java
import machine
import scripts

_SEEDS = range(1, 3)
_PAIRS = 10_000
_CONFLUENT = ("kafka-schema-registry-client-7", "common-utils-7", "kafka-clients-")
_PEERS = ("fastavro", "avro")
_SIDE = ("valid", "strict", "text", "canonical", "rabin", "normalized")
_PAIR = ("found", "threw")


def run(tally):
    run, folder = tally.run, tally.run.tests / "second-opinion"
    work = run.work / "second-opinion"
    jars = run.jars("second-opinion", folder / "pom.xml")
    generate, rules = scripts.load(folder / "generate.py"), scripts.load(folder / "disagreements.py")
    pairs = [pair for seed in _SEEDS for pair in generate.pairs(seed, _PAIRS)]
    questions = work / "pairs.jsonl"
    questions.write_text("".join(json.dumps(pair) + "\n" for pair in pairs), encoding="utf-8")

    # Avro's own jars stand first: they decide which version of Avro Confluent's classes run on.
    path = f"{jars}/*:{java.confluent_jars(run, _CONFLUENT)}/*"
    classes = java.compile_source(run, "second-opinion", folder / "Reference.java", path)
    python = machine.virtual_environment(run, "peers", folder / "requirements.txt") / "python"
    programs = {
        "ours": [run.binary("second-opinion")],
        "reference": [machine.java(), "-Xmx1g", "-cp", f"{path}:{classes}", "Reference"],
        **{peer: [python, folder / "peers.py", peer] for peer in _PEERS},
    }
    answers = {}
    for name, argv in programs.items():
        file = work / f"{name}.jsonl"
        done, _ = tally.command(name, [*argv, questions, file], env=run.env)
        answers[name] = [json.loads(line) for line in file.open(encoding="utf-8")] if done else []
        if len(answers[name]) != len(pairs):
            tally.check(name, f"{len(answers[name])} answers to {len(pairs)} questions")
            return
    _reference(tally, pairs, answers["ours"], answers["reference"])
    _peers(tally, pairs, answers, rules, work / "disagreements.md")


def _reference(tally, pairs, ours, reference):
    """One check for each thing that is compared, over all pairs."""
    differences = collections.defaultdict(list)
    for pair, mine, theirs in zip(pairs, ours, reference):
        for side in ("reader", "writer"):
            for what in _SIDE:
                if not _same(what, mine[side], theirs[side]):
                    differences[what].append((pair[side], theirs[side].get(what), mine[side].get(what)))
        for what in _PAIR:
            if mine.get(what) != theirs.get(what):
                differences[what].append((json.dumps(pair), theirs.get(what), mine.get(what)))
    for what in (*_SIDE, *_PAIR):
        found = sorted(differences[what], key=lambda one: len(one[0]))
        problem = None
        if found:
            text, theirs, mine = found[0]
            problem = f"{len(found)} differences; of {text}\n      the reference says {theirs}\n      this project says {mine}"
        tally.check(f"{what}, {len(pairs)} pairs", problem)


def _same(what, mine, theirs):
    if mine.get(what) == theirs.get(what):
        return True
    if what != "normalized":
        return False
    # Confluent's normalize fails on some defaults; its answer is then an exception and any sensible text is right.
    if what not in theirs:
        return True
    # Java before 19 prints some floats with a digit too many: the same text once floats are read as what they are.
    return what in mine and _floats(mine[what]) == _floats(theirs[what])


def _floats(text):
    return json.loads(text, parse_float=lambda digits: _single(float(digits)))


def _single(number):
    try:
        return struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return number


def _peers(tally, pairs, answers, rules, report):
    lines = ["# Disagreements with the reference implementation", "", f"{len(pairs)} generated pairs of schemas.", ""]
    for peer in _PEERS:
        counted, examples, unexplained = collections.Counter(), {}, []
        for pair, theirs, mine in zip(pairs, answers["reference"], answers[peer]):
            for kind, side in rules.kinds(theirs, mine):
                rule, example = rules.explain(peer, kind), pair.get(side) or json.dumps(pair)
                if rule is None:
                    unexplained.append((kind, example))
                counted[rule] += 1
                if rule not in examples or len(example) < len(examples[rule]):
                    examples[rule] = example
        lines += [f"## {peer}", "", "| number | who is right | why | an example |", "| --- | --- | --- | --- |"]
        for rule, number in counted.most_common():
            if rule is not None:
                _, _, right, why = rules.RULES[rule]
                example = examples[rule][:200].replace("|", "\\|").replace("\n", " ").replace("\t", " ")
                lines.append(f"| {number} | {right} | {why} | `{example}` |")
        lines.append("")
        problem = f"{len(unexplained)} disagreements that no rule explains, such as {unexplained[0]}" if unexplained else None
        tally.check(f"every disagreement of {peer} is explained ({sum(counted.values())} in all)", problem)
    report.write_text("\n".join(lines), encoding="utf-8")
    print(f"   the list of disagreements: {report}")
