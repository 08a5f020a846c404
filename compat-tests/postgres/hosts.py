"""Several hosts in the URL: a node writes to the one that takes writes, and follows it to another."""

import signal

import ports

_MOVED = "SELECT count(*) FROM change_log WHERE subject = '{subject}'"


def play(world):
    first = world.server("first")
    second = world.server("second", primary=first)
    url = lambda *servers: "postgres://owner:owner-pass@" + ",".join(
        f"{ports.HOST}:{server.port}" for server in servers) + "/registry"
    world.opens("the standby alone", url(second) + "?target_session_attrs=read-write", "takes no writes")
    world.opens("the standby alone, of which nothing is asked", url(second), "takes no writes")
    world.opens("the standby alone, in its role", url(second) + "?target_session_attrs=primary", "takes no writes")
    world.opens("the standby first", url(second, first))
    world.opens("the primary first", url(first, second) + "?target_session_attrs=primary")
    nobody = f"postgres://owner:owner-pass@{ports.HOST}:{ports.free()},{ports.HOST}:{first.port}/registry"
    world.opens("a host where nobody listens", nobody)
    nodes = [world.node(url(second, first)), world.node(url(first, second))]
    _registered(world, nodes, "before", 0)
    # The old primary lives on and takes no writes, as one that is fenced off: nodes leave it because of what it says.
    second.sql("SELECT pg_wal_replay_resume()") if second.sql("SELECT pg_is_wal_replay_paused()") == "t" else None
    nodes[0].until(lambda: second.sql(_MOVED.format(subject="before-1")) == "1", 10, "the standby has everything")
    first.sql("ALTER SYSTEM SET default_transaction_read_only = on")
    first.sql("SELECT pg_reload_conf()")
    second.sql("SELECT pg_promote(true, 30)")
    _registered(world, nodes, "moved", 10)
    moved = second.sql(_MOVED.format(subject="moved-1"))
    world.check("the new primary has the writes", None if moved == "1" else moved)
    # And back, to a standby that is made anew, while the primary dies.
    third = world.server("third", primary=second)
    back = [world.node(url(second, third)), world.node(url(third, second))]
    nodes[0].until(lambda: third.sql(_MOVED.format(subject="moved-1")) == "1", 10, "the new standby has everything")
    second.stop(how=signal.SIGQUIT)
    third.sql("SELECT pg_promote(true, 30)")
    _registered(world, back, "again", 20)


def _registered(world, nodes, subject, number):
    """Each node registers, and the other one sees it."""
    for index, node in enumerate(nodes):
        name = f"{subject}-{index}"
        node.until(lambda: node.register(name, number + index)[0] == 200, 20, f"a registration of {name}")
        other = nodes[1 - index]
        other.until(lambda: other.get(f"/subjects/{name}/versions")[0] == 200, 20, f"the other node sees {name}")
        world.check(f"{name} is registered and seen")
