"""What `avro-gen check` says of generated evolutions, beside Avro's reference: each verdict is the reference's, each value that is said to
fail fails in its decoder, and the change that is advised makes the pair compatible.

The command makes the questions (avro-gen/evolutions.py), the reference answers them (second-opinion/Reference.java). With --long there
are 20,000 evolutions.
"""

import collections
import json
import shutil
import sys

from . import second_opinion

_SEED = 14
_EVOLUTIONS, _LONG = 240, 20_000
# An evolution may not be valid: a type is gone that others use, or a default does not fit any more.
_PAIRS_FOR_ONE = 3


def run(tally):
    run = tally.run
    work = run.work / "evolutions"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    count, pairs = _LONG if run.long else _EVOLUTIONS, work / "pairs.jsonl"
    generator, avro_gen = run.binary("second-opinion"), run.binary("avro-gen")
    done, _ = tally.command("pairs", [generator, "generate", str(_SEED), str(count * _PAIRS_FOR_ONE), pairs], env=run.env)
    if not done:
        return
    script = run.tests / "avro-gen" / "evolutions.py"
    done, text = tally.command("avro-gen check", [sys.executable, "-B", script, avro_gen, pairs, work, str(count)], env=run.env, timeout=5400)
    if not done:
        return
    said = json.loads(text)
    counts = collections.Counter(said["counts"])
    print("   " + ", ".join(f"{number} {what}" for what, number in counts.items()))
    tally.check(f"{count} evolutions", None if counts["evolutions"] == count else f"there are {counts['evolutions']}")
    tally.check("what the command says fits together", _first(said["wrong"]))
    failing = counts["incompatible with a failing value"] + counts["incompatible, and the writer has no data"]
    problem = None if failing == counts["incompatible"] > 0 else f"{failing} of {counts['incompatible']}"
    tally.check("what breaks has a value that fails, unless there is no data", problem)
    tally.check("nearly all that break have a change that helps", _share(counts["changed as advised"], counts["incompatible"]))
    questions, answers = work / "questions.jsonl", work / "answers.jsonl"
    done, _ = tally.command("reference", [*second_opinion.reference(run), questions, answers], env=run.env, timeout=5400)
    if done:
        _judge(tally, questions, answers)


def _judge(tally, questions, answers):
    wrong, counted = collections.defaultdict(list), collections.Counter()
    with open(questions, encoding="utf-8") as asked, open(answers, encoding="utf-8") as given:
        for line, reply in zip(asked, given):
            question, answer = json.loads(line), json.loads(reply)
            # The command takes definitions in any order, as the files of a folder have them; the reference does not.
            if not (answer["reader"]["valid"] and answer["writer"]["valid"]):
                counted["not valid"] += 1
                continue
            counted[question["what"]] += 1
            counted["laxer"] += "decoded" in answer and bool(question.get("laxity"))
            problem = _problem(question, answer)
            if problem:
                pair = {key: value for key, value in question.items() if key != "what"}
                wrong[question["what"]].append(f"{problem}: {json.dumps(pair)}")
    print(f"   {counted['laxer']} of the values are read by the reference, as the command says beside them")
    few = counted["not valid"] * 200 < sum(counted.values())
    tally.check("nearly all are valid for the reference", None if few else f"{counted['not valid']} are not")
    few = counted["laxer"] * 10 < counted["fails"]
    tally.check("few values depend on how strict a decoder is", None if few else f"{counted['laxer']} of {counted['fails']}")
    for what, name in (
        ("verdict", "the verdict is the reference's"),
        ("fails", "what is said to fail fails in the reference's decoder"),
        ("changed", "what was changed as advised is compatible for the reference"),
    ):
        problem = _first(wrong[what]) if counted[what] else "there are none"
        tally.check(f"{name}, {counted[what]} times", problem)


def _problem(question, answer):
    """How the reference sees it otherwise; None when it does not."""
    compatible = answer.get("found") == []
    if question["what"] == "verdict":
        return None if compatible == question["compatible"] else f"for the reference it is {answer.get('found', answer.get('threw'))}"
    if question["what"] == "changed":
        return None if compatible else f"the reference finds {answer.get('found', answer.get('threw'))}"
    if "written" not in answer:
        return f"it is no value of its writer: {answer.get('written_why')}"
    # Where the reference is laxer than the specification, the command says so beside the value.
    if "decoded" in answer and not question["laxity"]:
        return f"the reference reads {answer['decoded']}"
    return None


def _first(wrong):
    return f"{len(wrong)} times not, as {min(wrong, key=len)}" if wrong else None


def _share(some, of):
    return None if of and some * 1000 >= of * 998 else f"{some} of {of}"
