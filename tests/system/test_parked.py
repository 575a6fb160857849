"""Poison: what no worker can take is parked with its reason and its bytes, the rest of the batch goes on, and an operator
sees it and sends it again.  SPDX-License-Identifier: Apache-2.0"""
import hashlib
import json
import os
import uuid

import pytest
from county import KINDS
from instance import eventually
from sitting import sit

TIME = "2026-11-25T00:00:00.000Z"


def headers(kind="exam_answer", body=b"{}", **changes):
    made = {"content-type": "application/json", "ce_specversion": "1.0", "ce_id": str(uuid.uuid4()),
            "ce_type": f"baoting.{kind}.v1", "ce_source": "a test", "ce_time": TIME,
            "ce_digest": hashlib.sha256(body).hexdigest()[:32], "ce_actor": str(uuid.uuid4()),
            "ce_subject": f"/v1/exams/{uuid.uuid4()}/attempts/{uuid.uuid4()}/answers/1", **changes}
    return {name: value if isinstance(value, bytes) else value.encode() for name, value in made.items() if value is not None}


GOOD = b'{"writer":1,"seq":1,"answer":{"chosen":[1]}}'
POISON = {  # name: (key, body, headers, what the reason says)
    "no headers at all": (b"k", os.urandom(200), {}, "ce_specversion is missing"),
    "no id": (b"k", GOOD, headers(ce_id=None), "ce_id is missing"),
    "an id that is none": (b"k", GOOD, headers(ce_id="17"), "ce_id is not well-formed"),
    "no such time": (b"k", GOOD, headers(ce_time="yesterday"), "ce_time is not well-formed"),
    "an unknown type": (b"k", GOOD, headers("exam_burn"), "No handler"),
    "another's type": (b"k", GOOD, headers("board_switch"), "No handler"),
    "a later version": (b"k", GOOD, headers(ce_type="baoting.exam_answer.v2"), "ersion 2"),
    "a type in other letters": (b"k", GOOD, headers(ce_type=b"baoting.\xff\xfe.v1"), "ce_type is not well-formed"),
    "noise": (b"k", b"\x00\xff\xfe" * 50, headers(), ""),
    "half a body": (b"k", b'{"writer":1,"seq":', headers(), ""),
    "a field too few": (b"k", b'{"writer":1}', headers(), ""),
    "a number out of range": (b"k", b'{"writer":1,"seq":0,"answer":{"chosen":[1]}}', headers(), ""),
    "a list": (b"k", b"[]", headers(), ""),
    "a field with a noisy name": (b"k", b'{"writer":1,"seq":1,"answer":{"\\u0000":1}}', headers(), ""),
    "no body": (b"k", None, headers(), ""),
    "a path of something else": (b"k", GOOD, headers(ce_subject="/v1/exams"), ""),
    "no key": (None, GOOD, {}, "ce_specversion is missing"),
    "a key of noise": (b"\xff\x00\xfe", GOOD, {}, "ce_specversion is missing"),
    "headers of noise": (b"k", GOOD, {"x\u00e9": b"\xff\x00", "ce_id": b"\x00"}, "not well-formed"),
}


def parked_at(database, topic, partition, offset):
    return database.execute('select entry, reason, size, headers, type from flow.parked where topic = %s and partition = %s '
                            'and "offset" = %s', (topic, partition, offset)).fetchone()


def on_topic(watch, value, key, count=1):
    """The records of exam with these bytes."""
    def look():
        with watch.lock:
            found = [r for records in watch.types.values() for r in records
                     if r.topic == "exam" and r.value == value and r.key == key]
        return len(found) >= count and found
    return eventually(look)


@pytest.fixture(scope="module")
def neighbour(county, watch):
    """A member and the partition of its messages."""
    exam, member = county.exam(attempts=100), county.recruit()
    sit(member, exam, KINDS)
    record = eventually(lambda: [r for r in watch.of("exam_start") if r.key.decode() == member.id])[0]
    return exam, member, record.partition


def test_all_kinds_of_poison_are_parked_and_the_neighbour_goes_on(neighbour, watch, database, admin):
    exam, member, partition = neighbour
    before = database.execute("select count(*) from flow.parked").fetchone()[0]
    for key, body, head, _ in POISON.values():
        watch.produce("exam", partition, key, body, head)
    assert sit(member, exam, KINDS)["mark"] == 14, "who stands behind them in the same partition is served"
    rows = eventually(lambda: (found := database.execute(
        'select entry, reason, size, headers from flow.parked order by parked_at, "offset"').fetchall()[before:]) and
        len(found) == len(POISON) and found)
    for (name, (_, body, head, says)), (entry, reason, size, kept) in zip(POISON.items(), rows):
        assert reason and says in reason, (name, reason)
        assert size == len(body or b""), name
        for value in head.values():
            assert value in bytes(kept), name
    listed = admin.get("/v1/parked?limit=200").json
    assert listed["total"] == before + len(POISON)
    shown = {row["message"]: row for row in listed["rows"]}
    for entry, reason, size, _ in rows:
        assert shown[str(entry)]["reason"] == reason and shown[str(entry)]["replays"] == 0
        assert (shown[str(entry)]["worker"], shown[str(entry)]["topic"], shown[str(entry)]["partition"]) == \
            ("grading", "exam", partition)
        one = admin.get(f"/v1/parked/{entry}").json
        assert one["reason"] == reason and one["size"] == size


def replay(admin, entry, expect=200):
    return admin.command("POST", f"/v1/parked/{entry}/replays", {"reason": "已修复"}, expect=expect)


@pytest.mark.parametrize("name", ["a key of noise", "no body", "headers of noise", "noise"])
def test_a_replay_sends_the_same_bytes(neighbour, watch, database, admin, name):
    partition = neighbour[2]
    key, body, head, _ = POISON[name]
    body = body and body + name.encode()
    key = key and key + name.encode()
    watch.produce("exam", partition, key, body, head)
    first = on_topic(watch, body, key)[0]
    entry = eventually(lambda: parked_at(database, "exam", partition, first.offset))[0]
    replay(admin, entry)
    again = on_topic(watch, body, key, 2)[1]
    assert again.headers == first.headers
    eventually(lambda: parked_at(database, "exam", again.partition, again.offset))  # nothing was mended
    row = next(row for row in admin.get("/v1/parked?limit=200").json["rows"] if row["message"] == str(entry))
    assert row["replays"] == 1


def test_a_fault_is_mended_and_the_message_replayed(county, admin, database, watch):
    """The database refuses one command of a batch, by a constraint that should not be there; it is taken away."""
    database.execute("alter table bank add constraint misprint check (name <> '被误拒的题库')")
    names = ["前题库", "被误拒的题库", "后题库", "再后题库"]
    commands = {name: admin.command("POST", "/v1/banks", {"organisation": county.root, "name": name}, wait=0, expect=202)["command"]
                for name in names}
    refused = commands.pop("被误拒的题库")
    for command in commands.values():
        assert eventually(lambda: (s := admin.get(f"/v1/commands/{command}").json)["status"] == "applied" and s)

    def entries():
        return database.execute("select entry, reason, type from flow.parked where message_id = %s order by parked_at",
                                (refused,)).fetchall()
    (entry, reason, kind), = eventually(entries)
    assert "misprint" in reason and kind == "bank_create"
    assert admin.get(f"/v1/commands/{refused}").json["status"] == "accepted", "it is not lost: no outcome yet"
    # a replay without a fix parks it again
    replay(admin, entry)
    entry = eventually(lambda: len(found := entries()) == 2 and found)[1][0]
    database.execute("alter table bank drop constraint misprint")
    replay(admin, entry)
    outcome = eventually(lambda: (s := admin.get(f"/v1/commands/{refused}").json)["status"] != "accepted" and s)
    assert outcome["status"] == "applied"
    same = eventually(lambda: len(found := [r for r in watch.of("bank_create") if r.id == refused]) == 3 and found)
    assert len({(r.value, r.key, json.dumps({n: v.decode() for n, v in r.headers.items()}))
                                   for r in same}) == 1
    # once more: it is known, nothing is done twice
    replay(admin, entry)
    eventually(lambda: len([r for r in watch.of("bank_create") if r.id == refused]) == 4)
    eventually(lambda: len(watch.of("outcome", command=refused)) >= 2)
    assert database.execute("select count(*) from bank where name = '被误拒的题库'").fetchone() == (1,)
    assert len(entries()) == 2


@pytest.fixture
def refusals(database):
    """What the database is made to refuse, taken away again."""
    made = []

    def refuse(body, statement):
        database.execute(f"create function refuse() returns trigger language plpgsql as $$ begin {body} return new; end $$")
        database.execute(f"create trigger refuse before insert on {statement} execute function refuse()")
        made.append(statement.split()[0])
    yield refuse
    for table in made:
        database.execute(f"drop trigger if exists refuse on {table}")
        database.execute("drop function refuse()")


def poisoned_bank(county, admin, database, name):
    """A command that the database refuses, one that is sent after it, and the entry of the first."""
    def send(name):
        return admin.command("POST", "/v1/banks", {"organisation": county.root, "name": name}, wait=0, expect=202)["command"]
    before = {row[0] for row in database.execute("select entry from flow.parked")}
    refused, after = send(name), send("后继" + uuid.uuid4().hex[:8])
    assert eventually(lambda: admin.get(f"/v1/commands/{after}").json["status"] == "applied"), "the worker goes on"
    (entry, reason, kind, headers), = [row[:4] for row in database.execute(
        "select entry, reason, type, headers, sealed from flow.parked") if row[0] not in before and row[4]]
    assert admin.get(f"/v1/parked/{entry}").json["reason"] == reason
    return refused, entry, reason, kind, bytes(headers)


@pytest.mark.parametrize("spaces", range(3))
def test_a_reason_cut_within_a_character(county, admin, database, refusals, spaces):
    """PostgreSQL's own words in Chinese, too long for a failure's line: cut, they are no UTF-8, which it would refuse."""
    name = f"毒题库{spaces}"
    refusals(f"if new.name = '{name}' then raise exception '%', repeat(' ', {spaces}) || repeat('错', 200); end if;",
             "bank for each row")
    _, entry, reason, kind, _ = poisoned_bank(county, admin, database, name)
    assert "错" * 60 in reason and kind == "bank_create"


def test_a_row_refused_leaves_the_last_resort(county, admin, database, refusals):
    """The parking row itself is refused: the bytes are kept under a name and a reason of the frame's own."""
    database.execute("alter table bank add constraint misprint check (name <> '毒中毒题库')")
    refusals("if new.type is not null then raise exception 'not this one'; end if;", "flow.parked for each row")
    try:
        refused, entry, reason, kind, head = poisoned_bank(county, admin, database, "毒中毒题库")
    finally:
        database.execute("alter table bank drop constraint misprint")
    assert kind is None and reason == "It could be neither decided nor parked with its own reason"
    assert refused.encode() in head
    replay(admin, entry)
    assert eventually(lambda: admin.get(f"/v1/commands/{refused}").json["status"] == "applied"), "and can be replayed"


def test_too_large_to_be_kept_leaves_size_and_digest(neighbour, watch, database, admin):
    exam, member, partition = neighbour
    body = os.urandom(300)
    watch.produce("exam", partition, b"k", body, {"long": b"x" * 70000})
    assert sit(member, exam, KINDS)["mark"] == 14
    entry, reason, size = eventually(lambda: database.execute(
        "select entry, reason, size from flow.parked where reason like %s and sealed is null and key is null",
        (f"%300 bytes, digest {hashlib.sha256(body).hexdigest()[:32]}",)).fetchone())
    assert size == 300 and "ce_specversion is missing" in reason
    assert replay(admin, entry, expect=409)["type"].endswith("conflict")


def test_no_such_parked_message(admin):
    assert replay(admin, uuid.uuid4(), expect=404)["type"].endswith("not_found")
    assert admin.get(f"/v1/parked/{uuid.uuid4()}").status == 404
