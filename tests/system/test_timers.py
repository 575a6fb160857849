"""Durable timers under load: 10,000 due in one second among a million pending, the relay killed; and an idle stretch.
SPDX-License-Identifier: Apache-2.0"""
import hashlib
import os
import time
import uuid
from datetime import datetime, timezone

import psycopg
import pytest
from county import stamp
from instance import eventually
from sitting import start

PENDING, DUE = 1000000, 10000


class Pattern:
    """A timer that a handler wrote, to make others like it: its event in the packed form of sql/outbox.h."""

    def __init__(self, packed, attempt, member):
        at = 2 + int.from_bytes(packed[:2], "big")
        self.topic, at = packed[:at], at + 2 + int.from_bytes(packed[at:at + 2], "big")
        size = int.from_bytes(packed[at:at + 2], "big")
        self.headers, at = packed[at + 2:at + 2 + size], at + 2 + size
        self.value = packed[at + 4:]
        assert self.headers[:1] == b"E" and len(self.value) == int.from_bytes(packed[at:at + 4], "big")
        self.attempt, self.member = attempt.encode(), member.encode()

    def make(self, event, attempt, member, due):
        value = self.value.replace(self.attempt, attempt.encode()).replace(self.member, member.encode())
        head = bytearray(self.headers)
        head[4:20], head[52:68] = event.bytes, hashlib.sha256(value).digest()[:16]
        head[93:101] = due.to_bytes(8, "big")
        key = member.encode()
        return b"".join((self.topic, len(key).to_bytes(2, "big"), key, len(head).to_bytes(2, "big"), bytes(head),
                         len(value).to_bytes(4, "big"), value))


def settle(database, instance):
    """What PostgreSQL would do some time later is done now: vacuum and a checkpoint."""
    database.execute("vacuum (analyze) flow.timer, flow.outbox, flow.inbox")
    password = (instance.var / "keys" / "postgresql.password").read_text().strip()
    with psycopg.connect(instance.pg, user="postgres", password=password, autocommit=True) as owner:
        owner.execute("checkpoint")


@pytest.fixture(scope="module")
def pattern(county, database):
    """A million timers, due in a month and later."""
    exam, member = county.exam(), county.recruit()
    sheet = start(member, exam)
    packed, = database.execute("select packed from flow.timer where key = %s", (sheet["attempt"],)).fetchone()
    made = Pattern(bytes(packed), sheet["attempt"], member.id)
    database.execute("""
        insert into flow.timer (key, kind, generation, due, packed)
        select lpad(to_hex(n), 32, '0')::uuid, 'attempt_due', 1, %s::timestamptz + n * interval '1 millisecond', %s
        from generate_series(1, %s) n""", (stamp(county.instance.now() + 30 * 86400000), packed, PENDING))
    settle(database, county.instance)
    yield made
    database.execute("delete from flow.timer where key <= lpad(to_hex(%s::int), 32, '0')::uuid", (PENDING,))


def set_due(pattern, database, instance, ahead):
    """So many timers in one second, which begins so many milliseconds from now: {event: due}."""
    begin = instance.now() + ahead
    events = {}
    with database.cursor() as cursor:
        with cursor.copy("copy flow.timer (key, kind, generation, due, packed) from stdin (format binary)") as copy:
            copy.set_types(["uuid", "text", "int4", "timestamptz", "bytea"])
            for n in range(DUE):
                event, attempt, member, due = uuid.uuid4(), str(uuid.uuid4()), str(uuid.uuid4()), begin + n * 1000 // DUE
                events[str(event)] = due
                copy.write_row((uuid.UUID(attempt), "attempt_due", 1, moment(due), pattern.make(event, attempt, member, due)))
    database.execute("select pg_notify('timer', %s)", (str(begin),))
    assert instance.now() < begin, "the machine was too slow to set the timers in time"
    return events, begin


def moment(milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


def arrivals(watch, events, seconds):
    """{event: [when it was read, by the instance's clock]} once all are there."""
    def look():
        found = {}
        for record in watch.of("attempt_due"):
            if record.id in events:
                found.setdefault(record.id, []).append(record.arrived)
        return len(found) == len(events) and found
    return eventually(look, seconds=seconds, pause=0.2)


def test_ten_thousand_in_a_second(pattern, watch, database, instance):
    events, begin = set_due(pattern, database, instance, 8000)
    found = arrivals(watch, events, 60)
    late = sorted(times[0] + instance.offset() - events[event] for event, times in found.items())
    print(f"after their time: p50 {late[len(late) // 2]} ms, p99 {late[len(late) * 99 // 100]} ms, last {late[-1]} ms")
    assert late[0] >= 0, "too early"
    assert late[-1] <= 2000
    assert all(len(times) == 1 for times in found.values()), "an event came twice, and nothing was killed"
    taken(database, events)


def taken(database, events):
    """The worker has taken each of them up, once."""
    eventually(lambda: database.execute("select count(*) from flow.inbox where message_id = any(%s)",
                                        (list(events),)).fetchone() == (DUE,), seconds=60)
    assert database.execute("select count(*) from flow.timer where kind = 'attempt_due' and due < %s",
                            (stamp(max(events.values()) + 1),)).fetchone() == (0,)
    assert database.execute("select count(*) from flow.parked where message_id = any(%s)", (list(events),)).fetchone() == (0,)


def test_the_relay_dies_while_they_fall_due(pattern, watch, database, instance):
    events, begin = set_due(pattern, database, instance, 8000)
    time.sleep(max(0, begin + 400 - instance.now()) / 1000)
    instance.run("kill", "relay")
    left, = database.execute("select count(*) from flow.timer where due < %s", (stamp(begin + 1000),)).fetchone()
    assert 0 < left + database.execute("select coalesce(sum(events), 0) from flow.outbox").fetchone()[0], \
        "nothing was under way when the relay died"
    arrivals(watch, events, 60)
    taken(database, events)


def cpu(pids):
    """User and system seconds of these processes, with those of their children that have ended."""
    spent = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as file:
                spent += sum(map(int, file.read().rpartition(") ")[2].split()[11:15]))
        except FileNotFoundError:
            pass
    return spent / os.sysconf("SC_CLK_TCK")


def family(pid):
    """A process and all below it."""
    below, parents = [pid], {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    parents.setdefault(int(file.read().rpartition(") ")[2].split()[1]), []).append(int(name))
            except FileNotFoundError:
                pass
    for one in below:
        below += parents.get(one, [])
    return below


def test_idle_with_a_million_pending(pattern, instance, database):
    settle(database, instance)
    time.sleep(2)
    pids = family(int((instance.var / "run" / "postgresql.pid").read_text())) + \
        family(int((instance.var / "run" / "relay.pid").read_text()))
    before, began = cpu(pids), time.monotonic()
    time.sleep(15)
    spent = cpu(pids) - before
    assert len(pids) > 5
    print(f"relay and PostgreSQL took {spent:.2f} s of CPU in {time.monotonic() - began:.1f} s")
    assert spent <= 0.3
