"""What acknowledged writes may have done: levels, modes, references and associations are kept."""

from facts import ACTIVE, BOUND, DELETED, DELETIONS, GONE
from schemas import DEFAULT_LEVEL, allows
from violation import Violation


def check(facts):
    for subject, versions in list(facts.versions.items()):
        for version, contents in versions.items():
            for content in contents:
                yield from _created(facts, subject, version, content)
    for kind in DELETIONS:
        for operation in facts.by_kind[kind]:
            if operation.ok:
                yield from _referenced(facts, operation)
                yield from _associated(facts, operation)
    for operation in facts.operations:
        if operation.code == 500:
            yield Violation("server-fault", "code 500 is a fault of the server", [operation])


def _created(facts, subject, version, content):
    span = facts.creation(subject, version, content)
    creators = facts.creators(subject, version, content)
    if span is None or any(operation.kind == "import" for operation in creators):
        return
    start, end = span
    first = min(creators, key=lambda operation: operation.end if operation.ok else end)
    yield from _levels(facts, subject, version, content, span, first)
    modes = facts.modes[subject].possible(start, end)
    if not modes & {None, "READWRITE"}:
        yield Violation("mode-ignored", f"the mode of {subject} was {modes}",
                        [first, *facts.modes[subject].operations(end)])
    for _, target, number in content.references:
        cells = [cell for _, cell in facts.cells(target, number)]
        if cells and not any(ACTIVE in cell.possible(start - BOUND, end) for cell in cells):
            yield Violation("reference-to-removed", f"{target} {number} was deleted",
                            [first, *(operation for cell in cells for operation in cell.operations(end))])


def _levels(facts, subject, version, content, span, first):
    """Each pair is looked at where the one surely was there when the other came (semantics §10.1)."""
    start, end = span
    levels = {level or DEFAULT_LEVEL for level in facts.levels[subject].possible(start, end)}
    if "NONE" in levels:
        return
    there, maybe = [], []
    for other, contents in facts.versions[subject].items():
        for text, cell in contents.items():
            values = cell.possible(start, end) if other < version else {GONE}
            if ACTIVE in values:
                (there if values == {ACTIVE} else maybe).append((other, text, cell))
    if not there:
        return
    newest = max(there, key=lambda row: row[0])
    candidates = [newest, *(row for row in maybe if row[0] > newest[0])]
    for level in levels:
        forbidden = [row for row in (there if "TRANSITIVE" in level else candidates) if not allows(level, content, row[1])]
        if not forbidden or "TRANSITIVE" not in level and len(forbidden) < len(candidates):
            return
    other, _, cell = forbidden[-1]
    yield Violation("forbidden-pair", f"{levels} forbids version {version} of {subject} after version {other}",
                    [first, *cell.operations(end), *facts.levels[subject].operations(end)])


def _referenced(facts, operation):
    """(semantics §9.1, semantics §9.2)"""
    whole = operation.kind == "delete_subject"
    for version in operation.answer["versions"] if whole else [operation.version]:
        for subject, cell in facts.referrers[operation.subject, version]:
            values = cell.possible(operation.start, operation.end)
            lives = values <= {ACTIVE, DELETED} if operation.permanent else values == {ACTIVE}
            if lives and not (whole and subject == operation.subject):
                yield Violation("referenced-removed", f"{subject} refers to {operation.subject} {version}",
                                [operation, *cell.operations(operation.end)])


def _associated(facts, operation):
    """(semantics §11.4)"""
    if operation.kind == "delete_subject":
        for associate in facts.by_subject[operation.subject]:
            if associate.kind == "associate":
                cell = facts.associations[associate.resource]
                if cell.possible(operation.start, operation.end) == {operation.subject}:
                    yield Violation("associated-removed", f"{associate.resource} has {operation.subject}",
                                    [operation, *cell.operations(operation.end)])
                    return
