"""What administrators are told no to by a worker, and sessions.  SPDX-License-Identifier: Apache-2.0"""
import pytest
from county import stamp
from instance import eventually


def problem(admin, status, code, method, target, body=None, headers=None):
    told = admin.command(method, target, body, headers=headers, expect=status)
    assert told["type"].endswith(code) and told["title_zh"] and "command" in told, told


def test_names_are_taken(county, admin):
    body = {"parent": county.root, "kind": "committee", "name": "中共测试县第1镇委员会", "short_name": "重名", "ordinal": 1}
    problem(admin, 409, "exists", "POST", "/v1/organisations", body)
    problem(admin, 409, "exists", "POST", "/v1/organisations", {
        "kind": "county_committee", "name": "中共另一县委员会", "short_name": "另一县委", "ordinal": 1})
    problem(admin, 409, "exists", "POST", "/v1/banks", {"organisation": county.root, "name": "测试题库"})
    problem(admin, 409, "exists", "POST", "/v1/members", {
        "organisation": county.branches[0], "initial_password": county.password, "members": [
            {"login": "t0000", "name": "重名", "ethnicity": "汉族", "birth_year": 1990, "joined_year": 2015}]})


def test_none_of_an_enrolment_is_taken_when_one_is_refused(county, admin, database):
    person = {"name": "某人", "ethnicity": "汉族", "birth_year": 1990, "joined_year": 2015}
    problem(admin, 409, "exists", "POST", "/v1/members", {
        "organisation": county.branches[0], "initial_password": county.password,
        "members": [{"login": "fresh1", **person}, {"login": "t0000", **person}]})
    assert database.execute("select count(*) from account where login = 'fresh1'").fetchone() == (0,)


@pytest.mark.parametrize("kind, media", [
    ("csv", "text/csv"), ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")])
def test_a_file_that_is_none(county, admin, kind, media):
    problem(admin, 422, "import_refused", "POST", f"/v1/questions:import?bank={county.bank}&format={kind}",
            b"PK\x03\x04 no questions", {"Content-Type": media})


def test_a_file_with_refused_rows(county, admin, database):
    text = ("number,kind,topic,stem,options,key,marks,explanation,source\n"
            "1,single,党章,没有选项,,1,2,无,无\n2,truth,党章,对吗,,对,2,无,无\n").encode()
    bank = admin.command("POST", "/v1/banks", {"organisation": county.root, "name": "残缺题库"})["command"]
    target = f"/v1/questions:import?bank={bank}&format=csv"
    result = admin.command("POST", f"{target}&preview=true", text, headers={"Content-Type": "text/csv"})["result"]
    assert (result["taken"], result["refused"]) == (1, 1) and result["faults"][0]["row"] == 2
    count = lambda: database.execute("select count(*) from question where bank = %s", (bank,)).fetchone()[0]  # noqa: E731
    assert count() == 0
    assert admin.command("POST", target, text, headers={"Content-Type": "text/csv"})["result"]["taken"] == 1
    assert count() == 1


def test_examinations(county, admin):
    now = county.instance.now()
    body = {"organisation": county.root, "title": "倒置", "opens_at": stamp(now), "closes_at": stamp(now - 1), "minutes": 30,
            "grace_seconds": 10, "attempts": 1, "counted": "highest", "multiple": "all_or_nothing", "penalty": 0, "release": "never",
            "sections": [{"bank": county.bank, "kind": "single", "draw": 1, "marks": 2}]}
    problem(admin, 422, "invalid", "POST", "/v1/exams", body)
    exam = county.exam(release="never")
    told = admin.command("POST", f"/v1/exams/{exam}/publication", expect=409)
    assert "command" in told
    problem(admin, 409, "conflict", "PUT", f"/v1/exams/{exam}/release", {"release": "never", "reason": "未变"})
    too_many = admin.command("POST", "/v1/exams", {**body, "closes_at": stamp(now + 1), "sections": [
        {"bank": county.bank, "kind": "single", "draw": 5, "marks": 2}]})["command"]
    assert "command" in admin.send("POST", f"/v1/exams/{too_many}/publication", {}, {"Prefer": "wait=15"}).json


def test_a_refresh_token_is_used_once(county, new_client):
    client = new_client().log_in("t0000", county.password)
    renewed = client.send("POST", "/v1/sessions:refresh", {"refresh_token": client.refresh})
    assert renewed.status == 201 and renewed.json["refresh_token"] != client.refresh
    client.token, client.login = renewed.json["access_token"], None
    assert client.get("/v1/me").json["login"] == "t0000"
    assert client.send("POST", "/v1/sessions:refresh", {"refresh_token": client.refresh}).status == 401
    eventually(lambda: client.get("/v1/me").status == 401)  # spent twice: nobody knows by whom, so the session is over


def test_a_wrong_password(county, new_client):
    client = new_client()
    for login, password in (("t0001", "wrong"), ("nobody", county.password)):
        reply = client.send("POST", "/v1/sessions", {"login": login, "password": password})
        assert reply.status == 401 and reply.json["type"].endswith("sign_in_failed")
