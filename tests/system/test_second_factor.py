"""Second factors: enrolling, the two halves of a log-in, each code once, recovery, removal, and who must have one.
SPDX-License-Identifier: Apache-2.0"""
import os
import threading
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from authenticator import code
from client import Client, Witness
from county import County
from instance import Instance, eventually
from test_identity import FIRST, enrol, log_in, stranger, stranger_with
from wire import Problems

STEP = 30000


@pytest.fixture(scope="module")
def problems(witness):
    return Problems(witness.document)


class Holder:
    """A member with an authenticator."""

    def __init__(self, county):
        self.county = county
        self.login, self.account = enrol(county)
        self.client = log_in(county, self.login, FIRST)
        offer = self.client.send("POST", "/v1/me/factor", {"password": FIRST}).json
        self.secret, self.uri = offer["secret"], offer["uri"]

    def confirm(self):
        reply = self.client.send("POST", "/v1/me/factor/confirmation", {"code": self.code()})
        assert reply.status == 201, reply
        self.codes = reply.json["codes"]
        self.pass_step()
        return self

    def code(self, steps=0):
        return code(self.secret, self.county.instance.now() + steps * STEP)

    def pass_step(self):
        """The code of the next step is a new one."""
        self.county.instance.advance(STEP)

    def half(self, **more):
        reply = log_in(self.county, self.login, FIRST, **more).reply
        assert reply.status == 403 and reply.json["type"].endswith("second_factor"), reply
        return reply.json["ticket"]

    def second(self, ticket, code):
        return stranger(self.county).send("POST", "/v1/sessions:second", {"ticket": ticket, "code": code})


@pytest.fixture
def holder(county):
    turned = county.instance.offset()
    yield Holder(county)
    county.instance.turn_clock(turned)


def test_enrolled_by_a_code(holder, county, database, problems):
    query = parse_qs(urlsplit(holder.uri).query)
    assert query["secret"] == [holder.secret] and query["algorithm"] == ["SHA1"] and query["digits"] == ["6"] and query["period"] == ["30"]
    assert log_in(county, holder.login, FIRST).reply.status == 201, "it does not count before its first code"
    problems.check(holder.client.send("POST", "/v1/me/factor/confirmation", {"code": f"{(int(holder.code()) + 1) % 1000000:06d}"}), 422,
                   "invalid", "#/code")
    holder.confirm()
    assert len(set(holder.codes)) == 10
    problems.check(holder.client.send("POST", "/v1/me/factor", {"password": FIRST}), 409, "conflict", "")
    problems.check(holder.client.send("POST", "/v1/me/factor", {"password": "another"}), 422, "invalid", "#/password")
    kept = database.execute("select f::text || (select string_agg(r::text, '') from recovery_code r where r.account = f.account) "
                            "from second_factor f where account = %s", (holder.account,)).fetchone()[0]
    assert holder.secret not in kept and all(one not in kept for one in holder.codes)


def test_a_log_in_in_two_halves(holder, county, problems):
    holder.confirm()
    ticket = holder.half(label="我的手机")
    opened = holder.second(ticket, holder.code())
    assert opened.status == 201 and "duty" not in opened.json
    client = stranger_with(county, opened.json["access_token"])
    assert client.get("/v1/me").json["login"] == holder.login
    assert any(row.get("label") == "我的手机" for row in client.get("/v1/devices").json["rows"])
    problems.check(stranger_with(county, ticket).get("/v1/me"), 401, "unauthenticated", "")  # a ticket is no token
    assert log_in(county, holder.login, "not it").reply.status == 401  # without the password there is no ticket
    renewed = stranger(county).send("POST", "/v1/sessions:refresh", {"refresh_token": opened.json["refresh_token"]})
    assert renewed.status == 201


def test_a_code_is_good_once_and_a_step_aside(holder, problems):
    holder.confirm()
    used = holder.code()
    assert holder.second(holder.half(), used).status == 201
    problems.check(holder.second(holder.half(), used), 401, "sign_in_failed", "")
    assert holder.second(holder.half(), holder.code(+1)).status == 201  # its clock is ahead
    problems.check(holder.second(holder.half(), holder.code()), 401, "sign_in_failed", "")  # behind one that was used
    holder.county.instance.advance(3 * STEP)
    problems.check(holder.second(holder.half(), holder.code(-2)), 401, "sign_in_failed", "")
    assert holder.second(holder.half(), holder.code(-1)).status == 201  # or behind


def test_a_code_used_twice_at_once(holder):
    holder.confirm()
    tickets, now, replies = [holder.half() for _ in range(4)], holder.code(), []
    racers = [threading.Thread(target=lambda t=t: replies.append(holder.second(t, now).status)) for t in tickets]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(replies) == [201, 401, 401, 401]


def test_tickets(holder, county, problems):
    holder.confirm()
    ticket = holder.half()
    other = Holder(county).confirm()
    problems.check(other.second(ticket, other.code()), 401, "sign_in_failed", "")  # whose it is stands in it
    at = len(ticket) // 2
    for forged in (ticket[:-2], ticket[:at] + ("A" if ticket[at] != "A" else "B") + ticket[at + 1:], "x" * 100):
        problems.check(holder.second(forged, holder.code()), 401, "sign_in_failed", "")
    county.instance.advance(301000)
    problems.check(holder.second(ticket, holder.code()), 401, "sign_in_failed", "")
    assert holder.second(holder.half(), holder.code()).status == 201


def test_guessing_codes_is_slowed(holder):
    holder.confirm()
    ticket = holder.half()
    statuses = [holder.second(ticket, f"{n:06d}").status for n in range(15)]
    assert statuses[:5] == [401] * 5 and statuses[-1] == 429


def test_recovery_codes_are_good_once(holder, problems):
    holder.confirm()
    first, second = holder.codes[:2]
    assert holder.second(holder.half(), first).status == 201
    problems.check(holder.second(holder.half(), first), 401, "sign_in_failed", "")
    assert holder.second(holder.half(), second.lower().replace("-", " ")).status == 201  # as people type


def test_removed_by_another(holder, county, problems):
    holder.confirm()
    remove = lambda client, account, expect: client.command(  # noqa: E731
        "POST", f"/v1/accounts/{account}/factor/removal", {"reason": "手机遗失，已当面核实"}, expect=expect)
    security = county.officer("security_administrator", county.root)
    remove(security, holder.account, 200)
    assert eventually(lambda: holder.client.get("/v1/me").status == 401)  # his sessions end
    assert eventually(lambda: log_in(county, holder.login, FIRST).reply.status == 201)
    assert remove(security, holder.account, 409)["type"].endswith("conflict")  # there is none any more
    offer = security.send("POST", "/v1/me/factor", {"password": county.password}).json
    assert security.send("POST", "/v1/me/factor/confirmation", {"code": code(offer["secret"], county.instance.now())}).status == 201
    assert remove(security, security.id, 409)["type"].endswith("conflict")  # nobody his own


def test_three_administrators_are_three_persons(county):
    three = ["system_administrator", "security_administrator", "audit_administrator"]
    for role in three:
        person = county.officer(role, county.root)
        for other in three:
            body = {"account": person.id, "role": other, "organisation": county.committees[0]}
            if other == role:
                county.admin.command("POST", "/v1/grants", body)
            else:
                assert county.admin.command("POST", "/v1/grants", body, expect=409)["type"].endswith("conflict")
        county.admin.command("POST", "/v1/grants", {"account": person.id, "role": "branch_officer", "organisation": county.committees[0]})


@pytest.fixture(scope="module")
def strict():
    """An instance where county administrators must have a second factor."""
    name = os.environ.get("SYSTEM_NAME", "system") + "-strict"
    made = Instance(name, int(os.environ.get("SYSTEM_PORT_BASE", "28200")) + 20,
                    second_factor_roles="county_administrator,audit_administrator")
    yield made.up()
    made.down()


def test_who_must_have_one_enrols_first(strict, witness, problems):
    new_client = lambda: Client(strict.url, witness)  # noqa: E731
    admin = new_client()
    who = {"login": strict.env["BAOTING_ADMIN"], "password": strict.env["BAOTING_ADMIN_PASSWORD"]}
    opened = admin.send("POST", "/v1/sessions", who)
    assert opened.status == 201 and opened.json["duty"] == "enrol_factor"
    admin.token = opened.json["access_token"]
    problems.check(admin.get("/v1/me"), 403, "duty_first", "")
    problems.check(admin.send("POST", "/v1/organisations", {}, {"Idempotency-Key": str(uuid.uuid4())}), 403, "duty_first", "")
    secret = admin.send("POST", "/v1/me/factor", {"password": who["password"]}).json["secret"]
    assert admin.send("POST", "/v1/me/factor/confirmation", {"code": code(secret, strict.now())}).status == 201
    renewed = admin.send("POST", "/v1/sessions:refresh", {"refresh_token": opened.json["refresh_token"]})
    assert renewed.status == 201 and "duty" not in renewed.json
    admin.token = renewed.json["access_token"]
    assert admin.get("/v1/me").status == 200
    strict.advance(STEP)
    halves = admin.send("POST", "/v1/sessions", who)
    assert halves.status == 403
    opened = admin.send("POST", "/v1/sessions:second", {"ticket": halves.json["ticket"], "code": code(secret, strict.now())})
    assert opened.status == 201 and "duty" not in opened.json
    # who need not, is not asked; who is given the role, is asked from the next refresh on
    county = County(strict, admin, new_client, size=1)
    member = county.recruit()
    plain = Client(strict.url, witness)
    tokens = plain.send("POST", "/v1/sessions", dict(zip(("login", "password"), member.login))).json
    assert "duty" not in tokens
    county.admin.command("POST", "/v1/grants", {"account": member.id, "role": "audit_administrator", "organisation": county.root})
    eventually(lambda: any(g["role"] == "audit_administrator" for g in member.get("/v1/me").json["grants"]))
    renewed = plain.send("POST", "/v1/sessions:refresh", {"refresh_token": tokens["refresh_token"]})
    assert renewed.json["duty"] == "enrol_factor"
