"""A desk as a person uses it: the console in Chromium, signed in.  SPDX-License-Identifier: Apache-2.0"""
from phone import ARGUMENTS


class Desk:
    def __init__(self, playwright, url, login, size=(1440, 900)):
        self.url, self.faults = url + "/console", []
        self.browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        self.context = self.browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": size[0], "height": size[1]})
        self.page = self.context.new_page()
        self.page.set_default_timeout(30000)
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" and "Failed to load" not in said.text else None)
        self.go("/")
        self.page.fill("[name=login]", login[0])
        self.page.fill("[name=password]", login[1])
        self.page.click("form .button.main")
        self.page.wait_for_selector("main h1")

    def go(self, path):
        self.page.goto(self.url + path)

    def heading(self, text):
        self.page.locator("main h1", has_text=text).first.wait_for()

    def menu(self):
        return self.page.locator("nav.side section a").all_inner_texts()

    def end(self):
        self.browser.close()
