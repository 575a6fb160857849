"""People at a desk: found, read with where each value comes from, shown for a reason, entered, decided; and who holds posts in an
organisation.  SPDX-License-Identifier: Apache-2.0"""
import io
import re
import uuid
import zipfile

import pytest
from authenticator import code
from playwright.sync_api import expect

expect.set_options(timeout=30000)
KEEPER = "committee_administrator"
PAPER, SELF = {"source": "paper_file", "reference": "档案第3页"}, {"source": "self_reported"}


@pytest.fixture
def new_desk(seat, instance):
    return lambda login, **more: seat(instance.url, login, **more)


@pytest.fixture(scope="module")
def committee(county):
    """Of the tests' own: others count what lies below theirs."""
    return county.organisation(county.root, "committee", "中共测试县人员委员会", "人员党委", 60)


@pytest.fixture(scope="module")
def branch(county, committee):
    return county.organisation(committee, "branch", "中共测试县人员支部委员会", "人员支部", 60)


@pytest.fixture(scope="module")
def keeper(county, committee):
    """The committee's administrator."""
    return county.officer(KEEPER, committee)


def entered(client, branch, name, roles=("member",), origin=PAPER, **values):
    return client.command("POST", "/v1/people", {"organisation": branch, "values": {"name": name, **values}, "origin": origin, "roles": list(roles)})["command"]


def ended(desk):
    desk.page.locator(".tray summary", has_text="已生效").wait_for()


def field(desk, name):
    return desk.page.locator(f"tr[data-field={name}]")


def asked(desk, act, reason):
    """The open dialog, its reason given and its act done."""
    dialog = desk.page.locator("dialog[open]")
    dialog.locator("[name=reason]").fill(reason)
    dialog.get_by_role("button", name=act, exact=True).click()
    dialog.wait_for(state="hidden")


def test_a_list_by_filters_that_stand_in_the_address(county, new_desk, keeper, branch):
    tag = uuid.uuid4().hex[:4]
    entered(keeper, branch, f"周列表{tag}", ethnicity="黎族", sex="female", education="大学本科", birth_date="1985-03-12")
    entered(keeper, branch, f"周列单{tag}", ethnicity="汉族", sex="male", birth_date="1971")
    cadre = entered(keeper, branch, f"周列干{tag}", roles=("cadre",), sex="male")
    keeper.command("POST", f"/v1/people/{cadre}/roles", {"role": "cadre", "since": "2020-01-01", "category": "科级", "post": "副镇长", "rank": 7, "place": 3})
    other = entered(keeper, branch, f"周列安{tag}", roles=("cadre",))
    keeper.command("POST", f"/v1/people/{other}/roles", {"role": "cadre", "since": "2020-01-01", "place": 9})
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go("/people")
    page.locator("[role=search] input").fill("zlb")
    page.keyboard.press("Enter")
    desk.row(f"周列表{tag}").wait_for()
    expect(desk.row(f"周列单{tag}")).to_have_count(0)
    page.locator(".chip").click()
    page.get_by_role("combobox", name="性别").select_option("female")
    page.locator("[name=ethnicity]").fill("黎族")
    page.keyboard.press("Enter")
    page.locator("[name=born_from]").fill("1985-01-01")
    page.locator("[name=born_until]").fill("1985-12-31")
    page.wait_for_url(re.compile(r"born_until=1985-12-31"))
    page.reload()
    desk.row(f"周列表{tag}").wait_for()
    assert {"女", "黎族"} <= {part for chip in page.locator(".chip").all_inner_texts() for part in re.split(r"[：× ]+", chip)}
    expect(desk.row(f"周列单{tag}")).to_have_count(0)
    desk.row(f"周列表{tag}").click()
    desk.heading(f"周列表{tag}")
    page.go_back()
    page.locator("tr.opened", has_text=f"周列表{tag}").wait_for()

    page.get_by_role("button", name="干部").click()
    desk.page.wait_for_url(re.compile(r"role=cadre"))
    page.get_by_role("button", name="去掉条件“性别：女”").click()
    page.get_by_role("button", name="去掉条件“民族：黎族”").click()
    for _ in range(2):
        page.locator(".chip").first.click()
    row = desk.row(f"周列干{tag}")
    row.wait_for()
    cells = row.locator("td").all_inner_texts()
    assert "副镇长" in cells and "7" in cells and "3" in cells and "0 次" in cells and "0 分" in cells
    page.get_by_role("button", name="排位").click()
    desk.page.wait_for_function("tag => { const names = [...document.querySelectorAll('tbody tr')].map((row) => row.innerText).filter((text) => text.includes(tag)); return names.length === 2 && names[0].includes('周列干') }", arg=tag)
    expect(desk.row(f"周列单{tag}")).to_have_count(0)


def test_an_answer_that_comes_late_does_not_stand_in_for_a_newer_one(new_desk, keeper, branch):
    entered(keeper, branch, "韦先问", sex="male")
    entered(keeper, branch, "韦后问", sex="female")
    desk, late = new_desk(keeper.login), []
    page = desk.page
    page.route(re.compile(r"/v1/people[?].*"), lambda route: late.append(route) if "text=" not in route.request.url else route.continue_())
    with page.expect_request(re.compile("/v1/people[?]")):
        desk.go(f"/people?organisation={branch}")
    page.locator("[role=search] input").fill("韦后问")
    page.keyboard.press("Enter")
    desk.row("韦后问").wait_for()
    with page.expect_response(re.compile("/v1/people[?]")):
        late[0].continue_()
    page.evaluate("() => new Promise((on) => setTimeout(on))")
    expect(desk.row("韦先问")).to_have_count(0)


def test_filters_under_a_name(new_desk, keeper, branch):
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people?organisation={branch}&sex=female&text=某人")
    page.locator(".saved summary").click()
    page.locator("[name=saved]").fill("女党员")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="女党员", exact=True).wait_for()
    assert "某人" not in page.evaluate("JSON.stringify(Object.fromEntries(Object.entries(localStorage).filter(([name]) => name.includes('filters'))))")
    desk.go("/people")
    page.locator(".saved summary").click()
    page.get_by_role("button", name="给“女党员”改名").click()
    page.locator("[name=renamed]").fill("本支部女党员")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="本支部女党员", exact=True).click()
    page.wait_for_url(re.compile(f"organisation={branch}.*sex=female"))
    page.locator(".chip", has_text="性别：女").wait_for()
    page.reload()
    page.locator(".saved summary").click()
    page.get_by_role("button", name="删除“本支部女党员”").click()
    page.get_by_text("还没有保存的条件").wait_for()


def test_found_by_a_number_that_stands_in_no_address(new_desk, keeper, branch):
    person = entered(keeper, branch, "邢号码", mobile="13976543210")
    desk = new_desk(keeper.login)
    page, seen = desk.page, []
    page.on("request", lambda request: seen.append(request.url))
    desk.go("/people/find")
    for number in ("13976543210", "3210"):
        page.locator("[name=number]").fill(number)
        page.get_by_role("button", name="查找", exact=True).click()
        row = desk.row("邢号码")
        row.first.wait_for()
        assert "139****3210" in row.first.inner_text() and "13976543210" not in page.inner_text("main")
    page.locator("[name=number]").fill("12345")
    page.get_by_role("button", name="查找", exact=True).click()
    page.get_by_text("请填写 18 位公民身份号码").wait_for()
    page.locator("[name=number]").fill("0000")
    page.get_by_role("button", name="查找", exact=True).click()
    page.get_by_text("这个范围内没有符合的人员").wait_for()
    page.locator("[name=number]").fill("3210")
    page.keyboard.press("Enter")
    desk.row("邢号码").first.get_by_role("link").click()
    page.wait_for_url(re.compile(person))
    assert not any("3210" in url for url in seen)
    kept = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert "3210" not in kept


def test_taken_along_as_a_workbook(new_desk, keeper, branch):
    entered(keeper, branch, "云带走", mobile="13600001111")
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people?organisation={branch}&text=云带走")
    desk.heading("共 1 条")
    page.get_by_role("button", name="导出").click()
    with page.expect_download() as saved:
        page.locator("dialog[open]").get_by_role("button", name="导出").click()
    assert saved.value.suggested_filename.startswith("人员支部-人员名单-") and saved.value.suggested_filename.endswith(".xlsx")
    with open(saved.value.path(), "rb") as file, zipfile.ZipFile(io.BytesIO(file.read())) as book:
        text = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "replace")
    assert "云带走" in text and "13600001111" not in text


def test_shown_for_a_reason_that_the_person_can_see(county, new_desk, keeper, branch):
    person = county.recruit(branch)
    keeper.command("POST", f"/v1/people/{person.id}/facts", {"values": {"mobile": "13512345678"}, "origin": PAPER})
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people/{person.id}")
    row = field(desk, "mobile")
    row.wait_for()
    assert "135****5678" in row.inner_text() and "纸质档案" in row.inner_text() and "档案第3页" in row.inner_text()
    expect(row).to_contain_text(keeper.get("/v1/me").json["name"])  # who entered it
    page.get_by_role("button", name="显示手机号码").click()
    page.locator("dialog[open]").get_by_role("button", name="显示", exact=True).click()
    page.get_by_text("请写明理由").wait_for()
    assert person.get("/v1/me/disclosures").json["total"] == 0, "nothing without a reason"
    asked(desk, "显示", "通知参加党员大会")
    expect(row).to_contain_text("13512345678")
    seen = person.get("/v1/me/disclosures").json["rows"]
    assert [(each["field"], each["reason"], each["actor"]) for each in seen] == [("mobile", "通知参加党员大会", keeper.id)]
    row.get_by_role("button", name="收起").click()
    expect(row).to_contain_text("135****5678")
    assert "13512345678" not in page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")


def test_a_value_is_entered_and_stands_in_the_history(new_desk, keeper, branch):
    person = entered(keeper, branch, "吉录入", occupation="村民")
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people/{person}")
    desk.heading("吉录入")
    page.get_by_role("link", name="录入信息").click()
    page.get_by_role("button", name="录入", exact=True).click()
    page.get_by_text("请至少填写一项").wait_for()
    page.locator("[name=birth_date]").fill("1990-13")
    page.locator("[name=mobile]").fill("13700002222")
    page.locator("[name=occupation]").fill("小学教师")
    page.locator("[name=reference]").fill("2026年登记表")
    page.reload()
    page.get_by_text("已恢复上次没有提交的内容").wait_for()
    assert page.input_value("[name=occupation]") == "小学教师" and page.input_value("[name=mobile]") == "", "a number is not kept"
    page.locator("[name=mobile]").fill("13700002222")
    page.get_by_role("button", name="录入", exact=True).click()
    page.locator("#page").get_by_text("不是有效日期").wait_for()
    page.locator("[name=birth_date]").fill("1990-05")
    page.get_by_role("button", name="录入", exact=True).click()
    taken = page.locator(".taken")
    taken.wait_for()
    assert re.search(r"已更新：.*工作岗位", taken.inner_text())
    assert "13700002222" not in page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    taken.get_by_role("link", name="返回档案").click()
    row = field(desk, "occupation")
    expect(row).to_contain_text("小学教师")
    assert "2026年登记表" in row.inner_text() and "1990年5月" in field(desk, "birth_date").inner_text()
    row.get_by_role("link", name="工作岗位").click()
    page.wait_for_url(re.compile(r"history\?field=occupation"))
    expect(page.locator("tbody tr")).to_have_count(2)
    assert [("现行" in text, "已被替换" in text) for text in page.locator("tbody tr").all_inner_texts()] == [(True, False), (False, True)]
    assert "村民" in page.locator("tbody tr").last.inner_text()


def test_a_fault_of_the_server_lands_on_its_field(new_desk, keeper, branch):
    number = "469029198507150336"
    weights = [2 ** (17 - n) % 11 for n in range(17)]
    number = number[:17] + "10X98765432"[sum(int(d) * w for d, w in zip(number[:17], weights)) % 11]
    person = entered(keeper, branch, "苏有错", resident_id=number)
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people/{person}/change")
    page.locator("[name=birth_date]").fill("1985-07-16")
    page.get_by_role("button", name="录入", exact=True).click()
    page.locator(".field.faulty", has_text="出生日期").wait_for()
    assert page.input_value("[name=birth_date]") == "1985-07-16", "what was typed stays"


def test_contested_values_are_decided(new_desk, keeper, branch):
    persons = [entered(keeper, branch, name, education="高中") for name in ("林待核甲", "林待核乙")]
    for person in persons:
        assert keeper.command("POST", f"/v1/people/{person}/facts", {"values": {"education": "大学本科"}, "origin": SELF})["result"]["contested"] == ["education"]
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people/{persons[0]}")
    page.get_by_text("待核信息（1）").wait_for()
    page.get_by_role("button", name="采纳", exact=True).click()
    asked(desk, "采纳", "已核对毕业证书")
    expect(field(desk, "education")).to_contain_text("大学本科")
    expect(page.locator(".contested")).to_have_count(0)
    desk.go(f"/people/contested?organisation={branch}")
    row = desk.row("林待核乙")
    row.wait_for()
    assert "大学本科" in row.inner_text() and "高中" in row.inner_text()
    row.get_by_role("button", name="不采纳").click()
    asked(desk, "不采纳", "没有毕业证书")
    expect(desk.row("林待核乙")).to_have_count(0)
    states = {fact["value"]: fact["state"] for fact in keeper.get(f"/v1/people/{persons[1]}/history?field=education").json["rows"]}
    assert states == {"高中": "current", "大学本科": "refused"}


def test_a_role_is_given_changed_and_ended(new_desk, keeper, branch):
    person = entered(keeper, branch, "卓身份")
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people/{person}")
    page.get_by_role("link", name="增加身份").click()
    page.get_by_role("button", name="增加身份").click()
    page.get_by_text("请选择身份").wait_for()
    page.locator("[name=role]").select_option("talent")
    page.locator("[name=category]").fill("农技人才")
    page.locator("[name=since]").fill("2025-01-01")
    page.get_by_role("button", name="增加身份").click()
    held = page.locator("[data-role=talent]")
    expect(held).to_contain_text("农技人才")
    held.get_by_role("link", name="变更").click()
    page.get_by_role("button", name="保存变更").wait_for()
    expect(page.locator("[name=category]")).to_have_value("农技人才")
    page.locator("[name=place]").fill("5")
    page.get_by_role("button", name="保存变更").click()
    expect(held).to_contain_text("排位")
    assert "农技人才" in held.inner_text()
    held.get_by_role("button", name="结束").click()
    asked(desk, "结束", "聘期届满，保人才〔2026〕3号")
    expect(held).to_have_count(0)
    assert [role["role"] for role in keeper.get(f"/v1/people/{person}").json["roles"]] == ["member"]


def test_entries_are_added_and_withdrawn(new_desk, keeper, branch):
    person = entered(keeper, branch, "董奖励")
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people/{person}")
    page.get_by_role("link", name="增加奖励").click()
    page.locator("[name=title]").fill("优秀共产党员")
    page.locator("[name=since]").fill("2026-07-01")
    page.locator("[name=until]").fill("2026-06-01")
    page.get_by_role("button", name="增加", exact=True).click()
    page.get_by_text("截止日期不能早于起始日期").wait_for()
    page.locator("[name=until]").fill("")
    page.locator("[name=institution]").fill("中共测试县委员会")
    page.get_by_role("button", name="增加", exact=True).click()
    awards = page.locator("[data-kind=award]")
    expect(awards).to_contain_text("优秀共产党员")
    awards.get_by_role("button", name="撤回“优秀共产党员”").click()
    asked(desk, "撤回", "录错了人")
    expect(awards).to_contain_text("没有登记")
    assert keeper.get(f"/v1/people/{person}").json["entries"] == []


def test_somebody_is_entered_with_an_account(county, new_desk, keeper, branch):
    desk = new_desk(keeper.login)
    page, login = desk.page, f"w{uuid.uuid4().hex[:8]}"
    desk.go(f"/people/new?organisation={branch}")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_text("请填写姓名").wait_for()
    page.locator("form [name=name]").fill("冼新来")
    page.locator("[name=account]").check()
    page.locator("[name=login]").fill(login)
    page.get_by_role("button", name="随机生成").click()
    password = page.input_value("[name=password]")
    assert len(password) == 12 and password not in page.evaluate("JSON.stringify({ ...sessionStorage })")
    page.locator("[name=password]").fill(county.password)
    page.get_by_role("button", name="登记", exact=True).click()
    desk.heading("冼新来")
    page.get_by_text(login).wait_for()
    member = county.member(login)
    assert member.get("/v1/me").json["name"] == "冼新来"


def test_a_first_password_is_given_anew(county, new_desk, keeper, branch):
    person = county.recruit(branch)
    desk = new_desk(keeper.login)
    page = desk.page
    desk.go(f"/people/{person.id}")
    page.get_by_role("link", name="登录账号").click()
    page.get_by_text(person.login[0]).wait_for()
    assert page.get_by_role("button", name="解除第二验证").count() == 0, "not an administrator of people's"
    page.get_by_role("button", name="重设初始密码").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("button", name="随机生成").click()
    password = dialog.locator("[name=password]").input_value()
    asked(desk, "重设初始密码", "本人忘记密码，当面核实")
    page.locator(".given", has_text=password).wait_for()
    ended(desk)
    assert password not in page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    opened = county.new_client().send("POST", "/v1/sessions", {"login": person.login[0], "password": password})
    assert opened.status == 201, opened


def test_a_second_factor_is_taken_away(county, new_desk):
    security = county.officer("security_administrator", county.root)
    person = county.officer("branch_officer", county.branches[2])
    offer = person.send("POST", "/v1/me/factor", {"password": county.password}).json
    assert person.send("POST", "/v1/me/factor/confirmation", {"code": code(offer["secret"], county.instance.now())}).status == 201
    desk = new_desk(security.login)
    page = desk.page
    desk.go(f"/accounts/{person.id}")
    page.get_by_text(person.login[0]).wait_for()
    page.get_by_role("button", name="解除第二验证").click()
    asked(desk, "解除第二验证", "验证器遗失，当面核实")
    page.get_by_text("已解除").wait_for()
    opened = county.new_client().send("POST", "/v1/sessions", {"login": person.login[0], "password": county.password})
    assert "access_token" in opened.json and "ticket" not in opened.json


def test_an_officer_is_appointed_and_relieved(county, new_desk, keeper, branch):
    county.recruit(branch)
    desk = new_desk(keeper.login)
    page = desk.page
    who = county.recruit(branch)
    name = who.get("/v1/me").json["name"]
    desk.go(f"/organisations/{branch}")
    page.get_by_role("link", name="任职", exact=True).click()
    page.locator("[name=document]").fill("测试县委组〔2026〕21号")
    page.get_by_role("button", name="任职", exact=True).click()
    page.get_by_text("请选择任职人员").wait_for()
    page.locator("[name=who]").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator(".who li")).to_have_count(1)
    page.locator(".who li").get_by_role("radio").check()
    page.locator("[name=post]").select_option("deputy_secretary")
    page.get_by_text(f"{name}任“中共测试县人员支部委员会”副书记").first.wait_for()
    page.get_by_role("button", name="任职", exact=True).click()
    officers = page.locator(".officers li", has_text=name)
    expect(officers).to_contain_text("副书记")
    page.get_by_role("link", name="登记换届").click()
    page.locator("[name=years]").fill("3")  # no rule says it here
    page.get_by_role("button", name="登记换届").click()
    officers.wait_for()
    officers.get_by_role("link", name=f"免职：副书记 {name}").click()
    page.get_by_text(f"{name}不再担任“中共测试县人员支部委员会”副书记").first.wait_for()
    page.get_by_role("button", name="免职", exact=True).click()
    page.get_by_text("没有登记任职").wait_for()
    rows = keeper.get(f"/v1/organisations/{branch}/changes").json["rows"]
    assert {"appoint", "relieve", "elect"} <= {row["what"] for row in rows}


def test_members_come_and_go_and_the_ledger_agrees(county, new_desk, committee):
    chief = county.officer("county_administrator", county.root)
    here = county.organisation(committee, "branch", "中共测试县调入支部委员会", "调入支部", 61)
    who = county.recruit(county.branches[2])
    name = who.get("/v1/me").json["name"]
    desk = new_desk(chief.login)
    page = desk.page
    desk.go(f"/organisations/{here}")
    page.get_by_role("link", name="调入党员").click()
    page.locator("[name=document]").fill("测试县委组〔2026〕22号")
    page.locator("[name=who]").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator(".who li")).to_have_count(1)
    page.locator(".who li").get_by_role("checkbox").check()
    page.get_by_role("button", name="调入党员").click()
    page.locator(".facts", has_text="1 人").first.wait_for()
    page.get_by_role("link", name="党员变动").click()
    row = desk.row(name)
    row.wait_for()
    assert "第2镇1村支部" in row.inner_text() and "调入支部" in row.inner_text() and "测试县委组〔2026〕22号" in row.inner_text()
    page.get_by_role("link", name="基本情况").click()
    page.get_by_role("link", name="转出党员").click()
    page.locator(".who li", has_text=name).get_by_role("checkbox").check()
    page.locator("[name=standing]").select_option("left")
    page.get_by_role("button", name="转出党员").click()
    page.locator("dialog[open]").get_by_label("请输入“转出党员”确认").fill("转出党员")
    page.keyboard.press("Enter")
    page.locator(".facts", has_text="0 人").first.wait_for()
    page.locator("nav.side").get_by_role("link", name="党员台账").click()
    page.locator("h1 .tag.open", has_text="账册相符").wait_for()
    ledger = county.admin.get("/v1/organisations:ledger").json
    numbers = [int(re.sub(r"\D", "", text)) for text in page.locator(".sum dd").all_inner_texts()]
    assert numbers == [ledger["entered"], ledger["belonging"], ledger["in_transit"], ledger["left"]] and numbers[0] == sum(numbers[1:])
    page.locator("nav.side").get_by_role("link", name="设置标准").click()
    desk.heading("设置标准")


def test_who_may_only_read(county, new_desk, branch, keeper):
    person = entered(keeper, branch, "容只读", education="高中")
    desk = new_desk(county.officer("branch_officer", branch).login)
    page = desk.page
    desk.go(f"/people/{person}")
    desk.heading("容只读")
    for name in ("增加身份",):
        assert page.get_by_role("link", name=name).count() == 0
    desk.go("/people")
    desk.row("容只读").wait_for()
    assert page.get_by_role("link", name="登记人员").count() == 0
    desk.go("/people/new")
    page.get_by_role("heading", name="您没有打开此页的权限").wait_for()
    desk.go(f"/people/{county.recruit(county.branches[3]).id}")
    page.get_by_role("button", name="重试").wait_for()  # another committee's: there is no such person for him


def test_a_list_is_taken_along_as_a_workbook(new_desk, keeper):
    desk = new_desk(keeper.login)
    desk.go("/grants")
    with desk.page.expect_download() as saved:
        desk.page.get_by_role("button", name="导出表格").click()
    assert saved.value.suggested_filename.endswith(".xlsx")
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(saved.value.path().read_bytes())).namelist()
