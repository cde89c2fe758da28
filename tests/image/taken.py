# SPDX-License-Identifier: MIT
"""A program of the image, taken over while it runs: by the debugger's door of
QEMU, which stops the machine, so that nothing is asked of the image for it.

Who runs at that moment is known by what the kernel put above its stack: the
name that it was started by."""
import re
import socket
import struct
import time

# Of x86-64, by gdb's numbers.
RAX, RSP, RIP = 0, 7, 16
ARGUMENTS = (5, 4, 3, 10, 8, 9)  # of a system call: rdi rsi rdx r10 r8 r9
PAGE = 4096


class Debugger:
    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
        self.sock.settimeout(30)
        self.data = b""
        # Whoever connects has stopped it, which is said unasked, or is not.
        self.send("Hg1")
        while self.packet() != "OK":
            pass
        # Whoever has read what registers there are may ask for one.
        self.ask("qXfer:features:read:target.xml:0,fff")

    def packet(self):
        while True:
            start = self.data.find(b"$")
            end = self.data.find(b"#", start)
            if start != -1 and end != -1 and len(self.data) >= end + 3:
                said = self.data[start + 1:end].decode()
                self.data = self.data[end + 3:]
                self.sock.sendall(b"+")
                return said
            more = self.sock.recv(4096)
            if not more:
                raise SystemExit("taken: the machine ended")
            self.data += more

    def send(self, what):
        raw = what.encode()
        self.sock.sendall(b"$%s#%02x" % (raw, sum(raw) & 255))

    def ask(self, what):
        self.send(what)
        return self.packet()

    def go(self):
        self.send("vCont;c")

    def stop(self):
        self.sock.sendall(b"\x03")
        return self.packet()

    def leave(self):
        self.ask("D")
        self.sock.close()

    def get(self, number):
        said = self.ask("p%x" % number)
        return int.from_bytes(bytes.fromhex(said), "little")

    def put(self, number, value):
        if self.ask("P%x=%s" % (number, value.to_bytes(8, "little").hex())) \
                != "OK":
            raise SystemExit("taken: no register %d" % number)

    def read(self, at, length):
        said = self.ask("m%x,%x" % (at, length))
        return b"" if said.startswith("E") else bytes.fromhex(said)


    def write(self, at, what):
        if self.ask("M%x,%x:%s" % (at, len(what), what.hex())) != "OK":
            raise SystemExit("taken: nothing can be written there")

    def waits(self, seconds):
        """True once it stopped by itself, on the processor that is asked from
        then on; False: it did not."""
        self.sock.settimeout(seconds)
        try:
            on = re.search("thread:([0-9a-fp.]+);", self.packet())
            if on:
                self.ask("Hg" + on[1])
            return True
        except socket.timeout:
            return False
        finally:
            self.sock.settimeout(30)


def above(d):
    """What stands above its stack: of a program, what it was started with."""
    at, text = d.get(RSP) & ~7, b""
    while len(text) < 64 * PAGE:
        more = d.read(at + len(text), 1024) or d.read(at + len(text), 8)
        if not more:
            break
        text += more
    return text


def runs(d, cpu, program):
    """Is it, of /bin or by its path, what this processor runs now, outside
    the kernel?"""
    path = program if program.startswith("/") else "/bin/" + program
    d.ask("Hg%x" % cpu)
    return (d.get(RIP) < 1 << 47 and
            b"\0" + path.encode() + b"\0" in above(d))


def catch(d, program, busy, seconds, cpus=2):
    """Stop the machine in the midst of the program; busy() makes it run."""
    end = time.monotonic() + seconds
    looks = 0
    d.go()
    while time.monotonic() < end:
        if looks % 20 == 0:
            busy()
        looks += 1
        time.sleep(0.002)
        d.stop()
        if any(runs(d, cpu, program) for cpu in range(1, cpus + 1)):
            return True
        d.go()
    d.stop()
    return False


BELOW, ROOM = 1024, 256  # under the stack: its red zone, and a word each
CALLS = b"\x0f\x05"
VDSO, VDSO_PAGES = 33, 2  # AT_SYSINFO_EHDR


def gate(d):
    """Where the program that catch() stopped in can call the kernel: in the
    page of the kernel's own that it was told of above its stack, or None."""
    words = above(d)
    for i in range(0, len(words) - 15, 8):
        key, page = struct.unpack_from("<QQ", words, i)
        if key == VDSO and page % PAGE == 0 and 0 < page < 1 << 47:
            # What it has not touched yet is not there.
            for at in range(page, page + VDSO_PAGES * PAGE, 1024):
                code = d.read(at, 1025) or d.read(at, 1024)
                if CALLS in code:
                    return at + code.find(CALLS)
    return None


def call(d, number, args, seconds=5):
    """One system call by the program that catch() stopped in, and all as it
    was: what the kernel answers, or None: the program did not live to hear
    it.  Words among args stand below its stack."""
    at = gate(d)
    if at is None:
        raise SystemExit("taken: no way to the kernel was found")
    before = {r: d.get(r) for r in range(RIP + 1)}
    below = (before[RSP] - BELOW) & ~15
    for register, arg in zip(ARGUMENTS, args):
        if isinstance(arg, bytes):
            below -= ROOM
            d.write(below, arg + b"\0")
            arg = below
        d.put(register, arg & (1 << 64) - 1)
    d.put(RAX, number)
    d.put(RIP, at)
    d.ask("Z0,%x,1" % (at + len(CALLS)))
    d.go()
    heard = d.waits(seconds)
    if not heard:
        d.stop()
    d.ask("z0,%x,1" % (at + len(CALLS)))
    if not heard:
        return None
    answer = d.get(RAX)
    for r, value in before.items():
        d.put(r, value)
    return answer - ((answer >> 63) << 64)
