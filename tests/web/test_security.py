"""One's own account at a desk, and whose account may do what: first passwords, second factors, devices, grants, the audit trail, clients.
SPDX-License-Identifier: Apache-2.0"""
import json
import re
import uuid

import pytest
from authenticator import code
from client import Client
from county import adopt
from instance import eventually
from playwright.sync_api import expect

FIRST, NEXT = "first 口令 2026", "another 口令 2026"
STEP = 30000


@pytest.fixture
def new_desk(seat, instance):
    return lambda login, **more: seat(instance.url, login, **more)


@pytest.fixture
def clock(instance):
    """What a test turns the clock by is turned back."""
    turned = instance.offset()
    yield instance
    instance.turn_clock(turned)


def enrolled(county, **changes):
    """A member's log-in name, with the first password."""
    login = f"s{uuid.uuid4().hex[:10]}"
    county.admin.command("POST", "/v1/members", {"organisation": county.branches[0], "initial_password": FIRST, **changes, "members": [
        {"login": login, "name": "安全测试员", "ethnicity": "黎族", "birth_year": 1980, "joined_year": 2010}]})
    return login


def at_the_log_in(browser, instance, login, password):
    """A page of its own, where the first half of the log-in was sent."""
    page = browser.new_page(locale="zh-CN", timezone_id="Asia/Shanghai")
    page.set_default_timeout(30000)
    page.goto(f"{instance.url}/console/login?to=/security")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    return page


def test_a_first_password_is_changed_first(county, browser, instance):
    login = enrolled(county, must_change=True)
    page = at_the_log_in(browser, instance, login, FIRST)
    page.get_by_role("heading", name="设置新密码").wait_for()
    page.fill("[name=new_password]", "12345678")
    page.fill("[name=again]", "1234567")
    page.get_by_role("button", name="设置新密码").click()
    page.get_by_text("两次填写的新密码不一致").wait_for()
    page.fill("[name=again]", "12345678")
    page.get_by_role("button", name="设置新密码").click()
    page.locator("#new-fault.fault").wait_for()  # the server's, at its field
    page.fill("[name=new_password]", NEXT)
    page.fill("[name=again]", NEXT)
    page.get_by_role("button", name="设置新密码").click()
    page.get_by_role("heading", name="账号安全").wait_for()
    page.close()
    page = at_the_log_in(browser, instance, login, NEXT)
    page.get_by_role("heading", name="账号安全").wait_for()
    page.close()


def test_whose_role_needs_a_second_factor_enrols_it_first(county, browser, instance):
    """The front that asks for it is another one, whose answers stand in; the session that comes of it is real."""
    login = enrolled(county)
    tokens = Client(instance.url).send("POST", "/v1/sessions", {"login": login, "password": FIRST}).json
    page, sent = browser.new_page(locale="zh-CN", timezone_id="Asia/Shanghai"), []

    def answer(path, value):
        def told(route):
            sent.append((path, route.request.headers.get("authorization"), route.request.post_data_json))
            route.fulfill(status=201, json=value)
        page.route(f"**{path}", told)
    answer("/v1/sessions", {**tokens, "access_token": "good for the duty alone", "duty": "enrol_factor"})
    answer("/v1/me/factor", {"secret": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "uri": "otpauth://totp/Baoting:x?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"})
    answer("/v1/me/factor/confirmation", {"codes": [f"AAAAA-{n:05d}" for n in range(10)]})
    answer("/v1/sessions:refresh", tokens)
    page.goto(f"{instance.url}/console/login?to=/security")
    page.fill("[name=login]", login)
    page.fill("[name=password]", FIRST)
    page.keyboard.press("Enter")
    page.get_by_text("ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567").wait_for()
    assert page.evaluate("() => localStorage.getItem('baoting.session')") is None, "no session before the duty is done"
    page.fill("[name=code]", "123 456")
    page.keyboard.press("Enter")
    page.get_by_text("AAAAA-00009").wait_for()
    page.get_by_role("button", name="已经抄下，继续").click()
    page.get_by_role("heading", name="账号安全").wait_for()
    assert [(path, body) for path, _, body in sent[1:]] == [("/v1/me/factor", {"password": FIRST}), ("/v1/me/factor/confirmation", {"code": "123456"}),
                                                           ("/v1/sessions:refresh", {"refresh_token": tokens["refresh_token"]})]
    assert [token for _, token, _ in sent] == [None, *["Bearer good for the duty alone"] * 2, None]
    page.close()


def test_a_second_factor_enrolled_and_asked_for(county, browser, clock, new_desk):
    login = enrolled(county)
    desk = new_desk((login, FIRST))
    page = desk.page
    desk.go("/security")
    page.fill("[name=factor_password]", FIRST)
    page.get_by_role("button", name="绑定动态口令").click()
    secret = page.locator("[data-secret]").inner_text().replace(" ", "")
    assert re.fullmatch("[A-Z2-7]{32}", secret) and f"secret={secret}" in page.get_by_role("link", name="在身份验证器中打开").get_attribute("href")
    page.fill("[name=code]", f"{(int(code(secret, clock.now())) + 1) % 1000000:06d}")
    page.get_by_role("button", name="确认绑定").click()
    page.get_by_text("验证码错误或已过期").wait_for()
    page.fill("[name=code]", code(secret, clock.now()))
    page.get_by_role("button", name="确认绑定").click()
    page.locator(".codes li").first.wait_for()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 10
    page.get_by_role("button", name="已经抄下，继续").click()
    page.get_by_text("动态口令已绑定，下次登录时开始填写。").wait_for()
    assert page.locator("[data-secret]").count() == 0 and secret not in page.content(), "never again"

    clock.advance(STEP)
    page = at_the_log_in(browser, clock, login, FIRST)
    page.locator("[name=code]").wait_for()
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_text("请填写动态口令").wait_for()
    page.fill("[name=code]", "000000")
    page.keyboard.press("Enter")
    page.locator("[role=alert]").wait_for()
    page.fill("[name=code]", code(secret, clock.now()))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="账号安全").wait_for()
    page.close()
    page = at_the_log_in(browser, clock, login, FIRST)
    page.fill("[name=code]", codes[0])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="账号安全").wait_for()
    page.close()


def test_devices_closed_and_the_password_changed(county, instance, new_desk):
    login = enrolled(county)
    other = Client(instance.url)
    other.token = other.send("POST", "/v1/sessions", {"login": login, "password": FIRST, "label": "会议室电脑"}).json["access_token"]
    desk = new_desk((login, FIRST))
    page = desk.page
    desk.go("/security")
    page.locator("[data-thing]").nth(1).wait_for()
    assert page.locator("[data-thing]", has_text="本机").count() == 1
    there = page.locator("[data-thing]", has_text="会议室电脑")
    assert "本机" not in there.inner_text()
    there.get_by_role("button", name="退出这台设备").click()
    page.locator("dialog[open]").get_by_role("button", name="退出这台设备").click()
    there.wait_for(state="detached")
    assert eventually(lambda: other.get("/v1/me").status == 401)

    other.token = other.send("POST", "/v1/sessions", {"login": login, "password": FIRST}).json["access_token"]
    page.fill("[name=old_password]", "not it")
    page.fill("[name=new_password]", NEXT)
    page.fill("[name=again]", NEXT)
    page.get_by_role("button", name="修改密码").click()
    page.locator(".field.faulty .fault").wait_for()
    page.fill("[name=old_password]", FIRST)
    page.get_by_role("button", name="修改密码").click()
    page.get_by_text("密码已修改，其他设备已退出。").wait_for()
    assert eventually(lambda: other.get("/v1/me").status == 401)
    page.reload()
    page.locator("[data-thing]", has_text="本机").wait_for()  # this one goes on

    page.get_by_role("button", name="全部退出").click()
    page.locator("dialog[open]").get_by_role("button", name="全部退出").click()
    page.locator("[name=login]").wait_for()
    desk.faults.clear()


@pytest.fixture(scope="module")
def guard(county):
    """A security administrator, and another one."""
    return [county.officer("security_administrator", county.root) for _ in range(2)]


def test_a_grant_given_and_ended(county, new_desk, guard):
    whom = county.recruit(county.branches[1])
    name = whom.get("/v1/me").json["name"]
    desk = new_desk(guard[0].login)
    page = desk.page
    assert "角色授权" in desk.menu() and "考试" not in desk.menu()
    desk.go("/grants")
    page.get_by_role("link", name="直接授权").click()
    desk.heading("直接授权")
    page.get_by_role("button", name="授予", exact=True).click()
    for lacks in ("请选择授予谁", "请选择角色", "请写明理由"):
        page.get_by_text(lacks).first.wait_for()
    page.fill("input[type=search]", name)
    page.locator("select", has_text=name).select_option(value=whom.id)
    page.locator("[name=role]").select_option(label="支部委员")
    page.fill("[name=reason]", "测试县委组〔2026〕20号")
    page.get_by_role("button", name="授予", exact=True).click()
    desk.heading("角色授权")
    row = desk.row(name).filter(has_text="支部委员")
    row.wait_for()
    assert "有效" in row.inner_text() and "测试县委组〔2026〕20号" in row.inner_text()
    assert eventually(lambda: any(grant["role"] == "branch_officer" for grant in whom.get("/v1/me").json["grants"]))
    row.get_by_role("button", name="终止").click()
    asked = page.locator("dialog[open]")
    asked.get_by_role("button", name="终止").click()
    asked.get_by_text("请写明理由").wait_for()
    desk.reason("岗位调整")
    asked.get_by_role("button", name="终止").click()
    row.filter(has_text="已终止").wait_for()
    assert "岗位调整" in row.inner_text() and row.get_by_role("button").count() == 0
    assert eventually(lambda: not any(grant["role"] == "branch_officer" for grant in whom.get("/v1/me").json["grants"]))


def test_a_grant_by_two_persons(admin, county, new_desk, guard):
    adopt(admin, "grant")
    whom = county.recruit(county.branches[1])
    name = whom.get("/v1/me").json["name"]
    one = new_desk(guard[0].login)
    page = one.page
    one.go("/grants")
    page.get_by_role("link", name="提出授权（双人）").click()
    page.get_by_text("第一步“提出授权”").wait_for()
    page.fill("input[type=search]", name)
    page.locator("select", has_text=name).select_option(value=whom.id)
    page.locator("[name=role]").select_option(label="审计员")
    page.get_by_role("button", name="提出授权").click()
    page.locator("h1 .tag").wait_for()
    matter = page.url.rsplit("/", 1)[1]
    assert page.get_by_role("group", name="办理").get_by_role("button", name="确认授权").count() == 0, "not by whom proposed it"

    two = new_desk(guard[1].login)
    two.go(f"/cases/{matter}?move=confirm-grant")
    two.page.locator(".road").get_by_text(name).first.wait_for()  # whom it is about, not an id
    assert "审计员" in two.page.locator(".road").inner_text()
    two.page.locator("form.form .button.main").click()
    two.page.get_by_role("heading", name="后续步骤").wait_for(state="detached")
    assert eventually(lambda: any(grant["role"] == "auditor" for grant in whom.get("/v1/me").json["grants"]))

    reader = new_desk(whom.login)
    assert {"组织", "考试", "办理事项", "角色授权", "审计记录", "外部系统"} <= set(reader.menu()) and "搁置的消息" not in reader.menu()
    reader.go("/grants")
    reader.row(name).filter(has_text="审计员").wait_for()
    assert reader.page.get_by_role("link", name="直接授权").count() == 0 and reader.page.get_by_role("button", name="终止").count() == 0
    reader.go("/organisations")
    reader.page.get_by_role("tree").wait_for()
    reader.go("/exams")
    reader.heading("考试")
    assert reader.page.get_by_role("link", name="新建考试").count() == 0
    reader.go("/clients")
    reader.heading("外部系统")
    assert reader.page.get_by_role("link", name="接入外部系统").count() == 0
    reader.go("/clients/new")
    reader.page.get_by_role("heading", name="您没有打开此页的权限").wait_for()


def test_the_audit_trail(admin, county, new_desk):
    login = enrolled(county)
    watcher = county.officer("audit_administrator", county.root)
    desk = new_desk(watcher.login)
    page = desk.page
    assert {"审计记录", "角色授权"} <= set(desk.menu()) and "外部系统" not in desk.menu()
    desk.go("/audit")
    desk.row("登记党员").first.wait_for()
    entry = desk.row("登记党员").first
    thing = entry.locator("td[data-title=对象] button")
    thing.click()
    page.wait_for_url(re.compile("object="))
    page.locator(".chip", has_text="只看对象").wait_for()
    expect(page.locator("tbody tr", has_text="登记党员").first).to_be_visible()
    page.locator(".chip", has_text="只看对象").click()
    page.get_by_label("操作", exact=True).last.select_option(label="查看原值")
    page.wait_for_url(re.compile("action=person_disclose"))
    assert login
    desk.go("/grants")
    desk.heading("角色授权")
    assert page.get_by_role("button", name="终止").count() == 0


def test_a_key_is_shown_once(county, instance, new_desk):
    desk = new_desk(county.officer("system_administrator", county.root).login)
    page = desk.page
    desk.go("/clients/new")
    page.get_by_role("button", name="生成密钥").click()
    for lacks in ("名称须 2 至 60 字", "请至少选择一项", "请填写有效期"):
        page.get_by_text(lacks).wait_for()
    named = f"学习平台{uuid.uuid4().hex[:6]}"
    page.fill("[name=name]", named)
    page.get_by_label("读取党组织").check()
    page.locator("input[type=datetime-local]").fill("2027-06-30T00:00")
    page.get_by_role("button", name="生成密钥").click()
    key = page.locator(".key code").inner_text()
    program = Client(instance.url)
    program.token = key
    assert eventually(lambda: program.get("/v1/organisations?limit=1").status == 200)
    page.get_by_role("button", name="已保存").click()
    desk.row(named).wait_for()
    assert key not in page.content() and key not in json.dumps(page.evaluate("() => [{...sessionStorage}, {...localStorage}]"))
    desk.row(named).get_by_role("button", name="更换密钥").click()
    page.locator("dialog[open]").get_by_role("button", name="更换密钥").click()
    page.locator(".key code").wait_for()
    assert page.locator(".key code").inner_text() != key
    page.get_by_role("button", name="已保存").click()
    desk.row(named).get_by_role("button", name="关闭").click()
    asked = page.locator("dialog[open]")
    asked.get_by_label("请输入“关闭”确认").fill("关闭")
    asked.get_by_role("button", name="关闭").click()
    desk.row(named).filter(has_text="关闭").get_by_role("button").first.wait_for(state="detached")
    assert eventually(lambda: program.get("/v1/organisations?limit=1").status == 401)
