"""What a member sees of his own: what is due, his sheets, what he got wrong, his points, and the way out.
SPDX-License-Identifier: Apache-2.0"""
import json
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

import pytest
from client import Client
from county import KINDS, right_answer, stamp, wrong_answer
from instance import eventually
from sitting import answers, hand_in, milliseconds, save, sit, start
from test_keys import adopt, propose

MINUTE, HOUR, DAY = 60000, 3600000, 86400000
SHANGHAI = timezone(timedelta(hours=8))


def agenda(member, **query):
    return member.get(f"/v1/me/exams?{urlencode(query)}").json


def mine(member, exam):
    return next(row for row in agenda(member, limit=200)["rows"] if row["exam"] == exam)


def sheet_of(member, exam, number=1, **query):
    return member.get(f"/v1/exams/{exam}/results/me/{number}?{urlencode(query)}").json


def wrong_of(member, **query):
    return member.get(f"/v1/me/wrong-answers?{urlencode(query)}").json


@pytest.fixture
def village(county):
    """A committee of its own with a branch, so that its examinations are all that concern its members beside the county's."""
    committee = county.organisation(county.root, "committee", "中共测试县议程镇委员会", "议程镇党委", 11)
    return committee, county.organisation(committee, "branch", "中共测试县议程镇一村支部委员会", "议程一村", 1)


def test_the_agenda(county, instance, village):
    """Open before coming before closed; who closes next stands first; another committee's is not there."""
    committee, branch = village
    now, member = instance.now(), county.recruit(branch)
    before = agenda(member)["total"]
    exam = lambda title, opens, closes, **more: county.exam(  # noqa: E731
        organisation=committee, title=title, opens_at=stamp(now + opens), closes_at=stamp(now + closes), **more)
    later, soon = exam("晚截止", -HOUR, 3 * HOUR), exam("早截止", -HOUR, 2 * HOUR, release="after_closing")
    coming, over = exam("未开始", 4 * HOUR, 5 * HOUR), exam("已截止", -3 * HOUR, -HOUR)
    other = county.exam(organisation=county.committees[0])
    shown = agenda(member, limit=200)
    ours = [row for row in shown["rows"] if row["exam"] in (later, soon, coming, over)]
    assert [(row["exam"], row["state"]) for row in ours] == [
        (soon, "open"), (later, "open"), (coming, "coming"), (over, "closed")]
    assert shown["total"] == before + 4 == len(shown["rows"]) and other not in {row["exam"] for row in shown["rows"]}
    assert [row["exam"] for row in agenda(member, state="coming")["rows"]].count(coming) == 1
    assert {row["state"] for row in agenda(member, state="closed")["rows"]} == {"closed"}
    pages = [agenda(member, limit=1, offset=n)["rows"] for n in range(shown["total"] + 1)]
    assert [row for page in pages for row in page] == shown["rows"]
    row = mine(member, later)
    assert (row["standing"], row["used"], row["shown"], row["drawn"], row["full_mark"], row["minutes"], row["attempts"]) == \
        ("none", 0, True, 7, 14, 30, 2) and not {"attempt", "deadline", "mark"} & set(row)
    assert (row["opens_at"], row["closes_at"]) == (stamp(now - HOUR), stamp(now + 3 * HOUR))
    # under way, handed in, once more
    sheet = start(member, later)
    row = mine(member, later)
    assert (row["standing"], row["used"], row["attempt"], row["deadline"]) == ("under_way", 1, sheet["attempt"], sheet["deadline"])
    hand_in(member, later, sheet, answers(sheet, KINDS))
    row = mine(member, later)
    assert (row["standing"], row["used"], row["mark"]) == ("handed_in", 1, 14) and "attempt" not in row
    again = start(member, later)
    row = mine(member, later)
    assert (row["standing"], row["used"], row["attempt"], row["mark"]) == ("under_way", 2, again["attempt"], 14)
    # a mark that the rule keeps back until the closing
    sit(member, soon, KINDS)
    assert (mine(member, soon)["shown"], "mark" in mine(member, soon)) == (False, False)
    instance.pass_till(now + 2 * HOUR)
    row = mine(member, soon)
    assert (row["state"], row["shown"], row["mark"]) == ("closed", True, 14)


@pytest.mark.parametrize("counted, mark", [("highest", 12), ("latest", 2), ("first", 10)])
def test_the_mark_that_counts(county, counted, mark):
    exam, member = county.exam(counted=counted, attempts=3), county.recruit()
    for right in (KINDS[:5], KINDS[:6], KINDS[:1]):
        sit(member, exam, right)
    assert (mine(member, exam)["mark"], mine(member, exam)["used"]) == (mark, 3)


def test_how_an_attempt_stands(county):
    exam, other, member, another = county.exam(), county.exam(), county.recruit(), county.recruit()
    sheet = start(member, exam)
    path = f"/v1/exams/{exam}/attempts/{sheet['attempt']}"
    standing = {"attempt": sheet["attempt"], "number": 1, "writers": 1, "deadline": sheet["deadline"], "ended": False}
    assert member.get(path).json == standing
    bearer = Client(member.url, member.witness, sheet["token"])
    assert bearer.get(path).json == standing, "the attempt's own token is enough"
    taken_over = start(member, exam)
    assert taken_over["writer"] == 2 and bearer.get(path).json == {**standing, "writers": 2}
    hand_in(member, exam, taken_over)
    assert bearer.get(path).json == {**standing, "writers": 2, "ended": True}
    # nobody else's, in no other examination, and no token of another attempt
    assert another.get(path).status == 404 and county.admin.get(path).status == 403
    assert member.get(f"/v1/exams/{other}/attempts/{sheet['attempt']}").status == 404
    second = start(member, other)
    assert bearer.get(f"/v1/exams/{other}/attempts/{second['attempt']}").status == 403


def test_a_sheet_question_by_question(county, database):
    """In the order and with the options' order that the member saw, with the answers that counted."""
    exam, member = county.exam(), county.recruit()
    sheet = start(member, exam)
    questions = {q["kind"]: q for q in sheet["questions"]}
    save(member, exam, sheet, questions["single"], right_answer(questions["single"]), seq=3)
    save(member, exam, sheet, questions["single"], wrong_answer(questions["single"]), seq=2)  # older: it does not count
    save(member, exam, sheet, questions["truth"], wrong_answer(questions["truth"]), seq=4)
    again = start(member, exam)
    save(member, exam, again, questions["order"], wrong_answer(questions["order"]), seq=1)
    save(member, exam, sheet, questions["order"], right_answer(questions["order"]), seq=9)  # of the first device: it lost
    listed = [{"question": questions[kind]["question"], "seq": 7, "answer": right_answer(questions[kind])}
              for kind in ("truth", "multiple", "number", "pairs")]
    hand_in(member, exam, again, listed)
    shown = sheet_of(member, exam)
    assert shown["total"] == 7 and [row["place"] for row in shown["rows"]] == list(range(1, 8))
    expected = {"single": (right_answer, 2), "truth": (right_answer, 2), "multiple": (right_answer, 2), "number": (right_answer, 2),
                "pairs": (right_answer, 2), "order": (wrong_answer, 0), "blanks": (None, 0)}
    keys = dict(database.execute("select number, key from paper_key where exam = %s", (exam,)).fetchall())
    for row, seen in zip(shown["rows"], sheet["questions"]):
        given, mark = expected[seen["kind"]]
        assert (row["question"], row["kind"], row["stem"], row["options"], row["rights"], row["full_mark"]) == (
            seen["question"], seen["kind"], seen["stem"], seen["options"], seen["rights"], seen["marks"])
        assert row["mark"] == mark and row.get("answer") == (given(seen) if given else None), row
        assert row["key"] == json.loads(keys[row["question"]]) and row["explanation"]
    assert [row for n in range(8) for row in sheet_of(member, exam, limit=1, offset=n)["rows"]] == shown["rows"]
    assert sheet_of(member, exam, number=2) == {"rows": [], "total": 0}
    assert sheet_of(county.recruit(), exam) == {"rows": [], "total": 0}, "everybody sees his own"


def test_a_sheet_whose_start_the_inbox_no_longer_holds(county, database):
    exam, member = county.exam(), county.recruit()
    sheet = start(member, exam)
    hand_in(member, exam, sheet, answers(sheet, KINDS))
    before = sheet_of(member, exam)["rows"]
    database.execute("delete from flow.inbox where message_id = %s", (sheet["attempt"],))
    after = sheet_of(member, exam)["rows"]
    assert [row["question"] for row in after] == [row["question"] for row in before]
    for old, new in zip(before, after):
        assert {**new, "options": 0, "rights": 0} == {**old, "options": 0, "rights": 0}
        assert [o["option"] for o in new["options"]] == list(range(1, len(old["options"]) + 1))
        assert sorted(o["text"] for o in new["rights"]) == sorted(o["text"] for o in old["rights"])


def test_what_was_closed_by_its_deadline(county, instance):
    exam, member = county.exam(minutes=5, grace_seconds=0), county.recruit()
    sheet = start(member, exam)
    question = sheet["questions"][0]
    save(member, exam, sheet, question, right_answer(question))
    instance.pass_till(milliseconds(sheet["deadline"]) + MINUTE)
    shown = eventually(lambda: sheet_of(member, exam)["rows"])
    assert [("answer" in row, row["mark"]) for row in shown] == [(True, 2)] + [(False, 0)] * 6


def test_wrong_answers(county):
    """Of the last attempt at each examination, newest first, by examination and topic."""
    member = county.recruit()
    first, second, hidden = county.exam(title="错题一"), county.exam(title="错题二"), county.exam(release="never")
    assert wrong_of(member) == {"rows": [], "total": 0}
    sit(member, first, KINDS[:2])  # five wrong, and then better
    sit(member, first, KINDS[:5])
    sit(member, second, KINDS[1:])
    sit(member, hidden, [])
    shown = wrong_of(member)
    assert [(row["exam"], row["title"], row["number"], row["kind"], row["topic"]) for row in shown["rows"]] == [
        (second, "错题二", 1, "single", "党章"), (first, "错题一", 2, "order", "发展"), (first, "错题一", 2, "pairs", "会议")]
    assert shown["total"] == 3 and all(row["mark"] < row["full_mark"] and row["key"] for row in shown["rows"])
    sheet = {row["question"]: row for row in sheet_of(member, first, number=2)["rows"]}
    for row in shown["rows"][1:]:
        same = {name: value for name, value in sheet[row["question"]].items() if name != "place"}
        assert {name: row[name] for name in same} == same
    assert [row["exam"] for row in wrong_of(member, exam=first)["rows"]] == [first, first]
    assert [row["kind"] for row in wrong_of(member, topic="会议")["rows"]] == ["pairs"]
    assert wrong_of(member, topic="没有")["total"] == 0
    assert [row for n in range(4) for row in wrong_of(member, limit=1, offset=n)["rows"]] == shown["rows"]


def points_of(member, **query):
    return member.get(f"/v1/points/me?{urlencode(query)}").json


def sums(database, member, now):
    """Sums from the ledger's entries, added up here by Asia/Shanghai's calendar."""
    local = datetime.fromtimestamp(now / 1000, SHANGHAI)
    today = local.toordinal() - datetime(1970, 1, 1).toordinal()
    made = {"total": 0, "year": 0, "quarter": 0, "month": 0, "today": 0}
    for counted, day in database.execute("select counted, day from points_ledger where member = %s", (member.id,)):
        date = datetime(1970, 1, 1) + timedelta(days=day)
        made["total"] += counted
        made["year"] += counted * (date.year == local.year)
        made["quarter"] += counted * ((date.year, (date.month - 1) // 3) == (local.year, (local.month - 1) // 3))
        made["month"] += counted * ((date.year, date.month) == (local.year, local.month))
        made["today"] += counted * (day == today)
    return {name: value / 100 for name, value in made.items()}


def summary(member):
    found = member.get("/v1/points/me/summary").json
    return {**found, "today": next(row for row in found["today"] if row["rule"] == "exam")}


def test_points_with_their_causes(county, admin, database, instance):
    """Each entry by its cause's name; a correction is an entry of its own; the day's ceiling cuts what is earned."""
    member = county.recruit()
    empty = summary(member)
    assert [empty[name] for name in ("total", "year", "quarter", "month")] == [0] * 4
    assert empty["today"]["points"] == 0 and empty["today"]["daily_cap"] == 15 and empty["today"]["rule_title"] == "在线考试"
    first, second = county.exam(title="第一场"), county.exam(title="第二场")
    sit(member, first, KINDS)
    eventually(lambda: points_of(member)["total"] == 1)
    sit(member, second, KINDS)
    eventually(lambda: points_of(member)["total"] == 2)
    rows = points_of(member)["rows"]
    assert [(row["cause_title"], row["exam"], row["rule_title"], row["revision"], row["earned"], row["points"]) for row in rows] == [
        ("第二场", second, "在线考试", 1, 10, 5), ("第一场", first, "在线考试", 1, 10, 10)]
    assert summary(member)["today"]["points"] == 15
    adopt(admin, first, propose(admin, first, {"truth": True}, 3)["proposal"])
    eventually(lambda: points_of(member)["total"] == 4)
    rows = points_of(member)["rows"]
    assert {(row["cause_title"], row["revision"], row["earned"], row["points"]) for row in rows} == {
        ("第一场", 1, 10, 10), ("第一场", 2, -1.43, -1.43), ("第二场", 1, 10, 5), ("第二场", 2, 0, 1.43)}
    assert [row for n in range(5) for row in points_of(member, limit=1, offset=n)["rows"]] == rows
    eventually(lambda: summary(member)["total"] == 15)
    turned = instance.offset()
    try:
        now = instance.now()
        midnight = (now + 8 * HOUR) // DAY * DAY + DAY - 8 * HOUR - now  # a minute before it is this day, after it the next
        for later in (0, midnight - MINUTE, midnight + MINUTE, DAY, 40 * DAY, 400 * DAY):
            instance.turn_clock(turned + later)
            found = summary(member)
            assert {**found, "today": found["today"]["points"]} == sums(database, member, instance.now()), later
    finally:
        instance.turn_clock(turned)


def close(client, token):
    return client.send("POST", "/v1/sessions:close", {"refresh_token": token})


def refreshed(client, token):
    return client.send("POST", "/v1/sessions:refresh", {"refresh_token": token})


def test_logging_out(county, new_client, database):
    """The session ends with any of its refresh tokens; another session of the same account goes on."""
    member = county.recruit()
    one, other = new_client().log_in(*member.login), new_client().log_in(*member.login)
    newer = refreshed(one, one.refresh).json["refresh_token"]
    reply = close(new_client(), one.refresh)  # spent already, and still this session's; nobody need be signed in
    assert (reply.status, reply.body) == (204, b"") and "content-length" not in reply.headers
    assert refreshed(one, newer).status == 401
    assert close(new_client(), newer).status == 204, "once more is as good"
    again = refreshed(other, other.refresh)
    assert again.status == 201 and new_client().log_in(*member.login)
    reused = database.execute("select bool_or(reused), count(closed_at) from session.session where account = %s", (member.id,))
    assert reused.fetchone() == (False, 1), "a log-out is no theft"


def test_logging_out_without_a_session(new_client):
    assert close(new_client(), "x" * 40).status == 204, "what nobody gave is answered alike"
    assert close(new_client(), "short").status == 422


def test_extra_time_keeps_an_examination_open_for_its_member(county, admin):
    now = county.instance.now()
    exam = county.exam(opens_at=stamp(now - 2 * HOUR), closes_at=stamp(now - MINUTE))
    member, other = county.enrol(county.branches[0], 2)
    admin.command("POST", f"/v1/exams/{exam}/extra-time", {"member": member.id, "minutes": 30, "reason": "停电补时"})
    assert (mine(member, exam)["state"], mine(other, exam)["state"]) == ("open", "closed")
    assert mine(member, exam)["closes_at"] == stamp(now + 29 * MINUTE)
