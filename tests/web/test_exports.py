"""Many persons leave by two: asked for from the list's own button, approved by another at his desk, had from the case.
SPDX-License-Identifier: Apache-2.0"""
import io

import openpyxl
import pytest
from county import adopt
from playwright.sync_api import expect

expect.set_options(timeout=30000)
KEEPER, MANY = "committee_administrator", 52


@pytest.fixture
def new_desk(seat, instance):
    return lambda login, **more: seat(instance.url, login, **more)


@pytest.fixture(scope="module")
def crowd(county):
    """A committee of the tests' own with a crowded branch."""
    adopt(county.admin, "export")
    committee = county.organisation(county.root, "committee", "中共测试县导出委员会", "导出党委", 62)
    branch = county.organisation(committee, "branch", "中共测试县导出支部委员会", "导出支部", 62)
    county.admin.command("POST", "/v1/members", {
        "organisation": branch, "initial_password": county.password,
        "members": [{"login": f"crowd{n:02d}", "name": f"众员{n:02d}", "ethnicity": "黎族", "birth_year": 1980, "joined_year": 2010} for n in range(MANY)]})
    return committee, branch


def take(desk, branch):
    """The list's button and what it says first."""
    desk.go(f"/people?organisation={branch}&role=member")
    desk.heading(f"共 {MANY} 条")
    desk.page.get_by_role("button", name="导出").click()
    desk.page.locator("dialog[open]").get_by_role("button", name="导出").click()


def test_many_persons_are_asked_for_approved_and_taken(county, crowd, new_desk):
    committee, branch = crowd
    asker, second = county.officer(KEEPER, committee, county.branches[0]), county.officer(KEEPER, committee, county.branches[0])
    desk = new_desk(asker.login)
    page = desk.page
    take(desk, branch)
    desk.heading("申请导出")
    expect(page.locator("main dl")).to_contain_text("中共测试县导出支部委员会")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("请写明用途").first).to_be_visible()
    page.fill("[name=purpose]", "年度党内统计核对")
    page.fill("[name=downloads]", "2")
    page.get_by_role("button", name="提交申请").click()
    desk.heading("人员数据导出（双人）")
    expect(page.locator("main")).to_contain_text("年度党内统计核对")
    expect(page.locator("main")).to_contain_text("身份：党员")
    expect(page.get_by_role("button", name="下载表格")).to_have_count(0)
    case = page.url
    other = new_desk(second.login)
    other.go("/tasks")
    other.row("人员数据导出（双人）").filter(has_text="批准导出").first.click()
    other.heading("人员数据导出（双人）")
    expect(other.page.locator("main")).to_contain_text("年度党内统计核对")
    group = other.page.get_by_role("group", name="办理")
    group.get_by_role("button", name="批准导出", exact=True).first.click()
    other.page.locator("form .acts .main").click()
    other.page.locator(".tray summary", has_text="已生效").wait_for()
    expect(other.page.get_by_role("button", name="下载表格")).to_have_count(0)
    page.goto(case)
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载表格").click()
    assert saved.value.suggested_filename.startswith("导出支部-人员名单-")
    assert openpyxl.load_workbook(io.BytesIO(saved.value.path().read_bytes())).active.max_row == MANY + 1
    expect(page.locator("main")).to_contain_text("1 / 2 次")
    assert not desk.faults and not other.faults, (desk.faults, other.faults)


def test_who_may_not_ask_is_told_so(county, crowd, new_desk):
    _, branch = crowd
    officer = county.officer("branch_officer", branch, county.branches[0])
    desk = new_desk(officer.login)
    take(desk, branch)
    expect(desk.page.get_by_role("alert")).to_contain_text("超过 50 人")
    assert "/exports/new" not in desk.page.url
