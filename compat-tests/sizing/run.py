"""run.py REGISTRY_SERVER SIZING: what a consumer of 10,000 messages of 1 KB a second costs, and how many it can take.

REGISTRY_SERVER and SIZING are programs of a release build. It starts a broker and a registry of its own, in some three minutes prints
the table of serde-wire's README, and stops them. Java is needed, and Maven for the broker's jars.
"""

import argparse
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from context import Run  # noqa: E402
from registry import Registry  # noqa: E402

_RATE, _SECONDS, _MESSAGES = 10_000, 15, 200_000
_CLIENTS = ("none", "serde-wire", "converter")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("registry_server", type=pathlib.Path)
    parser.add_argument("sizing", type=pathlib.Path)
    arguments = parser.parse_args()
    run = Run()
    run._binaries = arguments.registry_server.resolve().parent
    try:
        with Registry(run, run.databases.fresh("sqlite"), log="registry-sizing") as registry:
            _measure([str(arguments.sizing.resolve()), run.broker.address, registry.url])
    finally:
        run.stop()


def _measure(program):
    print(_output([*program, "fill", str(_MESSAGES)]), flush=True)
    print("| client | how | messages/s | CPU | µs CPU/message | lag: median, 99 % |")
    print("|---|---|---|---|---|---|")
    for client in _CLIENTS:
        print(_output([*program, "consume", client, "all"]), flush=True)
    for client in _CLIENTS:
        with subprocess.Popen([*program, "produce", str(_RATE), str(_SECONDS + 5)], stdout=subprocess.DEVNULL) as producer:
            print(_output([*program, "consume", client, str(_SECONDS)]), flush=True)
            producer.wait(60)


def _output(argv):
    return subprocess.run(argv, check=True, capture_output=True, text=True, timeout=150).stdout.strip()


if __name__ == "__main__":
    main()
