#!/usr/bin/env python3
"""What the server is delivered as: the unit of systemd, the container, the Debian package, and the guide to them.

    compat-tests/packaging/run.py target/release/registry-server --cargo-deb PATH [--no-sizes] [--rooms]

Everything runs in namespaces of its own, so it needs root. Where the machine makes none, which it may refuse to root as well, what has
to run in them is left out, and the output says so; with --rooms that is a failure. `compat-tests/run --only packaging` runs this as a
part, and with it the tests of the Helm chart.
"""

import argparse
import pathlib
import sys
import tempfile

import container
import package
import rooms
import unit

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("binary", type=pathlib.Path, help="the registry-server to pack")
    parser.add_argument("--cargo-deb", type=pathlib.Path, required=True, help="the program cargo-deb")
    parser.add_argument("--workspace", action="store_true", help="have it read the manifests of the workspace, which releases before 3.0 cannot")
    parser.add_argument("--no-sizes", action="store_true", help="do not judge the size of a binary that is no release build")
    parser.add_argument("--rooms", action="store_true", help="fail where nothing can run in namespaces of its own")
    options, counts = parser.parse_args(), {True: 0, False: 0}

    def report(name, problem):
        counts[problem is None] += 1
        print(f"   ok   {name}" if problem is None else f"   FAIL {name}: {problem}", flush=True)

    packaging, binary = ROOT / "registry-server" / "packaging", options.binary.resolve()
    with tempfile.TemporaryDirectory(prefix="registry-packaging-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        refused = rooms.refused(folder)
        if refused:
            print(f"   left out: the server in its container, and the package on a booted machine; no namespaces here: {refused}")
        if options.rooms:
            report("namespaces can be made", refused)
        for part in (lambda: unit.run(report, packaging, folder),
                     lambda: container.run(report, binary, packaging, folder, not options.no_sizes, not refused),
                     lambda: package.run(report, binary, ROOT, folder, options.cargo_deb, options.workspace, not refused)):
            try:
                part()
            except Exception as error:  # what is broken must not keep the others from being looked at
                report(f"{type(error).__name__}", str(error))
    print(f"{counts[True]} passed, {counts[False]} failed")
    return 1 if counts[False] else 0


if __name__ == "__main__":
    sys.exit(main())
