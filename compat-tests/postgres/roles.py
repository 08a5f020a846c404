"""A role of the server that reads and writes rows and changes no table; the tables are another one's."""

import conformance
from server import DATABASE

# As registry-server/docs/postgres.md has it.
GRANTS = [
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations FROM {role}",
]


def play(world):
    server = world.server("server")
    server.sql("CREATE ROLE writer LOGIN PASSWORD 'p'")
    server.sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    url = server.url(user="writer", password="p")
    as_owner = "run `registry-server migrate-database --database-url …`"
    world.opens("no tables, and no right to make them", url, as_owner)
    world.opens("no tables, and not to be made", server.url(), "migrations are missing", database_migrate="never")
    code, text = world.command("migrate-database", "--database-url", server.url())
    world.check("the owner migrates", None if code == 0 and "are up to date" in text else text)
    code, text = world.command("migrate-database", "--database-url", server.url())
    world.check("the owner migrates again", None if code == 0 else text)
    world.opens("no right to read", url, "permission denied")
    grant(server, "writer")
    world.opens("the rights of the manual", url)
    node = world.node(url, database_migrate="never", jetty_legacy_uri_compliance="true")
    conformance.play(world, node, "as a role that changes no table")
    node.stop()
    server.sql("DELETE FROM _sqlx_migrations WHERE version > 1")
    world.opens("a missing migration", url, as_owner)


def grant(server, role, database=DATABASE):
    for statement in GRANTS:
        server.sql(statement.format(role=role), database=database)
