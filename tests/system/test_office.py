"""Posts and terms, the rules that organisations are measured by, and the ledger of membership.  SPDX-License-Identifier: Apache-2.0"""
from datetime import date, timedelta
from urllib.parse import quote

from instance import eventually
from test_tree import change, listed, made, today

CLAUSE = "《中国共产党支部工作条例（试行）》第五条"


def rule(admin, code, version=1, expect=200, **more):
    body = {"rule": code, "version": version, "effective_from": "2020-01-01", "title": "规则" + code, "clause": CLAUSE, **more}
    return admin.command("POST", "/v1/organisations:rules", body, expect=expect)


def warnings(client, organisation, **asked):
    query = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items())
    return client.get(f"/v1/organisations/{organisation}/warnings?limit=200&{query}").json["rows"]


def test_posts_are_held_from_day_to_day(instance, admin, county):
    branch, day, one, two = county.branches[2], today(instance), county.members["t1000"], county.members["t1001"]
    change(admin, branch, "officers", day, member=two, post="committee_member", ordinal=2)
    change(admin, branch, "officers", day, member=one, post="secretary")
    problem = change(admin, branch, "officers", day, expect=409, member=one, post="secretary")
    assert problem["type"].endswith("exists") and problem["errors"][0]["pointer"] == "#/post"
    change(admin, branch, "vacancies", day + timedelta(days=5), member=one, post="secretary")
    problem = change(admin, branch, "vacancies", day + timedelta(days=6), expect=409, member=one, post="secretary")
    assert problem["type"].endswith("conflict")
    problem = change(admin, branch, "officers", date(1990, 1, 1), expect=409, member=two, post="secretary")
    assert "does not stand" in problem["detail"]

    def officers(on=None):
        rows = admin.get(f"/v1/organisations/{branch}/officers" + (f"?day={on}" if on else "")).json["rows"]
        return [(row["member"], row["post"], row["name"]) for row in rows]
    assert officers() == [(one, "secretary", "测试员1000"), (two, "committee_member", "测试员1001")]
    assert officers(day + timedelta(days=5)) == [(two, "committee_member", "测试员1001")]
    assert officers(day - timedelta(days=1)) == []
    whats = [row["what"] for row in admin.get(f"/v1/organisations/{branch}/changes").json["rows"]]
    assert whats[:3] == ["relieve", "appoint", "appoint"]


def test_rules_measure_and_terms_end(instance, admin, county):
    committee, branch, day = county.committees[1], county.branches[3], today(instance)
    rule(admin, "branch_least", measure="members", kinds=["branch"], least=4)
    assert rule(admin, "branch_least", expect=409, measure="members", kinds=["branch"], least=5)["type"].endswith("exists")
    assert rule(admin, "upside", expect=422, measure="members", kinds=["branch"], least=5, most=4)["type"].endswith("invalid")
    found = [row for row in warnings(admin, committee, rule="branch_least")]
    counts = {row["organisation"]: row["members"] for row in listed(admin, parent=committee) if row["kind"] == "branch"}
    assert {(row["organisation"], row["value"]) for row in found} == {(o, n) for o, n in counts.items() if n < 4} and found
    assert all(row["least"] == 4 and row["clause"] == CLAUSE for row in found)
    rule(admin, "branch_least", 2, measure="members", kinds=["branch"], least=3)
    assert {row["organisation"] for row in warnings(admin, committee, rule="branch_least")} == {o for o, n in counts.items() if n < 3}
    rule(admin, "secretary", measure="secretaries", kinds=["branch"], members_least=1, least=1, most=1)
    assert branch in {row["organisation"] for row in warnings(admin, committee, rule="secretary")}
    change(admin, branch, "officers", day, member=county.members["t1100"], post="secretary")
    assert branch not in {row["organisation"] for row in warnings(admin, committee, rule="secretary")}

    rule(admin, "term", measure="term", kinds=["branch"], least=6)
    noted = {row["organisation"]: row for row in warnings(admin, branch, rule="term")}
    assert "due" not in noted[branch] and "value" not in noted[branch]
    change(admin, branch, "terms", day, years=3)
    due = date(day.year + 3, day.month, day.day if (day.month, day.day) != (2, 29) else 28)
    assert warnings(admin, branch, rule="term") == []

    def months_before(months):
        index = due.year * 12 + due.month - 1 - months
        return date(index // 12, index % 12 + 1, 1)
    assert [row["due"] for row in warnings(admin, branch, rule="term", day=due - timedelta(days=30))] == [str(due)]
    assert warnings(admin, branch, rule="term", day=months_before(6) - timedelta(days=3)) == []
    late = warnings(admin, branch, rule="term", day=due + timedelta(days=70))
    assert late[0]["value"] == -2
    rows = admin.get("/v1/organisations:rules?limit=200").json["rows"]
    assert [(row["version"], row["in_force"]) for row in rows if row["rule"] == "branch_least"] == [(2, True), (1, False)]


def test_a_term_is_as_long_as_the_rules_say(instance, admin, county):
    """By what kind of place it is, and by the version of the rule that holds on the day of the election; never as one likes."""
    day = today(instance)
    village, bureau = (made(admin, county.committees[0], f"中共测试县{name}联合支部委员会", kind="joint_branch") for name in ("甲村", "乙局"))
    assert rule(admin, "years", expect=422, measure="term_years", kinds=["joint_branch"])["errors"][0]["pointer"] == "#/most"
    refused = change(admin, village, "terms", day, expect=422)
    assert refused["errors"][0]["pointer"] == "#/years", "no rule, and no years given"
    change(admin, bureau, "terms", day, years=4)
    rule(admin, "years", measure="term_years", kinds=["joint_branch"], most=3)
    rule(admin, "years_village", measure="term_years", kinds=["joint_branch"], sectors=["village", "community"], most=5)
    assert "kind of place" in change(admin, village, "terms", day, expect=409)["detail"]
    for branch, sector in ((village, "village"), (bureau, "agency")):
        change(admin, branch, "adjustments", day, sector=sector)
    shown = admin.get(f"/v1/organisations/{village}").json
    assert (shown["sector"], shown["term_years"]) == ("village", 5)
    refused = change(admin, village, "terms", day, expect=409, years=3)
    assert refused["errors"][0]["pointer"] == "#/years" and CLAUSE in refused["detail"]
    change(admin, village, "terms", day)
    change(admin, bureau, "terms", day, years=3)
    rule(admin, "term_end", measure="term", kinds=["joint_branch"], least=6)
    due = lambda branch, years: [row.get("due", "")[:4] for row in warnings(admin, branch, rule="term_end", day=day + timedelta(days=365 * years))]  # noqa: E731
    assert due(bureau, 3) == [str(day.year + 3)] and due(village, 4) == [] and due(village, 5) == [str(day.year + 5)]
    row = admin.get(f"/v1/organisations/{village}/changes").json["rows"][1]
    assert row["what"] == "adjust" and row["facts"][0]["sector"] == "village"
    rule(admin, "years_village", 2, measure="term_years", kinds=[])  # withdrawn: the general rule is left
    change(admin, village, "terms", day + timedelta(days=1), years=3)


def test_a_joint_branch_says_of_what_it_is_made(instance, admin, county):
    day = today(instance)
    units = [f"第{n}合作社" for n in range(1, 7)]
    branch = made(admin, county.committees[0], "中共测试县六社联合支部委员会", kind="joint_branch", units=units)
    rule(admin, "units", measure="units", kinds=["joint_branch"], least=2, most=5)
    assert [row["value"] for row in warnings(admin, branch, rule="units")] == [6]
    assert admin.get(f"/v1/organisations/{branch}").json["units"] == units
    change(admin, branch, "adjustments", day, units=units[:3])
    assert warnings(admin, branch, rule="units") == [] and admin.get(f"/v1/organisations/{branch}").json["units"] == units[:3]
    change(admin, branch, "adjustments", day, units=[])
    assert [row["value"] for row in warnings(admin, branch, rule="units")] == [0]
    assert change(admin, branch, "adjustments", day, expect=422, units=["社"])["errors"][0]["pointer"] == "#/units/0"


def test_nobody_is_lost_on_the_way(instance, admin, county, database):
    """All that entered belong, are in transit or have left; a roster that says otherwise is seen."""
    day, branch, other = today(instance), county.branches[0], county.branches[3]
    before = admin.get("/v1/organisations:ledger").json
    assert before["differences"] == 0 and before["entered"] == before["belonging"] + before["in_transit"] + before["left"]
    assert before["entered"] == database.execute("select count(*) from member").fetchone()[0]
    enrolled = admin.command("POST", "/v1/members", {
        "organisation": branch, "initial_password": county.password,
        "members": [{"login": f"ledger{n}", "name": "记账人", "ethnicity": "黎族", "birth_year": 1990, "joined_year": 2020}
                    for n in range(3)]})["result"]["members"]
    change(admin, branch, "releases", day, standing="in_transit", members=enrolled[:2])
    change(admin, other, "members", day, members=enrolled[:1])
    change(admin, branch, "releases", day, standing="left", members=enrolled[2:])
    after = admin.get("/v1/organisations:ledger").json
    assert {name: after[name] - before[name] for name in ("entered", "belonging", "in_transit", "left", "differences")} == {
        "entered": 3, "belonging": 1, "in_transit": 1, "left": 1, "differences": 0}
    rows = admin.get(f"/v1/organisations/{other}/movements").json["rows"]
    assert (rows[0]["member"], rows[0]["from_standing"], rows[0]["to_organisation"]) == (enrolled[0], "in_transit", other)
    assert rows[0]["name"] == "记账人" and rows[0]["document"] == "测组发〔2026〕7号"
    database.execute("update account set organisation = %s where id = %s", (branch, enrolled[1]))
    try:
        wrong = admin.get("/v1/organisations:ledger").json
        assert wrong["differences"] == 1 and wrong["differing"][0]["organisation"] == branch
        assert wrong["differing"][0]["roster"] == wrong["differing"][0]["ledger"] + 1
    finally:
        database.execute("update account set organisation = null where id = %s", (enrolled[1],))
    change(admin, branch, "releases", day, expect=409, standing="left", members=enrolled[1:2])
    change(admin, branch, "members", day, members=enrolled[1:2])
    change(admin, branch, "releases", day, standing="left", members=enrolled[1:2])
    change(admin, other, "releases", day, standing="left", members=enrolled[:1])
    assert eventually(lambda: admin.get("/v1/organisations:ledger").json["left"] == before["left"] + 3)
