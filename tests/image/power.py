# SPDX-License-Identifier: MIT
"""The power of a machine of QEMU's, and what a stick has when it goes.

A stick that keeps what it takes has every write that it said was done, and
perhaps one more.  One with a memory of its own has what came before it was
told to flush, and of the rest what it happened to write: that is made from
the driver blklogwrites's log."""
import os
import random
import signal
import struct
import time

from qmp import Machine

MAGIC = 0x6a736677736872
FLUSH, FUA, DISCARD = 1, 2, 4
SECTOR = 512


def written(m, names):
    """How often the machine has written to these drives."""
    n = 0
    for b in m.do("query-blockstats"):
        if b.get("device") in names or b.get("node-name") in names:
            n += b["stats"]["wr_operations"]
    return n


def cut(folder, names, writes, ms, over):
    """The power goes `ms` after so many writes; they, or None: over() came
    first."""
    pid, m = None, None
    while m is None:
        if over():
            return None
        try:
            m = Machine(folder + "/qmp")
            pid = int(open(folder + "/pid").read())
        except (OSError, ValueError):
            m = None
            time.sleep(0.05)
    try:
        while True:
            n = written(m, names)
            if n >= writes:
                break
            if over():
                return None
            time.sleep(0.01)
        time.sleep(ms / 1000)
        os.kill(pid, signal.SIGKILL)
        return n
    except (OSError, ValueError, ProcessLookupError):
        return None  # switched off by people


def entries(log):
    """What the log has: sector, flags, bytes, in their order."""
    with open(log, "rb") as f:
        data = f.read()
    if len(data) < SECTOR:
        return
    magic, version, _, size = struct.unpack_from("<QQQI", data)
    if magic == 0:
        size = SECTOR  # its own first sector comes with a flush
    elif magic != MAGIC or version != 1:
        raise SystemExit("power: %s is no log of writes" % log)
    at = size
    while at + 32 <= len(data):
        sector, count, flags, _ = struct.unpack_from("<QQQQ", data, at)
        at += size
        have = 0 if flags & DISCARD else count * size
        if at + have > len(data) or (count == 0 and flags == 0):
            return  # the log's own end was cut
        yield sector * size, flags, data[at:at + have]
        at += have


def lose(base, log, to, seed):
    """`to` is `base` with what of the log a stick has, by chance, when the
    power goes; (writes since the last flush, how many of them it has)."""
    chance = random.Random(seed)
    made = list(entries(log))
    last = max((i for i, e in enumerate(made) if e[1] & FLUSH), default=-1)
    open_, kept = 0, 0
    with open(base, "rb") as f:
        state = bytearray(f.read())
    for i, (at, flags, data) in enumerate(made):
        if i > last and data and not flags & FUA:
            open_ += 1
            if chance.random() < 0.5:
                continue
            kept += 1
            if chance.random() < 0.25:  # torn between two sectors
                data = data[:chance.randrange(0, len(data), SECTOR)]
        state[at:at + len(data)] = data
    with open(to, "wb") as f:
        f.write(state)
    return open_, kept
