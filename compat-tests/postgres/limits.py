"""A role that may have fewer connections than the pool: requests wait for those that there are."""

from concurrent.futures import ThreadPoolExecutor

_REQUESTS, _CLIENTS = 640, 64
# A busy machine may keep a request waiting for longer than it may: then all is asked once more.
_ATTEMPTS = 3


def play(world):
    server = world.server("server")
    server.sql("CREATE ROLE few LOGIN PASSWORD 'p' CONNECTION LIMIT 3")
    server.sql("ALTER SCHEMA public OWNER TO few")
    node = world.node(server.url(user="few", password="p"))
    for attempt in range(_ATTEMPTS):
        def register(number, first=attempt * 80):
            return node.register(f"s{first + number % 80}", first + number % 80)
        with ThreadPoolExecutor(_CLIENTS) as clients:
            answers = list(clients.map(register, range(_REQUESTS)))
        refused = [answer for answer in answers if answer[0] != 200]
        if not refused or any(status != 503 for status, _ in refused):
            break
    world.check(f"{_REQUESTS} registrations over 3 connections", f"{len(refused)} refused, {refused[:2]}" if refused else None)
    most = server.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'few'")
    world.check("no more connections than are allowed", None if int(most) <= 3 else most)
    node.stop()
