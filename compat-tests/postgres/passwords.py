"""Where a password comes from, and that it is never shown."""

from urllib.parse import quote

_HARD = "s3cr/e@t?#:%2x&="
_PARTS = ("s3cr", "e@t", "2x&")


def play(world):
    server = world.server("server")
    server.sql(f"CREATE ROLE hard LOGIN SUPERUSER PASSWORD '{_HARD}'")
    escaped = quote(_HARD, safe="")
    bare = server.url(user="hard", password="")
    world.opens("an escaped password", server.url(user="hard", password=escaped))
    world.opens("a password as a parameter", f"{bare}?password={escaped}")
    world.opens("database.password", bare, database_password=_HARD)
    world.opens("database.password goes before the URL's", server.url(user="hard", password="x"), database_password=_HARD)
    world.opens("PGPASSWORD", bare, env={"PGPASSWORD": _HARD})
    passwords = world.root / "pgpass"
    passwords.write_text(f"127.0.0.1:{server.port}:registry:hard:" + _HARD.replace(":", "\\:") + "\n")
    passwords.chmod(0o600)
    world.opens("PGPASSFILE", bare, env={"PGPASSFILE": str(passwords)})
    file = world.root / "password"
    file.write_text(_HARD + "\n")
    world.opens("database.password.file", bare, database_password_file=str(file))
    world.opens("no such file", bare, "cannot read database.password.file /none: ", database_password_file="/none")
    world.opens("a wrong password", server.url(user="hard", password="x"), "the password was taken from database.url")
    _hidden(world, server, bare, escaped)
    _changed(world, server, file)


def _hidden(world, server, bare, escaped):
    urls = [server.url(user="hard", password=_HARD), server.url(user="hard", password=escaped), f"{bare}?password={_HARD}",
            f"{bare}?pasword={escaped}", f"postgres://hard:{_HARD}@127.0.0.1:1/d", f"postgres://hard:{_HARD}/d",
            f"postgres:hard:{_HARD}@h/d", f"mysql://hard:{_HARD}@h/d"]
    for url in urls:
        for command in ("config", "changes", "migrate-database"):
            env = {"SCHEMA_REGISTRY_DATABASE_WAIT_MS": "0", "RUST_LOG": "trace", "SCHEMA_REGISTRY_LOG_LEVEL": "trace"}
            _, text = world.command(command, "--database-url", url, env=env)
            shown = [part for part in (*_PARTS, escaped) if part in text]
            world.check(f"{command} does not show the password of {url}", f"{shown} in {text}" if shown else None)
    node = world.node(server.url(user="hard", password=escaped), log_level="trace")
    node.register("s", 1)
    node.stop()
    text = node.log.read_text()
    world.check("a log of everything does not show it", [part for part in (*_PARTS, escaped) if part in text])


def _changed(world, server, file):
    """A password that is changed while the server runs is read from its file for the next connection."""
    node = world.node(server.url(user="hard", password=""), database_password_file=str(file))
    file.write_text("an0ther\n")
    server.sql("ALTER ROLE hard PASSWORD 'an0ther'")
    server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hard'")
    status, answer = node.register("changed", 2)
    world.check("a changed password is read", None if status == 200 else answer)
    node.stop()
