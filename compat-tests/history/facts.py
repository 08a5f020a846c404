"""A history put in order: what may have been where and when."""

from collections import defaultdict

from cell import Cell
from record import UNKNOWN

# What a version may be. A purged one, and one that never was, is GONE.
ACTIVE, DELETED, GONE = "active", "deleted", "gone"
# Answers of a node may be older than what other nodes acknowledged by this, in seconds (storage §6).
BOUND = 1.0
# Refusals and 404 may not be (storage §7).
REFUSAL_BOUND = 0.0

REGISTRATIONS = ("register", "import")
DELETIONS = ("delete_version", "delete_subject")
# Operations whose answer names one version of a subject, with its content or its id.
NAMING = REGISTRATIONS + ("lookup", "get_version", "latest", "restore")


def context(subject):
    """The context of a subject's name."""
    return subject.split(":")[1] if subject.startswith(":.") else "."


class Facts:
    """The cells of a history, and its operations by what they are about."""

    def __init__(self, operations):
        self.operations = sorted(operations, key=lambda operation: operation.start)
        self.by_subject = defaultdict(list)
        self.by_kind = defaultdict(list)
        for operation in self.operations:
            self.by_kind[operation.kind].append(operation)
            if operation.subject:
                self.by_subject[operation.subject].append(operation)
        # subject -> version -> content -> cell, and (context, id) -> the subjects, versions and contents that had it
        self.versions = defaultdict(lambda: defaultdict(dict))
        self.holders = defaultdict(set)
        # (context, subject, version, content) -> its ids: a purged subject may get the same content at the same place again
        self.ids = defaultdict(set)
        self.levels = defaultdict(lambda: Cell(None))
        self.modes = defaultdict(lambda: Cell(None))
        self.associations = defaultdict(lambda: Cell(None))
        self.sightings = list(self._sightings())
        for _, where, subject, version, content, number in self.sightings:
            if version is not None:
                self.versions[subject][version].setdefault(content, Cell(GONE))
                self.holders[where, number].add((subject, version, content))
                self.ids[where, subject, version, content].add(number)
        # Who registered a content, by subject and by context, and what an import may have given another id.
        self._registrations, self.registrars, self.imported = defaultdict(list), defaultdict(set), set()
        for operation in self.operations:
            if operation.kind in REGISTRATIONS and operation.may_have_happened:
                self._registrations[operation.subject, operation.content].append(operation)
                self.registrars[context(operation.subject), operation.content].add(operation.subject)
                if operation.kind == "import":
                    self.imported.add((context(operation.subject), operation.content))
        for subject, operations in list(self.by_subject.items()):
            for operation in operations:
                self._apply(operation, self.versions[subject])
        # (subject, version) that is referred to -> (subject, cell) of what refers to it
        self.referrers = defaultdict(list)
        for subject, versions in self.versions.items():
            for contents in versions.values():
                for content, cell in contents.items():
                    for _, target, number in content.references:
                        self.referrers[target, number].append((subject, cell))

    def cells(self, subject, version):
        """(content, cell) of everything that was seen as this version."""
        return list(self.versions[subject].get(version, {}).items())

    def has_one_id(self, where, subject, version, content):
        """Whether a content had one id all the time at its place, so that the life of the one is that of the other."""
        return len(self.ids[where, subject, version, content]) == 1

    def writes(self, subject, *kinds):
        """The operations of these kinds on a subject that took effect or may have."""
        return [operation for operation in self.by_subject[subject]
                if operation.kind in kinds and operation.may_have_happened]

    def purges(self, subject):
        """What may have removed versions of a subject for good."""
        return [operation for operation in self.writes(subject, "put_mode", *DELETIONS)
                if operation.permanent or operation.mode == "IMPORT"]

    def creators(self, subject, version, content):
        """Registrations that may have made a version."""
        return [operation for operation in self._registrations[subject, content]
                if not operation.ok or operation.answer["version"] == version]

    def creation(self, subject, version, content):
        """The times between which a version came to be, or None if nobody knows."""
        creators = self.creators(subject, version, content)
        ends = [operation.end for operation in creators if operation.ok]
        return (min(operation.start for operation in creators), min(ends)) if ends else None

    def _sightings(self):
        """(operation, context, subject, version, content, id) of each answer that says what something is."""
        for operation in self.operations:
            if not operation.ok:
                continue
            answer = operation.answer
            if operation.kind in NAMING:
                content = answer.get("content") or operation.content
                version = answer.get("version") or operation.version
                yield operation, context(operation.subject), operation.subject, version, content, answer["id"]
            elif operation.kind == "get_id":
                yield operation, operation.context, None, None, answer["content"], operation.id
            elif operation.kind == "dump":
                for subject, version, number, content, _, _ in answer["rows"]:
                    yield operation, context(subject), subject, version, content, number

    def _apply(self, operation, versions):
        if not operation.may_have_happened:
            return
        kind = operation.kind
        if kind in REGISTRATIONS:
            self._registered(operation, versions)
        elif kind == "restore":
            for content, cell in versions.get(operation.version, {}).items():
                if content == operation.answer.get("content", content):
                    cell.write(operation, ACTIVE)
        elif kind in DELETIONS:
            self._deleted(operation, versions)
        elif kind in ("put_config", "delete_config"):
            self.levels[operation.subject].write(operation, operation.level)
        elif kind == "put_mode":
            self.modes[operation.subject].write(operation, operation.mode)
            if operation.mode == "IMPORT":
                for version in filter(lambda version: self._deletes(operation.subject, version), versions):
                    for cell in versions[version].values():
                        cell.write(operation, GONE, sure=False)
        elif kind in ("associate", "dissociate"):
            self.associations[operation.resource].write(operation, operation.subject if kind == "associate" else None)

    def _registered(self, operation, versions):
        told = operation.answer.get("version")
        for version, cells in versions.items():
            cell = cells.get(operation.content)
            if cell is None:
                continue
            if operation.outcome == UNKNOWN or version == told:
                # An answer that repeats an earlier one is a read, and may be as old as one.
                earlier = any(other is not operation and other.start < operation.end
                              for other in self.creators(operation.subject, version, operation.content))
                start = operation.start - (BOUND if earlier else 0)
                cell.write(operation, ACTIVE, start=start)
                for other in cells.values():
                    if operation.ok and other is not cell:
                        other.write(operation, GONE, start=start)
            if (operation.outcome == UNKNOWN or version < told) and self._deletes(operation.subject, version):
                # Deleted versions with the same id are purged (semantics §3, step 15).
                cell.write(operation, GONE, sure=False)

    def _deletes(self, subject, version):
        """Whether a version may ever have been deleted."""
        return any(version == operation.version if operation.kind == "delete_version"
                   else not operation.ok or version in operation.answer["versions"]
                   for operation in self.writes(subject, *DELETIONS))

    def _deleted(self, operation, versions):
        value = GONE if operation.permanent else DELETED
        told = operation.answer.get("versions")
        for version, cells in versions.items():
            if operation.kind == "delete_version" and version != operation.version:
                continue
            if told is None or version in told:
                # Of several contents that had the number in turn, a deletion hits the one that has it.
                sure = operation.permanent or len(cells) == 1
                for cell in cells.values():
                    cell.write(operation, value, sure=sure)
        if operation.permanent:
            # With the last version config and mode go.
            self.levels[operation.subject].write(operation, None, sure=False)
            self.modes[operation.subject].write(operation, None, sure=False)

