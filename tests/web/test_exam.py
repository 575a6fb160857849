"""An examination on a phone, whatever the network, the battery and the clock do.  SPDX-License-Identifier: Apache-2.0"""
from collections import defaultdict

import pytest
from instance import eventually
from phone import LOCAL, SAVED
from playwright.sync_api import expect


def one_command_a_key(watch, sheet):
    """What an independent consumer finds in the log: each write and the hand-in under one id, however often they were sent."""
    handed = watch.await_one("exam_submit", attempt=sheet["attempt"])
    assert {record.id for record in watch.of("exam_submit", attempt=sheet["attempt"])} == {handed.id}
    ids = defaultdict(set)
    for record in watch.of("exam_answer"):
        subject = record.headers["ce_subject"].decode()
        if sheet["attempt"] in subject:
            ids[subject, record.json["writer"], record.json["seq"]].add(record.id)
    assert len(ids) >= len(sheet["questions"]) and all(len(each) == 1 for each in ids.values())


def mark_of(database, member, exam):
    found = eventually(lambda: database.execute("select score from exam_result where exam_id = %s and member_id = %s",
                                                (exam, member)).fetchall())
    assert len(found) == 1
    return float(found[0][0])


@pytest.fixture
def member(county):
    client = county.recruit()
    return client.login, client.id


def sit_all(phone, sheet):
    """Answers each question rightly."""
    for _, question in phone.walk(sheet["questions"]):
        phone.answer(question)
        phone.state(SAVED)


def test_a_whole_examination(county, member, new_phone, database):
    exam, phone = county.exam(title="一场考试"), new_phone().log_in(member[0])
    phone.page.get_by_text("一场考试").first.wait_for()
    sheet = phone.start(exam)
    sit_all(phone, sheet)
    phone.hand_in()
    phone.verdict("已交卷")
    assert "14 / 14" in phone.page.inner_text(".done")
    assert mark_of(database, member[1], exam) == 14
    phone.go("/board")
    phone.page.wait_for_function("() => document.querySelector('.own-place')?.innerText.includes('10 分')")
    assert not phone.faults


def test_the_whole_paper_on_one_page(county, member, new_phone, cutter, database):
    """Chosen on the answer card and kept on the device; the network is lost and the page loaded anew in between."""
    exam, phone = county.exam(), new_phone().log_in(member[0])
    sheet = phone.start(exam)
    page = phone.page
    page.get_by_role("button", name="答题卡").click()
    page.get_by_role("button", name="全部题目").click()
    questions = page.locator(".question")
    expect(questions).to_have_count(len(sheet["questions"]))
    for at, question in enumerate(sheet["questions"]):
        if at == 3:
            cutter.cut("refuse")
        phone.answer(question, at)
        phone.state(SAVED if at < 3 else LOCAL, at)
    cutter.heal()
    for at in range(len(sheet["questions"])):
        phone.state(SAVED, at)
    page.reload()
    expect(questions).to_have_count(len(sheet["questions"]))
    phone.state(SAVED, 6)
    page.get_by_role("button", name="答题卡").click()
    page.get_by_role("button", name="第 3 题").click()
    page.wait_for_function("() => Math.abs(document.querySelector('#question-2').getBoundingClientRect().top) < 120")
    phone.hand_in()
    phone.verdict("已交卷")
    assert mark_of(database, member[1], exam) == 14


@pytest.mark.parametrize("cut", ["refuse", "amid", "deaf"])
def test_the_network_is_cut_at_each_answer(county, member, new_phone, cutter, database, watch, cut):
    exam, phone = county.exam(), new_phone().log_in(member[0])
    sheet = phone.start(exam)
    for _, question in phone.walk(sheet["questions"]):
        cutter.cut(cut)
        phone.answer(question)
        phone.state(LOCAL)
        phone.page.get_by_text("网络中断，答案已存在本机，恢复后自动提交。").wait_for()
        cutter.heal()
        phone.state(SAVED)
    cutter.cut(cut)
    phone.hand_in()
    phone.verdict("交卷已存在本机，尚未提交")
    if cut == "deaf":
        assert cutter.swallowed.wait(10)
    cutter.heal()
    phone.verdict("已交卷")
    assert mark_of(database, member[1], exam) == 14
    one_command_a_key(watch, sheet)


@pytest.mark.parametrize("workers", ["allow", "block"])
def test_the_browser_dies_without_a_network(county, member, new_phone, cutter, database, watch, workers):
    """WeChat's browser has no service worker: there the network is back before the page is opened again."""
    exam, phone = county.exam(), new_phone(workers=workers, hours_off=3).log_in(member[0])
    sheet = phone.start(exam)
    if workers == "allow":
        phone.page.evaluate("navigator.serviceWorker.ready")
        phone.page.reload()
        phone.page.wait_for_selector(".question")
    for place, question in phone.walk(sheet["questions"]):
        if place == 2:
            cutter.cut("refuse")
        phone.answer(question)
        phone.state(SAVED if place < 2 else LOCAL)
    phone.kill()
    if workers == "block":
        cutter.heal()
    phone.come_back(member[0], exam)
    cutter.heal()
    phone.state(SAVED)
    phone.hand_in()
    phone.verdict("已交卷")
    assert mark_of(database, member[1], exam) == 14
    one_command_a_key(watch, sheet)


def test_the_time_ends_without_a_network(county, member, new_phone, cutter, database):
    """The attempt's minute passes off line: the page hands in by itself and says where it is; the server takes it within the grace."""
    exam = county.exam(minutes=1, grace_seconds=600)
    phone = new_phone().log_in(member[0])
    phone.page.clock.install()
    sheet = phone.start(exam)
    phone.answer(sheet["questions"][0])
    phone.state(SAVED)
    phone.next()
    cutter.cut("refuse")
    phone.answer(sheet["questions"][1])
    phone.state(LOCAL)
    phone.page.clock.fast_forward(61000)
    phone.verdict("交卷已存在本机，尚未提交")
    cutter.heal()
    phone.page.clock.run_for(20000)
    phone.verdict("已交卷")
    assert mark_of(database, member[1], exam) == 4


def test_another_tab_takes_over(county, member, new_phone):
    exam, phone = county.exam(), new_phone().log_in(member[0])
    phone.start(exam)
    other = phone.context.new_page()
    other.goto(phone.page.url)
    other.wait_for_selector(".question")
    phone.page.get_by_text("已在别处打开本次作答，这里只能查看。").wait_for()
    assert phone.page.locator(".question input").first.is_disabled()
    phone.page.get_by_text("在这里继续作答").click()
    other.get_by_text("已在别处打开本次作答，这里只能查看。").wait_for()
    assert phone.page.locator(".question input").first.is_enabled()


def test_the_front_is_killed(county, instance, member, new_phone, database, watch):
    """Answers wait on the phone until the front is back, which the one who keeps it sees to."""
    exam, phone = county.exam(), new_phone().log_in(member[0])
    sheet = phone.start(exam)
    for place, question in phone.walk(sheet["questions"]):
        if place in (1, 5):
            instance.run("kill", "front")
        phone.answer(question)
        phone.state(SAVED)
    phone.hand_in()
    phone.verdict("已交卷")
    assert mark_of(database, member[1], exam) == 14
    one_command_a_key(watch, sheet)


def test_the_phone_is_changed(county, member, new_phone, database):
    """What the first phone saved is there on the second, and what the second one answers counts."""
    exam, first = county.exam(), new_phone().log_in(member[0])
    sheet = first.start(exam)
    for _, question in first.walk(sheet["questions"][:3]):
        first.answer(question)
        first.state(SAVED)
    second = new_phone().log_in(member[0])
    again = second.start(exam)
    assert again["writer"] == sheet["writer"] + 1 and len(again["saved"]) == 3
    for place, question in second.walk(again["questions"]):
        if place >= 3:
            second.answer(question)
        second.state(SAVED)
    second.hand_in()
    second.verdict("已交卷")
    assert mark_of(database, member[1], exam) == 14
