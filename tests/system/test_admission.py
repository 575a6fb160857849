"""Late hand-ins: refused and kept, listed, admitted by two persons, marked as of the deadline, the points following.
SPDX-License-Identifier: Apache-2.0"""
import uuid

import pytest
from county import KINDS, right_answer, stamp
from instance import eventually
from sitting import answers, hand_in, milliseconds, save, sit, start
from test_time import DUE, GRACE, closed, sheet_of

NOWHERE = "00000000-0000-4000-8000-00000000000f"


def place(exam, submission):
    return f"/v1/exams/{exam}/refused-submissions/{submission}/admission"


def propose(client, exam, submission, expect=200):
    return client.command("POST", place(exam, submission), {"reason": "停电，考点证明在案"}, expect=expect)


def confirm(client, exam, submission, expect=200, key=None):
    return client.command("POST", f"{place(exam, submission)}/confirmation", {"reason": "已核实"}, expect=expect, key=key)


def refused(client, exam):
    return client.get(f"/v1/exams/{exam}/refused-submissions").json


def late(instance, member, exam, right=KINDS, saved=3):
    """An attempt with some answers saved, whose hand-in came after the grace; its sheet and the refused command."""
    sheet = start(member, exam)
    for question in sheet["questions"][:saved]:
        save(member, exam, sheet, question, right_answer(question))
    instance.pass_till(milliseconds(sheet["deadline"]) + GRACE + 1000)
    return sheet, hand_in(member, exam, sheet, answers(sheet, right, seq=9), expect=409)["command"]


def name_of(client):
    return f"新员{client.login[0][1:]}"


def points(database, member, exam):
    return database.execute("select coalesce(sum(earned), 0)::int, array_agg(distinct day) from points_ledger "
                            "where member = %s and cause = %s", (member.id, exam)).fetchone()


@pytest.fixture(scope="module")
def officers(county):
    """Two administrators of the first committee and one of the second."""
    first, second = county.committees
    return [county.officer("committee_administrator", at, county.branches[n]) for n, at in enumerate((first, first, second))]


def test_two_persons_admit_a_late_hand_in(county, instance, database, watch, officers):
    closes = stamp(instance.now() + 3 * 86400000)
    exam, member = county.exam(organisation=county.committees[0], closes_at=closes), county.recruit()
    one, two, outsider = officers
    sheet, submission = late(instance, member, exam)
    deadline = milliseconds(sheet["deadline"])
    instance.pass_till(deadline + DUE + 500)
    assert closed(database, sheet["attempt"]) == (deadline, 600, 1)
    eventually(lambda: points(database, member, exam)[0] == 429)
    day = points(database, member, exam)[1]
    instance.pass_till(deadline + 86400000)  # admitted another day: the points stay with the deadline's

    listed = refused(one, exam)
    assert listed["total"] == 1 and listed["rows"][0]["submission"] == submission
    row = listed["rows"][0]
    assert (row["member"], row["attempt"], row["number"], row["reason"], milliseconds(row["deadline"])) == \
        (member.id, sheet["attempt"], 1, "too_late", deadline)
    assert not {"proposed_by", "proposed_name", "confirmed_name"} & set(row) and milliseconds(row["accepted_at"]) > deadline + GRACE
    assert outsider.get(f"/v1/exams/{exam}/refused-submissions").status in (403, 404)
    assert member.get(f"/v1/exams/{exam}/refused-submissions").status == 403

    assert confirm(two, exam, submission, expect=409)["type"].endswith("conflict"), "nothing is proposed"
    propose(one, exam, submission)
    assert sheet_of(database, sheet["attempt"])[2:] == (600, 1), "a proposal changes nothing"
    assert propose(two, exam, submission, expect=409)["type"].endswith("exists")
    assert confirm(one, exam, submission, expect=409)["type"].endswith("second_person")
    assert outsider.send("POST", f"{place(exam, submission)}/confirmation", {"reason": "不相干"},
                         {"Idempotency-Key": str(uuid.uuid4())}).status in (403, 404)
    key = str(uuid.uuid4())
    assert confirm(two, exam, submission, key=key) == confirm(two, exam, submission, key=key)
    assert confirm(two, exam, submission, expect=409)["type"].endswith("exists")

    row = eventually(lambda: (r := sheet_of(database, sheet["attempt"]))[3] == 2 and r)
    assert (row[0], round(row[1].timestamp() * 1000), row[2]) == (2, deadline, 1400)
    assert database.execute("select command::text, hand_in from sheet where attempt = %s",
                            (sheet["attempt"],)).fetchone()[0] == submission
    assert database.execute("select revision, mark from sheet_history where exam = %s and member = %s",
                            (exam, member.id)).fetchall() == [(1, 600)]
    told = watch.await_one("exam_graded", attempt=sheet["attempt"], revision=2)
    assert told.json["ended"] == "admitted" and told.json["mark"] == 14 and milliseconds(told.json["ended_at"]) == deadline
    eventually(lambda: points(database, member, exam)[0] == 1000)
    assert points(database, member, exam)[1] == day
    shown = refused(two, exam)["rows"][0]
    assert (shown["proposed_by"], shown["confirmed_by"]) == (one.id, two.id) and shown["confirmed_why"] == "已核实"
    assert (shown["proposed_name"], shown["confirmed_name"]) == (name_of(one), name_of(two))
    assert name_of(one) != name_of(two)
    mine = member.get(f"/v1/exams/{exam}/results/me").json["rows"][0]
    assert (mine["ended"], mine["mark"]) == ("admitted", 14)
    # applied once, whatever is sent again
    events = watch.of("exam_admit", attempt=sheet["attempt"])
    assert len({event.id for event in events}) == 1 and events[0].key.decode() == member.id
    again = events[0]
    watch.produce(again.topic, again.partition, again.key, again.value,
                  {**again.headers, "ce_id": str(uuid.uuid4()).encode()})
    watch.produce(again.topic, again.partition, again.key, again.value, again.headers)
    sit(member, exam, ["truth"])  # stands behind both in the member's partition
    assert sheet_of(database, sheet["attempt"])[2:] == (1400, 2)


def test_admitted_before_the_deadline_closes_it(county, instance, database, officers, admin):
    """Between the end of the grace and the timer's event: the admission makes the sheet, and the event says nothing."""
    exam, member = county.exam(), county.recruit()
    sheet, submission = late(instance, member, exam, right=["truth"], saved=0)
    assert sheet_of(database, sheet["attempt"]) is None
    propose(admin, exam, submission)
    boss = county.officer("county_administrator", county.root)
    confirm(boss, exam, submission)
    row = eventually(lambda: sheet_of(database, sheet["attempt"]))
    assert row[0] == 2 and row[2:] == (200, 1)
    assert database.execute("select count(*) from flow.timer where key = %s", (sheet["attempt"],)).fetchone() == (0,)
    instance.pass_till(milliseconds(sheet["deadline"]) + DUE + 500)
    again = county.recruit()
    other, submission = late(instance, again, exam)  # one timer later: nothing was closed over it
    instance.pass_till(milliseconds(other["deadline"]) + DUE + 500)
    closed(database, other["attempt"])
    assert sheet_of(database, sheet["attempt"]) == row


def test_nobody_admits_their_own(county, instance, officers):
    exam, one = county.exam(organisation=county.committees[0]), officers[0]
    _, submission = late(instance, one, exam)
    assert propose(one, exam, submission, expect=409)["type"].endswith("own_matter")
    propose(officers[1], exam, submission)
    assert confirm(one, exam, submission, expect=409)["type"].endswith("own_matter")
    assert confirm(officers[1], exam, submission, expect=409)["type"].endswith("second_person")


def test_only_a_late_one_and_one_an_attempt(county, instance, database, officers):
    exam, member, other = county.exam(organisation=county.committees[0]), *county.enrol(county.branches[0], 2)
    one, two, _ = officers
    sheet = start(other, exam)
    hand_in(other, exam, sheet)
    second = hand_in(other, exam, sheet, expect=409)["command"]
    assert propose(one, exam, second, expect=409)["type"].endswith("conflict"), "refused because handed in, not as late"
    assert propose(one, exam, NOWHERE, expect=404)["type"].endswith("not_found")
    assert confirm(one, exam, NOWHERE, expect=404)["type"].endswith("not_found")
    elsewhere = county.exam(organisation=county.committees[0])
    sheet, first = late(instance, member, exam)
    assert propose(one, elsewhere, first, expect=404)["type"].endswith("not_found")
    second = hand_in(member, exam, sheet, answers(sheet, ["truth"], seq=8), expect=409)["command"]
    third = hand_in(member, exam, {**sheet, "writer": 5}, expect=409)["command"]
    assert propose(one, exam, third, expect=422)["type"].endswith("invalid"), "no start gave this writer number"
    propose(one, exam, first)
    propose(one, exam, second)
    confirm(two, exam, first)
    assert confirm(two, exam, second, expect=409)["type"].endswith("handed_in")
    fourth = hand_in(member, exam, sheet, expect=409)["command"]
    assert propose(two, exam, fourth, expect=409)["type"].endswith("handed_in")
    row = eventually(lambda: (r := sheet_of(database, sheet["attempt"])) and r[0] == 2 and r)
    assert row[2] == 1400
