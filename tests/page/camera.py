# SPDX-License-Identifier: MIT
"""What a camera sees of pictures of codes: enlarged or smaller, turned, on a
wall, less light, noise; as one grey picture, and as a video."""
import random
import subprocess

WIDE, HIGH = 640, 480


class Camera:
    def __init__(self, seed, scale=1.0, turn=2, noise=8, black=40, white=200):
        draw = random.Random(seed)
        self.draw = draw
        self.scale, self.turn = scale, turn
        self.noise = [round(draw.gauss(0, noise))
                      for _ in range(WIDE * HIGH + 65536)]
        span = white - black
        self.light = [black + span * v // 255 for v in range(256)]

    def grey(self, png):
        """The pixels, row by row."""
        pipe = subprocess.run(
            "pngtopnm '%s' | pnmrotate -background=white %s | pamscale %s |"
            " pnmpad -white -width %d -height %d" % (
                png, self.turn, self.scale, WIDE, HIGH),
            shell=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            check=True)
        pixels = pipe.stdout[-WIDE * HIGH:]
        start = self.draw.randrange(65536)
        light = self.light
        return bytes(min(255, max(0, light[p] + n)) for p, n in
                     zip(pixels, self.noise[start:start + len(pixels)]))

    def video(self, pngs, out, rate=10):
        colour = b"\x80" * (WIDE * HIGH // 2)
        with open(out, "wb") as y4m:
            y4m.write(b"YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420\n" %
                      (WIDE, HIGH, rate))
            for png in pngs:
                y4m.write(b"FRAME\n" + self.grey(png) + colour)


def pgm(grey):
    return b"P5\n%d %d\n255\n" % (WIDE, HIGH) + grey
