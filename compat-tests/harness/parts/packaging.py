"""What the server is delivered as: the unit of systemd, the container, the Debian package on a booted machine, the Helm chart, the guide."""

import os
import sys

import counts
import machine

# The present cargo-deb, which reads the workspace as it is; it costs a minute to build, so it is for the long form. By default an older
# one, which comes as a program, makes the package from the same definition.
_CARGO_DEB = "3.8.0"

# How lines begin that are no verdict and are shown all the same.
_TOLD = ("   exposure as", "   content of", "   Debian package, packed", "   left out: ")


def run(tally):
    run, folder = tally.run, tally.run.tests / "packaging"
    if os.getuid() != 0:
        raise machine.Missing("this part boots systemd in namespaces, which only root may do; run it as root")
    for program, package in (("systemd-analyze", "systemd"), ("ip", "iproute2"), ("curl", "curl"), ("adduser", "adduser"), ("man", "man-db"),
                             ("strip", "binutils"), ("unshare", "util-linux"), ("dpkg-deb", "dpkg")):
        machine.program(program, package)
    programs = machine.virtual_environment(run, "packaging-tools", folder / "requirements.txt", "--no-deps")
    tally.command("chart", [programs / "python", "-B", folder / "chart.py"], counts.plain, env=run.env, timeout=300)
    argv = [sys.executable, "-B", folder / "run.py", run.binary("registry-server")]
    # What is not built for users is larger than what they get.
    argv += ["--no-sizes"] if run.profile == "dev" else []
    argv += ["--rooms"] if run.long else []
    _, text = tally.command("delivered", [*argv, "--cargo-deb", programs / "cargo-deb"], counts.plain, env=run.env, timeout=600)
    _tell(text)
    if run.long:
        tally.command("cargo-deb", ["cargo", "install", "cargo-deb", "--version", _CARGO_DEB, "--locked", "--debug", "--root", run.work / "cargo-deb"],
                      env=run.env, timeout=1200)
        _, text = tally.command("delivered-by-cargo-deb", [*argv, "--cargo-deb", run.work / "cargo-deb" / "bin" / "cargo-deb", "--workspace"],
                                counts.plain, env=run.env, timeout=600)
        _tell(text)


def _tell(text):
    """What is no verdict: sizes, the exposure, what was left out."""
    for line in text.splitlines():
        if line.startswith(_TOLD):
            print(line)
