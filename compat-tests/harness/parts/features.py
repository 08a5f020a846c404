"""What users turn on and off: each feature of each crate alone, none and all; the safe codec; the declared Rust version."""

import re

import counts
import crates
import machine

# Everything that encodes and decodes. Without the crates that ask for `fast`, these get the safe runtime.
_ON_THE_CODEC = ("serde-wire", "codegen-tests", "codegen-tests-2018", "codegen-tests-2021", "resolution-tests")

# The clients of Kafka: alone each of them has half of the HTTP client checked once more, since its dependencies ask for other
# features of the same crates. With --long alone; together, with all features, always.
_KAFKA = ("rdkafka", "rskafka")
# What the client has beside questions and answers: tested together with the safe codec, and alone with --long.
_TOGETHER = ("blocking", "lock-file", "metrics", "tracing")
# Values of another crate, which nothing else in the workspace turns on: tested there as well.
_BRIDGES = ("apache-avro",)
# Libraries in C for TLS, each of which is a build of its own, and the second one needs the headers of OpenSSL: with --long. That of the
# default features is in the feature `default`.
_OTHER_TLS = ("rustls-ring", "native-tls")


def run(tally):
    machine.rust()
    run = tally.run
    hack = machine.tool(run, "cargo-hack")
    published = [hack, "hack", "clippy", "--ignore-private", "--keep-going", "--locked"]
    costly = ["--exclude-features", ",".join((*_KAFKA, *_TOGETHER, *_OTHER_TLS, "rustls-aws-lc"))]
    serde_wire = next(package for package in crates.of(run).published if package["name"] == "serde-wire")
    nearly_all = ",".join(name for name in serde_wire["features"] if name not in _OTHER_TLS)
    for step, chosen in (("matrix", ["--workspace", "--each-feature", *([] if run.long else costly)]),
                         ("all-features", ["--workspace", "--exclude", "serde-wire", "--all-features"]),
                         ("all-features-serde-wire", ["--package", "serde-wire", "--features", nearly_all])):
        tally.command(step, [*published, *chosen, "--", "-D", "warnings"], _matrix, cwd=run.root, env=run.env, timeout=1800)
    features = ",".join(f"serde-wire/{name}" for name in ("client", "rustls-aws-lc", *_TOGETHER, *_BRIDGES))
    _, text = tally.command("safe-codec", ["cargo", "test", *_packages(_ON_THE_CODEC), "--no-default-features", "--features",
                                 features, "--locked", "--no-fail-fast"],
                  counts.cargo, cwd=run.root, env=run.env, timeout=2400)
    ran = "without_the_feature_the_runtime_is_the_safe_one ... ok" in text
    tally.check("the runtime of safe-codec", None if ran else "something turned the feature `fast` on")
    # With the conversions to types of other crates, which the codec does not need either.
    tally.command("codec-alone", ["cargo", "test", "-p", "serde-wire", "--no-default-features", "--features",
                                  "bigdecimal,chrono,jiff,rust_decimal,time", "--locked", "--no-fail-fast"],
                  counts.cargo, cwd=run.root, env=run.env, timeout=1800)
    if run.long:
        for name in _OTHER_TLS:
            tally.command(f"tls-{name}", ["cargo", "test", "-p", "serde-wire", "--test", "tls", "--features", name, "--locked"],
                          counts.cargo, cwd=run.root, env=run.env, timeout=1800)
        tally.command("ring-alone", ["cargo", "test", "-p", "serde-wire", "--no-default-features", "--features", "rustls-ring", "--test", "tls",
                                     "--locked"], counts.cargo, cwd=run.root, env=run.env, timeout=1800)
    for package in crates.of(run).published:
        tally.check(f"rust-version of {package['name']}", _too_low(package, crates.of(run)))


def _packages(names):
    return [argument for name in names for argument in ("-p", name)]


def _matrix(text):
    """How many feature sets of how many announced ones compiled without a warning."""
    announced = re.findall(r"^info: running .* \((\d+)/(\d+)\)$", text, re.M)
    if not announced:
        return None
    # At the end, cargo-hack names the feature sets that failed.
    failed = len(re.findall(r"^error: process didn't exit successfully", text, re.M))
    return int(announced[-1][1]) - failed, failed


def _too_low(package, workspace):
    """What is wrong with a declared `rust-version`: a dependency needs a newer one.

    That our own code needs no newer one is what clippy's `incompatible_msrv` says, in the part lints.
    """
    declared = package["rust_version"]
    if not declared:
        return "it declares none"
    needed = [found for found in workspace.dependencies(package)
              if crates.rust_version(found["rust_version"]) > crates.rust_version(declared)]
    if needed:
        return f"{declared}, but " + ", ".join(f"{found['name']} {found['version']} needs {found['rust_version']}" for found in needed)
    return None
