"""The console at a desk: an examination as it goes, results, a corrected key, late hand-ins, points, operation; by keyboard,
and by who may.  SPDX-License-Identifier: Apache-2.0"""
import io
import re
from datetime import datetime, timedelta, timezone

import openpyxl
import pytest
from county import KINDS, right_answer
from instance import eventually
from sitting import answers, hand_in, milliseconds, save, sit, start
from test_keys import choose

ADMINISTRATOR, OPERATOR = "county_administrator", "operator"
EVERYBODYS = ["我的待办", "办理事项", "程序规则"]  # pages of the menu for whoever is signed in


def shanghai(time):
    """The hour and minute of a time of the wire, as the pages show it."""
    return datetime.fromtimestamp(milliseconds(time) / 1000, timezone(timedelta(hours=8))).strftime("%H:%M")


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
    other, best, third = county.enrol(county.branches[0], 3)  # by log-in name not as by mark
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
    heads = {name: desk.page.locator("th", has_text=name) for name in ("党支部", "成绩", "交卷时间")}
    assert [head.get_attribute("aria-sort") for head in heads.values()] == ["ascending", "none", "none"]
    desk.press_on(heads["成绩"].get_by_role("button"))
    desk.page.wait_for_url("**/results?order=mark")
    desk.page.wait_for_function("() => document.querySelector('tbody tr').cells[3].innerText.startsWith('14 ')")
    assert [head.get_attribute("aria-sort") for head in heads.values()] == ["none", "descending", "none"]
    desk.page.reload()
    desk.row(best.login[0]).wait_for()
    assert heads["成绩"].get_attribute("aria-sort") == "descending"
    desk.press_on(desk.row(best.login[0]))
    desk.page.get_by_role("heading", name="积分明细").wait_for()
    desk.row("桌面上的考试").wait_for()
    assert desk.page.locator("tbody tr").count() == 1
    assert "+10 分" in desk.row("桌面上的考试").inner_text()


def test_results_as_a_workbook(sat, county, new_desk, chief):
    """The file that the page saves holds the rows that the list shows, in its order."""
    desk, (exam, best, *_) = new_desk(chief), sat
    desk.go(f"/exams/{exam}/results?order=mark&org={county.branches[0]}")
    desk.row(best.login[0]).wait_for()
    desk.press_on(desk.page.get_by_role("button", name="导出成绩"))
    desk.page.get_by_text("将按当前条件导出").wait_for()
    listed = county.admin.get(f"/v1/exams/{exam}/results?order=mark&org={county.branches[0]}&limit=200").json["rows"]
    desk.page.get_by_text(f"导出 {len(listed)} 人的成绩").wait_for()
    with desk.page.expect_download() as saving:
        desk.press_on(desk.page.get_by_role("dialog").get_by_role("button", name="导出"))
    assert saving.value.suggested_filename == "桌面上的考试-成绩.xlsx"
    head, *written = openpyxl.load_workbook(io.BytesIO(saving.value.path().read_bytes())).worksheets[0].iter_rows(values_only=True)
    columns = {"党支部": "organisation_name", "登录名": "login", "姓名": "name", "已交卷次数": "attempts", "计分的次数": "number", "得分": "mark",
               "满分": "full_mark", "阅卷次数": "revision"}
    assert set(columns) <= set(head) and len(listed) >= 2
    assert [[row[head.index(name)] for name in columns] for row in written] == [[row[field] for field in columns.values()] for row in listed]


def test_a_corrected_key_is_adopted(county, new_desk, chief):
    """Proposed, its effect seen before anything changes, adopted with a typed word; then the results page shows other marks."""
    exam = county.exam(title="更正答案的考试")
    right, wrong = county.enrol(county.branches[1], 2)
    assert [choose(member, exam, option) for member, option in ((right, 2), (wrong, 1))] == [2, 0]
    desk = new_desk(chief)
    page = desk.page

    def marks():
        desk.go(f"/exams/{exam}/results")
        desk.row(right.login[0]).wait_for()
        return [desk.row(member.login[0]).locator("td").nth(3).inner_text() for member in (right, wrong)]
    assert marks() == ["2 / 14", "0 / 14"]
    desk.press_on(page.get_by_role("link", name="试题与答案"))
    desk.press_on(desk.row("最高理想"))
    desk.heading("更正第 1 题的答案")
    page.get_by_role("radio", name="A. 小康社会").check()
    page.locator("form [name=reason]").fill("命题有误")
    page.keyboard.press("Enter")
    desk.page.get_by_role("heading", name="更正第 1 题").wait_for()
    facts = page.locator("dl.facts")
    facts.get_by_text("上升 1 份，下降 1 份").wait_for()
    changes = page.locator("tbody tr")
    assert {(row.split("\t")[1], row.split("\t")[6]) for row in changes.all_inner_texts()} == {
        (right.login[0], "▼ -2"), (wrong.login[0], "▲ +2")}
    proposal = page.url
    assert marks() == ["2 / 14", "0 / 14"], "a proposal changes nothing"
    page.goto(proposal)
    desk.press_on(page.get_by_role("button", name="采用更正"))
    asked = page.locator("dialog[open]")
    asked.get_by_text("2 份答卷将按新答案重新评卷，其中 2 份成绩改变").wait_for()
    desk.reason("经两人核对")
    adopt = asked.get_by_role("button", name="采用更正")
    assert adopt.is_disabled(), "not before the word is typed"
    asked.get_by_label("请输入“采用”确认").fill("采用")
    desk.press_on(adopt)
    page.get_by_text("已采用，第 2 版").wait_for()
    eventually(lambda: marks() == ["0 / 14", "2 / 14"])
    desk.go(f"/exams/{exam}/keys")
    desk.row("命题有误").get_by_text("已采用，第 2 版").wait_for()


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
    said = two.row("已批准计入").inner_text()
    assert f"新员{first[0][1:]}提出：停电" in said and f"新员{second[0][1:]}批准：已核实" in said


def test_what_many_feel_is_asked_with_a_word(county, new_desk, chief):
    exam = county.exam(title="改时间的考试", organisation=county.committees[1])
    desk = new_desk(chief)
    page = desk.page
    desk.go(f"/exams/{exam}")
    desk.heading("改时间的考试")
    closes = page.locator("dl.facts div", has_text="截止")
    before = closes.first.inner_text()
    page.locator("summary", has_text="调整截止时间").click()
    form = page.locator("form", has=page.locator("input[type=datetime-local]"))
    form.locator("input[type=datetime-local]").fill("2031-01-02T10:00")
    form.get_by_label("理由").fill("停电")
    page.keyboard.press("Enter")
    asked = page.locator("dialog[open]")
    n = sum(row["members"] for row in county.admin.get("/v1/organisations?limit=200").json["rows"]
            if county.committees[1] in (row["organisation"], row.get("parent")))
    asked.get_by_text(f"应考 {n} 人的截止时间都改为 2031年1月2日 10:00").wait_for()
    act = asked.get_by_role("button", name="调整截止时间")
    assert act.is_disabled() and closes.first.inner_text() == before
    asked.get_by_label("请输入“调整”确认").fill("调整")
    desk.press_on(act)
    page.locator("dl.facts", has_text="2031年1月2日 10:00").wait_for()


def test_the_board_is_switched(new_desk, chief):
    desk = new_desk(chief)
    desk.go("/points/board")
    state = desk.page.locator("dl.state")
    state.locator(".tag", has_text="开启中").wait_for()
    state.get_by_text("测试县委〔2026〕1号").wait_for()
    state.get_by_text("开启时间").wait_for()
    desk.press_on(desk.page.locator("main form.form .button.main"))
    desk.page.get_by_text("请写明依据").wait_for()
    desk.page.fill("[name=legal_basis]", "测试县委〔2026〕2号")
    desk.page.get_by_label("显示全名").check()
    desk.page.locator("[name=legal_basis]").press("Enter")
    desk.press_on(desk.page.get_by_role("dialog").get_by_role("button", name="开启积分榜"))
    desk.page.get_by_text("积分榜已开启。").wait_for()
    state.get_by_text("测试县委〔2026〕2号").wait_for()
    state.get_by_text("显示全名").wait_for()


def test_rules_lead_to_their_entries(sat, new_desk, chief):
    desk = new_desk(chief)
    desk.go("/points/rules")
    desk.press_on(desk.row("在线考试"))
    desk.page.locator(".chip", has_text="规则：在线考试").wait_for()
    desk.page.locator("tbody tr").first.wait_for()


def test_operation(county, new_desk, watch, database):
    watch.produce("exam", 0, b"desk", b"\x00not a message", {})
    desk = new_desk(county.officer(OPERATOR, county.root).login)
    assert desk.menu() == [*EVERYBODYS, "运行状况", "处理积压", "搁置的消息"]
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


def test_several_messages_are_sent_again(county, new_desk, watch):
    for n in range(3):
        watch.produce("exam", 0, f"several{n}".encode(), b"\x00not a message", {})
    desk = new_desk(county.officer(OPERATOR, county.root).login)
    page = desk.page
    desk.go("/parked?replayed=false")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length >= 3")
    rows = page.locator("tbody tr")
    rows.nth(0).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    assert [rows.nth(n).get_by_role("checkbox").is_checked() for n in range(3)] == [True, True, False]
    page.get_by_role("group", name="已选 2 条").wait_for()
    desk.go("/parked")  # without the filter they stay in the list once they are sent
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length >= 3")
    for n in range(2):
        rows.nth(n).focus()
        page.keyboard.press("Space")
    desk.press_on(page.get_by_role("button", name="重新投递 2 条"))
    sent = []
    page.on("request", lambda asked: sent.append((asked.url, asked.headers["idempotency-key"])) if asked.url.endswith("/replays") else None)
    desk.reason("已排除故障")
    page.keyboard.press("Enter")
    page.locator("tbody .travel.applied").nth(1).wait_for()
    page.get_by_text("重新投递 2 条：已生效 2 条，其余 0 条").wait_for()
    assert len(set(url for url, _ in sent)) == len(set(key for _, key in sent)) == len(sent) == 2
    page.locator(".tray summary").click()
    assert len(set(page.locator(".tray li[data-travel=applied] strong").all_inner_texts())) == 2
    assert page.get_by_role("group", name="已选").count() == 0


def test_extra_time(county, new_desk, chief):
    exam, member = county.exam(title="延时的考试"), county.recruit()
    started = start(member, exam)
    desk = new_desk(chief)
    page = desk.page
    desk.go(f"/exams/{exam}/candidates?text={member.login[0]}")
    desk.press_on(desk.row(member.login[0]))
    page.get_by_role("heading", name="增加作答时间").wait_for()
    ends = page.locator("dd.ends")
    before = ends.inner_text()
    page.fill("[name=minutes]", "0")
    page.fill("[name=reason]", "停电")
    page.keyboard.press("Enter")
    page.get_by_text("请填写 1 至 1440 的整数").wait_for()
    page.fill("[name=minutes]", "40")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("累计 40 分钟").wait_for()
    desk.press_on(dialog.get_by_role("button", name="增加时间"))
    page.get_by_text("已增加。").wait_for()
    page.locator("dl.facts", has_text="40 分钟").wait_for()
    page.wait_for_function("before => document.querySelector('dd.ends').innerText !== before", arg=before)
    moved = start(member, exam)
    assert milliseconds(moved["deadline"]) - milliseconds(started["deadline"]) == 40 * 60000
    assert ends.inner_text().endswith(shanghai(moved["deadline"]))
    page.locator(".tray summary").click()
    page.locator(".tray li[data-travel=applied]", has_text="增加作答时间").wait_for()


def test_a_reload_amid_a_command_loses_nothing(new_desk, chief):
    """Without a receipt it is sent again under its key; with one it is asked for. Either way it is done once."""
    desk = new_desk(chief)
    page, keys = desk.page, []

    def swallow(route):
        keys.append(route.request.headers["idempotency-key"])
        route.continue_() if len(keys) > 1 else route.abort()
    page.route("**/v1/banks", lambda route: swallow(route) if route.request.method == "POST" else route.continue_())
    desk.go("/banks/new")
    page.fill("[name=name]", "重载之间")
    page.get_by_role("button", name="建立题库").click()
    page.get_by_text("没有收到回执，填写的内容已保留").wait_for()
    kept = page.evaluate("() => JSON.stringify(sessionStorage)")
    assert "重载之间" in kept and keys[0] in kept
    page.reload()
    page.locator("[name=name]").wait_for()
    page.locator("main [role=alert]", has_text="再次提交不会重复办理").wait_for()
    page.locator(".tray summary").click()
    page.get_by_role("button", name="再次提交").click()
    page.locator(".tray li[data-travel=applied]", has_text="重载之间").wait_for()
    assert len(keys) == 2 and keys[0] == keys[1]
    page.locator("main [role=alert]", has_text="已生效").wait_for()
    kept = page.evaluate("() => JSON.parse(Object.entries(sessionStorage).find(([name]) => name.startsWith('baoting.tray.'))[1])")
    assert all("body" not in sent for sent in kept), "what was sent is not kept once there is a receipt"
    page.locator("details.account summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.locator("form [name=password]").wait_for()
    assert page.evaluate("() => Object.keys(sessionStorage).filter((name) => name.startsWith('baoting.'))") == []
    assert page.locator(".tray").count() == 0


def test_a_command_accepted_is_asked_for_after_a_reload(new_desk, chief, instance):
    desk = new_desk(chief)
    page, posted = desk.page, []
    with instance.held("grading"):
        desk.go("/banks/new")
        page.fill("[name=name]", "受理之后")
        page.on("request", lambda asked: posted.append(asked.url) if asked.method == "POST" and asked.url.endswith("/v1/banks") else None)
        page.get_by_role("button", name="建立题库").click()
        page.locator(".tray summary").click()
        page.locator(".tray li[data-travel=accepted]").wait_for()
        page.reload()
        page.locator(".tray summary").click()
        page.locator(".tray li[data-travel=accepted]").wait_for()
        page.get_by_role("button", name="建立题库").click()  # impatient: the same again
    desk.heading("试题")
    assert len(posted) == 1, "one command, however often it is asked for"
    desk.go("/banks")
    desk.row("受理之后").first.wait_for()
    assert desk.row("受理之后").count() == 1


@pytest.mark.parametrize("role, place, menu, closed", [
    ("member", "branch", EVERYBODYS, ["/organisations", "/exams", "/grants", "/audit", "/clients", "/points"]),
    (OPERATOR, "root", [*EVERYBODYS, "运行状况", "处理积压", "搁置的消息"], ["/points", "/points/rules", "/points/board", "/exams", "/grants", "/audit", "/clients"]),
    ("branch_officer", "branch", ["组织", "人员", "待核信息", "设置标准", *EVERYBODYS, "考试"], ["/imports", "/points", "/points/board", "/processes", "/parked", "/lag", "/grants", "/audit", "/clients"]),
    ("committee_administrator", "committee", ["组织", "人员", "待核信息", "数据导入", "设置标准", *EVERYBODYS, "考试", "积分明细", "积分规则", "角色授权", "审计记录"], ["/points/board", "/processes", "/parked", "/clients", "/grants/new"]),
    ("system_administrator", "root", [*EVERYBODYS, "外部系统"], ["/organisations", "/exams", "/grants", "/audit"]),
])
def test_who_may_not_sees_neither_menu_nor_page(county, new_desk, role, place, menu, closed):
    at = {"root": county.root, "branch": county.branches[0], "committee": county.committees[0]}[place]
    desk = new_desk((county.recruit(at) if role == "member" else county.officer(role, at, county.branches[0])).login)
    assert [word for word in desk.menu() if word not in ("题库",)] == menu
    for path in closed:
        desk.go(path)
        desk.page.get_by_role("heading", name="您没有打开此页的权限").wait_for()


def test_an_officer_sees_his_branch(sat, county, new_desk):
    desk = new_desk(county.officer("branch_officer", county.branches[0]).login)
    desk.go(f"/exams/{sat[0]}/progress")
    desk.row("第1镇1村支部").wait_for()
    assert desk.page.locator("tbody tr").count() == 1
    desk.page.wait_for_load_state("networkidle")
    assert desk.page.get_by_role("alert").count() == 0 and desk.page.locator("main .notice, main .empty").count() == 0, "nothing else was asked for"
