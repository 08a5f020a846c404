"""How often a file can be synced: the most that one transaction after the other could reach on this disk."""

import os
import time

# What a registration appends to the log of SQLite: a frame for each page that it changes, of 4 KiB and a header. Six tables
# and their indexes are written.
_FRAMES = 14
_FRAME = 4096 + 24


def sync_rate(folder, seconds):
    """Writes the frames of a transaction and syncs them, over and over, in a file that has its length already."""
    path, frames = folder / "sync.probe", b"\xa5" * (_FRAMES * _FRAME)
    file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        room = 64
        os.pwrite(file, frames * room, 0)
        os.fsync(file)
        count, begin = 0, time.monotonic()
        while time.monotonic() - begin < seconds:
            os.pwrite(file, frames, count % room * len(frames))
            os.fdatasync(file)
            count += 1
        return count / (time.monotonic() - begin)
    finally:
        os.close(file)
        path.unlink()
