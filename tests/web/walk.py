"""The whole way: a file of questions becomes an examination at a desk, is sat on a phone through two lost networks and one closed
browser, and moves the hall's screen, which nobody touches.  SPDX-License-Identifier: Apache-2.0"""
import argparse
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "system")]

from cutter import Cutter  # noqa: E402
from desk import Desk  # noqa: E402
from hall import Hall  # noqa: E402
from phone import ARGUMENTS, LOCAL, SAVED, Phone  # noqa: E402
from playwright.sync_api import expect, sync_playwright  # noqa: E402

# Each stem with its options, the right one first.
QUESTIONS = {
    "党的最高理想和最终目标是什么？": ("实现共产主义", "小康社会", "共同富裕"),
    "预备党员的预备期为多长？": ("一年", "半年", "两年"),
    "党的根本组织原则是什么？": ("民主集中制", "首长负责制", "轮值制"),
    "支部党员大会一般多久召开一次？": ("每季度", "每月", "每年"),
}


def written(folder):
    """The file that is imported; the right options stand at different places."""
    lines = ["题号,题型,专题,题干,选项,答案,分值,解析,依据"]
    for number, (stem, options) in enumerate(QUESTIONS.items()):
        at = number % len(options)
        shown = [*options[1:at + 1], options[0], *options[at + 1:]]
        lines.append(f"{number + 1},单选题,党章,{stem},{' | '.join(shown)},{at + 1},2,见党章原文,《中国共产党章程》")
    made = folder / "试题.csv"
    made.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(made)


def bank_made(desk, name):
    """A bank made by its form; the page is on its questions."""
    desk.go("/banks/new")
    desk.page.fill("[name=name]", name)
    desk.page.get_by_role("button", name="建立题库").click()
    desk.heading("试题")


def imported(desk, path):
    """A file checked; the page shows what was found."""
    page = desk.page
    page.locator(".head").get_by_role("link", name="导入试题").click()
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="检查文件").click()
    page.get_by_role("heading", name="检查结果").wait_for()


def drafted(desk, title, bank, count, opens="2026-01-01T00:00"):
    """An examination of so many questions of a bank, kept as a draft; the page is on it. `opens`: as the clock on the wall says."""
    page = desk.page
    desk.go("/exams/new")
    page.fill("[name=title]", title)
    part = page.locator("fieldset.part")
    part.get_by_label("题库").select_option(label=page.locator("option", has_text=bank).first.inner_text())
    part.get_by_text(f"可抽 {count} 题").wait_for()
    part.get_by_label("抽取题数").fill(str(count))
    page.locator("input[type=datetime-local]").first.fill(opens)
    page.get_by_label("成绩与答案的公布").select_option(label="评卷后公布成绩和答案")
    page.get_by_role("button", name="保存草稿").click()
    desk.heading(title)


def published(desk):
    """With the word that it asks for; the page shows that it is open."""
    desk.page.get_by_role("button", name="发布").click()
    asked = desk.page.locator("dialog[open]")
    asked.get_by_role("textbox").fill("发布")
    asked.get_by_role("button", name="发布").click()
    desk.page.locator("h1 .tag", has_text="进行中").wait_for()


def answered(phone, state):
    """The question on the screen, rightly; it is then shown in this state."""
    stem = phone.page.locator(".question").inner_text()
    right = next(options[0] for each, options in QUESTIONS.items() if each in stem)
    phone.page.get_by_label(right, exact=True).check()
    phone.state(state)


def sat(phone, member, exam, seen):
    """From the home page to the mark: the network is lost amid an answer and before another, and the battery dies between."""
    phone.page.locator(f"a[href='/phone/exams/{exam}']").click()
    phone.page.click("main .button.main")
    phone.page.wait_for_selector(".question")
    answered(phone, SAVED)
    phone.next()
    phone.cutter.cut("amid")
    answered(phone, LOCAL)
    seen("phone lost", phone.page)
    phone.cutter.heal()
    phone.state(SAVED)
    phone.next()
    phone.cutter.cut("refuse")
    answered(phone, LOCAL)
    phone.kill()
    phone.cutter.heal()
    phone.come_back(member, exam)
    phone.state(SAVED)
    phone.next()
    answered(phone, SAVED)
    seen("phone last question", phone.page)
    phone.hand_in()
    phone.verdict("已交卷")
    expect(phone.page.locator(".done .mark")).to_contain_text("8 / 8")
    seen("phone handed in", phone.page)


def moved(hall, title, points, seen):
    """The hall's screen has followed by itself."""
    page = hall.page
    for place in (1, 2, 3):  # started, handed in, graded
        expect(page.locator(".figures dd").nth(place)).to_have_text("1人")
    page.locator(".board .ladder li", has_text=points).first.wait_for()
    assert page.locator("h1").inner_text() == title and page.evaluate("() => window.untouched"), "the page was loaded anew"
    seen("hall after", page)


def walk(desk, phone, hall, member, folder, now, title, points, seen=lambda name, page: None):
    """`member`: log-in and password; `now`: seconds since 1970 by the instance's clock; `points`: what the board shows of his mark; `seen` is given each page worth a look."""
    bank_made(desk, f"{title}题库")
    imported(desk, written(folder))
    seen("desk checked", desk.page)
    desk.page.get_by_role("button", name=f"导入 {len(QUESTIONS)} 题").click()
    desk.page.get_by_role("heading", name="已导入").wait_for()
    drafted(desk, title, f"{title}题库", len(QUESTIONS), datetime.fromtimestamp(now, ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M"))
    seen("desk drafted", desk.page)
    published(desk)
    seen("desk published", desk.page)
    exam = desk.page.url.rsplit("/", 1)[1]
    hall.page.get_by_role("heading", name=title, exact=True).wait_for(timeout=40000)
    seen("hall before", hall.page)
    phone.log_in(member)
    phone.page.get_by_text(title).first.wait_for()
    seen("phone home", phone.page)
    sat(phone, member, exam, seen)
    moved(hall, title, points, seen)


def asked():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("instance", metavar="VAR", type=Path, help="folder of a running instance with the demonstration county")
    parser.add_argument("--pictures", metavar="FOLDER", type=Path, default=Path("var/walk"), help="where pictures of the way are written")
    return parser.parse_args()


def main():
    arguments = asked()
    env = dict(line.split("=", 1) for line in (arguments.instance / "env").read_text().splitlines() if "=" in line)
    url, chief = env["BAOTING_URL"], (env["BAOTING_ADMIN"], env["BAOTING_ADMIN_PASSWORD"])
    arguments.pictures.mkdir(parents=True, exist_ok=True)
    count = iter(range(1, 100))

    def seen(name, page):
        path = arguments.pictures / f"{next(count):02d} {name}.png"
        page.screenshot(path=path)
        print(path, flush=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        cutter = Cutter(0, ("127.0.0.1", int(url.rsplit(":", 1)[1])))
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        hall = Hall(playwright, url).log_in(chief).watch()
        walk(Desk(browser, url, chief), Phone(playwright, cutter, Path(folder) / "profile"), hall, ("m000001", env["BAOTING_DEMO_PASSWORD"]),
             Path(folder), time.time(), time.strftime("演示考试%H%M%S"), "10 分", seen)
        cutter.close()
    print("the whole way was walked")


if __name__ == "__main__":
    main()
