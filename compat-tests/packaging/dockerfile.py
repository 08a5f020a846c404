"""A Dockerfile, read as far as ours goes."""

import json
import re


class Dockerfile:
    """Instructions of the last stage, and of the stages before it."""

    def __init__(self, text):
        text = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", text))
        stages = []
        for line in filter(str.strip, text.splitlines()):
            name, _, value = line.partition(" ")
            if name == "FROM":
                stages.append([])
            stages[-1].append((name, " ".join(value.split())))
        *self.earlier, self.last = stages

    def all(self, name):
        return [value for found, value in self.last if found == name]

    def one(self, name):
        """The value of an instruction that stands there once."""
        (value,) = self.all(name)
        return value

    @property
    def entrypoint(self):
        return json.loads(self.one("ENTRYPOINT"))

    @property
    def environment(self):
        return dict(value.split("=", 1) for value in self.all("ENV"))

    @property
    def health(self):
        """The command of the health check."""
        return json.loads(self.one("HEALTHCHECK").partition("CMD ")[2])

    @property
    def user(self):
        """Numbers of the user and the group."""
        return [int(number) for number in self.one("USER").split(":")]

    def commands(self):
        """The commands of the stages before the last one."""
        return [command.strip() for stage in self.earlier for name, value in stage if name == "RUN" for command in value.split("&&")]
