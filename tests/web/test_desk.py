"""The console at a desk: an examination as it goes, results, a corrected key, late hand-ins, points, operation; by keyboard,
and by who may.  SPDX-License-Identifier: Apache-2.0"""
import re

import pytest
from county import KINDS, right_answer
from sitting import answers, hand_in, save, sit, start

ADMINISTRATOR, OPERATOR = "county_administrator", "operator"


@pytest.fixture
def new_desk(seat, instance):
    return lambda login, **more: seat(instance.url, login, **more)


@pytest.fixture(scope="module")
def chief(county):
    return county.officer(ADMINISTRATOR, county.root).login


@pytest.fixture(scope="module")
def sat(county):
    """An examination that two of the first branch have sat, one with full marks; a third has begun."""
    exam = county.exam(title="桌面上的考试")
    best, other, third = county.enrol(county.branches[0], 3)
    sit(best, exam, KINDS)
    sit(other, exam, [kind for kind in KINDS if kind != "single"])
    start(third, exam)
    return exam, best, other, third


def test_progress_is_drilled_down_to_who_has_not(sat, new_desk, chief, county):
    exam, _, _, third = sat
    desk = new_desk(chief)
    desk.go(f"/exams/{exam}/progress")
    desk.row("第1镇党委").wait_for()
    desk.page.locator(".figures dd").first.wait_for()
    desk.press_on(desk.row("第1镇党委"))
    desk.press_on(desk.row("第1镇1村支部"))
    desk.page.get_by_role("heading", name="应考名单").wait_for()
    assert f"org={county.branches[0]}" in desk.page.url
    desk.page.get_by_role("combobox", name="状态").select_option("under_way")
    desk.page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 1")
    assert third.login[0] in desk.row("答题中").inner_text()
    desk.page.go_back()
    assert "opened" in desk.row("第1镇1村支部").get_attribute("class"), "what was opened is still marked"


def test_progress_goes_on_without_a_reload(sat, new_desk, chief, county):
    exam = sat[0]
    desk = new_desk(chief)
    desk.go(f"/exams/{exam}/progress?org={county.committees[1]}")
    branch = desk.row("第2镇1村支部")
    branch.wait_for()
    before = int(re.sub(r"\D", "", branch.locator("td").nth(3).inner_text()))
    sit(county.recruit(county.branches[2]), exam, KINDS)
    desk.page.wait_for_function("n => [...document.querySelectorAll('tbody tr')].some(row => row.cells[0].innerText === '第2镇1村支部' "
                                "&& row.cells[3].innerText.startsWith(n))", arg=str(before + 1))


def test_results(sat, new_desk, chief):
    exam, best, other, _ = sat
    desk = new_desk(chief)
    desk.go(f"/exams/{exam}/results")
    desk.row(best.login[0]).wait_for()
    assert desk.row(best.login[0]).locator("td").nth(3).inner_text() == "14 / 14"
    assert desk.row(other.login[0]).locator("td").nth(3).inner_text() == "12 / 14"
    desk.page.get_by_role("combobox", name="排序").select_option("mark")
    desk.page.locator(".chip", has_text="按成绩从高到低").wait_for()
    desk.press_on(desk.row(best.login[0]))
    desk.page.get_by_role("heading", name="积分明细").wait_for()
    desk.row("桌面上的考试").wait_for()
    assert desk.page.locator("tbody tr").count() == 1
    assert "+10 分" in desk.row("桌面上的考试").inner_text()


def test_a_late_hand_in_is_admitted_by_two(county, instance, new_desk):
    exam = county.exam(title="逾期的考试", minutes=5)
    first, second = (county.officer(ADMINISTRATOR, county.root).login for _ in range(2))
    member = county.recruit()
    sheet = start(member, exam)
    save(member, exam, sheet, sheet["questions"][0], right_answer(sheet["questions"][0]))
    instance.advance(320000)
    hand_in(member, exam, sheet, answers(sheet, KINDS, seq=9), expect=409)
    one = new_desk(first)
    one.go(f"/exams/{exam}/late")
    one.press_on(one.page.get_by_role("button", name="提出计入"))
    one.press_on(one.page.get_by_role("dialog").get_by_role("button", name="提出计入"))
    one.page.get_by_text("请写明理由").wait_for()
    one.reason("停电，考点证明在案")
    one.page.keyboard.press("Enter")
    one.row("本人已提出，待他人批准").wait_for()
    assert one.page.get_by_role("button", name="批准计入").count() == 0
    two = new_desk(second)
    two.go(f"/exams/{exam}/late")
    two.press_on(two.page.get_by_role("button", name="批准计入"))
    two.reason("已核实")
    two.page.keyboard.press("Enter")
    two.row("已批准计入").wait_for()


def test_the_board_is_switched(new_desk, chief):
    desk = new_desk(chief)
    desk.go("/points/board")
    desk.page.locator("h1 .tag", has_text="开启中").wait_for()
    desk.press_on(desk.page.locator("main form.form .button.main"))
    desk.page.get_by_text("请写明依据").wait_for()
    desk.page.fill("[name=legal_basis]", "测试县委〔2026〕2号")
    desk.page.get_by_label("显示全名").check()
    desk.page.locator("[name=legal_basis]").press("Enter")
    desk.press_on(desk.page.get_by_role("dialog").get_by_role("button", name="开启积分榜"))
    desk.page.get_by_text("积分榜已开启。").wait_for()


def test_rules_lead_to_their_entries(sat, new_desk, chief):
    desk = new_desk(chief)
    desk.go("/points/rules")
    desk.press_on(desk.row("在线考试"))
    desk.page.locator(".chip", has_text="规则：在线考试").wait_for()
    desk.page.locator("tbody tr").first.wait_for()


def test_operation(county, new_desk, watch, database):
    watch.produce("exam", 0, b"desk", b"\x00not a message", {})
    desk = new_desk(county.officer(OPERATOR, county.root).login)
    assert desk.menu() == ["运行状况", "处理积压", "搁置的消息"]
    desk.go("/processes")
    desk.row("relay").wait_for()
    desk.page.get_by_text("全部正常").wait_for()
    desk.go("/lag")
    desk.page.locator("tbody tr").first.wait_for()
    desk.go("/parked")
    desk.page.locator("tbody tr").first.wait_for()
    desk.press_on(desk.page.locator("tbody tr").first)
    desk.page.get_by_role("heading", name="消息头").wait_for()
    desk.page.locator("form [name=reason]").fill("已排除故障")
    desk.page.keyboard.press("Enter")
    desk.press_on(desk.page.get_by_role("dialog").get_by_role("button", name="重新投递"))
    desk.page.get_by_text("已重新投递。").wait_for()


@pytest.mark.parametrize("role, place, menu, closed", [
    (OPERATOR, "root", ["运行状况", "处理积压", "搁置的消息"], ["/points", "/points/rules", "/points/board", "/exams"]),
    ("branch_officer", "branch", ["考试"], ["/points", "/points/board", "/processes", "/parked", "/lag"]),
    ("committee_administrator", "committee", ["考试", "积分明细", "积分规则"], ["/points/board", "/processes", "/parked"]),
])
def test_who_may_not_sees_neither_menu_nor_page(county, new_desk, role, place, menu, closed):
    at = {"root": county.root, "branch": county.branches[0], "committee": county.committees[0]}[place]
    desk = new_desk(county.officer(role, at, county.branches[0]).login)
    assert [word for word in desk.menu() if word not in ("题库",)] == menu
    for path in closed:
        desk.go(path)
        desk.page.get_by_role("heading", name="您没有打开此页的权限").wait_for()


def test_an_officer_sees_his_branch(sat, county, new_desk):
    desk = new_desk(county.officer("branch_officer", county.branches[0]).login)
    desk.go(f"/exams/{sat[0]}/progress")
    desk.row("第1镇1村支部").wait_for()
    assert desk.page.locator("tbody tr").count() == 1
