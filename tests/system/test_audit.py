"""The audit trail: what is written, who reads it, and that a changed, missing, moved or cut-off entry is found by name.
SPDX-License-Identifier: Apache-2.0"""
import subprocess
import uuid

import pytest
from county import adopt, stamp
from instance import CHECKOUT, eventually
from test_person import PAPER, Desk, behind, resident_id


@pytest.fixture(scope="module")
def desk(county):
    return Desk(county)


@pytest.fixture(scope="module")
def disclosed(desk):
    """A person whose mobile number was shown twice."""
    person = desk.create("被查看", mobile="13811112222", resident_id=resident_id("19660606", 61))
    for reason in ("核对联系方式", "再次核对"):
        reply = desk.keeper.send("POST", f"/v1/people/{person}/disclosures", {"field": "mobile", "reason": reason})
        assert reply.status == 201 and reply.json == {"field": "mobile", "value": "13811112222"}
    return person


@pytest.fixture
def verify(instance):
    def run():
        ran = subprocess.run([CHECKOUT / "ops" / "instance" / "launch", "audit", "verify"], env=instance.environment, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=90)
        lines = [line for line in ran.stdout.splitlines() if line.startswith("audit: ")]
        return ran.returncode, lines[-1] if lines else ran.stdout
    return run


def rows(client, organisation, query=""):
    reply = client.get(f"/v1/audit?organisation={organisation}&limit=200{query}")
    assert reply.status == 200, reply
    return reply.json["rows"]


def named(row):
    """An entry's name as a cursor: the first half of its hash."""
    return str(uuid.UUID(row["hash"][:32]))


def test_what_was_done_stands_there(desk, disclosed):
    desk.keeper.command("POST", f"/v1/people/{disclosed}/roles", {"role": "cadre", "since": "2024-01-01", "post": "科员"})
    reader = desk.county.officer("audit_administrator", desk.county.root)
    mine = rows(reader, desk.county.root, f"&object={disclosed}")
    assert [row["action"] for row in mine] == ["person_role_give", "person_disclose", "person_disclose", "person_create"]
    assert [row["reason"] for row in mine if row["action"] == "person_disclose"] == ["再次核对", "核对联系方式"]
    keeper = desk.keeper.get("/v1/me").json
    assert all((row["actor"], row["actor_name"]) == (keeper["account"], keeper["name"]) for row in mine)
    assert [row["field"] for row in mine if "field" in row] == ["mobile", "mobile"]
    assert rows(reader, desk.county.root, "&action=member_enrol") != []
    assert rows(reader, desk.county.root, f"&object={disclosed}&until={mine[-1]['at']}") == []
    assert len(rows(reader, desk.county.root, f"&object={disclosed}&from={mine[1]['at']}")) == 2
    assert not any("13811112222" in str(row) for row in rows(reader, desk.county.root))


def test_a_committee_reads_its_own_part(desk, disclosed):
    theirs = rows(desk.keeper, desk.committee)
    assert any(row["object"] == disclosed for row in theirs if "object" in row)
    assert desk.keeper.get(f"/v1/audit?organisation={desk.county.root}").status == 404
    other = desk.county.officer("committee_administrator", desk.county.committees[1])
    assert not any(row.get("object") == disclosed for row in rows(other, desk.county.committees[1]))
    assert other.get(f"/v1/audit?organisation={desk.committee}").status == 404
    assert desk.county.officer("branch_officer", desk.branch).get(f"/v1/audit?organisation={desk.branch}").status == 403


def test_pages_behind_each_other_are_all_of_it(desk, disclosed):
    whole = rows(desk.keeper, desk.committee)
    assert 2 <= len(whole) < 200
    path = f"/v1/audit?organisation={desk.committee}"
    assert behind(desk.keeper, path, 3, named) == whole
    mine = f"{path}&object={disclosed}&action=person_disclose"
    assert [row["reason"] for row in behind(desk.keeper, mine, 1, named)] == ["再次核对", "核对联系方式"]
    other = desk.county.committees[1]
    stranger = desk.county.officer("committee_administrator", other)
    for after in (named(whole[0]), str(uuid.UUID(int=1))):     # of another committee, of nothing
        assert stranger.get(f"/v1/audit?organisation={other}&after={after}").status == 404, after
    assert desk.keeper.get(f"{path}&after={'0' * 32}x").status == 400


def test_nothing_is_shown_that_could_not_be_recorded(desk, disclosed, database):
    count = lambda: database.execute("select count(*) from audit.entry where chain = 'front'").fetchone()[0]  # noqa: E731
    before = count()
    for body, status in [({"field": "name", "reason": "不密封"}, 422), ({"field": "wage", "reason": "没有"}, 422),
                         ({"field": "family", "reason": "未录入"}, 404), ({"field": "mobile"}, 422),
                         ({"field": "mobile", "reason": "x"}, 422)]:
        assert desk.keeper.send("POST", f"/v1/people/{disclosed}/disclosures", body).status == status, body
    assert count() == before
    database.execute("alter table audit.entry rename to held_back")
    try:
        assert desk.keeper.send("POST", f"/v1/people/{disclosed}/disclosures", {"field": "mobile", "reason": "留痕不成"}).status == 503
    finally:
        database.execute("alter table audit.held_back rename to entry")
    assert desk.keeper.send("POST", f"/v1/people/{disclosed}/disclosures", {"field": "mobile", "reason": "留痕成了"}).status == 201
    assert count() == before + 1


def test_the_trail_verifies_and_each_kind_of_tampering_is_named(desk, disclosed, database, verify, watch):
    last = database.execute("select chain, number, encode(hash, 'hex') from audit.head where chain = 'front'").fetchone()
    eventually(lambda: any(record.json["chain"] == "front" and record.json["number"] == last[1] for record in watch.of("audit_head")))
    code, said = verify()
    assert code == 0 and "2 chains" in said, said

    def tampered(*statements):
        """What is said while the statements hold."""
        database.execute("create table audit.kept as table audit.entry")
        try:
            for statement in statements:
                database.execute(statement)
            code, said = verify()
            assert code == 1, said
            return said
        finally:
            database.execute("truncate audit.entry")
            database.execute("insert into audit.entry select * from audit.kept")
            database.execute("drop table audit.kept")

    first = "where chain = 'front' and number = 1"
    assert "chain front, entry 1: its hash" in tampered(f"update audit.entry set reason = '改动' {first}")
    assert "chain front, entry 1: its hash" in tampered(f"update audit.entry set at = at + interval '1 ms' {first}")
    assert "chain front, entry 1: it is missing" in tampered(f"delete from audit.entry {first}")
    assert "chain front, entry 1: its hash" in tampered(
        "update audit.entry set number = -number where chain = 'front' and number <= 2",
        "update audit.entry set number = 3 + number where chain = 'front' and number < 0")
    cut = tampered(f"delete from audit.entry where chain = 'front' and number = {last[1]}")
    assert f"chain front, entry {last[1]}: the log holds its hash" in cut
    anew = tampered("delete from audit.entry where chain = 'front'", "delete from audit.head where chain = 'front'",
                    "select audit.append('front', now(), '00000000-0000-4000-8000-000000000001', 'x', null, null, null, null, '\\x')")
    assert "chain front" in anew and "the log holds" in anew
    database.execute("update audit.head set number = %s, hash = decode(%s, 'hex') where chain = 'front'", (last[1], last[2]))
    assert verify()[0] == 0


def test_nobody_of_the_house_may_change_it(desk, database, instance):
    for role in ("baoting_front", "baoting_worker", "baoting_relay"):
        for right in ("insert", "update", "delete", "truncate"):
            for table in ("audit.entry", "audit.head"):
                held = database.execute("select has_table_privilege(%s, %s, %s)", (role, table, right)).fetchone()[0]
                assert not held, (role, right, table)
    assert not database.execute("select has_table_privilege('baoting_front', 'person_sealed', 'select')").fetchone()[0]


def test_grants_the_tree_and_cases_leave_their_entries(desk, verify):
    """Who, what, to what, whose and why: a grant given and ended, a change of the tree, members moved, a step of a case."""
    county, reader = desk.county, desk.county.officer("audit_administrator", desk.county.root)
    member = county.enrol(desk.branch)[0]
    given = county.admin.command("POST", "/v1/grants", {"account": member.id, "role": "branch_officer", "organisation": desk.branch,
                                                        "reason": "改选"})["command"]
    county.admin.command("POST", f"/v1/grants/{given}/end", {"reason": "届满"})
    mine = rows(reader, county.root, f"&object={member.id}")
    assert [(row["action"], row["reason"], row["organisation"]) for row in mine] == [
        ("grant_end", "届满", desk.branch), ("grant_give", "改选", desk.branch)]
    assert {row["actor"] for row in mine} == {county.admin.get("/v1/me").json["account"]}
    group = county.organisation(desk.branch, "group", "中共测试县留痕党小组", "留痕党小组", 70)
    today = stamp(county.instance.now() + 8 * 3600000)[:10]
    decided = {"effective": today, "document": "测组〔2026〕8号"}
    county.admin.command("POST", f"/v1/organisations/{group}/names", {**decided, "name": "中共测试县留痕第二党小组", "short_name": "留痕二组"})
    county.admin.command("POST", f"/v1/organisations/{group}/members", {**decided, "members": [member.id]})
    theirs = rows(desk.keeper, desk.committee, f"&object={group}")  # the committee's own administrator reads them
    assert [(row["action"], row.get("reason")) for row in theirs] == [
        ("membership_place", "测组〔2026〕8号"), ("organisation_rename", "测组〔2026〕8号"), ("organisation_create", None)]
    adopt(county.admin, "correction")
    matter = member.command("POST", "/v1/cases", {
        "procedure": "member-correction", "organisation": group, "subject": member.id, "move": "submit",
        "given": {"facts": [{"fact": "field", "value": {"code": "education"}}, {"fact": "value", "value": {"private": "大学本科"}}],
                  "papers": [{"paper": "evidence-scan", "digest": "ab" * 32}]}})["command"]
    step, = rows(reader, county.root, f"&object={matter}")
    assert (step["action"], step["reason"], step["actor"], step["organisation"]) == ("case_open", "submit", member.id, group)
    county.admin.command("POST", f"/v1/organisations/{desk.branch}/members", {**decided, "members": [member.id]})
    county.admin.command("POST", f"/v1/organisations/{group}/dissolutions", decided)  # others count what lies below the branch
    assert verify()[0] == 0
