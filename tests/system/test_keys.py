"""Corrected keys: proposed, adopted, every sheet marked again, the ledger corrected by entries, also when the sweep is
interrupted; and which of two attempts counts.  SPDX-License-Identifier: Apache-2.0"""
import json
import uuid

import psycopg
import pytest
from county import KINDS, stamp
from instance import eventually
from sitting import hand_in, sit, start

ALL_BUT_SINGLE = [kind for kind in KINDS if kind != "single"]
SINGLE_QUESTION = 1  # the paper's numbers follow its sections: 小康社会 1, 实现共产主义 2, 共同富裕 3


def propose(admin, exam, key, question=SINGLE_QUESTION, expect=200):
    reply = admin.command("POST", f"/v1/exams/{exam}/questions/{question}/keys", {"key": key, "reason": "原答案有误"},
                          expect=expect)
    return reply["result"] if expect == 200 else reply


def adopt(admin, exam, proposal, expect=200):
    reply = admin.command("POST", f"/v1/exams/{exam}/keys/{proposal}/adoption", {"reason": "经核对"}, expect=expect)
    return reply["result"] if expect == 200 else reply


def choose(member, exam, option):
    """A hand-in that answers the single choice alone, and nothing at all for None."""
    sheet = start(member, exam)
    question = next(q for q in sheet["questions"] if q["kind"] == "single")
    assert question["question"] == SINGLE_QUESTION
    listed = [] if option is None else [{"question": SINGLE_QUESTION, "seq": 1, "answer": {"chosen": [option]}}]
    return hand_in(member, exam, sheet, listed)["result"]["mark"]


def marks(database, exam):
    return {str(member): (mark, version, revision) for member, mark, version, revision in database.execute(
        "select member, mark, key_version, revision from sheet where exam = %s", (exam,))}


def ledger(database, member, exam):
    return database.execute("select revision, earned, counted from points_ledger where member = %s and cause = %s "
                            "order by revision", (member.id, exam)).fetchall()


def test_a_corrected_key(county, admin, database, watch):
    exam = county.exam()
    right, wrong, third, silent, under_way = county.enrol(county.branches[0], 5)
    assert [choose(m, exam, option) for m, option in ((right, 2), (wrong, 1), (third, 3), (silent, None))] == [2, 0, 0, 0]
    later = start(under_way, exam)
    eventually(lambda: len(ledger(database, right, exam)) == 1)

    result = propose(admin, exam, {"right": [1]})
    assert (result["sheets"], result["changed"]) == (4, 2)
    assert {c["member"]: (c["number"], c["before"], c["after"]) for c in result["changes"]} == \
        {right.id: (1, 2, 0), wrong.id: (1, 0, 2)}
    assert {mark for mark, *_ in marks(database, exam).values()} == {200, 0}, "a proposal changes nothing"
    assert {version for _, version, _ in marks(database, exam).values()} == {1}

    adopted = adopt(admin, exam, result["proposal"])
    assert adopted == {"key_version": 2, "sheets": 4}
    eventually(lambda: all(version == 2 for _, version, _ in marks(database, exam).values()))
    assert marks(database, exam) == {right.id: (0, 2, 2), wrong.id: (200, 2, 2), third.id: (0, 2, 2), silent.id: (0, 2, 2)}
    history = database.execute("select member, revision, key_version, mark from sheet_history where exam = %s", (exam,))
    assert {(str(m), r, v, mark) for m, r, v, mark in history} == \
        {(right.id, 1, 1, 200), (wrong.id, 1, 1, 0), (third.id, 1, 1, 0), (silent.id, 1, 1, 0)}
    # who hands in now is marked by the corrected key
    answer = [{"question": SINGLE_QUESTION, "seq": 1, "answer": {"chosen": [1]}}]
    assert hand_in(under_way, exam, later, answer)["result"]["mark"] == 2

    # 2 of 14 marks are 1.43 of 10 points: taken back by an entry of its own, and given by one
    eventually(lambda: len(ledger(database, right, exam)) == 2 and len(ledger(database, wrong, exam)) == 1)
    assert ledger(database, right, exam) == [(1, 143, 143), (2, -143, -143)]
    assert [row[1:] for row in ledger(database, wrong, exam)] == [(143, 143)]
    totals = lambda: {str(m): float(p) for m, p in database.execute(  # noqa: E731
        "select member_id, points from points_total where member_id = any(%s)",
        ([right.id, wrong.id, third.id, silent.id, under_way.id],))}
    eventually(lambda: totals() == {right.id: 0, wrong.id: 1.43, under_way.id: 1.43})
    eventually(lambda: wrong.get("/v1/leaderboards/members/me").json.get("me", {}).get("points") == 1.43)
    eventually(lambda: right.get("/v1/leaderboards/members/me").json.get("me", {}).get("points", 0) == 0)
    revised = watch.await_one("exam_graded", member=right.id, revision=2)
    assert revised.json["mark"] == 0 and revised.json["counted_mark"] == 0
    posted = watch.await_one("points_posted", member=right.id, revision=2)
    assert posted.json["points"] == -1.43

    assert adopt(admin, exam, result["proposal"], expect=409)["type"].endswith("conflict"), "adopted once"
    shown = wrong.get(f"/v1/exams/{exam}/results/me").json["rows"][0]
    questions = wrong.get(f"/v1/exams/{exam}/results/me/1").json["rows"]
    assert shown["mark"] == 2 and next(q for q in questions if q["question"] == 1)["mark"] == 2


def settled(database, exam, version):
    """All sheets' marks once each is marked under that version of the keys."""
    eventually(lambda: all(v == version for _, v, _ in marks(database, exam).values()))
    return {member: mark for member, (mark, *_) in marks(database, exam).items()}


def test_a_void_question_is_everybodys(county, admin, database):
    """Right, wrong or not answered: whoever had it drawn gets its marks, nobody else does; and it can be made good again."""
    text = ("number,kind,topic,stem,options,key,marks,explanation,source\n"
            "1,truth,甲,第一题,,对,2,无,无\n2,truth,甲,第二题,,对,2,无,无\n").encode()
    bank = admin.command("POST", "/v1/banks", {"organisation": county.root, "name": "作废题库"})["command"]
    admin.command("POST", f"/v1/questions:import?bank={bank}&format=csv", text, headers={"Content-Type": "text/csv"})
    now = county.instance.now()
    exam = admin.command("POST", "/v1/exams", {
        "organisation": county.root, "title": "作废", "opens_at": stamp(now - 1000), "closes_at": stamp(now + 86400000),
        "minutes": 30, "grace_seconds": 0, "attempts": 1, "counted": "highest", "multiple": "all_or_nothing", "penalty": 0,
        "release": "all_at_once", "sections": [{"bank": bank, "kind": "truth", "draw": 1, "marks": 2}]})["command"]
    admin.command("POST", f"/v1/exams/{exam}/publication")
    eventually(lambda: any(row["exam"] == exam for row in admin.get("/v1/exams").json["rows"]))
    had, before, late = {}, {}, None
    for n, member in enumerate(county.enrol(county.branches[0], 24)):
        sheet = start(member, exam)
        had[member.id] = sheet["questions"][0]["question"]
        if late is None and had[member.id] == 1:
            late = member, sheet  # hands in under the void
            continue
        listed = [{"question": had[member.id], "seq": 1, "answer": {"truth": n % 3 == 0}}] if n % 3 < 2 else []
        taken = hand_in(member, exam, sheet, listed)["result"]
        before[member.id] = round(taken["mark"] * 100)
        assert taken["answered"] == len(listed)
    assert set(had.values()) == {1, 2} and set(before.values()) == {0, 200}, "the draw is random: both came to some of 24"
    result = propose(admin, exam, {"voided": True}, question=1)
    assert (result["sheets"], result["changed"]) == (
        sum(had[m] == 1 for m in before), sum(had[m] == 1 and mark == 0 for m, mark in before.items()))
    adopt(admin, exam, result["proposal"])
    after = {m: 200 if had[m] == 1 else mark for m, mark in before.items()}
    assert settled(database, exam, 2) == after
    member, sheet = late
    taken = hand_in(member, exam, sheet, [])["result"]
    assert (taken["mark"], taken["answered"]) == (2, 0)
    shown = member.get(f"/v1/exams/{exam}/results/me/1").json["rows"]
    assert [(q["question"], q["mark"], q["key"]) for q in shown] == [(1, 2, {"truth": True, "voided": True})]
    adopt(admin, exam, propose(admin, exam, {"truth": True}, question=1)["proposal"])
    assert settled(database, exam, 3) == {**before, member.id: 0}


@pytest.mark.parametrize("kind, question, others, right", [
    ("multiple", 2, [{"right": [2, 3]}, {"right": [1]}], [{"chosen": [1, 2]}, {"chosen": [3, 2]}, {"chosen": [1]}]),
    ("truth", 3, [{"truth": True}], [{"truth": True}, {"truth": False}])])
def test_several_complete_keys(county, admin, database, kind, question, others, right):
    """Any of them is right, and no mixture of two."""
    exam, wrong = county.exam(), {"multiple": [{"chosen": [1, 3]}, {"chosen": [1, 2, 3]}, {"chosen": [3]}], "truth": []}[kind]
    expected = {}
    for member, answer in zip(county.enrol(county.branches[1], len(right) + len(wrong)), right + wrong):
        sheet = start(member, exam)
        hand_in(member, exam, sheet, [{"question": question, "seq": 1, "answer": answer}])
        expected[member.id] = 200 if answer in right else 0
    first = {"multiple": {"right": [1, 2]}, "truth": {"truth": False}}[kind]
    result = propose(admin, exam, {**first, "others": others}, question=question)
    assert result["changed"] == len(right) - 1
    adopt(admin, exam, result["proposal"])
    assert settled(database, exam, 2) == expected


def test_the_ledger_is_never_changed(database, county):
    for statement in ("update points_ledger set counted = counted", "delete from points_ledger"):
        with pytest.raises(psycopg.Error, match="append-only"):
            database.execute(statement)


@pytest.mark.parametrize("key, question", [
    ({"right": [9]}, 1),  # there are three options
    ({"truth": True}, 1),  # another kind
    ({"right": []}, 1),
    ({"blanks": [{"accepted": [{"text": "一", "share": 1000000}]}] * 2}, 4),  # one blank in the question
    ({"order": [1, 1, 2, 3]}, 6),
    ({"right": [1], "others": [{"right": [9]}]}, 1),  # another key that does not fit
    ({"right": [1], "others": [{"truth": True}]}, 1),
    ({"right": [1], "others": []}, 1),
    ({"voided": False}, 1),  # and what is right then
])
def test_a_key_that_does_not_fit(county, admin, database, key, question):
    exam = county.exam()
    reply = admin.send("POST", f"/v1/exams/{exam}/questions/{question}/keys", {"key": key, "reason": "测试"},
                       {"Prefer": "wait=15", "Idempotency-Key": str(uuid.uuid4())})
    assert reply.status == 422, reply
    assert database.execute("select count(*) from key_proposal where exam = %s", (exam,)).fetchone() == (0,)


def test_no_such_question_or_proposal(county, admin):
    exam = county.exam()
    reply = admin.send("POST", f"/v1/exams/{exam}/questions/99/keys", {"key": {"right": [1]}, "reason": "测试"})
    assert reply.status in (404, 422), reply
    assert adopt(admin, exam, "00000000-0000-4000-8000-000000000001", expect=409)["type"].endswith("conflict")


def test_a_key_of_each_kind(county, admin, database):
    """After these corrections, what was right is wrong in every kind; corrected back, it is right again."""
    exam, member = county.exam(), county.recruit()
    assert sit(member, exam, KINDS)["mark"] == 14
    number = {kind: n + 1 for n, kind in enumerate(KINDS)}
    keys = {str(n): text for n, text in database.execute(
        "select number, key from paper_key where exam = %s", (exam,))}
    originals = {kind: json.loads(keys[str(number[kind])]) for kind in KINDS}
    turned = {
        "single": {"right": [3]}, "multiple": {"right": [3]}, "truth": {"truth": True},
        "blanks": {"blanks": [{"accepted": [{"text": "创造力", "share": 1000000}]}]},
        "number": {"numbers": [{"value": 2000000, "low": 2000000, "high": 2000000, "share": 1000000}]},
        "order": {"order": originals["order"]["order"][::-1]}, "pairs": {"order": originals["pairs"]["order"][1:] + originals["pairs"]["order"][:1]},
    }
    version = 1
    for kind in KINDS:
        result = propose(admin, exam, turned[kind], number[kind])
        assert result["changed"] == 1 and result["changes"][0]["after"] < result["changes"][0]["before"], kind
        adopt(admin, exam, result["proposal"])
        version += 1
    eventually(lambda: marks(database, exam)[member.id][1] == version)
    assert marks(database, exam)[member.id][0] == 0
    for kind in KINDS:
        adopt(admin, exam, propose(admin, exam, originals[kind], number[kind])["proposal"])
        version += 1
    eventually(lambda: marks(database, exam)[member.id][1] == version)
    assert marks(database, exam)[member.id][0] == 1400
    eventually(lambda: sum(row[2] for row in ledger(database, member, exam)) == 1000)
    total = database.execute("select points from points_total where member_id = %s", (member.id,)).fetchone()
    assert float(total[0]) == 10


def test_an_interrupted_sweep_goes_on(county, admin, instance, database, watch):
    """1,200 sheets in three chunks; the worker dies while it waits for one of them."""
    exam, pattern = county.exam(), county.recruit(county.branches[3])
    choose(pattern, exam, 1)
    members = []
    for chunk in range(12):
        members += admin.command("POST", "/v1/members", {
            "organisation": county.branches[3], "initial_password": county.password,
            "members": [{"login": f"k{chunk:02d}{n:02d}", "name": "复核员", "ethnicity": "汉族", "birth_year": 1980,
                         "joined_year": 2001} for n in range(100)]})["result"]["members"]
    database.execute("""
        with made as (select unnest(%s::uuid[]) as member),
        started as (
            insert into attempt select gen_random_uuid(), a.exam, m.member, a.number, a.seed, a.questions, a.started_at,
                a.deadline, a.writers, a.due from attempt a, made m where a.exam = %s and a.member = %s
            returning id, member)
        insert into sheet select s.exam, t.member, s.number, t.id, s.ended, s.ended_at, s.command, s.hand_in, s.revision,
            s.key_version, s.mark, s.full_mark, s.marks, s.graded_at
        from started t, sheet s where s.exam = %s and s.member = %s""", (members, exam, pattern.id, exam, pattern.id))
    result = propose(admin, exam, {"right": [1]})
    assert (result["sheets"], result["changed"], len(result["changes"])) == (1201, 1201, 100)
    below = lambda: database.execute("select count(*) from sheet where exam = %s and key_version < 2",  # noqa: E731
                                     (exam,)).fetchone()[0]
    with psycopg.connect(instance.pg) as holder:
        held = sorted(members)[700]
        holder.execute("select from sheet where exam = %s and member = %s for update", (exam, held))
        adopt(admin, exam, result["proposal"])
        eventually(lambda: database.execute("select 1 from pg_stat_activity where wait_event_type = 'Lock' and "
                                            "application_name like '%%grading%%'").fetchall())
        left = below()
        instance.run("kill", "grading")
        holder.rollback()
    assert left > 0, "nothing was under way when the worker died"
    eventually(lambda: below() == 0, seconds=60)
    rows = database.execute("select count(*), min(mark), max(mark), max(revision) from sheet where exam = %s", (exam,))
    assert rows.fetchone() == (1201, 200, 200, 2)
    assert database.execute("select count(*) from sheet_history where exam = %s", (exam,)).fetchone() == (1201,)

    def told():
        seen = {}
        for record in watch.of("exam_graded"):
            if record.json["exam"] == exam and record.json["revision"] == 2:
                seen.setdefault(record.json["member"], set()).add(record.id)
        return len(seen) == 1201 and seen
    assert all(len(ids) == 1 for ids in eventually(told, seconds=60).values())
    counted = lambda: database.execute("select count(*), sum(counted) from points_ledger where cause = %s",  # noqa: E731
                                       (exam,)).fetchone()
    eventually(lambda: counted()[0] == 1201, seconds=60)
    assert counted() == (1201, 1201 * 143)
    assert database.execute("select count(*) from points_total t where t.points <> (select sum(e.points) from points_entry e "
                            "where e.member_id = t.member_id)").fetchone() == (0,)


@pytest.mark.parametrize("rule, counts", [("highest", 1400), ("latest", 200), ("first", 1200)])
def test_which_of_the_attempts_counts(county, admin, database, watch, rule, counts):
    exam, member = county.exam(counted=rule, attempts=3), county.recruit()
    for right in (ALL_BUT_SINGLE, KINDS, ["single"]):
        sit(member, exam, right)

    def stands(hundredths):
        rows = ledger(database, member, exam)
        return bool(rows) and sum(row[2] for row in rows) == round(hundredths * 1000 / 1400)
    eventually(lambda: stands(counts))
    # without the single choice, what counts becomes 12, 0 and 12
    adopt(admin, exam, propose(admin, exam, {"right": [3 if wrongly_chose(database, exam, member) == 1 else 1]})["proposal"])
    eventually(lambda: all(version == 2 for version, in database.execute(
        "select key_version from sheet where exam = %s", (exam,))))
    eventually(lambda: stands({"highest": 1200, "latest": 0, "first": 1200}[rule]))
    eventually(lambda: [round(event.json["counted_mark"] * 100) for event in watch.of("exam_graded", exam=exam)[-1:]] ==
               [{"highest": 1200, "latest": 0, "first": 1200}[rule]])


def wrongly_chose(database, exam, member):
    """The option that the first attempt chose wrongly in the single choice: 1 or 3."""
    hand_in_body = database.execute("select hand_in from sheet where exam = %s and member = %s and number = 1",
                                    (exam, member.id)).fetchone()[0]
    return next(a["answer"]["chosen"][0] for a in json.loads(hand_in_body)["answers"] if a["question"] == SINGLE_QUESTION)
