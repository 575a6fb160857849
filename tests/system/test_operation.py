"""What an operator and an administrator look at: processes and their heartbeats, lag, parked messages by filter, rules and
entries of points, organisations by points a member, the pulse of an examination. Each list is held against a reckoning of
its own, from the tables, the topics or /proc.  SPDX-License-Identifier: Apache-2.0"""
import os
import uuid
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

import psycopg
import pytest
from confluent_kafka import Consumer, TopicPartition
from county import KINDS, stamp
from instance import eventually
from sitting import answers, hand_in, milliseconds, sit, start

PROCESSES = {"front": "front", "relay": "relay", "worker-roster": "roster", "worker-grading": "grading",
             "worker-points": "points", "worker-import": "import"}
SHANGHAI = timezone(timedelta(hours=8))


def listed(client, target, **query):
    """All rows of a list, page by page."""
    rows, asked = [], {"limit": 50, **query}
    while True:
        page = client.get(target + "?" + "&".join(f"{name}={value}" for name, value in {**asked, "offset": len(rows)}.items()))
        assert page.status == 200, page
        rows += page.json["rows"]
        if not page.json["rows"] or len(rows) == page.json["total"]:
            assert len(rows) == page.json["total"]
            return rows


def process_id(instance, name):
    return int((instance.var / "run" / f"{name}.pid").read_text())


def living(admin):
    """The latest of each process that is alive."""
    return {row["process"]: row for row in reversed(listed(admin, "/v1/processes")) if row["alive"]}


def all_alive(admin, instance):
    """The rows of the six, each of the process that runs now and heard of by the present clock."""
    def look():
        found = living(admin)
        return found if all(name in found and found[name]["instance"].endswith(f":{process_id(instance, file)}")
                            and milliseconds(found[name]["seen_at"]) <= instance.now()
                            for name, file in PROCESSES.items()) else None
    return eventually(look, seconds=30)


def test_every_process_says_that_it_lives(admin, instance):
    found = all_alive(admin, instance)
    assert set(found) == set(PROCESSES)
    for name, row in found.items():
        place = f"/proc/{process_id(instance, PROCESSES[name])}"
        resident = int(open(place + "/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE")
        assert 0.5 < row["memory"] / resident < 2, name
        ticks = sum(int(word) for word in open(place + "/stat").read().rpartition(") ")[2].split()[11:13])
        assert row["cpu_ms"] <= ticks * 1000 / os.sysconf("SC_CLK_TCK") + 1000, name
        assert milliseconds(row["started_at"]) <= milliseconds(row["seen_at"]) <= instance.now(), name
        assert instance.now() - milliseconds(row["seen_at"]) < 10000, name


def test_what_is_handled_is_counted(county, admin, instance):
    before = all_alive(admin, instance)
    exam = county.exam()
    for _ in range(2):
        sit(county.recruit(), exam, KINDS)
    file = f"/v1/imports?organisation={county.root}&kind=members&format=csv&title=counted"
    admin.command("POST", file, "姓名,党组织\r\n甲,乙\r\n".encode(), headers={"Content-Type": "text/csv"})

    def look():
        now = living(admin)
        return all(now[name]["handled"] > before[name]["handled"] for name in PROCESSES) and now
    after = eventually(look)
    # two starts, two hand-ins, the draft, the publication and what the worker said to itself
    assert after["worker-grading"]["handled"] - before["worker-grading"]["handled"] >= 6


def test_a_killed_worker_shows_and_leaves(admin, instance):
    before = all_alive(admin, instance)["worker-points"]
    instance.run("kill", "points")
    after = eventually(lambda: (row := living(admin).get("worker-points")) and row["started_at"] > before["started_at"] and row)
    assert after["instance"] != before["instance"]

    def old():
        return next((row for row in listed(admin, "/v1/processes") if row["instance"] == before["instance"]
                     and row["process"] == "worker-points"), None)
    assert old() is not None, "it does not vanish at once"
    instance.pass_till(milliseconds(old()["seen_at"]) + 10001)
    assert old()["alive"] is False, "silent for ten seconds"
    all_alive(admin, instance)
    assert old()["alive"] is False
    instance.pass_till(milliseconds(old()["seen_at"]) + 3600001)
    assert old() is None, "silent for an hour"
    assert all_alive(admin, instance)["worker-points"]["instance"] == after["instance"]


@pytest.fixture
def frozen(instance):
    """A worker that stands still for a while."""
    instance.run("freeze", "grading")
    yield
    instance.run("thaw", "grading")


def test_a_frozen_worker_is_not_alive(admin, instance, frozen):
    seen = next(row for row in listed(admin, "/v1/processes") if row["process"] == "worker-grading")
    instance.pass_till(milliseconds(seen["seen_at"]) + 10001)
    assert "worker-grading" not in living(admin)
    eventually(lambda: {"front", "relay", "worker-roster", "worker-points"} <= set(living(admin)))
    assert "worker-grading" not in living(admin)


def test_lag_by_partition(county, admin, instance, database):
    """Positions are those of the table, ends are Kafka's own; at rest nothing is behind."""
    consumer = Consumer({"bootstrap.servers": instance.kafka, "group.id": f"ends-{uuid.uuid4()}"})
    ends = {}
    for topic in consumer.list_topics(timeout=10).topics.values():
        if not topic.topic.startswith("__"):
            for partition in topic.partitions:
                ends[topic.topic, partition] = consumer.get_watermark_offsets(TopicPartition(topic.topic, partition))[1]
    consumer.close()

    def at_rest():
        rows = listed(admin, "/v1/lag", limit=20)
        return rows if all(row["lag"] == 0 and row["end"] >= ends[row["topic"], row["partition"]] for row in rows) else None
    rows = eventually(at_rest)
    stored = {(worker, topic, partition): place for worker, topic, partition, place in database.execute(
        "select worker, topic, partition, next_offset from flow.cursor")}
    moved = {(worker, topic, partition): at for worker, topic, partition, at in database.execute(
        "select s.worker, c.topic, s.partition, (extract(epoch from s.moved_at) * 1000)::bigint from flow.sight s "
        "join flow.cursor c on (c.worker, c.topic_id, c.partition) = (s.worker, s.topic_id, s.partition)")}
    assert {(row["worker"], row["topic"], row["partition"]) for row in rows} == set(stored)
    for row in rows:
        assert row["position"] == stored[row["worker"], row["topic"], row["partition"]]
        assert row["end"] - row["position"] == row["lag"]
        assert milliseconds(row["moved_at"]) == moved[row["worker"], row["topic"], row["partition"]]
    assert {row["worker"] for row in listed(admin, "/v1/lag", worker="points")} == {"points"}
    assert listed(admin, "/v1/lag", worker="nobody") == []


def test_a_worker_behind_is_first(county, admin, instance):
    """Somebody holds the positions of a worker, so that it cannot move them, but sees the ends go on."""
    def of(partition):
        return next(row for row in listed(admin, "/v1/lag") if (row["worker"], row["topic"], row["partition"]) == partition)
    with psycopg.connect(instance.pg) as holder:
        holder.execute("select from flow.cursor where worker = 'roster' for update")
        admin.command("POST", "/v1/grants", {"account": county.members["t0000"], "role": "nothing",
                                             "organisation": county.root}, wait=0, expect=202)

        def behind():
            holder.execute("select 1")  # who holds a lock in silence is put out
            rows = listed(admin, "/v1/lag")
            return rows if rows[0]["lag"] >= 1 else None
        rows = eventually(behind, seconds=60)
        assert (rows[0]["worker"], rows[0]["topic"]) == ("roster", "roster")
        assert [row["lag"] for row in rows] == sorted((row["lag"] for row in rows), reverse=True)
    first = rows[0]
    place = (first["worker"], first["topic"], first["partition"])
    after = eventually(lambda: (row := of(place))["lag"] == 0 and row["moved_at"] > first["moved_at"] and row, seconds=60)
    assert after["position"] > first["position"]


def test_parked_messages_by_filter(admin, watch, database):
    mark = uuid.uuid4().hex[:8]
    watch.produce("exam", 0, b"k", mark.encode(), {})
    watch.produce("roster", 0, b"k", mark.encode(), {})
    watch.produce("exam", 0, b"k", b"{}", {"ce_specversion": b"1.0", "ce_id": mark.encode(), "ce_type": b"baoting.exam_start.v1"})
    eventually(lambda: database.execute(
        "select count(*) from flow.parked where worker = 'roster' and reason like '%%ce_specversion is missing%%'").fetchone()[0])
    eventually(lambda: database.execute("select count(*) from flow.parked where reason like '%%ce_id is not%%'").fetchone()[0])
    entry = database.execute("select entry from flow.parked where worker = 'roster' order by parked_at desc limit 1").fetchone()[0]
    admin.command("POST", f"/v1/parked/{entry}/replays", {"reason": "筛选测试"})
    whole = {str(row[0]): row[1:] for row in database.execute("select entry, worker, reason, coalesce(type, ''), replays from flow.parked")}

    def held(**query):
        rows = listed(admin, "/v1/parked", **query)
        assert [r["parked_at"] for r in rows] == sorted((r["parked_at"] for r in rows), reverse=True)
        return {row["message"] for row in rows} & set(whole)
    assert held() == set(whole)
    assert held(worker="roster") == {e for e, (worker, *_) in whole.items() if worker == "roster"}
    assert held(text="CE_ID") == {e for e, (_, reason, kind, _) in whole.items() if "ce_id" in (reason + "\n" + kind).lower()}
    assert held(text="ce_id", worker="roster") == {e for e, (w, reason, kind, _) in whole.items()
                                                   if w == "roster" and "ce_id" in (reason + "\n" + kind).lower()}
    assert held(text="no_such%25") == set()
    assert held(replayed="true") == {e for e, (*_, replays) in whole.items() if replays} != set()
    assert held(replayed="false") == {e for e, (*_, replays) in whole.items() if not replays} != set()


def adopt(admin, rule, version, since, amount):
    admin.command("POST", "/v1/points/rules", {
        "rule": rule, "title": f"{rule}第{version}版", "version": version, "effective_from": stamp(since), "basis": "fixed",
        "amount": amount, "daily_cap": 15, "legal_basis": "测试县委〔2026〕1号"})


def test_rules_of_points(county, admin, instance, database):
    code, now = f"r{uuid.uuid4().hex[:8]}", instance.now()
    for version, since in ((1, now - 5000), (2, now - 1000), (3, now + 7200000)):
        adopt(admin, code, version, since, version + 0.25)
    rows = listed(admin, "/v1/points/rules", rule=code)
    assert [(row["version"], row["in_force"], row["amount"], row["basis"], row["entries"]) for row in rows] == [
        (3, False, 3.25, "fixed", 0), (2, True, 2.25, "fixed", 0), (1, False, 1.25, "fixed", 0)]
    instance.pass_till(now + 7200000)
    assert [row["in_force"] for row in listed(admin, "/v1/points/rules", rule=code)] == [True, False, False]
    sit(county.recruit(), county.exam(), KINDS)
    def listed_as_counted():
        rows = listed(admin, "/v1/points/rules", rule="exam")
        counted = dict(database.execute("select rule_version, count(*) from points_ledger where rule = 'exam' group by 1").fetchall())
        return counted and {row["version"]: row["entries"] for row in rows if row["entries"]} == counted
    eventually(listed_as_counted)
    assert len(listed(admin, "/v1/points/rules")) == database.execute("select count(*) from points_rule").fetchone()[0]


class Village:
    """A committee with two branches and one without members; each of five members sat what is said of them."""

    def __init__(self, county):
        self.county = county
        self.committee = county.organisation(county.root, "committee", "中共测试县清单镇委员会", "清单镇党委", 9)
        self.branches = [county.organisation(self.committee, "branch", f"中共测试县清单镇第{n}村支部委员会", f"清单{n}村", n)
                         for n in (1, 2, 3)]
        self.exams = [county.exam(organisation=self.committee, title=f"清单考试{n}") for n in (1, 2)]
        self.members = county.enrol(self.branches[0], 3) + county.enrol(self.branches[1], 2)
        for member, right in zip(self.members[:4], (KINDS, KINDS[:3], KINDS[:1], KINDS[:2])):
            sit(member, self.exams[0], right)
        sit(self.members[0], self.exams[1], KINDS[:2])
        self.boss = county.officer("committee_administrator", self.committee, county.branches[0])


@pytest.fixture(scope="module")
def village(county, database):
    made = Village(county)
    eventually(lambda: len(ledger(database, made)) == 5)
    return made


def ledger(database, village):
    return database.execute("select id, member, cause, rule, rule_version, revision, earned, counted, occurred_at "
                            "from points_ledger where member = any(%s::uuid[])", ([m.id for m in village.members],)).fetchall()


def test_entries_of_the_ledger(village, database):
    kept = {str(row[0]): row for row in ledger(database, village)}
    target = f"/v1/organisations/{village.committee}/points"
    rows = listed(village.boss, target, limit=2)
    assert {row["entry"] for row in rows} == set(kept)
    assert [row["occurred_at"] for row in rows] == sorted((row["occurred_at"] for row in rows), reverse=True)
    logins = {m.id: m.login[0] for m in village.members}
    places = {m.id: n for m, n in zip(village.members, (1, 1, 1, 2, 2))}
    for row in rows:
        _, member, cause, rule, version, revision, earned, counted, at = kept[row["entry"]]
        assert row["member"] == str(member) and row["login"] == logins[row["member"]]
        assert row["organisation_name"] == f"清单{places[row['member']]}村"
        assert row["name"] == f"新员{row['login'][1:]}"
        assert row["exam"] == str(cause) and row["cause_title"] == f"清单考试{1 + village.exams.index(str(cause))}"
        assert (row["rule"], row["rule_version"], row["revision"]) == (rule, version, revision)
        assert (row["earned"], row["points"]) == (earned / 100, counted / 100)
        assert abs(milliseconds(row["occurred_at"]) - at.timestamp() * 1000) < 1
    first = village.members[0]

    def found(**query):
        return {row["entry"] for row in listed(village.boss, target, **query)}

    def expected(holds):
        return {entry for entry, row in kept.items() if holds(row)}
    assert found(member=first.id) == expected(lambda row: str(row[1]) == first.id) and len(found(member=first.id)) == 2
    assert found(exam=village.exams[1]) == expected(lambda row: str(row[2]) == village.exams[1])
    assert found(rule="exam") == set(kept) and found(rule="other") == set()
    assert found(text=first.login[0]) == expected(lambda row: str(row[1]) == first.id)
    assert found(text="%E6%96%B0%E5%91%98" + first.login[0][1:]) == found(member=first.id), "by name"
    assert found(text="%E6%97%A0%E6%AD%A4%E4%BA%BA") == set()
    middle = sorted(rows, key=lambda row: row["occurred_at"])[2]["occurred_at"]
    assert found(**{"from": middle}) == {row["entry"] for row in rows if row["occurred_at"] >= middle}
    assert found(until=middle) == {row["entry"] for row in rows if row["occurred_at"] < middle}
    of_branch = {row["entry"] for row in listed(village.boss, f"/v1/organisations/{village.branches[1]}/points")}
    assert of_branch == expected(lambda row: places[str(row[1])] == 2)
    assert village.boss.get(f"/v1/organisations/{village.county.committees[0]}/points").status == 404


def half_up(value):
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))


def by_hand(database, above, since):
    """Rank, members, sum and average of the organisations below one, from the ledger."""
    tree = database.execute("select id, parent from organisation").fetchall()
    below = {}
    for child in (id_ for id_, parent in tree if parent == above):
        whole, grown = {child}, True
        while grown:
            more = {id_ for id_, parent in tree if parent in whole} - whole
            whole, grown = whole | more, bool(more)
        members = [row[0] for row in database.execute(
            "select m.account from member m join account a on a.id = m.account where a.active and a.organisation = any(%s)",
            (list(whole),))]
        points = database.execute("select coalesce(sum(counted), 0) from points_ledger where member = any(%s) "
                                  "and (%s::timestamptz is null or occurred_at >= %s)", (members, since, since)).fetchone()[0]
        below[child] = (len(members), points, half_up(Decimal(points) / len(members)) if members else 0)
    averages = [average for *_, average in below.values()]
    return {str(child): (1 + sum(other > average for other in averages), members, points / 100, average / 100)
            for child, (members, points, average) in below.items()}


def test_organisations_by_points_a_member(village, admin, database, instance):
    village.county.exam()
    now = datetime.fromtimestamp(instance.now() / 1000, SHANGHAI)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    quarter = month.replace(month=(now.month - 1) // 3 * 3 + 1)
    root = uuid.UUID(village.county.root)
    for period, since in (("all", None), ("year", month.replace(month=1)), ("quarter", quarter), ("month", month)):
        for above, query in ((root, {}), (uuid.UUID(village.committee), {"org": village.committee})):
            expected = by_hand(database, above, since)

            def look():
                rows = listed(village.members[4], "/v1/leaderboards/organisations", period=period, limit=2, **query)
                assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
                return {row["organisation"]: (row["rank"], row["members"], row["points"], row["average"]) for row in rows} == expected
            assert eventually(look), (period, query)
    rows = listed(village.members[4], "/v1/leaderboards/organisations", org=village.committee)
    assert [row["name"] for row in rows][2] == "清单3村" and rows[2]["members"] == 0 and rows[2]["average"] == 0
    # three members: 10 + 4.29 and what the second gave within the day's ceiling; never a half of a hundredth lost
    assert listed(village.members[4], "/v1/leaderboards/organisations", org=village.branches[0]) == []


def test_an_organisation_without_points_is_among_them_next_month(village, admin, instance):
    now = datetime.fromtimestamp(instance.now() / 1000, SHANGHAI)
    turn = (now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)
    instance.pass_till(int(turn.timestamp() * 1000) + 1)
    rows = listed(village.members[4], "/v1/leaderboards/organisations", org=village.committee, period="month")
    assert [(row["rank"], row["points"], row["average"]) for row in rows] == [(1, 0, 0)] * 3
    assert any(row["points"] for row in listed(village.members[4], "/v1/leaderboards/organisations", org=village.committee))


def pulse_by_hand(database, exam, members, at):
    """The same beat from the tables, in plain Python."""
    def rows(statement):
        return [row for row in database.execute(statement, (exam,)).fetchall() if str(row[0]) in members]
    starts = rows("select member, started_at from attempt where exam = %s")
    sheets = rows("select member, ended, ended_at, graded_at, revision from sheet where exam = %s")
    span = at // 5000 * 5000
    spans = [{"at": stamp(span - (59 - n) * 5000), "started": 0, "handed_in": 0, "graded": 0} for n in range(60)]

    def put(when, what):
        n = 59 - (span - int(when.timestamp() * 1000 // 5000) * 5000) // 5000
        if 0 <= n < 60:
            spans[n][what] += 1
    taken = []
    for _, started in starts:
        put(started, "started")
    for _, ended, ended_at, graded_at, revision in sheets:
        if ended == 0:
            put(ended_at, "handed_in")
        put(graded_at, "graded")
        if ended == 0 and revision == 1 and graded_at.timestamp() * 1000 >= span - 295000:
            taken.append(round((graded_at - ended_at).total_seconds() * 1000))
    taken.sort()

    def share(n):  # the least that at least n in 100 do not pass
        return taken[-(-len(taken) * n // 100) - 1] if taken else 0
    return {"members": len(members), "started": len({str(m) for m, _ in starts}),
            "handed_in": len({str(row[0]) for row in sheets}), "graded": len({str(row[0]) for row in sheets}),
            "grading_ms_half": share(50), "grading_ms_most": share(99), "spans": spans}


def test_the_pulse_of_an_examination(village, admin, instance, database):
    county = village.county
    exam = county.exam(organisation=village.committee)
    members = {m.id for m in village.members}
    for member in village.members[:2]:
        sit(member, exam, KINDS)
    instance.advance(17000)  # some spans on
    sheet = start(village.members[2], exam)
    start(village.members[3], exam)
    instance.advance(11000)
    hand_in(village.members[2], exam, sheet, answers(sheet, KINDS))

    def beat(**query):
        reply = village.boss.get(f"/v1/exams/{exam}/pulse" + "".join(f"?{n}={v}" for n, v in query.items()))
        assert reply.status == 200, reply
        return reply.json

    def agree(among, **query):
        def look():
            seen = beat(**query)
            at = milliseconds(seen.pop("at"))
            return seen == pulse_by_hand(database, exam, among, at) and seen
        return eventually(look)
    eventually(lambda: beat()["graded"] == 3)
    seen = agree(members)
    assert (seen["members"], seen["started"], seen["handed_in"], seen["graded"]) == (5, 4, 3, 3)
    assert sum(span["started"] for span in seen["spans"]) == 4 and sum(span["graded"] for span in seen["spans"]) == 3
    assert seen["grading_ms_most"] >= seen["grading_ms_half"] > 0
    part = agree({m.id for m in village.members[3:]}, org=village.branches[1])
    assert (part["members"], part["started"], part["handed_in"], part["grading_ms_most"]) == (2, 1, 0, 0)
    instance.advance(301000)
    later = agree(members)
    assert later["grading_ms_half"] == 0 and not any(span["graded"] for span in later["spans"]) and later["graded"] == 3
    assert village.boss.get(f"/v1/exams/{exam}/pulse?org={county.committees[0]}").status == 404


def test_a_hand_in_counts_before_it_is_graded(village, instance):
    exam = village.county.exam(organisation=village.committee)
    member = village.members[0]
    sheet = start(member, exam)
    instance.run("freeze", "grading")
    try:
        member.command("POST", f"/v1/exams/{exam}/submissions",
                       {"attempt": sheet["attempt"], "writer": sheet["writer"], "answers": []}, wait=0, expect=202)
        seen = village.boss.get(f"/v1/exams/{exam}/pulse").json
        assert (seen["handed_in"], seen["graded"]) == (1, 0)
    finally:
        instance.run("thaw", "grading")
    eventually(lambda: village.boss.get(f"/v1/exams/{exam}/pulse").json["graded"] == 1)
