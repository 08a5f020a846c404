"""Generated pairs of schemas through this project, Avro's reference with Confluent's classes, and two Python peers.

Two generators feed it. The one of the model's own property tests makes schemas that are valid in every mode, their
evolutions, and a datum of each writer. generate.py makes what that one must not make: schemas that a parser should
refuse or read in an odd way, names that clash, references in every form, invalid logical types and orders, unrelated
pairs, comments and loose JSON.

IDL that is printed of schemas and protocols goes to the reference's reader of IDL, which must make the same of it.

The reference must agree in everything. Where a Python peer differs from it, a rule of second-opinion/disagreements.py
must say who is right and why; all disagreements are listed in .work/second-opinion/disagreements.md.
"""

import collections
import json
import struct

import java
import machine
import scripts

_OWN_PAIRS = 20_000
_ODD_PAIRS = 6_000
_IDL_SCHEMAS = 2_000
_SEED = 1
_CONFLUENT = ("kafka-schema-registry-client-7", "common-utils-7", "kafka-clients-")
_PEERS = ("fastavro", "avro")
_SIDE = ("valid", "strict", "text", "canonical", "rabin", "normalized")
_PAIR = ("found", "threw")
_DATA = ("written", "decoded")
# What this project refuses by the specification, where the reference reads something into it.
_STRICTER = (
    "the names differ and", "fits no branch of the reader's union", "text is not UTF-8", "is no byte: bytes are written as"
)
# The reference looks for defaults when it plans; the specification, only when the data comes.
_EAGER = ("No default value for: ",)


def run(tally):
    run, folder = tally.run, tally.run.tests / "second-opinion"
    work = run.work / "second-opinion"
    java_reference = reference(run)
    generate, rules = scripts.load(folder / "generate.py"), scripts.load(folder / "disagreements.py")
    questions = work / "pairs.jsonl"
    ours = run.binary("second-opinion")
    done, _ = tally.command("questions", [ours, "generate", str(_SEED), str(_OWN_PAIRS), questions], env=run.env)
    if not done:
        return
    with open(questions, "a", encoding="utf-8") as file:
        file.writelines(json.dumps(pair) + "\n" for pair in generate.pairs(_SEED, _ODD_PAIRS))
    pairs = [json.loads(line) for line in questions.open(encoding="utf-8")]

    python = machine.virtual_environment(run, "peers", folder / "requirements.txt") / "python"
    programs = {
        "ours": [ours, "answer"],
        "reference": java_reference,
        **{peer: [python, folder / "peers.py", peer] for peer in _PEERS},
    }
    _idl(tally, folder, work, ours)
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


def reference(run):
    """The command that answers questions as Avro's reference does; it takes two more arguments, the questions and the answers."""
    folder = run.tests / "second-opinion"
    jars = run.jars("second-opinion", folder / "pom.xml")
    # Avro's own jars stand first: they decide which version of Avro Confluent's classes run on.
    path = f"{jars}/*:{java.confluent_jars(run, _CONFLUENT)}/*"
    classes = java.compile_source(run, "second-opinion", folder / "Reference.java", path)
    return [machine.java(), "-Xmx1g", "-cp", f"{path}:{classes}", "Reference"]


def _idl(tally, folder, work, ours):
    """The reference reads the IDL that is printed as this project does."""
    run = tally.run
    questions, answers = work / "idl.jsonl", work / "idl-answers.jsonl"
    files = [*sorted((run.tests / "schemas/corpus").iterdir()), *sorted((run.tests / "tables").glob("*-cases.json"))]
    done, _ = tally.command("IDL", [ours, "idl", str(_SEED), str(_IDL_SCHEMAS), questions, *files], env=run.env)
    if not done:
        return
    path = f"{run.jars('second-opinion', folder / 'pom.xml')}/*"
    classes = java.compile_source(run, "second-opinion-idl", folder / "Idl.java", path)
    argv = [machine.java(), "-Xmx1g", "-cp", f"{path}:{classes}", "Idl", questions, answers]
    done, _ = tally.command("reference's IDL", argv, env=run.env)
    if not done:
        return
    asked = [json.loads(line) for line in questions.open(encoding="utf-8")]
    found = [json.loads(line) for line in answers.open(encoding="utf-8")]
    wrong = [(mine, theirs) for mine, theirs in zip(asked, found) if mine["text"] != theirs.get("text")]
    wrong.sort(key=lambda one: len(one[0]["idl"]))
    problem = f"{len(found)} answers to {len(asked)} questions" if len(found) != len(asked) else None
    if len(asked) < _IDL_SCHEMAS:
        problem = f"only {len(asked)} texts"
    if wrong:
        mine, theirs = wrong[0]
        problem = f"{len(wrong)} differences; of {mine['idl']}\n      the reference says {theirs}\n      this project says {mine['text']}"
    tally.check(f"IDL, {len(asked)} texts", problem)


def _reference(tally, pairs, ours, reference):
    """One check for each thing that is compared, over all pairs."""
    differences, counted = collections.defaultdict(list), collections.Counter()
    for pair, mine, theirs in zip(pairs, ours, reference):
        for side in ("reader", "writer"):
            for what in _SIDE:
                if not _same(what, mine[side], theirs[side]):
                    differences[what].append((pair[side], theirs[side].get(what), mine[side].get(what)))
        for what in _PAIR:
            if mine.get(what) != theirs.get(what):
                differences[what].append((json.dumps(pair), theirs.get(what), mine.get(what)))
        for what in _DATA:
            counted[what] += what in mine and what in theirs
            if not _same_data(what, mine, theirs):
                says = (theirs.get(what, theirs.get(f"{what}_why")), mine.get(what, mine.get(f"{what}_why")))
                differences[what].append((json.dumps(pair), *says))
    for what in (*_SIDE, *_PAIR, *_DATA):
        found = sorted(differences[what], key=lambda one: len(one[0]))
        problem = None
        if found:
            text, theirs, mine = found[0]
            problem = f"{len(found)} differences; of {text}\n      the reference says {theirs}\n      this project says {mine}"
        elif what in _DATA and counted[what] < _OWN_PAIRS // 4:
            problem = "too few to mean anything"
        tally.check(f"{what}, {counted.get(what, len(pairs))} {'data' if what in _DATA else 'pairs'}", problem)


def _same_data(what, mine, theirs):
    """Whether both read the same from a datum. Maps have no order, and Java prints a float with the digits of a double."""
    # Java's encoder prints nothing at all of records that hold no field with a value.
    if what in mine and theirs.get(what) == "":
        return True
    if what in mine and what in theirs:
        return mine[what] == theirs[what] or _floats(mine[what]) == _floats(theirs[what])
    if what in theirs:
        return any(reason in mine.get(f"{what}_why", "") for reason in _STRICTER)
    if what in mine:
        return theirs.get(f"{what}_why", "").startswith(_EAGER)
    return True


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
