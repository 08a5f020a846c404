"""A rule that a history breaks, with the operations that show it, and the names of all rules."""

from dataclasses import dataclass

RULES = {
    "lost-write": "what was acknowledged and not taken back is there in the end",
    "id-twice": "two contents do not get one id",
    "id-meaning": "an id stands for one content for ever",
    "guid-meaning": "a GUID stands for one content, and a content has one GUID",
    "content-two-ids": "a content that was neither purged nor imported has one id",
    "version-twice": "a number of a subject is not given to two contents",
    "repeat-differs": "a repeated registration gets the same answer",
    "unasked-version": "every version was asked for",
    "stale-own-read": "a node reads what it acknowledged",
    "stale-read": "a node reads what other nodes acknowledged a second ago",
    "stale-refusal": "nothing is denied that any node had acknowledged",
    "unfounded-refusal": "a write is refused for a reason that is there",
    "wrong-verdict": "a check of compatibility tells what the level says",
    "forbidden-pair": "no version follows one that the level forbids",
    "mode-ignored": "no content is registered in a mode that forbids it",
    "referenced-removed": "a version that another one refers to is not deleted",
    "reference-to-removed": "no version refers to one that was deleted",
    "associated-removed": "a subject with an association is not deleted",
    "nodes-disagree": "in the end all nodes tell the same",
    "server-fault": "no request makes the server fail by itself",
}


@dataclass
class Violation:
    """`rule` is a name of `RULES`."""

    rule: str
    text: str
    operations: list

    def __post_init__(self):
        assert self.rule in RULES, self.rule
        self.operations = sorted({operation.number: operation for operation in self.operations}.values(),
                                 key=lambda operation: operation.start)
