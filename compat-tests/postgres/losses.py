"""Acknowledged writes that a database loses beneath nodes that live on: a copy that is put in its place, an asynchronous
standby that takes over. No id, GUID or version gets a second meaning, nobody goes on as if nothing had happened, and what
the manual tells an operator to do works."""

import json
import signal
import time
from dataclasses import dataclass

from way import Way

_LOST = "the database lost writes that were acknowledged"
_COMMAND = "registry-server after-restore"


@dataclass(frozen=True)
class Loss:
    """What is lost, and what happens around it."""

    name: str
    # How many registrations, and which nodes make them in turn.
    writes: int = 1
    writers: tuple = (0,)
    # Seconds between the last of them and the end of the database.
    idle: float = 0.0
    # A node that is started afterwards takes their positions in the log by writes that give no id.
    is_taken: bool = False
    # The nodes are stopped with the database, so that nobody knows of them.
    is_forgotten: bool = False
    # The operator goes on before any node has noticed.
    is_early: bool = False


_COPIES = [
    Loss("one write"),
    Loss("three writes of both nodes, a while ago", writes=3, writers=(0, 1), idle=2.0),
    Loss("three writes of the other node, positions taken anew", writes=3, writers=(1,), is_taken=True),
    Loss("one write, the operator is faster", is_early=True, is_taken=True),
    Loss("three writes, all nodes are restarted", writes=3, is_forgotten=True, is_early=True),
]
_STANDBYS = [
    (Loss("one write"), False),
    (Loss("three writes of both nodes", writes=3, writers=(0, 1), idle=2.0), True),
]


class Meanings:
    """What ids, GUIDs and versions were said to stand for."""

    def __init__(self, world):
        self._world = world
        self._texts = {}
        self.highest = 0

    def note(self, where, key, text):
        """Fails if a key was said to stand for something else."""
        found = self._texts.setdefault(key, text)
        if found != text:
            self._world.check(f"{where}: {key} keeps its meaning", f"{found}, then {text}")

    def must_register(self, where, node, subject, number):
        """Registers, again where a busy machine took too long; the answer."""
        answers = []

        def done():
            answers.append(self.register(where, node, subject, number))
            return answers[-1][0] == 200

        node.until(done, 20, f"{subject} is registered")
        return answers[-1][1]

    def register(self, where, node, subject, number):
        """Registers and remembers what that gave; status and answer."""
        status, answer = node.register(subject, number)
        if status == 200:
            self.highest = max(self.highest, answer["id"])
            self.note(where, ("id", answer["id"]), number)
            self.note(where, ("GUID", answer["guid"]), number)
            self.note(where, ("version", subject, answer["version"]), number)
        return status, answer

    def look(self, where, nodes, keys):
        """Each node tells of an id what it was, or refuses: nothing else."""
        for node in nodes:
            for schema_id, number in keys.items():
                status, answer = node.get(f"/schemas/ids/{schema_id}")
                told = status in (404, 503) or (status == 200 and json.loads(answer["schema"])["name"] == f"f{number}")
                if not told:
                    self._world.check(f"{where}: id {schema_id} is told rightly", (status, answer))


def play(world):
    number = 0
    server = world.server("server")
    for loss in _COPIES:
        for anew in (False, True) if loss.is_forgotten else (False,):
            number += 100
            _restored(world, server, loss, anew, number)
    for loss, by_name in _STANDBYS:
        number += 100
        _promoted(world, loss, by_name, number)
    _unknown(world, number + 100)


def _nodes(world, url):
    """Two nodes with which a subject takes any schema as its next version."""
    return [world.node(url, schema_compatibility_level="none") for _ in range(2)]


def _restored(world, server, loss, anew, number):
    """The folder of the database is replaced by a copy that was taken some writes before."""
    where = f"a copy, {loss.name}{', to a point in time' if anew else ''}"
    meanings = Meanings(world)
    nodes = _nodes(world, server.url())
    kept = _kept(meanings, where, nodes, number)
    copy = server.back_up()
    lost = _lose(meanings, where, nodes, loss, number)
    if loss.is_forgotten:
        for node in nodes:
            node.stop()
    server.restore(copy, how=signal.SIGQUIT if loss.writes > 1 else signal.SIGINT, anew=anew)
    if loss.is_forgotten:
        if not anew:
            _after_restore(world, where, server.url())
        # A restore to a point in time is noticed by the first node that starts.
        for node in nodes:
            node.start()
    else:
        _noticed(world, meanings, where, nodes, loss, server.url(), kept, lost)
    _goes_on(world, meanings, where, nodes, lost, number)


def _promoted(world, loss, by_name, number):
    """An asynchronous standby that was cut off takes over; nodes find it behind the same name, or as another host."""
    where = f"a standby {'behind the same name' if by_name else 'among the hosts'}, {loss.name}"
    meanings = Meanings(world)
    primary = world.server(f"primary-{number}")
    standby = world.server(f"standby-{number}", primary=primary)
    way = world.background(Way(world).start(primary))
    url = way.url() if by_name else primary.url(more=(standby,))
    nodes = _nodes(world, url)
    kept = _kept(meanings, where, nodes, number)
    standby.replays(primary)
    standby.stop_receiving()
    lost = _lose(meanings, where, nodes, loss, number)
    primary.stop(how=signal.SIGQUIT)
    standby.promote()
    way.lead_to(standby, cut=True)
    _noticed(world, meanings, where, nodes, loss, url, kept, lost)
    _goes_on(world, meanings, where, nodes, lost, number)


def _unknown(world, number):
    """The node that writes first after a failover knows nothing of what is lost: it stood still meanwhile."""
    where = "a standby, the writes are unknown to who writes next"
    meanings = Meanings(world)
    primary = world.server("primary")
    standby = world.server("standby", primary=primary)
    url = primary.url(more=(standby,))
    nodes = _nodes(world, url)
    kept = _kept(meanings, where, nodes, number)
    standby.replays(primary)
    standby.stop_receiving()
    nodes[1].signal(signal.SIGSTOP)
    lost = _lose(meanings, where, nodes[:1], Loss(where, writes=3), number)
    primary.stop(how=signal.SIGQUIT)
    standby.promote()
    nodes[1].signal(signal.SIGCONT)
    meanings.must_register(where, nodes[1], "unknown", number + 50)
    world.check(f"{where}: it writes behind the ids that are lost", meanings.highest <= max(lost) and meanings.highest)
    _refused(world, meanings, where, nodes[0])
    meanings.look(where, nodes, {**kept, **lost})
    _after_restore(world, where, url)
    _goes_on(world, meanings, where, nodes, lost, number)


def _kept(meanings, where, nodes, number):
    """What is there before; both nodes remember it."""
    kept = {}
    for offset, node in enumerate(nodes):
        answer = meanings.must_register(where, node, f"kept-{number}", number + offset)
        kept[answer["id"]] = number + offset
    for node in nodes:
        for schema_id in kept:
            node.until(lambda node=node, schema_id=schema_id: node.get(f"/schemas/ids/{schema_id}")[0] == 200, 10, "it knows")
    return kept


def _lose(meanings, where, nodes, loss, number):
    """Makes the writes that will be lost, of which each node knows; ids and what they stand for."""
    lost = {}
    for offset in range(loss.writes):
        node = nodes[loss.writers[offset % len(loss.writers)]]
        answer = meanings.must_register(where, node, f"lost-{number}", number + 10 + offset)
        lost[answer["id"]] = number + 10 + offset
    for node in nodes:
        for schema_id in lost:
            node.until(lambda node=node, schema_id=schema_id: node.get(f"/schemas/ids/{schema_id}")[0] == 200, 10, "it knows")
    for at, node in enumerate(nodes):
        # What is denied was confirmed by a read of the log.
        path = f"/subjects/nobody-{number}-{at}/versions"
        node.until(lambda node=node, path=path: node.get(path)[0] == 404, 10, "it has read the log")
    time.sleep(loss.idle)
    return lost


def _noticed(world, meanings, where, nodes, loss, url, kept, lost):
    """No node writes before the operator has confirmed the database; then all do."""
    meanings.look(where, nodes, {**kept, **lost})
    if loss.is_early:
        _after_restore(world, where, url)
    if loss.is_taken:
        other = world.node(url)
        for turn in range(2 * loss.writes):
            level = {"compatibility": "NONE"}
            other.until(lambda turn=turn, level=level: other.put(f"/config/taken-{turn}", level)[0] == 200, 20, "it writes")
        other.stop()
    if not loss.is_early:
        for node in nodes:
            _refused(world, meanings, where, node)
        meanings.look(where, nodes, {**kept, **lost})
        for node in nodes:
            _refused(world, meanings, where, node)
        _after_restore(world, where, url)


def _refused(world, meanings, where, node):
    """Whatever is written is refused, and it is told why and what to do."""
    writes = {"a registration": lambda: meanings.register(where, node, "refused", 7),
              "a config": lambda: node.put("/config/refused", {"compatibility": "NONE"})}
    for what, write in writes.items():
        status, answer = _answer(node, write)
        told = status == 503 and _LOST in answer and _COMMAND in answer and node.retry_after
        world.check(f"{where}: {what} is refused with a reason", None if told else (status, answer))


def _answer(node, write):
    """What a write is answered by a node that reaches its database: until then it is away, and nothing is known of it."""
    answers = []

    def tried():
        answers.append(write())
        return answers[-1][0] != 503 or _LOST in answers[-1][1]

    node.until(tried, 20, "the database is reached")
    return answers[-1]


def _after_restore(world, where, url):
    """What the manual says: one command, and no restart."""
    code, text = world.command("after-restore", "--database-url", url)
    world.check(f"{where}: the operator's command", None if code == 0 and "1000 ids" in text else text)


def _goes_on(world, meanings, where, nodes, lost, number):
    """Both nodes write, give no id a second time, and tell the same."""
    for offset, node in enumerate(nodes):
        meanings.must_register(where, node, f"new-{number}", number + 20 + offset)
    new = meanings.highest
    world.check(f"{where}: new ids are behind the lost ones", None if new > max(lost) + 500 else (new, lost))
    # What was lost is registered again, in its order: the same versions, under ids of their own.
    for offset in range(len(lost)):
        answer = meanings.must_register(where, nodes[0], f"lost-{number}", number + 10 + offset)
        world.check(f"{where}: registered again", None if answer["version"] == offset + 1 else answer)
    for node in nodes:
        node.until(lambda node=node: node.get(f"/subjects/lost-{number}/versions")[1] == [*range(1, len(lost) + 1)], 10,
                   "both tell of what was registered again")
        node.stop()
