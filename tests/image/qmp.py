# SPDX-License-Identifier: MIT
"""A machine of QEMU's, by its socket."""
import json
import socket


class Machine:
    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
        self.lines = self.sock.makefile("rw")
        self.lines.readline()
        self.do("qmp_capabilities")

    def do(self, what, **args):
        say = {"execute": what, "arguments": args}
        self.lines.write(json.dumps(say) + "\n")
        self.lines.flush()
        while True:
            said = json.loads(self.lines.readline())
            if "error" in said:
                raise SystemExit("qmp: " + said["error"]["desc"])
            if "return" in said:
                return said["return"]

    def wait(self, event, device):
        while True:
            said = json.loads(self.lines.readline())
            if (said.get("event") == event and
                    said["data"].get("device") == device):
                return
