"""More persons than leave at once: asked for with a purpose, approved by another, had for a time and so often; all of it in the trail.
SPDX-License-Identifier: Apache-2.0"""
import io
import threading
from urllib.parse import quote

import openpyxl
import psycopg
import pytest
from county import adopt
from instance import eventually
from test_person import resident_id

MOST, MORE = 50, 53  # the setting export_rows, and the members of the crowded branch
EXPORT, CASE = "/v1/exports", "/v1/cases"
WHY = "年度党内统计核对"


class Office:
    """A committee of this file's own with a crowded branch and a small one; who asks, who approves, and others."""

    def __init__(self, county):
        self.county = county
        self.committee = county.organisation(county.root, "committee", "中共测试县导出委员会", "导出党委", 71)
        self.crowded, self.small = (county.organisation(self.committee, "branch", f"中共测试县导出第{n}支部委员会", f"导出{n}支部", n) for n in (1, 2))
        for branch, many in ((self.crowded, MORE), (self.small, 3)):
            county.admin.command("POST", "/v1/members", {
                "organisation": branch, "initial_password": county.password,
                "members": [{"login": f"x{branch[-4:]}{n:02d}", "name": f"出员{n:02d}", "ethnicity": "黎族" if n else "汉族", "birth_year": 1980,
                             "joined_year": 2010} for n in range(many)]})
        officer = lambda role, over: county.officer(role, over, county.branches[0])  # noqa: E731
        self.asker, self.second, self.other = (officer("committee_administrator", self.committee) for _ in range(3))
        self.branch_officer = officer("branch_officer", self.crowded)
        self.auditor, self.audits = officer("auditor", self.committee), officer("audit_administrator", county.root)

    def target(self, organisation=None, **more):
        return f"/v1/people/workbook?organisation={organisation or self.crowded}" + "".join(f"&{name}={quote(value)}" for name, value in more.items())

    def ask(self, target=None, client=None, expect=200, organisation=None, purpose=WHY):
        return (client or self.asker).command("POST", EXPORT, {
            "organisation": organisation or self.crowded, "target": target or self.target(), "purpose": purpose}, expect=expect)

    def propose(self, export, client=None, downloads=1, expect=200, organisation=None):
        return (client or self.asker).command("POST", CASE, {
            "procedure": "export-of-persons", "organisation": organisation or self.crowded, "move": "propose-export",
            "given": {"facts": [{"fact": "export", "value": {"code": export}}, {"fact": "downloads", "value": {"number": downloads}}]}}, expect=expect)

    def move(self, case, move="approve-export", client=None, version=1, expect=200, **facts):
        given = {"facts": [{"fact": fact.replace("_", "-"), "value": {"code": code}} for fact, code in facts.items()]} if facts else {}
        return (client or self.second).command("POST", f"{CASE}/{case}/moves", {"version": version, "move": move, "given": given}, expect=expect)

    def approved(self, target=None, downloads=1):
        """An export all the way to its file: its id, and its case's."""
        export = self.ask(target)["command"]
        case = self.propose(export, downloads=downloads)["command"]
        self.move(case)
        assert self.show(export)["state"] == "allowed"
        return export, case

    def show(self, export, client=None):
        return (client or self.asker).get(f"{EXPORT}/{export}").json

    def trail(self, action="person_workbook"):
        return self.audits.get(f"/v1/audit?organisation={self.county.root}&action={action}&limit=200").json["rows"]


@pytest.fixture(scope="module")
def office(county):
    adopt(county.admin, "export")
    return Office(county)


def rows(reply):
    assert reply.status == 200, reply
    return list(openpyxl.load_workbook(io.BytesIO(reply.body)).active.iter_rows(min_row=2, values_only=True))


def refused(reply, status, kind):
    assert reply.status == status and reply.json["type"].endswith(kind) and reply.json["detail_zh"], reply


def test_a_few_leave_at_once_and_stand_in_the_trail(office):
    before = len(office.trail())
    assert len(rows(office.branch_officer.get(office.target(ethnicity="汉族")))) == 1
    assert len(rows(office.asker.get(office.target(office.small)))) == 3
    entries = office.trail()
    assert len(entries) - before == 2
    assert entries[0]["reason"] == "3 行" and entries[0]["organisation"] == office.small and "object" not in entries[0]
    assert entries[0]["actor"] == office.asker.id and entries[0]["chain"] == "front"


def test_fifty_leave_and_fifty_one_do_not(office):
    name = lambda n: f"出员{n:02d}"  # noqa: E731
    branch = office.county.organisation(office.committee, "branch", "中共测试县导出边界支部委员会", "边界支部", 73)
    enrol = lambda numbers: office.county.admin.command("POST", "/v1/members", {  # noqa: E731
        "organisation": branch, "initial_password": office.county.password,
        "members": [{"login": f"y{n:03d}", "name": name(n), "ethnicity": "黎族", "birth_year": 1980, "joined_year": 2010} for n in numbers]})
    enrol(range(MOST))
    assert len(rows(office.asker.get(office.target(branch)))) == MOST
    enrol([MOST])
    refused(office.asker.get(office.target(branch)), 403, "export_unapproved")


def test_many_are_refused_whoever_asks(office):
    before = len(office.trail())
    for client in (office.asker, office.branch_officer, office.auditor, office.county.admin):
        refused(client.get(office.target()), 403, "export_unapproved")
    assert "/v1/exports" in office.asker.get(office.target()).json["detail"] and str(MOST) in office.asker.get(office.target()).json["detail_zh"]
    assert len(office.trail()) == before, "nothing left"


def test_approved_by_another_it_comes_to_whoever_asked_for_what_was_asked(office):
    target = office.target(role="member")
    export, case = office.approved(target, downloads=2)
    shown = office.show(export)
    assert (shown["purpose"], shown["workbook"], shown["downloads"], shown["taken"], shown["matter"]) == (WHY, "person_workbook", 2, 0, case)
    assert {each["name"]: each["value"] for each in shown["parameters"]} == {"organisation": office.crowded, "role": "member"}
    assert shown["proposed_by"] == office.asker.id and shown["confirmed_by"] == office.second.id and shown["confirmed_name"]
    by = f"&export={export}"
    refused(office.asker.get(target), 403, "export_unapproved")
    refused(office.asker.get(target + "&ethnicity=" + quote("黎族") + by), 403, "export_unapproved")  # another filter
    refused(office.asker.get(office.target(office.small) + by), 403, "export_unapproved")  # another organisation
    refused(office.asker.get(f"/v1/organisations/{office.crowded}/movements/workbook?export={export}"), 403, "export_unapproved")
    for client in (office.second, office.other, office.branch_officer, office.auditor, office.county.admin):
        refused(client.get(target + by), 404, "not_found")  # another person
    assert office.show(export)["taken"] == 0
    assert len(rows(office.asker.get(target + by))) == MORE
    entry = next(entry for entry in office.trail() if entry.get("object") == export)
    assert entry["reason"] == f"{MORE} 行：{WHY}" and entry["actor"] == office.asker.id and entry["organisation"] == office.crowded
    assert len(rows(office.asker.get(f"/v1/people/workbook?role=member&organisation={office.crowded}&export={export}"))) == MORE  # the order is none
    refused(office.asker.get(target + by), 403, "export_unapproved")
    assert office.show(export)["taken"] == 2


def test_two_files_at_once_are_no_more_than_were_approved(office):
    export, _ = office.approved()
    clients = [office.county.new_client() for _ in range(2)]
    got = []
    for client in clients:
        client.log_in(*office.asker.login)

    def take(client):
        got.append(client.get(office.target(export=export)).status)
    threads = [threading.Thread(target=take, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [200, 403]


def test_nobody_approves_alone(office):
    export = office.ask()["command"]
    refused(office.asker.get(office.target(export=export)), 403, "export_unapproved")  # not approved yet
    office.propose(export, client=office.other, expect=404)  # whoever asked presents it
    office.propose(export, downloads=4, expect=409)
    case = office.propose(export)["command"]
    office.propose(export, expect=409)  # twice
    assert office.move(case, client=office.asker, expect=409)
    office.move(case, client=office.branch_officer, expect=403)
    assert office.show(export)["state"] == "asked"
    office.move(case, "deny-export", client=office.second, no_because="用途不明")
    assert office.show(export)["state"] == "ended"
    refused(office.asker.get(office.target(export=export)), 403, "export_unapproved")


def test_what_is_asked_for_must_be_a_workbook_of_that_place(office):
    for target in ("/v1/people?organisation=" + office.crowded, "/v1/organisations:workbook", "/v1/audit/workbook?organisation=" + office.crowded,
                   office.target(office.small), office.target() + "&nonsense=1", office.target(sex="neither"), "x"):
        problem = office.ask(target, expect=422)
        assert problem["errors"][0]["pointer"] == "#/target" and problem["errors"][0]["detail_zh"], problem
    assert office.asker.send("POST", EXPORT, {"organisation": office.crowded, "target": office.target(), "purpose": ""}).status == 422
    office.ask(client=office.branch_officer, expect=403)
    office.ask(client=office.auditor, expect=403)
    office.ask(organisation=office.county.committees[0], target=office.target(office.county.committees[0]), expect=403)


def test_others_see_no_export_and_postgresql_shows_none(office, instance):
    export = office.ask()["command"]
    stranger = office.county.officer("committee_administrator", office.county.committees[0])
    assert stranger.get(f"{EXPORT}/{export}").status == 404 and office.branch_officer.get(f"{EXPORT}/{export}").status == 403
    assert export in [row["export"] for row in office.second.get(f"{EXPORT}?organisation={office.committee}&state=asked&limit=200").json["rows"]]
    assert stranger.get(f"{EXPORT}?organisation={office.committee}").status == 404
    settings = dict(line.split("=", 1) for line in (instance.var / "settings").read_text().splitlines() if "=" in line)
    with psycopg.connect(settings["BAOTING_FRONT_DATABASE"], autocommit=True) as connection:
        def seen(actor, tops):
            with connection.transaction():
                connection.execute("select set_config('reach.actor', %s, true), set_config('reach.tops', %s, true)", (actor, tops))
                return connection.execute("select count(*) from export where id = %s", (export,)).fetchone()[0]
        assert seen(office.second.id, "{%s}" % office.committee) == seen(office.asker.id, "{}") == 1
        assert seen(stranger.id, "{%s}" % office.county.committees[0]) == seen("", "{}") == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("update export set state = 1, downloads = 9 where id = %s", (export,))


def test_an_approval_lasts_so_long_and_a_right_as_long_as_it_is_held(office):
    export, case = office.approved()
    lost, _ = office.approved()
    grant = next(row["grant"] for row in office.county.admin.get(f"/v1/grants?organisation={office.committee}&limit=200").json["rows"]
                 if row["member"] == office.asker.id and row["state"] == "current")
    office.county.admin.command("POST", f"/v1/grants/{grant}/end", {"reason": "调离"})
    office.county.admin.command("POST", "/v1/grants", {"account": office.asker.id, "role": "branch_officer", "organisation": office.crowded})
    held = lambda: {each["role"] for each in office.asker.get("/v1/me").json["grants"]}  # noqa: E731
    eventually(lambda: "branch_officer" in held() and "committee_administrator" not in held())
    refused(office.asker.get(office.target(export=lost)), 404, "not_found")
    office.county.admin.command("POST", "/v1/grants", {"account": office.asker.id, "role": "committee_administrator", "organisation": office.committee})
    eventually(lambda: "committee_administrator" in held())
    office.county.instance.advance(5 * 86400000)
    eventually(lambda: office.show(export)["state"] == "ended", 60)
    refused(office.asker.get(office.target(export=export)), 403, "export_unapproved")
    assert office.asker.get(f"{CASE}/{case}").json["road"]["ended"]


def test_what_is_masked_stays_masked_however_it_leaves(office):
    number = resident_id("19791231", 779)
    office.asker.command("POST", "/v1/people", {"organisation": office.small, "values": {"name": "遮号者", "resident_id": number},
                                                "origin": {"source": "paper_file"}, "roles": ["talent"]})
    target = office.target(office.small, role="talent")
    by = office.ask(target, organisation=office.small)["command"]
    office.move(office.propose(by, organisation=office.small)["command"])
    for client, path in ((office.auditor, target), (office.asker, f"{target}&export={by}")):
        row, = rows(client.get(path))
        assert row[0] == "遮号者" and number not in str(row) and f"{number[:3]}{'*' * 11}{number[-4:]}" in row
