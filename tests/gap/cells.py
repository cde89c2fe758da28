#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cells.py FILE...: the code on a screen of text, as a camera sees it.

The file is the text of a screen whose left part is a QR code in half blocks,
black on white; FILE.pgm is its picture, four pixels a module.  A screen
without a code is passed over."""
import sys

DOTS = 4
BLOCKS = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def modules(lines):
    """Rows of modules, or None: four of quiet zone before the first finder."""
    first = next((i for i, line in enumerate(lines)
                  if line.startswith("    █▀▀▀▀▀█")), None)
    if first is None:
        return None
    end = lines[first].rstrip().rfind("█▀▀▀▀▀█") + 7
    side = end + 4
    rows = []
    for line in lines[:(side + 1) // 2]:
        pairs = [BLOCKS.get(c, (0, 0)) for c in line.ljust(side)[:end]]
        pairs += [(0, 0)] * 4
        rows.append([p[0] for p in pairs])
        rows.append([p[1] for p in pairs])
    while len(rows) < side:
        rows.append([0] * side)
    return rows[:side]


for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as f:
        code = modules(f.read().split("\n"))
    if code is None:
        continue
    side = len(code) * DOTS
    with open(name + ".pgm", "wb") as f:
        f.write(b"P5\n%d %d\n255\n" % (side, side))
        for row in code:
            line = b"".join(bytes([0 if m else 255]) * DOTS for m in row)
            f.write(line * DOTS)
