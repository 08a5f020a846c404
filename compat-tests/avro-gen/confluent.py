"""A registry that answers avro-gen with what a live Confluent answered: the registrations of one recorded sequence, and its levels.

A version is there when the sequence registered it, or, on a server that starts empty, when it was registered again with the schema of a
recorded registration. What is answered of it is the recorded answer in the form that the recorded reads have: the subject in front, `ts` and
`deleted` behind. Headers are a Confluent's. Whatever else is asked is 404 without a code, which no registry says, and is noted as unexpected.

`old=True` answers as a server of before 5.5: ids alone on registration, no GUIDs, no types, no level but the subject's own, and no verdict
about a subject that is not there.
"""

import gzip
import http.server
import json
import re
import threading
import urllib.parse
import uuid

_TYPE = "application/vnd.schemaregistry.v1+json"
_TS = 1795355263485


class Confluent:
    """Usable as a context manager; `url` is its address, `asked` what was asked, `unexpected` what it had no answer to."""

    def __init__(self, recorded, name, old=False, empty=False):
        self.old, self.asked, self.unexpected = old, [], []
        self._registrations, self._levels = _read(recorded, name)
        self._there = [] if empty else list(self._registrations)

    def __enter__(self):
        handler = type("Handler", (_Handler,), {"registry": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method, target, body):
        """The status and the body."""
        path, _, query = target.partition("?")
        parts = [urllib.parse.unquote(part) for part in path.split("/")[1:]]
        self.asked.append(f"{method} {urllib.parse.unquote(path)}")
        if method == "GET":
            found = self._read(parts, query)
        else:
            found = self._write(parts, json.loads(body))
        if found is None:
            self.unexpected.append(f"{method} {target}")
            return 404, None
        return found

    def _read(self, parts, query):
        if parts == ["subjects"]:
            return 200, sorted({subject for subject, _ in self._there})
        if parts[0] == "config":
            return self._level(parts[1:], query)
        if parts[0] != "subjects" or parts[2:3] != ["versions"] or len(parts) > 4:
            return None
        versions = {answer["version"]: answer for subject, answer in self._there if subject == parts[1]}
        if not versions:
            return 404, _error(40401, f"Subject '{parts[1]}' not found.")
        if len(parts) == 3:
            return 200, sorted(versions)
        number = max(versions) if parts[3] == "latest" else int(parts[3])
        if number not in versions:
            return 404, _error(40402, f"Version {number} not found.")
        return 200, self._version(parts[1], versions[number])

    def _level(self, parts, query):
        own = self._levels.get(parts[0]) if parts else None
        if parts and not own and (self.old or "defaultToGlobal=true" not in query):
            return 404, _error(40408, f"Subject '{parts[0]}' does not have subject-level compatibility configured")
        context = re.match(r":\.[^:]*:", parts[0] if parts else "")
        return 200, {"compatibilityLevel": own or self._levels.get(context and context.group()) or "BACKWARD"}

    def _write(self, parts, body):
        is_check = parts[0] == "compatibility"
        subject = parts[2] if is_check else parts[1]
        there = [answer for other, answer in self._there if other == subject]
        alike = [answer for other, answer in self._registrations if other == subject and _says(answer) == _says(body)]
        if is_check:
            if not there:
                # What came before 6.0 had to have something to compare with.
                return (404, _error(40401, "Subject not found.")) if self.old else (200, {"is_compatible": True, "messages": []})
            return (200, {"is_compatible": True, "messages": []}) if alike else None
        known = [answer for answer in there if _says(answer) == _says(body)]
        if parts[2:] == ["versions"]:
            if not alike:
                return None
            if not known:
                self._there.append((subject, alike[0]))
            return 200, {"id": alike[0]["id"]} if self.old else alike[0]
        if not there:
            return 404, _error(40401, f"Subject '{subject}' not found.")
        if not known:
            return 404, _error(40403, "Schema not found")
        # An answer by the hash of what was sent has neither time nor state.
        return 200, self._version(subject, known[0], echo=True)

    def _version(self, subject, answer, echo=False):
        whole = {"subject": subject, "version": answer["version"], **answer}
        if self.old:
            return {key: whole[key] for key in ("subject", "version", "id", "references", "schema") if key in whole}
        return whole if echo else {**whole, "ts": _TS, "deleted": False}


class _Handler(http.server.BaseHTTPRequestHandler):
    """Confluent's headers around an answer."""

    registry: Confluent
    protocol_version = "HTTP/1.1"

    def _serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        status, answer = self.registry.answer(self.command, self.path, self.rfile.read(length))
        data = json.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode() if answer is not None else b""
        self.send_response(status)
        self.send_header("X-Request-ID", self.headers.get("X-Request-ID") or str(uuid.uuid4()))
        self.send_header("Vary", "Accept-Encoding, User-Agent")
        self.send_header("Content-Type", _TYPE)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            data = gzip.compress(data)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = _serve

    def log_message(self, *_):
        """Nothing: what was asked is kept by the registry."""


def _error(code, message):
    return {"error_code": code, "message": message}


def _says(schema):
    """What a schema says, however it is laid out."""
    return json.loads(schema["schema"])


def _read(recorded, name):
    """The registrations of a sequence, as (subject, answer), and its levels by subject or context."""
    with gzip.open(recorded, "rt", encoding="utf-8") as lines:
        [sequence] = [one for one in map(json.loads, lines) if one["name"] == name]
    registrations, levels = [], {}
    for step in sequence["steps"]:
        path = urllib.parse.unquote(step["path"].partition("?")[0])
        answer = step.get("answer")
        if step["status"] != 200:
            continue
        registered = re.fullmatch(r"/subjects/([^/]+)/versions", path)
        if step["method"] == "POST" and registered and "version" in answer and answer.get("schemaType") == "AVRO":
            if (registered.group(1), answer["version"]) not in {(subject, one["version"]) for subject, one in registrations}:
                registrations.append((registered.group(1), answer))
        if step["method"] == "PUT" and path.startswith("/config/") and "compatibility" in (answer or {}):
            levels[path[len("/config/"):]] = answer["compatibility"]
    return registrations, levels
