"""A desk as a person uses it: the console in Chromium, signed in.  SPDX-License-Identifier: Apache-2.0"""


class Desk:
    def __init__(self, browser, url, login, size=(1440, 900)):
        self.url, self.faults = url + "/console", []
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai")
        self.page.set_default_timeout(30000)
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" and "Failed to load" not in said.text else None)
        self.go("/login")
        self.page.fill("[name=login]", login[0])
        self.page.fill("[name=password]", login[1])
        self.page.keyboard.press("Enter")
        self.page.get_by_role("heading", name="，您好").wait_for()

    def go(self, path):
        self.page.goto(self.url + path)

    def heading(self, text):
        self.page.locator("main h1", has_text=text).first.wait_for()

    def menu(self):
        return self.page.locator("nav.side section a").all_inner_texts()

    def row(self, text):
        return self.page.locator("tbody tr", has_text=text)

    def reason(self, text):
        self.page.locator("dialog [name=reason]").fill(text)

    def press_on(self, target):
        """By keyboard alone: Tab until the target is focused, then Enter."""
        for _ in range(120):
            if target.evaluate("at => at === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        assert target.evaluate("at => at === document.activeElement"), "the keyboard does not come there"
        self.page.keyboard.press("Enter")

    def end(self):
        self.page.close()
