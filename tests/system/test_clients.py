"""Integration clients: keys shown once, scopes, reach, rotation, end, pace.  SPDX-License-Identifier: Apache-2.0"""
import threading
import uuid

import pytest
from client import Client
from county import stamp
from instance import eventually
from second import Second
from wire import Problems

DAY = 86400000


@pytest.fixture(scope="module")
def problems(witness):
    return Problems(witness.document)


@pytest.fixture(scope="module")
def keeper(county):
    return county.officer("system_administrator", county.root)


def opened(county, keeper, scopes=("exams_read",), organisation=None, days=30):
    reply = keeper.send("POST", "/v1/clients", {"name": "县融媒体中心", "scopes": list(scopes), "organisation": organisation or county.committees[0],
                                                "expires_at": stamp(county.instance.now() + days * DAY)})
    assert reply.status == 201, reply
    return reply.json["client"], reply.json["key"]


def with_key(county, key):
    return Client(county.admin.url, county.admin.witness, key)


def test_a_key_is_good_for_its_scopes(county, keeper, problems):
    client, key = opened(county, keeper)
    program = with_key(county, key)
    assert key.startswith("btk_") and len(key) == 68
    assert program.get("/v1/exams").status == 200
    assert program.get(f"/v1/organisations/{county.committees[0]}/exams").status == 200
    for method, target, body in (("GET", "/v1/me", None), ("GET", "/v1/leaderboards/members", None), ("GET", "/v1/devices", None),
                                 ("POST", "/v1/grants", {"account": client, "role": "operator", "organisation": county.root}),
                                 ("POST", "/v1/me/password", {"old_password": "x", "new_password": "a fresh 口令 one"}),
                                 ("POST", "/v1/sessions:close_all", {}), ("GET", "/v1/clients", None)):
        problems.check(program.send(method, target, body, {"Idempotency-Key": str(uuid.uuid4())}), 403, "forbidden", "")
    # one route alone
    single = with_key(county, opened(county, keeper, ["organisation_list"])[1])
    assert single.get("/v1/organisations").status == 200
    problems.check(single.get("/v1/me"), 403, "forbidden", "")


def test_it_reaches_its_organisation_and_below(county, keeper, problems):
    program = with_key(county, opened(county, keeper, organisation=county.committees[0])[1])
    exams = lambda organisation: program.get(f"/v1/organisations/{organisation}/exams")  # noqa: E731
    assert exams(county.branches[0]).status == 200
    for beyond in (county.root, county.committees[1], county.branches[2]):
        problems.check(exams(beyond), 404, "not_found")


WRONG = {"a route for no key": (["grant_give"], "#/scopes/0"), "no such scope": (["exams_read", "everything"], "#/scopes/1"),
         "none": ([], "#/scopes")}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_scope(what, county, keeper, problems):
    scopes, pointer = WRONG[what]
    body = {"name": "县融媒体中心", "scopes": scopes, "organisation": county.root, "expires_at": stamp(county.instance.now() + DAY)}
    problems.check(keeper.send("POST", "/v1/clients", body), 422, "invalid", pointer)
    problems.check(keeper.send("POST", "/v1/clients", {**body, "scopes": ["exams_read"], "expires_at": stamp(county.instance.now() - 1)}),
                   422, "invalid", "#/expires_at")
    problems.check(keeper.send("POST", "/v1/clients", {**body, "scopes": ["exams_read"], "organisation": str(uuid.uuid4())}), 422,
                   "unknown_reference")


def test_a_rotation_leaves_the_old_key_a_day(county, keeper, problems):
    instance, turned = county.instance, county.instance.offset()
    client, first = opened(county, keeper)
    row = lambda: next(row for row in keeper.get("/v1/clients?limit=200").json["rows"] if row["client"] == client)  # noqa: E731
    rotate = lambda: keeper.send("POST", f"/v1/clients/{client}/rotation", {}).json["key"]  # noqa: E731
    good = lambda key: with_key(county, key).get("/v1/exams").status == 200  # noqa: E731
    try:
        second = rotate()
        assert good(first) and good(second) and row()["keys"] == 2
        third = rotate()  # the one before last is over at once
        assert not good(first) and good(second) and good(third) and row()["keys"] == 2
        instance.advance(DAY + 1000)
        assert not good(second) and good(third)
        problems.check(with_key(county, second).get("/v1/exams"), 401, "unauthenticated", "")
        assert row()["keys"] == 1
    finally:
        instance.turn_clock(turned)


def test_two_rotations_at_once(county, keeper):
    client, first = opened(county, keeper)
    replies, clients = [], [Client(keeper.url, keeper.witness).log_in(*keeper.login) for _ in range(4)]
    racers = [threading.Thread(target=lambda c=c: replies.append(c.send("POST", f"/v1/clients/{client}/rotation", {}))) for c in clients]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert [reply.status for reply in replies] == [201] * 4, replies
    keys = [reply.json["key"] for reply in replies]
    good = [key for key in [first, *keys] if with_key(county, key).get("/v1/exams").status == 200]
    assert len(set(keys)) == 4 and len(good) == 2 and first not in good


def test_closed_and_over(county, keeper, problems):
    client, key = opened(county, keeper)
    program = with_key(county, key)
    assert program.get("/v1/exams").status == 200
    assert keeper.send("POST", f"/v1/clients/{client}/closing", {}).status == 204
    problems.check(program.get("/v1/exams"), 401, "unauthenticated", "")
    for what in ("closing", "rotation"):
        problems.check(keeper.send("POST", f"/v1/clients/{client}/{what}", {}), 404, "not_found", "")
    _, short = opened(county, keeper, days=1)
    turned = county.instance.offset()
    try:
        assert with_key(county, short).get("/v1/exams").status == 200
        county.instance.advance(DAY + 1000)
        problems.check(with_key(county, short).get("/v1/exams"), 401, "unauthenticated", "")
    finally:
        county.instance.turn_clock(turned)


def test_no_key_is_kept(county, keeper, database, watch, instance):
    client, key = opened(county, keeper)
    kept = database.execute("select string_agg(k::text, ' ') from api_key k").fetchone()[0]
    told = watch.await_one("api_client", client=client)
    assert key not in kept and key[4:] not in kept and key[4:] not in told.value.decode()
    assert all(key[4:] not in instance.log(name) for name in ("front", "relay", "roster", "postgresql"))
    row = next(row for row in keeper.get("/v1/clients?limit=200").json["rows"] if row["client"] == client)
    assert row["opened_by"] == keeper.id and row["scopes"] == ["exams_read"] and row["name"] == "县融媒体中心"
    assert "key" not in row and row["opened_name"] == keeper.get("/v1/me").json["name"]
    # nor is a client anybody who could log in
    login = database.execute("select login from account where id = %s", (client,)).fetchone()[0]
    assert Client(county.admin.url, county.admin.witness).send("POST", "/v1/sessions", {"login": login, "password": key}).status == 401


def test_it_has_a_pace_of_its_own(county, keeper, instance, problems):
    _, key = opened(county, keeper)
    _, other = opened(county, keeper)
    with Second(instance, client_requests_per_minute=5) as second:
        program, beside = (Client(second.url, county.admin.witness, one) for one in (key, other))
        eventually(lambda: program.get("/v1/exams").status in (200, 429))
        replies = [program.get("/v1/exams") for _ in range(8)]
        problems.check(replies[-1], 429, "too_many", "")
        assert beside.get("/v1/exams").status == 200
        program.close(), beside.close()


def test_its_role_is_no_persons(county, keeper):
    body = {"account": county.recruit().id, "role": "integration_client", "organisation": county.root}
    assert county.admin.command("POST", "/v1/grants", body, expect=409)["type"].endswith("conflict")


def test_forged_keys(county, keeper, problems):
    _, key = opened(county, keeper)
    forged = [key[:-1] + ("0" if key[-1] != "0" else "1"), key.upper(), key[:-1], key + "0", "btk_" + "0" * 64, key[4:], " " + key, "btk_"]
    for one in forged:
        problems.check(with_key(county, one).get("/v1/exams"), 401, "unauthenticated", "")
    assert with_key(county, key).get("/v1/exams").status == 200


def test_who_may_keep_clients(county, keeper, problems):
    client, _ = opened(county, keeper)
    for who in (county.recruit(), county.officer("security_administrator", county.root),
                county.officer("system_administrator", county.committees[0])):
        for method, target in (("GET", "/v1/clients"), ("POST", f"/v1/clients/{client}/rotation"), ("POST", f"/v1/clients/{client}/closing")):
            problems.check(who.send(method, target, {} if method == "POST" else None), 403, "forbidden", "")
    assert eventually(lambda: county.admin.get("/v1/clients").status == 200)
