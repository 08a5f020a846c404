"""`cargo test` on the whole workspace, with a Postgres for the tests that ask for one."""

import counts
import machine


def run(tally):
    machine.rust()
    # For the tests of avro-gen check against a revision.
    machine.program("git", "git")
    run = tally.run
    env = dict(run.env, TEST_POSTGRES_URL=run.postgres.database())
    _, text = tally.command("cargo-test", ["cargo", "test", "--workspace", "--locked", "--no-fail-fast"], counts.cargo,
                            cwd=run.root, env=env, timeout=3000)
    skipped = counts.skipped(text)
    tally.check("nothing is skipped", f"{len(skipped)} skipped, the first: {skipped[0]}" if skipped else None)
