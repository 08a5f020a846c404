"""The matrix: what each client writes is read by ours, and what ours writes by each client, field by field."""

import json
import urllib.request

from pending import Pending

from . import compare

OURS = "ours"


class Client:
    """A client of some make: the program that writes and reads with it, called with its own arguments first. One that cannot have
    most messages takes part in some cases alone."""

    def __init__(self, name, argv, only=None):
        self.name, self.argv, self._only = name, argv, only

    def takes(self, case):
        """Whether it takes part in a case."""
        return self._only is None or case["name"] in self._only


class Matrix:
    """All cells, on one broker and one registry."""

    def __init__(self, tally, ours, brokers, registry, folder):
        self._tally, self._ours = tally, ours
        self._addresses = [brokers, registry]
        self._folder, self._work = folder, tally.run.work / "interop"
        self._work.mkdir(parents=True, exist_ok=True)
        self._cases = [_expanded(case, folder / "schemas") for case in json.loads((folder / "cases.json").read_text())]
        self._plan = self._write_plan("plan", self._cases)
        self._rows, self._unwritten = {}, {}

    def run(self, clients):
        """Every cell of these clients."""
        names = [OURS] + [client.name for client in clients]
        self._call(self._ours, "create", self._plan, *names)
        self._register_references(names)
        for client in [self._ours, *clients]:
            self._write(client)
        self._register_readers(names)
        for client in clients:
            self._judge(client, "writes", self._ours, client.name, self._unwritten[client.name])
            self._judge(client, "reads", client, OURS, self._unwritten[OURS])
        return self._table(clients)

    def _write(self, client):
        """Has a client write all cases, and notes those that it could not write."""
        plan = self._write_plan(client.name, [case for case in self._cases if client.takes(case)])
        lines = self._call(client, "write", plan, client.name)
        self._unwritten[client.name] = {line["case"]: line["error"] for line in lines}
        if client is self._ours:
            for name, error in self._unwritten[OURS].items():
                self._tally.check(f"{OURS} writes {name}", error)

    def _judge(self, client, verb, reader, writer, unwritten):
        """One row of cells: what `writer` wrote, as `reader` read it."""
        known = self._folder / "known" / f"{client.name}.txt"
        pending = Pending(known) if known.is_file() else None
        cases = [case for case in self._cases if client.takes(case)]
        plan = self._write_plan(f"{writer}-{reader.name}", [case for case in cases if case["name"] not in unwritten])
        found = {}
        for line in self._call(reader, "read", plan, writer):
            found.setdefault(line["case"], []).append(line)
        for case in cases:
            name = case["name"]
            problem = unwritten.get(name) or _problem(case, found.get(name, []))
            cell = f"{verb} {name}"
            listed = pending is not None and pending.lists(cell)
            self._rows.setdefault(name, {})[client.name, verb] = "-" if listed else "FAILED" if problem else "ok"
            if problem:
                print(f"   {client.name} {cell}: {problem[:300]}", flush=True)
            if pending:
                pending.judge(self._tally, cell, problem, client.name)
            else:
                self._tally.check(f"{client.name} {cell}", problem)

    def _call(self, client, command, plan, *writers):
        step = f"{client.name}-{command}-{'-'.join(writers) if command == 'read' else 'all'}"
        out = self._tally.log(step)
        out.write_bytes(b"")
        argv = [*client.argv, command, *self._addresses, plan, *writers]
        code = self._tally.run.processes.run(argv, out, env=self._tally.run.env, timeout=300)
        lines = out.read_text(encoding="utf-8", errors="replace").splitlines()
        if code != 0:
            self._tally.check(step, f"exit code {code}")
            self._tally.show(out, "what it printed")
        return [json.loads(line) for line in lines if line.startswith('{"case"')]

    def _write_plan(self, name, cases):
        path = self._work / f"{name}.json"
        path.write_text(json.dumps(cases))
        return path

    def _register_references(self, writers):
        """What a case refers to, and then the schema that its writers find as the latest version."""
        for case in self._cases:
            for role in ("key", "value"):
                half = case[role]
                references = half["references"]
                for one in references:
                    self._register(one["subject"], one["schema"])
                if case.get("source") == "latest":
                    known = [{"name": one["name"], "subject": one["subject"], "version": 1} for one in references]
                    for writer in writers:
                        self._register(f"{writer}-{case['name']}-{role}", half["schema"], known)

    def _register_readers(self, names):
        """The reader's schema as the next version, for clients that read with the latest one."""
        for case in self._cases:
            if case["value"]["reader"]:
                for writer in names:
                    if case["name"] not in self._unwritten[writer]:
                        self._register(f"{writer}-{case['name']}-value", case["value"]["reader"]["schema"])

    def _register(self, subject, schema, references=()):
        body = json.dumps({"schema": schema, "references": list(references)}).encode()
        request = urllib.request.Request(f"{self._addresses[1]}/subjects/{subject}/versions", body,
                                         {"Content-Type": "application/vnd.schemaregistry.v1+json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

    def _table(self, clients):
        columns = [(client.name, verb) for client in clients for verb in ("writes", "reads")]
        lines = ["| case | " + " | ".join(f"{name} {verb}" for name, verb in columns) + " |",
                 "|---|" + "---|" * len(columns)]
        for name, row in self._rows.items():
            lines.append(f"| {name} | " + " | ".join(row.get(column, "") for column in columns) + " |")
        return "\n".join(lines)


def _problem(case, lines):
    """What is wrong with the records of a case, or None."""
    errors = [line["error"] for line in lines if "error" in line]
    if errors:
        return errors[0]
    if len(lines) != len(case["messages"]):
        return f"{len(lines)} records were read, not {len(case['messages'])}"
    for index, (message, line) in enumerate(zip(case["messages"], lines)):
        for role in ("key", "value"):
            want = message.get("read", message[role]) if role == "value" else message[role]
            if want is None or line[role] is None:
                found = [] if want is line[role] else [f"got {line[role]!r}, want {want!r}"]
            else:
                half = case[role]
                schema = (half["reader"] or half)["schema"]
                comparer = compare.Comparer(schema, [one["schema"] for one in half["references"]])
                found = comparer.differences(want, line[role])
            if found:
                return f"record {index}, {role}: {found[0]}" + (f" and {len(found) - 1} more" if len(found) > 1 else "")
    return None


def _expanded(case, schemas):
    """A case with the texts of its schemas."""
    whole = dict(case)
    for role in ("key", "value"):
        references = [dict(one, schema=_text(one["schema"], schemas)[1]) for one in case.get("references", ())]
        name, text = _text(case[role], schemas)
        whole[role] = {"name": name, "schema": text, "reader": None, "references": references if role == "value" else []}
    if "reader" in case:
        name, text = _text(case["reader"], schemas)
        whole["value"]["reader"] = {"name": name, "schema": text}
    return whole


def _text(schema, schemas):
    """The name of a schema, and its text."""
    if schema.endswith(".avsc"):
        return schema, (schemas / schema).read_text(encoding="utf-8")
    return schema, json.dumps(schema)
