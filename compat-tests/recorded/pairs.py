#!/usr/bin/env python3
"""pairs.py [-v] URL FILE...: asks a registry (empty at the start) what was asked of a live Confluent 8.5 about pairs of schemas, and compares.

pairs-*.jsonl, a row: name, type, old, new; `old_text` and, with normalize, `old_normalized`: what is stored; or `invalid` {status, error_code};
`backward`, `forward`: {compatible, messages} of `new` checked at that level against a subject that holds `old`, or {status, error_code}.
wide-pairs-*.jsonl, a row: name, type, old, new, answers: [what, answer] in the order of `wide()` below: store, normal(ized), look-ups, formats, checks
at three levels (JSON: under the policy LENIENT too), registration with validateFields, registration without validation but normalized. An answer that is no
200 stands as {status, error_code, message}.
Not compared: `ts`; a parser's own words (see replay.py); a recorded status >= 500 may be anything below 500.
Ends with "N passed, N failed" (rows), exit 1 on a failure.
"""
import http.client, json, pathlib, sys, urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from replay import lines, told

CT = "application/vnd.schemaregistry.v1+json"


def wide(kind, old, new, ctx):
    typed = {"schemaType": kind}
    check = "/compatibility/subjects/%ss/versions/latest?verbose=true" % ctx
    yield None, "PUT", "/config/" + ctx, {"compatibility": "NONE"}
    yield "store", "POST", "/subjects/%ss/versions" % ctx, dict(typed, schema=old)
    yield "normal", "POST", "/subjects/%sn/versions?normalize=true" % ctx, dict(typed, schema=old)
    yield "look", "POST", "/subjects/%ss" % ctx, dict(typed, schema=old)
    yield "looknew", "POST", "/subjects/%ss?normalize=true" % ctx, dict(typed, schema=new)
    for form in {"PROTOBUF": ("serialized", "ignore_extensions"), "AVRO": ("resolved",)}.get(kind, ()):
        yield form, "GET", "/subjects/%ss/versions/1/schema?format=%s" % (ctx, form), None
    for level in ("BACKWARD", "FORWARD", "FULL"):
        yield None, "PUT", "/config/%ss" % ctx, {"compatibility": level}
        yield level, "POST", check, dict(typed, schema=new)
    if kind == "JSON":
        for level in ("BACKWARD", "FORWARD"):
            yield None, "PUT", "/config/%ss" % ctx, {"compatibility": level, "compatibilityPolicy": "LENIENT"}
            yield "LENIENT " + level, "POST", check, dict(typed, schema=new)
    yield None, "PUT", "/config/%ss" % ctx, {"compatibility": "NONE", "validateFields": True}
    yield "fields", "POST", "/subjects/%ss/versions" % ctx, dict(typed, schema=new)
    yield None, "PUT", "/config/%sv" % ctx, {"validateNewSchemas": False, "normalize": True}
    yield "lax", "POST", "/subjects/%sv/versions" % ctx, dict(typed, schema=new)


class Registry:
    def __init__(self, url):
        u = urllib.parse.urlparse(url)
        self.conn = http.client.HTTPConnection(u.hostname, u.port, timeout=120)

    def call(self, method, path, body):
        self.conn.request(method, path, None if body is None else json.dumps(body).encode(), {"Accept": CT, "Content-Type": CT})
        reply = self.conn.getresponse()
        raw = reply.read().decode("utf-8", "replace")
        if reply.status >= 400:
            self.conn.close()
        if reply.status == 200 and path.split("?")[0].endswith("/schema"):
            return 200, {"text": raw}
        try:
            return reply.status, json.loads(raw)
        except ValueError:
            return reply.status, raw


def comparable(answer):
    """An answer without what is a parser's own."""
    if isinstance(answer, dict):
        answer = {k: v for k, v in answer.items() if k != "ts"}
        if isinstance(answer.get("message"), str):
            answer["message"] = told(answer["message"])
        if isinstance(answer.get("messages"), list):
            answer["messages"] = [told(m) for m in answer["messages"]]
    return answer


def play_wide(registry, row):
    kind, want = row["type"], list(row["answers"])
    ctx = ":.w%s%s:" % (kind[0].lower(), row["name"].split("-")[-1])
    for what, method, path, body in wide(kind, row["old"], row["new"], ctx):
        status, got = registry.call(method, path, body)
        if what is None:
            continue
        expected = want.pop(0)[1]
        if status != 200:
            got = {"status": status, "error_code": got.get("error_code"), "message": got.get("message")} if isinstance(got, dict) else {"status": status, "error_code": None, "message": got}
        if isinstance(expected, dict) and expected.get("status", 0) >= 500:
            if status >= 500:
                yield what, expected, got
        elif comparable(expected) != comparable(got):
            yield what, expected, got


def play(registry, row):
    kind = row["type"]
    ctx = ":.pr%s%s:" % (kind[0].lower(), row["name"].split("-")[1])
    typed = {"schemaType": kind}
    registry.call("PUT", "/config/" + ctx, {"compatibility": "NONE"})
    status, got = registry.call("POST", "/subjects/%ss/versions" % ctx, dict(typed, schema=row["old"]))
    if status != 200 or "invalid" in row:
        refused = {"status": status, "error_code": got.get("error_code")} if status != 200 else got.get("schema")
        if refused != row.get("invalid"):
            yield "old", row.get("invalid", row.get("old_text")), refused
        return
    if got.get("schema") != row["old_text"]:
        yield "old_text", row["old_text"], got.get("schema")
    status, got = registry.call("POST", "/subjects/%sn/versions?normalize=true" % ctx, dict(typed, schema=row["old"]))
    if (got.get("schema") if status == 200 else None) != row.get("old_normalized"):
        yield "old_normalized", row.get("old_normalized"), got
    for level in ("BACKWARD", "FORWARD"):
        registry.call("PUT", "/config/%ss" % ctx, {"compatibility": level})
        status, got = registry.call("POST", "/compatibility/subjects/%ss/versions/latest?verbose=true" % ctx, dict(typed, schema=row["new"]))
        verdict = {"status": status, "error_code": got.get("error_code")}
        if status == 200:
            verdict = {"compatible": got.get("is_compatible"), "messages": [m for m in got.get("messages", []) if not m.startswith(("{oldSchema", "{validateFields", "{compatibility"))]}
        if comparable(verdict) != comparable(row[level.lower()]):
            yield level.lower(), row[level.lower()], verdict


def differences(registry, row):
    """For each answer about a pair that differs: what was asked, the recorded answer and ours."""
    return (play_wide if "answers" in row else play)(registry, row)


def main(args):
    verbose = args[:1] == ["-v"]
    url, files = args[verbose], args[verbose + 1:]
    registry, passed, failed = Registry(url), 0, 0
    for path in files:
        for line in lines(path):
            row = json.loads(line)
            found = list(differences(registry, row))
            passed, failed = passed + (not found), failed + bool(found)
            for what, want, got in found:
                short = (lambda x: json.dumps(x, ensure_ascii=False)) if verbose else (lambda x: json.dumps(x, ensure_ascii=False)[:300])
                print("FAIL %s: %s want %s got %s" % (row["name"], what, short(want), short(got)))
                if verbose:
                    print("  old %s\n  new %s" % (row["old"], row["new"]))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
