"""The case tables, through the `cases` command that also runs files from elsewhere."""

import counts

_KINDS = {
    "compat": "compat-cases.json",
    "schema": "schema-cases.json",
    "resolution": "resolution-cases.json",
    "pairs": "pairs-avro-1.jsonl",
}


def run(tally):
    cases = tally.run.binary("cases")
    for kind, file in _KINDS.items():
        tally.command(kind, [cases, kind, tally.run.tests / "tables" / file], counts.plain, env=tally.run.env)
