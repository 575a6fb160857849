"""The console: a menu by role, and a bank's way to an examination on a phone.  SPDX-License-Identifier: Apache-2.0"""
import pytest
from walk import bank_made, drafted, imported

ROWS = """number,kind,topic,stem,options,key,marks,explanation,source
1,single,党章,党的最高理想和最终目标是什么？,小康社会 | 实现共产主义 | 共同富裕,2,2,党章总纲首段,《中国共产党章程》总纲
2,truth,组织,预备党员有表决权。,,错,2,预备党员没有表决权,《中国共产党章程》第七条
3,single,党章,答案在哪里？,甲 | 乙,9,2,,
4,nothing,党章,没有这种题型。,甲 | 乙,1,2,,
"""


@pytest.fixture
def new_desk(seat, cutter, county):
    """Desks of a role over a subtree."""
    return lambda role, organisation, **more: seat(cutter.url, county.officer(role, organisation).login, **more)


def sheet(tmp_path, text):
    made = tmp_path / "试题.csv"
    made.write_text(text, encoding="utf-8")
    return str(made)


def test_the_menu_is_what_one_may_do(county, new_desk):
    administrator = new_desk("committee_administrator", county.committees[0])
    assert {"考试", "题库"} <= set(administrator.menu())
    officer = new_desk("branch_officer", county.branches[0])
    assert "考试" in officer.menu() and "题库" not in officer.menu()
    officer.go("/banks")
    officer.page.get_by_role("heading", name="您没有打开此页的权限").wait_for()


def test_a_menu_folds_when_one_goes_elsewhere(county, new_desk):
    desk = new_desk("county_administrator", county.root)
    page, menu = desk.page, desk.page.locator(".account .menu")
    for leave in (lambda: page.locator("main").click(), lambda: page.keyboard.press("Escape"), lambda: page.locator("nav.side a").first.focus()):
        page.locator(".account summary").click()
        menu.wait_for()
        page.locator(".account select").first.focus()
        assert menu.is_visible(), "not by what is within it"
        leave()
        menu.wait_for(state="hidden")


def test_from_a_file_to_a_phone(county, new_desk, new_phone, tmp_path):
    desk = new_desk("county_administrator", county.root)
    page = desk.page
    bank_made(desk, "从文件到手机")
    imported(desk, sheet(tmp_path, ROWS))
    faults = page.locator(".faults tbody tr")
    assert [row.split("\t")[:2] for row in faults.all_inner_texts()] == [["4", "第 6 列"], ["5", "第 2 列"]]
    page.get_by_role("button", name="导入 2 题").click()
    page.get_by_role("heading", name="已导入").wait_for()
    page.get_by_role("link", name="查看试题").click()
    desk.heading("共 2 条")
    page.locator("tbody tr", has_text="最高理想").click()
    desk.heading("第 1 题")
    page.locator("ul.right", has_text="实现共产主义").wait_for()
    page.go_back()
    assert "最高理想" in page.locator("tr.opened").inner_text()

    drafted(desk, "从文件到手机的考试", "从文件到手机", 1)
    page.get_by_role("button", name="发布").click()
    asked = page.locator("dialog[open]")
    n = sum(row["members"] for row in county.admin.get("/v1/organisations?limit=200").json["rows"])
    asked.get_by_text(f"{n} 名党员将在手机上看到").wait_for()
    assert asked.get_by_role("button", name="发布").is_disabled(), "not before the word is typed"
    asked.get_by_role("textbox").fill("发布")
    asked.get_by_role("button", name="发布").click()
    page.locator("h1 .tag", has_text="进行中").wait_for()

    phone = new_phone().log_in(county.recruit(county.branches[2]).login)
    phone.page.get_by_text("从文件到手机的考试").wait_for()


def test_a_list_keeps_its_filters_in_the_address(county, new_desk):
    desk = new_desk("county_administrator", county.root)
    page = desk.page
    desk.go(f"/banks/{county.bank}")
    desk.heading("共 7 条")
    page.get_by_role("combobox", name="题型").select_option("truth")
    desk.heading("共 1 条")
    page.reload()
    desk.heading("共 1 条")
    page.locator(".chip", has_text="判断题").click()
    desk.heading("共 7 条")
    page.locator("tbody tr").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    desk.heading("第 2 题")


def test_what_was_typed_survives_a_reload(county, new_desk):
    desk = new_desk("county_administrator", county.root)
    desk.go("/banks/new")
    desk.page.fill("[name=name]", "写到一半")
    desk.page.reload()
    desk.page.get_by_text("已恢复上次没有提交的内容").wait_for()
    assert desk.page.input_value("[name=name]") == "写到一半"
    desk.page.fill("[name=name]", "写")
    desk.page.get_by_role("button", name="建立题库").click()
    desk.page.get_by_text("名称需 2 至 60 字").wait_for()


def test_a_question_is_retired_and_brought_back(county, new_desk, tmp_path):
    desk = new_desk("county_administrator", county.root)
    page = desk.page
    bank_made(desk, "停用与恢复")
    imported(desk, sheet(tmp_path, "\n".join(ROWS.split("\n")[:3]) + "\n"))
    page.get_by_role("button", name="导入 2 题").click()
    page.get_by_role("link", name="查看试题").click()
    page.locator("tbody tr", has_text="表决权").click()
    for act, back in (("停用", "恢复使用"), ("恢复使用", "停用")):
        page.locator(".head").get_by_role("button", name=act).click()
        page.fill("dialog [name=reason]", "条文已修订")
        page.locator("dialog").get_by_role("button", name=act).click()
        page.locator(".head").get_by_role("button", name=back).wait_for()


def test_by_keyboard_alone_from_a_new_examination_to_its_publication(county, new_desk):
    desk = new_desk("county_administrator", county.root)
    page = desk.page
    desk.press_on(page.locator("nav.side").get_by_role("link", name="考试", exact=True))
    desk.press_on(page.get_by_role("link", name="新建考试"))
    desk.type_in(page.locator("[name=title]"), "只用键盘的考试")
    desk.choose_of_tree("参考范围", "第1镇党委")
    below = county.committees[0]
    n = sum(row["members"] for row in county.admin.get("/v1/organisations?limit=200").json["rows"] if below in (row["organisation"], row.get("parent")))
    page.get_by_text(f"将有 {n} 人参加").wait_for()
    desk.choose_of_tree("参考范围", "第1镇2村支部")
    page.locator(".picker", has_text="第1镇2村支部").wait_for()
    page.get_by_text(f"将有 {n} 人参加").wait_for()  # who is below it is not counted twice
    part = page.locator("fieldset.part")
    desk.choose_in(part.get_by_label("题库"), "测试题库")
    part.get_by_text("可抽 1 题").wait_for()
    desk.type_in(part.get_by_label("抽取题数"), "1")
    desk.press_on(page.get_by_role("button", name="保存草稿"))
    desk.heading("只用键盘的考试")
    desk.press_on(page.locator(".head").get_by_role("button", name="发布"))
    asked = page.locator("dialog[open]")
    asked.get_by_text(f"{n} 名党员将在手机上看到").wait_for()
    assert asked.get_by_role("textbox").evaluate("at => at === document.activeElement"), "the word is typed at once"
    page.keyboard.insert_text("发布")
    page.keyboard.press("Enter")
    page.locator("h1 .tag", has_text="未开始").wait_for()
    page.locator("dl.facts", has_text="第1镇党委").wait_for()


def test_on_a_phones_width(county, new_desk):
    desk = new_desk("county_administrator", county.root, size=(390, 844))
    page = desk.page
    sideways = "() => document.documentElement.scrollWidth - innerWidth"
    menu = page.locator("nav.side")
    assert menu.bounding_box()["x"] < 0, "the menu is not in the way"
    page.get_by_role("button", name="菜单").click()
    menu.get_by_role("link", name="题库", exact=True).click()
    desk.row("测试题库").first.wait_for()
    page.wait_for_function("() => document.querySelector('nav.side').getBoundingClientRect().right <= 0")
    assert page.evaluate(sideways) <= 0
    box = desk.row("测试题库").first.locator("td").first.bounding_box()
    assert 0 <= box["x"] and box["x"] + box["width"] <= 390, "a row's name is read without scrolling"
    page.get_by_role("link", name="新建题库").click()
    page.fill("[name=name]", "窄屏上建立")
    assert page.evaluate(sideways) <= 0
    page.get_by_role("button", name="建立题库").click()
    desk.heading("试题")
    page.locator(".tray summary").click()
    tray = page.locator(".tray .menu").bounding_box()
    assert 0 <= tray["x"] and tray["x"] + tray["width"] <= 390, "what came of it is read too"
