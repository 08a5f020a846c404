"""The mix: what a client does next, by the part that a subject has."""

import schemas
from facts import context
from record import UNKNOWN

# Operation -> how often it is chosen, for each part. `same` registers again what the subject has, `shared` what others have.
_READS = {"lookup": 8, "get_version": 8, "latest": 8, "list": 6, "get_id": 10, "id_versions": 5, "subjects": 2, "compatible": 3,
          "get_config": 3}
MIX = {
    "steady": {**_READS, "new": 18, "same": 10, "shared": 8},
    "deleted": {**_READS, "new": 16, "same": 10, "delete_version": 8, "purge_version": 4, "delete_subject": 1.5,
                "purge_subject": 0.7, "restore": 4, "list_deleted": 4, "get_deleted": 4},
    "config": {**_READS, "new": 18, "same": 6, "put_config": 8, "delete_config": 2, "get_config": 8},
    "mode": {**_READS, "new": 14, "same": 6, "put_mode": 8, "get_mode": 8},
    "base": {**_READS, "new": 5, "same": 6, "delete_version": 4, "purge_version": 1},
    "user": {**_READS, "new": 18, "same": 10, "delete_version": 4, "purge_version": 2, "restore": 2},
    "import": {**_READS, "import": 18, "same_import": 6, "take_id": 2, "purge_version": 2, "delete_version": 2,
               "list_deleted": 3},
    "other": {**_READS, "new": 18, "same": 8, "shared": 8},
    "associated": {**_READS, "new": 8, "same": 4, "associate": 6, "dissociate": 4, "get_association": 10, "delete_subject": 2},
}
# After a write one of these is often asked at once: of the same node, or of another.
_LOOK_BACK = ("lookup", "get_version", "latest", "list", "get_id", "id_versions", "subjects")


class Actor:
    """Decides what one client does."""

    def __init__(self, client, world, random, nodes):
        self._client = client
        self._world = world
        self._random = random
        self._nodes = nodes
        self._node = random.randrange(nodes)
        self._left = 0

    def step(self):
        """One operation, with what clients do after it; the operation."""
        random = self._random
        if self._left <= 0:
            self._node, self._left = random.randrange(self._nodes), random.randrange(1, 30)
        self._left -= 1
        subject = self._world.pick(random)
        if not subject.is_set_up:
            self._set_up(subject)
        mix = MIX[subject.role]
        chosen = random.choices(list(mix), mix.values())[0]
        operation = self._act(subject, chosen, self._node)
        if operation is None:
            operation = self._act(subject, "import" if subject.role == "import" else "new", self._node)
        if operation is None:
            operation = self._send(subject, self._node, "list")
        if operation.outcome == UNKNOWN and operation.kind == "register" and random.random() < 0.7:
            # What clients do: the same again, elsewhere.
            self._left = 0
            self._repeat(operation, subject)
        elif operation.ok and operation.kind in ("register", "delete_version", "restore", "import"):
            if random.random() < 0.4:
                self._look_back(operation, subject)
            if operation.kind == "register" and random.random() < 0.08:
                self._repeat(operation, subject)
        return operation

    def _set_up(self, subject):
        subject.is_set_up = True
        if subject.level:
            self._send(subject, self._node, "put_config", level=subject.level)
        if subject.role == "import":
            self._send(subject, self._node, "put_mode", mode="IMPORT")

    def _repeat(self, operation, subject):
        self._send(subject, self._random.randrange(self._nodes), "register", content=operation.content)

    def _look_back(self, operation, subject):
        node = operation.node if self._random.random() < 0.5 else self._random.randrange(self._nodes)
        kind = self._random.choice(_LOOK_BACK)
        version = operation.answer.get("version", operation.version)
        content = operation.content or subject.versions.get(version) or operation.answer.get("content")
        if kind == "lookup" and content:
            self._send(subject, node, kind, content=content)
        elif kind == "get_version":
            self._send(subject, node, kind, version=version)
        elif kind in ("get_id", "id_versions") and "id" in operation.answer:
            self._read_id(subject, node, kind, operation.answer["id"])
        elif kind in ("latest", "list", "subjects"):
            self._send(subject, node, kind)

    def _send(self, subject, node, kind, **asked):
        operation = self._client.send(node, kind, subject=subject.name, **asked)
        self._world.learn(operation, subject)
        return operation

    def _read_id(self, subject, node, kind, number):
        return self._client.send(node, kind, context=context(subject.name), id=number)

    def _act(self, subject, chosen, node):
        """Does one thing of the mix, or nothing (None) when what it needs is not there yet."""
        random = self._random
        if chosen in ("new", "same", "shared"):
            content = self._content(subject, chosen)
            return content and self._send(subject, node, "register", content=content)
        if chosen in ("import", "same_import", "take_id"):
            return self._import(subject, chosen, node)
        versions, deleted = list(subject.versions), list(subject.deleted)
        if chosen in ("delete_version", "get_version", "compatible"):
            if not versions:
                return None
            more = {}
            if chosen == "compatible":
                if subject.role in ("base", "import"):
                    return None
                content = self._content(subject, "new")
                if content is None:
                    return None
                more["content"] = content
            return self._send(subject, node, chosen, version=random.choice(versions), **more)
        if chosen in ("purge_version", "restore", "get_deleted"):
            if not deleted:
                return None
            more = {"purge_version": {"permanent": True}, "get_deleted": {"deleted": True}}.get(chosen, {})
            kind = {"purge_version": "delete_version", "get_deleted": "get_version"}.get(chosen, chosen)
            return self._send(subject, node, kind, version=random.choice(deleted), **more)
        if chosen == "purge_subject":
            return self._send(subject, node, "delete_subject", permanent=True) if deleted and not versions else None
        if chosen == "list_deleted":
            return self._send(subject, node, "list", deleted=True)
        if chosen == "lookup":
            return self._send(subject, node, "lookup", content=random.choice(subject.contents)) if subject.contents else None
        if chosen in ("get_id", "id_versions"):
            ids = self._world.ids[context(subject.name)]
            return self._read_id(subject, node, chosen, random.choice(list(ids))) if ids else None
        if chosen == "put_config":
            return self._send(subject, node, chosen, level=random.choice(schemas.LEVELS))
        if chosen == "put_mode":
            return self._send(subject, node, chosen, mode=random.choice(("READONLY", "READWRITE", "READWRITE")))
        if chosen in ("associate", "get_association", "dissociate"):
            return self._send(subject, node, chosen, resource="r-" + subject.name)
        return self._send(subject, node, chosen)

    def _content(self, subject, chosen):
        random = self._random
        if chosen == "same":
            return random.choice(subject.contents) if subject.contents else None
        if chosen == "shared":
            if len(self._world.shared) > 20 and random.random() < 0.8:
                return random.choice(self._world.shared[-60:])
            content = schemas.fresh(random)
            self._world.shared.append(content)
            return content
        if subject.role == "base":
            return schemas.base()
        if subject.role == "user":
            target = self._world.base(random)
            return target and schemas.referring(random, *target)
        return schemas.fresh(random, random.choice(subject.contents[-5:]) if subject.contents else None)

    def _import(self, subject, chosen, node):
        random = self._random
        ids = self._world.ids["."]
        if chosen == "take_id":
            # An id that stands for something else: it has to be refused. One whose content was purged would be taken.
            number = self._world.held(random)
            return number and self._send(subject, node, "import", content=schemas.fresh(random), id=number)
        if chosen == "same_import":
            # An id that is there, for what it stands for.
            known = [(number, content) for number, content in list(ids.items())[-200:] if not content.references]
            if not known:
                return None
            number, content = random.choice(known)
            return self._send(subject, node, "import", content=content, id=number)
        number = max(ids, default=0) + random.randrange(1, 40)
        more = {"version": next(subject.numbers)} if random.random() < 0.3 else {}
        return self._send(subject, node, "import", content=schemas.fresh(random), id=number, **more)
