"""The hall's screen as it stands on a wall: a browser of its own.  SPDX-License-Identifier: Apache-2.0"""
from phone import ARGUMENTS

# What the page does every few seconds it does every few hundredths; what it asks and draws is real.
HASTE = """{
  const later = window.setTimeout
  window.setTimeout = (work, ms, ...more) => later(work, ms >= 2000 && ms <= 10000 ? ms / 100 : ms, ...more)
}"""
COUNT = """() => {
  const asked = window.fetch
  window.updates = 0
  window.fetch = async (path, ...more) => {
    const reply = await asked(path, ...more)
    if (String(path).includes('/pulse') && reply.ok) window.updates += 1
    return reply
  }
}"""


class Hall:
    """A browser in which a page of the screen is open; with `haste` what it does every two seconds comes fifty times a second at most."""

    def __init__(self, playwright, url, width=1920, height=1080, haste=False, **more):
        self.browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        self.context = self.browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **more)
        if haste:
            self.context.add_init_script(HASTE)
        self.page, self.url, self.faults = self.context.new_page(), url, []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)

    def log_in(self, login):
        self.page.goto(self.url + "/screen/")
        self.page.fill("[name=login]", login[0])
        self.page.fill("[name=password]", login[1])
        self.page.click("form .button.main")
        return self

    def watch(self):
        self.page.wait_for_selector(".hall")
        self.page.evaluate("() => { window.untouched = true }")
        return self

    def count(self):
        """From now on the page's updates are counted, and what it holds can be asked for."""
        self.page.evaluate(COUNT)
        self.probe = self.context.new_cdp_session(self.page)
        return self

    def updates(self, more):
        """Waits until the page has been updated so many times more; gives how often it was in all."""
        until = self.page.evaluate("() => window.updates") + more
        self.page.wait_for_function("until => window.updates >= until", arg=until, timeout=60000 + 1000 * more)
        return until

    def held(self, samples=5, apart=20):
        """What the page holds: bytes of heap, nodes, listeners; the least of some samples, since what may still go is no leak."""
        found = []
        for _ in range(samples):
            self.updates(apart)
            for _ in range(3):
                self.probe.send("HeapProfiler.collectGarbage")
            counts = self.probe.send("Memory.getDOMCounters")
            found.append((self.probe.send("Runtime.getHeapUsage")["usedSize"], counts["nodes"], counts["jsEventListeners"]))
        return [min(each) for each in zip(*found)]

    def end(self):
        self.browser.close()
