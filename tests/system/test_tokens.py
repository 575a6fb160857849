"""Access and refresh tokens: forged, expired, revoked, reused; log-ins guessed.  SPDX-License-Identifier: Apache-2.0"""
import hashlib
import json
import statistics
import struct
import threading
import time
from types import SimpleNamespace

import pytest
from client import Client
from county import KINDS, right_answer, stamp
from forger import ORDER, Key, hashed, raw, signed, text, without
from instance import eventually
from sitting import save, sit, start
from stream import Stream
from wire import Problems


@pytest.fixture(scope="module")
def problems(witness):
    return Problems(witness.document)


@pytest.fixture(scope="module")
def mint(instance, county):
    """A member's good token and what it is made of; the instance's key, and one of somebody else."""
    member = county.recruit()
    parts = member.token.split(".")
    head, body = (json.loads(raw(part)) for part in parts[:2])
    key = Key(bytes.fromhex((instance.var / "keys" / "token.key").read_text().split()[0]))
    return SimpleNamespace(member=member, token=member.token, parts=parts, head=head, body=body, key=key,
                           other=Key(b"somebody else's key, 32 bytes ok"), admin=county.admin.token)


def accepted(client, token, scheme="Bearer "):
    reply = Client(client.url, client.witness).get("/v1/me", headers={"Authorization": scheme + token})
    return reply.status, reply


def test_a_minted_token_is_good(mint):
    """The forger's own craft is right: what it signs with the true key is taken, so what follows is refused for its fault."""
    assert mint.head == {"alg": "EdDSA", "typ": "at+jwt", "kid": mint.key.kid}
    assert signed(mint.head, mint.body, mint.key) == mint.token
    assert accepted(mint.member, mint.token)[0] == 200
    assert accepted(mint.member, mint.token, "bearer ")[0] == 200
    assert accepted(mint.member, signed(mint.head, {**mint.body, "exp": mint.body["exp"] + 60}, mint.key))[0] == 200


def front(m):
    return ".".join(m.parts[:2])


def with_bits(m, part):
    """The same bytes in another text: the unused last bits set."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    parts = list(m.parts)
    unused = {2: 4, 3: 2}[len(parts[part]) % 4]
    last = letters.index(parts[part][-1])
    assert last % (1 << unused) == 0
    parts[part] = parts[part][:-1] + letters[last + 1]
    return ".".join(parts)


def flipped(m, byte):
    signature = bytearray(raw(m.parts[2]))
    signature[byte] ^= 1
    return f"{front(m)}.{text(bytes(signature))}"


def unreduced(m):
    """S + L: the same curve point, another text."""
    signature = raw(m.parts[2])
    s = int.from_bytes(signature[32:], "little") + ORDER
    return f"{front(m)}.{text(signature[:32] + s.to_bytes(32, 'little'))}"


def alg(value, sign=signed):
    return lambda m: sign({**m.head, "alg": value}, m.body, m.key)


def body_of(**changes):
    return lambda m: signed(m.head, {**m.body, **changes}, m.key)


def raw_body(make):
    return lambda m: signed(m.head, make(json.dumps(m.body)), m.key)


def raw_head(make):
    return lambda m: signed(make(json.dumps(m.head)), m.body, m.key)


def unsigned(value):
    return lambda m: f"{text({**m.head, 'alg': value})}.{m.parts[1]}."


FORGED = {
    "alg_none": unsigned("none"), "alg_None": unsigned("None"), "alg_nOnE": unsigned("nOnE"), "alg_NONE": unsigned("NONE"),
    "alg_none_without_last_dot": lambda m: unsigned("none")(m)[:-1],
    "alg_none_with_the_signature": lambda m: f"{text({**m.head, 'alg': 'none'})}.{m.parts[1]}.{m.parts[2]}",
    "alg_none_bare_head": lambda m: f"{text({'alg': 'none'})}.{m.parts[1]}.",
    "alg_empty": alg(""), "alg_null": alg(None), "alg_number": alg(0), "alg_missing": lambda m: signed(without(m.head, "alg"), m.body, m.key),
    "alg_lower_case": alg("eddsa"), "alg_ed25519": alg("Ed25519"), "alg_rs256": alg("RS256"), "alg_es256": alg("ES256"),
    "alg_twice": raw_head(lambda h: h[:-1] + ',"alg":"EdDSA"}'), "alg_none_then_eddsa": raw_head(lambda h: '{"alg":"none",' + h[1:]),
    "hs256_with_the_public_key": lambda m: hashed({**m.head, "alg": "HS256"}, m.body, m.key.public),
    "hs256_with_the_public_key_in_hex": lambda m: hashed({**m.head, "alg": "HS256"}, m.body, m.key.public.hex().encode()),
    "hs256_with_the_kid": lambda m: hashed({**m.head, "alg": "HS256"}, m.body, m.key.kid.encode()),
    "hs256_with_nothing": lambda m: hashed({**m.head, "alg": "HS256"}, m.body, b""),
    "hs512_with_the_public_key": lambda m: hashed({**m.head, "alg": "HS512"}, m.body, m.key.public, "sha512"),
    "eddsa_named_hmac_made": lambda m: hashed(m.head, m.body, m.key.public, "sha512"),
    "wrong_key_right_kid": lambda m: signed(m.head, m.body, m.other), "wrong_key_its_kid": lambda m: signed({**m.head, "kid": m.other.kid}, m.body, m.other),
    "kid_wrong": lambda m: signed({**m.head, "kid": "0" * 16}, m.body, m.key), "kid_empty": lambda m: signed({**m.head, "kid": ""}, m.body, m.key),
    "kid_missing": lambda m: signed(without(m.head, "kid"), m.body, m.key), "kid_a_path": lambda m: signed({**m.head, "kid": "../../dev/null"}, m.body, m.key),
    "kid_upper_case": lambda m: signed({**m.head, "kid": m.key.kid.upper() + "A"}, m.body, m.key), "kid_injection": lambda m: signed({**m.head, "kid": "' or '1'='1"}, m.body, m.key),
    "jwk_brought_along": lambda m: signed({**m.head, "kid": m.other.kid, "jwk": {"kty": "OKP", "crv": "Ed25519", "x": text(m.other.public)}}, m.body, m.other),
    "jku_brought_along": lambda m: signed({**m.head, "jku": "https://example.org/keys"}, m.body, m.key), "crit": lambda m: signed({**m.head, "crit": ["exp"]}, m.body, m.key),
    "typ_jwt": lambda m: signed({**m.head, "typ": "JWT"}, m.body, m.key), "typ_missing": lambda m: signed(without(m.head, "typ"), m.body, m.key),
    "typ_upper_case": lambda m: signed({**m.head, "typ": "AT+JWT"}, m.body, m.key), "typ_refresh": lambda m: signed({**m.head, "typ": "rt+jwt"}, m.body, m.key),
    "head_a_list": raw_head(lambda h: "[]"), "head_empty": raw_head(lambda h: ""), "head_null": raw_head(lambda h: "null"),
    "head_with_garbage": raw_head(lambda h: h + "x"), "head_with_escapes": raw_head(lambda h: h.replace("kid", "k\\u0000id")),
    "signature_empty": lambda m: front(m) + ".", "signature_cut": lambda m: m.token[:-1], "signature_half": lambda m: m.token[:-43],
    "signature_too_long": lambda m: f"{front(m)}.{text(raw(m.parts[2]) + b'a')}", "signature_first_bit": lambda m: flipped(m, 0),
    "signature_last_byte": lambda m: flipped(m, 63), "signature_zeros": lambda m: f"{front(m)}.{text(bytes(64))}", "signature_unreduced": unreduced,
    "signature_of_another_token": lambda m: f"{front(m)}.{m.admin.split('.')[2]}", "signature_halves_swapped": lambda m: f"{front(m)}.{text(raw(m.parts[2])[32:] + raw(m.parts[2])[:32])}",
    "body_of_another_token": lambda m: ".".join((m.parts[0], m.admin.split(".")[1], m.parts[2])),
    "one_segment": lambda m: m.parts[0], "two_segments": front, "four_segments": lambda m: m.token + ".x", "five_segments": lambda m: ".".join(m.parts + m.parts[:2]),
    "trailing_dot": lambda m: m.token + ".", "leading_dot": lambda m: "." + m.token, "empty_body": lambda m: f"{m.parts[0]}..{m.parts[2]}", "dots": lambda m: "..",
    "padded": lambda m: m.token + "==", "standard_base64": lambda m: m.token.replace("-", "+").replace("_", "/") + ("" if set("-_") & set(m.token) else "+"),
    "last_bits_of_signature": lambda m: with_bits(m, 2), "percent_escapes": lambda m: m.token.replace(".", "%2E"), "quoted": lambda m: f'"{m.token}"',
    "two_tokens": lambda m: f"{m.token}, Bearer {m.token}", "space_before": lambda m: " x" + m.token, "utf8_inside": lambda m: m.token[:9] + "\u00e9" + m.token[9:],
    "expired": lambda m: body_of(iat=m.body["iat"] - 2000, exp=m.body["iat"] - 1100)(m), "expired_long_ago": body_of(iat=0, exp=1), "exp_zero": body_of(exp=0),
    "exp_negative": body_of(exp=-1), "exp_beyond_int64": raw_body(lambda b: b.replace('"exp": 1', '"exp": 99999999999999999991')), "exp_wraps": body_of(exp=2 ** 63 // 1000),
    "exp_text": lambda m: body_of(exp=str(m.body["exp"]))(m), "exp_fraction": lambda m: body_of(exp=m.body["exp"] + 0.5)(m), "exp_null": body_of(exp=None),
    "exp_missing": lambda m: signed(m.head, without(m.body, "exp"), m.key), "exp_twice": raw_body(lambda b: b[:-1] + ',"exp":9999999999}'),
    "issued_in_the_future": lambda m: body_of(iat=m.body["iat"] + 86400, exp=m.body["iat"] + 87000)(m), "iat_negative": body_of(iat=-1),
    "iat_missing": lambda m: signed(m.head, without(m.body, "iat"), m.key), "iat_before_the_sessions_began": body_of(iat=1),
    "ms_1000": body_of(ms=1000), "ms_negative": body_of(ms=-1), "sub_no_id": body_of(sub="admin"),
    "sub_number": body_of(sub=1), "sub_missing": lambda m: signed(m.head, without(m.body, "sub"), m.key), "sub_twice": raw_body(lambda b: '{"sub":"admin",' + b[1:]),
    "sid_missing": lambda m: signed(m.head, without(m.body, "sid"), m.key), "claim_more": body_of(role="operator"), "body_a_list": raw_body(lambda b: "[" + b + "]"),
    "body_empty_object": raw_body(lambda b: "{}"), "body_with_garbage": raw_body(lambda b: b + "{}"), "body_with_mark": raw_body(lambda b: "\ufeff" + b),
    "body_in_utf16": lambda m: signed(m.head, json.dumps(m.body).encode("utf-16"), m.key), "body_nested": raw_body(lambda b: b.replace('"ms"', '"a":[{}],"ms"')),
    "body_of_zero_bytes": lambda m: signed(m.head, bytes(50), m.key), "oversized": lambda m: body_of(pad="x" * 3000)(m), "oversized_signature": lambda m: m.token + "A" * 4000,
    "white_space_to_the_brim": raw_body(lambda b: b + " " * 2000), "random_letters": lambda m: "A" * 200, "empty": lambda m: "", "refresh_token": lambda m: "0" * 64,
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token(forge, mint, problems):
    forged = forge(mint)
    assert forged != mint.token
    status, reply = accepted(mint.member, forged.encode().decode("latin-1") if not forged.isascii() else forged)
    said = problems.check(reply, 401, "unauthenticated", "")
    assert said["detail"] == "The token is missing, wrong or over"  # one answer for all: it teaches nothing


def test_a_good_token_of_an_account_not_yet_in_the_view(mint, problems):
    """Only accounts that PostgreSQL holds are given tokens: the view is behind, the token is not bad."""
    status, reply = accepted(mint.member, body_of(sub="00000000-0000-4000-8000-000000000000")(mint))
    problems.check(reply, 503, "starting", "")
    assert reply.headers["retry-after"] == "1"


@pytest.fixture
def view_behind(instance):
    """No event leaves the outbox, so no view hears of what PostgreSQL holds."""
    with instance.held("relay") as go_on:
        yield go_on


def enrolled_unseen(county, database):
    """A member that PostgreSQL knows and the view does not."""
    login = f"unseen{time.time_ns()}"
    county.admin.command("POST", "/v1/members", {
        "organisation": county.branches[0], "initial_password": county.password, "members": [
            {"login": login, "name": "新来的", "ethnicity": "黎族", "birth_year": 1980, "joined_year": 2010}]}, wait=0, expect=202)
    eventually(lambda: database.execute("select 1 from account where login = %s", (login,)).fetchone())
    return {"login": login, "password": county.password}


def test_a_new_member_logs_in_before_the_view_knows(county, database, view_behind):
    body = enrolled_unseen(county, database)
    client = Client(county.admin.url, county.admin.witness)
    threading.Timer(1, view_behind).start()
    began = time.monotonic()
    reply = client.send("POST", "/v1/sessions", body)
    assert reply.status == 201 and time.monotonic() - began > 0.9, "the tokens are given when they are good"
    assert accepted(client, reply.json["access_token"])[0] == 200


def test_a_view_that_stays_behind_is_503(county, database, view_behind, problems):
    body = enrolled_unseen(county, database)
    client = Client(county.admin.url, county.admin.witness)
    began = time.monotonic()
    reply = client.send("POST", "/v1/sessions", body)
    problems.check(reply, 503, "starting", "")
    assert reply.headers["retry-after"] == "1" and 4.9 < time.monotonic() - began < 6
    view_behind()
    assert eventually(lambda: client.send("POST", "/v1/sessions", body).status == 201)


SCHEMES = ["", "Basic ", "Token ", "Bearer", "Bearer:", "JWT ", "Negotiate ", "Bearer\t"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_another_scheme(scheme, mint, problems):
    problems.check(accepted(mint.member, mint.token, scheme)[1], 401, "unauthenticated", "")


def test_a_token_elsewhere_than_in_its_header(mint, problems):
    client = Client(mint.member.url, mint.member.witness)
    problems.check(client.get("/v1/me", headers={"Cookie": f"access_token={mint.token}"}), 401, "unauthenticated", "")
    problems.check(client.get(f"/v1/me?access_token={mint.token}"), 401, "unauthenticated", "")
    problems.check(client.send("POST", "/v1/banks", {"access_token": mint.token}), 401, "unauthenticated", "")


def test_a_token_is_over_when_the_clock_says(instance, county, problems):
    member = county.recruit()
    life = json.loads(raw(member.token.split(".")[1]))
    life = life["exp"] - life["iat"]
    turned = struct.unpack("=q", instance.clock.read_bytes())[0]
    assert accepted(member, member.token)[0] == 200  # and it is remembered as good
    try:
        instance.turn_clock(turned + (life - 30) * 1000)
        assert accepted(member, member.token)[0] == 200
        instance.turn_clock(turned + (life + 1) * 1000)
        problems.check(accepted(member, member.token)[1], 401, "unauthenticated", "")
        fresh = Client(member.url, member.witness).log_in(*member.login)
        assert fresh.get("/v1/me").status == 200
    finally:
        instance.turn_clock(turned)


def told(watch, member, **changes):
    """The account's state with something changed, as the roster's worker would tell it."""
    record = watch.await_one("account", account=member.id)
    state = {**record.json, "version": record.json["version"] + 1000, **changes}
    watch.produce(record.topic, record.partition, record.key, json.dumps(state, ensure_ascii=False).encode(), record.headers)


def test_sessions_revoked(instance, county, watch, problems):
    member = county.recruit()
    assert member.get("/v1/me").status == 200
    old = member.token
    time.sleep(0.01)
    told(watch, member, sessions_from=stamp(instance.now()))
    eventually(lambda: accepted(member, old)[0] == 401)
    problems.check(accepted(member, old)[1], 401, "unauthenticated", "")
    fresh = Client(member.url, member.witness).log_in(*member.login)
    assert fresh.get("/v1/me").status == 200  # a new log-in is good
    assert accepted(member, old)[0] == 401


def test_an_account_switched_off(county, watch, database, problems):
    member = county.recruit()
    refresh = Client(member.url, member.witness).log_in(*member.login).refresh
    database.execute("update account set active = false where id = %s", (member.id,))
    told(watch, member, active=False)
    eventually(lambda: accepted(member, member.token)[0] == 401)
    client = Client(member.url, member.witness)
    problems.check(client.send("POST", "/v1/sessions", dict(zip(("login", "password"), member.login))), 401, "sign_in_failed", "")
    problems.check(client.send("POST", "/v1/sessions:refresh", {"refresh_token": refresh}), 401, "sign_in_failed", "")


def test_an_account_switched_off_loses_all_that_runs(county, watch, database, problems):
    """Its access tokens, an attempt's own token, and a stream that was opened before."""
    exam, member, other = county.exam(), *county.enrol(county.branches[0], 2)
    second = Client(member.url, member.witness).log_in(*member.login)
    sheet = start(member, exam)
    attempt = Client(member.url, member.witness, sheet["token"])
    streams = mine, others = Stream(member), Stream(other)
    try:
        eventually(lambda: mine.frames and others.frames)
        save(attempt, exam, sheet, sheet["questions"][0], right_answer(sheet["questions"][0]))
        database.execute("update account set active = false where id = %s", (member.id,))
        told(watch, member, active=False)
        eventually(lambda: accepted(member, member.token)[0] == 401)
        problems.check(accepted(member, second.token)[1], 401, "unauthenticated", "")
        body = {"attempt": sheet["attempt"], "writer": sheet["writer"], "answers": []}
        problems.check(attempt.send("POST", f"/v1/exams/{exam}/submissions", body, {"Idempotency-Key": "off"}), 401, "unauthenticated", "")
        eventually(lambda: mine.ended)
        assert not others.ended
    finally:
        for stream in streams:
            stream.close()


def test_sessions_revoked_end_a_stream(instance, county, watch):
    member = county.recruit()
    old, new = Stream(member), None
    try:
        eventually(lambda: old.frames)
        time.sleep(0.01)
        told(watch, member, sessions_from=stamp(instance.now()))
        eventually(lambda: old.ended)
        new = Stream(Client(member.url, member.witness).log_in(*member.login))
        eventually(lambda: new.frames)
        sit(county.recruit(), county.exam(), KINDS)
        eventually(lambda: len(new.frames) > 1)
    finally:
        for stream in filter(None, (old, new)):
            stream.close()


def test_a_role_taken_away_is_gone_at_once(county, watch, problems):
    """A token says who speaks, not what he may: that is looked up at each request."""
    clerk = county.officer("committee_administrator", county.committees[0])
    body = {"organisation": county.committees[0], "name": "角色收回前的题库"}
    clerk.command("POST", "/v1/banks", body)
    told(watch, clerk, grants=[])
    eventually(lambda: not clerk.get("/v1/me").json["grants"])
    problems.check(clerk.send("POST", "/v1/banks", body, {"Idempotency-Key": "taken-away"}), 403, "forbidden", "")


def test_a_closed_session_is_over_at_once(county, database, watch, problems):
    """Its access token too, at the next request, though nobody asks PostgreSQL; others of the member go on."""
    client = session_of(county)
    other = Client(client.url, client.witness).log_in(*client.login)
    assert accepted(client, client.token)[0] == 200  # and it is remembered as good
    assert client.send("POST", "/v1/sessions:close", {"refresh_token": client.refresh}).status == 204
    problems.check(accepted(client, client.token)[1], 401, "unauthenticated", "")
    problems.check(refreshed(client, client.refresh), 401, "sign_in_failed", "")
    assert accepted(other, other.token)[0] == 200
    claims = json.loads(raw(client.token.split(".")[1]))
    assert watch.await_one("session_ended", session=claims["sid"]).topic == "session"


def refreshed(client, token):
    return client.send("POST", "/v1/sessions:refresh", {"refresh_token": token})


def session_of(county):
    member = county.recruit()
    return Client(member.url, member.witness).log_in(*member.login)


def test_a_refresh_token_is_good_once(county, problems):
    client = session_of(county)
    other = Client(client.url, client.witness).log_in(*county_login(client, county))
    first = refreshed(client, client.refresh)
    assert first.status == 201 and first.json["refresh_token"] != client.refresh
    assert accepted(client, first.json["access_token"])[0] == 200
    second = refreshed(client, first.json["refresh_token"])
    assert second.status == 201
    problems.check(refreshed(client, client.refresh), 401, "sign_in_failed", "")  # spent: somebody has a copy
    problems.check(refreshed(client, second.json["refresh_token"]), 401, "sign_in_failed", "")  # so the whole family ends
    problems.check(refreshed(client, first.json["refresh_token"]), 401, "sign_in_failed", "")
    problems.check(accepted(client, second.json["access_token"])[1], 401, "unauthenticated", "")  # and its access tokens
    assert refreshed(other, other.refresh).status == 201  # another log-in of the same member is another family


def county_login(client, county):
    login = Client(client.url, client.witness, client.token).get("/v1/me").json["login"]
    return login, county.password


def test_a_refresh_token_used_twice_at_once(county, problems):
    client, replies = session_of(county), []
    racers = [threading.Thread(target=lambda: replies.append(refreshed(Client(client.url, client.witness), client.refresh))) for _ in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(reply.status for reply in replies) == [201] + [401] * 7
    winner, = (reply for reply in replies if reply.status == 201)
    problems.check(refreshed(client, winner.json["refresh_token"]), 401, "sign_in_failed", "")


def test_a_refresh_token_runs_out(county, database, problems):
    client = session_of(county)
    database.execute("update session.refresh set expires_at = now() - interval '1 second' where session = "
                     "(select id from session.session where account = %s order by opened_at desc limit 1)",
                     (json.loads(raw(client.token.split(".")[1]))["sub"],))
    problems.check(refreshed(client, client.refresh), 401, "sign_in_failed", "")


REFRESHES = {"unknown": lambda c: "0" * 64, "cut": lambda c: c.refresh[:-1], "longer": lambda c: c.refresh + "0", "upper_case": lambda c: c.refresh.upper(),
             "an_access_token": lambda c: c.token[:200], "its_digest": lambda c: hashlib.sha256(c.refresh.encode()).hexdigest(),
             "space_behind": lambda c: c.refresh + " ", "injection": lambda c: "' or used_at is null --  "}


@pytest.mark.parametrize("make", REFRESHES.values(), ids=REFRESHES.keys())
def test_a_forged_refresh_token(make, county, problems):
    client = session_of(county)
    problems.check(refreshed(client, make(client)), 401, "sign_in_failed", "")
    assert refreshed(client, client.refresh).status == 201  # the true one is untouched by it


def test_only_digests_are_kept(county, database):
    client = session_of(county)
    kept = database.execute("select string_agg(encode(digest, 'hex'), ' ') from session.refresh").fetchone()[0]
    assert client.refresh not in kept


def guess(client, login, password="a wrong one"):
    return client.send("POST", "/v1/sessions", {"login": login, "password": password})


def test_failed_log_ins_are_limited(county, problems):
    member = county.recruit()
    login, password = member.login
    client = Client(member.url, member.witness)
    replies = [guess(client, login, f"guess {n}") for n in range(25)]
    statuses = [reply.status for reply in replies]
    limited = statuses.index(429)
    assert 5 <= limited <= 20 and statuses[:limited] == [401] * limited and 429 in statuses[limited:], statuses
    problems.check(replies[limited], 429, "too_many", "")
    assert 1 <= int(replies[limited].headers["retry-after"]) <= 900
    problems.check(guess(client, login, password), 429, "too_many", "")  # the right one tells a guesser nothing now
    assert member.get("/v1/me").status == 200  # whoever is in stays in
    assert county.recruit().get("/v1/me").status == 200  # and others come in from the same address


def test_who_guesses_keeps_nobody_out(county, problems):
    """From everywhere and without end: the member's own device comes in with the right password, at each moment of it."""
    member = county.recruit()
    login, password = member.login
    first = Client(member.url, member.witness).send("POST", "/v1/sessions", {"login": login, "password": password})
    device = first.json["device"]
    going, statuses = threading.Event(), []

    def hammer():
        client = Client(member.url, member.witness)
        while not going.is_set():
            statuses.append(guess(client, login, f"guess {len(statuses)}").status)
    hammers = [threading.Thread(target=hammer) for _ in range(3)]
    for one in hammers:
        one.start()
    try:
        eventually(lambda: statuses.count(429) > 50)
        for _ in range(10):
            reply = member.send("POST", "/v1/sessions", {"login": login, "password": password, "device": device})
            assert reply.status == 201 and reply.json["device"] == device
        # the device is no way round the pace: it has one of its own
        own = [member.send("POST", "/v1/sessions", {"login": login, "password": "no", "device": device}).status for _ in range(12)]
        assert own.count(401) <= 8 and own[-1] == 429
        # and another's device, or a forged one, is a stranger's
        other = county.recruit()
        theirs = Client(other.url, other.witness).send("POST", "/v1/sessions", {"login": other.login[0], "password": other.login[1]})
        for forged in (theirs.json["device"], device[:-1] + ("0" if device[-1] != "0" else "1"), "0" * 64, "x"):
            assert member.send("POST", "/v1/sessions", {"login": login, "password": password, "device": forged}).status == 429
    finally:
        going.set()
        for one in hammers:
            one.join()
    assert 201 not in statuses and statuses.count(401) <= 12, "the guesser had few tries"


def test_a_wait_that_is_over_lets_in(county):
    """It grows with each failure, says how long it is, and the right password behind it makes all good."""
    member = county.recruit()
    login, password = member.login
    client = Client(member.url, member.witness)
    reply = eventually(lambda: next((r for r in [guess(client, login)] if r.status == 429), None))
    assert reply.headers["retry-after"] == "1"
    assert eventually(lambda: guess(client, login, password).status == 201, pause=0.2)
    assert [guess(client, login).status for _ in range(4)] == [401] * 4


def test_an_unknown_name_is_limited_likewise(new_client, problems):
    client = new_client()
    statuses = [guess(client, "nobody-at-all").status for _ in range(25)]
    assert set(statuses) == {401, 429} and 5 <= statuses.index(429) <= 20, statuses


def test_an_unknown_name_looks_like_a_wrong_password(county, new_client):
    client, known, unknown, bodies = new_client(), [], [], set()
    members = [county.recruit().login[0] for _ in range(6)]
    for turn in range(5):
        for number, login in enumerate(members):
            for name, times in ((login, known), (f"unknown-{number}", unknown)):
                began = time.perf_counter()
                reply = guess(client, name)
                times.append(time.perf_counter() - began)
                assert reply.status == 401, reply
                bodies.add((reply.body, tuple(sorted((k, v) for k, v in reply.headers.items() if k != "date"))))
    assert len(bodies) == 1, bodies  # to the byte, headers too
    known, unknown = statistics.median(known), statistics.median(unknown)
    assert abs(known - unknown) < max(0.5 * max(known, unknown), 0.003), (known, unknown)
