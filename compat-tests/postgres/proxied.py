"""Two nodes behind PgBouncer, which gives a server to each transaction anew."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

import conformance
import machine
import ports
from roles import grant
from server import DATABASE

# Fewer servers than a node has connections, so that each statement may meet another one.
_SERVERS = 3
_CLIENTS, _REGISTRATIONS = 24, 240
# A busy machine may keep a request waiting for longer than it may: then all is asked once more.
_ATTEMPTS = 3
# Polling every 250 ms, within the bound of staleness.
_BOUND = 1.0


class PgBouncer:
    """A running PgBouncer before a server."""

    def __init__(self, world, server, mode):
        self._world = world
        self._folder = world.root / mode
        self._server = server
        self._mode = mode
        self._log = world.logs / f"{world.name}-{mode}.log"
        self._child = None
        self.port = ports.free()

    def start(self):
        program = machine.program("pgbouncer", "pgbouncer")
        self._folder.mkdir()
        (self._folder / "users").write_text('"owner" "owner-pass"\n"writer" "p"\n')
        (self._folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={ports.HOST} port={self._server.port}\n"
            f"[pgbouncer]\nlisten_addr = {ports.HOST}\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"pool_mode = {self._mode}\ndefault_pool_size = {_SERVERS if self._mode == 'transaction' else 40}\n"
            f"auth_type = scram-sha-256\nauth_file = {self._folder / 'users'}\nmax_client_conn = 200\n")
        argv = [program, self._folder / "pgbouncer.ini"]
        self._child = self._world.processes.start(argv, self._log, cwd=self._folder, user=self._world.user)
        ports.wait(self.port, self._child, 20, "PgBouncer")
        return self

    def stop(self):
        if self._child:
            self._world.processes.stop(self._child, how=signal.SIGTERM)
            self._child = None

    def url(self, user, password):
        return f"postgres://{user}:{password}@{ports.HOST}:{self.port}/{DATABASE}"


def play(world):
    server = world.server("server")
    bouncer = world.background(PgBouncer(world, server, "transaction").start())
    # Several at once on an empty database: one makes the tables, through the proxy.
    with ThreadPoolExecutor(3) as starts:
        codes = list(starts.map(lambda _: world.command("migrate-database", "--database-url", bouncer.url("owner", "owner-pass")),
                                range(3)))
    world.check("three migrate at the same time", [text for code, text in codes if code != 0])
    server.sql("CREATE ROLE writer LOGIN PASSWORD 'p'")
    grant(server, "writer")
    url = bouncer.url("writer", "p")
    one = world.node(url, jetty_legacy_uri_compliance="true")
    other = world.node(url, database_proxy="transaction")
    found = "a proxy that pools transactions stands before Postgres" in one.log.read_text()
    world.check("the proxy is found", None if found else one.log.read_text())
    conformance.play(world, one, "through PgBouncer")
    _race(world, one, other)
    _followed(world, one, other)
    held = server.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    world.check("no session holds a lock", None if held == "0" else held)
    named = server.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'writer'")
    world.check("the pool is smaller than the nodes'", None if int(named) <= _SERVERS else named)
    for node in (one, other):
        node.stop()
    session = world.background(PgBouncer(world, server, "session").start())
    node = world.node(session.url("writer", "p"))
    found = "pools transactions" in node.log.read_text()
    world.check("a proxy that pools sessions is no such proxy", node.log.read_text() if found else None)
    status, answer = node.register("in-session", 1)
    world.check("a registration through it", None if status == 200 else answer)


def _race(world, one, other):
    """The same schemas at the same time through both nodes: one id for each content, one version for each subject."""
    for attempt in range(_ATTEMPTS):
        def register(number, first=attempt * 60):
            node, which = (one, other)[number % 2], first + number // 2 % 60
            return which, node.register(f"race-{which}", which)
        with ThreadPoolExecutor(_CLIENTS) as clients:
            answers = list(clients.map(register, range(_REGISTRATIONS)))
        refused = [answer for _, answer in answers if answer[0] != 200]
        if not refused or any(status != 503 for status, _ in refused):
            break
    world.check(f"{_REGISTRATIONS} registrations", f"{len(refused)} refused, {refused[:2]}" if refused else None)
    ids = {(number, answer["id"]) for number, (status, answer) in answers if status == 200}
    world.check("one id for each content", None if len(ids) == len({number for number, _ in ids}) else sorted(ids))


def _followed(world, one, other):
    """A list that the other node remembers: what was asked for later than the bound after a write shows it."""
    late = []
    other.get("/subjects?subjectPrefix=followed")
    for number in range(10):
        subject = f"followed-{number}"
        one.register(subject, 500 + number)
        written = begun = time.monotonic()
        while True:
            status, seen = other.get("/subjects?subjectPrefix=followed")
            if subject in seen:
                break
            # An answer that says that it cannot be known is none that is late, for a while.
            if begun - written > (30 if status == 503 else _BOUND):
                late.append(f"{subject} after {begun - written:.2f} s")
                break
            begun = time.monotonic()
    world.check("other nodes see it within the bound", late)
