#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cells.py FILE...: the code on a screen of text, as a camera sees it.

The file is the text of a screen whose left part is a QR code in half blocks,
black on white, or, if its name ends with .paper, what the statement "paper" of
a play says of a screen with a code in full cells; FILE.pgm is its picture,
four pixels a module.  A screen without a code is passed over."""
import sys

DOTS = 4
BLOCKS = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def modules(lines):
    """Rows of modules, or None.  A module is as many halves of cells broad and
    high as the first finder's edge is by seven; four of them are quiet zone."""
    halves = []
    for line in lines:
        pairs = [BLOCKS.get(c, (0, 0)) for c in line]
        halves += [[p[half] for p in pairs] for half in (0, 1)]
    top = next((y for y, row in enumerate(halves) if 1 in row), None)
    if top is None:
        return None
    edge = "".join(map(str, halves[top])).strip("0").split("0")[0]
    size = len(edge) // 7
    if size == 0 or len(edge) % 7 or top != 4 * size:
        return None
    side = (max(x for x, m in enumerate(halves[top]) if m) + 1) // size + 4
    return [[row[x * size] if x * size < len(row) else 0
             for x in range(side)]
            for row in (halves[y * size] if y * size < len(halves) else []
                        for y in range(side))]


def cells(lines):
    """The same of light and dark cells: two and a row are a module, and four
    of them are light above the first finder."""
    wide = len(lines[0]) - len(lines[0].lstrip("."))
    first = next((y for y, row in enumerate(lines) if "#" in row[:wide]), 0)
    row = lines[first][:wide].strip(".")
    size = len(row.split(".")[0]) // 14
    if size == 0 or first != 4 * size:
        return None
    side = wide // (2 * size)
    return [[int(line[2 * x * size] == "#") for x in range(side)]
            for line in (lines[y * size] for y in range(side))]


for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as f:
        lines = f.read().split("\n")
        code = (cells if name.endswith(".paper") else modules)(lines)
    if code is None:
        continue
    side = len(code) * DOTS
    with open(name + ".pgm", "wb") as f:
        f.write(b"P5\n%d %d\n255\n" % (side, side))
        for row in code:
            line = b"".join(bytes([0 if m else 255]) * DOTS for m in row)
            f.write(line * DOTS)
