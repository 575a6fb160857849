"""The README's pictures, from the demonstration county of the instance in VAR, while its members sit the examination.
SPDX-License-Identifier: Apache-2.0"""
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from looks.rows import CLIENTS  # noqa: E402
from looks.shots import ARGUMENTS, SETTLED  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

CHECKOUT = CLIENTS.parents[1]
FOLDER = CHECKOUT / "docs" / "pictures"
LARGEST = 200 * 1024
HANDED_IN = 4500  # half the county: bars, ranks and the burst move

# A picture's pixels as places among its 256 most frequent colours, the others by the nearest; each row after a 0 (no filter), deflated.
FEWER = """async (bytes) => {
  const image = await createImageBitmap(new Blob([new Uint8Array(bytes)])), { width, height } = image
  const pen = new OffscreenCanvas(width, height).getContext('2d')
  pen.drawImage(image, 0, 0)
  const { data } = pen.getImageData(0, 0, width, height), rows = new Uint8Array((width + 1) * height), counts = new Map(), places = new Map()
  const colour = (at) => (data[at * 4] << 16) | (data[at * 4 + 1] << 8) | data[at * 4 + 2]
  for (let at = 0; at < width * height; at += 1) counts.set(colour(at), (counts.get(colour(at)) ?? 0) + 1)
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([each]) => each)
  const apart = (a, b) => [16, 8, 0].reduce((all, n) => all + (((a >> n) & 255) - ((b >> n) & 255)) ** 2, 0)
  for (const each of counts.keys()) places.set(each, palette.reduce((best, other, at) => (apart(each, other) < apart(each, palette[best]) ? at : best), 0))
  for (let at = 0; at < width * height; at += 1) rows[at + Math.floor(at / width) + 1] = places.get(colour(at))
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream('deflate'))
  return { width, height, palette, packed: [...new Uint8Array(await new Response(packed).arrayBuffer())] }
}"""


def chunk(name, body):
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def fewer(page, shot):
    """The same PNG in 256 colours: a third of the bytes, and nobody sees it."""
    made = page.evaluate(FEWER, list(shot))
    return (shot[:8] + chunk(b"IHDR", struct.pack(">IIBBBBB", made["width"], made["height"], 8, 3, 0, 0, 0))
            + chunk(b"PLTE", b"".join(colour.to_bytes(3, "big") for colour in made["palette"])) + chunk(b"IDAT", bytes(made["packed"])) + chunk(b"IEND", b""))


def log_in(page, url, client, login, password, wanted):
    page.goto(f"{url}/{client}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("form .button.main")
    page.wait_for_selector(wanted)


def keep(page, name):
    """Writes the picture; one too large for a README is a fault."""
    page.evaluate(SETTLED)
    path, shot = FOLDER / f"{name}.png", page.screenshot(animations="disabled")
    path.write_bytes(fewer(page, shot))
    assert path.stat().st_size <= LARGEST, f"{path}: {path.stat().st_size} bytes"
    print(path)


class Member:
    """A member's phone: its pictures, to stand beside one another."""

    def __init__(self, browser, url, password):
        context = browser.new_context(viewport={"width": 390, "height": 760}, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True)
        self.browser, self.url, self.page, self.shots = browser, url, context.new_page(), []
        log_in(self.page, url, "phone", "m000001", password, "main a.row[href^='/phone/exams/']")

    def take(self):
        self.page.evaluate(SETTLED)
        self.shots.append(self.page.screenshot(animations="disabled"))

    def before(self):
        """Home, and a question that is answered."""
        self.take()
        self.page.click("main a.row[href^='/phone/exams/'] >> nth=0")
        self.page.click("main .button.main")
        self.page.wait_for_selector(".question")
        while not self.page.locator(".choice input").count():
            self.page.click(".foot .main")
        self.page.locator(".choice").first.click()
        self.page.wait_for_function("() => document.querySelector('[data-state]').innerText.includes('●')")
        self.take()

    def after(self):
        """The board with the member's own place."""
        self.page.goto(f"{self.url}/phone/board")
        self.page.wait_for_selector(".rank")
        self.take()
        beside(self.browser, self.shots, "phone")


def beside(browser, shots, name):
    """Some pictures in one."""
    page = browser.new_page(viewport={"width": 390 * len(shots) + 24 * (len(shots) + 1), "height": 808})
    page.set_content('<style>body{margin:24px;display:flex;gap:24px;background:#e6e1db}img{width:390px;border-radius:16px}</style>' + "".join("<img>" for _ in shots))
    for place, shot in enumerate(shots):
        page.locator("img").nth(place).evaluate("(image, bytes) => { image.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)])); return image.decode() }", list(shot))
    keep(page, name)
    page.close()


def seen(browser, url, client, login, password, wanted, size):
    context = browser.new_context(viewport=dict(zip(("width", "height"), size)), locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    log_in(page, url, client, login, password, wanted)
    return page


def moving(page, full):
    """Waits until half of the county has handed in and all that the page shows of it is there."""
    page.wait_for_function(f"() => Number(document.querySelectorAll('.figures dd')[2]?.innerText.replace(/\\D/g, '')) > {HANDED_IN} && ({full})", timeout=900000)


def main():
    env = dict(line.split("=", 1) for line in (Path(os.environ["VAR"]) / "env").read_text().splitlines() if "=" in line)
    url, password, admin = env["BAOTING_URL"], env["BAOTING_DEMO_PASSWORD"], (env["BAOTING_ADMIN"], env["BAOTING_ADMIN_PASSWORD"])
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        member = Member(browser, url, password)
        member.before()
        hall = seen(browser, url, "screen", *admin, ".hall", (1600, 900))
        desk = seen(browser, url, "console", *admin, ".ways", (1440, 900))
        desk.click(".side a[href$='/exams']")
        desk.click("tr.opens >> nth=0")
        desk.click(".tabs a[href$='/progress']")
        with open(Path(os.environ["VAR"]) / "log" / "burst.log", "wb") as log:
            burst = subprocess.Popen([CHECKOUT / "ops" / "demo" / "burst"], env={**os.environ, **env}, stdout=log, stderr=log)
        moving(hall, "document.querySelectorAll('.board li').length > 9 && document.querySelector('.progress canvas') && document.querySelector('.average i')")
        keep(hall, "screen")
        moving(desk, "document.querySelectorAll('tbody tr').length > 9")
        keep(desk, "console")
        assert burst.wait() == 0, "the burst did not end well"
        member.after()
        browser.close()


if __name__ == "__main__":
    main()
