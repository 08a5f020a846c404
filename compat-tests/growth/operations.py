"""The requests of the growth bench: each with a path, and a body, for each of several subjects that are alike.

An operation is asked once for each subject of a node that does not know it (cold), then again and again for one (warm).
A write is a new one each time.
"""

import filling

REGISTRATION = "/subjects/{s}/versions"


class Operation:
    """A request for a number: `path` and `body` are texts or functions of the number and what is known of the registry."""

    def __init__(self, name, path, method="GET", body=None, status=200, writes=False):
        self.name, self.method, self.status, self.writes = name, method, status, writes
        self._path, self._body = path, body

    def request(self, number, known):
        path = self._path(number, known) if callable(self._path) else self._path
        body = self._body(number, known) if callable(self._body) else self._body
        return self.method, path.replace("{s}", filling.subject(number)), body


def _identity(number, _known):
    return number * filling.VERSIONS + 5


def _by_id(end):
    return lambda number, known: f"/schemas/ids/{_identity(number, known)}{end}"


def _stored(version):
    return lambda number, _known: {"schema": filling.record(f"R{number}", version)}


def _new(first):
    """A version that the subject does not have: another one for each operation that asks for one, and for each turn."""
    return lambda number, known: {"schema": filling.record(f"R{number}", first + known["turn"])}


def of_any_size():
    """What answers as much at every size."""
    return [
        Operation("ids/{id}?fetchMaxId=false&subject=", lambda n, k: f"/schemas/ids/{_identity(n, k)}?fetchMaxId=false&subject={filling.subject(n)}"),
        Operation("ids/{id}", _by_id("")),
        Operation("ids/{id}?fetchMaxId=true", _by_id("?fetchMaxId=true")),
        Operation("ids/{id}/schema", _by_id("/schema")),
        Operation("ids/{id}/subjects", _by_id("/subjects")),
        Operation("ids/{id}/versions", _by_id("/versions")),
        Operation("ids/{id} unknown", lambda n, k: f"/schemas/ids/{2_000_000_000 + n}", status=404),
        Operation("guids/{guid}", lambda n, k: f"/schemas/guids/{k['guids'][n]}"),
        Operation("guids/{guid}/ids", lambda n, k: f"/schemas/guids/{k['guids'][n]}/ids"),
        Operation("subjects/{s}/versions", "/subjects/{s}/versions"),
        Operation("subjects/{s}/versions/5", "/subjects/{s}/versions/5"),
        Operation("subjects/{s}/versions/latest", "/subjects/{s}/versions/latest"),
        Operation("subjects/{s}/versions/5/schema", "/subjects/{s}/versions/5/schema"),
        Operation("subjects/{s}/metadata", "/subjects/{s}/metadata?key=noted&value=yes"),
        Operation("subjects/{s}/versions/1 unknown", lambda n, k: f"/subjects/none-{n}/versions/1", status=404),
        Operation("referencedby", lambda n, k: f"/subjects/base/versions/1/referencedby?offset={n % 2}&deleted={n % 4 > 1}".lower()),
        Operation("subjects?limit=50", lambda n, k: f"/subjects?limit={50 - n}"),
        Operation("subjects?offset=&limit=10", lambda n, k: f"/subjects?offset={n + 10}&limit=10"),
        Operation("subjects?subjectPrefix={s}", "/subjects?subjectPrefix={s}"),
        Operation("subjects?deleted=true&limit=10", lambda n, k: f"/subjects?deleted=true&offset={n}&limit=10"),
        Operation("subjects?deletedOnly=true", lambda n, k: f"/subjects?deletedOnly=true&offset={n}"),
        Operation("schemas?limit=20", lambda n, k: f"/schemas?offset={n}&limit=20"),
        Operation("schemas?latestOnly=true&limit=20", lambda n, k: f"/schemas?latestOnly=true&offset={n}&limit=20"),
        Operation("schemas?subjectPrefix={s}", "/schemas?subjectPrefix={s}"),
        Operation("subjects?subjectPrefix=:*:{s}", "/subjects?subjectPrefix=:*:{s}"),
        Operation("schemas?subjectPrefix=:*:{s}", "/schemas?subjectPrefix=:*:{s}"),
        Operation("schemas?aliases=true&limit=20", lambda n, k: f"/schemas?aliases=true&offset={n}&limit=20"),
        Operation("schemas?ruleType=", lambda n, k: f"/schemas?ruleType=CEL&offset={n}"),
        Operation("schemas?resourceType=", lambda n, k: f"/schemas?resourceType=topic&offset={n}"),
        Operation("contexts", "/contexts"),
        Operation("config/{s}?defaultToGlobal=true", "/config/{s}?defaultToGlobal=true"),
        Operation("mode/{s}?defaultToGlobal=true", "/mode/{s}?defaultToGlobal=true"),
        Operation("config", "/config"),
        Operation("look-up", "/subjects/{s}", "POST", _stored(5)),
        Operation("look-up of another", "/subjects/{s}", "POST", lambda n, k: {"schema": filling.record(f"R{n}", 999)}, status=404),
        Operation("compatibility with the latest", "/compatibility/subjects/{s}/versions/latest", "POST", _stored(99)),
        Operation("compatibility with the level's", "/compatibility/subjects/{s}/versions", "POST", _stored(99)),
        Operation("register known", REGISTRATION, "POST", _stored(5)),
        Operation("register new", REGISTRATION, "POST", _new(1_000), writes=True),
        Operation("register the first", lambda n, k: f"/subjects/first-{n}-{k['turn']}/versions", "POST",
                  lambda n, k: {"schema": filling.record(f"First{n}", k["turn"])}, writes=True),
        Operation("register in another subject", lambda n, k: f"/subjects/other-{n}-{k['turn']}/versions", "POST", _stored(7), writes=True),
        Operation("config/{s} (PUT)", "/config/{s}", "PUT", {"compatibility": "FULL"}, writes=True),
        Operation("mode/{s} (PUT)", "/mode/{s}", "PUT", {"mode": "READWRITE"}, writes=True),
        Operation("delete version, softly", lambda n, k: f"/subjects/{{s}}/versions/{k['turn'] % 10 + 1}", "DELETE", writes=True),
        Operation("restore version", lambda n, k: f"/subjects/{{s}}/versions/{k['turn'] % 10 + 1}/restore", "POST", {}, writes=True),
        Operation("delete subject, softly", lambda n, k: f"/subjects/first-{n}-{k['turn']}", "DELETE", writes=True),
        Operation("delete subject, for good", lambda n, k: f"/subjects/first-{n}-{k['turn']}?permanent=true", "DELETE", writes=True),
    ]


def of_shapes():
    """What is asked of one subject with many versions, and of one id with many holders."""
    def many(version):
        return lambda n, k: {"schema": filling.record("Many", version)}

    def held(end):
        return lambda n, k: f"/schemas/ids/{k['held']}{end}".replace("{n}", str(n))

    return [
        Operation("many/versions/latest", "/subjects/many/versions/latest"),
        Operation("many/versions/5", "/subjects/many/versions/5"),
        Operation("many/versions?limit=10", lambda n, k: f"/subjects/many/versions?offset={n % 2}&limit=9"),
        Operation("many: look-up", "/subjects/many", "POST", many(5)),
        Operation("many: look-up of another", "/subjects/many", "POST", many(99_999), status=404),
        Operation("many: compatibility with the latest", "/compatibility/subjects/many/versions/latest", "POST", many(99_999)),
        Operation("many: register known", "/subjects/many/versions", "POST", many(5)),
        Operation("many: register new", "/subjects/many/versions", "POST",
                  lambda n, k: {"schema": filling.record("Many", 100_000 + 1_000 * n + k["turn"])}, writes=True),
        Operation("held/{id}?subject=", lambda n, k: f"/schemas/ids/{k['held']}?fetchMaxId=false&subject=held-{n % 5:05}"),
        Operation("held/{id}", held("")),
        Operation("held/{id}/schema", held("/schema")),
        Operation("held/{id}/subjects?limit=5", held("/subjects?limit=5")),
        Operation("held/{id}/versions?limit=5", held("/versions?limit=5")),
        Operation("held: register in another subject", lambda n, k: f"/subjects/more-{n}-{k['turn']}/versions", "POST",
                  lambda n, k: {"schema": filling.record("Held", 1)}, writes=True),
        Operation("held: delete one, softly", lambda n, k: f"/subjects/more-{n}-{k['turn']}", "DELETE", writes=True),
    ]
