"""Procedures as data: packs adopted or refused with the way that shows it, a correction walked through all rooms with its
refusals, deadlines that run out, and a case that keeps the version it began under.  SPDX-License-Identifier: Apache-2.0"""
import copy
import hashlib
import json
import re
import uuid
from datetime import datetime, timedelta, timezone

import pytest
from county import adopt
from instance import CHECKOUT, eventually

DAY = 86400000
SCAN = {"paper": "evidence-scan", "digest": "ab" * 32}


def pack_of(name):
    for folder in ("sql/packs", "tests/packs"):
        path = CHECKOUT / folder / f"{name}.json"
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
    raise KeyError(name)


def day(milliseconds):
    return (datetime.fromtimestamp(milliseconds / 1000, timezone.utc) + timedelta(hours=8)).date().isoformat()


@pytest.fixture(scope="module")
def procedures(admin):
    """The house's packs, adopted."""
    for name in ("correction", "tree", "grant", "import"):
        adopt(admin, name)
    year = json.loads((CHECKOUT / "sql/calendars/2026.json").read_text(encoding="utf-8"))
    admin.command("POST", "/v1/procedures:calendar", {"calendar": year})


@pytest.fixture(scope="module")
def people(county, procedures):
    """Who takes part: the member, officers of the branch, of its sibling, of its committee and of another."""
    first, second = county.committees
    here, sibling = county.branches[:2]
    return {"subject": county.recruit(here), "fellow": county.recruit(here),
            "branch": county.officer("branch_officer", here, here), "sibling": county.officer("branch_officer", sibling, sibling),
            "committee": county.officer("committee_administrator", first, here),
            "other": county.officer("committee_administrator", second, county.branches[2]), "here": here}


def submit(people, by="subject", subject="subject", expect=200, **changes):
    given = {"facts": [{"fact": "field", "value": {"code": "education"}}, {"fact": "value", "value": {"private": "大学本科（某某学院）"}}],
             "papers": [SCAN]}
    body = {"procedure": "member-correction", "organisation": people["here"], "subject": people[subject].id, "move": "submit",
            "given": given, **changes}
    return people[by].command("POST", "/v1/cases", body, expect=expect)


def move(client, case, version, name, expect=200, **given):
    return client.command("POST", f"/v1/cases/{case}/moves", {"version": version, "move": name, "given": given}, expect=expect)


def shown(client, case):
    return client.get(f"/v1/cases/{case}").json


def tasks(client, case):
    return {row["move"] for row in client.get("/v1/cases:tasks?limit=200").json["rows"] if row["matter"] == case}


def test_a_correction_goes_through(people, watch, database):
    opened = submit(people)
    case, result = opened["command"], opened["result"]
    assert (result["version"], result["state"]) == (1, "awaiting-branch")
    assert tasks(people["branch"], case) == {"branch-confirm", "branch-refuse"}
    assert tasks(people["subject"], case) == {"take-back"} and tasks(people["committee"], case) == set()
    assert tasks(people["fellow"], case) == set() and tasks(people["sibling"], case) == set()

    assert move(people["fellow"], case, 1, "branch-confirm", expect=404)
    reply = people["sibling"].send("POST", f"/v1/cases/{case}/moves", {"version": 1, "move": "branch-confirm", "given": {}})
    assert reply.status == 404 and people["other"].get(f"/v1/cases/{case}").status == 404
    assert people["fellow"].get(f"/v1/cases/{case}").status == 404
    assert move(people["committee"], case, 1, "branch-confirm", expect=403)
    refused = move(people["committee"], case, 1, "committee-confirm", expect=409)
    assert "awaiting" not in refused["detail"] and "With the branch" in refused["detail"] and "待支部核实" in refused["detail_zh"]
    assert move(people["branch"], case, 7, "branch-confirm", expect=409)["detail"].endswith("at version 1")
    assert move(people["branch"], case, 1, "no-such-move", expect=422)["errors"][0]["pointer"] == "#/move"
    assert shown(people["branch"], case)["version"] == 1

    assert move(people["branch"], case, 1, "branch-confirm")["result"]["state"] == "awaiting-committee"
    assert tasks(people["committee"], case) == {"committee-confirm", "committee-refuse"}
    assert move(people["committee"], case, 2, "committee-confirm")["result"]["state"] == "in-force"
    assert move(people["committee"], case, 3, "committee-refuse", expect=409)

    followed = eventually(lambda: [json.loads(record.value) for record in watch.of("case_followed")
                                   if json.loads(record.value)["matter"] == case])
    assert [event["effect"] for event in followed] == ["field.correct"]
    facts = {fact["fact"]: fact for fact in followed[0]["facts"]}
    assert facts["field"]["value"] == {"code": "education"} and facts["value"]["value"]["private"].startswith("v1|")
    assert facts["value"]["step"] == case and followed[0]["subject"] == people["subject"].id

    road = shown(people["subject"], case)
    assert [step["move"] for step in road["steps"]] == ["submit", "branch-confirm", "committee-confirm"]
    assert road["steps"][0]["papers"] == [SCAN] and road["road"]["ended"] and not road["road"]["next"]
    assert {fact["fact"]: fact["value"] for fact in road["steps"][0]["facts"]} == {"field": "education", "value": "＊＊＊"}
    assert "某某学院" not in database.execute("select string_agg(given::text, '') from case_step").fetchone()[0]

    name = {who: people[who].get("/v1/me").json["name"] for who in ("subject", "branch", "committee")}
    assert [step["actor_name"] for step in road["steps"]] == [name["subject"], name["branch"], name["committee"]]
    assert road["subject_name"] == road["opened_name"] == name["subject"]
    row = next(row for row in people["branch"].get("/v1/cases?limit=200").json["rows"] if row["matter"] == case)
    assert row["subject_name"] == name["subject"]


def test_my_tasks_of_one_case(people):
    one, other = (submit(people)["command"] for _ in range(2))
    rows = people["branch"].get(f"/v1/cases:tasks?matter={one}").json
    assert {row["matter"] for row in rows["rows"]} == {one} and rows["total"] == 2
    assert {row["subject_name"] for row in rows["rows"]} == {people["subject"].get("/v1/me").json["name"]}
    assert people["fellow"].get(f"/v1/cases:tasks?matter={one}").json["total"] == 0
    for case in (one, other):
        move(people["subject"], case, 1, "take-back")


def test_a_case_is_printed(people):
    """One file: every step with its papers' sums and, last, the sum of all before it; nothing private in it."""
    case = submit(people)["command"]
    name = lambda who: people[who].get("/v1/me").json["name"]  # noqa: E731
    move(people["branch"], case, 1, "branch-confirm")
    reply = people["committee"].get(f"/v1/cases/{case}/file")
    text = reply.body.decode()
    assert reply.headers["content-type"] == "text/plain; charset=utf-8" and "attachment" in reply.headers["content-disposition"]
    above, _, last = text.rpartition("以上内容 SHA-256：")
    assert hashlib.sha256(above.encode()).hexdigest() == last.strip()
    for part in ("党员信息更正　办理档案", case, "1. ", "提交更正申请", f"材料 evidence-scan　SHA-256 {'ab' * 32}", "2. ", "支部核实",
                 "更正后内容：＊＊＊", "当前状态：待党委审核", "· 党委审核通过", f"办理人：{name('branch')}", f"当事人：{name('subject')}"):
        assert part in text, part
    assert not re.search(r"\x1e|" + "|".join(people[who].id for who in ("branch", "subject")), text), "names, and no ids of persons"
    assert people["subject"].get("/v1/me").json["organisation"] not in text
    assert "某某学院" not in text and people["sibling"].get(f"/v1/cases/{case}/file").status == 404
    move(people["committee"], case, 2, "committee-confirm")
    assert "（已办结）" in people["subject"].get(f"/v1/cases/{case}/file").body.decode()


def test_two_persons(county, people):
    """Whoever submitted, or confirmed before, may not confirm, whatever roles he holds."""
    both = county.officer("branch_officer", people["here"], people["here"])
    county.admin.command("POST", "/v1/grants", {"account": both.id, "role": "committee_administrator",
                                                "organisation": county.committees[0]})
    eventually(lambda: len(both.get("/v1/me").json["grants"]) == 3)
    people = {**people, "both": both}
    own = submit(people, by="both", subject="both")["command"]
    assert move(both, own, 1, "branch-confirm", expect=409)["type"].endswith("second_person")
    assert tasks(both, own) == {"take-back"}
    case = submit(people)["command"]
    move(both, case, 1, "branch-confirm")
    refused = move(both, case, 2, "committee-confirm", expect=409)
    assert "Confirm by the branch" in refused["detail"] and "支部核实" in refused["detail_zh"]
    assert tasks(both, case) == {"committee-refuse"} and shown(both, case)["version"] == 2
    move(people["committee"], case, 2, "committee-refuse", facts=[{"fact": "why-refused", "value": {"code": "no evidence"}}])
    assert shown(people["committee"], case)["road"]["state"] == "not-corrected"


def test_an_office_that_ended(county, people):
    """Whoever was an officer sees and moves the branch's cases no more; the case stays as it was."""
    gone = county.officer("branch_officer", people["here"], county.branches[2])
    case = submit(people)["command"]
    assert shown(gone, case)["version"] == 1 and "branch-confirm" in tasks(gone, case)
    grant, = [row["grant"] for row in county.admin.get(f"/v1/grants?organisation={people['here']}&account={gone.id}").json["rows"]
              if row["role"] == "branch_officer"]
    county.admin.command("POST", f"/v1/grants/{grant}/end", {"reason": "任期届满"})
    assert gone.get(f"/v1/cases/{case}").status == 404 and tasks(gone, case) == set()
    eventually(lambda: gone.send("POST", f"/v1/cases/{case}/moves", {"version": 1, "move": "branch-confirm", "given": {}}).status == 404)
    assert shown(people["branch"], case)["version"] == 1


def test_what_opening_asks_for(county, people):
    everything = submit(people, by="branch", expect=403, given={"facts": [{"fact": "colour", "value": {"code": "red"}},
                                                                       {"fact": "field", "value": {"number": 4}}]})
    for part in ("not yours", "no 'colour'", "Field to correct is of another kind", "New value is missing", "Scan of the evidence: 1 needed"):
        assert part in everything["detail"], part
    assert "缺少“更正后内容”" in everything["detail_zh"]
    submit(people, procedure="no-such-procedure", expect=422)
    submit(people, organisation=county.branches[1], expect=422)
    submit(people, move="branch-confirm", expect=409)
    submit(people, move="no-such-move", expect=422)
    assert people["subject"].send("POST", "/v1/cases", {"procedure": "member-correction"}).status == 422
    assert people["subject"].send("POST", f"/v1/cases/{uuid.uuid4()}/moves", {"version": 1, "move": "x", "given": {}}).status == 404
    assert people["subject"].get(f"/v1/cases/{uuid.uuid4()}").status == 404


def test_lists(people):
    case = submit(people)["command"]

    def listed(client, query=""):
        return {row["matter"] for row in client.get(f"/v1/cases?limit=200{query}").json["rows"]}

    assert case in listed(people["subject"], "&mine=true") and case in listed(people["branch"]) & listed(people["committee"])
    assert not {case} & (listed(people["fellow"]) | listed(people["sibling"]) | listed(people["other"]))
    assert case in listed(people["branch"], f"&organisation={people['here']}&state=awaiting-branch&procedure=member-correction&ended=false")
    assert case not in listed(people["branch"], "&ended=true") | listed(people["branch"], "&state=in-force") | listed(people["branch"], "&mine=true")
    row = next(row for row in people["branch"].get("/v1/cases?limit=200").json["rows"] if row["matter"] == case)
    assert [fact["fact"] for fact in row["facts"]] == ["field"] and row["facts"][0]["title_zh"] == "更正项目", "none that is private"
    page = people["branch"].get("/v1/cases?limit=1&offset=1").json
    assert len(page["rows"]) == 1 and page["total"] >= 2
    move(people["subject"], case, 1, "take-back")
    assert case in listed(people["branch"], "&ended=true") and tasks(people["branch"], case) == set()


def test_a_deadline_runs_out(people, instance, database, watch):
    """Flagged when its timer comes, by the turned clock; it blocks nothing."""
    case = submit(people)["command"]
    deadline, = shown(people["branch"], case)["road"]["deadlines"]
    assert deadline["deadline"] == "branch-answer" and not deadline["overdue"] and deadline["owner"]["role"] == "branch_officer"
    assert case not in {row["matter"] for row in people["branch"].get("/v1/cases?overdue=true&limit=200").json["rows"]}
    due = datetime.fromisoformat(deadline["due_on"] + "T00:00:00+08:00").timestamp() * 1000
    instance.pass_till(due + DAY + 1000)
    eventually(lambda: database.execute("select overdue_at from case_deadline where matter = %s", (case,)).fetchone()[0])
    assert case in {row["matter"] for row in people["branch"].get("/v1/cases?overdue=true&limit=200").json["rows"]}
    assert shown(people["branch"], case)["road"]["deadlines"][0]["overdue"]
    late = [row for row in people["branch"].get("/v1/cases:tasks?overdue=true&limit=200").json["rows"] if row["matter"] == case]
    assert {row["move"] for row in late} == {"branch-confirm", "branch-refuse"}
    move(people["branch"], case, 1, "branch-confirm")
    assert [row["deadline"] for row in shown(people["branch"], case)["road"]["deadlines"]] == ["committee-answer"]
    eventually(lambda: any(json.loads(record.value)["matter"] == case for record in watch.of("case_due")))


def test_a_clock_moves(admin, people, instance):
    """Objections may be raised for three days; then the clock moves, unless a guard shuts it."""
    pack = quick("silent-consent", {"announced": False, "objected": False, "settled": True, "stopped": True})
    pack["facts"] = [{"name": "objections", "kind": "number", "title": "Objections", "title_zh": "异议"}]
    pack["moves"] = [step("announce", [], "announced"), step("object", ["announced"], "objected", optional_facts=["objections"]),
                     {**step("settle", ["announced"], "settled"), "who": [{"at": "clock"}]},
                     step("stop", ["announced", "objected"], "stopped")]
    pack["deadlines"] = [{"name": "silence", "title": "Silence", "title_zh": "无异议期", "clause": "1", "started_by": ["announce"],
                          "met_by": ["object"], "within": {"count": 3, "unit": "days"}, "owner": BRANCH, "then": "settle"}]
    admin.command("POST", "/v1/procedures", {"pack": pack})
    opened = {"procedure": "silent-consent", "organisation": people["here"], "move": "announce", "given": {}}
    silent = people["branch"].command("POST", "/v1/cases", opened)["command"]
    spoken = people["branch"].command("POST", "/v1/cases", opened)["command"]
    move(people["branch"], spoken, 1, "object")
    assert move(people["branch"], silent, 1, "settle", expect=403)
    instance.advance(4 * DAY + 1000)
    eventually(lambda: shown(people["branch"], silent)["road"]["state"] == "settled")
    last = shown(people["branch"], silent)["steps"][-1]
    assert last["move"] == "settle" and "actor" not in last
    assert shown(people["branch"], spoken)["road"]["state"] == "objected"


BRANCH = {"role": "branch_officer", "at": "own"}


def step(name, source, target, **more):
    return {"name": name, "title": name, "title_zh": name, "clause": "1", "from": source, "to": target, "who": [BRANCH], **more}


def quick(name, states):
    """A small pack of the branch officer's own."""
    return {"name": name, "version": 1, "effective_from": "2026-01-01", "level": "national", "title": name, "title_zh": name,
            "law": "试行办法", "facts": [], "moves": [],
            "states": [{"name": state, "title": state, "title_zh": state, "clause": "1", "end": end} for state, end in states.items()]}


def test_a_case_keeps_its_version(admin, people):
    pack = quick("kept-version", {"begun": False, "over": True})
    pack["moves"] = [step("begin", [], "begun"), step("finish", ["begun"], "over")]
    admin.command("POST", "/v1/procedures", {"pack": pack})
    opened = {"procedure": "kept-version", "organisation": people["here"], "move": "begin", "given": {}}
    old = people["branch"].command("POST", "/v1/cases", opened)["command"]
    newer = copy.deepcopy(pack)
    newer["version"] = 2
    newer["moves"][1]["papers"] = [{"name": "closing-report", "title": "Report", "title_zh": "报告", "count": 1, "clause": "2"}]
    admin.command("POST", "/v1/procedures", {"pack": newer})
    assert admin.command("POST", "/v1/procedures", {"pack": newer}, key=str(uuid.uuid4()), expect=409)
    new = people["branch"].command("POST", "/v1/cases", opened, key=str(uuid.uuid4()))["command"]
    assert "Report: 1 needed, 0 given" in move(people["branch"], new, 1, "finish", expect=409)["detail"]
    assert move(people["branch"], old, 1, "finish")["result"]["state"] == "over"
    assert (shown(people["branch"], old)["procedure_version"], shown(people["branch"], new)["procedure_version"]) == (1, 2)
    rows = {row["version"]: row for row in admin.get("/v1/procedures?procedure=kept-version").json["rows"]}
    assert rows[2]["in_force"] and not rows[1]["in_force"]
    assert admin.get("/v1/procedures/kept-version?version=1").json["pack"] == pack
    assert admin.get("/v1/procedures/kept-version").json["pack"] == newer
    assert admin.get("/v1/procedures/no-such").status == 404
    assert {row["procedure"] for row in people["subject"].get("/v1/procedures?in_force=true").json["rows"]} >= {"kept-version", "organisation-adjustment"}


def test_a_local_supplement_is_what_cases_begin_under(admin, people):
    pack = quick("with-supplement", {"begun": False, "over": True})
    pack["moves"] = [step("begin", [], "begun"), step("finish", ["begun"], "over", papers=[
        {"name": "closing-report", "title": "Report", "title_zh": "报告", "count": 2, "clause": "2"}])]
    admin.command("POST", "/v1/procedures", {"pack": pack})
    local = {**copy.deepcopy(pack), "name": "with-supplement-here", "level": "local", "supplements": {"name": "with-supplement", "version": 1}}
    local["moves"][1]["papers"][0]["count"] = 1
    refused = admin.command("POST", "/v1/procedures", {"pack": local}, expect=422)
    assert "a paper is missing" in refused["detail"] and "begin > finish" in refused["detail"]
    assert refused["errors"][0]["pointer"] == "#/pack/moves/1"
    local["moves"][1]["papers"][0]["count"] = 3
    admin.command("POST", "/v1/procedures", {"pack": local})
    case = people["branch"].command("POST", "/v1/cases", {"procedure": "with-supplement", "organisation": people["here"], "move": "begin",
                                                         "given": {}})["command"]
    assert shown(people["branch"], case)["procedure"] == "with-supplement-here"
    lost = {**local, "name": "of-nothing", "supplements": {"name": "no-such", "version": 1}}
    assert admin.command("POST", "/v1/procedures", {"pack": lost}, expect=422)["errors"][0]["pointer"] == "#/pack/supplements"


def test_a_faulty_pack_is_refused_with_its_way(admin, people, database):
    pack = pack_of("correction")
    pack["version"] = 9
    pack["moves"].append(step("shortcut", ["awaiting-branch"], "in-force"))
    refused = admin.command("POST", "/v1/procedures", {"pack": pack}, expect=422)
    assert "submit > shortcut" in refused["detail"] and "submit > shortcut" in refused["detail_zh"]
    assert database.execute("select count(*) from procedure_pack where version = 9").fetchone()[0] == 0
    pack["moves"][-1]["to"] = "nowhere"
    refused = admin.command("POST", "/v1/procedures", {"pack": pack}, expect=422)
    assert refused["errors"][0]["pointer"] == f"#/pack/moves/{len(pack['moves']) - 1}/to"
    pack["moves"][-1]["colour"] = "red"
    assert admin.send("POST", "/v1/procedures", {"pack": pack}).status == 422
    assert people["committee"].send("POST", "/v1/procedures", {"pack": pack_of("correction")}).status == 403


def test_calendars(admin, people, procedures):
    year = {"year": 2031, "version": 1, "source": "试用", "holidays": ["2031-01-01"], "workdays": ["2030-02-01"]}
    assert admin.command("POST", "/v1/procedures:calendar", {"calendar": year}, expect=422)["errors"][0]["pointer"] == "#/calendar/workdays/0"
    year["workdays"] = []
    admin.command("POST", "/v1/procedures:calendar", {"calendar": year})
    assert admin.command("POST", "/v1/procedures:calendar", {"calendar": year}, key=str(uuid.uuid4()), expect=409)
    assert people["committee"].send("POST", "/v1/procedures:calendar", {"calendar": year}).status == 403
    rows = people["subject"].get("/v1/procedures:calendar").json["rows"]
    assert [row["calendar"]["year"] for row in rows][:2] == [2031, 2026] and rows[0]["calendar"] == year
