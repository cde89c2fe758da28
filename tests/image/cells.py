# SPDX-License-Identifier: MIT
"""The cells of a screen, read from its pixels.

The letters are known (the table that the image draws them from), so a cell is
one of them dot by dot, light on dark or dark on light, or it is not known: a
cell that differs by one dot is U+FFFD."""
import struct
import sys

ROWS, COLS = 16, 8
UNKNOWN = "\ufffd"
LEAST = ((30, 100), (24, 80))
# Of characters that look alike the one that is meant: kanji are no radicals.
FIRST = ((0x20, 0x7e), (0x3041, 0x30ff), (0x4e00, 0x9fff), (0xa0, 0x10ffff))


class Letters:
    """Numbers of 128 or 256 bits, a dot each, and their characters."""

    def __init__(self, paths):
        self.narrow, self.wide = {}, {}
        for path in paths.split(":"):
            self.load(path)
        mask = int("7f" * ROWS, 16)
        for dots, c in list(self.narrow.items()):
            self.narrow.setdefault(dots | dots >> 1 & mask, c)  # bold
        # Two narrow ones side by side are two narrow ones.
        for dots in list(self.wide):
            rows = dots.to_bytes(2 * ROWS, "big")
            halves = [int.from_bytes(rows[i::2], "big") for i in (0, 1)]
            if all(h == 0 or h in self.narrow for h in halves):
                del self.wide[dots]
        self.narrow.pop(0, None)
        self.wide.pop(0, None)

    def load(self, path):
        with open(path, "rb") as f:
            table = f.read()
        if table[:8] != b"TFONT 1\n":
            raise SystemExit("cells: %s is no table of letters" % path)
        runs = struct.unpack(">I", table[8:12])[0]
        self.bits = table[12 + 16 * runs:]
        self.runs = [struct.unpack(">4I", table[12 + 16 * i:28 + 16 * i])
                     for i in range(runs)]
        for first, last in FIRST:
            self.take(first, last)

    def take(self, first, last):
        for a, b, cells, at in self.runs:
            size = ROWS * cells
            letters = self.wide if cells == 2 else self.narrow
            for cp in range(max(a, first), min(b, last) + 1):
                start = at + (cp - a) * size
                rows = self.bits[start:start + size]
                letters.setdefault(int.from_bytes(rows, "big"), chr(cp))


def scale_of(wide, high):
    for rows, cols in LEAST:
        scale = min(wide // (cols * COLS), high // (rows * ROWS))
        if scale > 0:
            return scale
    return 0


def ppm(data):
    """Width, height, and the pixels of a P6 file."""
    words, at = [], 0
    while len(words) < 4:
        end = at
        while not data[end:end + 1].isspace():
            end += 1
        words.append(data[at:end])
        at = end + 1
    if words[0] != b"P6" or words[3] != b"255":
        raise SystemExit("cells: no such picture")
    return int(words[1]), int(words[2]), data[at:]


class Screen:
    """Looks again and again; reads only what has changed."""

    def __init__(self, letters):
        self.letters, self.bands, self.lines = letters, [], []

    def look(self, data):
        wide, high, pixels = ppm(data)
        scale = scale_of(wide, high)
        if scale == 0:
            return []
        rows, cols = high // (ROWS * scale), wide // (COLS * scale)
        x0 = (wide - cols * COLS * scale) // 2
        y0 = (high - rows * ROWS * scale) // 2
        if len(self.bands) != rows:
            self.bands, self.lines = [b""] * rows, [""] * rows
        step = ROWS * scale * wide * 3
        for r in range(rows):
            at = y0 * wide * 3 + r * step
            band = pixels[at:at + step]
            if band != self.bands[r]:
                self.bands[r] = band
                self.lines[r] = self.read(band, wide, x0, cols, scale)
        return self.lines

    def read(self, band, wide, x0, cols, scale):
        dots = []
        for y in range(ROWS):
            at = (y * scale * wide + x0) * 3
            row = band[at:at + cols * COLS * scale * 3]
            dots.append(row[1::3 * scale])
        text, c = "", 0
        while c < cols:
            one = two = None
            if c + 1 < cols:
                two = self.find(self.letters.wide, dots, c, 2)
            if two is None:
                one = self.find(self.letters.narrow, dots, c, 1)
            text += two or one or UNKNOWN
            c += 2 if two else 1
        return text.rstrip()

    @staticmethod
    def find(letters, dots, c, cells):
        key = b"".join(d[c * COLS:(c + cells) * COLS] for d in dots)
        dark, light = min(key), max(key)
        if dark == light:
            return " " if cells == 1 else None
        key = key.replace(bytes([dark]), b"0").replace(bytes([light]), b"1")
        if key.strip(b"01"):
            return None  # of more than two colours
        bits = int(key, 2)
        turned = bits ^ (1 << len(key)) - 1
        return letters.get(bits) or letters.get(turned)


if __name__ == "__main__":
    # cells.py FONT PPM...: what stands on each screen.
    known = Letters(sys.argv[1])
    for path in sys.argv[2:]:
        with open(path, "rb") as picture:
            for text in Screen(known).look(picture.read()):
                print(text)
