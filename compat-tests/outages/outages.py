"""The outages: how each begins and ends, and what may be answered meanwhile."""

import signal
from dataclasses import dataclass
from typing import Callable

from node import ROLE

# The deadline of the node, 2 s, and what a busy machine may add to it; an answer that waits for nobody.
DEADLINE, AT_ONCE = 3.0, 0.5
# With half a second to the database and back each statement takes that long, on a new connection several times.
FAR = 8.0


@dataclass(frozen=True)
class Outage:
    """An outage. Where the database is away, all but what cannot change is refused; else other rows say what is allowed."""

    name: str
    begin: Callable
    end: Callable
    is_away: bool = True
    # Statuses of other reads, and of writes, where the database is not away.
    reads: tuple = (200,)
    writes: tuple = (200,)
    limit: float = DEADLINE


def _stop(node):
    node.database.stop_primary(signal.SIGQUIT)


def _start(node):
    node.database.start_primary()


def _promote(node):
    node.database.promote()
    node.proxy(target=node.database.primary.port)


def _stop_for_good(node):
    if node.database.replica is None:
        # It has failed over before.
        node.database.follow()
    node.database.protected()
    node.database.stop_primary(signal.SIGQUIT)


def _lock_out(node):
    node.database.ask(f"ALTER ROLE {ROLE} CONNECTION LIMIT 0")
    node.end_connections()


def _let_in(node):
    node.database.ask(f"ALTER ROLE {ROLE} CONNECTION LIMIT -1")


def _only_read(node):
    node.database.ask(f"ALTER ROLE {ROLE} SET default_transaction_read_only = on")
    node.end_connections()


def _write_again(node):
    node.database.ask(f"ALTER ROLE {ROLE} RESET default_transaction_read_only")
    node.end_connections()


def _fill_disk(node):
    # What the server tells when it cannot make a file longer; it needs no disk that is full.
    node.database.ask("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                      "'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$; "
                      "CREATE TRIGGER full_disk BEFORE INSERT ON change_log EXECUTE FUNCTION full_disk()")


def _free_disk(node):
    node.database.ask("DROP FUNCTION full_disk() CASCADE")


OUTAGES = [
    Outage("stopped", _stop, _start),
    Outage("black-holed", lambda node: node.way("hole"), lambda node: node.way("open")),
    Outage("black-holed for good", lambda node: node.way("hole"), lambda node: node.way("open", cut=True)),
    Outage("out of connections", _lock_out, _let_in),
    Outage("15 ms away", lambda node: node.way("slow", pause=0.0075), lambda node: node.way("open"), is_away=False),
    Outage("500 ms away", lambda node: node.way("slow", pause=0.25), lambda node: node.way("open"), is_away=False,
           reads=(200, 503), writes=(200, 503), limit=FAR),
    Outage("disk full", _fill_disk, _free_disk, is_away=False, writes=(503,)),
    Outage("read-only", _only_read, _write_again, is_away=False, writes=(503,)),
    Outage("failing over", _stop_for_good, _promote),
]
