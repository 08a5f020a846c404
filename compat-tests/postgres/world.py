"""What a scene has: servers of its own, registries over them, and a count of what holds."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import traceback

import machine
from node import Node
from postgres import unprivileged
from server import Server


class World:
    """The servers and nodes of one scene; usable as a context manager that stops them."""

    def __init__(self, processes, binary, logs, name):
        self.processes = processes
        self.binary = binary
        self.logs = logs
        self.name = name
        self.user = unprivileged()
        self.binaries = machine.postgres_binaries()
        # Not in the work folder: the unprivileged user may not be able to reach that.
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="registry-postgres-"))
        self.passed = self.failed = 0
        self._things = []

    def __enter__(self):
        self.give(self.root)
        return self

    def __exit__(self, *_):
        for thing in reversed(self._things):
            thing.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def play(self, scene):
        """Plays a scene; one that breaks off has failed."""
        try:
            scene(self)
        except Exception:  # pylint: disable=broad-except
            self.check("the scene is played to its end", traceback.format_exc())

    def check(self, what, problem=None):
        """Counts what holds; `problem` says what is wrong, None or nothing that all is well."""
        if problem:
            self.failed += 1
            print(f"FAIL {self.name}, {what}: {problem}", flush=True)
        else:
            self.passed += 1

    def server(self, name, **options):
        """A Postgres that runs."""
        server = Server(self, name, **options)
        self._things.append(server)
        server.start()
        return server

    def node(self, url, **settings):
        """A registry that serves."""
        node = Node(self, url, settings)
        self._things.append(node)
        node.start()
        return node

    def background(self, thing):
        """Has a thing stopped at the end of the scene."""
        self._things.append(thing)
        return thing

    def command(self, *arguments, env=None):
        """Runs the registry's program to its end: exit code and all that it printed."""
        done = subprocess.run([str(self.binary), *arguments], env=dict(os.environ, NO_COLOR="1", **(env or {})),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60, check=False)
        return done.returncode, done.stdout

    def opens(self, what, url, refusal=None, env=None, **settings):
        """Checks that the program can use a database, or refuses it with a text."""
        # Whether it can be used is asked, and not how long a busy machine takes to log in.
        env = dict(env or {}, SCHEMA_REGISTRY_DATABASE_WAIT_MS="0", SCHEMA_REGISTRY_DATABASE_CONNECT_TIMEOUT_MS="20000")
        for name, value in settings.items():
            env["SCHEMA_REGISTRY_" + name.upper()] = value
        code, text = self.command("changes", "--database-url", url, env=env)
        if refusal is None:
            self.check(what, None if code == 0 else text)
        else:
            found = code != 0 and refusal in text and text.count("\n") == 1
            self.check(what, None if found else f"expected one line with '{refusal}', found code {code}: {text}")

    def give(self, path):
        """Gives a file or folder to the user that servers run as."""
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)
