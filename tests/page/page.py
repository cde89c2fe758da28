# SPDX-License-Identifier: MIT
"""tachiai-gap.html in a headless Chromium, against tachiai-gap.  Called by
page.sh with the page, the programs' folder and a folder to work in; ends with
a line of sums."""
import base64
import glob
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import traceback

sys.path.insert(0, os.path.dirname(__file__))
from browser import Browser  # noqa: E402
from camera import Camera    # noqa: E402

PAGE, BIN, WORK = sys.argv[1:4]
GAP = BIN + "/tachiai-gap"
VECTORS = "tests/gap/vectors/"
LOST, SEED = 0.3, 20261123
TEXT = "docs/frames.5"
sums = {True: 0, False: 0}


def read(path):
    with open(path, "rb") as f:
        return f.read()


def lines(name):
    return read(VECTORS + name).decode("ascii").splitlines()


def gap(*args, **more):
    return subprocess.run([GAP, *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, **more)


def words_of(said):
    """The words that tachiai-gap printed, one row a line."""
    return re.findall(r"^  (.{9})  (.*)$", said.decode(), re.M)


def check(name, good, why=""):
    sums[bool(good)] += 1
    print("ok " + name if good else "not ok %s: %s" % (name, why), flush=True)


def survive(images):
    """Those of them that are not lost."""
    draw = random.Random(SEED)
    return [i for i in images if draw.random() >= LOST]


def rows(b, table):
    return [tuple(r) for r in b.run(
        "return Array.from(document.querySelectorAll(arguments[0] + ' tr'),"
        "r => Array.from(r.cells, c => c.textContent))", table)]


def saved(b, name, button):
    path = WORK + "/saved/" + name
    shutil.rmtree(WORK + "/saved", ignore_errors=True)
    os.mkdir(WORK + "/saved")
    b.click(button)
    for _ in range(2000):
        b.run("return 1")
        if os.path.exists(path) and not glob.glob(path + ".crdownload"):
            break
    return read(path)


def paste(b, text, want=0, fresh=True):
    b.run("at('want').value = arguments[1]; if (arguments[2]) begin();"
          "at('paste').value = arguments[0]; at('read').click();",
          text, str(want), fresh)


def refusal(b, box="#refused"):
    return b.text(box) if b.shown(box) else "nothing was refused"


def codec(b):
    check("coefficients of the format page", b.run(
        "const id = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]);"
        "return [10, 11].map(s => hex(coefficients(id, s, 10)));") ==
        ["25def9afa0ebd3fa7544", "71ecf2f1c9b0e7eaf3bd"])
    check("frames of the text, as the programs write them", b.run(
        "const s = new Sender(5, new TextEncoder().encode(arguments[0]), 3);"
        "return [0, 1, 2, 3, 4, 5].map(i => s.text(i));",
        read(VECTORS + "text.txt").decode()) == lines("text.frames"))
    csr = base64.b64encode(read(VECTORS + "csr.der")).decode()
    sent = b.run(
        "const p = Uint8Array.from(atob(arguments[0]), c => c.charCodeAt(0));"
        "const s = new Sender(1, p, 5), out = [];"
        "for (let i = 0; i < arguments[1]; i++) out.push(s.text(i));"
        "return out;", csr, len(lines("csr.frames")))
    check("frames of the request", sent == lines("csr.frames"))
    for name, whole in (("csr", "csr.der"), ("late", "csr.der"),
                        ("text", "text.txt")):
        got = b.run(
            "const r = new Receiver(arguments[1]);"
            "for (const l of frameLines(arguments[0]))"
            "  try { if (r.take(l, 0) === 'done') break; } catch {}"
            "return btoa(latin(r.payload));",
            "\n".join(lines(name + ".frames")), 5 if name == "text" else 1)
        check("payload of " + name, base64.b64decode(got) ==
              read(VECTORS + whole))
    check("SHA-256 of every length to 200", b.run_async(
        "const [done] = arguments;"
        "(async () => { for (let n = 0; n <= 200; n++) {"
        "  const p = new Uint8Array(n).fill(n);"
        "  const d = await crypto.subtle.digest('SHA-256', p);"
        "  if (hex(sha256(p)) !== hex(new Uint8Array(d))) return n; }"
        "return 'good'; })().then(done, e => done(String(e)))") == "good")


def pasted(b):
    pem = subprocess.run(["openssl", "req", "-inform", "DER", "-in",
                          VECTORS + "csr.der"], stdout=subprocess.PIPE,
                         check=True).stdout
    said = gap("send", VECTORS + "csr.der", "--frames")
    paste(b, "\n".join(lines("late.frames")), 1)
    check("a request from pasted frames", b.shown("#done"), refusal(b))
    check("its words are those of tachiai-gap",
          rows(b, "#received-words") == words_of(said.stderr) != [],
          rows(b, "#received-words"))
    check("it is saved as PEM", saved(b, "request.csr", "#save") == pem)
    log = saved(b, "frames.txt", "#log")
    again = gap("receive", "--frames", "--type", "csr", "--der", "-o",
                WORK + "/again", input=log)
    check("its frames go into tachiai-gap", again.returncode == 0 and
          read(WORK + "/again") == read(VECTORS + "csr.der"), again.stderr)
    paste(b, pem.decode(), 1)
    check("PEM of one code", b.shown("#done") and
          rows(b, "#received-words") == words_of(said.stderr), refusal(b))
    first = lines("csr.frames")[:2]
    paste(b, "\n".join(first + lines("text.frames") * 4))
    check("another object is asked about", b.shown("#question") and
          b.text("#what").startswith("certificate request"))
    b.click("#yes")
    paste(b, "\n".join(lines("text.frames")), 0, False)
    check("and taken", b.shown("#done") and
          saved(b, "text.txt", "#save") == read(VECTORS + "text.txt"))


def frames_of(b, kind, payload, change=""):
    """Frames of bytes that tachiai-gap would not send."""
    return "\n".join(b.run(
        "const p = Uint8Array.from(atob(arguments[0]), c => c.charCodeAt(0));"
        "const s = new Sender(arguments[1], p, 5); " + change +
        "return Array.from({ length: s.k + 2 }, (_, i) => s.text(i));",
        base64.b64encode(payload).decode(), kind))


def refused(b):
    csr = read(VECTORS + "csr.der")
    for name, want, text, words in (
            ("another type", 4, "\n".join(lines("csr.frames")),
             ["certificate request", "(qr.type)"]),
            ("no frame", 0, "https://example.org/<script>", ["(qr.form)"]),
            ("a frame cut short", 0, lines("csr.frames")[0][:-3],
             ["checksum", "(qr.form)"]),
            ("a bit turned", 0, lines("csr.frames")[0].replace("A", "B", 1),
             ["(qr.form)"]),
            ("PEM that is none", 0, "-----BEGIN CERTIFICATE-----\n!\n",
             ["(qr.form)"]),
            ("a private key as PEM", 0, "-----BEGIN PRIVATE KEY-----\nAAAA\n"
             "-----END PRIVATE KEY-----\n", ["(qr.form)"]),
            ("frames that are not their id", 0,
             frames_of(b, 1, csr, "s.bytes[40] ^= 1; "), ["(qr.mismatch)"]),
            ("padding that is not zero", 0,
             frames_of(b, 5, b"x" * 81, "s.bytes[s.bytes.length - 1] = 1; "),
             ["(qr.mismatch)"]),
            ("a byte behind the DER", 0, frames_of(b, 1, csr + b"\0"),
             ["(page.form)"]),
            ("a request called a CRL", 0, frames_of(b, 4, csr),
             ["(page.form)"]),
            ("DER of endless depth", 0,
             frames_of(b, 2, b"\x30\x82\x01\x00" * 60), ["(page.form)"]),
            ("text with an escape", 0, frames_of(b, 5, b"a\x1b[2Jb"),
             ["(gap.text)"]),
            ("text with its direction turned", 0,
             frames_of(b, 5, "a\u202eb".encode()), ["(gap.text)"]),
            ("text that is not UTF-8", 0, frames_of(b, 5, b"\xff\xfe\xfd"),
             ["(gap.text)"]),
            ("nothing", 0, "# only a remark", ["(gap.nothing)"]),
            ("half a text", 0, lines("text.frames")[1],
             ["1 of 2 parts", "(gap.unfinished)"])):
        paste(b, text, want)
        said = refusal(b)
        check("refused: " + name, all(w in said for w in words) and
              not b.shown("#done"), said)
    paste(b, frames_of(b, 5, b"<img src=x onerror=alert(1)>"))
    check("markup is only text", b.shown("#done") and
          b.run("return document.images.length") == 0)


LOSSES = {
    "none lost": lambda draw, i: False,
    "three of ten lost": lambda draw, i: draw.random() < 0.3,
    "half lost": lambda draw, i: draw.random() < 0.5,
    "every fourth lost": lambda draw, i: i % 4 == 3,
}


def losses(b):
    """Texts of frames, both ways: how many had to be shown."""
    for size in (1000, 6000, 50000, 200000):
        path = "%s/text.%d" % (WORK, size)
        with open(path, "wb") as out:
            draw = random.Random(size)
            out.write(bytes(draw.choice(b"abcdefghij\n")
                            for _ in range(size)))
        k = -(-size // 602)
        sent = gap("send", path, "--frames", "--count", str(3 * k + 20))
        sent = sent.stdout.decode().splitlines()
        here = b.run(
            "const s = new Sender(5, Uint8Array.from(atob(arguments[0]),"
            "c => c.charCodeAt(0)), 17);"
            "return Array.from({ length: arguments[1] }, (_, i) => s.text(i))",
            base64.b64encode(read(path)).decode(), len(sent))
        check("%d bytes: the same frames on both sides" % size, here == sent)
        for name, lost in LOSSES.items():
            draw = random.Random(SEED + size)
            left = [i for i in range(len(sent)) if not lost(draw, i)]
            took, got = b.run(
                "const r = new Receiver(0); let n = 0;"
                "for (const l of arguments[0]) {"
                "  n++; if (r.take(l, 0) === 'done') break; }"
                "return [n, r.payload && btoa(latin(r.payload))];",
                [sent[i] for i in left])
            check("%d bytes, %s: byte for byte" % (size, name),
                  got and base64.b64decode(got) == read(path))
            check("%d bytes, %s: hardly a frame too many" % (size, name),
                  took <= k + 2, "%d of %d" % (took, k))


def fuzzed(b):
    """Whatever comes: a sentence, or a payload that is its id's."""
    said = b.run(
        "let s = arguments[1]; const draw = n => {"
        "  s = Math.imul(s, 1664525) + 1013904223 | 0;"
        "  return (s >>> 8) % n; };"
        "const chars = ALPHABET + '-\\n\\u3042 a'; const seen = {};"
        "const want = arguments[2];"
        "for (let i = 0; i < 3000; i++) {"
        "  const r = new Receiver(0);"
        "  for (const l of arguments[0]) {"
        "    let t = l;"
        "    for (let m = draw(3); m > 0; m--) { const at = draw(t.length + 1);"
        "      t = t.slice(0, at) + (draw(4) ? chars[draw(chars.length)] : '')"
        "        + t.slice(at + draw(3)); }"
        "    try { const n = r.take(t, i); seen[n] = 1;"
        "      if (n === 'done' && btoa(latin(r.payload)) !== want)"
        "        return 'another payload'; }"
        "    catch (e) { if (!(e instanceof Refused)) return e.stack;"
        "      if (say(e.id, e.values).includes('{')) return e.id;"
        "      seen[e.id] = 1; } } }"
        "return Object.keys(seen).sort().join(' ');",
        lines("csr.frames")[:6], SEED,
        base64.b64encode(read(VECTORS + "csr.der")).decode())
    check("changed frames: never another payload",
          "qr.form" in said and "more" in said and "done" in said, said)
    said = b.run(
        "let s = arguments[1]; const draw = n => {"
        "  s = Math.imul(s, 1664525) + 1013904223 | 0;"
        "  return (s >>> 8) % n; };"
        "const p = Uint8Array.from(atob(arguments[0]), c => c.charCodeAt(0));"
        "let bad = 0;"
        "for (let i = 0; i < 6000; i++) {"
        "  const q = p.slice(0, draw(9) ? p.length : draw(p.length));"
        "  for (let m = 1 + draw(3); m > 0 && q.length; m--)"
        "    q[draw(q.length)] = draw(256);"
        "  for (const type of [1, 2, 3, 4, 5])"
        "    try { objectCheck(type, q); }"
        "    catch (e) { if (!(e instanceof Refused)) return e.stack; bad++; }"
        "  try { objectLoad('x', q); }"
        "  catch (e) { if (!(e instanceof Refused)) return e.stack; } }"
        "return bad;", base64.b64encode(read(VECTORS + "csr.der")).decode(),
        SEED)
    check("changed DER: refused, or of its form", isinstance(said, int) and
          said > 20000, said)
    said = b.run(
        "let s = arguments[0]; const out = [];"
        "for (const [w, h] of [[1, 1], [2, 9], [40, 40], [320, 240]]) {"
        "  const p = new Uint8ClampedArray(4 * w * h).map(() => {"
        "    s = Math.imul(s, 1664525) + 1013904223 | 0; return s >>> 24; });"
        "  for (let i = 0; i < 3; i++) out.push(reader.read(p, w, h).text); }"
        "return out.every(t => t === null);", SEED)
    check("pixels without sense", said is True, said)


def hints(b):
    """Why a picture says nothing."""
    def grey(name, **how):
        pixels = Camera(SEED, **how).grey(WORK + "/png/frame-000000.png")
        return base64.b64encode(pixels).decode(), name
    for pixels, hint in (
            grey("qr.dark", scale=1.15, black=4, white=12),
            grey("qr.small", scale=0.55, noise=1),
            grey("qr.none", black=199, white=200)):
        said = b.run(
            "const g = atob(arguments[0]), n = g.length;"
            "const p = new Uint8ClampedArray(4 * n);"
            "for (let i = 0; i < n; i++) p.fill(g.charCodeAt(i), 4 * i,"
            "  4 * i + 4);"
            "const f = reader.readOnce(p, 640, 480, true);"
            "return f.text !== null ? 'it was read' : f.hint.id", pixels)
        check("hint " + hint, said == hint, said)


def film(b, rounds):
    """The page films itself while all parts are shown so many times."""
    b.click("#to-send")
    b.keys("#file", os.path.abspath(TEXT))
    b.until("return sending !== null")
    b.run("speed(-4); window.film = null; const parts = [];"
          "const r = new MediaRecorder(at('code').captureStream(30),"
          "  { videoBitsPerSecond: 3e7 });"
          "r.ondataavailable = e => parts.push(e.data);"
          "r.onstop = () => { window.film = new File(parts, 'film.webm',"
          "  { type: 'video/webm' }); };"
          "window.recorder = r; window.from = sending.shown; r.start();")
    b.until("return sending.shown - from > arguments[0] * sending.sender.k + 4",
            rounds, seconds=120)
    b.run("recorder.stop()")
    b.until("return window.film !== null")


def from_video(b):
    """The page reads its film; a busy machine drops pictures of it, and then
    a longer one is made."""
    for rounds in (2, 6, 12):
        film(b, rounds)
        b.click("#to-receive")
        b.run("at('want').value = 0; begin(); const d = new DataTransfer();"
              "d.items.add(window.film); at('files').files = d.files;"
              "at('files').dispatchEvent(new Event('change'));")
        b.until("return over || !at('refused').hidden")
        if b.shown("#done"):
            break
    check("a video", b.shown("#done") and
          saved(b, "text.txt", "#save") == read(TEXT), refusal(b))


def from_camera(b):
    b.run("at('want').value = 4; begin();")
    b.click("#camera")
    b.until("return !at('refused').hidden")
    check("by camera another type is named at its first frame",
          "This code carries a text" in refusal(b), refusal(b))
    b.click("#stop")
    b.run("at('want').value = 0; begin();")
    b.click("#camera")
    b.until("return over", seconds=60)
    check("a text by camera, three of ten frames lost", b.shown("#done"),
          refusal(b))
    check("byte for byte", saved(b, "text.txt", "#save") == read(TEXT))
    check("parts are counted", b.text("#parts") == "%d of %d parts" % (
        (b.run("return receiver.key.k"),) * 2), b.text("#parts"))
    check("the camera is closed", b.run(
        "return stream === null && at('video').srcObject === null"))


def to_the_programs(b, path, kind, name):
    """Shown here, photographed, lost three of ten, read there."""
    shots = WORK + "/shots"
    shutil.rmtree(shots, ignore_errors=True)
    os.mkdir(shots)
    b.click("#to-send")
    b.run("window.shots = []; window.eye = new MutationObserver(() => {"
          "  window.shots.push(at('code').toDataURL('image/png')); });"
          "window.eye.observe(at('code'), { attributeFilter:"
          "  ['data-shown'] });")
    b.keys("#file", path)
    b.until("return sending !== null || !at('send-refused').hidden")
    b.run("sending.rate = 12;")
    count = 2 * b.run("return sending.sender.k") + 6
    b.until("return window.shots.length >= arguments[0]", count)
    urls = b.run("window.eye.disconnect(); return window.shots")
    words = rows(b, "#sent-words")
    said = b.text("#showing")
    b.click("#to-receive")
    images = []
    for i, url in enumerate(urls):
        images.append("%s/%03d.png" % (shots, i))
        with open(images[-1], "wb") as out:
            out.write(base64.b64decode(url.split(",", 1)[1]))
    back = gap("receive", "--type", kind, "-o", WORK + "/back", "--images",
               *survive(images))
    check(name, back.returncode == 0 and read(WORK + "/back") == read(path),
          back.stderr)
    check(name + ": the same words",
          words == words_of(back.stderr) != [], words)
    check(name + ": parts and rate are said",
          " parts, 12 a second" in said or " parts, 8 a second" in said, said)


def sends(b):
    to_the_programs(b, WORK + "/chain.pem", "chain",
                    "a chain, shown by the page, into tachiai-gap")
    to_the_programs(b, os.path.abspath(TEXT), "text", "a text")
    b.click("#to-send")
    b.keys("#file", WORK + "/int.csr")
    b.until("return sending !== null")
    b.click("#pem")
    with open(WORK + "/pem.png", "wb") as out:
        out.write(base64.b64decode(b.run(
            "return at('code').toDataURL('image/png')").split(",", 1)[1]))
    back = gap("receive", "--type", "csr", "-o", WORK + "/back", "--images",
               WORK + "/pem.png")
    check("plain PEM in one code", back.returncode == 0 and
          read(WORK + "/back") == read(WORK + "/int.csr"), back.stderr)
    b.click("#to-receive")
    b.run("at('want').value = 1; begin();")
    b.keys("#files", WORK + "/pem.png")
    b.until("return over || !at('refused').hidden")
    check("and a picture of that into the page", b.shown("#done") and
          saved(b, "request.csr", "#save") == read(WORK + "/int.csr"),
          refusal(b))
    b.click("#to-send")
    b.keys("#file", WORK + "/int.key")
    b.until("return !at('send-refused').hidden")
    check("a private key is never shown", "(gap.private)" in
          refusal(b, "#send-refused") and not b.shown("#shown"))
    b.keys("#file", WORK + "/junk")
    b.until("return at('send-refused').textContent.includes('gap.what')")
    check("nor what is no object", not b.shown("#shown"))
    b.click("#to-receive")


def from_pictures(b, pngs):
    b.run("at('want').value = 0; begin();")
    b.keys("#files", "\n".join([WORK + "/junk", *pngs]))
    b.until("return receiver.payload !== null")
    check("pictures, one of them none", b.shown("#done") and
          saved(b, "text.txt", "#save") == read(TEXT), refusal(b))


TRIES = {
    "fetch": "fetch(u).catch(() => {})",
    "XMLHttpRequest": "const x = new XMLHttpRequest(); x.open('GET', u);"
                      "x.onerror = () => {}; x.send()",
    "an image": "new Image().src = u",
    "a WebSocket": "new WebSocket(u.replace('http', 'ws'))",
    "an EventSource": "new EventSource(u)",
    "a beacon": "navigator.sendBeacon(u, 'x')",
    "a style sheet": "const l = document.createElement('link');"
                     "l.rel = 'stylesheet'; l.href = u;"
                     "document.head.append(l)",
    "a frame": "const f = document.createElement('iframe'); f.src = u;"
               "document.body.append(f)",
    "a form": "const f = document.createElement('form'); f.action = u;"
              "document.body.append(f); f.submit()",
    "a font": "const s = new FontFace('x', `url(${u})`); s.load()"
              ".catch(() => {})",
    "an inline style": "const s = document.createElement('style');"
                       "s.textContent = `b { background: url(${u}) }`;"
                       "document.head.append(s)",
}


def no_network(b):
    """Whatever script stood in the page: nothing leaves."""
    seen = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        try:
            while True:
                seen.append(server.accept())
        except OSError:
            pass
    threading.Thread(target=serve, daemon=True).start()
    url = "http://127.0.0.1:%d/" % server.getsockname()[1]
    b.run("window.stopped = []; addEventListener('securitypolicyviolation',"
          "e => window.stopped.push(e.effectiveDirective));")
    for name, what in TRIES.items():
        b.run("window.stopped.length = 0; const u = arguments[0];"
              "try { %s } catch (e) { window.stopped.push(e.name) }" % what,
              url)
        try:
            stopped = b.until("return window.stopped.length > 0 &&"
                              " window.stopped", seconds=5)
        except RuntimeError as e:
            stopped = []
            print("# " + str(e))
        check("stopped: " + name, stopped, "it was not")
    for name, what in (("eval", "eval('1')"),
                       ("a function of text", "new Function('return 1')()"),
                       ("a script", "const s = document.createElement("
                        "'script'); s.text = '1'; document.body.append(s)"),
                       ("markup", "document.body.innerHTML = '<b>x</b>'")):
        # In a turn of its own: what a driver runs itself may use eval.
        check("stopped: " + name, b.run_async(
            "const done = arguments[0]; setTimeout(() => {"
            "try { %s; done(false) } catch (e) { done(e.name) } })" % what))
    # Chromium may open an empty connection for a frame or a form before it
    # stops them; nothing is said over it.
    said = []
    for connection, _ in seen:
        connection.setblocking(False)
        try:
            said.append(connection.recv(4096))
        except BlockingIOError:
            pass
        connection.close()
    server.close()
    check("not a byte came to the door", not any(said), said)


def only_the_disk(b):
    """What was asked for while everything above was done; chrome: are the
    files within the browser, of its own first page."""
    asked = []
    for entry in b.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"][:80])
        elif message["method"].startswith(("Network.webSocketCreated",
                                           "Network.webTransport")):
            asked.append(message["params"]["url"])
    check("the page was asked for", "file://" + PAGE in asked, asked)
    check("and nothing but the disk", [u for u in asked if not
          u.startswith(("file:", "blob:", "data:", "chrome:"))] == [], asked)


def both_languages(b):
    b.run("begin();")
    bare = ("return Array.from(document.querySelectorAll('[data-text]'))"
            ".filter(e => !e.textContent || e.textContent === e.dataset.text)"
            ".length")
    check("every text is there", b.run(bare) == 0)
    paste(b, "\n".join(lines("csr.frames")), 4)
    b.click("#language")
    check("and in Japanese", b.run(bare) == 0 and
          "証明書発行要求" in refusal(b) and
          b.run("return document.documentElement.lang") == "ja", refusal(b))
    b.click("#language")


def main():
    gap("send", TEXT, "--png", WORK + "/png")
    pngs = survive(sorted(glob.glob(WORK + "/png/*.png")))
    Camera(SEED, 1.15).video(pngs, WORK + "/camera.y4m")
    b = Browser(WORK, WORK + "/camera.y4m")
    try:
        b.log("performance")  # the browser's own first page
        b.open(PAGE)
        for part in (codec, losses, pasted, refused, fuzzed, hints,
                     from_camera, sends, from_video,
                     lambda x: from_pictures(x, pngs), both_languages,
                     only_the_disk):
            try:
                part(b)
            except Exception:
                check(getattr(part, "__name__", "part"), False,
                      traceback.format_exc())
                b.open(PAGE)
        said = [e["message"] for e in b.log("browser")]
        check("the console of the browser is quiet", said == [], said)
        no_network(b)
    finally:
        b.close()
    print("%d passed, %d failed" % (sums[True], sums[False]))
    return 0 if sums[True] and not sums[False] else 1


sys.exit(main())
