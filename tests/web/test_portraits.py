"""Photographs in the pages: brought after a look, made small on the device, shown, decided, withdrawn; initials otherwise; and what
is past of a file.  SPDX-License-Identifier: Apache-2.0"""
import os
import struct
import uuid
import zlib

import pytest
from playwright.sync_api import expect
from test_my_file import opened
from test_people import PAPER, asked, entered, new_desk  # noqa: F401 (a fixture)
from test_photograph import chunk, png

expect.set_options(timeout=30000)
KEEPER = "committee_administrator"
TEXT = b"Comment\0taken at home"


@pytest.fixture(scope="module")
def branch(county):
    return county.branches[0]


@pytest.fixture(scope="module")
def keeper(county):
    return county.officer(KEEPER, county.committees[0], county.branches[1])


def large(width=3000, height=2000):
    """As a telephone makes them: many pixels, and what it knows besides."""
    row = b"\0" + os.urandom(3 * width)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"tEXt", TEXT) +
            chunk(b"IDAT", zlib.compress(row * height, 1)) + chunk(b"IEND", b""))


def picture(name, content, media="image/png"):
    return {"name": name, "mimeType": media, "buffer": content}


def held(client, person=None):
    return client.get(f"/v1/people/{person}/photograph" if person else "/v1/me/photograph")


def test_a_keeper_brings_sees_and_withdraws_a_photograph(new_desk, keeper, branch):
    name = f"欧阳照{uuid.uuid4().hex[:4]}"
    person = entered(keeper, branch, name)
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people/{person}")
    shown = page.locator(".photograph .portrait").first
    expect(shown).to_have_text(name[-2:])
    choose = page.locator("[name=photograph]")
    choose.set_input_files(picture("说明.pdf", b"%PDF-1.7", "application/pdf"))
    expect(page.locator(".photograph [role=alert]")).to_contain_text("无法读取")
    choose.set_input_files(picture("小.png", png(width=40, height=40)))
    expect(page.locator(".photograph [role=alert]")).to_contain_text("每边至少 100 像素")
    choose.set_input_files(picture("手机.png", large()))
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_role("img", name="将要上传的照片")).to_be_visible()
    dialog.locator("[name=reference]").fill("档案第9页")
    dialog.get_by_role("button", name="上传照片", exact=True).click()
    dialog.wait_for(state="hidden")
    expect(page.get_by_role("img", name=f"{name}的照片")).to_be_visible()
    came = held(keeper, person)
    assert came.headers["content-type"] == "image/jpeg" and len(came.body) < 512 * 1024 and TEXT not in came.body
    size = page.get_by_role("img", name=f"{name}的照片").evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert size in ([960, 640], [480, 320]) and held(keeper, person).body[:2] == b"\xff\xd8"
    page.get_by_role("button", name="撤回照片").click()
    asked(desk, "撤回照片", "照片不是本人")
    expect(shown).to_have_text(name[-2:])
    assert held(keeper, person).status == 404
    desk.go(f"/people/{person}/history?field=photograph")
    expect(desk.row("照片不是本人")).to_contain_text(f"{size[0]} × {size[1]}")
    assert not desk.faults


def test_mine_is_brought_on_the_phone_and_waits_beside_a_stronger_one(new_phone, county, new_desk):
    own = county.officer(KEEPER, county.committees[0], county.branches[1])
    member = county.recruit()
    phone = opened(new_phone, member, "/file")
    page = phone.page
    page.locator(".photograph .portrait").wait_for()
    page.locator("[name=photograph]").set_input_files(picture("自拍.png", large(1200, 1600)))
    expect(page.get_by_role("img", name="将要上传的照片")).to_be_visible()
    page.get_by_role("button", name="不用这张").click()
    page.locator("[name=photograph]").set_input_files(picture("自拍.png", large(1200, 1600)))
    page.get_by_role("button", name="上传照片").click()
    expect(page.locator("main img")).to_be_visible()
    expect(page.locator(".photograph [role=status]")).to_have_text("照片已更新。")
    assert held(member).body == held(own, member.id).body
    own.command("PUT", f"/v1/people/{member.id}/photograph?source=paper_file", png(), headers={"Content-Type": "image/png"})
    phone.go("/mine")
    phone.go("/file")
    expect(page.locator("main img")).to_be_visible()
    expect(page.get_by_role("button", name="撤回照片")).to_have_count(0)
    page.locator("[name=photograph]").set_input_files(picture("自拍.png", large(1200, 1600)))
    page.get_by_role("button", name="上传照片").click()
    expect(page.locator(".photograph [role=status]")).to_contain_text("等待核定")
    phone.go("/data")
    page.get_by_role("button", name="显示给我看").click()
    expect(page.get_by_role("img", name="照片")).to_be_visible()
    assert not phone.faults
    desk = new_desk(own.login)
    desk.go(f"/people/{member.id}")
    desk.page.locator(".contested").get_by_role("button", name="采纳", exact=True).click()
    expect(desk.page.locator("dialog[open] .portrait img")).to_have_count(2)
    asked(desk, "采纳", "已当面核对")
    expect(desk.page.locator(".contested")).to_have_count(0)
    assert held(own, member.id).body != png()


def test_what_is_past_of_a_file_is_told_with_names(new_desk, keeper, branch):
    name = f"吴往事{uuid.uuid4().hex[:4]}"
    person = entered(keeper, branch, name, roles=("cadre", "talent"))
    entry = keeper.command("POST", f"/v1/people/{person}/entries", {"kind": "award", "title": "先进个人", "origin": PAPER})["command"]
    keeper.command("POST", f"/v1/people/{person}/entries/{entry}/withdrawal", {"reason": "录错了人"})
    keeper.command("POST", f"/v1/people/{person}/roles/talent/end", {"until": "2100-01-01", "reason": "聘期届满"})
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people/{person}/role?role=cadre")
    page.locator("[name=since]").fill("2011-05-04")
    page.get_by_role("button", name="保存变更").click()
    page.wait_for_url(f"**/people/{person}")
    expect(page.locator("[data-role=cadre]")).to_contain_text("2011年5月4日")
    desk.go(f"/people/{person}/history")
    roles, entries = page.locator("[data-past=roles]"), page.locator("[data-past=entries]")
    expect(roles).to_contain_text("聘期届满")
    expect(roles).to_contain_text("更正前的登记")
    expect(entries).to_contain_text("先进个人")
    expect(entries).to_contain_text("录错了人")
    assert not desk.faults
