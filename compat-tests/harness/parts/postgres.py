"""The registry over Postgres as it is in production: TLS, passwords, few connections, PgBouncer, failover, roles, waiting."""

import sys

import counts


def run(tally):
    run = tally.run
    argv = [sys.executable, "-B", run.tests / "postgres" / "run.py", "--binary", run.binary("registry-server"), "--logs",
            run.logs / tally.part.name]
    tally.command("scenes", argv, counts.plain, env=run.env, timeout=1200)
