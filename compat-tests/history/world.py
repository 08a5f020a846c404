"""What the clients know of the registry, so that they ask for what is there: subjects with what was acknowledged of them.

Subjects are retired after some hundred operations, so that each stays small enough to be checked against everything else.
"""

import itertools
import threading

import schemas
from facts import context
from record import REFUSED, UNSENT

# How many subjects are in use at a time, and after how many operations one is retired.
SUBJECTS = 24
LIFETIME = 350
_ROLES = ("steady", "steady", "steady", "deleted", "deleted", "config", "mode", "base", "user", "user", "import", "other",
          "associated")


class Subject:
    """One subject: its part in the mix, and what was acknowledged of it, which may be out of date."""

    def __init__(self, name, role, level):
        self.name = name
        self.role = role
        self.level = level
        self.used = 0
        self.is_set_up = False
        self.versions = {}
        self.deleted = {}
        self.contents = []
        # Numbers of versions that imports name, so far apart that none overwrites another.
        self.numbers = itertools.count(1000, 1000)

    def learn(self, version, content):
        if content not in self.contents:
            self.contents.append(content)
        self.versions[version] = content
        self.deleted.pop(version, None)

    def forget(self, versions, purged):
        for version in versions:
            content = self.versions.pop(version, None)
            if purged:
                self.deleted.pop(version, None)
            elif content:
                self.deleted[version] = content


class World:
    """The subjects in use, and contents and ids for all of them."""

    def __init__(self, random):
        self._lock = threading.Lock()
        self._names = itertools.count(1)
        self._roles = itertools.cycle(_ROLES)
        self.retired = []
        self.ids = {".": {}, ".other": {}}
        self.shared = []
        self.subjects = [self._new(random) for _ in range(SUBJECTS)]

    def pick(self, random):
        """A subject to do something with."""
        place = random.randrange(SUBJECTS)
        subject = self.subjects[place]
        subject.used += 1
        if subject.used > LIFETIME:
            with self._lock:
                if self.subjects[place] is subject:
                    self.retired.append(subject)
                    self.subjects[place] = self._new(random)
        return subject

    def base(self, random):
        """A version that can be referred to, as (subject, version), or None."""
        bases = [subject for subject in self.subjects if subject.role == "base" and subject.versions]
        if not bases:
            return None
        subject = random.choice(bases)
        versions = list(subject.versions)
        return (subject.name, random.choice(versions)) if versions else None

    def held(self, random):
        """An id that is never free, or None: nothing is ever deleted of the subject that holds it."""
        steady = [subject for subject in (*self.retired, *self.subjects) if subject.role == "steady" and subject.contents]
        if not steady:
            return None
        contents = set(random.choice(steady).contents)
        ids = [number for number, content in list(self.ids["."].items()) if content in contents]
        return random.choice(ids) if ids else None

    def learn(self, operation, subject):
        """Takes in what an operation told."""
        answer = operation.answer
        if operation.outcome in (REFUSED, UNSENT):
            return
        if operation.kind in ("register", "import", "restore") and operation.ok:
            content = operation.content or answer["content"]
            subject.learn(answer["version"], content)
            self.ids[context(subject.name)][answer["id"]] = content
        elif operation.kind == "delete_version":
            subject.forget([operation.version], operation.permanent)
        elif operation.kind == "delete_subject":
            subject.forget(answer.get("versions") or list(subject.versions), operation.permanent)

    def _new(self, random):
        role = next(self._roles)
        name = f"{role}-{next(self._names)}"
        level = random.choice(schemas.LEVELS) if role in ("steady", "deleted", "config") else None
        return Subject(f":.other:{name}" if role == "other" else name, role, level)

