"""Whether refused writes had a reason in what was there."""

from check_reads import certain
from facts import ACTIVE, DELETED, GONE, REFUSAL_BOUND
from schemas import DEFAULT_LEVEL, allows
from violation import Violation

_NOT_FOUND = (40401, 40402)


def check(facts):
    for kind, judge in _JUDGES.items():
        for operation in facts.by_kind[kind]:
            if operation.outcome == "refused":
                reason = judge(facts, operation)
                if reason:
                    yield Violation("unfounded-refusal", reason, [operation, *_about(facts, operation)])


def _about(facts, operation):
    """Acknowledged writes of the subject in the time before."""
    return [write for write in facts.by_subject[operation.subject]
            if write.ok and operation.start - 3 < write.end <= operation.start
            and not write.kind.startswith("get") and write.kind not in ("list", "latest", "lookup", "subjects")][-6:]


def _values(cell, operation):
    return cell.possible(operation.start, operation.end, None, REFUSAL_BOUND)


def _mode_allows(facts, operation, *modes):
    """Whether the mode surely was one of these."""
    return certain(facts.modes[operation.subject], operation, *modes)


def _registration(facts, operation):
    code = operation.code
    if code == 40901:
        levels = {level or DEFAULT_LEVEL for level in _values(facts.levels[operation.subject], operation)}
        others = [content for contents in facts.versions[operation.subject].values() for content, cell in contents.items()
                  if ACTIVE in _values(cell, operation)]
        if all(allows(level, operation.content, other) for level in levels for other in others):
            return f"with {levels} it is compatible with every version"
    elif code == 42205 and operation.kind == "register":
        if _mode_allows(facts, operation, None, "READWRITE"):
            return "no mode forbids it"
    elif code == 42205:
        if "import mode" in operation.answer["message"] and _mode_allows(facts, operation, "IMPORT"):
            return "the mode is IMPORT"
    elif code == 42201:
        if all(any(certain(cell, operation, ACTIVE) for _, cell in facts.cells(target, number))
               for _, target, number in operation.content.references):
            return "what it refers to is there"
    else:
        return "no rule gives this refusal"
    return None


def _deletion(facts, operation):
    whole = operation.kind == "delete_subject"
    versions = list(facts.versions[operation.subject]) if whole else [operation.version]
    cells = [cell for version in versions for _, cell in facts.cells(operation.subject, version)]
    code = operation.code
    if code in (*_NOT_FOUND, 40404, 40406):
        there = (ACTIVE, DELETED) if operation.permanent and code in _NOT_FOUND else (ACTIVE,)
        if any(certain(cell, operation, *there) for cell in cells):
            return "it is there"
    elif code in (40405, 40407):
        if cells and all(ACTIVE not in _values(cell, operation) for cell in cells):
            return "it is deleted softly"
    elif code == 42206:
        referrers = [cell for version in versions for _, cell in facts.referrers[operation.subject, version]]
        there = {ACTIVE, DELETED} if operation.permanent else {ACTIVE}
        if not any(_values(cell, operation) & there for cell in referrers):
            return "nothing refers to it"
    elif code == 42205:
        if _mode_allows(facts, operation, None, "READWRITE", "IMPORT"):
            return "no mode forbids it"
    elif code == 40904:
        if not any(associate.kind == "associate" for associate in facts.by_subject[operation.subject]):
            return "it has no association"
    return None


def _restore(facts, operation):
    cells = [cell for _, cell in facts.cells(operation.subject, operation.version)]
    if operation.code in _NOT_FOUND and any(GONE not in _values(cell, operation) for cell in cells):
        return "it is there"
    return None


def _mode(facts, operation):
    if operation.mode == "IMPORT" and operation.code == 42205:
        cells = [cell for contents in facts.versions[operation.subject].values() for cell in contents.values()]
        if not any(ACTIVE in _values(cell, operation) for cell in cells):
            return "the subject has no version"
    return None


def _associate(facts, operation):
    cells = [cell for contents in facts.versions[operation.subject].values() for cell in contents.values()]
    if operation.code == 40907 and any(certain(cell, operation, ACTIVE) for cell in cells):
        return "the subject has a version"
    return None


_JUDGES = {
    "register": _registration,
    "import": _registration,
    "delete_version": _deletion,
    "delete_subject": _deletion,
    "restore": _restore,
    "put_mode": _mode,
    "associate": _associate,
}
