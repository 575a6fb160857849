"""Grants: a role over a subtree for a term; a change holds at the next request.  SPDX-License-Identifier: Apache-2.0"""
import uuid
from urllib.parse import quote

import psycopg
import pytest
from county import stamp
from instance import CHECKOUT, eventually
from sitting import milliseconds
from stream import Stream

REASON = {"reason": "换届，不再担任"}
HOUR = 3600000


def give(admin, client, role, organisation, expect=200, **more):
    return admin.command("POST", "/v1/grants", {"account": client.id, "role": role, "organisation": organisation, **more},
                         expect=expect)


def end(admin, grant, expect=200):
    return admin.command("POST", f"/v1/grants/{grant}/end", REASON, expect=expect)


def grants(admin, organisation, **filters):
    query = "".join(f"&{name}={value}" for name, value in filters.items())
    return {row["grant"]: row for row in admin.get(f"/v1/grants?organisation={organisation}&limit=200{query}").json["rows"]}


def banks(client, organisation):
    """What a query says that only administrators may ask."""
    return client.get(f"/v1/banks?organisation={organisation}").status


def test_a_change_holds_at_the_next_request(county, admin):
    """Whoever hears that it is applied finds it so: nothing is asked again, and nothing is waited for."""
    officer, place = county.recruit(), county.committees[0]
    for _ in range(20):
        given = give(admin, officer, "committee_administrator", place)["command"]
        assert banks(officer, place) == 200
        end(admin, given)
        assert banks(officer, place) == 403


def test_a_term_is_kept_to_the_millisecond(county, admin, instance):
    officer, place = county.recruit(), county.committees[0]
    begins, ends = instance.now() + HOUR, instance.now() + 2 * HOUR
    given = give(admin, officer, "committee_administrator", place, **{"from": stamp(begins)}, until=stamp(ends),
                 reason="借调一小时")["command"]
    assert banks(officer, place) == 403 and grants(admin, place)[given]["state"] == "coming"
    instance.pass_till(begins - 20000)
    assert banks(officer, place) == 403
    instance.pass_till(begins)
    assert banks(officer, place) == 200 and grants(admin, place)[given]["state"] == "current"
    mine = next(grant for grant in officer.get("/v1/me").json["grants"] if grant["role"] == "committee_administrator")
    assert mine == {"role": "committee_administrator", "organisation": place, "until": stamp(ends)}
    instance.pass_till(ends - 20000)
    assert banks(officer, place) == 200
    instance.pass_till(ends)
    assert banks(officer, place) == 403
    row = grants(admin, place, state="ended")[given]
    assert row["until"] == stamp(ends) and row["from"] == stamp(begins) and "ended_at" not in row
    assert end(admin, given, expect=409)["type"].endswith("conflict")  # it is over already
    # what is over may be given again; what overlaps may not
    again = give(admin, officer, "committee_administrator", place, until=stamp(instance.now() + HOUR))["command"]
    assert banks(officer, place) == 200
    assert give(admin, officer, "committee_administrator", place, expect=409)["type"].endswith("exists")
    give(admin, officer, "committee_administrator", place, **{"from": stamp(instance.now() + 2 * HOUR)})
    end(admin, again)
    assert banks(officer, place) == 403


def test_a_term_that_is_none_is_refused(county, admin, instance):
    officer, place, now = county.recruit(), county.committees[0], instance.now()
    for term in ({"until": stamp(now - 1000)}, {"from": stamp(now + HOUR), "until": stamp(now + HOUR)}):
        refused = give(admin, officer, "branch_officer", place, expect=409, **term)
        assert refused["type"].endswith("too_late") and refused["errors"][0]["pointer"] == "#/until"
    assert give(admin, officer, "emperor", place, expect=422)["errors"][0]["pointer"] == "#/role"
    assert give(admin, officer, "branch_officer", place, expect=422, until="2026")["type"].endswith("invalid")
    assert banks(officer, place) == 403


def test_the_list_tells_who_gave_and_who_ended(county, admin, instance, database):
    boss = county.officer("committee_administrator", county.committees[0])
    officer, branch = county.recruit(), county.branches[0]
    before = instance.now()
    given = give(admin, officer, "branch_officer", branch, reason="县委组〔2026〕12号")["command"]
    row = grants(boss, county.committees[0], account=officer.id, role="branch_officer")[given]
    giver = admin.get("/v1/me").json
    assert row == {"grant": given, "member": officer.id, "name": officer.get("/v1/me").json["name"],
                   "login": officer.get("/v1/me").json["login"], "role": "branch_officer", "organisation": branch,
                   "organisation_name": "第1镇1村支部", "state": "current", "given_at": row["given_at"],
                   "given_by": giver["account"], "given_name": giver["name"], "reason": "县委组〔2026〕12号"}
    assert before <= milliseconds(row["given_at"]) <= instance.now()
    end(admin, given)
    ended = grants(boss, branch, account=officer.id, state="ended")[given]
    assert {**row, "state": "ended", "ended_at": ended["ended_at"], "ended_by": giver["account"], "ended_name": giver["name"],
            "ended_why": REASON["reason"]} == ended
    assert given not in grants(boss, branch, state="current") and given not in grants(admin, county.committees[1])
    assert set(grants(boss, branch, role="member")) and not {row["role"] for row in grants(boss, branch).values()} & {"member"}
    # by a part of the name or of the log-in name
    assert given in grants(boss, branch, text=quote(row["name"])) and given in grants(boss, branch, text=row["login"])
    assert not grants(boss, branch, text="nobody-of-that-name")
    # another committee's are not there
    assert boss.get(f"/v1/grants?organisation={county.committees[1]}").status == 404
    assert boss.get("/v1/grants").status == 400
    assert database.execute("select given_by::text, ended_by::text from account_grant where id = %s", (given,)).fetchone() == (
        giver["account"], giver["account"])


def test_ending_what_is_not_there_or_over(county, admin):
    assert end(admin, uuid.uuid4(), expect=404)["type"].endswith("not_found")
    officer = county.recruit()
    given = give(admin, officer, "branch_officer", county.branches[0])["command"]
    end(admin, given)
    assert end(admin, given, expect=409)["type"].endswith("conflict")
    assert officer.command("POST", f"/v1/grants/{given}/end", REASON, expect=403)
    assert admin.command("POST", f"/v1/grants/{given}/end", {}, expect=422)


def test_the_last_who_may_give_is_kept(instance, database):
    """Asked of the statement itself, in a transaction that is taken back: here others may give, too."""
    find = (CHECKOUT / "sql/queries/grant_find.sql").read_text()
    for place, name in (("$1", "%(grant)s"), ("$2", "%(at)s"), ("$3", "%(roles)s")):
        find = find.replace(place, name)
    roles = ["county_administrator", "security_administrator"]
    with psycopg.connect(instance.pg) as connection:
        ours = connection.execute("select id, account from account_grant where organisation is null and role = %s",
                                  (roles[0],)).fetchone()
        connection.execute("update account_grant set ended_at = now(), ended_by = account, ended_why = '-' "
                           "where role = any (%s) and id <> %s and ended_at is null", (roles, ours[0]))
        asked = {"grant": ours[0], "at": "2027-01-01T00:00:00Z", "roles": roles}
        assert connection.execute(find, asked).fetchone() == (ours[1], False, True, None)
        other = connection.execute("select id from account where active and id <> %s limit 1", (ours[1],)).fetchone()[0]
        add = ("insert into account_grant (account, role, organisation, granted_at, until_at) "
               "values (%s, %s, null, '2026-01-01', %s)")
        connection.execute(add, (other, roles[1], "2027-06-01"))
        assert connection.execute(find, asked).fetchone()[2]  # his ends by itself
        connection.execute(add, (other, roles[1], None))
        assert not connection.execute(find, asked).fetchone()[2]
        connection.rollback()


@pytest.fixture
def closed_board(admin):
    basis = {"legal_basis": "测试县委〔2026〕1号"}
    admin.command("PUT", "/v1/boards/members", {"open": False, "names": True, **basis})
    yield
    admin.command("PUT", "/v1/boards/members", {"open": True, "names": True, **basis})


def test_an_open_stream_ends_with_the_grant(county, admin, instance, closed_board):
    """Of a board that only administrators see: by its term, and by its end."""
    officer, place = county.recruit(), county.committees[0]
    give(admin, officer, "committee_administrator", place, until=stamp(instance.now() + HOUR))
    by_term = Stream(officer)
    eventually(lambda: by_term.frames)
    assert not by_term.ended
    instance.advance(HOUR)
    eventually(lambda: by_term.ended, 5)
    assert officer.get("/v1/leaderboards/members").status == 403
    given = give(admin, officer, "committee_administrator", place)["command"]
    by_end = Stream(officer)
    eventually(lambda: by_end.frames)
    end(admin, given)
    eventually(lambda: by_end.ended, 5)


def test_an_auditor_reads_all_and_writes_nothing(county, admin):
    auditor, place = county.officer("auditor", county.root), county.committees[0]
    for target in (f"/v1/banks?organisation={place}", f"/v1/banks/{county.bank}/questions", "/v1/parked", "/v1/points/rules",
                   f"/v1/organisations/{place}/points", f"/v1/grants?organisation={place}"):
        assert auditor.get(target).status == 200, target
    auditor.command("POST", "/v1/banks", {"organisation": place, "name": "审计题库"}, expect=403)
    auditor.command("POST", "/v1/grants", {"account": auditor.id, "role": "operator", "organisation": place}, expect=403)
    own = county.officer("auditor", place)
    assert own.get(f"/v1/banks?organisation={place}").status == 200
    assert own.get(f"/v1/banks?organisation={county.committees[1]}").status == 404 and own.get("/v1/parked").status == 403
