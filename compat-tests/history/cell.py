"""A place whose value changes: a version, a level, a mode, an association. It tells which values a reader may have seen."""

import math
from typing import NamedTuple


class Write(NamedTuple):
    """A change. `sure` is false where it may have taken effect at any time of its span, or never."""

    start: float
    end: float
    value: object
    node: object
    sure: bool
    operation: object


class Cell:
    """Everything that may have set one place, `initial` before all of it."""

    def __init__(self, initial):
        self.writes = [Write(-math.inf, -math.inf, initial, None, True, None)]

    def write(self, operation, value, sure=True, start=None):
        """Adds an acknowledged write, one of unknown outcome, or one that only may have this effect."""
        end = operation.end if operation.ok else math.inf
        self.writes.append(Write(operation.start if start is None else start, end, value, operation.node,
                                 sure and operation.ok, operation))

    def possible(self, start, end, node=None, bound=0.0):
        """The values that may have been seen between two times by a node that may be behind the others by `bound`.

        A write is over once another one that began after its end was acknowledged before the read began.
        """
        over = max(write.start for write in self.writes
                   if write.sure and write.end < (start if write.node == node else start - bound))
        return {write.value for write in self.writes if write.start <= end and write.end >= over}

    def operations(self, until=math.inf):
        """The operations that set it, for the report."""
        return [write.operation for write in self.writes if write.operation and write.start <= until]
