"""What a member sees of the own examinations, sheets and points, and the log-out.  SPDX-License-Identifier: Apache-2.0"""
import pytest
from county import KINDS, stamp, right_answer
from instance import eventually
from sitting import answers, hand_in, save, sit, start

ALL = set(KINDS)


def agenda_of(member, exam):
    return next(row for row in member.get("/v1/me/exams?limit=200").json["rows"] if row["exam"] == exam)


def sheet_of(member, exam, number=1):
    return member.get(f"/v1/exams/{exam}/results/me/{number}").json["rows"]


def test_agenda_follows_the_attempt(county):
    exam, member = county.exam(), county.recruit()
    row = agenda_of(member, exam)
    assert (row["state"], row["standing"], row["used"], row["shown"]) == ("open", "none", 0, True)
    assert "mark" not in row and "attempt" not in row
    sheet = start(member, exam)
    row = agenda_of(member, exam)
    assert (row["standing"], row["used"], row["attempt"], row["deadline"]) == ("under_way", 1, sheet["attempt"], sheet["deadline"])
    hand_in(member, exam, sheet, answers(sheet, ALL - {"truth"}))
    row = agenda_of(member, exam)
    assert (row["standing"], row["used"], row["mark"]) == ("handed_in", 1, 12) and "attempt" not in row
    sit(member, exam, {"truth"})
    assert agenda_of(member, exam)["mark"] == 12  # the highest counts


@pytest.mark.parametrize("counted, mark", [("highest", 12), ("latest", 2), ("first", 12)])
def test_agenda_shows_the_attempt_that_counts(county, counted, mark):
    exam, member = county.exam(counted=counted), county.recruit()
    sit(member, exam, ALL - {"truth"})
    sit(member, exam, {"truth"})
    assert agenda_of(member, exam)["mark"] == mark


def test_agenda_is_for_whom_it_concerns_and_ordered(county):
    now = county.instance.now()
    member = county.recruit(county.branches[0])
    elsewhere = county.exam(organisation=county.committees[1])
    late = county.exam(opens_at=stamp(now + 7200000))
    soon = county.exam(opens_at=stamp(now + 3600000))
    closed = county.exam(opens_at=stamp(now - 7200000), closes_at=stamp(now - 3600000))
    first, second = (county.exam(closes_at=stamp(now + hours * 3600000)) for hours in (2, 3))
    rows = [row["exam"] for row in member.get("/v1/me/exams?limit=200").json["rows"]]
    assert elsewhere not in rows
    places = [rows.index(exam) for exam in (first, second, soon, late, closed)]
    assert places == sorted(places)
    states = [row["state"] for row in member.get("/v1/me/exams?state=coming&limit=200").json["rows"]]
    assert set(states) == {"coming"}
    whole = member.get("/v1/me/exams?limit=3&offset=1").json
    assert [row["exam"] for row in whole["rows"]] == rows[1:4] and whole["total"] == len(rows)


def test_extra_time_keeps_an_examination_open_for_its_member(county, admin):
    now = county.instance.now()
    exam = county.exam(opens_at=stamp(now - 7200000), closes_at=stamp(now - 60000))
    member, other = county.enrol(county.branches[0], 2)
    admin.command("POST", f"/v1/exams/{exam}/extra-time", {"member": member.id, "minutes": 30, "reason": "停电补时"})
    assert (agenda_of(member, exam)["state"], agenda_of(other, exam)["state"]) == ("open", "closed")
    assert agenda_of(member, exam)["closes_at"] == stamp(now - 60000 + 1800000)


def test_a_sheet_question_by_question(county):
    exam, member = county.exam(), county.recruit()
    sheet = start(member, exam)
    given = {line["question"]: line["answer"] for line in answers(sheet, ALL - {"order", "single"})}
    first, rest = sheet["questions"][0], sheet["questions"][1:]
    # the first is saved twice by the way and once more at the hand-in; the last is left out
    save(member, exam, sheet, first, given[first["question"]], seq=1)
    save(member, exam, sheet, first, given[first["question"]], seq=2)
    left_out = rest[-1]["question"]
    hand_in(member, exam, sheet, [{"question": q["question"], "seq": 3, "answer": given[q["question"]]} for q in rest[:-1]])
    lines = sheet_of(member, exam)
    assert [line["question"] for line in lines] == [q["question"] for q in sheet["questions"]]
    assert [line["place"] for line in lines] == list(range(1, 8))
    for line, shown in zip(lines, sheet["questions"]):
        assert (line["options"], line["rights"], line["stem"]) == (shown["options"], shown["rights"], shown["stem"])
        assert line.get("answer") == (None if line["question"] == left_out else given[line["question"]])
        full = line["question"] != left_out and line["kind"] not in ("order", "single")
        assert (line["mark"], line["full_mark"]) == (2 if full else 0, 2)
    single = next(line for line in lines if line["kind"] == "single")
    assert {"chosen": single["key"]["right"]} == right_answer(single)
    wrong = member.get("/v1/me/wrong-answers").json
    assert [(w["exam"], w["question"]) for w in wrong["rows"]] == [(exam, line["question"]) for line in lines if line["mark"] < 2]
    assert wrong["total"] == len(wrong["rows"])


def test_the_greatest_writer_counts(county):
    exam, member = county.exam(), county.recruit()
    old = start(member, exam)
    new = start(member, exam)
    question = next(q for q in old["questions"] if q["kind"] == "truth")
    save(member, exam, new, question, {"truth": False}, seq=1)
    save(member, exam, old, question, {"truth": True}, seq=9)
    hand_in(member, exam, old)
    line = next(line for line in sheet_of(member, exam) if line["kind"] == "truth")
    assert line["answer"] == {"truth": False} and line["mark"] == 2


@pytest.mark.parametrize("release, mark, keys", [("never", False, False), ("after_closing", False, False),
                                                 ("mark_at_once", True, False), ("all_at_once", True, True)])
def test_nothing_before_its_release(county, release, mark, keys):
    exam, member = county.exam(release=release), county.recruit()
    sit(member, exam, ALL - {"truth"})
    row = member.get(f"/v1/exams/{exam}/results/me").json["rows"][0]
    assert (row["shown"], row["keys_shown"], "mark" in row) == (mark, keys, mark)
    assert (agenda_of(member, exam)["shown"], "mark" in agenda_of(member, exam)) == (mark, mark)
    assert len(sheet_of(member, exam)) == (7 if keys else 0)
    assert member.get(f"/v1/me/wrong-answers?exam={exam}").json["total"] == (1 if keys else 0)


def test_another_ones_sheet_is_not_there(county):
    exam = county.exam()
    member, other = county.enrol(county.branches[0], 2)
    sheet = start(member, exam)
    hand_in(member, exam, sheet, answers(sheet, set()))
    assert sheet_of(other, exam) == [] and other.get("/v1/me/wrong-answers").json["total"] == 0
    assert other.send("GET", f"/v1/exams/{exam}/attempts/{sheet['attempt']}").status == 404


def test_wrong_answers_are_the_last_attempts(county):
    exam, member = county.exam(), county.recruit()
    sit(member, exam, set())
    assert member.get("/v1/me/wrong-answers").json["total"] == 7
    sit(member, exam, ALL - {"pairs"})
    assert [w["kind"] for w in member.get("/v1/me/wrong-answers").json["rows"]] == ["pairs"]
    assert member.get("/v1/me/wrong-answers?topic=nothing").json["total"] == 0


def test_a_device_learns_that_it_was_taken_over(county):
    exam, member = county.exam(), county.recruit()
    sheet = start(member, exam)
    path = f"/v1/exams/{exam}/attempts/{sheet['attempt']}"
    assert member.get(path).json == {"attempt": sheet["attempt"], "number": 1, "writers": 1, "deadline": sheet["deadline"],
                                     "ended": False}
    bound = county.new_client()
    bound.token = sheet["token"]
    start(member, exam)
    assert bound.get(path).json["writers"] == 2
    hand_in(member, exam, sheet)
    assert bound.get(path).json["ended"]
    assert bound.send("GET", f"/v1/exams/{exam}/results/me").status == 403
    another = start(county.recruit(), exam)
    assert bound.send("GET", f"/v1/exams/{exam}/attempts/{another['attempt']}").status == 403


def test_points_with_their_causes_and_sums(county):
    title = "得分来由"
    exam, member = county.exam(title=title), county.recruit()
    sit(member, exam, ALL - {"truth"})
    row = eventually(lambda: next(iter(member.get("/v1/points/me").json["rows"]), None))
    assert (row["rule_title"], row["cause_title"], row["exam"], row["revision"]) == ("在线考试", title, exam, 1)
    assert row["points"] == row["earned"] == 8.57
    another = county.exam(title="第二场")
    sit(member, another, ALL)
    rows = eventually(lambda: (rows := member.get("/v1/points/me").json["rows"]) and len(rows) == 2 and rows)
    assert (rows[0]["earned"], rows[0]["points"]) == (10, 6.43)  # at most 15 a day
    sums = member.get("/v1/points/me/summary").json
    assert [sums[period] for period in ("total", "year", "quarter", "month")] == [15] * 4
    assert sums["today"] == [{"rule": "exam", "rule_title": "在线考试", "points": 15, "daily_cap": 15}]


def test_no_points_are_nothing(county):
    sums = county.recruit().get("/v1/points/me/summary").json
    assert [sums[period] for period in ("total", "year", "quarter", "month")] == [0] * 4 and sums["today"][0]["points"] == 0


def test_a_log_out_ends_the_session(county):
    member = county.recruit()
    opened = member.send("POST", "/v1/sessions", dict(zip(("login", "password"), member.login))).json
    other = member.send("POST", "/v1/sessions", dict(zip(("login", "password"), member.login))).json
    token = {"refresh_token": opened["refresh_token"]}
    assert member.send("POST", "/v1/sessions:close", {"refresh_token": "ab" * 32}).status == 204  # nobody's: nothing to tell
    newer = member.send("POST", "/v1/sessions:refresh", token).json["refresh_token"]
    closed = member.send("POST", "/v1/sessions:close", token)  # a spent one tells its session as well
    assert (closed.status, closed.body) == (204, b"")
    assert member.send("POST", "/v1/sessions:refresh", {"refresh_token": newer}).status == 401
    assert member.send("POST", "/v1/sessions:refresh", {"refresh_token": other["refresh_token"]}).status == 201
    assert member.send("POST", "/v1/sessions:close", {}).status == 422
