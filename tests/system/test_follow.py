"""What follows from cases in the tree and in grants: done with the step that decides it, or the step is refused.
SPDX-License-Identifier: Apache-2.0"""
from datetime import timedelta

import pytest
from county import adopt
from instance import eventually
from test_tree import made, today, tree



@pytest.fixture(scope="module")
def packs(admin):
    for name in ("tree", "grant", "correction"):
        adopt(admin, name)


def papers(*names):
    return [{"paper": name, "digest": f"{n:064x}"} for n, name in enumerate(names)]


def given(papers_=(), **facts):
    kinds = {"effective_on": "date", "new_ordinal": "number", "until": "date", "value": "private"}
    return {"facts": [{"fact": name.replace("_", "-"), "value": {kinds.get(name, "code"): value if isinstance(value, int) else str(value)}}
                      for name, value in facts.items()], "papers": papers(*papers_)}


def opened(client, procedure, organisation, move, what, expect=200):
    return client.command("POST", "/v1/cases", {"procedure": procedure, "organisation": organisation, "move": move, "given": what},
                          expect=expect)


def moved(client, case, version, move, what, expect=200):
    return client.command("POST", f"/v1/cases/{case}/moves", {"version": version, "move": move, "given": what}, expect=expect)


def test_a_branch_moves_when_its_superior_replies(instance, admin, county, packs):
    first, second = county.committees
    branch = made(admin, first, "中共测试县请示改隶的支部委员会")
    lower = made(admin, branch, "中共测试县请示改隶的支部第一党小组", kind="group")
    proposer = county.officer("committee_administrator", branch, county.branches[2])
    superior = county.officer("county_administrator", county.root, county.branches[2])
    day = today(instance)
    case = opened(proposer, "organisation-adjustment", branch, "propose-change",
                  given(["request-document"], change="move", effective_on=day, other=lower))["command"]
    assert moved(proposer, case, 1, "approve-move", given(["reply-document"], document_number="测委〔2026〕9号"), expect=403)
    refused = moved(superior, case, 1, "approve-move", given(["reply-document"], document_number="测委〔2026〕9号"), expect=409)
    assert "below itself" in refused["detail"] and tree(admin)[branch]["parent"] == first
    assert superior.get(f"/v1/cases/{case}").json["version"] == 1
    assert moved(superior, case, 1, "refuse-change", given(ground="circle"))["result"]["state"] == "change-refused"
    case = opened(proposer, "organisation-adjustment", branch, "propose-change",
                  given(["request-document"], change="move", effective_on=day, other=second))["command"]
    assert moved(superior, case, 1, "approve-dissolution", given(["reply-document"], document_number="测委〔2026〕9号"), expect=409)
    assert moved(superior, case, 1, "approve-move", given(["reply-document"], document_number="测委〔2026〕9号"))[
        "result"]["state"] == "change-approved"
    assert tree(admin)[branch]["parent"] == second
    row = admin.get(f"/v1/organisations/{branch}/changes").json["rows"][0]
    assert (row["what"], row["document"], row["actor"]) == ("move", "测委〔2026〕9号", superior.id)

    day += timedelta(days=1)
    case = opened(proposer, "organisation-adjustment", lower, "propose-change",
                  given(["request-document"], change="dissolve", effective_on=day))["command"]
    moved(superior, case, 1, "approve-dissolution", given(["reply-document"], document_number="测委〔2026〕10号"))
    assert lower in tree(admin) and lower not in tree(admin, day=day)


def test_names_new_organisations_and_splits_go_by_case(instance, admin, county, packs):
    """Each with the superior's reply and its number; what no command would take refuses the step and says which fact."""
    branch = made(admin, county.committees[0], "中共测试县请示更名的总支部委员会", kind="general_branch")
    lower = made(admin, branch, "中共测试县请示划出的支部委员会")
    proposer = county.officer("committee_administrator", branch, county.branches[2])
    superior = county.officer("county_administrator", county.root, county.branches[2])
    day, reply, number = today(instance), ["reply-document"], {"document_number": "测委〔2026〕11号"}

    def decide(move, expect=200, **facts):
        case = opened(proposer, "organisation-adjustment", branch, "propose-change",
                      given(["request-document"], effective_on=day, **facts))["command"]
        return moved(superior, case, 1, move, given(reply, **number), expect=expect)
    names = {"new_name": "中共测试县改过名的总支部委员会", "new_short_name": "改名总支"}
    assert decide("approve-name", change="rename", **names)["result"]["state"] == "change-approved"
    assert (tree(admin)[branch]["name"], tree(admin)[branch]["short_name"]) == tuple(names.values())
    new = {"new_kind": "branch", "new_ordinal": 3}
    refused = decide("approve-creation", 422, change="create", new_name="中", new_short_name="新支部", **new)
    assert refused["errors"][0]["pointer"] == "#/given" and "new-name" in refused["detail"]
    refused = decide("approve-creation", 422, change="create", new_name="中共测试县新设的支部委员会", new_short_name="新支部", new_kind="club", new_ordinal=3)
    assert "new-kind" in refused["detail"]
    created = decide("approve-creation", change="create", new_name="中共测试县新设的支部委员会", new_short_name="新支部", **new)["command"]
    assert (tree(admin)[created]["parent"], tree(admin)[created]["kind"]) == (branch, "branch")
    split = decide("approve-split", change="split", new_name="中共测试县分立的总支部委员会", new_short_name="分立总支", new_kind="general_branch",
                   new_ordinal=4, other=lower)["command"]
    assert tree(admin)[split]["parent"] == county.committees[0] and tree(admin)[lower]["parent"] == split
    rows = {row["what"]: row for row in admin.get(f"/v1/organisations/{branch}/changes?below=true").json["rows"]}
    assert {rows[what]["document"] for what in ("rename", "split")} == {number["document_number"]}


def test_a_role_is_given_by_two(instance, admin, county, packs):
    one, two = (county.officer("security_administrator", county.root, county.branches[2]) for _ in range(2))
    whom = county.recruit(county.branches[0])
    case = opened(one, "grant-of-role", county.branches[0], "propose-grant",
                  given(account=whom.id, role="branch_officer", until=today(instance) + timedelta(days=30)))["command"]
    assert moved(one, case, 1, "confirm-grant", given(), expect=409)
    assert whom.get(f"/v1/organisations/{county.branches[0]}/exams").status == 403
    assert moved(two, case, 1, "confirm-grant", given())["result"]["state"] == "grant-given"
    eventually(lambda: whom.get(f"/v1/organisations/{county.branches[0]}/exams").status == 200, seconds=2)
    case = opened(one, "grant-of-role", county.branches[0], "propose-grant", given(account=whom.id, role="emperor"))["command"]
    assert moved(two, case, 1, "confirm-grant", given(), expect=422)["type"].endswith("unknown_reference")


def test_a_confirmed_correction_is_the_value(admin, county, packs):
    branch, committee = county.branches[0], county.committees[0]
    me = county.recruit(branch)
    officer = county.officer("branch_officer", branch, county.branches[1])
    boss = county.officer("committee_administrator", committee, county.branches[1])

    def correct(field, value, expect=200):
        what = given(["evidence-scan"], field=field, value=value)
        case = me.command("POST", "/v1/cases", {"procedure": "member-correction", "organisation": branch, "subject": me.id,
                                                "move": "submit", "given": what})["command"]
        moved(officer, case, 1, "branch-confirm", given())
        return case, moved(boss, case, 2, "committee-confirm", given(), expect=expect)

    case, told = correct("education", "大学本科")
    assert told["result"]["state"] == "in-force"
    shown = boss.get(f"/v1/people/{me.id}").json
    value = next(fact for fact in shown["facts"] if fact["field"] == "education")
    assert (value["value"], value["source"], value["reference"], value["recorded_by"]) == ("大学本科", "paper_file", case, boss.id)
    _, told = correct("mobile", "12345", expect=422)
    assert told["type"].endswith("invalid")
    _, told = correct("shoe_size", "43", expect=422)
    assert "更正" in told["detail_zh"]
    case, told = correct("mobile", "13907541234")
    value = next(fact for fact in boss.get(f"/v1/people/{me.id}").json["facts"] if fact["field"] == "mobile")
    assert value["masked"] and value["value"] == "139****1234"
