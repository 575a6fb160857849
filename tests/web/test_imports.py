"""A file brought in at a desk: its columns said, its faults read and saved, a doubtful row decided, confirmed by another, taken back.
SPDX-License-Identifier: Apache-2.0"""
import io

import openpyxl
import pytest
from county import adopt
from planted import check_digit
from playwright.sync_api import expect

expect.set_options(timeout=30000)
KEEPER = "committee_administrator"


@pytest.fixture
def new_desk(seat, instance):
    return lambda login, **more: seat(instance.url, login, **more)


@pytest.fixture(scope="module")
def committee(county):
    """Of the tests' own: others count what lies below theirs."""
    for pack in ("import", "reversal"):
        adopt(county.admin, pack)
    made = county.organisation(county.root, "committee", "中共测试县导入委员会", "导入党委", 61)
    county.organisation(made, "branch", "中共测试县导入支部委员会", "导入支部", 61)
    return made


def number(born, order):
    seventeen = f"469029{born}{order:03d}"
    return seventeen + check_digit(seventeen)


def workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["某镇党员花名册"], ["姓名", "党支部", "身份证号", "手机", "备注"],
                ["韦导甲", "导入支部", number("19800501", 101), "13812340001", "无"],
                ["韦导乙", "导入支部", number("19810501", 102), "13812340002", ""],
                ["韦导丙", "没有的支部", number("19820501", 103), "13812340003", ""],
                ["韦导丁", "导入支部", number("19830501", 104), "1381234", ""]]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_comes_in_by_two_persons_and_goes_again(county, committee, new_desk):
    operator, second = county.officer(KEEPER, committee), county.officer(KEEPER, committee)
    desk = new_desk(operator.login)
    page = desk.page
    desk.go("/imports")
    page.get_by_role("link", name="导入数据").click()
    page.get_by_role("button", name="上传并读取").click()
    expect(page.get_by_text("请选择文件")).to_be_visible()
    page.set_input_files("[name=file]", {"name": "花名册.xlsx", "mimeType": "application/octet-stream", "buffer": workbook()})
    page.get_by_role("button", name="上传并读取").click()
    desk.heading("花名册.xlsx")
    expect(page.locator("[name=column3]")).to_have_value("resident_id")
    expect(page.locator("[name=column5]")).to_have_value("")
    page.get_by_role("button", name="开始预检").click()
    desk.row("找不到这个党组织").first.wait_for()
    expect(desk.row("手机号码应为").first).to_be_visible()
    assert "46902919" not in page.content()
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载待改数据").click()
    assert saved.value.suggested_filename == "花名册.xlsx-待改数据.xlsx"
    faulty = openpyxl.load_workbook(io.BytesIO(saved.value.path().read_bytes()))
    assert [(row[0], row[2], row[5]) for row in faulty.active.iter_rows(min_row=2, values_only=True)] == [
        ("韦导丙", number("19820501", 103), "5"), ("韦导丁", number("19830501", 104), "6")]
    page.get_by_role("button", name="提交确认（2 行）").click()
    expect(page.get_by_text("须由另一人确认后生效")).to_be_visible()
    other = new_desk(second.login)
    confirm(other, "数据导入（双人）")
    expect(page.locator("h1 .tag")).to_have_text("已导入")
    expect(desk.row("已新增")).to_have_count(2)
    page.get_by_role("button", name="整批撤销").click()
    desk.reason("文件版本有误")
    page.locator("dialog[open]").get_by_role("button", name="整批撤销").click()
    confirm(other, "整批撤销导入（双人）")
    expect(page.locator("h1 .tag")).to_have_text("已撤销")
    expect(desk.row("已撤销")).to_have_count(2)
    mended_and_like_before(desk, other, faulty)
    assert not desk.faults, desk.faults


def mended_and_like_before(desk, other, faulty):
    """The faulty rows put right in the workbook and brought again; the next file with these headings begins with the same columns."""
    page = desk.page
    faulty.active.cell(2, 2).value, faulty.active.cell(3, 4).value = "导入支部", "13812340004"
    out = io.BytesIO()
    faulty.save(out)
    bring(desk, "改好.xlsx", out.getvalue())
    expect(page.get_by_text("表头与以前导入的文件相同")).to_have_count(0)  # what was taken back is no pattern
    page.get_by_role("button", name="开始预检").click()
    page.get_by_role("button", name="提交确认（2 行）").click()
    expect(page.get_by_text("须由另一人确认后生效")).to_be_visible()
    confirm(other, "数据导入（双人）")
    expect(page.locator("h1 .tag")).to_have_text("已导入")
    bring(desk, "花名册二.xlsx", workbook())
    expect(page.get_by_text("表头与以前导入的文件相同")).to_be_visible()
    expect(page.locator("[name=column4]")).to_have_value("mobile")


def bring(desk, name, file):
    desk.go("/imports/new")
    desk.page.set_input_files("[name=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": file})
    desk.page.get_by_role("button", name="上传并读取").click()
    desk.heading(name)


def confirm(desk, title):
    """The second person finds the step among his tasks and makes it."""
    desk.go("/tasks")
    desk.row(title).filter(has_text="确认").first.click()
    desk.heading(title)
    group = desk.page.get_by_role("group", name="办理")
    group.get_by_role("button", name="确认").first.click()
    desk.page.locator("form .acts .main").click()
    desk.page.locator(".tray summary", has_text="已生效").wait_for()
