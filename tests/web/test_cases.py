"""Cases at a desk: opened, asked for, moved by one person after another, shut with the reason, and the rules that they walk by.
SPDX-License-Identifier: Apache-2.0"""
import hashlib
import json
import re

import pytest
from county import adopt
from instance import CHECKOUT, eventually

SCAN = "毕业证书扫描件".encode() * 1000


@pytest.fixture
def new_desk(seat, instance):
    return lambda login, **more: seat(instance.url, login, **more)


@pytest.fixture(scope="module", autouse=True)
def packs(admin, county):
    for name in ("correction", "tree", "grant"):
        adopt(admin, name)
    admin.command("POST", "/v1/procedures:calendar", {"calendar": json.loads((CHECKOUT / "sql/calendars/2026.json").read_text(encoding="utf-8"))})


@pytest.fixture(scope="module")
def people(county):
    """A member, his branch's officer, his committee's administrator, and the county's."""
    here = county.branches[0]
    return {"subject": county.recruit(here), "branch": county.officer("branch_officer", here, here),
            "committee": county.officer("committee_administrator", county.committees[0], here), "county": county.officer("county_administrator", county.root, county.branches[2])}


@pytest.fixture
def scan(tmp_path):
    made = tmp_path / "毕业证书.pdf"
    made.write_bytes(SCAN)
    return str(made)


def waits(desk):
    """What the menu says beside my tasks, '' where nothing waits."""
    return desk.page.locator("nav.side a[href$='/tasks'] .tag").all_inner_texts()


def corrected(desk, scan, value="大学本科（某某学院）"):
    """A correction opened by its form; the page is the case's."""
    page = desk.page
    desk.go("/cases/new")
    page.get_by_label("程序", exact=True).select_option(label="党员信息更正")
    page.locator("[name=field]").select_option(label="学历")
    page.fill("[name=value]", value)
    page.set_input_files("[name=evidence-scan]", scan)
    page.locator(".papers code").wait_for()
    page.get_by_role("button", name="提交更正申请").click()
    page.locator("h1 .tag", has_text="待支部核实").wait_for()
    return page.url.rsplit("/", 1)[1]


def made(desk, step):
    """A step of the case chosen and made."""
    desk.page.get_by_role("group", name="办理").get_by_role("button", name=step).click()
    desk.page.locator("form.form .button.main", has_text=step).click()


def test_a_correction_from_its_opening_to_its_end(new_desk, people, scan):
    subject = new_desk(people["subject"].login)
    subject.go("/cases/new")
    subject.page.get_by_label("程序", exact=True).select_option(label="党员信息更正")
    subject.page.get_by_role("button", name="提交更正申请").click()
    for lacks in ("请填写“更正项目”", "请填写“更正后内容”", "请选择“佐证材料扫描件”"):
        subject.page.get_by_text(lacks).wait_for()
    matter = corrected(subject, scan)
    said = subject.page.locator("main").inner_text()
    assert hashlib.sha256(SCAN).hexdigest() in said and "某某学院" not in said and "更正项目" in said and "学历" in said
    assert "本组织的支部委员" in said and "10 个工作日" not in said and "最后一天" in said

    branch = new_desk(people["branch"].login)
    branch.page.locator("nav.side a[href$='/tasks'] .tag").wait_for()
    branch.go("/tasks")
    branch.row("支部核实").first.click()
    branch.page.locator("h1 .tag", has_text="待支部核实").wait_for()
    assert f"/cases/{matter}?move=branch-confirm" in branch.page.url
    assert people["subject"].get("/v1/me").json["name"] in branch.page.locator("main").inner_text()
    waited = waits(branch)
    made(branch, "支部核实")
    branch.page.locator("h1 .tag", has_text="待党委审核").wait_for()
    branch.page.wait_for_function("was => (document.querySelector(\"nav.side a[href$='/tasks'] .tag\")?.innerText ?? '') !== was", arg=waited[0])
    branch.go("/tasks")
    branch.heading("我的待办")
    branch.page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    assert matter not in str([row["matter"] for row in people["branch"].get("/v1/cases:tasks?limit=200").json["rows"]]) and branch.row("支部核实").count() == 0

    committee = new_desk(people["committee"].login)
    committee.go(f"/cases/{matter}")
    made(committee, "党委审核通过")
    committee.page.locator("h1 .tag", has_text="已生效").wait_for()
    road = committee.page.locator(".road li[data-move]").all_inner_texts()
    assert [each.split()[0] for each in road] == ["提交更正申请", "支部核实", "党委审核通过"]
    assert people["branch"].get("/v1/me").json["name"] in road[1] and "第 2 条" in road[1]
    assert committee.page.get_by_role("heading", name="后续步骤").count() == 0
    with committee.page.expect_download() as taken:
        committee.page.get_by_role("button", name="保存办理档案").click()
    printed = taken.value.path().read_text(encoding="utf-8")
    assert taken.value.suggested_filename.startswith("党员信息更正-") and hashlib.sha256(SCAN).hexdigest() in printed and "（已办结）" in printed


def test_what_was_typed_stays_when_it_is_refused(new_desk, people, scan):
    subject = new_desk(people["subject"].login)
    matter = corrected(subject, scan)
    branch = new_desk(people["branch"].login)
    branch.go(f"/cases/{matter}?move=branch-refuse")
    branch.page.fill("[name=why-refused]", "材料不清")
    people["branch"].command("POST", f"/v1/cases/{matter}/moves", {"version": 1, "move": "branch-confirm", "given": {}})  # meanwhile
    branch.page.locator("form.form .button.main").click()
    branch.page.locator("form [role=alert]").wait_for()
    assert branch.page.input_value("[name=why-refused]") == "材料不清"


def test_a_shut_step_says_why(county, new_desk, people, tmp_path):
    proposer = new_desk(people["committee"].login)
    page = proposer.page
    request = tmp_path / "请示.pdf"
    request.write_bytes(b"request")
    proposer.go("/cases/new")
    page.get_by_label("程序", exact=True).select_option(label="党组织设置调整")
    proposer.choose_of_tree("所属组织", "第1镇2村")
    page.locator("[name=change]").select_option(value="move")
    proposer.choose_of_tree("接收组织、新的上级组织或划出的下级组织", "第2镇党委")
    page.fill("[name=effective-on]", "2027-03-01")
    page.set_input_files("[name=request-document]", str(request))
    page.locator(".papers code").wait_for()
    page.get_by_role("button", name="提出调整请示").click()
    page.locator("h1 .tag").wait_for()
    matter = page.url.rsplit("/", 1)[1]
    assert "中共测试县第2镇委员会" in page.locator(".road").inner_text(), "an organisation is said by its name"

    county_desk = new_desk(people["county"].login)
    page = county_desk.page
    county_desk.go(f"/cases/{matter}")
    shut = page.locator("li[data-move=approve-dissolution]")
    shut.get_by_text("暂不能办理").wait_for()
    assert shut.locator(".reasons li").count() >= 1 and "调整类别" in shut.inner_text() and "第" in shut.locator(".reasons").inner_text()
    assert page.locator("li[data-move=approve-move]").get_by_text("可以办理").count() == 1
    assert page.get_by_role("group", name="办理").get_by_role("button", name="批复同意撤销").count() == 0
    made(county_desk, "不予批准")
    page.get_by_text("请填写“不予批准原因”").wait_for()
    page.fill("[name=ground]", "时机不成熟")
    page.locator("form.form .button.main").click()
    page.get_by_role("heading", name="后续步骤").wait_for(state="detached")


def test_filters_stand_in_the_address(new_desk, people, scan):
    subject = new_desk(people["subject"].login)
    matter = corrected(subject, scan)
    page = subject.page
    subject.go("/cases")
    page.locator("tbody tr").first.wait_for()
    page.get_by_label("程序", exact=True).select_option(label="党员信息更正")
    page.wait_for_url(re.compile("procedure="))
    page.get_by_label("所处状态").select_option(label="待支部核实")
    page.wait_for_url(re.compile("state="))
    page.get_by_label("我发起或与我有关").check()
    page.wait_for_url(re.compile("mine=true"))
    page.reload()
    subject.row("待支部核实").first.wait_for()
    assert all("待支部核实" in each for each in page.locator("tbody tr").all_inner_texts())
    page.get_by_label("是否办结").select_option(label="已办结")
    page.get_by_text("没有符合条件的记录").wait_for()
    people["subject"].command("POST", f"/v1/cases/{matter}/moves", {"version": 1, "move": "take-back", "given": {}})


def test_the_rules_line_by_line(new_desk, people):
    desk = new_desk(people["county"].login)
    desk.go("/procedures")
    desk.row("党组织设置调整").first.wait_for()
    desk.page.get_by_text("2026 年").wait_for()
    desk.row("党员信息更正").first.click()
    desk.heading("党员信息更正")
    said = desk.page.locator("main").inner_text()
    for line in ("从“待支部核实”到“待党委审核”", "不能是办理“提交更正申请、支部核实”的人", "10 个工作日", "佐证材料扫描件（1 份）", "第 2 条"):
        assert line in said, line


def test_who_is_not_concerned_sees_nothing(county, new_desk, people, scan):
    matter = corrected(new_desk(people["subject"].login), scan)
    other = new_desk(county.officer("branch_officer", county.branches[3], county.branches[3]).login)
    assert waits(other) == []
    other.go(f"/cases/{matter}")
    other.page.locator("main .fault").wait_for()
    other.go("/tasks")
    other.page.get_by_text("目前没有等您办理的步骤").wait_for()
    assert eventually(lambda: people["branch"].get(f"/v1/cases:tasks?matter={matter}").json["total"]) == 2
