# SPDX-License-Identifier: MIT
"""A headless Chromium that one file from the disk is open in, driven through
chromedriver (WebDriver over HTTP on this machine) with Python alone."""
import base64
import json
import re
import subprocess
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    def __init__(self, work, camera=None, size=(1000, 900)):
        # What did not even start says nothing about the page: once more.
        for left in (2, 1, 0):
            try:
                self.start(work, camera, size)
                return
            except RuntimeError:
                self.driver.kill()
                self.driver.wait()
                if left == 0:
                    raise

    def start(self, work, camera, size):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.port = None
        for line in self.driver.stdout:
            found = re.search(r"on port (\d+)\.", line)
            if found:
                self.port = found.group(1)
                break
        args = ["--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--lang=en", "--hide-scrollbars",
                "--no-first-run", "--disable-component-update",
                "--disable-background-networking", "--disable-sync",
                "--use-fake-ui-for-media-stream",
                "--user-data-dir=%s/profile" % work,
                "--window-size=%d,%d" % size]
        if camera:
            args += ["--use-fake-device-for-media-stream",
                     "--use-file-for-fake-video-capture=%s" % camera]
        answer = self.call("POST", "/session", {"capabilities": {
            "alwaysMatch": {
                "browserName": "chrome",
                "goog:loggingPrefs": {"performance": "ALL",
                                      "browser": "ALL"},
                "goog:chromeOptions": {"args": args, "prefs": {
                    "download.default_directory": work + "/saved",
                    "download.prompt_for_download": False}}}}})
        self.session = "/session/" + answer["sessionId"]

    def call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            "http://127.0.0.1:%s%s" % (self.port, path), data, method=method,
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            raise RuntimeError(json.load(e)["value"]["message"]) from None

    def do(self, verb, **body):
        return self.call("POST", self.session + verb, body)

    def open(self, path):
        self.do("/url", url="file://" + path)

    def run(self, script, *args):
        return self.do("/execute/sync", script=script, args=list(args))

    def run_async(self, script, *args):
        return self.do("/execute/async", script=script, args=list(args))

    def find(self, css):
        return self.do("/element", using="css selector", value=css)[ELEMENT]

    def click(self, css):
        self.do("/element/%s/click" % self.find(css))

    def keys(self, css, text):
        self.do("/element/%s/value" % self.find(css), text=text)

    def text(self, css):
        return self.run("return document.querySelector(arguments[0])"
                        ".textContent", css)

    def shown(self, css):
        return self.run("const e = document.querySelector(arguments[0]);"
                        "return e.getClientRects().length > 0", css)

    def until(self, script, *args, seconds=40):
        """Until the script says something true, or nothing for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            said = self.run(script, *args)
            if said:
                return said
        raise RuntimeError("never: " + script)

    def log(self, kind):
        return self.do("/se/log", type=kind)

    def picture(self, path):
        png = self.call("GET", self.session + "/screenshot")
        with open(path, "wb") as out:
            out.write(base64.b64decode(png))

    def close(self):
        try:
            self.call("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()
