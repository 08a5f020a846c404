"""The commands of the guide to deployment, block by block."""

import re


class Guide:
    """Blocks of code of a document, by the number of their section."""

    def __init__(self, text):
        self._blocks, section, kind, lines = {}, None, None, []
        for line in text.splitlines():
            heading = re.match(r"## (\d+) ", line)
            if heading and kind is None:
                section = int(heading.group(1))
            elif kind is None and line.startswith("```"):
                kind, lines = line[3:], []
            elif line == "```":
                self._blocks.setdefault((section, kind), []).append(lines)
                kind = None
            elif kind is not None:
                lines.append(line)

    def blocks(self, section, kind="sh"):
        """Each block as its lines."""
        return self._blocks.get((section, kind), [])


def as_root(command):
    """A command of somebody who may become root, for a root without sudo."""
    command = re.sub(r"^sudo -u (\S+) ", r"runuser -u \1 -- ", command)
    return re.sub(r"^sudo ", "", command)
