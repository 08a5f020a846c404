"""The end, when every fault is healed: what was acknowledged is there, and all nodes tell the same."""

from facts import ACTIVE, DELETED, GONE
from violation import Violation


def check(facts):
    dumps = [operation for operation in facts.by_kind["dump"] if operation.ok]
    for dump in dumps[:1]:
        yield from _kept(facts, dump)
    for other in dumps[1:]:
        difference = _rows(dumps[0]) ^ _rows(other)
        if difference:
            shown = ", ".join(f"{row[0]} {row[1]} (id {row[2]})" for row in sorted(difference)[:5])
            yield Violation("nodes-disagree", f"{len(difference)} rows, among them {shown}", [dumps[0], other])


def _rows(dump):
    return {tuple(row) for row in dump.answer["rows"]}


def _kept(facts, dump):
    shown = {(subject, version, content): deleted for subject, version, _, content, _, deleted in dump.answer["rows"]}
    for subject, versions in facts.versions.items():
        for version, contents in versions.items():
            for content, cell in contents.items():
                deleted = shown.get((subject, version, content))
                value = GONE if deleted is None else DELETED if deleted else ACTIVE
                possible = cell.possible(dump.start, dump.end)
                if value not in possible:
                    yield Violation("lost-write", f"{subject} {version} is {value} in the end, not {' or '.join(possible)}",
                                    [dump, *cell.operations()])
