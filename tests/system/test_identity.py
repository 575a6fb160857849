"""Passwords, devices and second factors: first passwords, changes, resets, codes, and what ends when.  SPDX-License-Identifier: Apache-2.0"""
import json
import threading
import uuid

import pytest
from client import Client
from forger import raw
from instance import eventually
from second import Second
from wire import Problems

FIRST, NEXT = "first 口令 2026", "another 口令 2026"


@pytest.fixture(scope="module")
def problems(witness):
    return Problems(witness.document)


def enrol(county, **changes):
    """A member's login and id, of the first branch."""
    login = f"i{uuid.uuid4().hex[:10]}"
    made = county.admin.command("POST", "/v1/members", {
        "organisation": county.branches[0], "initial_password": FIRST, "members": [
            {"login": login, "name": "初次登录", "ethnicity": "黎族", "birth_year": 1980, "joined_year": 2010}], **changes})
    return login, made["result"]["members"][0]


def stranger(county):
    return Client(county.admin.url, county.admin.witness)


def log_in(county, login, password, headers=None, **more):
    """A client with its reply; no token where it was refused. It never logs in again by itself."""
    client = stranger(county)
    client.reply = client.send("POST", "/v1/sessions", {"login": login, "password": password, **more}, headers)
    if client.reply.status == 201:
        client.token, client.refresh = client.reply.json["access_token"], client.reply.json["refresh_token"]
    return client


def change(client, old, new, **more):
    return client.send("POST", "/v1/me/password", {"old_password": old, "new_password": new, **more})


def test_a_first_password_is_changed_before_anything_else(county, problems):
    login, _ = enrol(county, must_change=True)
    client = log_in(county, login, FIRST)
    assert client.reply.json["duty"] == "change_password"
    for method, target, body in (("GET", "/v1/me", None), ("GET", "/v1/devices", None), ("GET", "/v1/exams", None),
                                 ("POST", "/v1/sessions:close_all", {}), ("POST", "/v1/banks", {})):
        problems.check(client.send(method, target, body), 403, "duty_first", "")
    renewed = client.send("POST", "/v1/sessions:refresh", {"refresh_token": client.refresh})
    assert renewed.status == 201 and renewed.json["duty"] == "change_password"  # refreshing is no way round it
    problems.check(stranger_with(county, renewed.json["access_token"]).get("/v1/me"), 403, "duty_first", "")
    changed = change(client, FIRST, NEXT)
    assert changed.status == 201 and "duty" not in changed.json
    assert stranger_with(county, changed.json["access_token"]).get("/v1/me").json["login"] == login
    problems.check(client.get("/v1/me"), 401, "unauthenticated", "")  # the session before it is over
    assert log_in(county, login, FIRST).reply.status == 401
    assert "duty" not in log_in(county, login, NEXT).reply.json


def stranger_with(county, token):
    return Client(county.admin.url, county.admin.witness, token)


def test_a_change_ends_all_other_sessions(county, problems):
    login, _ = enrol(county)
    here, there = log_in(county, login, FIRST), log_in(county, login, FIRST)
    assert there.get("/v1/me").status == 200
    changed = change(here, FIRST, NEXT, device=here.reply.json["device"])
    assert changed.status == 201 and changed.json["device"] == here.reply.json["device"]
    for client in (here, there):
        problems.check(client.get("/v1/me"), 401, "unauthenticated", "")
        problems.check(client.send("POST", "/v1/sessions:refresh", {"refresh_token": client.refresh}), 401, "sign_in_failed", "")
    assert stranger_with(county, changed.json["access_token"]).get("/v1/me").status == 200
    renewed = stranger(county).send("POST", "/v1/sessions:refresh", {"refresh_token": changed.json["refresh_token"]})
    assert renewed.status == 201


BAD = ["short 1", "password", "PASSWORD", "12345678", "87654321", "88888888", "aaaaaaaaaa", "abcdefgh", "1q2w3e4r", "Woaini1314", FIRST]


@pytest.mark.parametrize("password", BAD)
def test_what_is_guessed_first_is_no_password(password, county, problems):
    login, _ = enrol(county)
    client = log_in(county, login, FIRST)
    problems.check(change(client, FIRST, password), 422, "invalid", "#/new_password")
    assert client.get("/v1/me").status == 200 and log_in(county, login, FIRST).reply.status == 201  # nothing changed
    if password != FIRST:
        body = {"organisation": county.branches[0], "initial_password": password, "members": [
            {"login": "nobody", "name": "没有", "ethnicity": "黎族", "birth_year": 1980, "joined_year": 2010}]}
        problems.check(county.admin.send("POST", "/v1/members", body), 422, "invalid", "#/initial_password")


def test_the_log_in_name_is_no_password(county, problems):
    login, _ = enrol(county)
    problems.check(change(log_in(county, login, FIRST), FIRST, f"{login}!"), 422, "invalid", "#/new_password")


def test_the_old_password_is_asked_and_guessing_it_slowed(county, problems):
    login, _ = enrol(county)
    client, other = log_in(county, login, FIRST), log_in(county, login, FIRST)
    problems.check(change(client, "not the old one", NEXT), 422, "invalid", "#/old_password")
    assert other.get("/v1/me").status == 200 and client.get("/v1/me").status == 200
    statuses = [change(client, f"guess {n}", NEXT).status for n in range(12)]
    assert statuses[-1] == 429 and 422 in statuses
    assert log_in(county, login, FIRST).reply.status == 201  # who guesses with a stolen token keeps nobody out


def reset(client, account, expect=200, **more):
    return client.command("POST", f"/v1/accounts/{account}/password", {"password": NEXT, "reason": "忘记密码，已当面核实", **more},
                          expect=expect)


def test_a_reset_by_the_branch(county, database, problems):
    login, account = enrol(county)
    before = log_in(county, login, FIRST)
    officer = county.officer("branch_officer", county.branches[0])
    reset(officer, account)
    problems.check(eventually(lambda: next((r for r in [before.get("/v1/me")] if r.status != 200), None)), 401, "unauthenticated", "")
    problems.check(before.send("POST", "/v1/sessions:refresh", {"refresh_token": before.refresh}), 401, "sign_in_failed", "")
    assert log_in(county, login, FIRST).reply.status == 401
    client = log_in(county, login, NEXT)
    assert client.reply.json["duty"] == "change_password"
    actor, reason = database.execute("select actor, reason from credential_reset where account = %s", (account,)).fetchone()
    assert str(actor) == officer.id and reason == "忘记密码，已当面核实"


def test_who_may_not_reset(county, problems):
    login, account = enrol(county)
    officer = county.officer("branch_officer", county.branches[0])
    beside = county.officer("branch_officer", county.branches[1])
    send = lambda client, whose: client.send("POST", f"/v1/accounts/{whose}/password", {"password": NEXT, "reason": "忘记"},  # noqa: E731
                                             {"Idempotency-Key": str(uuid.uuid4()), "Prefer": "wait=15"})
    problems.check(send(beside, account), 404, "not_found")
    problems.check(send(log_in(county, login, FIRST), account), 403, "forbidden")
    # an officer gets no administrator's account by it, and nobody his own back without the old one
    boss = county.officer("committee_administrator", county.committees[0], county.branches[0])
    assert send(officer, boss.id).json["type"].endswith("conflict")
    assert send(officer, officer.id).json["type"].endswith("conflict")
    assert boss.get("/v1/me").status == 200
    security = county.officer("security_administrator", county.root)
    assert send(security, boss.id).status == 200


AGENTS = {
    "Mozilla/5.0 (Linux; Android 14; X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0.47": "微信 · Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/604.1": "Safari · iPhone",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0": "Edge · Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0": "Firefox · Windows",
    "curl/8": "其他程序",
}


def test_devices(county, database, problems):
    login, account = enrol(county)
    clients = {name: log_in(county, login, FIRST, {"User-Agent": agent}) for agent, name in AGENTS.items()}
    named = log_in(county, login, FIRST, label="办公室电脑")
    rows = named.get("/v1/devices").json
    assert rows["total"] == len(AGENTS) + 1
    assert {row["name"] for row in rows["rows"]} == set(AGENTS.values())
    assert [row["label"] for row in rows["rows"] if "label" in row] == ["办公室电脑"]
    assert all(row["sessions"] == 1 and row["first_seen"] <= row["last_seen"] for row in rows["rows"])
    # the same device again is no second row
    phone = clients["微信 · Android"]
    again = log_in(county, login, FIRST, {"User-Agent": next(iter(AGENTS))}, device=phone.reply.json["device"])
    assert again.reply.json["device"] == phone.reply.json["device"]
    rows = named.get("/v1/devices").json["rows"]
    device = uuid.UUID(phone.reply.json["device"][:32])
    assert len(rows) == len(AGENTS) + 1 and next(row for row in rows if row["device"] == str(device))["sessions"] == 2
    # closed: its sessions end at the next request, the others go on, and it is a stranger from then on
    assert named.send("POST", f"/v1/devices/{device}/closing", {}).status == 204
    for client in (phone, again):
        problems.check(client.get("/v1/me"), 401, "unauthenticated", "")
        problems.check(client.send("POST", "/v1/sessions:refresh", {"refresh_token": client.refresh}), 401, "sign_in_failed", "")
    assert clients["Edge · Windows"].get("/v1/me").status == 200
    problems.check(named.send("POST", f"/v1/devices/{device}/closing", {}), 404, "not_found", "")
    anew = log_in(county, login, FIRST, device=phone.reply.json["device"])
    assert anew.reply.status == 201 and anew.reply.json["device"] != phone.reply.json["device"]
    # nobody else's can be closed, and no secret or address stands in the tables
    other = log_in(county, enrol(county)[0], FIRST)
    problems.check(other.send("POST", f"/v1/devices/{named.reply.json['device'][:8]}-0000-4000-8000-000000000000/closing", {}), 404,
                   "not_found", "")
    mine = str(uuid.UUID(named.reply.json["device"][:32]))
    problems.check(other.send("POST", f"/v1/devices/{mine}/closing", {}), 404, "not_found", "")
    kept = database.execute("select string_agg(d::text, ' ') from session.device d where account = %s", (account,)).fetchone()[0]
    assert "127.0.0.1" not in kept and named.reply.json["device"][32:] not in kept


def test_log_out_everywhere(county, problems):
    login, _ = enrol(county)
    clients = [log_in(county, login, FIRST) for _ in range(3)]
    assert clients[0].send("POST", "/v1/sessions:close_all", {}).status == 204
    for client in clients:
        problems.check(client.get("/v1/me"), 401, "unauthenticated", "")
        problems.check(client.send("POST", "/v1/sessions:refresh", {"refresh_token": client.refresh}), 401, "sign_in_failed", "")
    assert log_in(county, login, FIRST).get("/v1/me").status == 200


def test_another_front_hears_of_an_end(county, instance, watch, problems):
    """A token is refused at the front beside the one that ended its session, by the topic; and so it is after a start."""
    login, _ = enrol(county)
    with Second(instance) as second:
        here = log_in(county, login, FIRST)
        there = Client(second.url, county.admin.witness, here.token)
        assert eventually(lambda: there.get("/v1/me").status == 200)
        assert here.send("POST", "/v1/sessions:close_all", {}).status == 204
        problems.check(eventually(lambda: next((r for r in [there.get("/v1/me")] if r.status != 200), None)), 401, "unauthenticated", "")
        there.close()
    with Second(instance) as second:
        there = Client(second.url, county.admin.witness, here.token)
        problems.check(eventually(lambda: next((r for r in [there.get("/v1/me")] if r.status != 503), None)), 401, "unauthenticated", "")
        fresh = Client(second.url, county.admin.witness, log_in(county, login, FIRST).token)
        assert fresh.get("/v1/me").status == 200
        there.close(), fresh.close()
    session = json.loads(raw(here.token.split(".")[1]))["sid"]
    assert watch.await_one("session_ended", session=session).key.decode() == session


def test_a_refresh_and_an_end_at_once(county, problems):
    """Whichever comes first: when both have answered, no token of the session is good."""
    login, _ = enrol(county)
    for _ in range(5):
        keeper, client = log_in(county, login, FIRST), log_in(county, login, FIRST)
        replies = {}
        racers = [threading.Thread(target=lambda: replies.update(refresh=stranger(county).send(
                      "POST", "/v1/sessions:refresh", {"refresh_token": client.refresh}))),
                  threading.Thread(target=lambda: replies.update(end=keeper.send("POST", "/v1/sessions:close_all", {})))]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
        assert replies["end"].status == 204 and replies["refresh"].status in (201, 401)
        tokens = [client.token] + ([replies["refresh"].json["access_token"]] if replies["refresh"].status == 201 else [])
        for token in tokens:
            problems.check(stranger_with(county, token).get("/v1/me"), 401, "unauthenticated", "")
