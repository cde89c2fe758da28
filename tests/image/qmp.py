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

    def plug(self, name, file, *options):
        """A stick; options are QEMU's of its drive."""
        words = ",".join(("if=none", "id=d" + name, "format=raw",
                          "file=" + file) + options)
        said = self.do("human-monitor-command",
                       **{"command-line": "drive_add 0 " + words})
        if said.strip() != "OK":
            raise SystemExit("qmp: " + said)
        self.do("device_add", driver="usb-storage", id="u" + name,
                drive="d" + name, bus="bus.0", removable=True)

    def pull(self, name):
        self.do("device_del", id="u" + name)
        self.wait("DEVICE_DELETED", "u" + name)
