"""What a member finds on the phone beside the sitting: what is due, sheets, wrong answers, points, the way out.
SPDX-License-Identifier: Apache-2.0"""
import json

import pytest
from county import KINDS
from instance import eventually
from phone import SAVED
from sitting import answers, hand_in, sit, start
from test_keys import adopt, propose

ELSEWHERE = "已在别处打开本次作答，这里只能查看。"


@pytest.fixture
def member(county):
    return county.recruit()


def text_of(phone, selector="main"):
    return phone.page.inner_text(selector)


def see(phone, text, selector="main"):
    phone.page.wait_for_function("([selector, text]) => document.querySelector(selector)?.innerText.includes(text)", arg=[selector, text])


def row(phone, exam):
    return phone.page.locator(f"a[href='/phone/exams/{exam}']")


def test_home_says_where_i_stand(county, member, new_phone):
    exam = county.exam(title="在办的考试")
    phone = new_phone().log_in(member.login)
    row(phone, exam).wait_for()
    assert "未作答" in row(phone, exam).inner_text()
    assert "待完成" in text_of(phone)
    sheet = start(member, exam)
    phone.page.reload()
    row(phone, exam).get_by_text("作答中，剩余").wait_for()
    hand_in(member, exam, sheet)
    phone.page.reload()
    row(phone, exam).get_by_text("得分 0 / 14 分").wait_for()
    assert phone.page.locator("section", has_text="已交卷").locator(f"a[href='/phone/exams/{exam}']").count() == 1
    phone.page.get_by_text("全部考试").click()
    row(phone, exam).wait_for()
    phone.page.get_by_role("link", name="即将开始").click()
    phone.page.wait_for_url("**/exams?state=coming")
    row(phone, exam).wait_for(state="detached")
    assert not phone.faults


def test_a_sheet_and_the_book_of_wrong_answers(county, member, new_phone):
    """Right and wrong stand in words; options in the order of the sitting; the book opens from home and from mine."""
    exam = county.exam(title="逐题查看的考试")
    sheet = start(member, exam)
    wrong = {"single", "order", "pairs"}
    listed = [each for each, q in zip(answers(sheet, set(KINDS) - wrong), sheet["questions"]) if q["kind"] != "pairs"]
    hand_in(member, exam, sheet, listed)
    phone = new_phone().log_in(member.login)
    row(phone, exam).click()
    phone.page.get_by_text("逐题查看", exact=True).click()
    phone.page.wait_for_selector(".review")
    cards = phone.page.locator(".review")
    assert cards.count() == 7
    for place, question in enumerate(sheet["questions"]):
        card = cards.nth(place)
        words = card.inner_text()
        assert question["stem"] in words and f"第 {place + 1} 题，共 7 题" in words and "解析" in words and "依据" in words
        expected = "正确\n" if question["kind"] not in wrong else "未作答" if question["kind"] == "pairs" else "错误"
        verdict = card.locator(".verdict").inner_text() + "\n"
        assert expected.strip() in verdict and ("得 0 / 2 分" if question["kind"] in wrong else "得 2 / 2 分") in verdict, verdict
        if question["kind"] in ("single", "multiple"):
            shown = card.locator(".option .grow").all_inner_texts()
            assert shown == [option["text"] for option in question["options"]]
        if question["kind"] == "single":
            right = card.locator(".option", has_text="实现共产主义").inner_text()
            assert "正确答案" in right and "您的选择" not in right and card.get_by_text("您的选择").count() == 1
        if question["kind"] == "order":
            assert [line for line in words.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")][4:] == [
                "1. 申请入党", "2. 入党积极分子", "3. 发展对象", "4. 预备党员"]
        if question["kind"] == "pairs":
            assert "支部党员大会 — 每季度" in words
    for place in ("", "/mine"):
        phone.go(place or "/")
        phone.page.get_by_text("错题本").click()
        phone.page.wait_for_selector(".review")
        assert phone.page.locator(".review").count() == 3 and "3 题" in text_of(phone, ".band")
    phone.page.get_by_label("专题").select_option("会议")
    phone.page.wait_for_function("() => document.querySelectorAll('.review').length === 1")
    assert "会议与频次配对" in text_of(phone)
    assert not phone.faults


def test_a_sheet_that_is_not_shown_yet(county, member, new_phone):
    exam = county.exam(release="mark_at_once")
    sit(member, exam, KINDS)
    phone = new_phone().log_in(member.login)
    phone.go(f"/exams/{exam}")
    see(phone, "14 / 14 分")
    assert phone.page.get_by_text("逐题查看").count() == 0
    phone.go(f"/exams/{exam}/results/1")
    see(phone, "答案与解析尚未公布。")


def test_points_by_their_causes(county, admin, member, new_phone):
    first, second = county.exam(title="积分第一场"), county.exam(title="积分第二场")
    total = lambda: member.get("/v1/points/me").json["total"]  # noqa: E731
    for count, exam in ((1, first), (2, second)):
        sit(member, exam, KINDS)
        eventually(lambda: total() == count)
    adopt(admin, first, propose(admin, first, {"truth": True}, 3)["proposal"])
    eventually(lambda: total() == 4)
    eventually(lambda: member.get("/v1/points/me/summary").json["total"] == 15)
    phone = new_phone().log_in(member.login)
    phone.go("/points")
    see(phone, "积分第二场")
    words = text_of(phone)
    assert "15 / 15 分" in words and "今日已达上限" in words and words.count("更正") >= 2
    assert "应得 10 分，因每日上限计入 5 分" in words and "-1.43 分" in words
    sums = [each.split("\n") for each in phone.page.locator(".sums > div").all_inner_texts()]
    assert sums == [[period, "15 分"] for period in ("累计", "本年", "本季", "本月")]
    assert not phone.faults


def test_a_long_list_comes_by_pages(county, member, new_phone):
    """A hundred and twenty examinations, made up: fifty at once, then fifty, then the rest."""
    phone = new_phone().log_in(member.login)
    asked = []

    def answer(route):
        query = dict(part.split("=") for part in route.request.url.split("?")[1].split("&"))
        offset, limit = int(query.get("offset", 0)), int(query["limit"])
        asked.append((offset, limit))
        rows = [{"exam": f"00000000-0000-4000-8000-{n:012}", "title": f"第 {n} 场", "state": "closed", "opens_at": "2026-01-01T00:00:00.000Z",
                 "closes_at": "2026-01-02T00:00:00.000Z", "minutes": 30, "attempts": 1, "drawn": 7, "full_mark": 14, "standing": "none",
                 "used": 0, "shown": True} for n in range(offset, min(120, offset + limit))]
        route.fulfill(json={"rows": rows, "total": 120})
    phone.page.route("**/v1/me/exams?*", answer)
    phone.go("/exams")
    for count in (50, 100):
        phone.page.wait_for_function("count => document.querySelectorAll('.page .rows .row').length === count", arg=count)
        assert f"已显示 {count} 条，共 120 条" in text_of(phone)
        phone.page.get_by_text("加载更多").click()
    phone.page.wait_for_function("() => document.querySelectorAll('.page .rows .row').length === 120")
    assert phone.page.get_by_text("加载更多").count() == 0 and asked == [(0, 50), (50, 50), (100, 50)]


def test_a_device_that_was_taken_over_learns_it(county, member, new_phone):
    exam = county.exam()
    first = new_phone().log_in(member.login)
    first.page.clock.install()
    sheet = first.start(exam)
    first.answer(sheet["questions"][0])
    first.state(SAVED)
    second = new_phone().log_in(member.login)
    second.start(exam)
    first.page.clock.run_for(31000)  # it asks every half minute
    first.page.get_by_text(ELSEWHERE).wait_for()
    assert first.page.locator(".question input").first.is_disabled()
    first.page.get_by_text("在这里继续作答").click()
    first.page.get_by_text(ELSEWHERE).wait_for(state="detached")
    assert first.page.locator(".question input").first.is_enabled()
    second.page.evaluate("dispatchEvent(new Event('online'))")  # the network is back: it asks at once
    second.page.get_by_text(ELSEWHERE).wait_for()
    for _, question in first.walk(sheet["questions"]):
        first.answer(question)
        first.state(SAVED)
    first.hand_in()
    first.verdict("已交卷")
    assert "14 / 14" in text_of(first, ".done")
    second.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # looked at again
    second.page.get_by_text("本次作答已在别处结束，这里只能查看。").wait_for()
    assert second.page.get_by_text(ELSEWHERE).count() == 0
    assert not first.faults and not second.faults


def test_a_network_that_comes_back_tells_of_the_other_device(county, member, new_phone, cutter):
    """What the first one wrote meanwhile off line is not lost: it goes on with what the second did not answer."""
    exam = county.exam()
    first = new_phone().log_in(member.login)
    sheet = first.start(exam)
    cutter.cut("refuse")
    first.answer(sheet["questions"][0])
    first.page.get_by_text("网络中断，答案已存在本机，恢复后自动提交。").wait_for()
    assert start(member, exam)["writer"] == 2
    cutter.heal()
    first.page.get_by_text(ELSEWHERE).wait_for()
    first.page.get_by_text("在这里继续作答").click()
    first.page.get_by_text(ELSEWHERE).wait_for(state="detached")
    first.state(SAVED)


def kept(phone):
    return json.loads(phone.page.evaluate("localStorage.getItem('baoting.session')") or "null")


def test_logging_out(county, member, new_phone, cutter):
    phone = new_phone().log_in(member.login)
    refresh = kept(phone)["refresh"]
    phone.go("/mine")
    with phone.page.expect_response(lambda reply: reply.url.endswith("/v1/sessions:close")) as reply:
        phone.page.get_by_text("退出登录").click()
    assert reply.value.status == 204
    phone.page.wait_for_selector("form [name=login]")
    assert kept(phone) is None
    assert member.send("POST", "/v1/sessions:refresh", {"refresh_token": refresh}).status == 401
    left = phone.page.evaluate("Object.keys(localStorage).filter((name) => name.endsWith('" + member.id + "'))")
    assert left == [], "what pages kept for the account is gone as well"
    # without a network it is forgotten here all the same
    phone.log_in(member.login)
    phone.go("/mine")
    phone.page.wait_for_selector("main .button.wide")
    cutter.cut("refuse")
    phone.page.get_by_text("退出登录").click()
    phone.page.wait_for_selector("form [name=login]")
    assert kept(phone) is None
