"""An attempt's own token: enough to save and hand in that attempt to its end, and for nothing else.
SPDX-License-Identifier: Apache-2.0"""
import json

import pytest
from client import Client
from county import right_answer
from forger import Key, raw, signed
from instance import eventually
from sitting import answers, hand_in, milliseconds, save, start

AFTER = 10 * 60 * 1000


def bearer(member, sheet):
    """A client that has nothing but the attempt's token."""
    return Client(member.url, member.witness, sheet["token"])


def claims(token):
    return [json.loads(raw(part)) for part in token.split(".")[:2]]


def problem(reply, status, name):
    assert reply.status == status and reply.json["type"].endswith(name), reply


def test_what_it_says(county):
    exam, member = county.exam(grace_seconds=30), county.recruit()
    sheet = start(member, exam)
    head, body = claims(sheet["token"])
    assert head["typ"] == "attempt+jwt" and head["alg"] == "EdDSA"
    assert body["sub"] == member.id and body["att"] == sheet["attempt"] and "sid" not in body
    assert body["exp"] == (milliseconds(sheet["deadline"]) + 30000 + AFTER) // 1000


def test_a_start_is_shown_alike_by_its_outcome(county):
    exam, member = county.exam(), county.recruit()
    command = member.send("POST", f"/v1/exams/{exam}/attempts", {}, {"Prefer": "wait=0"}).json["command"]
    outcome = eventually(lambda: [o for o in [member.get(f"/v1/commands/{command}").json] if o["status"] == "applied"])[0]
    sheet = start(member, exam)
    assert outcome["result"]["questions"] == sheet["questions"] and outcome["result"]["attempt"] == sheet["attempt"]
    assert save(bearer(member, outcome["result"]), exam, sheet, sheet["questions"][0],
                right_answer(sheet["questions"][0]))["status"] == "applied"


def test_it_goes_on_when_the_access_token_is_over(instance, county):
    exam, member = county.exam(minutes=60), county.recruit()
    sheet = start(member, exam)
    client, before = bearer(member, sheet), instance.offset()
    try:
        instance.advance(20 * 60 * 1000)
        assert Client(member.url, member.witness, member.token).get("/v1/me").status == 401
        save(client, exam, sheet, sheet["questions"][0], right_answer(sheet["questions"][0]))
        rest = [dict(answer, seq=2) for answer in answers(sheet, [q["kind"] for q in sheet["questions"]])]
        assert hand_in(client, exam, sheet, rest)["result"]["mark"] == 14
    finally:
        instance.turn_clock(before)


def test_it_needs_no_database(instance, county):
    exam, member = county.exam(), county.recruit()
    sheet = start(member, exam)
    instance.run("freeze", "postgresql")
    try:
        reply = bearer(member, sheet).send("POST", f"/v1/exams/{exam}/submissions", {
            "attempt": sheet["attempt"], "writer": sheet["writer"],
            "answers": answers(sheet, [q["kind"] for q in sheet["questions"]])})
        assert reply.status == 202, reply
    finally:
        instance.run("thaw", "postgresql")
    outcome = eventually(lambda: [o for o in [member.get(f"/v1/commands/{reply.json['command']}").json]
                                  if o["status"] == "applied"], seconds=60)[0]
    assert outcome["result"]["mark"] == 14


def test_it_is_good_for_nothing_else(county):
    exam, member = county.exam(), county.recruit()
    sheet = start(member, exam)
    client = bearer(member, sheet)
    for method, path in (("GET", "/v1/me"), ("GET", "/v1/exams"), ("GET", f"/v1/exams/{exam}/results/me"),
                         ("POST", f"/v1/exams/{exam}/attempts"), ("GET", f"/v1/commands/{sheet['attempt']}"),
                         ("GET", "/v1/leaderboards/members")):
        problem(client.send(method, path, {} if method == "POST" else None), 403, "forbidden")


def test_it_is_good_for_no_other_attempt(county):
    exam, other, member = county.exam(), county.exam(), county.recruit()
    sheet, second = start(member, exam), start(member, other)
    client = bearer(member, sheet)
    problem(client.send("POST", f"/v1/exams/{other}/submissions", {
        "attempt": second["attempt"], "writer": second["writer"], "answers": []}), 403, "forbidden")
    question = second["questions"][0]
    problem(client.send("PUT", f"/v1/exams/{other}/attempts/{second['attempt']}/answers/{question['question']}", {
        "writer": second["writer"], "seq": 1, "answer": right_answer(question)}), 403, "forbidden")


def test_it_ends(instance, county):
    exam, member = county.exam(minutes=5, grace_seconds=0), county.recruit()
    sheet = start(member, exam)
    before, end = instance.offset(), milliseconds(sheet["deadline"]) + AFTER
    body = {"attempt": sheet["attempt"], "writer": sheet["writer"], "answers": []}
    try:
        instance.pass_till(end - 5000)
        reply = bearer(member, sheet).send("POST", f"/v1/exams/{exam}/submissions", body, {"Prefer": "wait=10"})
        assert reply.status == 409 or reply.status == 422, reply  # let in, and too late for the worker
        instance.pass_till(end + 1000)
        problem(bearer(member, sheet).send("POST", f"/v1/exams/{exam}/submissions", body), 401, "unauthenticated")
    finally:
        instance.turn_clock(before)


@pytest.mark.parametrize("change", ["type", "attempt", "foreign"])
def test_forged(instance, county, change):
    exam, member = county.exam(), county.recruit()
    sheet = start(member, exam)
    head, body = claims(sheet["token"])
    key = Key(bytes.fromhex((instance.var / "keys" / "token.key").read_text().split()[0]))
    assert signed(head, body, key) == sheet["token"]
    if change == "type":  # an attempt's token is no access token, whatever its head says
        forged = signed({**head, "typ": "at+jwt"}, body, key)
    elif change == "attempt":  # nor is an access token an attempt's
        forged = signed({**claims(member.token)[0], "typ": "attempt+jwt"}, claims(member.token)[1], key)
    else:
        forged = signed(head, body, Key(b"somebody else's key, 32 bytes ok"))
    reply = Client(member.url, member.witness, forged).send("POST", f"/v1/exams/{exam}/submissions", {
        "attempt": sheet["attempt"], "writer": sheet["writer"], "answers": []})
    problem(reply, 401, "unauthenticated")
