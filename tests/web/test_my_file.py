"""What a member sees of the own record on the phone: the file, corrections and their road, the data, who looked, the branch, devices.
SPDX-License-Identifier: Apache-2.0"""
import hashlib
import json

import pytest
from county import adopt
from test_member import kept, see, text_of
from test_person import resident_id

ORIGIN = {"source": "paper_file", "reference": "档案第7页"}
MOBILE = "13907541234"
SCAN = {"name": "毕业证.png", "mimeType": "image/png", "buffer": b"scan of a certificate"}


@pytest.fixture(scope="module")
def keeper(county):
    return county.officer("committee_administrator", county.committees[0], county.branches[1])


@pytest.fixture(scope="module")
def officer(county):
    return county.officer("branch_officer", county.branches[0], county.branches[1])


@pytest.fixture(scope="module")
def procedure(admin):
    adopt(admin, "correction")


@pytest.fixture
def member(county, keeper):
    made = county.recruit()
    made.number = resident_id("19491203", 101 + int(made.login[0][1:]))
    keeper.command("POST", f"/v1/people/{made.id}/facts", {"origin": ORIGIN, "values": {
        "education": "大专", "native_place": "海南保亭", "mobile": MOBILE, "resident_id": made.number}})
    keeper.command("POST", f"/v1/people/{made.id}/entries", {"origin": ORIGIN, "kind": "award", "title": "优秀共产党员", "institution": "县委",
                                                           "since": "2021-07-01"})
    return made


def opened(new_phone, member, path):
    phone = new_phone().log_in(member.login)
    phone.go(path)
    return phone


def row(phone, text):
    return phone.page.locator("main .row", has_text=text)


def test_my_file_says_where_each_value_comes_from(member, new_phone):
    phone = opened(new_phone, member, "/mine")
    phone.page.get_by_role("link", name="我的档案").click()
    see(phone, "海南保亭")
    assert "纸质档案 · 档案第7页" in row(phone, "籍贯").inner_text() and "未登记" in row(phone, "工作岗位").inner_text()
    words = text_of(phone)
    assert member.number not in words and f"469{'*' * 11}{member.number[-4:]}" in words and "139****1234" in words
    assert "1949年12月3日" in row(phone, "出生日期").inner_text() and "证件推算" in row(phone, "出生日期").inner_text()
    assert "优秀共产党员" in words and "县委" in words and "党员" in row(phone, "起").first.inner_text()
    row(phone, "手机号码").click()
    see(phone, "联络通知")
    words = text_of(phone)
    assert "139****1234" in words and "仅本人" in words and "支部委员" in words and "档案第7页" in words
    assert not phone.faults


def ask_for(phone, field, value, paper=SCAN):
    phone.go(f"/file/{field}/correction")
    phone.page.fill("main [name=value]", value)
    if paper:
        phone.page.set_input_files("main [name=evidence-scan]", paper)
    phone.page.click("main .button.main")


def move(client, matter, version, name):
    return client.command("POST", f"/v1/cases/{matter}/moves", {"version": version, "move": name, "given": {}})


def test_a_correction_and_its_road(member, officer, keeper, procedure, new_phone):
    phone = opened(new_phone, member, "/file/education")
    phone.page.get_by_role("link", name="申请更正").click()
    phone.page.wait_for_selector("main [name=value]")
    phone.page.click("main .button.main")
    see(phone, "请填写正确的学历")
    assert "请选择至少 1 份" in text_of(phone)
    ask_for(phone, "education", "大学本科")
    phone.page.wait_for_url("**/corrections/*")
    see(phone, "待支部核实")
    words = text_of(phone)
    assert "更正项目：学历" in words and "所在党组织的支部委员" in words and "答复" in words and "大学本科" not in words
    assert hashlib.sha256(SCAN["buffer"]).hexdigest()[:16] in words, "the paper's own digest"
    matter = phone.page.url.rsplit("/", 1)[1]
    move(officer, matter, 1, "branch-confirm")
    phone.page.reload()
    see(phone, "待党委审核")
    assert "上级党组织的党委管理员" in text_of(phone)
    move(keeper, matter, 2, "committee-confirm")
    phone.page.reload()
    see(phone, "已生效")
    assert "下一步" not in text_of(phone) and f"{officer.get('/v1/me').json['name']} 办理" in text_of(phone)
    phone.go("/file")
    see(phone, "大学本科")
    assert f"纸质档案 · {matter}" in row(phone, "大学本科").inner_text()
    phone.go("/corrections")
    see(phone, "已生效")
    assert row(phone, "已生效").inner_text().startswith("学历") and "大学本科" not in text_of(phone)
    assert not phone.faults


def test_what_cannot_be_a_value_is_said_at_once_and_a_request_is_taken_back(member, procedure, new_phone):
    phone = opened(new_phone, member, "/")
    ask_for(phone, "mobile", "12345678901")
    see(phone, "不是 11 位手机号码")
    ask_for(phone, "native_place", "海南保亭")
    see(phone, "与现在的内容相同")
    ask_for(phone, "native_place", "海南琼中", paper=None)
    see(phone, "请选择至少 1 份")
    assert member.get("/v1/cases?mine=true").json["total"] == 0
    ask_for(phone, "native_place", "海南琼中")
    see(phone, "待支部核实")
    phone.page.get_by_role("button", name="撤回").click()
    see(phone, "确定要“撤回”吗？")
    phone.page.click("main .button.main")
    see(phone, "已撤回")
    assert phone.page.get_by_role("button", name="撤回").count() == 0
    assert member.get("/v1/cases?mine=true").json["rows"][0]["state"] == "taken-back"
    assert not phone.faults


def test_my_data_is_mine_to_take_and_who_looked_is_told(member, keeper, new_phone):
    phone = opened(new_phone, member, "/disclosures")
    see(phone, "还没有人查看过")
    reason = "办理组织关系接转"
    assert keeper.send("POST", f"/v1/people/{member.id}/disclosures", {"field": "mobile", "reason": reason}).status == 201
    phone.page.reload()
    see(phone, reason)
    words = text_of(phone)
    assert "手机号码" in words and f"{keeper.get('/v1/me').json['name']} 查看" in words
    phone.go("/data")
    see(phone, "联络通知")
    assert MOBILE not in text_of(phone)
    phone.page.get_by_role("button", name="显示给我看").click()
    see(phone, MOBILE)
    assert member.number in text_of(phone)
    phone.page.get_by_role("button", name="收起").click()
    assert MOBILE not in text_of(phone)
    with phone.page.expect_download() as download:
        phone.page.get_by_role("button", name="导出我的全部数据").click()
    taken = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert download.value.suggested_filename.startswith("我的数据-") and download.value.suggested_filename.endswith(".json")
    assert {each["field"]: each["value"] for each in taken["sealed"]} == {"mobile": MOBILE, "resident_id": member.number}
    assert {"person", "person_fact", "account", "audit.entry"} <= {each["table"] for each in taken["held"]}
    stored = phone.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert MOBILE not in stored and member.number not in stored, "no private value stays on the device"
    assert not phone.faults


def test_my_branch_says_who_we_are(county, member, new_phone):
    phone = opened(new_phone, member, "/branch")
    see(phone, "党员名单")
    see(phone, "2015年入党")
    shown = phone.page.locator("section", has_text="党员名单").locator("li strong").all_inner_texts()
    rows = member.get(f"/v1/people?organisation={county.branches[0]}&role=member").json["rows"]
    assert shown == [row["name"] for row in rows] and all(set(row) <= {"person", "name", "organisation", "organisation_name", "joined_on", "roles"}
                                                          for row in rows)
    assert not phone.faults


def test_devices_are_ended(member, new_phone):
    other = new_phone().log_in(member.login)
    phone = opened(new_phone, member, "/devices")
    see(phone, "本机")
    rows = phone.page.locator("main .device")
    assert rows.count() > 1 and rows.filter(has_text="本机").count() == 1
    assert rows.filter(has_text="本机").get_by_role("button").count() == 0
    refresh = kept(other)["refresh"]
    while count := rows.get_by_role("button").count():
        rows.get_by_role("button").first.click()
        phone.page.wait_for_function("count => document.querySelectorAll('main .device .button').length < count", arg=count)
    assert member.send("POST", "/v1/sessions:refresh", {"refresh_token": refresh}).status == 401
    mine = kept(phone)["refresh"]
    phone.page.get_by_role("button", name="退出全部设备").click()
    see(phone, "包括本机")
    phone.page.get_by_role("button", name="全部退出").click()
    phone.page.wait_for_selector("form [name=login]")
    assert kept(phone) is None and member.send("POST", "/v1/sessions:refresh", {"refresh_token": mine}).status == 401
    assert not phone.faults
