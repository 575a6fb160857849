"""What roles are for: an examination run by a committee alone, banks, progress, lists. Who may call what is test_walk.py's.
SPDX-License-Identifier: Apache-2.0"""
import uuid

import pytest
from county import KINDS, QUESTIONS, stamp
from instance import CHECKOUT, eventually
from sitting import sit, start

NOWHERE = "00000000-0000-4000-8000-00000000000f"


def draft(client, county, organisation, bank, **changes):
    """An examination not yet published; unless told otherwise, of one question of the bank, which may have none."""
    now = county.instance.now()
    return client.command("POST", "/v1/exams", {
        "organisation": organisation, "title": "草稿", "opens_at": stamp(now - 1000), "closes_at": stamp(now + 3600000),
        "minutes": 30, "grace_seconds": 10, "attempts": 2, "counted": "highest", "multiple": "all_or_nothing", "penalty": 0,
        "release": "never", "sections": [{"bank": bank, "kind": "single", "draw": 1, "marks": 2}], **changes})["command"]


class Place:
    """The first committee, a branch of it, another committee; a bank and an examination of the first."""

    def __init__(self, county):
        self.own, self.sibling, self.child = county.committees[0], county.committees[1], county.branches[0]
        self.exam = county.exam(organisation=self.own)
        self.bank = county.admin.command("POST", "/v1/banks", {"organisation": self.own, "name": "权限判断"})["command"]
        start(county.recruit(self.child), self.exam)


@pytest.fixture(scope="module")
def place(county):
    return Place(county)


@pytest.fixture(scope="module")
def cast(place, county):
    """A member of each place; others are members of a branch beside, with a role over the place."""
    actors = {("member", where): county.recruit(getattr(place, where)) for where in ("own", "sibling", "child")}
    for role, where in (("committee_administrator", "own"), ("committee_administrator", "sibling"),
                        ("committee_administrator", "child"), ("branch_officer", "child")):
        actors[role, where] = county.officer(role, getattr(place, where), county.branches[2])
    return actors


def test_a_grant_is_for_all_below(county, place, cast):
    """Progress by organisation: a role over the county sees each committee, one over a branch not its committee."""
    boss = cast["committee_administrator", "own"]
    rows = boss.get(f"/v1/exams/{place.exam}/progress").json["rows"]
    assert {row["organisation"] for row in rows} >= set(county.branches[:2])
    started = next(row for row in rows if row["organisation"] == place.child)
    assert started["started"] >= 1 and started["members"] >= started["started"]


CSV = {"Content-Type": "text/csv"}


def test_a_committee_runs_an_examination_of_its_own(county, cast, place):
    """From the bank to the marks, by its administrator alone; another committee's sees none of it."""
    boss, other = cast["committee_administrator", "own"], cast["committee_administrator", "sibling"]
    bank = boss.command("POST", "/v1/banks", {"organisation": place.own, "name": "镇党委题库"})["command"]
    target = f"/v1/questions:import?bank={bank}&format=csv"
    for client in (other, cast["committee_administrator", "child"]):
        assert client.send("POST", target, QUESTIONS.encode(), {**CSV, "Idempotency-Key": str(uuid.uuid4())}).status == 404
    assert boss.command("POST", target, QUESTIONS.encode(), headers=CSV)["result"]["taken"] == len(KINDS)
    exam = draft(boss, county, place.own, bank, release="all_at_once",
                 sections=[{"bank": bank, "kind": kind, "draw": 1, "marks": 2} for kind in KINDS])
    assert other.send("POST", f"/v1/exams/{exam}/publication", {}, {"Idempotency-Key": str(uuid.uuid4())}).status == 404
    assert boss.command("POST", f"/v1/exams/{exam}/publication")["result"]["full_mark"] == 14
    eventually(lambda: any(row["exam"] == exam for row in boss.get("/v1/exams").json["rows"]))
    assert sit(county.recruit(place.child), exam, KINDS)["mark"] == 14
    assert all(row["exam"] != exam for row in other.get("/v1/exams").json["rows"])
    assert sum(row["graded"] for row in boss.get(f"/v1/exams/{exam}/progress").json["rows"]) == 1


def test_banks_are_those_above_and_below(county, admin, cast, place):
    names = lambda client, organisation: {row["bank"]: row["organisation"] for row in client.get(  # noqa: E731
        f"/v1/banks?organisation={organisation}&limit=200").json["rows"]}
    theirs = admin.command("POST", "/v1/banks", {"organisation": place.sibling, "name": "别家题库"})["command"]
    ours = names(cast["committee_administrator", "own"], place.own)
    assert ours[place.bank] == place.own and ours[county.bank] == county.root and theirs not in ours
    assert {place.bank, theirs, county.bank} <= set(names(admin, county.root))
    assert admin.get("/v1/banks").status == 400


def test_nobody_draws_from_another_committees_bank(county, admin, cast, place):
    """Its questions would be read by drawing them."""
    boss, beside = cast["committee_administrator", "own"], cast["committee_administrator", "sibling"]
    bank = beside.command("POST", "/v1/banks", {"organisation": place.sibling, "name": "他镇题库"})["command"]
    beside.command("POST", f"/v1/questions:import?bank={bank}&format=csv", QUESTIONS.encode(), headers=CSV)
    publish = lambda client, exam, expect: client.command("POST", f"/v1/exams/{exam}/publication", expect=expect)  # noqa: E731
    for unknown in (bank, NOWHERE):
        told = publish(boss, draft(boss, county, place.own, unknown), 422)
        assert told["type"].endswith("unknown_reference") and "command" in told
    publish(boss, draft(boss, county, place.own, county.bank), 200)  # the county's is for all below
    publish(admin, draft(admin, county, county.root, bank), 200)  # who reaches the county reaches the committee


def test_what_stood_before_is_told_by_the_migration(county, cast, place, database, instance):
    """A bank that no state told of: the front learns whose it is by the migration, run here once more."""
    bank = str(uuid.uuid4())
    boss, other = cast["committee_administrator", "own"], cast["committee_administrator", "sibling"]
    database.execute("insert into bank (id, organisation, name, created_at) values (%s, %s, '旧题库', now())", (bank, place.own))
    target = f"/v1/questions:import?bank={bank}&format=csv"
    ask = lambda client: client.send("POST", target, QUESTIONS.encode(), {**CSV, "Idempotency-Key": str(uuid.uuid4())})  # noqa: E731
    assert ask(boss).status == 404
    database.execute((CHECKOUT / "sql" / "migrations" / "0008_owned.sql").read_text())
    eventually(lambda: ask(boss).status == 202)
    assert ask(other).status == 404
    assert not any("record_refused" in line and '"topic":"tree"' in line for line in instance.log("front").splitlines())


def test_progress_of_a_part(county, admin, cast, place):
    """Who does not reach the examination's organisation may ask for what he reaches of it, and for nothing beside it."""
    boss, officer = cast["committee_administrator", "own"], cast["branch_officer", "child"]
    wide = county.exam()
    sit(county.recruit(place.child), wide, KINDS)
    ask = lambda client, exam, org: client.get(f"/v1/exams/{exam}/progress" + (f"?org={org}" if org else ""))  # noqa: E731
    for client, reached in ((boss, {place.own, place.child}), (officer, {place.child})):
        for org in (None, county.root, place.own, place.child, place.sibling, county.branches[2], NOWHERE):
            assert ask(client, wide, org).status == (200 if org in reached else 404), org
    rows = ask(boss, wide, place.own).json["rows"]
    below = {row["organisation"] for row in boss.get(f"/v1/organisations?parent={place.own}&limit=200").json["rows"]}
    assert {row["organisation"] for row in rows} <= {place.own} | below
    assert next(row["started"] for row in rows if row["organisation"] == place.child) == 1
    assert [row["organisation"] for row in ask(officer, wide, place.child).json["rows"]] == [place.child]
    # of an examination of one committee the county sees no other's organisations either
    for org, status in ((None, 200), (place.own, 200), (place.child, 200), (place.sibling, 404), (county.root, 404)):
        assert ask(admin, place.exam, org).status == status, org


def test_lists_hold_only_what_is_mine(place, county, cast):
    assert any(row["exam"] == place.exam for row in cast["member", "child"].get("/v1/exams").json["rows"])
    assert all(row["exam"] != place.exam for row in cast["member", "sibling"].get("/v1/exams").json["rows"])
    assert cast["member", "sibling"].get(f"/v1/exams/{place.exam}/results/me").json == {"rows": [], "total": 0}


def test_a_grant_is_asked_for_by_whom_may_give_it(county, admin, cast, place):
    """The role member holds nothing but its own; giving a role that is not there, or twice, is rejected."""
    body = {"account": cast["member", "own"].id, "role": "branch_officer", "organisation": place.own}
    admin.command("POST", "/v1/grants", body)
    assert admin.command("POST", "/v1/grants", body, expect=409)["type"].endswith("exists")
    assert admin.command("POST", "/v1/grants", {**body, "role": "emperor"}, expect=422)["type"].endswith("unknown_reference")
