"""What a reviewer would otherwise say: citations and links, formatting, clippy, licences, origins and use of dependencies,
documentation."""

import machine
import references


def run(tally):
    references.check(tally)
    machine.rust()
    root, env = tally.run.root, tally.run.env
    tally.command("fmt", ["cargo", "fmt", "--all", "--check"], cwd=root, env=env)
    tally.command("clippy", ["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
                  cwd=root, env=env, timeout=2400)
    tally.command("deny", [machine.tool(tally.run, "cargo-deny"), "--log-level", "error", "check", "licenses", "bans", "sources"],
                  cwd=root, env=env)
    tally.command("unused", [machine.tool(tally.run, "cargo-shear"), "shear", "--locked"], cwd=root, env=env)
    tally.command("doc", ["cargo", "doc", "--workspace", "--no-deps", "--locked"], cwd=root,
                  env=dict(env, RUSTDOCFLAGS="-D warnings"), timeout=2400)
