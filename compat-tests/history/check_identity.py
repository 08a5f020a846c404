"""Ids, GUIDs and numbers: what was given to one thing is never given to another."""

from collections import defaultdict

from facts import BOUND, DELETIONS, REGISTRATIONS, context
from violation import Violation


def check(facts):
    yield from _ids(facts)
    yield from _guids(facts)
    yield from _contents(facts)
    yield from _numbers(facts)
    yield from _repeats(facts)
    yield from _unasked(facts)


def _ids(facts):
    """(semantics §2.3)"""
    meanings = defaultdict(dict)
    for operation, where, _, _, content, number in facts.sightings:
        seen = meanings[where, number]
        given = operation.kind in REGISTRATIONS
        if content not in seen or given and seen[content].kind not in REGISTRATIONS:
            seen[content] = operation
    for (where, number), seen in meanings.items():
        if len(seen) > 1:
            given = all(operation.kind in REGISTRATIONS for operation in seen.values())
            yield Violation("id-twice" if given else "id-meaning",
                            f"id {number} of context {where} stands for {len(seen)} contents", list(seen.values()))


def _guids(facts):
    by_guid, by_content = defaultdict(dict), defaultdict(dict)
    for operation, _, _, _, content, _ in facts.sightings:
        guid = operation.answer.get("guid")
        if guid:
            by_guid[guid].setdefault(content, operation)
            by_content[content].setdefault(guid, operation)
    for kind, found in (("contents", by_guid), ("GUIDs", by_content)):
        for seen in found.values():
            if len(seen) > 1:
                yield Violation("guid-meaning", f"one of two {kind} was expected", list(seen.values()))


def _contents(facts):
    """(semantics §2.2)"""
    given = defaultdict(dict)
    for operation in facts.by_kind["register"]:
        if operation.ok:
            given[context(operation.subject), operation.content].setdefault(operation.answer["id"], operation)
    for (where, content), seen in given.items():
        if len(seen) > 1 and (where, content) not in facts.imported:
            if not any(facts.purges(subject) for subject in facts.registrars[where, content]):
                yield Violation("content-two-ids", f"ids {sorted(seen)} for one content", list(seen.values()))


def _numbers(facts):
    """A number is free again after a purge (semantics §3.1)."""
    first = defaultdict(dict)
    for operation, _, subject, version, content, _ in facts.sightings:
        seen = first[subject, version]
        if version is not None and (content not in seen or operation.end < seen[content].end):
            seen[content] = operation
    for (subject, version), contents in first.items():
        seen = sorted(contents.values(), key=lambda operation: operation.end)
        for earlier, later in zip(seen, seen[1:]):
            if not any(purge.start <= later.end and (not purge.ok or purge.end >= earlier.start)
                       for purge in facts.purges(subject)):
                yield Violation("version-twice", f"version {version} of {subject} is two contents", [earlier, later])


def _repeats(facts):
    """The same request while nothing was deleted: the same id and number."""
    for subject in facts.by_subject:
        disturbing = facts.writes(subject, "restore", "put_mode", "import", *DELETIONS)
        answered = defaultdict(list)
        for operation in facts.writes(subject, "register"):
            if operation.ok:
                answered[operation.content].append(operation)
        for content, operations in answered.items():
            if (context(subject), content) in facts.imported:
                continue
            operations.sort(key=lambda operation: operation.end)
            for first, second in zip(operations, operations[1:]):
                begin, end = min(first.start, second.start) - BOUND, max(first.end, second.end)
                if any(write.start <= end and (not write.ok or write.end >= begin) for write in disturbing):
                    continue
                if any(first.answer[member] != second.answer[member] for member in ("id", "version", "guid")):
                    yield Violation("repeat-differs", f"the same registration in {subject}, another answer", [first, second])


def _unasked(facts):
    for operation, _, subject, version, content, _ in facts.sightings:
        if version is not None and not facts.creators(subject, version, content):
            yield Violation("unasked-version", f"nobody registered this as version {version} of {subject}", [operation])
