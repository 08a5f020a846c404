"""The faults, and when they come. Each is a generator: it begins, yields for how many seconds it lasts, and heals."""

import json
import random as randomness
import signal
import time

from cluster import NODES

# How long all nodes may take until they take writes again, in seconds.
RECOVERY = 120


def kill(cluster, node, random):
    """SIGKILL of a node, which is started again."""
    cluster.kill_node(node)
    yield random.uniform(0.1, 1)
    cluster.start_node(node)


def pause(cluster, node, random):
    """SIGSTOP of a node, longer than what it remembers may be used."""
    cluster.signal_node(node, signal.SIGSTOP)
    yield random.uniform(0.5, 3)
    cluster.signal_node(node, signal.SIGCONT)


def cut(cluster, node, _random):
    """All connections of a node break; new ones are taken."""
    cluster.proxy(node=node, cut=True)
    yield 0.1


def _way(how, low, high):
    def fault(cluster, node, random):
        cluster.proxy(node=node, way=how)
        yield random.uniform(low, high)
        # Half of the time what waited goes on, else it is lost.
        cluster.proxy(node=node, way="open", cut=random.random() < 0.5)
    return fault


def _cut_off(fault):
    """Transactions are rolled back just before the fault, and half of the time one node is away until others have written."""
    def wider(cluster, node, random):
        is_away = node is not None and random.random() < 0.5
        cluster.database.waste(random.randrange(1, 40))
        time.sleep(random.uniform(0, 0.3))
        if is_away:
            cluster.proxy(node=node, way="refuse")
        yield from fault(cluster, random)
        if is_away:
            time.sleep(random.uniform(0, 0.5))
            cluster.proxy(node=node, way="open")
    wider.__doc__ = fault.__doc__
    return wider


def restart_fast(cluster, _node, random):
    """The database is stopped in order, and started."""
    cluster.database.restart(signal.SIGINT, random.uniform(0, 1))
    yield 0


@_cut_off
def restart_immediate(cluster, random):
    """The database is stopped at once, and recovers when it starts."""
    cluster.database.restart(signal.SIGQUIT, random.uniform(0, 1))
    # What it had committed when it stopped may not be on the replica yet, but it is shown.
    cluster.database.protected()
    yield 0


@_cut_off
def crash(cluster, _random):
    """A process of the database is killed, so that all its connections end and it recovers without being started."""
    cluster.database.crash()
    cluster.database.protected()
    yield 0


@_cut_off
def fail_over(cluster, random):
    """The primary is stopped and the replica takes over; later there is a new replica."""
    cluster.database.fail_over(random.choice((signal.SIGINT, signal.SIGQUIT)))
    cluster.proxy(target=cluster.database.primary.port)
    yield random.uniform(0, 1)
    cluster.database.follow()


def stop_replica(cluster, _node, random):
    """The replica takes nothing for a while, so commits wait."""
    cluster.database.stop_replica(random.uniform(0.5, 2.5))
    yield 0


def _end_backends(condition):
    def fault(cluster, _node, _random):
        cluster.database.ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                             f"datname = current_database() AND pid <> pg_backend_pid() AND {condition}")
        yield 0.1
    return fault


ON_NODES = {
    "kill node": kill,
    "pause node": pause,
    "cut connections": cut,
    "refuse connections": _way("refuse", 0.5, 2.5),
    "slow connections": _way("slow", 1, 3),
    "black hole": _way("hole", 0.5, 4),
    "answers lost": _way("deaf", 0.5, 3),
}
ON_DATABASE = {
    "restart database, fast": restart_fast,
    "restart database, immediate": restart_immediate,
    "crash of the database": crash,
    "fail over": fail_over,
    "replica stands still": stop_replica,
    "kill LISTEN": _end_backends("query ILIKE 'LISTEN%'"),
    "kill all backends": _end_backends("backend_type = 'client backend'"),
}
SEVERAL = "several at once"
KINDS = (*ON_NODES, *ON_DATABASE, SEVERAL)


class Faults:
    """Faults one after the other, every kind once before any comes again. `done` has (kind, seconds to recover)."""

    def __init__(self, cluster, seed):
        self._cluster = cluster
        self._random = randomness.Random(seed)
        self._next = []
        self._probes = 0
        self.done = []

    def one(self):
        """Injects the next fault, waits until it is healed and until all nodes take writes."""
        if not self._next:
            self._next = list(KINDS)
            self._random.shuffle(self._next)
        kind = self._next.pop()
        random = self._random
        nodes = random.sample(range(NODES), NODES)
        if kind == SEVERAL:
            kinds = random.sample(list(ON_NODES), random.randrange(2, NODES + 1))
            chosen = [ON_NODES[name](self._cluster, node, random) for name, node in zip(kinds, nodes)]
            database = random.choice([None, *ON_DATABASE])
            chosen += [ON_DATABASE[database](self._cluster, None, random)] if database else []
            # A node that was killed is started when there is a way to the database again.
            chosen.sort(key=lambda fault: fault.__name__ == "kill")
        else:
            chosen = [{**ON_NODES, **ON_DATABASE}[kind](self._cluster, nodes[0], random)]
        time.sleep(max(next(fault) for fault in chosen))
        for fault in chosen:
            next(fault, None)
        self.done.append((kind, self.recover()))

    def recover(self):
        """Waits until every node takes writes; the seconds until then."""
        start = time.monotonic()
        for node in range(NODES):
            while not self._writes(node):
                if time.monotonic() - start > RECOVERY:
                    raise RuntimeError(f"node {node} takes no writes {RECOVERY} s after the fault was healed")
                if node in self._cluster.ended():
                    raise RuntimeError(f"node {node} ended by itself")
                time.sleep(0.02)
        return time.monotonic() - start

    def _writes(self, node):
        self._probes += 1
        text = {"type": "fixed", "name": f"F{self._probes}", "size": 1}
        return self._cluster.answers(node, f"/subjects/probe-{node}/versions?force=true",
                                     json.dumps({"schema": json.dumps(text)}).encode())
