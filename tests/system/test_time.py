"""Time: opening, deadlines with grace, closing, extra time, and the order of acceptance against the order of the log.
The one clock of all processes is turned; no handler is called.  SPDX-License-Identifier: Apache-2.0"""
from email.utils import parsedate_to_datetime

import pytest
from county import KINDS, right_answer, stamp, wrong_answer
from instance import eventually
from sitting import answers, hand_in, milliseconds, save, sit, start

MINUTE = 60000
GRACE = 10000
# The end's event: deadline + grace + the front's longest wait for Kafka (5 s) + allowed skew (5 s).
DUE = GRACE + 5000 + 5000


def sheet_of(database, attempt):
    return database.execute("select ended, ended_at, mark, revision from sheet where attempt = %s", (attempt,)).fetchone()


def closed(database, attempt):
    """The sheet that the deadline made: (its time in ms, mark, revision)."""
    row = eventually(lambda: sheet_of(database, attempt))
    assert row[0] == 1, row
    return round(row[1].timestamp() * 1000), row[2], row[3]


def result_rows(member, exam):
    return member.get(f"/v1/exams/{exam}/results/me").json["rows"]


def test_grace_is_judged_by_acceptance_and_a_late_hand_in_is_kept(county, instance, database):
    exam = county.exam()
    prompt, late = county.enrol(county.branches[0], 2)
    sheet, other = start(prompt, exam), start(late, exam)
    deadline = milliseconds(sheet["deadline"])
    assert deadline == milliseconds(sheet["started_at"]) + 30 * MINUTE
    for question in other["questions"][:3]:
        save(late, exam, other, question, right_answer(question))
    instance.pass_till(deadline + 3000)
    taken = hand_in(prompt, exam, sheet, answers(sheet, KINDS))["result"]
    assert taken["mark"] == 14 and milliseconds(taken["handed_in_at"]) > deadline
    instance.pass_till(milliseconds(other["deadline"]) + GRACE + 1000)
    body = answers(other, KINDS)
    problem = hand_in(late, exam, other, body, expect=409)
    assert problem["type"].endswith("too_late")
    kept = database.execute("select reason, body from refused_hand_in where attempt = %s", (other["attempt"],)).fetchall()
    assert [reason for reason, _ in kept] == ["too_late"] and b'"answers"' in kept[0][1]
    # a save after the grace is refused too, and what had been saved is handed in by the deadline
    problem = save(late, exam, other, other["questions"][5], right_answer(other["questions"][5]), seq=2, expect=409)
    assert problem["type"].endswith("too_late")
    instance.pass_till(milliseconds(other["deadline"]) + DUE + 500)
    assert closed(database, other["attempt"]) == (milliseconds(other["deadline"]), 600, 1)
    # after that as well
    assert hand_in(late, exam, other, body, expect=409)["type"].endswith("too_late")
    assert result_rows(late, exam)[0]["ended"] == "closed"


def test_replies_say_the_one_clock(county, instance, admin):
    """By it pages count an attempt's time down."""
    instance.advance(90 * MINUTE)
    said = parsedate_to_datetime(admin.get("/v1/me").headers["date"]).timestamp() * 1000
    assert abs(instance.now() - said) < 5000


def test_opening_and_closing(county, instance, database):
    now = instance.now()
    exam = county.exam(opens_at=stamp(now + 20 * MINUTE), closes_at=stamp(now + 30 * MINUTE))
    early, late = county.enrol(county.branches[1], 2)
    assert start(early, exam, expect=409)["type"].endswith("too_early")
    instance.pass_till(now + 20 * MINUTE + 100)
    sheet = start(early, exam)
    assert milliseconds(sheet["deadline"]) == now + 30 * MINUTE, "an attempt ends with the examination at the latest"
    instance.pass_till(now + 30 * MINUTE + 100)
    assert start(late, exam, expect=409)["type"].endswith("too_late")
    assert hand_in(early, exam, sheet, answers(sheet, ["truth"]))["result"]["mark"] == 2, "closing has the same grace"


def test_attempts_allowed(county):
    exam, member = county.exam(attempts=2), county.recruit()
    assert sit(member, exam, ["truth"])["number"] == 1
    assert sit(member, exam, KINDS)["number"] == 2
    assert start(member, exam, expect=409)["type"].endswith("attempts_used")
    assert [(row["number"], row["mark"]) for row in result_rows(member, exam)] == [(1, 2), (2, 14)]


def test_an_examination_of_others_is_not_for_me(county):
    exam = county.exam(organisation=county.committees[1])
    outside, inside = county.recruit(county.branches[0]), county.recruit(county.branches[2])
    reply = outside.send("POST", f"/v1/exams/{exam}/attempts", {}, {"Prefer": "wait=10"})
    assert reply.status in (403, 404), reply
    assert sit(inside, exam, KINDS)["mark"] == 14
    assert all(row["exam"] != exam for row in outside.get("/v1/exams").json["rows"])
    assert any(row["exam"] == exam for row in inside.get("/v1/exams").json["rows"])


def test_what_was_saved_is_handed_in_at_the_deadline(county, instance, database, watch):
    exam = county.exam(minutes=5)
    saved, silent = county.enrol(county.branches[0], 2)
    sheet, empty = start(saved, exam), start(silent, exam)
    for question in sheet["questions"]:
        save(saved, exam, sheet, question, right_answer(question), seq=3)
    save(saved, exam, sheet, sheet["questions"][0], wrong_answer(sheet["questions"][0]), seq=2)  # older: superseded
    instance.pass_till(milliseconds(empty["deadline"]) + DUE - 3000)
    assert sheet_of(database, sheet["attempt"]) is None and sheet_of(database, empty["attempt"]) is None
    instance.pass_till(milliseconds(empty["deadline"]) + DUE + 300)
    assert closed(database, sheet["attempt"]) == (milliseconds(sheet["deadline"]), 1400, 1)
    assert closed(database, empty["attempt"]) == (milliseconds(empty["deadline"]), 0, 1)
    due = watch.await_one("attempt_due", attempt=sheet["attempt"])
    assert len({r.id for r in watch.of("attempt_due", attempt=sheet["attempt"])}) == 1
    assert due.key.decode() == saved.id and due.json["generation"] == 1
    graded = watch.await_one("exam_graded", attempt=sheet["attempt"])
    assert graded.json["ended"] == "closed" and graded.json["mark"] == 14 and \
        graded.headers["ce_cause"].decode() == due.id
    points = eventually(lambda: database.execute("select points from points_entry where member_id = %s",
                                                 (saved.id,)).fetchall())
    assert [float(p) for p, in points] == [10.0]


def test_a_hand_in_cancels_its_timer(county, instance, database, watch):
    exam, member = county.exam(minutes=5), county.recruit()
    sheet = start(member, exam)
    assert database.execute("select count(*) from flow.timer where key = %s", (sheet["attempt"],)).fetchone() == (1,)
    hand_in(member, exam, sheet)
    assert database.execute("select count(*) from flow.timer where key = %s", (sheet["attempt"],)).fetchone() == (0,)


def test_extra_time(county, admin, instance, database, watch):
    exam = county.exam(minutes=10)
    under_way, before, other = county.enrol(county.branches[0], 3)

    def extend(member, minutes, expect=200):
        return admin.command("POST", f"/v1/exams/{exam}/extra-time",
                             {"member": member.id, "minutes": minutes, "reason": "视力障碍"}, expect=expect)

    extend(before, 20)
    sheet, longer, plain = start(under_way, exam), start(before, exam), start(other, exam)
    assert milliseconds(longer["deadline"]) - milliseconds(longer["started_at"]) == 30 * MINUTE
    extend(under_way, 5)
    moved = eventually(lambda: (again := start(under_way, exam))["deadline"] != sheet["deadline"] and again)
    assert milliseconds(moved["deadline"]) == milliseconds(sheet["deadline"]) + 5 * MINUTE
    extend(under_way, 15)  # fifteen in all
    moved = eventually(lambda: (again := start(under_way, exam))["deadline"] != moved["deadline"] and again)
    assert milliseconds(moved["deadline"]) == milliseconds(sheet["deadline"]) + 15 * MINUTE
    assert extend(under_way, 15, expect=409)["type"].endswith("conflict"), "not more than was given"
    listed = {row["member"]: row for row in admin.get(f"/v1/exams/{exam}/candidates?org={county.branches[0]}&limit=500").json["rows"]}
    assert [listed[m.id].get("extra_minutes") for m in (under_way, before, other)] == [15, 20, None]
    assert listed[under_way.id]["deadline"] == moved["deadline"]
    instance.pass_till(milliseconds(plain["deadline"]) + DUE + 500)
    closed(database, plain["attempt"])
    save(under_way, exam, moved, moved["questions"][0], right_answer(moved["questions"][0]))
    assert sheet_of(database, sheet["attempt"]) is None, "the old generation's timer says nothing"
    instance.pass_till(milliseconds(moved["deadline"]) + DUE + 500)
    assert closed(database, sheet["attempt"]) == (milliseconds(moved["deadline"]), 200, 1)
    assert watch.await_one("attempt_due", attempt=sheet["attempt"]).json["generation"] == 3
    assert len(watch.of("attempt_due", attempt=sheet["attempt"])) == 1
    assert hand_in(before, exam, longer, answers(longer, KINDS))["result"]["mark"] == 14


def test_closing_is_moved_for_those_under_way(county, admin, instance, database):
    now = instance.now()
    exam = county.exam(closes_at=stamp(now + 10 * MINUTE), minutes=30)
    member, late = county.enrol(county.branches[2], 2)
    sheet = start(member, exam)
    assert milliseconds(sheet["deadline"]) == now + 10 * MINUTE

    def move(minutes, more, expect=200):
        return admin.command("POST", f"/v1/exams/{exam}/closing",
                             {"closes_at": stamp(now + minutes * MINUTE), "minutes": more, "reason": "停电"}, expect=expect)

    assert move(5, 0, expect=409)["type"].endswith("conflict"), "never to an earlier time"
    move(40, 12)
    moved = eventually(lambda: (again := start(member, exam))["deadline"] != sheet["deadline"] and again)
    assert milliseconds(moved["deadline"]) == now + 22 * MINUTE
    instance.pass_till(now + 10 * MINUTE + DUE + 500)
    save(member, exam, moved, moved["questions"][0], right_answer(moved["questions"][0]))
    assert sheet_of(database, sheet["attempt"]) is None
    fresh = start(late, exam)
    assert milliseconds(fresh["deadline"]) == min(milliseconds(fresh["started_at"]) + 30 * MINUTE, now + 40 * MINUTE)
    instance.pass_till(now + 22 * MINUTE + DUE + 500)
    assert closed(database, sheet["attempt"]) == (now + 22 * MINUTE, 200, 1)


def test_in_time_but_behind_the_end_in_the_log(county, instance, database, watch):
    """Another front's messages, accepted in time, reach the log behind the event that closed the attempt."""
    exam, member = county.exam(minutes=5), county.recruit()
    sheet = start(member, exam)
    first, second, third, *_ = sheet["questions"]
    save(member, exam, sheet, first, right_answer(first))
    deadline = milliseconds(sheet["deadline"])
    pattern = eventually(lambda: [r for r in watch.of("exam_answer") if r.key.decode() == member.id])[0]
    instance.pass_till(deadline + DUE + 300)
    assert closed(database, sheet["attempt"]) == (deadline, 200, 1)

    def save_from_elsewhere(question, seq, accepted):
        path = f"/v1/exams/{exam}/attempts/{sheet['attempt']}/answers/{question['question']}"
        command = watch.again(pattern, {"writer": sheet["writer"], "seq": seq, "answer": right_answer(question)},
                              stamp(accepted), path)
        return watch.await_one("outcome", command=command).json

    assert save_from_elsewhere(second, 1, deadline - 1000)["status"] == "applied"
    assert sheet_of(database, sheet["attempt"])[2:] == (400, 2)
    assert save_from_elsewhere(third, 1, deadline + GRACE)["status"] == "applied", "the last moment of the grace"
    assert sheet_of(database, sheet["attempt"])[2:] == (600, 3)
    late = save_from_elsewhere(first, 2, deadline + GRACE + 1)
    assert late["status"] == "rejected" and late["problem"]["type"].endswith("too_late")
    assert sheet_of(database, sheet["attempt"])[2:] == (600, 3)
    history = database.execute("select revision, mark from sheet_history where exam = %s and member = %s order by revision",
                               (exam, member.id)).fetchall()
    assert history == [(1, 200), (2, 400)]
    # a hand-in, accepted in time, behind all that: it is the end of the attempt now
    pattern.headers["ce_type"] = b"baoting.exam_submit.v1"
    command = watch.again(pattern, {"attempt": sheet["attempt"], "writer": sheet["writer"],
                                    "answers": answers(sheet, KINDS, seq=9)},
                          stamp(deadline - 2000), f"/v1/exams/{exam}/submissions")
    assert watch.await_one("outcome", command=command).json["status"] == "applied"
    row = sheet_of(database, sheet["attempt"])
    assert (row[0], round(row[1].timestamp() * 1000), row[2], row[3]) == (0, deadline - 2000, 1400, 4)
    # the points follow by entries, none changed
    def entries():
        rows = database.execute("select revision, earned, counted from points_ledger where member = %s and cause = %s "
                                "order by revision", (member.id, exam)).fetchall()
        return sum(r[1] for r in rows) == 1000 and rows
    rows = eventually(entries)
    assert [r[0] for r in rows] == [1, 2, 3, 4] and [r[1] for r in rows] == [143, 143, 143, 571]


RULES = {  # rule: (hand-in shows the mark, mark before, key before, mark after, key after closing)
    "after_closing": (False, False, False, True, True),
    "mark_at_once": (True, True, False, True, True),
    "all_at_once": (True, True, True, True, True),
    "never": (False, False, False, False, False),
}


def shows(member, exam):
    row = result_rows(member, exam)[0]
    assert row["shown"] == ("mark" in row)
    sheet = member.get(f"/v1/exams/{exam}/results/me/1").json
    assert sheet["total"] == len(sheet["rows"]) == (7 if row["keys_shown"] else 0)
    assert all(q["key"] and q["explanation"] for q in sheet["rows"])
    wrong = member.get(f"/v1/me/wrong-answers?exam={exam}").json["total"]
    assert wrong == (1 if row["keys_shown"] else 0)
    return row["shown"], row["keys_shown"]


def test_release_rules(county, instance, admin):
    closes = instance.now() + 40 * MINUTE
    member = county.recruit()
    exams = {rule: county.exam(release=rule, closes_at=stamp(closes)) for rule in RULES}
    for rule, (at_once, mark, key, _, _) in RULES.items():
        taken = sit(member, exams[rule], KINDS[1:])
        assert ("mark" in taken) == at_once == ("full_mark" in taken), rule
        assert shows(member, exams[rule]) == (mark, key), rule
    instance.pass_till(closes + 500)
    for rule, (*_, mark, key) in RULES.items():
        assert shows(member, exams[rule]) == (mark, key), rule
    admin.command("PUT", f"/v1/exams/{exams['never']}/release", {"release": "all_at_once", "reason": "公布成绩"})
    assert shows(member, exams["never"]) == (True, True)


@pytest.mark.parametrize("kind", ["release", "extra-time", "closing"])
def test_no_such_examination(county, admin, kind):
    body = {"release": {"release": "never", "reason": "测试"},
            "extra-time": {"member": county.members["t0000"], "minutes": 5, "reason": "测试"},
            "closing": {"closes_at": "2027-01-01T00:00:00Z", "minutes": 0, "reason": "测试"}}[kind]
    reply = admin.send("PUT" if kind == "release" else "POST", f"/v1/exams/00000000-0000-4000-8000-000000000001/{kind}", body)
    assert reply.status == 404, reply
