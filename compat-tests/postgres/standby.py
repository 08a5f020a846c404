"""One name that leads to a standby which lags: what it lacks is not denied."""

from way import Way


def play(world):
    primary = world.server("primary")
    standby = world.server("standby", primary=primary)
    way = world.background(Way(world).start(primary))
    writer = world.node(primary.url())
    node = world.node(way.url("application_name=behind"))
    known = _registered(world, writer, "known", 1)
    # What is denied was confirmed by a read of the log: what is remembered after that stays.
    node.until(lambda: node.get("/subjects/nobody/versions")[0] == 404, 10, "the node has read the log")
    node.until(lambda: node.get(f"/schemas/ids/{known}")[0] == 200, 10, "the node knows what is written")
    standby.replays(primary)
    standby.stop_receiving()
    lacking = _registered(world, writer, "lacking", 2)
    asked = [f"/schemas/ids/{lacking}", "/subjects/lacking/versions", "/subjects/lacking/versions/latest",
             "/subjects/none/versions"]
    # The reader of the log stays with the primary, which would confirm what the standby denies.
    way.lead_to(standby)
    primary.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'behind' "
                "AND query NOT LIKE '%pg_current_snapshot%' AND query NOT ILIKE 'LISTEN%'")
    _nothing_denied(world, node, asked, "new connections lead to the standby")
    way.lead_to(standby, cut=True)
    _nothing_denied(world, node, asked, "all connections lead to the standby")
    status, answer = node.get(f"/schemas/ids/{known}")
    world.check("what an id stands for is told from memory", None if status == 200 else answer)
    way.lead_to(primary, cut=True)
    for path in asked[:-1]:
        node.until(lambda path=path: node.get(path)[0] == 200, 20, f"{path} is told again")
    status, answer = node.get(asked[-1])
    world.check("what nobody registered is denied", None if status == 404 else (status, answer))
    # Whoever asks for a standby has one.
    reader = world.node(standby.url("target_session_attrs=any"))
    status, answer = reader.get(f"/schemas/ids/{known}")
    world.check("target_session_attrs=any reads from a standby", None if status == 200 else answer)
    status, answer = reader.register("written", 3)
    world.check("a standby takes no writes", None if status == 503 else (status, answer))


def _registered(world, node, subject, number):
    status, answer = node.register(subject, number)
    world.check(f"{subject} is registered", None if status == 200 else answer)
    return answer["id"]


def _nothing_denied(world, node, paths, when):
    """What the standby lacks is told from the primary, or refused so that it is asked for again."""
    for path in paths:
        status, answer = node.get(path)
        told = status == 200 or (status == 503 and node.retry_after)
        world.check(f"{path} is not denied while {when}", None if told else (status, answer))
