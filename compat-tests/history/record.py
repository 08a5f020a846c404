"""What happened: one record for each request, with the times at which it began and ended and how it came out."""

import json
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

# How a request came out. A write whose outcome is unknown may take effect at any time after it began, or never.
OK, REFUSED, UNKNOWN, UNSENT = "ok", "refused", "unknown", "unsent"


class Content(NamedTuple):
    """What an id stands for: the schema's text and its references as (name, subject, version)."""

    text: str
    references: tuple = ()


@dataclass
class Operation:
    """A request. `asked` holds what it names, `answer` what an answer told; members that do not apply are absent."""

    number: int
    client: str
    node: int
    kind: str
    asked: dict
    start: float
    end: float
    outcome: str
    status: int = 0
    code: int = 0
    answer: dict = field(default_factory=dict)

    # What is asked can be had by its name, and is None where an operation does not name it.
    subject = content = version = id = level = mode = resource = context = deleted = permanent = final = None

    def __post_init__(self):
        self.__dict__.update(self.asked)

    @property
    def ok(self):
        return self.outcome == OK

    @property
    def may_have_happened(self):
        return self.outcome in (OK, UNKNOWN)

    def shown(self, start=0.0):
        """One line for people."""
        asked = " ".join(f"{name}={_short(value)}" for name, value in self.asked.items() if value not in (None, False))
        told = " ".join(f"{name}={_short(value)}" for name, value in self.answer.items())
        code = f" {self.code or self.status}" if self.status and not self.ok else ""
        return (f"#{self.number} {self.start - start:.3f}-{self.end - start:.3f} s, {self.client} at node {self.node}: "
                f"{self.kind} {asked} -> {self.outcome}{code} {told}").rstrip()


def save(operations, path):
    """Writes a history as lines of JSON, so that it can be checked again."""
    with open(path, "w", encoding="utf-8") as file:
        for operation in operations:
            file.write(json.dumps(asdict(operation)) + "\n")


def load(path):
    """Reads what `save` wrote."""
    with open(path, encoding="utf-8") as file:
        return [Operation(**{name: _revived(name, value) for name, value in json.loads(line).items()}) for line in file]


def _revived(name, value):
    if name not in ("asked", "answer"):
        return value
    return {key: _content(inner) if key == "content" else _rows(inner) if key == "rows" else inner
            for key, inner in value.items()}


def _content(value):
    return value and Content(value[0], tuple(tuple(reference) for reference in value[1]))


def _rows(rows):
    return [[_content(cell) if isinstance(cell, list) else cell for cell in row] for row in rows]


def _short(value):
    if isinstance(value, Content):
        text = value.text if len(value.text) <= 90 else value.text[:50] + "..." + value.text[-37:]
        return text + (f"+{list(value.references)}" if value.references else "")
    text = str(value)
    return text if len(text) <= 200 else text[:200] + "..."
