"""A server that is started before its database."""

import time

import ports
from node import Node


def play(world):
    server = world.server("server")
    server.stop()
    begin = time.monotonic()
    world.opens("a database that is not up", server.url(), "Connection refused")
    world.check("without waiting it is told at once", None if time.monotonic() - begin < 20 else "it took over 20 s")
    node = world.background(Node(world, server.url(), {"database_wait_ms": "60000"}))
    node.start(wait=False)
    node.until(lambda: "waiting for the database" in node.log.read_text(), 25, "it tells that it waits")
    status, _ = node.get("/subjects")
    world.check("it does not serve yet", None if status == 0 else status)
    server.start()
    node.until(lambda: node.get("/subjects")[0] == 200, 20, "it serves")
    world.check("it serves when the database is up")
    begin = time.monotonic()
    wrong = server.url(password="wrong")
    code, text = world.command("--listeners", f"http://{ports.HOST}:{ports.free()}", "--database-url", wrong,
                               env={"SCHEMA_REGISTRY_DATABASE_WAIT_MS": "50000"})
    told = code != 0 and "password authentication failed" in text and time.monotonic() - begin < 20
    world.check("a wrong password is not waited for", None if told else text)
