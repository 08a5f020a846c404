"""Where Python's implementations differ from the reference, who is right, and why.

Each rule is (peer, kind, right, why); `kind` is a regular expression on what `kinds` calls a disagreement:
`refuses: MESSAGE` (of the peer), `accepts: MESSAGE` (of the reference, which refuses), `canonical`, `rabin`,
`verdict: FINDING` (the first of the reference; `none`, or `threw`) and `check throws: MESSAGE` (of the peer).
A disagreement that no rule explains fails the test run.
"""

import re

ANY = "fastavro|avro"
RULES = [
    (ANY, r"refuses: .*decimal (precision|scale)", "reference",
     "a logical type that is not valid is ignored, the type underneath stays"),
    (ANY, r"accepts: Can't set a property to null", "peer",
     "the specification allows any JSON as a property; the reference stumbles over whole numbers beyond 64 bits, and the "
     "original registry with it, so this project refuses them too"),
    (ANY, r"refuses: .*(JSONDecodeError|Error parsing JSON|Could not parse|BOM)", "both",
     "comments, text behind the document and a byte order mark are a matter of the JSON reader; this project reads what "
     "the reference reads"),
    (ANY, r"accepts: .*(dangling content|Unexpected character|com\.fasterxml|Unrecognized token)", "both",
     "as before, the other way round"),
    (ANY, r"accepts: (Duplicate in union|Nested union)", "reference",
     "the specification forbids unions directly in unions, and two branches of one kind or name"),
    (ANY, r"accepts: (Invalid default|For input string|empty String)|accepts: Schema fields not set yet", "reference",
     "a default must fit its type, and a number given as text must be one"),
    (ANY, r"accepts: (Illegal (initial )?character|Empty name|Namespace part|Null name|Invalid name)", "reference",
     "names are letters, digits and underscores"),
    (ANY, r"accepts: Schemas may not be named after primitives", "reference", "primitive names are reserved"),
    (ANY, r"accepts: Can't redefine", "reference", "a name has one definition"),
    (ANY, r"accepts: (Record has no fields|.*is not an array|No (field )?name|No type|.*size|.*symbol|.*field|Undefined)",
     "reference", "a required attribute is missing or has the wrong type"),
    (ANY, r"accepts: (.*alias|.*order|.*has no|Unknown|Type not|No enum constant|Schema not yet)", "reference",
     "an attribute has a value that the specification does not know"),
    (ANY, r"refuses: .*(symbol must|not a valid Avro name|valid schema name|regular expression)", "both",
     "the specification wants ASCII names; the reference's default parser takes letters of any script, its strict one, "
     "which registrations use, does not"),
    ("fastavro", r"refuses: .*Default value <.*> must match schema type", "reference",
     "a whole number is a valid default of float and double, and any branch of a union may give the default"),
    (ANY, r"refuses: .*[Dd]efault value for enum|refuses: .*default.*symbol", "reference",
     "an enum default that is not text counts as absent"),
    (ANY, r"refuses: .*(namespace|doc|name) property must be a string", "reference",
     "a namespace or doc that is not text counts as absent"),
    (ANY, r"refuses: .*order property", "reference", "the order is compared without regard to case"),
    (ANY, r"refuses: .*(redefined|already exists|Can.t redefine|already in use|reuse)", "reference",
     "since 1.12 the same definition may be repeated"),
    (ANY, r"refuses: .*(Unknown(Type|Named)|UnknownType|not a valid Avro schema|Could not make|Unknown named|KeyError)",
     "reference", "a name is looked up in the enclosing namespace, then in the null namespace, and may be defined later"),
    (ANY, r"refuses: .*(TypeError|AttributeError|ValueError|IndexError|Recursion|Name string)", "reference",
     "the peer fails with an error of its own on a valid schema"),
    ("avro", r"(canonical|rabin)", "reference",
     "the canonical form has a primitive as its bare name; the peer keeps the object around it, and other keys' order"),
    ("fastavro", r"(canonical|rabin)", "reference",
     "the canonical form has full names; the peer keeps a name with a leading dot, and an attribute on a type it ignores"),
    ("avro", r"check throws: .*(Unknown schema type: error|error)", "reference", "an error is a record"),
    ("avro", r"verdict: threw", "reference",
     "a reader field with several writer fields to read from is refused; the peer takes the first"),
    ("avro", r"verdict: ", "reference",
     "the peer resolves a relative alias in another namespace, or compares names in another way"),
]


def kinds(reference, peer):
    """The disagreements between two answers, as (kind, side)."""
    for side in ("reader", "writer"):
        wanted, got = reference[side], peer[side]
        if wanted["valid"] and not got["valid"]:
            yield "refuses: " + got["why"], side
        elif got["valid"] and not wanted["valid"]:
            yield "accepts: " + wanted["why"], side
        elif wanted["valid"]:
            for what in ("canonical", "rabin"):
                if what in got and got[what] != wanted[what]:
                    yield what, side
    verdict = reference["found"] == [] if "found" in reference else False if "threw" in reference else None
    if verdict is not None and "compatible" in peer and peer["compatible"] != verdict:
        found = reference.get("found")
        yield "verdict: " + ("threw" if found is None else found[0][0] if found else "none"), "both"
    if verdict is not None and "threw" in peer:
        yield "check throws: " + peer["threw"], "both"


def explain(peer, kind):
    """The rule that explains a disagreement, as its number, or None."""
    for number, (peers, pattern, _, _) in enumerate(RULES):
        if re.fullmatch(peers, peer) and re.match(pattern, kind, re.S):
            return number
    return None
