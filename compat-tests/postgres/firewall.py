"""A firewall that forgets connections on which nothing goes: they swallow everything, and neither end is told."""

import time
from concurrent.futures import ThreadPoolExecutor

from way import Way

# The node trusts a connection for 5 s of silence; those that the firewall forgets were silent for longer than that.
_SILENCE, _FORGOTTEN = 7.0, 3.0
# The deadline of a request is 2 s, what waits for a statement waits 30; a busy machine adds something.
_LIMIT = 10.0
_CLIENTS = 12
# On a busy machine a request may wait for longer than it may: then the silence is tried once more.
_ATTEMPTS = 3


def play(world):
    server = world.server("server")
    way = world.background(Way(world).start(server))
    node = world.node(way.url("application_name=behind"))
    # Requests at the same time, so that there are several connections.
    with ThreadPoolExecutor(_CLIENTS) as clients:
        answers = list(clients.map(lambda number: node.register(f"s{number}", number), range(_CLIENTS * 4)))
    world.check("all are registered", [answer for answer in answers if answer[0] != 200])
    for what in ("one request", "several requests"):
        for attempt in range(_ATTEMPTS):
            time.sleep(_SILENCE)
            before = _connections(server)
            way.tell(node=0, forget=_FORGOTTEN)
            new = f"new-{what.replace(' ', '-')}-{attempt}"
            requests = [lambda: node.get("/subjects/never/versions"), lambda new=new: node.register(new, 900),
                        lambda: node.get("/subjects/s1/versions?deleted=true"), lambda: node.get("/config/s2?defaultToGlobal=true")]
            begin = time.monotonic()
            with ThreadPoolExecutor(len(requests)) as clients:
                chosen = requests[:1] if what == "one request" else requests
                statuses = [answer[0] for answer in clients.map(lambda request: request(), chosen)]
            seconds = time.monotonic() - begin
            if set(statuses) <= {200, 404} and seconds <= _LIMIT:
                break
        world.check(f"{what} after silence: answered", None if set(statuses) <= {200, 404} else (statuses, before))
        world.check(f"{what} after silence: in time", f"{seconds:.1f} s" if seconds > _LIMIT else None)


def _connections(server):
    return server.sql("SELECT string_agg(state || ' ' || left(query, 40), '; ') FROM pg_stat_activity "
                      "WHERE application_name = 'behind'")
