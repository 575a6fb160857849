"""The hall's screen: what happens is seen on it, without a reload, for days.  SPDX-License-Identifier: Apache-2.0"""
import math
import re

import pytest
from county import KINDS, stamp
from hall import Hall
from instance import CHECKOUT, eventually
from sitting import sit

ALL = set(KINDS)


@pytest.fixture
def hall(playwright, cutter):
    """Makes screens; each ends with the test, without a fault and not loaded anew."""
    made = []

    def new(**more):
        made.append(Hall(playwright, cutter.url, **more))
        return made[-1]
    yield new
    for each in made:
        if each.page.locator(".hall").count():
            assert each.page.evaluate("() => window.untouched"), "the page was loaded anew"
        assert not each.faults
        each.end()


@pytest.fixture
def screen(hall, county):
    """The screen of the whole county, signed in."""
    return hall().log_in(county.officer("screen", county.root).login).watch().page


def figure(page, place):
    return float(page.locator(".figures dd").nth(place).inner_text().split("\n")[0].rstrip("人份/秒").replace(",", ""))


def says(page, text):
    page.wait_for_function("text => document.querySelector('.hall > header [role=status]')?.innerText === text", arg=text)


def titled(page, title, timeout=90000):
    """Until the screen, which looks for another examination now and then, shows this one."""
    page.get_by_role("heading", name=title, exact=True).wait_for(timeout=timeout)


def test_a_hand_in_is_seen(county, screen):
    county.exam(title="大屏上的考试")
    titled(screen, "大屏上的考试")
    says(screen, "实时更新")
    screen.wait_for_function("() => document.querySelectorAll('.figures dd')[0]?.innerText.startsWith('12') || Number.parseInt(document.querySelectorAll('.figures dd')[0]?.innerText) > 11")
    assert figure(screen, 2) == 0
    screen.wait_for_selector(".burst canvas")
    member = county.recruit(county.branches[2])
    sit(member, county.exam(title="随后开考的考试"), ALL)
    titled(screen, "随后开考的考试")
    screen.wait_for_function("() => document.querySelectorAll('.figures dd')[3]?.innerText.startsWith('1')")
    assert figure(screen, 1) == figure(screen, 2) == figure(screen, 3) == 1
    screen.wait_for_function("() => /秒内评出/.test(document.querySelector('.progress .quiet').innerText)")
    name = f"新员{member.login[0][1:]}"
    screen.locator(".board .ladder li", has_text=name).get_by_text("10 分").wait_for()
    screen.locator(".share").get_by_role("link", name="第2镇党委").click()
    screen.get_by_role("heading", name="各党支部交卷情况").wait_for()
    screen.locator(".share .ladder li", has_text="第2镇1村支部").get_by_text("1 /").wait_for()
    screen.locator(".average .ladder li", has_text="第2镇1村支部").wait_for()
    screen.locator(".progress h2", has_text="第2镇党委").wait_for()
    screen.wait_for_function("() => document.querySelectorAll('.figures dd')[1]?.innerText.startsWith('1')")
    screen.get_by_role("link", name="返回全县").click()
    screen.get_by_role("heading", name="各党委人均积分").wait_for()
    titled(screen, "随后开考的考试")


def test_averages_are_the_countys(county, screen, admin):
    rows = admin.get("/v1/leaderboards/organisations").json["rows"]
    screen.wait_for_selector(".average .ladder li")
    shown = [re.sub(r"\s+", " ", text) for text in screen.locator(".average .ladder li").all_inner_texts()]
    assert shown == [f"{row['rank']} {row['name']} {row['average']:g} 分" for row in rows if row["members"]]


def test_a_choice_stays_until_its_end(county, screen, instance):
    closes = instance.now() + 600000
    county.exam(title="甲场考试", closes_at=stamp(closes))
    county.exam(title="乙场考试")
    titled(screen, "乙场考试")
    screen.get_by_label("显示考试").select_option(label="甲场考试（进行中）")
    titled(screen, "甲场考试")
    county.exam(title="丙场考试")
    screen.wait_for_function("() => [...document.querySelectorAll('.choice option')].some(each => each.innerText === '丙场考试（进行中）')", timeout=30000)
    titled(screen, "甲场考试")
    instance.pass_till(closes + 1)  # meanwhile another test's may have opened
    rows = county.admin.get(f"/v1/organisations/{county.root}/exams?state=open&limit=200").json["rows"]
    newest = max(rows, key=lambda row: (row["opens_at"], row["created_at"]))["title"]
    assert newest != "甲场考试"
    titled(screen, newest)


def test_a_lost_connection_is_said_and_healed(county, screen, cutter):
    county.exam()
    says(screen, "实时更新")
    cutter.cut("refuse")
    says(screen, "连接中断，正在重连")
    cutter.heal()
    says(screen, "实时更新")


def test_before_the_first_answer_nothing_is_claimed(county, hall):
    """Neither that there is no examination nor a figure of 0: its shape while it is asked for, and what is awaited when it cannot be."""
    county.exam()
    made, held = hall(), []
    made.page.route("**/v1/organisations/*/exams*", lambda route: held.append(route))
    made.page.route("**/v1/exams/*/pulse*", lambda route: None)
    page = made.log_in(county.officer("screen", county.root).login).watch().page
    page.locator(".progress .shape").first.wait_for()
    says(page, "正在连接")
    page.unroute("**/v1/organisations/*/exams*")
    for route in held:
        route.continue_()
    page.wait_for_selector(".figures")
    assert set(page.locator(".figures dd").all_inner_texts()) == {"—"}
    made.page.route("**/v1/**", lambda route: route.abort())
    says(page, "连接中断，正在重连")


@pytest.mark.parametrize("width, height", [(1920, 1080), (3840, 2160), (1366, 768)])
def test_the_screen_is_filled(county, hall, width, height):
    """Nothing scrolls, nothing is cut off at the edge, and the panels take the whole."""
    county.exam()
    page = hall(width=width, height=height).log_in(county.officer("screen", county.root).login).watch().page
    page.wait_for_selector(".burst canvas")
    page.wait_for_selector(".average .ladder li")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight")
    boxes = [page.locator(f".panel.{name}").bounding_box() for name in ("progress", "board", "share", "average")]
    assert sum(box["width"] * box["height"] for box in boxes) > 0.75 * width * height
    assert max(box["y"] + box["height"] for box in boxes) <= height and max(box["x"] + box["width"] for box in boxes) <= width
    overlong = page.evaluate("""() => [...document.querySelectorAll('.figures dd, .figures dt, .panel > h2, .burst figcaption')]
        .filter(each => each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().right > each.closest('.panel').getBoundingClientRect().right)
        .map(each => each.innerText)""")
    assert overlong == []
    canvas = page.locator(".burst canvas").bounding_box()
    assert canvas["height"] > 0.2 * height and canvas["width"] > 0.25 * width


def test_motion_is_left_out_for_who_wants_none(county, hall):
    page = hall(reduced_motion="reduce").log_in(county.officer("screen", county.root).login).watch().page
    page.wait_for_selector(".ladder .bar > i", state="attached")
    assert page.evaluate("() => getComputedStyle(document.querySelector('.ladder .bar > i')).transitionDuration") == "0s"


WARM, UPDATES = 300, 600


def test_several_hundred_updates_leave_no_trace(county, hall):
    exam = county.exam(title="长跑")
    made = hall(haste=True).log_in(county.officer("screen", county.root).login).watch().count()
    made.page.wait_for_selector(".burst canvas")
    made.updates(WARM)
    sit(county.recruit(), exam, ALL)
    before = made.held()
    made.updates(UPDATES)
    after = made.held()
    assert after[0] - before[0] < 3_000_000, (before, after)  # a chart kept with each update would hold many times that; ops/soak is finer
    assert after[1] <= before[1] + 20 and after[2] <= before[2] + 5, (before, after)


# What people see who lack a kind of cone (Machado, Oliveira and Fernandes, 2009), on linear light.
EYES = {"all three": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        "no red": ((.152286, 1.052583, -.204868), (.114503, .786281, .099216), (-.003882, -.048116, 1.051998)),
        "no green": ((.367322, .860646, -.227968), (.280085, .672501, .047413), (-.011820, .042940, .968881)),
        "no blue": ((1.255528, -.076749, -.178779), (-.078411, .930809, .147602), (.004733, .691367, .303900))}


def linear(colour):
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lab(light):
    r, g, b = (min(1, max(0, part)) for part in light)
    xyz = ((.4124 * r + .3576 * g + .1805 * b) / .95047, .2126 * r + .7152 * g + .0722 * b,
           (.0193 * r + .1192 * g + .9505 * b) / 1.08883)
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def luminance(colour):
    r, g, b = linear(colour)
    return .2126 * r + .7152 * g + .0722 * b


@pytest.mark.parametrize("theme", [":root", ':root[data-theme="dark"]'])
def test_the_charts_colours_are_told_apart(theme):
    text = (CHECKOUT / "http/web/shared/src/styles/tokens.css").read_text()
    tokens = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6}|#[0-9a-f]{3})\b", text[text.index(theme + " {"):].split("}")[0]))
    colours = [tokens[f"--chart-{n}"] for n in range(1, 9)]
    surface = tokens["--surface"] if len(tokens["--surface"]) == 7 else "#" + "".join(c * 2 for c in tokens["--surface"][1:])
    for eye, matrix in EYES.items():
        seen = [lab([sum(k * part for k, part in zip(row, linear(colour))) for row in matrix]) for colour in colours]
        nearest = min((math.dist(seen[a], seen[b]), colours[a], colours[b]) for a in range(8) for b in range(a))
        assert nearest[0] > 20, (eye, nearest)
    for colour in colours:
        high, low = sorted((luminance(colour), luminance(surface)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, colour


def test_who_lacks_the_role_is_told_so(county, hall, admin):
    """Signed in and without any of the screen's roles: not led round in a circle."""
    member, made = county.recruit(), hall()
    page = made.log_in(member.login).page
    page.get_by_role("heading", name="您没有打开此页的权限").wait_for()
    told = page.locator("main").inner_text()
    assert f"新员{member.login[0][1:]}（{member.login[0]}）" in told, "who is signed in"
    assert "党员" in told and "大屏、县委组织部管理员、党委管理员、支部委员" in told, "what he has and what is missing"
    page.get_by_role("button", name="重新检查权限").click()
    page.get_by_role("heading", name="您没有打开此页的权限").wait_for()
    page.reload()
    page.get_by_role("heading", name="您没有打开此页的权限").wait_for()
    admin.command("POST", "/v1/grants", {"account": member.id, "role": "screen", "organisation": county.root})
    eventually(lambda: any(grant["role"] == "screen" for grant in member.get("/v1/me").json["grants"]))
    page.get_by_role("button", name="重新检查权限").click()
    made.watch()


def test_who_lacks_the_role_can_log_out(county, hall):
    made = hall()
    page = made.log_in(county.recruit().login).page
    page.get_by_role("button", name="退出登录").click()
    page.locator("[name=login]").wait_for()
    login = county.officer("screen", county.root).login
    page.fill("[name=login]", login[0])
    page.fill("[name=password]", login[1])
    page.click("form .button.main")
    made.watch()
