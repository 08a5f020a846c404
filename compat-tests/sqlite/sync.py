"""The log is synced before the answer leaves, as the kernel sees it: a trace of system calls."""

import re

from server import Server, record

_CALLS = "pwrite64,pwritev,fdatasync,fsync,write,writev,sendto,sendmsg"
_WRITES = 10


def run(report, binary, folder, strace):
    trace = folder / "trace"
    with Server(binary, folder / "traced.db", [strace, "-f", "-y", "-s", "40", "-o", str(trace), "-e", f"trace={_CALLS}"]) as server:
        for number in range(_WRITES):
            server.register(f"s-{number}", record(f"R{number}"))
    answers, problems = judge(trace.read_text(errors="replace"))
    report(f"the log is synced before each of {answers} answers leaves", "; ".join(problems[:3]) or None)
    # The first one stands for what the start wrote.
    report("the trace holds all answers to writes", None if answers == _WRITES + 1 else f"{answers} of {_WRITES + 1}")


def judge(trace):
    """How many answers told of a write, and what is wrong: an answer that leaves while the log holds what is not synced."""
    answers, problems, unsynced, begun = 0, [], None, {}
    written = False
    for line in trace.splitlines():
        thread, _, call = line.partition(" ")
        call = call.lstrip()
        if call.endswith("<unfinished ...>"):
            begun[thread] = call
            is_begin, is_end = True, False
        elif call.startswith("<... "):
            call = begun.pop(thread, "") + call
            is_begin, is_end = False, True
        else:
            is_begin = is_end = True
        name = call.partition("(")[0]
        if name in ("pwrite64", "pwritev") and "-wal>" in call and is_begin:
            unsynced, written = line, True
        elif name in ("fdatasync", "fsync") and "-wal>" in call and is_end and re.search(r"= 0$", call):
            unsynced = None
        elif '"HTTP/1.1 200' in call and is_begin and written:
            # What is sent to the socket after something was written to the log is the answer to that write.
            answers, written = answers + 1, False
            if unsynced:
                problems.append(f"sent while not synced: {unsynced[:90]}")
    return answers, problems


def self_test(report):
    """Traces of servers that would not do it are found."""
    write, sync, answer = '7 pwrite64(5</d/r.db-wal>, "", 4096, 0) = 4096', "7 fdatasync(5</d/r.db-wal>) = 0", \
        '9 sendto(8<socket:[1]>, "HTTP/1.1 200 OK"..., 90, 0) = 90'
    late = ["7 fdatasync(5</d/r.db-wal> <unfinished ...>", answer, "7 <... fdatasync resumed>) = 0"]
    for name, lines, is_right in (("in order", [write, sync, answer], True), ("no sync", [write, answer], False),
                                  ("sync after the answer", [write, answer, sync], False),
                                  ("sync before the write", [sync, write, answer], False),
                                  ("sync not finished", [write, *late], False),
                                  ("sync failed", [write, sync.replace("= 0", "= -1 EIO"), answer], False)):
        answers, problems = judge("\n".join(lines))
        report(f"a trace with its calls {name} is judged", None if answers == 1 and (not problems) == is_right else f"{problems}")
