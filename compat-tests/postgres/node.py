"""A registry of a scene."""

import json
import os
import time
import urllib.error
import urllib.request

import ports


class Node:
    """A running registry with its settings."""

    def __init__(self, world, database_url, settings):
        self._world = world
        self._database_url = database_url
        self._settings = settings
        self._child = None
        # What the last refusal said of when to ask again.
        self.retry_after = None
        self.url = f"http://{ports.HOST}:{ports.free()}"
        self.log = world.logs / f"{world.name}-node-{self.url.rpartition(':')[2]}.log"

    def start(self, wait=True):
        env = dict(os.environ, NO_COLOR="1")
        for name, value in self._settings.items():
            env["SCHEMA_REGISTRY_" + name.upper()] = value
        argv = [self._world.binary, "--listeners", self.url, "--database-url", self._database_url]
        self._child = self._world.processes.start(argv, self.log, env=env)
        if wait:
            self.until(lambda: self.get("/subjects")[0] == 200, 30, "the registry serves")

    def signal(self, number):
        """Sends it a signal, such as one to stand still."""
        os.kill(self._child.pid, number)

    def stop(self):
        child, self._child = self._child, None
        if child:
            self._world.processes.stop(child)

    def until(self, holds, seconds, what):
        """Waits until something holds, with which the node must be running."""
        deadline = time.monotonic() + seconds
        while not holds():
            if self._child and self._child.poll() is not None:
                raise RuntimeError(f"the node ended with code {self._child.returncode}: {self.log.read_text()[-2000:]}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"not within {seconds} s: {what}; see {self.log}")
            time.sleep(0.05)

    def get(self, path):
        return self._exchange(urllib.request.Request(self.url + path))

    def post(self, path, body):
        data = json.dumps(body).encode()
        return self._exchange(urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}))

    def put(self, path, body):
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method="PUT")
        return self._exchange(request)

    def register(self, subject, number):
        """Registers a schema that the number makes; status and answer."""
        schema = json.dumps({"type": "fixed", "name": f"f{number}", "size": 1 + number % 64})
        return self.post(f"/subjects/{subject}/versions", {"schema": schema})

    def _exchange(self, request):
        """Status and answer; status 0 when there is no answer."""
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            self.retry_after = error.headers.get("Retry-After")
            return error.code, error.read().decode(errors="replace")
        except (urllib.error.URLError, OSError) as error:
            return 0, str(error)
