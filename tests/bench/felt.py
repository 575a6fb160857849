"""How soon the phone's client is usable on a weak network and a slow phone, and how long a touch takes to show.
SPDX-License-Identifier: Apache-2.0"""
import os

import instance
from measure import Rounds
from playwright.sync_api import sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER, USABLE_SECONDS, TOUCH_MS = 4, 3, 100
# Each touch's longest event, from the finger to the frame that shows it, by the Event Timing API.
WATCH = """() => {
  window.felt = 0
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (entry.interactionId) window.felt = Math.max(window.felt, entry.duration) })
    .observe({ type: 'event', durationThreshold: 16, buffered: false })
}"""
# The entry comes with or after the frame that showed it.
SHOWN = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => go(window.felt), 50))))"


class SlowPhone:
    """A browser with nothing cached, on the weak network."""

    def __init__(self, browser):
        self.context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai",
                                           has_touch=True, is_mobile=True, service_workers="block")
        self.page = self.context.new_page()
        link = self.context.new_cdp_session(self.page)
        link.send("Network.enable")
        link.send("Network.emulateNetworkConditions", NETWORK)
        link.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        self.link = link

    def until(self, path, usable):
        """Seconds from asking for the page until that can be used; the page's own clock tells."""
        self.page.goto(f"http://127.0.0.1:{instance.PORT}/phone{path}", wait_until="commit")
        self.page.wait_for_selector(usable)
        return self.page.evaluate("() => performance.now()") / 1000

    def touch(self, act, shown):
        """Milliseconds that a touch took to show."""
        self.page.evaluate("() => { window.felt = 0 }")
        act()
        self.page.wait_for_selector(shown)
        return self.page.evaluate(SHOWN)


def log_in(phone, login):
    phone.page.fill("[name=login]", login)
    phone.page.fill("[name=password]", os.environ["BAOTING_DEMO_PASSWORD"])
    phone.page.click("form .button.main")
    phone.page.wait_for_selector("main a.row[href^='/phone/exams/']")


def touches(phone, rounds):
    """Through an examination by its controls."""
    page = phone.page
    page.evaluate(WATCH)
    rounds.add(**{"open an examination ms": phone.touch(lambda: page.tap("main a.row[href^='/phone/exams/'] >> nth=0"), "main .button.main")})
    page.tap("main .button.main")
    page.wait_for_selector(".question")
    rounds.add(**{"choose ms": phone.touch(lambda: page.tap(".choice >> nth=0"), ".question")})
    rounds.add(**{"next ms": phone.touch(lambda: page.tap(".foot .main"), ".question")})
    rounds.add(**{"card ms": phone.touch(lambda: page.tap(".foot .button >> nth=1"), ".card")})


def measure(report, count):
    """A member a round: cold to the log-in, cold and signed in to the home page, and the touches of an examination."""
    usable, felt = Rounds(), Rounds()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for place in range(count):
            phone = SlowPhone(browser)
            usable.add(**{"log-in s": phone.until("/", "[name=login]")})
            log_in(phone, f"m{place + 1:06d}")
            phone.link.send("Network.clearBrowserCache")
            usable.add(**{"home s": phone.until("/", "main a.row[href^='/phone/exams/']")})
            touches(phone, felt)
            phone.context.close()
        browser.close()
    report.say("felt", f"phone, nothing cached, 1.6 Mbit/s, 150 ms, CPU a quarter: usable, seconds ({count} members)", usable,
               [(name, "<", USABLE_SECONDS) for name in usable.figures])
    report.say("felt", "the same phone: from a touch to its frame", felt, [(name, "<", TOUCH_MS) for name in felt.figures])
