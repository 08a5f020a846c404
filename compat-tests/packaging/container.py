"""The container: what its root folder holds, and the server in it, without an engine for containers.

The folder is made by the command of the Dockerfile. The server runs in it as an engine would have it run: as the first process of
namespaces of its own, with the root read-only, as the user and with the environment of the Dockerfile.
"""

import argparse
import contextlib
import json
import os
import shlex
import signal
import stat
import subprocess

from dockerfile import Dockerfile
from guide import Guide
from problem import unless
from rooms import Room, until

# What is in the image, in bytes, may be at most this.
CONTENT = 40_000_000
# Of files of the C library it has those that the server is linked with.
LIBRARIES = ("ld-linux", "libc.so", "libgcc_s.so", "libm.so")
FILES = ("etc/group", "etc/passwd", "etc/ssl/certs/ca-certificates.crt", "usr/bin/registry-server")

# Arguments: the root folder, the folder of the volume, where it goes, user and group, a command.
_ENTER = """
root=$1 volume=$2 at=$3 user=$4 group=$5; shift 5
mount --make-rprivate /
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --bind "$volume" "$root$at"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
ip link set lo up
exec unshare --root="$root" --wd="$at" --setgid="$group" --setuid="$user" -- "$@"
"""


class Engine:
    """As much of an engine for containers as the guide uses, over one image."""

    def __init__(self, dockerfile, root, folder):
        self._file, self._root, self._folder = dockerfile, root, folder
        self._volumes = {}
        self.rooms = contextlib.ExitStack()

    def run(self, arguments, log):
        """`docker run` with these arguments: the room of the container."""
        parser = argparse.ArgumentParser(prog="docker run")
        for flag in ("-d", "--read-only"):
            parser.add_argument(flag, action="store_true")
        for option in ("-e", "-v", "-p"):
            parser.add_argument(option, action="append", default=[])
        for option in ("--name", "--cap-drop", "--security-opt"):
            parser.add_argument(option)
        parser.add_argument("image")
        parser.add_argument("command", nargs="*")
        given = parser.parse_args(arguments)
        environment = self._file.environment | dict(value.split("=", 1) for value in given.e)
        at = self._file.one("VOLUME")
        names = {target: name for name, target in (value.split(":")[:2] for value in given.v)}
        volume = self._volume(names.get(at, f"of {log.name}"), at)
        user, group = self._file.user
        room = Room(_ENTER, [self._root, volume, at, user, group, *self._file.entrypoint, *given.command], log, _environment(environment))
        return self.rooms.enter_context(room)

    def _volume(self, name, at):
        """A folder that keeps its content; a new one begins as what the image has in its place."""
        if name not in self._volumes:
            folder = self._volumes[name] = self._folder / f"volume {len(self._volumes)}"
            subprocess.run(["cp", "-a", f"{self._root}{at}", folder], check=True, timeout=60)
        return self._volumes[name]

    def execute(self, room, argv):
        """`docker exec`: exit code and output."""
        user, group = self._file.user
        options = [f"--root={self._root}", f"--wd={self._root}", f"--setgid={group}", f"--setuid={user}"]
        path = [argv[0] if argv[0].startswith("/") else f"/usr/bin/{argv[0]}", *argv[1:]]
        return room.run(path, options, _environment(self._file.environment))

    def health(self, room):
        """The health check of the image: exit code and output."""
        return self.execute(room, self._file.health)


def _environment(variables):
    # nsenter and the shell are found by the path of an engine for containers.
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"} | variables


def run(report, binary, packaging, folder, sizes, rooms):
    file = Dockerfile((packaging / "container" / "Dockerfile").read_text())
    root = folder / "rootfs"
    report("the image is what the root folder holds", None if (file.one("FROM"), file.one("COPY")) == ("scratch", "--from=build /rootfs/ /")
           else str(file.last))
    _, command = file.commands()
    script, source, target = shlex.split(command)
    report("the folder is made of the release build", None if (source, target) == ("target/release/registry-server", "/rootfs") else command)
    made = subprocess.run([packaging.parent.parent / script, binary, root], capture_output=True, text=True, check=False, timeout=120)
    report("the folder is made", None if made.returncode == 0 else made.stderr)
    _contents(report, root, file, sizes)
    if not rooms:
        return
    engine = Engine(file, root, folder)
    with engine.rooms:
        _serves(report, engine, folder)
    engine = Engine(file, root, folder)
    with engine.rooms:
        _guide(report, engine, packaging.parent, folder)


def _contents(report, root, file, sizes):
    paths = sorted(root.rglob("*"))
    files = {str(path.relative_to(root)): path for path in paths if not path.is_dir()}
    size = sum(path.stat().st_size for path in files.values())
    print(f"   content of the container: {size / 1e6:.1f} MB in {len(files)} files")
    if sizes:
        report("size of the container", f"{size} bytes, more than {CONTENT}" if size > CONTENT else None)
    unexpected = [name for name in files if name not in FILES and not os.path.basename(name).startswith(LIBRARIES)]
    report("nothing else is in it", ", ".join(unexpected) or None)
    report("what it needs is in it", None if set(FILES) <= set(files) else str(sorted(files)))
    wrong = []
    data, (user, group) = root / file.one("VOLUME").lstrip("/"), file.user
    for path in [root, *paths]:
        status = path.lstat()
        owner = (user, group) if path == data else (0, 0)
        writable = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and path != root / "tmp"
        if (status.st_uid, status.st_gid) != owner or writable or status.st_mode & (stat.S_ISUID | stat.S_ISGID):
            wrong.append(f"{path}: {stat.filemode(status.st_mode)} {status.st_uid}:{status.st_gid}")
    report("the user of the container owns its data, and root all else", "; ".join(wrong) or None)
    sections = subprocess.run(["readelf", "-SW", root / "usr/bin/registry-server"], capture_output=True, text=True, check=True, timeout=60).stdout
    # A name of a script for debuggers stays, where there is one.
    left = sections.replace(".debug_gdb_scripts", "")
    report("the server is stripped", None if ".text" in left and ".symtab" not in left and ".debug_" not in left else sections)


def _serves(report, engine, folder):
    arguments = ["-v", "registry:/var/lib/registry-server", "registry-server"]
    first = engine.run(arguments, folder / "container-1.log")
    until("the server is ready", lambda: first.get("/health/ready")[0] == 200, first.log)
    report("the health check finds it well", unless(engine.health(first), (0, "")))
    registered = first.get("/subjects/orders-value/versions", json.dumps({"schema": '"string"'}))
    report("a schema is registered", None if registered[0] == 200 and json.loads(registered[1])["id"] == 1 else str(registered))
    status = open(f"/proc/{first.first}/status", encoding="utf-8").read()
    report("it runs as the user of the image, without any right of root",
           None if "Uid:\t65532\t65532" in status and "CapEff:\t0000000000000000" in status else status)
    os.kill(first.first, signal.SIGTERM)
    report("as the first process it ends when it is told to", unless(first.ended(), 0))
    # With the environment as for the original's image, whose settings of Kafka have no meaning here.
    second = engine.run(["-e", "SCHEMA_REGISTRY_HOST_NAME=registry", "-e", "SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS=kafka:9092",
                         "-e", "SCHEMA_REGISTRY_SCHEMA_COMPATIBILITY_LEVEL=full", *arguments], folder / "container-2.log")
    until("the server is ready again", lambda: second.get("/health/ready")[0] == 200, second.log)
    kept = second.get("/schemas/ids/1")
    report("what was registered is there after a restart", None if kept[0] == 200 and json.loads(kept[1])["schema"] == '"string"' else str(kept))
    report("settings come from the environment", unless(second.get("/config"), (200, '{"compatibilityLevel":"FULL"}')))
    missing = engine.run(["-e", "SCHEMA_REGISTRY_LISTENERS=http://127.0.0.1:9999", *arguments[2:]], folder / "container-3.log")
    until("another server runs", lambda: "serving" in missing.log(), missing.log)
    code, text = engine.health(missing)
    report("the health check finds nothing where nothing listens", None if code == 1 and "cannot be asked" in text else f"{code}: {text}")


def _guide(report, engine, server, folder):
    """The commands of the guide, as far as they need no engine."""
    blocks = Guide((server / "docs" / "deploy.md").read_text()).blocks(3)
    verbs = set()
    for number, block in enumerate(blocks):
        names = {}
        for line in block:
            _, verb, *words = shlex.split(line)
            verbs.add(verb)
            if verb == "build":
                report(f"the guide: {line}", None if (server.parent / words[words.index("-f") + 1]).is_file() and words[-1] == "." else line)
            elif verb == "run":
                room = engine.run(words, folder / f"guide-{number}.log")
                until(f"ready: {line}", lambda: room.get("/health/ready")[0] == 200, room.log)
                report(f"the guide: {line}", None)
                names[words[words.index("--name") + 1] if "--name" in words else ""] = room
            else:
                report(f"the guide: {line}", unless((verb, engine.execute(names[words[0]], words[1:])), ("exec", (0, ""))))
        # Another container has the volume next.
        for room in names.values():
            os.kill(room.first, signal.SIGTERM)
            room.ended()
    report("the guide has a command of each kind", None if verbs == {"build", "run", "exec"} else str(verbs))
