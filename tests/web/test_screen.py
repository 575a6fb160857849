"""The hall's screen: what happens is seen on it, without a reload.  SPDX-License-Identifier: Apache-2.0"""
import pytest
from phone import ARGUMENTS
from sitting import sit


@pytest.fixture
def screen(playwright, cutter, county):
    """The screen of the whole county, signed in."""
    login = county.officer("screen", county.root).login
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page.goto(cutter.url + "/screen/")
    page.fill("[name=login]", login[0])
    page.fill("[name=password]", login[1])
    page.click("form .button.main")
    page.wait_for_selector(".hall")
    page.evaluate("() => { window.untouched = true }")
    yield page
    assert page.evaluate("() => window.untouched"), "the page was loaded anew"
    browser.close()


def figure(page, place):
    return int(page.locator(".figures dd").nth(place).inner_text().split("\n")[0].rstrip("人份/秒").replace(",", ""))


def says(page, text):
    page.wait_for_function("text => document.querySelector('.hall > header [role=status]')?.innerText === text", arg=text)


def test_a_hand_in_is_seen(county, screen):
    exam = county.exam(title="大屏上的考试")
    screen.reload()
    screen.evaluate("() => { window.untouched = true }")
    screen.get_by_role("heading", name="大屏上的考试").wait_for()
    says(screen, "实时更新")
    assert figure(screen, 2) == 0
    member = county.recruit(county.branches[2])
    sit(member, exam, {"single", "multiple", "truth", "blanks", "number", "order", "pairs"})
    screen.wait_for_function("() => document.querySelectorAll('.figures dd')[3]?.innerText.startsWith('1')")
    assert figure(screen, 2) == figure(screen, 3) == 1
    name = f"新员{member.login[0][1:]}"
    screen.locator(".ladder li", has_text=name).get_by_text("10 分").wait_for()
    screen.get_by_role("link", name="第2镇党委").click()
    screen.get_by_role("heading", name="各党支部交卷情况").wait_for()
    screen.locator(".ladder li", has_text="第2镇1村支部").get_by_text("1 /").wait_for()


def test_a_lost_connection_is_said_and_healed(county, screen, cutter):
    county.exam()
    says(screen, "实时更新")
    cutter.cut("refuse")
    says(screen, "连接中断，正在重连")
    cutter.heal()
    says(screen, "实时更新")
