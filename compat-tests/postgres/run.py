"""The registry over Postgres as it is in production: TLS, passwords, few connections, PgBouncer, failover, roles, waiting.

    python3 compat-tests/postgres/run.py --binary target/release/registry-server [--only tls]

It makes its own servers, certificates and proxies on free ports of the loopback address, and prints what does not hold.
"""

import argparse
import pathlib
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

import firewall
import hosts
import limits
import losses
import passwords
import proxied
import roles
import standby
import tls
import waiting
from processes import Processes, adopt_orphans
from world import World

SCENES = {
    "tls": tls.play,
    "passwords": passwords.play,
    "limits": limits.play,
    "roles": roles.play,
    "proxy": proxied.play,
    "hosts": hosts.play,
    "standby": standby.play,
    "losses": losses.play,
    "firewall": firewall.play,
    "waiting": waiting.play,
}


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the server's program")
    parser.add_argument("--only", choices=SCENES, help="one scene")
    parser.add_argument("--logs", help="the folder for logs; a temporary one if it is not given")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    logs = pathlib.Path(options.logs or tempfile.mkdtemp(prefix="postgres-"))
    logs.mkdir(parents=True, exist_ok=True)
    print(f"logs in {logs}", flush=True)
    adopt_orphans()
    processes = Processes()
    passed = failed = 0
    try:
        for name, play in SCENES.items():
            if options.only in (None, name):
                begin = time.monotonic()
                with World(processes, pathlib.Path(options.binary).resolve(), logs, name) as world:
                    world.play(play)
                passed, failed = passed + world.passed, failed + world.failed
                seconds = time.monotonic() - begin
                print(f"{name}: {world.passed} hold, {world.failed} do not ({seconds:.1f} s)", flush=True)
    finally:
        processes.stop_all()
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
