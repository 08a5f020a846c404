"""Requests that schemathesis makes up from the OpenAPI document that the server itself serves.

No request may end in a server error, and no answer may have a status, a content type, a header or a body that the
document does not name.
"""

import re

import machine
from registry import Registry

_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
# Fewer than this would mean that the document has lost operations, or the tool its way.
_REQUESTS = 5000


def run(tally):
    run = tally.run
    programs = machine.virtual_environment(run, "schemathesis", run.tests / "tools" / "schemathesis.txt")
    work = run.work / "openapi"
    work.mkdir(parents=True, exist_ok=True)
    with Registry(run, run.databases.fresh("sqlite"), log="registry-openapi") as registry:
        argv = [programs / "schemathesis", "run", registry.url + "/openapi.json", "--checks", _CHECKS,
                "--phases", "examples,coverage,fuzzing", "--max-examples", 1000 if run.long else 10, "--seed", 1,
                "--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off", "--no-color"]
        _, text = tally.command("schemathesis", argv, cwd=work, env=run.env, timeout=3 * 3600 if run.long else 600)
    found = re.search(r"^ *(\d+) generated", text, re.M)
    requests = int(found.group(1)) if found else 0
    tally.check(f"{requests} requests were made up", None if requests >= _REQUESTS else f"less than {_REQUESTS}")
