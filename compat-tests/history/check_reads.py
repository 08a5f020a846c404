"""What reads may tell: nothing older than the bound, nothing older than what their own node acknowledged."""

from facts import ACTIVE, BOUND, DELETED, GONE, REFUSAL_BOUND
from schemas import DEFAULT_LEVEL, allows
from violation import Violation


def check(facts):
    for kind, judge in _JUDGES.items():
        for operation in facts.by_kind[kind]:
            yield from judge(facts, operation)


def never(cell, operation, values):
    """The rule that is broken if the operation saw one of these values in a cell, or None."""
    if operation.final:
        return None if cell.possible(operation.start, operation.end) & values else "lost-write"
    if cell.possible(operation.start, operation.end, operation.node, BOUND) & values:
        return None
    return "stale-own-read" if cell.possible(operation.start, operation.end, None, BOUND) & values else "stale-read"


def certain(cell, operation, *values):
    """Whether a cell surely had one of these values while an operation ran, which then cannot deny it."""
    return cell.possible(operation.start, operation.end, None, REFUSAL_BOUND) <= set(values)


def _saw(cell, operation, values, text):
    rule = never(cell, operation, values)
    if rule:
        yield Violation(rule, text, [operation, *cell.operations(operation.end)])


def _denied(cells, operation, values, text):
    """A 404, an empty list or an incompatible verdict, though one of the cells surely had one of the values."""
    for cell in cells:
        if certain(cell, operation, *values):
            rule = "lost-write" if operation.final else "stale-refusal"
            yield Violation(rule, text, [operation, *cell.operations(operation.end)])
            return


def _active(facts, subject):
    """(version, content, cell) of everything that a subject ever had."""
    return [(version, content, cell) for version, contents in facts.versions.get(subject, {}).items()
            for content, cell in contents.items()]


def _version(facts, operation):
    if operation.ok:
        content = operation.answer["content"]
        cell = facts.versions[operation.subject][operation.version][content]
        values = {DELETED if operation.answer.get("deleted") else ACTIVE}
        yield from _saw(cell, operation, values, "a version that was no longer as it was shown")
    elif operation.status == 404:
        cells = [cell for _, cell in facts.cells(operation.subject, operation.version)]
        values = (ACTIVE, DELETED) if operation.deleted else (ACTIVE,)
        yield from _denied(cells, operation, values, "404 for a version that was there")


def _latest(facts, operation):
    if operation.ok:
        told = operation.answer["version"]
        cell = facts.versions[operation.subject][told][operation.answer["content"]]
        yield from _saw(cell, operation, {ACTIVE}, "the latest version was deleted before")
        for version, _, newer in _active(facts, operation.subject):
            if version > told:
                yield from _saw(newer, operation, {DELETED, GONE}, f"version {version} is newer")
    elif operation.status == 404:
        yield from _denied(_cells(facts, operation), operation, (ACTIVE,), "404 for a subject that was there")


def _cells(facts, operation):
    return [cell for _, _, cell in _active(facts, operation.subject)]


def _list(facts, operation):
    wanted = (ACTIVE, DELETED) if operation.deleted else (ACTIVE,)
    if operation.ok:
        told = operation.answer["versions"]
        for version, _, cell in _active(facts, operation.subject):
            if version not in told:
                yield from _saw(cell, operation, {ACTIVE, DELETED, GONE} - set(wanted), f"version {version} is not listed")
            elif len(facts.cells(operation.subject, version)) == 1:
                yield from _saw(cell, operation, set(wanted), f"version {version} is listed")
    elif operation.status == 404:
        yield from _denied(_cells(facts, operation), operation, wanted, "404 for a subject that was there")


def _lookup(facts, operation):
    cells = [(version, cell) for version, content, cell in _active(facts, operation.subject) if content == operation.content]
    if operation.ok:
        for version, cell in cells:
            if version == operation.answer["version"]:
                yield from _saw(cell, operation, {ACTIVE}, "a deleted version was found")
    elif operation.status == 404:
        yield from _denied([cell for _, cell in cells], operation, (ACTIVE,), "content was not found that was there")


def _id(facts, operation):
    if operation.status == 404:
        cells = [facts.versions[subject][version][content]
                 for subject, version, content in facts.holders[operation.context, operation.id]
                 if facts.has_one_id(operation.context, subject, version, content)]
        yield from _denied(cells, operation, (ACTIVE, DELETED), "404 for an id that was there")


def _holders(facts, operation):
    holders = facts.holders[operation.context, operation.id]
    if operation.ok:
        told = {tuple(row) for row in operation.answer["holders"]}
        subjects = {subject for subject, _ in told}
        for subject, version, content in holders:
            cell = facts.versions[subject][version][content]
            if (subject, version) in told:
                yield from _saw(cell, operation, {ACTIVE}, f"{subject} {version} holds it no more")
            elif (operation.context, content) in facts.imported:
                continue
            elif not facts.has_one_id(operation.context, subject, version, content):
                continue
            elif not told:
                yield from _denied([cell], operation, (ACTIVE,), f"no holders, not even {subject} {version}")
            elif subject not in subjects:
                yield from _saw(cell, operation, {DELETED, GONE}, f"{subject} {version} is missing")
    elif operation.status == 404:
        yield from _id(facts, operation)


def _subjects(facts, operation):
    if operation.ok:
        cells = _cells(facts, operation)
        if operation.subject in operation.answer["subjects"]:
            if cells and all(never(cell, operation, {ACTIVE}) for cell in cells):
                yield from _saw(cells[0], operation, {ACTIVE}, "a deleted subject is listed")
        else:
            yield from _denied(cells, operation, (ACTIVE,), "the subject is not listed")


def _setting(cells, operation, value):
    if operation.ok:
        yield from _saw(cells[operation.subject], operation, {value}, "another value was set before")
    elif operation.status == 404:
        cell = cells[operation.subject]
        if None not in cell.possible(operation.start, operation.end, None, REFUSAL_BOUND):
            yield Violation("lost-write" if operation.final else "stale-refusal", "404 for what was set",
                            [operation, *cell.operations(operation.end)])


def _association(facts, operation):
    if operation.ok:
        cell, holder = facts.associations[operation.resource], operation.answer["holder"]
        yield from _saw(cell, operation, {holder}, "the association was another before")
        if holder is None and not never(cell, operation, {None}):
            yield from _denied([cell], operation, {write.value for write in cell.writes} - {None}, "there was an association")


def _compatible(facts, operation):
    cells = facts.cells(operation.subject, operation.version)
    if operation.ok and len(cells) == 1:
        bound = BOUND if operation.answer["compatible"] else REFUSAL_BOUND
        levels = facts.levels[operation.subject].possible(operation.start, operation.end, operation.node, bound)
        if not any(allows(level or DEFAULT_LEVEL, operation.content, cells[0][0]) == operation.answer["compatible"]
                   for level in levels):
            yield Violation("wrong-verdict", f"the level was {levels}",
                            [operation, *facts.levels[operation.subject].operations(operation.end)])
    elif operation.status == 404:
        yield from _denied([cell for _, cell in cells], operation, (ACTIVE,), "404 for a version that was there")


_JUDGES = {
    "get_version": _version,
    "latest": _latest,
    "list": _list,
    "lookup": _lookup,
    "get_id": _id,
    "id_versions": _holders,
    "subjects": _subjects,
    "get_config": lambda facts, operation: _setting(facts.levels, operation, operation.answer.get("level")),
    "get_mode": lambda facts, operation: _setting(facts.modes, operation, operation.answer.get("mode")),
    "get_association": _association,
    "compatible": _compatible,
}
