"""The crates of the workspace as cargo sees them, and what they depend on."""

import functools
import json
import subprocess


class Crates:
    """The workspace and the graph of its dependencies, those of every feature."""

    def __init__(self, run):
        argv = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
        done = subprocess.run(argv, cwd=run.root, env=run.env, stdin=subprocess.DEVNULL, capture_output=True, check=True,
                              timeout=900)
        metadata = json.loads(done.stdout)
        self._packages = {package["id"]: package for package in metadata["packages"]}
        self._nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
        members = [self._packages[member] for member in metadata["workspace_members"]]
        # `publish = false` is an empty list of registries.
        self.published = [package for package in members if package["publish"] != []]

    def dependencies(self, package):
        """Every package from a registry that a user of `package` compiles, for tests of it excepted."""
        return [found for found in self._closure(package["id"]) if found["source"]]

    def _closure(self, root):
        seen, left = set(), [root]
        while left:
            current = left.pop()
            if current in seen:
                continue
            seen.add(current)
            left.extend(dependency["pkg"] for dependency in self._nodes[current]["deps"]
                        if any(kind["kind"] != "dev" for kind in dependency["dep_kinds"]))
        return [self._packages[found] for found in seen]


@functools.lru_cache(maxsize=None)
def of(run):
    """The crates of a run, read once."""
    return Crates(run)


def rust_version(text):
    """`1.88` or `1.88.0` as numbers that compare; None, which asks for nothing, is the lowest."""
    numbers = [int(number) for number in (text or "0").split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))
