"""peers.py fastavro|avro PAIRS ANSWERS: what a Python implementation says about pairs of schemas.

The answers have the form that all opinions share; what a peer has no notion of is left out.
"""

import json
import logging
import re
import sys
import warnings


def fastavro_describe(text):
    import fastavro.schema

    schema = json.loads(text)
    parsed = fastavro.schema.parse_schema(schema, _write_hint=False)
    return parsed, {"canonical": fastavro.schema.to_parsing_canonical_form(schema)}


def avro_describe(text):
    import avro.schema

    parsed = avro.schema.parse(text)
    return parsed, {"canonical": parsed.canonical_form, "rabin": parsed.fingerprint("CRC-64-AVRO")[::-1].hex()}


def avro_check(reader, writer):
    from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

    result = ReaderWriterCompatibilityChecker().get_compatibility(reader, writer)
    return result.compatibility is SchemaCompatibilityType.compatible


PEERS = {"fastavro": (fastavro_describe, None), "avro": (avro_describe, avro_check)}


def side(describe, text):
    try:
        parsed, says = describe(text)
        return parsed, {"valid": True, **says}
    except Exception as error:  # whatever a peer throws is its way to refuse
        why = re.sub(r" \(known names: dict_keys\(\[.*?\]\)\)", "", f"{type(error).__name__}: {error}")
        # The cause stands last in nested messages, which quote the whole schema at each level.
        return None, {"valid": False, "why": why if len(why) < 400 else f"{why[:100]} ... {why[-250:]}"}


def answer(describe, check, pair):
    (reader, reader_says), (writer, writer_says) = side(describe, pair["reader"]), side(describe, pair["writer"])
    says = {"reader": reader_says, "writer": writer_says}
    if check and reader_says["valid"] and writer_says["valid"]:
        try:
            says["compatible"] = check(reader, writer)
        except Exception as error:
            says["threw"] = f"{type(error).__name__}: {error}"[:300]
    return says


def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    sys.setrecursionlimit(10000)
    describe, check = PEERS[sys.argv[1]]
    with open(sys.argv[2], encoding="utf-8") as pairs, open(sys.argv[3], "w", encoding="utf-8") as answers:
        for line in pairs:
            answers.write(json.dumps(answer(describe, check, json.loads(line))) + "\n")


if __name__ == "__main__":
    main()
