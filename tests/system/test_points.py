"""Points: the daily cap by Asia/Shanghai days, corrections, versions of rules, sums; and the leaderboards made of them.
SPDX-License-Identifier: Apache-2.0"""
import time
from datetime import datetime, timedelta, timezone

import pytest
from county import KINDS, stamp
from instance import eventually
from sitting import answers, hand_in, milliseconds, sit, start
from stream import Stream
from test_keys import adopt, ledger, propose

SHANGHAI = timezone(timedelta(hours=8))
BASIS = "测试县委〔2026〕1号"
ALL_BUT_TRUTH = [kind for kind in KINDS if kind != "truth"]
SINGLE, TRUTH = 1, 3


def shanghai(milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, SHANGHAI)


def day_of(milliseconds):
    return shanghai(milliseconds).toordinal() - datetime(1970, 1, 1).toordinal()


def next_midnight(milliseconds):
    day = shanghai(milliseconds).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return int(day.timestamp() * 1000)


def entries(database, member, count):
    """The member's entries by cause: {cause: [(revision, earned, counted, day)]}, once there are so many."""
    def look():
        rows = database.execute("select cause, revision, earned, counted, day from points_ledger where member = %s "
                                "order by revision", (member.id,)).fetchall()
        return len(rows) == count and rows
    found = {}
    for cause, *rest in eventually(look):
        found.setdefault(str(cause), []).append(tuple(rest))
    return found


def total(database, member):
    row = database.execute("select points from points_total where member_id = %s", (member.id,)).fetchone()
    return float(row[0]) if row else None


def sums_agree(database):
    """Every total is the sum of its entries, and every member with points that count has one."""
    odd = database.execute("""
        select l.member, sum(l.counted), s.points from points_ledger l left join points_sum s
            on s.member = l.member and s.period = 'all' group by l.member, s.points
        having sum(l.counted) <> coalesce(s.points, 0)""").fetchall()
    assert not odd, odd


def test_the_days_cap_and_midnight(county, instance, database):
    """15 a day: of three examinations of 10 the second counts 5, the third nothing; the next day begins anew."""
    instance.pass_till(next_midnight(instance.now()) - 60000)
    first, second, third, fourth = (county.exam() for _ in range(4))
    member = county.recruit()
    today = day_of(instance.now())
    for n, exam in enumerate((first, second, third)):
        sit(member, exam, KINDS)
        entries(database, member, n + 1)
    sheet = start(member, fourth)  # before midnight, handed in after it
    assert day_of(instance.now()) == today, "the machine was too slow for this test: it took a minute"
    instance.pass_till(next_midnight(instance.now()) + 1)
    hand_in(member, fourth, sheet, answers(sheet, KINDS))
    assert entries(database, member, 4) == {first: [(1, 1000, 1000, today)], second: [(1, 1000, 500, today)],
                                            third: [(1, 1000, 0, today)], fourth: [(1, 1000, 1000, today + 1)]}
    assert eventually(lambda: total(database, member) == 25)
    mine = member.get("/v1/points/me").json
    assert mine["total"] == 4 and sorted(row["points"] for row in mine["rows"]) == [0, 5, 10, 10]
    sums_agree(database)


def test_a_correction_recomputes_the_day(county, admin, database):
    """The first examination of the day turns out worth less: what the cap had cut from the second comes back."""
    first, second = county.exam(), county.exam()
    member = county.recruit()
    sit(member, first, KINDS)
    entries(database, member, 1)
    sit(member, second, KINDS)
    entries(database, member, 2)
    adopt(admin, first, propose(admin, first, {"truth": True}, TRUTH)["proposal"])
    found = entries(database, member, 4)
    assert [row[:3] for row in found[first]] == [(1, 1000, 1000), (2, -143, -143)]
    assert [row[:3] for row in found[second]] == [(1, 1000, 500), (2, 0, 143)]
    assert eventually(lambda: total(database, member) == 15)
    sums_agree(database)


def test_the_counted_attempt_moves_to_another_day(county, instance, database):
    """A better attempt the next day takes the points along; the day that it leaves is recounted."""
    instance.pass_till(next_midnight(instance.now()) - 60000)
    moving, staying = county.exam(), county.exam()
    member, today = county.recruit(), day_of(instance.now())
    sit(member, moving, ALL_BUT_TRUTH)  # 8.57
    entries(database, member, 1)
    sit(member, staying, KINDS)  # 10, of which 6.43 count
    assert entries(database, member, 2) == {moving: [(1, 857, 857, today)], staying: [(1, 1000, 643, today)]}
    instance.pass_till(next_midnight(instance.now()) + 1)
    sit(member, moving, KINDS)
    found = entries(database, member, 5)
    assert found[moving] == [(1, 857, 857, today), (2, -857, -857, today), (3, 1000, 1000, today + 1)]
    assert found[staying] == [(1, 1000, 643, today), (2, 0, 357, today)]
    assert eventually(lambda: total(database, member) == 20)
    sums_agree(database)


def adopt_rule(admin, version, since, amount, cap, expect=200, rule="exam"):
    return admin.command("POST", "/v1/points/rules", {
        "rule": rule, "title": "在线考试", "version": version, "effective_from": stamp(since), "basis": "mark_share",
        "amount": amount, "daily_cap": cap, "legal_basis": BASIS}, expect=expect)


def test_a_rules_version_counts_from_its_day_on(county, admin, instance, database):
    instance.pass_till(next_midnight(instance.now()) + 3600000)
    now = instance.now()
    assert adopt_rule(admin, 3, now, 20, 40, expect=409)["type"].endswith("conflict"), "2 is next"
    adopt_rule(admin, 2, now + 3600000, 20, 40)
    adopt_rule(admin, 3, now + 7200000, 10, 15)
    exams, member = [county.exam() for _ in range(4)], county.recruit()
    sit(member, exams[0], KINDS)
    entries(database, member, 1)
    instance.pass_till(now + 3600000)
    for exam in exams[1:3]:
        sit(member, exam, KINDS)
    entries(database, member, 3)
    instance.pass_till(now + 7200000)
    sit(member, exams[3], KINDS)
    found = entries(database, member, 4)
    # under version 1: 10; under version 2: 20, and 10 up to its cap of 40; under version 3 its cap of 15 is used up
    assert [found[exam][0][1:3] for exam in exams] == [(1000, 1000), (2000, 2000), (2000, 1000), (1000, 0)]
    versions = database.execute("select rule_version from points_ledger where member = %s order by occurred_at", (member.id,))
    assert [version for version, in versions] == [1, 2, 2, 3]
    # a key corrected now: each sheet earns by the version of its own time
    adopt(admin, exams[1], propose(admin, exams[1], {"truth": True}, TRUTH)["proposal"])
    found = entries(database, member, 6)
    assert found[exams[1]][1][1:3] == (-286, -286) and found[exams[2]][1][1:3] == (0, 286)
    assert eventually(lambda: total(database, member) == 40)
    sums_agree(database)


class League:
    """A committee of its own with two branches; who sat what."""

    def __init__(self, county):
        self.county = county
        self.committee = county.organisation(county.root, "committee", "中共测试县联赛镇委员会", "联赛镇党委", 7)
        self.branches = [county.organisation(self.committee, "branch", f"中共测试县联赛镇第{n}村支部委员会", f"联赛{n}村", n)
                         for n in (1, 2)]
        exam = county.exam(organisation=self.committee)
        self.first = county.enrol(self.branches[0], 4)
        self.second = county.enrol(self.branches[1], 2)
        self.idle = self.first[3]
        for member, right in zip(self.first[:3] + self.second, (KINDS, KINDS, ALL_BUT_TRUTH, KINDS, ["truth"])):
            sit(member, exam, right)
        # 10, 10, 8.57 in the first branch, 10, 1.43 in the second
        self.ten = sorted(m.id for m in (self.first[0], self.first[1], self.second[0]))


@pytest.fixture(scope="module")
def league(county):
    made = League(county)
    eventually(lambda: board(made.first[0], org=made.committee)["total"] == 5)
    return made


def board(client, **query):
    target = "/v1/leaderboards/members?" + "&".join(f"{name}={value}" for name, value in query.items())
    reply = client.get(target)
    assert reply.status == 200, reply
    return reply.json


def places(rows):
    return [(row["rank"], row["member"], row["points"]) for row in rows]


def test_ranks_share_and_go_on(league):
    viewer = league.idle
    shown = board(viewer, org=league.committee)
    expected = [(1, m, 10) for m in league.ten] + [(4, league.first[2].id, 8.57), (5, league.second[1].id, 1.43)]
    assert places(shown["rows"]) == expected and shown["total"] == 5
    for period in ("all", "year", "quarter", "month"):
        assert places(board(viewer, org=league.committee, period=period)["rows"]) == expected, period
    first = sorted(m.id for m in league.first[:2])
    assert places(board(viewer, org=league.branches[0])["rows"]) == [(1, first[0], 10), (1, first[1], 10),
                                                                     (3, league.first[2].id, 8.57)]
    assert places(board(viewer, org=league.branches[1])["rows"]) == [(1, league.second[0].id, 10),
                                                                     (2, league.second[1].id, 1.43)]
    assert {row["org_name"] for row in shown["rows"]} == {"联赛1村", "联赛2村"}
    # pages
    assert places(board(viewer, org=league.committee, limit=2, offset=2)["rows"]) == expected[2:4]
    assert board(viewer, org=league.committee, limit=2, offset=99) == {"rows": [], "total": 5}


def test_the_countys_board_is_the_sorted_sums(league, database):
    for period in ("all", "month"):
        name = period if period == "all" else f"{shanghai(league.county.instance.now()):%Y-%m}"
        sums = database.execute("""
            select s.member, s.points from points_sum s join account a on a.id = s.member where s.period = %s""", (name,))
        ordered = sorted(((-points, str(member)) for member, points in sums))
        expected = [(1 + sum(other < points for other, _ in ordered), member, -points / 100) for points, member in ordered]
        found, seen = [], None
        while seen is None or seen["rows"]:
            seen = board(league.idle, period=period, limit=1000, offset=len(found))
            found += places(seen["rows"])
        assert len(found) == seen["total"] and found == expected


def test_me_and_my_neighbours(league):
    def me(member, **query):
        return member.get("/v1/leaderboards/members/me?" + "&".join(f"{n}={v}" for n, v in query.items())).json
    mine = me(league.first[2], org=league.committee, around=1)
    assert (mine["me"]["rank"], mine["me"]["points"], mine["total"]) == (4, 8.57, 5)
    assert places(mine["rows"]) == [(1, league.ten[2], 10), (4, league.first[2].id, 8.57), (5, league.second[1].id, 1.43)]
    assert [row["rank"] for row in me(league.second[1], org=league.branches[1])["rows"]] == [1, 2]
    assert len(me(league.first[2], org=league.committee, around=0)["rows"]) == 1
    none = me(league.idle, org=league.committee)
    assert "me" not in none and none["total"] == 5


def test_what_is_no_board(league):
    for query in ("org=00000000-0000-4000-8000-000000000001", "period=2026Q5", "period=week", "limit=0", "limit=1001",
                  "offset=-1", "org=x"):
        reply = league.idle.get(f"/v1/leaderboards/members?{query}")
        assert reply.status == 400, (query, reply)


def test_the_stream(league, witness):
    watcher, player = league.county.enrol(league.branches[0], 2)
    exam = league.county.exam(organisation=league.committee)
    plain, own = Stream(watcher, f"?org={league.committee}&limit=3"), Stream(player, f"?org={league.committee}&limit=1&me=true")
    try:
        assert plain.answer.status == 200 and plain.answer.getheader("Content-Type").startswith("text/event-stream")
        _, name, snapshot = eventually(lambda: plain.frames)[0]
        assert name == "frame" and len(snapshot["rows"]) == 3 and snapshot["total"] == 5
        first = eventually(lambda: own.frames)[0][2]
        assert "me" not in first and len(first["rows"]) == 1
        sit(player, exam, KINDS)
        frame = eventually(lambda: [f for *_, f in own.frames if f.get("me")])[0]
        assert frame["me"]["member"] == player.id and frame["me"]["points"] == 10 and frame["me"]["rank"] == 1
        eventually(lambda: plain.frames[-1][2]["total"] == 6)
        times = [at for at, *_ in plain.frames]
        assert all(later - sooner > 0.4 for sooner, later in zip(times[1:], times[2:])), "at most two frames a second"
        witness.seen["leaderboard_stream"].add("answered")
    finally:
        plain.close()
        own.close()


def switch(admin, expect=200, board="members", **changes):
    return admin.command("PUT", f"/v1/boards/{board}", {"open": True, "names": True, "legal_basis": BASIS, **changes},
                         expect=expect)


def test_a_board_switched_off(league, admin, county):
    boss = county.officer("committee_administrator", league.committee, league.branches[0])
    stream = Stream(league.idle, f"?org={league.committee}")
    eventually(lambda: stream.frames)
    switch(admin, open=False)
    try:
        for target in ("", "/me", "/stream"):
            reply = eventually(lambda: (r := league.idle.get(f"/v1/leaderboards/members{target}")).status == 403 and r)
            assert reply.json["type"].endswith("forbidden")
        assert board(boss, org=league.committee)["total"] == 6
        eventually(lambda: stream.ended)  # opened before, and over now
        seen = len(stream.frames)
        sit(league.idle, county.exam(organisation=league.committee), ["truth"])
        eventually(lambda: board(boss, org=league.committee)["total"] == 7)
        assert len(stream.frames) == seen
    finally:
        stream.close()
        switch(admin)
    eventually(lambda: league.idle.get("/v1/leaderboards/members").status == 200)
    assert switch(admin, expect=404, board="nobody")["type"].endswith("not_found")


def test_how_a_board_is_switched(league, admin, county, instance):
    def shown():
        return admin.get("/v1/boards/members").json
    was = switch(admin, open=False, names=False)["command"] and shown()
    try:
        assert (was["board"], was["open"], was["names"], was["legal_basis"]) == ("members", False, False, BASIS)
        instance.advance(60000)
        switch(admin, open=False, legal_basis="测试县委〔2026〕2号")
        now = shown()
        assert (now["names"], now["legal_basis"]) == (True, "测试县委〔2026〕2号")
        assert now["since"] == was["since"] and milliseconds(now["switched_at"]) >= milliseconds(was["switched_at"]) + 60000
    finally:
        switch(admin)
    assert shown()["open"] and shown()["since"] == shown()["switched_at"] > now["switched_at"]
    assert admin.get("/v1/boards/nobody").status == 404
    assert league.idle.get("/v1/boards/members").status == 403


def test_names_of_other_branches(league, admin):
    def names():
        return {row["member"]: row["name"] for row in board(league.first[0], org=league.committee)["rows"]}
    full = names()
    assert all(name.startswith("新员") and len(name) == 7 for name in full.values()), full
    switch(admin, names=False)
    try:
        eventually(lambda: names() != full)
        masked = names()
        for member in league.first[:3]:
            assert masked[member.id] == full[member.id], "one's own branch in full"
        for member in league.second:
            assert masked[member.id] == "新*"
        mine = league.second[0].get(f"/v1/leaderboards/members/me?org={league.committee}").json
        assert mine["me"]["name"] == full[league.second[0].id]
        stream = Stream(league.first[0], f"?org={league.committee}&limit=20")
        rows = eventually(lambda: stream.frames)[0][2]["rows"]
        stream.close()
        assert {row["member"]: row["name"] for row in rows} == masked
    finally:
        switch(admin)
    eventually(lambda: names() == full)


def test_a_restarted_front_makes_the_board_anew(league, instance):
    viewer = league.first[0]
    before = {period: board(viewer, period=period, limit=1000) for period in ("all", "year", "quarter", "month")}
    below = board(viewer, org=league.committee)
    instance.run("kill", "front")

    def back():
        try:
            return viewer.send("GET", "/readyz").status == 200
        except OSError:
            return False
    time.sleep(0.2)
    eventually(back, seconds=30)
    assert {period: board(viewer, period=period, limit=1000) for period in before} == before
    assert board(viewer, org=league.committee) == below


def test_a_month_turns(league, instance):
    viewer, now = league.first[0], shanghai(instance.now())
    turn = (now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)
    old = board(viewer, org=league.committee, period="month")
    instance.pass_till(int(turn.timestamp() * 1000) + 1)
    assert board(viewer, org=league.committee, period="month") == {"rows": [], "total": 0}
    assert board(viewer, org=league.committee, period=f"{now:%Y-%m}") == old
    sit(viewer, league.county.exam(organisation=league.committee), ["truth"])
    shown = eventually(lambda: board(viewer, org=league.committee, period="month")["rows"])
    assert places(shown) == [(1, viewer.id, 1.43)]
    assert board(viewer, org=league.committee)["rows"][0]["points"] == 11.43
