"""Everything that a history is checked for."""

import check_end
import check_identity
import check_reads
import check_refusals
import check_rules
from facts import Facts


def violations(operations):
    """All violations of a history, the earliest first."""
    facts = Facts(operations)
    found = [violation for part in (check_identity, check_rules, check_reads, check_refusals, check_end)
             for violation in part.check(facts)]
    return sorted(found, key=lambda violation: max(operation.start for operation in violation.operations))
