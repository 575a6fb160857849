"""A desk as a person uses it: the console in Chromium, signed in.  SPDX-License-Identifier: Apache-2.0"""


class Desk:
    """`before`: called with the page before anything is loaded."""

    def __init__(self, browser, url, login, size=(1440, 900), before=None):
        self.url, self.faults = url + "/console", []
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai")
        self.page.set_default_timeout(30000)
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" and "Failed to load" not in said.text else None)
        before(self.page) if before else None
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
        """The pages' names, without how much waits there."""
        return self.page.locator("nav.side section a").evaluate_all("all => all.map(at => at.firstChild.textContent)")

    def row(self, text):
        return self.page.locator("tbody tr", has_text=text)

    def reason(self, text):
        self.page.locator("dialog [name=reason]").fill(text)

    def tab_to(self, target):
        """By keyboard alone: Tab until the target is focused."""
        for _ in range(120):
            if target.evaluate("at => at === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        assert target.evaluate("at => at === document.activeElement"), "the keyboard does not come there"

    def press_on(self, target):
        self.tab_to(target)
        self.page.keyboard.press("Enter")

    def type_in(self, target, text):
        """In place of what stands there."""
        self.tab_to(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose_in(self, target, text):
        """An entry of a select, by the arrow."""
        self.tab_to(target)
        for _ in range(60):
            if text in target.evaluate("at => at.selectedOptions[0]?.label ?? ''"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{text} is not among the entries")

    def choose_of_tree(self, label, text):
        """An organisation in a picker: typed, found, chosen, and the picker left."""
        field = self.page.get_by_role("combobox", name=label)
        self.tab_to(field)
        self.page.keyboard.insert_text(text)
        node = self.page.locator("[role=treeitem]:visible", has_text=text).last
        node.wait_for()
        self.page.keyboard.press("ArrowDown")
        for _ in range(20):
            if node.evaluate("at => at === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Escape")
        assert field.evaluate("at => at === document.activeElement"), "Escape leads back to the field"

    def end(self):
        self.page.close()
