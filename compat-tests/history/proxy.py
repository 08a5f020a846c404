"""TCP proxies between the nodes and their database, one for each node, in a process of their own.

    python3 proxy.py PORT...

It reads commands, one line of JSON each, and answers each with a line once it holds:
`{"target": port}`; `{"node": n, "cut": true}` breaks the connections that there are; `{"node": n, "way": w}` says how
bytes go from then on: `open`; `refuse` (new connections are broken too); `slow` (before each piece a pause, which
`"pause": seconds` changes); `hole`
(nothing goes on, connections stay open); `deaf` (requests go on, answers do not). What waits in a hole goes on when the
way is open again, unless it is cut. `{"node": n, "forget": seconds}` has connections on which nothing went for so long swallow
everything from then on, as a firewall does that has forgotten them.
"""

import asyncio
import json
import sys
import time

HOST = "127.0.0.1"
PIECE = 65536
# The pause of a slow way if no other is named, in seconds.
SLOW = 0.08


class Link:
    """A connection of a node and the one that it leads to."""

    def __init__(self):
        self.used = time.monotonic()
        self.is_forgotten = False


class Way:
    """One node's way to the database."""

    def __init__(self, proxy):
        self.proxy = proxy
        self.how = "open"
        self.pause = SLOW
        self.changed = asyncio.Event()
        self.writers = set()
        self.links = set()

    def turn(self, how):
        self.how = how
        self.changed.set()
        self.changed = asyncio.Event()
        if how == "refuse":
            self.cut()

    def cut(self):
        for writer in list(self.writers):
            writer.transport.abort()

    def forget(self, seconds):
        for link in self.links:
            link.is_forgotten |= time.monotonic() - link.used > seconds

    async def take(self, reader, writer):
        """A new connection of the node."""
        if self.how == "refuse":
            writer.transport.abort()
            return
        self.writers.add(writer)
        there, link = None, Link()
        self.links.add(link)
        try:
            far_reader, there = await asyncio.open_connection(HOST, self.proxy.target)
            self.writers.add(there)
            await asyncio.gather(self._pass(link, reader, there, False), self._pass(link, far_reader, writer, True))
        except OSError:
            pass
        finally:
            self.links.discard(link)
            for end in filter(None, (writer, there)):
                self.writers.discard(end)
                end.transport.abort()

    async def _pass(self, link, reader, writer, is_answer):
        while True:
            piece = await reader.read(PIECE)
            while link.is_forgotten:
                await self.changed.wait()
            link.used = time.monotonic()
            if self.how == "slow":
                await asyncio.sleep(self.pause)
            while self.how == "hole" or is_answer and self.how == "deaf":
                await self.changed.wait()
            if not piece:
                # The other direction ends with it: neither side closes only half of a connection.
                raise ConnectionResetError
            writer.write(piece)
            await writer.drain()


class Proxy:
    """All ways, and where they lead."""

    def __init__(self, ports):
        self.target = None
        self.ports = ports
        self.ways = []

    async def run(self):
        for port in self.ports:
            way = Way(self)
            self.ways.append(way)
            await asyncio.start_server(way.take, HOST, port)
        loop = asyncio.get_running_loop()
        commands = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
        print("ready", flush=True)
        while line := await commands.readline():
            self.obey(json.loads(line))
            print("done", flush=True)

    def obey(self, command):
        self.target = command.get("target", self.target)
        if "node" in command:
            way = self.ways[command["node"]]
            way.pause = command.get("pause", SLOW)
            if "way" in command:
                way.turn(command["way"])
            if "forget" in command:
                way.forget(command["forget"])
            if command.get("cut"):
                way.cut()


if __name__ == "__main__":
    asyncio.run(Proxy([int(port) for port in sys.argv[1:]]).run())
