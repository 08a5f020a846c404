"""The checker's own test: small histories by hand, wrong ones with the rule that each breaks, and near misses that are right.

    python3 compat-tests/history/seeded.py

A line is (kind, start, end, node, what was asked and answered). `outcome` and `code` say how it came out where it was not
well. Times are seconds; the bound on what other nodes may be behind is one second.
"""

import sys

from checker import violations
from record import OK, Content, Operation
from violation import RULES


def record(*fields, references=()):
    """A record with fields like `a`, an int; `a?` has a default, `a:long` is a long."""
    members = []
    for field in fields:
        name, _, kind = field.rstrip("?").partition(":")
        default = ',"default":0' if field.endswith("?") else ""
        members.append(f'{{"name":"{name}","type":"{kind or "int"}"{default}}}')
    return Content(f'{{"type":"record","name":"R","fields":[{",".join(members)}]}}', tuple(references))


A, B, C = record("a"), record("a", "b?"), record("a", "b")
WIDE = record("a:long")
ON_BASE = record("a", references=(("Base", "base", 1),))
_ASKED = ("subject", "content", "level", "mode", "resource", "deleted", "permanent", "final", "context")


def history(*lines):
    """The operations of a table of lines."""
    operations = []
    for number, (kind, start, end, node, *rest) in enumerate(lines, 1):
        told = dict(rest[0]) if rest else {}
        outcome, code = told.pop("outcome", OK), told.pop("code", 0)
        asked = {name: told.pop(name) for name in _ASKED if name in told}
        if outcome == OK and kind in ("get_version", "latest", "get_id", "restore"):
            told["content"], told["deleted"] = asked.pop("content"), asked.get("deleted", False)
        if kind in ("get_version", "delete_version", "restore", "compatible"):
            asked["version"] = told.pop("version")
        if kind in ("get_id", "id_versions"):
            asked["id"] = told.pop("id")
            asked.setdefault("context", ".")
        if kind in ("get_config", "get_mode") and outcome == OK:
            name = "level" if kind == "get_config" else "mode"
            told[name] = asked.pop(name)
        status = 200 if outcome == OK else int(str(code)[:3] or 0)
        operations.append(Operation(number, "hand", node, kind, asked, start, end, outcome, status, code, told))
    return operations


def made(subject, content, version, number, **more):
    return {"subject": subject, "content": content, "version": version, "id": number, "guid": f"g{number}", **more}


def seen(subject, content, version, number, **more):
    return {"subject": subject, "version": version, "content": content, "id": number, **more}


def denied(code, **more):
    return {"outcome": "refused", "code": code, "message": "", **more}


def lost(**more):
    return {"outcome": "unknown", **more}


def dump(*rows):
    return {"rows": [list(row) for row in rows]}


def row(subject, version, number, content, deleted=False):
    return (subject, version, number, content, f"g{number}", deleted)


FIRST = ("register", 0, 0.9, 0, made("s", A, 1, 1))
BASE = ("register", 0, 0.9, 0, made("base", A, 1, 1))
REFERRER = ("register", 1, 1.9, 0, made("user", ON_BASE, 1, 2))
GONE_1 = ("delete_version", 2, 2.9, 0, {"subject": "s", "version": 1})

# name -> (the rules that it breaks, its lines)
HISTORIES = {
    "what is acknowledged is in the end": ((), [FIRST, ("dump", 9, 9.1, 1, dump(row("s", 1, 1, A)))]),
    "an acknowledged version is gone": (("lost-write",), [FIRST, ("dump", 9, 9.1, 1, dump())]),
    "an unknown registration may be there": ((), [
        ("register", 0, 1, 0, lost(subject="s", content=A)), ("dump", 9, 9.1, 1, dump(row("s", 1, 1, A)))]),
    "an unknown registration may be missing": ((), [
        ("register", 0, 1, 0, lost(subject="s", content=A)), ("dump", 9, 9.1, 1, dump())]),
    "a deletion that was acknowledged is undone": (("lost-write",), [
        FIRST, GONE_1, ("dump", 9, 9.1, 1, dump(row("s", 1, 1, A)))]),
    "a deletion of unknown outcome is not there": ((), [
        FIRST, ("delete_version", 2, 3, 0, lost(subject="s", version=1)), ("dump", 9, 9.1, 1, dump(row("s", 1, 1, A)))]),
    "a purge that was acknowledged is undone": (("lost-write",), [
        FIRST, GONE_1, ("delete_version", 3, 4, 0, {"subject": "s", "version": 1, "permanent": True}),
        ("dump", 9, 9.1, 1, dump(row("s", 1, 1, A, True)))]),
    "a restored version is deleted in the end": (("lost-write",), [
        FIRST, GONE_1, ("restore", 4, 5, 1, seen("s", A, 1, 1)), ("dump", 9, 9.1, 1, dump(row("s", 1, 1, A, True)))]),
    "a level that was acknowledged is gone": (("lost-write",), [
        ("put_config", 0, 1, 0, {"subject": "s", "level": "FULL"}),
        ("get_config", 9, 9.1, 1, denied(40408, subject="s", final=True))]),
    "a mode that was acknowledged is another": (("lost-write",), [
        ("put_mode", 0, 1, 0, {"subject": "s", "mode": "READONLY"}),
        ("put_mode", 2, 3, 0, {"subject": "s", "mode": "READWRITE"}),
        ("get_mode", 9, 9.1, 1, {"subject": "s", "mode": "READONLY", "final": True})]),
    "an association that was acknowledged is gone": (("lost-write",), [
        ("associate", 0, 1, 0, {"subject": "s", "resource": "r"}),
        ("get_association", 9, 9.1, 1, {"resource": "r", "holder": None, "final": True})]),

    "two registrations get one id": (("id-twice",), [FIRST, ("register", 0, 1, 1, made("t", B, 1, 1, guid="g2"))]),
    "one content has one id under two subjects": ((), [FIRST, ("register", 0, 1, 1, made("t", A, 1, 1))]),
    "the same number in another context": ((), [FIRST, ("register", 0, 1, 1, made(":.c:s", B, 1, 1, guid="g2"))]),
    "an id tells another content later": (("id-meaning",), [FIRST, ("get_id", 5, 6, 1, {"id": 1, "content": B})]),
    "an id is bound anew after a purge": (("id-twice",), [
        FIRST, GONE_1, ("delete_version", 3, 4, 0, {"subject": "s", "version": 1, "permanent": True}),
        ("import", 5, 6, 0, made("t", B, 1, 1, guid="g2"))]),
    "an import binds a purged id to what it stood for": ((), [
        FIRST, GONE_1, ("delete_version", 3, 4, 0, {"subject": "s", "version": 1, "permanent": True}),
        ("import", 5, 6, 0, made("t", A, 1, 1))]),
    "a GUID is told for two contents": (("guid-meaning",), [FIRST, ("register", 0, 1, 1, made("t", B, 1, 2, guid="g1"))]),
    "one content gets two ids": (("content-two-ids",), [FIRST, ("register", 0, 1, 1, made("t", A, 1, 2, guid="g1"))]),
    "one content gets another id after a purge": ((), [
        FIRST, GONE_1, ("delete_version", 3, 4, 0, {"subject": "s", "version": 1, "permanent": True}),
        ("register", 5, 6, 1, made("t", A, 1, 2, guid="g1"))]),

    "one number for two contents": (("version-twice",), [FIRST, ("register", 0, 1, 1, made("s", B, 1, 2))]),
    "a purged number is given again": ((), [
        FIRST, ("delete_version", 2, 3, 0, {"subject": "s", "version": 1}),
        ("delete_version", 3, 4, 0, {"subject": "s", "version": 1, "permanent": True}),
        ("register", 5, 6, 1, made("s", B, 1, 2))]),
    "a purged number is given again, and deleted again": ((), [
        FIRST, ("delete_version", 2, 3, 0, {"subject": "s", "version": 1}),
        ("delete_version", 3.1, 4, 0, {"subject": "s", "version": 1, "permanent": True}),
        ("register", 5, 6, 1, made("s", B, 1, 2)), ("delete_version", 7, 8, 1, {"subject": "s", "version": 1}),
        ("dump", 9, 9.1, 1, dump(row("s", 1, 2, B, True)))]),
    "a purged number is given again, and both are there": (("lost-write", "nodes-disagree"), [
        FIRST, ("delete_version", 2, 3, 0, {"subject": "s", "version": 1}),
        ("delete_version", 3.1, 4, 0, {"subject": "s", "version": 1, "permanent": True}),
        ("register", 5, 6, 1, made("s", B, 1, 2)), ("dump", 9, 9.1, 0, dump(row("s", 1, 1, A))),
        ("dump", 9, 9.1, 1, dump(row("s", 1, 2, B)))]),
    "a deleted number is given again": (("version-twice",), [FIRST, GONE_1, ("register", 5, 6, 1, made("s", B, 1, 2))]),
    "a repeated registration gets another number": (("repeat-differs",), [FIRST, ("register", 2, 3, 1, made("s", A, 2, 1))]),
    "a registration after a deletion gets another number": ((), [FIRST, GONE_1, ("register", 4, 5, 1, made("s", A, 2, 1))]),
    "a version that nobody registered": (("stale-read", "unasked-version"), [FIRST, ("latest", 2, 3, 0, seen("s", B, 2, 2))]),

    "a node does not read its own write": (("stale-own-read",), [FIRST, ("list", 1.2, 1.3, 0, {"subject": "s", "versions": []})]),
    "another node is half a second behind": ((), [FIRST, ("list", 1.5, 1.6, 1, {"subject": "s", "versions": []})]),
    "another node is two seconds behind": (("stale-read",), [FIRST, ("list", 3, 3.1, 1, {"subject": "s", "versions": []})]),
    "a read that began before the write was over": ((), [FIRST, ("list", 0.9, 5, 0, {"subject": "s", "versions": []})]),
    "the latest version is an old one": (("stale-read",), [
        FIRST, ("register", 1, 2, 0, made("s", B, 2, 2)), ("latest", 4, 5, 1, seen("s", A, 1, 1))]),
    "the latest version is a deleted one": (("stale-read",), [FIRST, GONE_1, ("latest", 5, 5.1, 1, seen("s", A, 1, 1))]),
    "a deleted version is shown": (("stale-own-read",), [FIRST, GONE_1, ("get_version", 3.1, 3.2, 0, seen("s", A, 1, 1))]),
    "a deleted version is shown on request": ((), [
        FIRST, GONE_1, ("get_version", 5, 6, 1, seen("s", A, 1, 1, deleted=True))]),
    "a level is an old one": (("stale-read",), [
        ("put_config", 0, 1, 0, {"subject": "s", "level": "FULL"}), ("put_config", 2, 3, 0, {"subject": "s", "level": "NONE"}),
        ("get_config", 5, 6, 1, {"subject": "s", "level": "FULL"})]),
    "a level that was set at the same time": ((), [
        ("put_config", 0, 3, 0, {"subject": "s", "level": "FULL"}), ("put_config", 2, 4, 0, {"subject": "s", "level": "NONE"}),
        ("get_config", 6, 7, 1, {"subject": "s", "level": "FULL"})]),
    "holders of an id lack one": (("stale-read",), [
        FIRST, ("register", 0, 1, 0, made("t", A, 1, 1)), ("id_versions", 3, 4, 1, {"id": 1, "holders": [["s", 1]]})]),
    "holders of an id lack one for half a second": ((), [
        FIRST, ("register", 0, 1, 0, made("t", A, 1, 1)), ("id_versions", 1.5, 2, 1, {"id": 1, "holders": [["s", 1]]})]),
    "an id has no holders": (("stale-refusal",), [FIRST, ("id_versions", 1.1, 1.2, 1, {"id": 1, "holders": []})]),
    "a subject is not listed": (("stale-refusal",), [FIRST, ("subjects", 1.1, 1.2, 1, {"subject": "s", "subjects": []})]),
    "an association that was removed is shown": (("stale-read",), [
        ("associate", 0, 1, 0, {"subject": "s", "resource": "r"}), ("dissociate", 2, 3, 0, {"subject": "s", "resource": "r"}),
        ("get_association", 5, 6, 1, {"resource": "r", "holder": "s"})]),
    "an association is not shown at once": (("stale-refusal",), [
        ("associate", 0, 1, 0, {"subject": "s", "resource": "r"}),
        ("get_association", 1.1, 1.2, 1, {"resource": "r", "holder": None})]),

    "an id is denied whose content has another one at the same place since": ((), [
        FIRST, ("delete_subject", 1, 1.9, 0, {"subject": "s", "versions": [1]}),
        ("delete_subject", 2, 2.9, 0, {"subject": "s", "versions": [1], "permanent": True}),
        ("register", 3, 3.9, 0, made("s", A, 1, 2, guid="g1")),
        ("delete_subject", 4, 4.9, 0, {"subject": "s", "versions": [1]}), ("get_id", 5, 5.2, 1, denied(40403, id=1))]),
    "an id is denied at once": (("stale-refusal",), [FIRST, ("get_id", 1.1, 1.2, 1, denied(40403, id=1))]),
    "an id is denied while it is made": ((), [FIRST, ("get_id", 0.9, 1.2, 1, denied(40403, id=1))]),
    "a purged id is denied": ((), [
        FIRST, GONE_1, ("delete_version", 3, 4, 0, {"subject": "s", "version": 1, "permanent": True}),
        ("get_id", 5, 5.1, 1, denied(40403, id=1))]),
    "a version is denied at once": (("stale-refusal",), [FIRST, ("get_version", 1.1, 1.2, 1, denied(40402, subject="s", version=1))]),
    "content is denied at once": (("stale-refusal",), [FIRST, ("lookup", 1.1, 1.2, 1, denied(40403, subject="s", content=A))]),
    "the latest version is denied at once": (("stale-refusal",), [FIRST, ("latest", 1.1, 1.2, 1, denied(40401, subject="s"))]),
    "deleted content is denied": ((), [FIRST, GONE_1, ("lookup", 3.1, 3.2, 1, denied(40403, subject="s", content=A))]),
    "a level is denied at once": (("stale-refusal",), [
        ("put_config", 0, 1, 0, {"subject": "s", "level": "NONE"}), ("get_config", 1.1, 1.2, 1, denied(40408, subject="s"))]),

    "compatible content is refused": (("unfounded-refusal",), [FIRST, ("register", 2, 3, 1, denied(40901, subject="s", content=B))]),
    "incompatible content is refused": ((), [FIRST, ("register", 2, 3, 1, denied(40901, subject="s", content=C))]),
    "refused by a level that was taken away": (("unfounded-refusal",), [
        FIRST, ("put_config", 1, 2, 0, {"subject": "s", "level": "NONE"}),
        ("register", 2.1, 3, 1, denied(40901, subject="s", content=C))]),
    "refused by a mode that was taken away": (("unfounded-refusal",), [
        ("put_mode", 0, 0.9, 0, {"subject": "s", "mode": "READONLY"}), ("put_mode", 1, 2, 0, {"subject": "s", "mode": "READWRITE"}),
        ("register", 2.1, 3, 1, denied(42205, subject="s", content=A))]),
    "an import is refused in mode IMPORT": (("unfounded-refusal",), [
        ("put_mode", 0, 1, 0, {"subject": "s", "mode": "IMPORT"}),
        ("import", 1.1, 2, 1, denied(42205, subject="s", content=A, message="Subject s is not in import mode"))]),
    "a reference is refused that is there": (("unfounded-refusal",), [
        BASE, ("register", 1.1, 2, 1, denied(42201, subject="user", content=ON_BASE))]),
    "a purge of what was deleted is refused": (("unfounded-refusal",), [
        FIRST, GONE_1, ("delete_version", 3.1, 4, 1, denied(40407, subject="s", version=1, permanent=True))]),
    "a deletion of what is there is refused": (("unfounded-refusal",), [
        FIRST, ("delete_version", 1.1, 2, 1, denied(40401, subject="s", version=1))]),
    "a purge of what was not deleted is refused": ((), [
        FIRST, ("delete_version", 3.1, 4, 1, denied(40407, subject="s", version=1, permanent=True))]),
    "a deletion is refused for no referrer": (("unfounded-refusal",), [
        BASE, ("delete_version", 2, 3, 1, denied(42206, subject="base", version=1))]),
    "an association is refused though there is a version": (("unfounded-refusal",), [
        FIRST, ("associate", 1.1, 2, 1, denied(40907, subject="s", resource="r"))]),
    "a wrong verdict": (("wrong-verdict",), [
        FIRST, ("compatible", 3, 4, 1, {"subject": "s", "version": 1, "content": C, "compatible": True})]),
    "a verdict under a level that just changed": ((), [
        ("put_config", 0, 0.1, 0, {"subject": "s", "level": "NONE"}), FIRST,
        ("put_config", 2, 3, 0, {"subject": "s", "level": "FULL"}),
        ("compatible", 3.5, 4, 1, {"subject": "s", "version": 1, "content": C, "compatible": True})]),
    "an incompatible verdict under a level that was over": (("wrong-verdict",), [
        FIRST, ("put_config", 2, 3, 0, {"subject": "s", "level": "NONE"}),
        ("compatible", 3.1, 4, 1, {"subject": "s", "version": 1, "content": C, "compatible": False})]),

    "a version that the level forbids": (("forbidden-pair",), [FIRST, ("register", 2, 3, 1, made("s", C, 2, 2))]),
    "a version that the level allows": ((), [FIRST, ("register", 2, 3, 1, made("s", WIDE, 2, 2))]),
    "a version that level NONE allows": ((), [
        ("put_config", 0, 0.5, 0, {"subject": "s", "level": "NONE"}), FIRST, ("register", 2, 3, 1, made("s", C, 2, 2))]),
    "a version while the level may be NONE": ((), [
        FIRST, ("put_config", 1, 2, 0, lost(subject="s", level="NONE")), ("register", 2, 3, 1, made("s", C, 2, 2))]),
    "what a transitive level forbids": (("forbidden-pair",), [
        ("put_config", 0, 0.1, 0, {"subject": "s", "level": "BACKWARD_TRANSITIVE"}),
        ("register", 1, 2, 0, made("s", record("a"), 1, 1)), ("register", 3, 4, 0, made("s", record("a", "b?"), 2, 2)),
        ("register", 5, 6, 0, made("s", record("a", "b"), 3, 3))]),
    "the same where only the newest counts": ((), [
        ("register", 1, 2, 0, made("s", record("a"), 1, 1)), ("register", 3, 4, 0, made("s", record("a", "b?"), 2, 2)),
        ("register", 5, 6, 0, made("s", record("a", "b"), 3, 3))]),
    "what is forbidden after a version that may be deleted": ((), [
        FIRST, ("delete_version", 2, 3, 1, lost(subject="s", version=1)), ("register", 4, 5, 1, made("s", C, 2, 2))]),
    "new content in a read-only subject": (("mode-ignored",), [
        ("put_mode", 0, 1, 0, {"subject": "s", "mode": "READONLY"}), ("register", 2, 3, 1, made("s", A, 1, 1))]),
    "what is referred to is deleted": (("referenced-removed",), [
        BASE, REFERRER, ("delete_version", 3, 4, 1, {"subject": "base", "version": 1})]),
    "it is deleted with its subject": (("referenced-removed",), [
        BASE, REFERRER, ("delete_subject", 3, 4, 1, {"subject": "base", "versions": [1]})]),
    "what is referred to is deleted after its referrer": ((), [
        BASE, REFERRER, ("delete_version", 3, 4, 1, {"subject": "user", "version": 1}),
        ("delete_version", 5, 6, 1, {"subject": "base", "version": 1})]),
    "it is purged though the referrer is only deleted": (("referenced-removed",), [
        BASE, REFERRER, ("delete_version", 3, 4, 1, {"subject": "user", "version": 1}),
        ("delete_version", 5, 6, 1, {"subject": "base", "version": 1}),
        ("delete_version", 7, 8, 1, {"subject": "base", "version": 1, "permanent": True})]),
    "a new version refers to a deleted one": (("reference-to-removed",), [
        BASE, ("delete_version", 1, 2, 0, {"subject": "base", "version": 1}),
        ("register", 4, 5, 1, made("user", ON_BASE, 1, 2))]),
    "a subject with an association is deleted": (("associated-removed",), [
        FIRST, ("associate", 1, 2, 0, {"subject": "s", "resource": "r"}),
        ("delete_subject", 3, 4, 1, {"subject": "s", "versions": [1]})]),
    "nodes that disagree": (("nodes-disagree",), [
        ("register", 0, 1, 0, lost(subject="s", content=A)),
        ("dump", 9, 9.1, 0, dump(row("s", 1, 1, A))), ("dump", 9, 9.1, 1, dump())]),
    "nodes that agree": ((), [
        FIRST, ("dump", 9, 9.1, 0, dump(row("s", 1, 1, A))), ("dump", 9, 9.1, 1, dump(row("s", 1, 1, A)))]),
    "a fault of the server": (("server-fault",), [("latest", 0, 1, 0, lost(subject="s", code=500))]),
    "an outage is no fault": ((), [("latest", 0, 1, 0, lost(subject="s", code=503))]),
}


def problems():
    """name -> what is wrong with the checker's verdict, or None, for each history."""
    verdicts = {}
    for name, (wanted, lines) in HISTORIES.items():
        found = sorted({violation.rule for violation in violations(history(*lines))})
        verdicts[name] = None if found == sorted(wanted) else f"found {found or 'nothing'}, wanted {sorted(wanted) or 'nothing'}"
    shown = {rule for wanted, _ in HISTORIES.values() for rule in wanted}
    verdicts["each rule is broken by a history"] = f"none for {sorted(set(RULES) - shown)}" if set(RULES) - shown else None
    return verdicts


def main():
    verdicts = problems()
    for name, problem in verdicts.items():
        if problem:
            print(f"FAIL {name}: {problem}")
    failed = sum(problem is not None for problem in verdicts.values())
    print(f"{len(verdicts) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
