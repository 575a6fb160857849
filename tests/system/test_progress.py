"""How far an examination is: what was accepted counts as handed in while the worker that marks is behind.
SPDX-License-Identifier: Apache-2.0"""
import psycopg
from county import KINDS
from instance import eventually
from sitting import answers, start


def progress(admin, exam, organisation):
    """(started, handed in, graded) of an organisation's row."""
    rows = admin.get(f"/v1/exams/{exam}/progress?org={organisation}").json["rows"]
    assert all(row["handed_in"] >= row["graded"] and row["started"] >= row["handed_in"] for row in rows)
    return tuple(sum(row[what] for row in rows) for what in ("started", "handed_in", "graded"))


def accepted(member, exam, sheet):
    """A hand-in whose outcome is not waited for; the command."""
    reply = member.send("POST", f"/v1/exams/{exam}/submissions",
                        {"attempt": sheet["attempt"], "writer": sheet["writer"], "answers": answers(sheet, KINDS)})
    assert reply.status == 202, reply
    return reply.json["command"]


def test_what_is_accepted_is_handed_in(county, admin, instance):
    exam, other = county.exam(), county.exam()
    first, second, third = county.enrol(county.branches[0], 3)
    sheets = {member: start(member, exam) for member in (first, second, third)}
    elsewhere = start(first, other)
    seen = lambda of=exam: progress(admin, of, county.committees[0])  # noqa: E731
    assert seen() == (3, 0, 0)
    with psycopg.connect(instance.pg) as holder:
        holder.execute("lock table sheet in exclusive mode")  # the worker marks and cannot write
        accepted(first, exam, sheets[first])
        accepted(second, exam, sheets[second])
        accepted(second, exam, sheets[second])  # once more: refused later, counted once
        accepted(first, other, elsewhere)
        assert seen() == (3, 2, 0) and seen(other) == (1, 1, 0)
        assert progress(admin, exam, county.committees[1]) == (0, 0, 0)
        holder.rollback()
    eventually(lambda: seen() == (3, 2, 2) and seen(other) == (1, 1, 1))


def test_what_is_refused_is_not_handed_in(county, admin, instance):
    """A hand-in counts from its acceptance; once the worker has refused it, it does not any more."""
    exam, member = county.exam(grace_seconds=0), county.recruit()
    sheet = start(member, exam)
    with psycopg.connect(instance.pg) as holder:
        holder.execute("lock table refused_hand_in in exclusive mode")
        reply = member.send("POST", f"/v1/exams/{exam}/submissions", {"attempt": sheet["attempt"], "writer": 7, "answers": []})
        assert reply.status == 202, reply
        assert progress(admin, exam, county.branches[0]) == (1, 1, 0)
        holder.rollback()
    eventually(lambda: progress(admin, exam, county.branches[0]) == (1, 0, 0))
