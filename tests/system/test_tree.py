"""The tree of organisations in its two times: changes from any day on, refusals, what is seen when, and a naive replay of a
thousand of them.  SPDX-License-Identifier: Apache-2.0"""
import os
import random
from bisect import insort
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from client import Client
from county import County, stamp
from instance import Instance, eventually

DAY_MS = 86400000


@pytest.fixture(scope="module")
def own():
    """An instance of its own: what is moved about here is counted elsewhere."""
    made = Instance(os.environ.get("SYSTEM_NAME", "system") + "-tree", int(os.environ.get("SYSTEM_PORT_BASE", "28200")) + 40,
                    named_accounts=2000).up()
    yield made
    made.down()


@pytest.fixture(scope="module")
def chief(own, witness):
    return Client(own.url, witness).log_in(own.env["BAOTING_ADMIN"], own.env["BAOTING_ADMIN_PASSWORD"])


@pytest.fixture(scope="module")
def land(own, chief, witness):
    return County(own, chief, lambda: Client(own.url, witness), founded=str(today(own) - timedelta(days=200)))


def today(instance):
    return date(1970, 1, 1) + timedelta(milliseconds=instance.now() + 8 * 3600000)


def change(chief, organisation, what, effective, expect=200, **more):
    reply = chief.command("POST", f"/v1/organisations/{organisation}/{what}",
                          {"effective": str(effective), "document": "测组发〔2026〕7号", **more}, expect=expect)
    return reply["result"] if expect == 200 else reply


def listed(client, **asked):
    query, rows = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items()), []
    while True:
        page = client.get(f"/v1/organisations?limit=200&offset={len(rows)}&{query}").json
        rows += page["rows"]
        if len(rows) >= page["total"]:
            return rows


def tree(client, **asked):
    return {row["organisation"]: row for row in listed(client, **asked)}


def made(chief, parent, name, kind="branch", **more):
    return chief.command("POST", "/v1/organisations", {"parent": parent, "kind": kind, "name": name, "short_name": name[-20:],
                                                       "ordinal": 9, **more})["command"]


def test_a_move_is_felt_at_once(own, chief, land, witness):
    """Who ran the committee that a branch leaves runs it no more; who runs the one that takes it does."""
    first, second = land.committees
    branch = made(chief, first, "中共测试县要搬的支部委员会", kind="general_branch")
    below = made(chief, branch, "中共测试县跟着搬的支部委员会")
    old, new = (land.officer("committee_administrator", at, land.branches[n]) for n, at in ((0, first), (3, second)))
    eventually(lambda: old.get(f"/v1/organisations/{below}/exams").status == 200)
    assert new.get(f"/v1/organisations/{below}/exams").status == 404
    change(chief, branch, "moves", today(own), parent=second, ordinal=0)
    eventually(lambda: new.get(f"/v1/organisations/{below}/exams").status == 200, seconds=1)
    assert old.get(f"/v1/organisations/{below}/exams").status == 404
    rows = listed(chief)
    names = [row["organisation"] for row in rows]
    assert names.index(second) < names.index(branch) == names.index(below) - 1
    assert [row["depth"] for row in rows if row["organisation"] in (second, branch, below)] == [1, 2, 3]
    shown = chief.get(f"/v1/organisations/{below}").json
    assert [one["organisation"] for one in shown["above"]] == [land.root, second, branch] and shown["there"]
    yesterday = chief.get(f"/v1/organisations/{below}?day={today(own) - timedelta(days=1)}").json
    assert not yesterday["there"] and yesterday["name"] == shown["name"]


def test_refusals_say_what_would_break(own, chief, land):
    day = today(own)
    upper = made(chief, land.root, "中共测试县上面的委员会", kind="committee")
    lower = made(chief, upper, "中共测试县下面的支部委员会")
    before = tree(chief), len(chief.get(f"/v1/organisations/{land.root}/changes?below=true&limit=200").json["rows"])
    for what, more, code, word, *pointers in (
            ("moves", {"parent": lower}, "conflict", "below itself", "#/parent"),
            ("moves", {"parent": upper}, "conflict", "below itself", "#/parent"),
            ("names", {"name": "中共测试县下面的支部委员会", "short_name": "重名"}, "exists", "bears this name", "#/name"),
            ("dissolutions", {}, "conflict", "is not there"),
            ("mergers", {"into": lower}, "conflict", "below itself", "#/into"),
            ("splits", {"kind": "branch", "name": "中共测试县分出的支部", "short_name": "分出", "ordinal": 1,
                        "organisations": [land.branches[0]]}, "conflict", "belongs", "#/organisations/0"),
            ("adjustments", {}, "invalid", "Nothing", "#")):
        problem = change(chief, upper, what, day, expect=422 if code == "invalid" else 409, **more)
        assert problem["type"].endswith(code) and word in problem["detail"], problem
        assert [fault["pointer"] for fault in problem["errors"]] == pointers, problem
    problem = change(chief, upper, "names", day - timedelta(days=400), expect=409, name="中共测试县旧名委员会", short_name="旧名")
    assert "does not stand" in problem["detail"] and str(day - timedelta(days=400)) in problem["detail"]
    assert problem["errors"][0]["pointer"] == "#/effective"
    problem = change(chief, land.branches[0], "releases", day, expect=409, standing="left", members=[land.admin.get("/v1/me").json["account"]])
    assert problem["errors"][0]["pointer"] == "#/members/0"
    problem = change(chief, land.branches[0], "dissolutions", day, expect=409)
    assert "members" in problem["detail"] and "党员" in problem["detail_zh"]
    problem = chief.command("POST", "/v1/organisations", {"kind": "county_committee", "name": "中共第二县委员会",
                                                          "short_name": "第二", "ordinal": 0}, expect=409)
    assert problem["type"].endswith("exists")
    assert before == (tree(chief), len(chief.get(f"/v1/organisations/{land.root}/changes?below=true&limit=200").json["rows"]))
    # a day on which it would hold, but a later one on which it would not
    change(chief, lower, "moves", day + timedelta(days=20), parent=land.root)
    change(chief, upper, "moves", day + timedelta(days=30), parent=lower)
    problem = change(chief, lower, "moves", day + timedelta(days=40), expect=409, parent=upper)
    assert "below itself" in problem["detail"]
    problem = change(chief, lower, "dissolutions", day + timedelta(days=25), expect=409)
    assert str(day + timedelta(days=30)) in problem["detail"]


def test_a_day_to_come_comes(own, chief, land):
    day = today(own) + timedelta(days=2)
    branch = made(chief, land.committees[0], "中共测试县将更名的支部委员会")
    later = made(chief, land.committees[0], "中共测试县将成立的支部委员会", effective=str(day))
    change(chief, branch, "names", day, name="中共测试县已更名的支部委员会", short_name="已更名的支部")
    assert tree(chief)[branch]["name"].endswith("将更名的支部委员会") and later not in tree(chief)
    coming = tree(chief, day=day)
    assert coming[branch]["short_name"] == "已更名的支部" and coming[later]["parent"] == land.committees[0]
    own.advance(2 * DAY_MS)
    eventually(lambda: tree(chief).get(branch, {}).get("short_name") == "已更名的支部")
    eventually(lambda: later in tree(chief))
    enrolled = chief.command("POST", "/v1/members", {
        "organisation": later, "initial_password": land.password,
        "members": [{"login": "newborn", "name": "新来的", "ethnicity": "黎族", "birth_year": 1990, "joined_year": 2020}]})
    assert chief.get(f"/v1/organisations/{later}").json["members"] == len(enrolled["result"]["members"]) == 1


def test_members_go_along(own, chief, land, witness):
    """Split, merged, placed, released: each member's branch, his role there and the counts of any day follow."""
    old, day, before = land.branches[1], today(own), today(own) - timedelta(days=1)
    people = [land.members[login] for login in sorted(land.members) if login.startswith("t01")]
    known = stamp(own.now() - 1)
    taken = change(chief, old, "splits", day, kind="branch", name="中共测试县分立的支部委员会", short_name="分立的支部", ordinal=7,
                   members=people[:1])
    assert taken["effective"] == str(day)
    new = next(row["organisation"] for row in listed(chief, parent=land.committees[0]) if row["short_name"] == "分立的支部")
    me = Client(own.url, witness).log_in("t0100", land.password)
    eventually(lambda: me.get("/v1/me").json["organisation"] == new)
    assert [(g["role"], g["organisation"]) for g in me.get("/v1/me").json["grants"]] == [("member", new)]
    counts = {row["organisation"]: row["members"] for row in listed(chief)}
    assert (counts[old], counts[new]) == (2, 1)
    change(chief, old, "mergers", day, into=new)
    counts = {row["organisation"]: row["members"] for row in listed(chief)}
    assert old not in counts and counts[new] == 3
    problem = chief.command("POST", f"/v1/organisations/{new}/releases", {
        "effective": str(day), "document": "测组介〔2026〕1号", "standing": "belongs", "members": people[:1]}, expect=422)
    assert problem["type"].endswith("invalid")
    change(chief, new, "releases", day, standing="in_transit", members=people[1:2])
    change(chief, new, "releases", day, expect=409, standing="left", members=people[1:2])
    eventually(lambda: chief.get(f"/v1/organisations/{new}").json["members"] == 2)
    gone = Client(own.url, witness).log_in("t0101", land.password)
    assert eventually(lambda: gone.get("/v1/me").json["grants"] == [] or None, seconds=5) is not None
    change(chief, land.branches[0], "members", day, members=people[1:2])
    change(chief, land.branches[0], "members", day, members=people[1:2], expect=200)
    change(chief, old, "members", day, members=people[1:2], expect=409)
    eventually(lambda: gone.get("/v1/me").json["organisation"] == land.branches[0])
    back, unknown = tree(chief, day=before), tree(chief, day=day, known=known)
    assert back[old]["members"] == unknown[old]["members"] == 3 and new not in back and new not in unknown
    changes = chief.get(f"/v1/organisations/{new}/changes").json
    assert [row["what"] for row in changes["rows"]] == ["transit", "merge", "split"] and changes["total"] == 3
    assert changes["rows"][1]["members"] == 2 and changes["rows"][1]["document"] == "测组发〔2026〕7号"


class Naive:
    """The tree as a list of changes, replayed for every day."""

    def __init__(self, days):
        self.days, self.said = days, {}  # organisation: [(effective, number, facts)], kept in that order
        self.lines = {}                  # organisation: [state or None], a place a day

    def line(self, organisation, said):
        states = []
        for day in self.days:
            state = {}
            for effective, _, facts in said:
                if effective <= day:
                    state |= facts
            states.append(state if state.get("there") else None)
        return states

    def broken(self, lines, first):
        """Whether a day from the first on is not a tree."""
        for i in range(first, len(self.days)):
            states = {one: line[i] for one, line in lines.items() if line[i]}
            if len({state["name"] for state in states.values()}) < len(states):
                return True
            for one, state in states.items():
                at, steps = state["parent"], 0
                while at is not None:
                    if at == one or at not in states or steps > 40:
                        return True
                    at, steps = states[at]["parent"], steps + 1
        return False

    def take(self, number, effective, facts):
        """The facts that a change says of organisations; False and nothing done where it breaks the tree."""
        fresh = {}
        for one, fact in facts.items():
            fresh[one] = list(self.said.get(one, []))
            insort(fresh[one], (effective, number, fact), key=lambda entry: entry[:2])
        lines = self.lines | {one: self.line(one, said) for one, said in fresh.items()}
        if self.broken(lines, self.days.index(effective)):
            return False
        self.said |= fresh
        self.lines = lines
        return True

    def at(self, day, number):
        states = {}
        for one, said in self.said.items():
            state = {}
            for effective, known, facts in said:
                if effective <= day and known <= number:
                    state |= facts
            if state.get("there"):
                states[one] = state
        return states


def test_a_thousand_changes_equal_a_naive_replay(own, chief, land):
    rng, base = random.Random(20), today(own)
    days = [base + timedelta(days=n) for n in range(-130, 12)]
    naive, moments, taken, refused = Naive(days), [], 0, 0
    while taken + refused < 1000:
        day, what = rng.choice(days[-11:] if rng.random() < 0.1 else days), rng.random()
        known = naive.at(day, 10**9)
        one = rng.choice(sorted(known)) if known else None
        other = rng.choice(sorted(known)) if known else None
        name = f"随机试验第{taken + refused}支部"
        if not naive.said or (what < 0.12 and len(naive.said) < 150):
            parent = rng.choice([land.root, *([other] * 5 if other else [])])
            facts = {"new": {"parent": parent, "kind": "branch", "name": name, "short_name": name, "ordinal": rng.randrange(5), "there": True}}
            target, body = "/v1/organisations", {"parent": parent, "kind": "branch", "name": name, "short_name": name,
                                                 "ordinal": facts["new"]["ordinal"], "effective": str(day)}
        elif one is None:
            continue
        else:
            body = {"effective": str(day), "document": "测组发〔2026〕8号"}
            if what < 0.35:
                if rng.random() < 0.2:
                    name = known[other]["name"]
                facts, target, more = {one: {"name": name, "short_name": name[-20:]}}, "names", {"name": name, "short_name": name[-20:]}
            elif what < 0.75:
                ordinal = rng.choice([None, rng.randrange(5)])
                more = {"parent": other} | ({} if ordinal is None else {"ordinal": ordinal})
                facts, target = {one: dict(more)}, "moves"
            elif what < 0.80:
                more = {"kind": rng.choice(["branch", "general_branch"]), "telephone": str(rng.randrange(100000, 999999))}
                facts, target = {one: dict(more)}, "adjustments"
            elif what < 0.87:
                facts, target, more = {one: {"there": False}}, "dissolutions", {}
            elif what < 0.94:
                facts = {one: {"there": False}} | {child: {"parent": other} for child, state in known.items() if state["parent"] == one}
                target, more = "mergers", {"into": other}
            else:
                children = [child for child, state in known.items() if state["parent"] == one and rng.random() < 0.5]
                facts = {"new": {"parent": known[one]["parent"], "kind": "branch", "name": name, "short_name": name, "ordinal": 3,
                                 "there": True}} | {child: {"parent": "new"} for child in children}
                target, more = "splits", {"kind": "branch", "name": name, "short_name": name, "ordinal": 3, "organisations": children}
            target, body = f"/v1/organisations/{one}/{target}", body | more
        reply = chief.send("POST", target, body, {"Prefer": "wait=15"})
        assert reply.status in (200, 409), reply
        new = reply.json.get("command")
        facts = {new if key == "new" else key: {k: new if v == "new" else v for k, v in fact.items()} for key, fact in facts.items()}
        number = reply.json["result"]["number"] if reply.status == 200 else 10**9
        if not naive.lines:
            naive.lines[land.root] = naive.line(land.root, [(days[0], 0, {"name": "县", "parent": None, "there": True})])
        assert naive.take(number, day, facts) == (reply.status == 200), (target, body, reply)
        taken, refused = taken + (reply.status == 200), refused + (reply.status != 200)
        if reply.status == 200:
            moments.append((number, reply.json["result"]["recorded_at"]))
    assert taken > 400 and refused > 100, (taken, refused)
    mine = set(naive.said)
    for _ in range(200):
        day, (number, moment) = rng.choice(days), rng.choice(moments)
        real = {one: {k: row.get(k) for k in ("parent", "kind", "name", "short_name", "ordinal", "telephone")}
                for one, row in tree(chief, day=day, known=moment).items() if one in mine}
        wanted = {one: {k: state.get(k) for k in ("parent", "kind", "name", "short_name", "ordinal", "telephone")}
                  for one, state in naive.at(day, number).items()}
        assert real == wanted, (day, moment)
    real = {one: row["parent"] for one, row in tree(chief).items() if one in mine}
    assert real == {one: state["parent"] for one, state in naive.at(base, 10**9).items()}
    rows = listed(chief)
    line, order = [], []
    for row in rows:  # the order of the tree: each below the one above it, siblings by their ordinal
        line = line[:row["depth"]]
        assert row.get("parent") == (line[-1] if line else None)
        order.append((row["depth"], row.get("parent"), row["ordinal"], row["organisation"]))
        line.append(row["organisation"])
    for parent in {row.get("parent") for row in rows}:
        siblings = [entry[2:] for entry in order if entry[1] == parent]
        assert siblings == sorted(siblings)
