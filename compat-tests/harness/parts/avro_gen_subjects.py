"""Subjects that the path of a URL must not change on its way: each is pushed, listed and pulled by serde-wire's client."""

import json
import urllib.request

# What is pushed, and the subject that the registry then has.
_SUBJECTS = [(name, name) for name in (
    "a;x", "a/b", "/", "50%", "%2F", "%2e%2e", "a?b&d", "a#b", "a b", "...", "..a", "./b", "../c", "a+b,c", "é中😀", "a:b", ":.ctx:a;b/..")]
_SUBJECTS.append((":.:s", "s"))


def run(tally, project, registry):
    """One schema under each, in a registry of its own."""
    for given, kept in _SUBJECTS:
        name = f"subject {given}"
        project.write("schemas/T.avsc", json.dumps({"type": "record", "name": "T", "fields": []}))
        code, text = project.call("push", "schemas", "--registry", registry.url, "--subject", f"T={given}", "--yes", "--lock", "pushed.lock")
        with urllib.request.urlopen(f"{registry.url}/subjects", timeout=30) as answer:
            subjects = json.load(answer)
        if code != 0:
            problem = f"push ended with {code}: {text[:500]}"
        elif kept not in subjects:
            problem = f"it is not among {subjects}"
        elif "?" in given:
            # To pull, that is a pattern.
            problem = None
        else:
            code, text = project.call("pull", f"{given}@1", "--registry", registry.url, "--lock", "pulled.lock", "--output", "pulled")
            problem = f"pull ended with {code}: {text[:500]}" if code != 0 else None
        tally.check(name, problem)
        for lock in ("pushed.lock", "pulled.lock"):
            (project.folder / lock).unlink(missing_ok=True)
    with urllib.request.urlopen(f"{registry.url}/subjects", timeout=30) as answer:
        others = set(json.load(answer)) - {kept for _, kept in _SUBJECTS}
    tally.check("no subject became another one", f"there are {sorted(others)}" if others else None)
    for given in (".", ".."):
        code, text = project.call("pull", f"{given}@1", "--registry", registry.url, "--lock", "pulled.lock", "--output", "pulled")
        tally.check(f"subject {given} is refused", None if code == 1 and "cannot be asked for" in text else f"{code}: {text[:500]}")
