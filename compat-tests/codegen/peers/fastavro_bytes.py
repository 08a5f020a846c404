"""fastavro_bytes.py QUESTIONS ANSWERS: what fastavro writes of the values that it reads.

A line of questions is {"schema": text, "data": [hexadecimal digits]}, a line of answers the list of what was written, with null for
a value that Python cannot hold.
"""

import io
import json
import sys

import fastavro


def written(schema, digits):
    try:
        value = fastavro.schemaless_reader(io.BytesIO(bytes.fromhex(digits)), schema)
        out = io.BytesIO()
        fastavro.schemaless_writer(out, schema, value)
        return out.getvalue().hex()
    except Exception:  # whatever it throws is its way to refuse
        return None


def answer(question):
    try:
        schema = fastavro.parse_schema(json.loads(question["schema"]))
    except Exception:
        return [None] * len(question["data"])
    return [written(schema, digits) for digits in question["data"]]


def main():
    sys.setrecursionlimit(10000)
    with open(sys.argv[1], encoding="utf-8") as questions, open(sys.argv[2], "w", encoding="utf-8") as answers:
        for line in questions:
            answers.write(json.dumps(answer(json.loads(line))) + "\n")


if __name__ == "__main__":
    main()
