"""A phone as a person uses it: Chromium on a profile of its own.  SPDX-License-Identifier: Apache-2.0"""
import os
import signal

from county import right_answer
from playwright.sync_api import expect

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]
SAVED, LOCAL = "● 已保存", "◐ 已存本机"


class Phone:
    """`workers` "block": as WeChat's browser; `hours_off`: how wrong the device's own clock is."""

    def __init__(self, playwright, cutter, profile, workers="allow", hours_off=0, size=(390, 844)):
        self.playwright, self.cutter, self.profile = playwright, cutter, profile
        self.workers, self.hours_off, self.size = workers, hours_off, size
        self.faults = []
        self.open()

    def open(self):
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path="/usr/bin/chromium", args=ARGUMENTS, locale="zh-CN", timezone_id="Asia/Shanghai",
            viewport={"width": self.size[0], "height": self.size[1]}, service_workers=self.workers, has_touch=True)
        if self.hours_off:
            self.context.add_init_script(f"{{ const real = Date.now; Date.now = () => real() + {self.hours_off * 3600000}; }}")
        self.page = self.context.pages[0]
        self.page.set_default_timeout(30000)
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))

    def end(self):
        self.context.close()

    def kill(self):
        """The browser dies as by a dead battery."""
        lock = os.readlink(self.profile / "SingletonLock")
        os.kill(int(lock.rsplit("-", 1)[1]), signal.SIGKILL)
        self.page.wait_for_event("close") if not self.page.is_closed() else None
        (self.profile / "SingletonLock").unlink(missing_ok=True)

    def go(self, path):
        self.page.goto(self.cutter.url + "/phone" + path)

    def log_in(self, login):
        """`login`: name and password."""
        self.go("/login")
        self.sign(login)
        self.page.wait_for_selector("nav.tabs")
        return self

    def sign(self, login):
        self.page.fill("[name=login]", login[0])
        self.page.fill("[name=password]", login[1])
        self.page.click("form .button.main")

    def come_back(self, login, exam):
        """Opens the attempt after a death: where the browser had not yet written its log-in down, logs in again."""
        self.open()
        self.go(f"/exams/{exam}/sitting")
        self.page.wait_for_selector(".question, form")
        if self.page.locator("form [name=login]").count():
            self.sign(login)
        self.page.wait_for_selector(".question")

    def start(self, exam):
        """Starts the attempt; gives the questions as the page got them."""
        self.go(f"/exams/{exam}")
        with self.page.expect_response(lambda reply: reply.url.endswith("/attempts") and reply.status == 200) as reply:
            self.page.click("main .button.main")
        self.page.wait_for_selector(".question")
        return reply.value.json()["result"]

    def answer(self, question, at=None):
        """Answers a question rightly, by its controls: the one on the screen, or of the whole paper the one at a place."""
        page, right = self.page, right_answer(question)
        on = page.locator("main") if at is None else page.locator(f"#question-{at}")
        texts = {option["option"]: option["text"] for option in question["options"]}
        if "chosen" in right:
            for option in right["chosen"]:
                on.get_by_label(texts[option], exact=True).check()
        elif "truth" in right:
            on.get_by_label("正确" if right["truth"] else "错误", exact=True).check()
        elif "blanks" in right:
            for place, text in enumerate(right["blanks"]):
                on.locator(".question .input").nth(place).fill(text)
            page.keyboard.press("Tab")
        elif "number" in right:
            on.locator(".question .input").fill(right["number"])
            page.keyboard.press("Tab")
        elif "order" in right:
            for place, option in enumerate(right["order"]):
                rows = on.locator(".question ol li .grow")
                while (at := rows.all_inner_texts().index(texts[option])) > place:
                    on.locator(".question ol li").nth(at).get_by_text("↑").click()
            on.locator(".question ol li").nth(0).get_by_text("↓").click()
            on.locator(".question ol li").nth(1).get_by_text("↑").click()
        else:
            for pair in right["pairs"]:
                on.get_by_label(texts[pair["left"]]).select_option(str(pair["right"]))

    def state(self, wanted, at=None):
        """Waits until the page shows the answer so."""
        shown = self.page.locator("[data-state]" if at is None else f"#question-{at} [data-state]")
        expect(shown).to_have_text(wanted, timeout=30000)

    def next(self):
        self.page.click(".foot .main")

    def walk(self, questions):
        """From question to question, each on the screen while it is given, with its place."""
        for place, question in enumerate(questions):
            if place:
                self.next()
            yield place, question

    def hand_in(self):
        """From the last question."""
        self.page.click(".foot .main")
        self.page.click(".ask .main")

    def verdict(self, text):
        expect(self.page.locator(".done h2[role=status]")).to_have_text(text, timeout=40000)
