"""A client of the registry that records each request with its outcome.

A request that was not sent since nobody listened is UNSENT. An answer of 4xx is REFUSED: nothing was done. Whatever else
did not succeed is UNKNOWN, be it 5xx, a broken connection or the end of patience.
"""

import http.client
import json
import threading
import time
from urllib.parse import quote

from record import OK, REFUSED, UNKNOWN, UNSENT, Content, Operation

# How long an answer is waited for, in seconds.
PATIENCE = 4.0


class History:
    """The records of all clients."""

    def __init__(self):
        self.operations = []
        self._lock = threading.Lock()

    def add(self, *members):
        with self._lock:
            operation = Operation(len(self.operations) + 1, *members)
            self.operations.append(operation)
        return operation


class Client:
    """One thread's connections, one for each node."""

    def __init__(self, name, ports, history, patience=PATIENCE):
        self.name = name
        self._ports = ports
        self._history = history
        self._patience = patience
        self._connections = {}

    def send(self, node, kind, **asked):
        """Does what `asked` names at a node; the record."""
        method, path, body, answer = REQUESTS[kind](asked)
        start = time.monotonic()
        outcome, status, value = self._exchange(node, method, path, body)
        end = time.monotonic()
        code, told = 0, {}
        if outcome == OK:
            told = answer(value)
        elif isinstance(value, dict):
            code = value.get("error_code", 0)
            told = {"message": value.get("message", "")[:300]}
        elif value:
            told = {"message": value}
        return self._history.add(self.name, node, kind, asked, start, end, outcome, status, code, told)

    def _exchange(self, node, method, path, body):
        connection = self._connections.get(node)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self._ports[node], timeout=self._patience)
            try:
                connection.connect()
            except OSError as error:
                return UNSENT, 0, str(error)
            self._connections[node] = connection
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            del self._connections[node]
            return UNKNOWN, 0, f"{type(error).__name__} {error}".strip()
        try:
            value = json.loads(data) if data else None
        except ValueError:
            return UNKNOWN, response.status, data[:200].decode(errors="replace")
        outcome = OK if response.status < 300 else REFUSED if response.status < 500 else UNKNOWN
        return outcome, response.status, value


def _subject(asked):
    return quote(asked["subject"], safe="")


def _schema(content):
    body = {"schema": content.text}
    if content.references:
        body["references"] = [dict(zip(("name", "subject", "version"), reference)) for reference in content.references]
    return body


def content_of(value):
    """The content in an answer."""
    references = value.get("references", ())
    return Content(value["schema"], tuple((ref["name"], ref["subject"], ref["version"]) for ref in references))


def _named(value):
    told = {name: value[name] for name in ("id", "version", "guid", "deleted") if name in value}
    return {**told, "content": content_of(value)}


def _register(asked):
    body = _schema(asked["content"])
    for name in ("id", "version"):
        if name in asked:
            body[name] = asked[name]
    return "POST", f"/subjects/{_subject(asked)}/versions", json.dumps(body), _given


def _given(value):
    return {name: value[name] for name in ("id", "version", "guid")}


def _lookup(asked):
    return "POST", f"/subjects/{_subject(asked)}", json.dumps(_schema(asked["content"])), _given


def _version(asked, more=""):
    return f"/subjects/{_subject(asked)}/versions/{asked['version']}{more}" + _flags(asked)


def _flags(asked):
    set_ = [f"{name}=true" for name in ("deleted", "permanent") if asked.get(name)]
    return "?" + "&".join(set_) if set_ else ""


def _id(asked, more=""):
    named = "" if asked["context"] == "." else f"?subject=:{asked['context']}:"
    return f"/schemas/ids/{asked['id']}{more}{named}"


def _put(path, member, key):
    return lambda asked: ("PUT", f"/{path}/{_subject(asked)}", json.dumps({member: asked[key]}), lambda value: {})


def _association(asked):
    entry = {"subject": asked["subject"], "lifecycle": "WEAK"}
    body = {"resourceName": asked["resource"], "resourceNamespace": "history", "resourceId": asked["resource"],
            "associations": [entry]}
    return "POST", "/associations", json.dumps(body), lambda value: {}


def _compatible(asked):
    return ("POST", f"/compatibility/subjects/{_subject(asked)}/versions/{asked['version']}",
            json.dumps(_schema(asked["content"])), lambda value: {"compatible": value["is_compatible"]})


def _all(asked):
    return "GET", f"/schemas?subjectPrefix=:*:&deleted=true&offset={asked['offset']}&limit=1000", None, lambda value: {
        "rows": [[row["subject"], row["version"], row["id"], content_of(row), row["guid"], row["deleted"]] for row in value]}


REQUESTS = {
    "register": _register,
    "import": _register,
    "lookup": _lookup,
    "get_version": lambda asked: ("GET", _version(asked), None, _named),
    "latest": lambda asked: ("GET", f"/subjects/{_subject(asked)}/versions/latest", None, _named),
    "list": lambda asked: ("GET", f"/subjects/{_subject(asked)}/versions{_flags(asked)}", None,
                           lambda value: {"versions": value}),
    "subjects": lambda asked: ("GET", f"/subjects?subjectPrefix={_subject(asked)}", None, lambda value: {"subjects": value}),
    "get_id": lambda asked: ("GET", _id(asked), None,
                             lambda value: {"content": content_of(value), "guid": value["guid"]}),
    "id_versions": lambda asked: ("GET", _id(asked, "/versions"), None,
                                  lambda value: {"holders": [[row["subject"], row["version"]] for row in value]}),
    "delete_version": lambda asked: ("DELETE", _version(asked), None, lambda value: {}),
    "delete_subject": lambda asked: ("DELETE", f"/subjects/{_subject(asked)}{_flags(asked)}", None,
                                     lambda value: {"versions": value}),
    "restore": lambda asked: ("POST", _version(asked, "/restore"), None, _named),
    "put_config": _put("config", "compatibility", "level"),
    "get_config": lambda asked: ("GET", f"/config/{_subject(asked)}", None,
                                 lambda value: {"level": value["compatibilityLevel"]}),
    "delete_config": lambda asked: ("DELETE", f"/config/{_subject(asked)}", None, lambda value: {}),
    "put_mode": _put("mode", "mode", "mode"),
    "get_mode": lambda asked: ("GET", f"/mode/{_subject(asked)}", None, lambda value: {"mode": value["mode"]}),
    "associate": _association,
    "dissociate": lambda asked: ("DELETE", f"/associations/resources/{asked['resource']}", None, lambda value: {}),
    "get_association": lambda asked: ("GET", f"/associations/resources/{asked['resource']}", None,
                                      lambda value: {"holder": value[0]["subject"] if value else None}),
    "compatible": _compatible,
    "dump": _all,
}
