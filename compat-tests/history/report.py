"""The tables at the end."""

from collections import Counter, defaultdict

from facts import BOUND
from faults import KINDS
from record import OK, REFUSED, UNKNOWN, UNSENT
from violation import RULES

# How many violations of one rule are shown in full.
SHOWN = 3


def operations(history):
    """Operations by kind and outcome."""
    outcomes = (OK, REFUSED, UNKNOWN, UNSENT)
    counts = Counter((operation.kind, operation.outcome) for operation in history)
    kinds = sorted({operation.kind for operation in history})
    print(f"\n{'operation':18}" + "".join(f"{outcome:>10}" for outcome in outcomes) + f"{'in all':>10}")
    for kind in (*kinds, "in all"):
        row = [sum(count for (name, how), count in counts.items() if how == outcome and kind in (name, "in all"))
               for outcome in outcomes]
        print(f"{kind:18}" + "".join(f"{count:10}" for count in row) + f"{sum(row):10}")
    refusals = Counter(operation.code for operation in history if operation.outcome == REFUSED)
    unknown = Counter(operation.code or (operation.answer.get("message") or "no answer").split()[0]
                      for operation in history if operation.outcome == UNKNOWN)
    print("refused: " + ", ".join(f"{code} {count}" for code, count in refusals.most_common()))
    print("unknown: " + ", ".join(f"{code} {count}" for code, count in unknown.most_common()))


def faults(done):
    """Faults by kind, with the time until all nodes took writes again."""
    times = defaultdict(list)
    for kind, seconds in done:
        times[kind].append(seconds)
    print(f"\n{'fault':30}{'times':>7}{'recovery, median':>20}{'longest':>10}")
    for kind in KINDS:
        if times[kind]:
            ordered = sorted(times[kind])
            print(f"{kind:30}{len(ordered):7}{ordered[len(ordered) // 2]:18.2f} s{ordered[-1]:8.2f} s")
    print(f"{'in all':30}{len(done):7}")


def violations(found, begin):
    """Violations by rule, some of each with the operations that show it."""
    by_rule = defaultdict(list)
    for violation in found:
        by_rule[violation.rule].append(violation)
    print(f"\nviolations (other nodes may be {BOUND:g} s behind): {len(found)}")
    for rule, meaning in RULES.items():
        if by_rule[rule]:
            print(f"\n{rule}: {len(by_rule[rule])}; {meaning}")
            for violation in by_rule[rule][:SHOWN]:
                print(f"  {violation.text}")
                for operation in violation.operations[-8:]:
                    print(f"    {operation.shown(begin)}")
    return by_rule
