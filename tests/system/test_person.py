"""People: entered, changed with provenance, listed, found, disclosed.  SPDX-License-Identifier: Apache-2.0"""
import io
import uuid
import zipfile

import pytest
from county import stamp
from instance import eventually

PAPER, SELF = {"source": "paper_file", "reference": "档案第3页"}, {"source": "self_reported"}
NOBODY = "00000000-0000-4000-8000-00000000000f"


def resident_id(born, order, area="469029"):
    """A resident ID number by ISO 7064 MOD 11-2, reckoned here."""
    digits = f"{area}{born}{order:03d}"
    weights = [2 ** (17 - n) % 11 for n in range(17)]
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights)) % 11]


def pointer(problem):
    return problem["errors"][0]["pointer"] if problem["errors"] else ""


class Desk:
    """The first committee's people, kept by its own administrator."""

    def __init__(self, county):
        self.county = county
        self.committee, self.branch = county.committees[0], county.branches[0]
        self.keeper = county.officer("committee_administrator", self.committee)
        self.orders = iter(range(101, 999))

    def create(self, name, expect=200, roles=(), branch=None, origin=PAPER, **values):
        body = {"organisation": branch or self.branch, "values": {"name": name, **values}, "origin": origin,
                **({"roles": list(roles)} if roles else {})}
        reply = self.keeper.command("POST", "/v1/people", body, expect=expect)
        return reply["command"] if expect == 200 else reply

    def change(self, person, origin=PAPER, expect=200, client=None, **values):
        reply = (client or self.keeper).command("POST", f"/v1/people/{person}/facts", {"values": values, "origin": origin},
                                                expect=expect)
        return reply["result"] if expect == 200 else reply

    def file(self, person, client=None):
        reply = (client or self.keeper).get(f"/v1/people/{person}")
        assert reply.status == 200, reply
        return reply.json

    def values(self, person, client=None):
        return {fact["field"]: fact["value"] for fact in self.file(person, client)["facts"]}

    def names(self, query="", client=None, organisation=None):
        reply = (client or self.keeper).get(f"/v1/people?organisation={organisation or self.committee}&limit=200{query}")
        assert reply.status == 200, reply
        assert reply.json["total"] >= len(reply.json["rows"])
        return [row.get("name") for row in reply.json["rows"]]


@pytest.fixture(scope="module")
def desk(county):
    return Desk(county)


def test_a_person_without_an_account_is_entered_with_provenance(desk):
    number = resident_id("19900101", 12)
    person = desk.create("欧阳修远", roles=["cadre"], resident_id=number, mobile="13800138000", ethnicity="黎族")
    file = desk.file(person)
    facts = {fact["field"]: fact for fact in file["facts"]}
    assert {field: fact["value"] for field, fact in facts.items()} == {
        "name": "欧阳修远", "resident_id": number[:3] + "*" * 11 + number[-4:], "mobile": "138****8000", "ethnicity": "黎族",
        "birth_date": "1990-01-01", "sex": "female"}
    assert [facts[field]["masked"] for field in ("resident_id", "mobile", "name")] == [True, True, False]
    assert facts["name"]["source"] == "paper_file" and facts["name"]["reference"] == "档案第3页"
    assert facts["birth_date"]["source"] == "derived"
    assert facts["name"]["decided_by"] == facts["name"]["recorded_by"]
    assert [role["role"] for role in file["roles"]] == ["cadre"] and "login" not in file
    assert (file["exams"], file["points"], file["contested"]) == (0, 0, 0)


def test_a_person_with_an_account_signs_in_and_is_a_member(desk):
    login = f"p{uuid.uuid4().hex[:8]}"
    person = desk.keeper.command("POST", "/v1/people", {
        "organisation": desk.branch, "values": {"name": "符登录"}, "origin": PAPER, "roles": ["member"], "login": login,
        "initial_password": desk.county.password})["command"]
    client = desk.county.member(login)
    assert client.get("/v1/me").json["account"] == person and client.get("/v1/me").json["name"] == "符登录"
    assert desk.file(person)["login"] == login
    again = desk.keeper.command("POST", "/v1/people", {
        "organisation": desk.branch, "values": {"name": "符登录"}, "origin": PAPER, "login": login,
        "initial_password": desk.county.password}, expect=409)
    assert again["type"].endswith(":exists")


@pytest.mark.parametrize("values, where", [
    ({"name": "甲", "resident_id": "469029199001010015"}, "#/values/resident_id"),   # the check character
    ({"name": "甲", "resident_id": "469029199002300013"}, "#/values/resident_id"),   # no such day
    ({"name": "甲", "mobile": "12800138000"}, "#/values/mobile"),
    ({"name": "甲", "birth_date": "1990-13"}, "#/values/birth_date"),
    ({"name": "甲", "sex": "男"}, "#/values/sex"),
    ({"name": "甲", "salary": "1"}, "#/values/salary"),
])
def test_a_value_without_its_form_is_refused_at_once(desk, values, where):
    before = desk.names()
    reply = desk.keeper.send("POST", "/v1/people", {"organisation": desk.branch, "values": values, "origin": PAPER})
    assert reply.status == 422 and pointer(reply.json) == where, reply
    assert desk.names() == before


@pytest.mark.parametrize("values, where", [
    ({"birth_date": "1991-01-01"}, "#/values/birth_date"),
    ({"birth_date": "1991"}, "#/values/birth_date"),
    ({"sex": "male"}, "#/values/sex"),
])
def test_what_contradicts_the_number_is_refused_with_its_place(desk, values, where):
    number = resident_id("19900101", next(desk.orders) * 2 % 998)
    reply = desk.create("矛盾", expect=422, resident_id=number, **values)
    assert pointer(reply) == where
    assert number not in str(reply) and "矛盾" not in desk.names()


def test_a_number_of_the_future_and_anothers_number_are_refused(desk):
    assert pointer(desk.create("未来", expect=422, resident_id=resident_id("21000101", 1))) == "#/values/resident_id"
    number = resident_id("19850715", 33)
    first = desk.create("甲有号", resident_id=number)
    assert pointer(desk.create("乙同号", expect=409, resident_id=number)) == "#/values/resident_id"
    other = desk.create("丙无号")
    assert pointer(desk.change(other, expect=409, resident_id=number)) == "#/values/resident_id"
    assert desk.change(first, resident_id=number)["same"] == ["birth_date", "resident_id", "sex"] or \
        sorted(desk.change(first, resident_id=number)["same"]) == ["birth_date", "resident_id", "sex"]
    assert pointer(desk.change(first, expect=422, birth_date="1985-07-16")) == "#/values/birth_date"
    assert pointer(desk.create("", expect=422)) == "#/values/name"
    assert desk.keeper.command("POST", "/v1/people", {"organisation": desk.branch, "values": {}, "origin": PAPER},
                               expect=422)["errors"][0]["pointer"] == "#/values/name"


def test_values_are_replaced_and_kept(desk):
    person = desk.create("李改", occupation="村民", birth_date="1980")
    assert desk.change(person, occupation="教师", birth_date="1980-05")["taken"] == ["birth_date", "occupation"]
    assert desk.change(person, occupation="教师", birth_date="1980") == {"taken": [], "same": ["birth_date", "occupation"],
                                                                       "contested": []}
    assert desk.values(person)["occupation"] == "教师" and desk.values(person)["birth_date"] == "1980-05"
    history = desk.keeper.get(f"/v1/people/{person}/history?field=occupation").json
    assert [(row["value"], row["state"]) for row in history["rows"]] == [("教师", "current"), ("村民", "replaced")]
    keeper = desk.keeper.get("/v1/me").json["name"]
    assert [(row["recorded_name"], row["decided_name"]) for row in history["rows"]] == [(keeper, keeper)] * 2
    assert history["rows"][1]["replaced_by"] == history["rows"][0]["fact"] and history["total"] == 2
    desk.change(person, name="李更名")
    assert "李更名" in desk.names() and "李改" not in desk.names()


def test_a_weaker_source_does_not_overwrite_it_waits(desk):
    person = desk.create("王待核", native_place="海南保亭")
    assert desk.change(person, origin=SELF, native_place="海南三亚")["contested"] == ["native_place"]
    assert desk.values(person)["native_place"] == "海南保亭" and desk.file(person)["contested"] == 1
    rows = desk.keeper.get(f"/v1/people/contested?organisation={desk.committee}&limit=200").json["rows"]
    row = next(row for row in rows if row["person"] == person)
    assert (row["value"], row["source"], row["present"], row["present_source"]) == ("海南三亚", "self_reported", "海南保亭",
                                                                                   "paper_file")
    road = f"/v1/people/{person}/facts/{row['fact']}/decision"
    assert desk.keeper.send("POST", road, {"accept": True}).status == 422
    desk.keeper.command("POST", road, {"accept": True, "reason": "已见户口簿"})
    assert desk.values(person)["native_place"] == "海南三亚"
    assert desk.keeper.command("POST", road, {"accept": False, "reason": "再说"}, expect=404)["status"] == 404
    assert desk.change(person, origin=SELF, native_place="海南海口")["taken"] == ["native_place"]
    desk.change(person, native_place="海南儋州")
    desk.change(person, origin=SELF, native_place="海南万宁")
    again = next(row for row in desk.keeper.get(f"/v1/people/contested?organisation={desk.committee}&limit=200").json["rows"]
                 if row["person"] == person)
    desk.keeper.command("POST", f"/v1/people/{person}/facts/{again['fact']}/decision", {"accept": False, "reason": "无依据"})
    history = desk.keeper.get(f"/v1/people/{person}/history?field=native_place").json["rows"]
    assert [row["state"] for row in history if row["value"] == "海南万宁"] == ["refused"]
    assert desk.values(person)["native_place"] == "海南儋州"


def test_roles_are_given_changed_and_ended(desk):
    person = desk.create("周有职")
    road = f"/v1/people/{person}/roles"
    desk.keeper.command("POST", road, {"role": "village_officer", "since": "2024-01-01", "post": "村文书", "rank": 3})
    desk.keeper.command("POST", road, {"role": "village_officer", "since": "2024-01-01", "post": "村监委会主任", "rank": 2, "place": 1})
    role = desk.file(person)["roles"][0]
    assert (role["post"], role["rank"], role["place"], role["since"]) == ("村监委会主任", 2, 1, "2024-01-01")
    assert "周有职" in desk.names("&role=village_officer")
    assert desk.keeper.command("POST", f"{road}/village_officer/end", {"until": "2023-01-01", "reason": "未任"}, expect=409)
    desk.keeper.command("POST", f"{road}/village_officer/end", {"until": "2025-01-01", "reason": "届满"})
    past = desk.file(person)["roles_before"]
    assert [(row["post"], row.get("until"), row.get("reason"), row.get("corrected")) for row in past] == [
        ("村监委会主任", "2025-01-01", "届满", None), ("村文书", None, None, True)]
    assert all(row["ended_name"] and row["given_name"] and row["ended_at"] >= row["given_at"] for row in past)
    assert desk.file(person)["roles"] == [] and "周有职" not in desk.names("&role=village_officer")
    assert desk.keeper.command("POST", road, {"role": "village_officer", "since": "2024-06-01"}, expect=409)
    assert desk.keeper.send("POST", road, {"role": "emperor", "since": "2024-06-01"}).status == 422
    assert desk.keeper.send("POST", f"{road}/emperor/end", {"until": "2025-01-01", "reason": "无"}).status == 404


def test_since_when_a_role_is_held_is_corrected(desk, instance):
    """What was said before stays; a member stays one all the while, and what is left out stays as it is."""
    member = desk.county.enrol(desk.branch)[0]
    road, held = f"/v1/people/{member.id}/roles", desk.file(member.id)["roles"][0]
    before = desk.county.admin.get("/v1/organisations:ledger").json
    desk.keeper.command("POST", road, {"role": "member", "since": "1999-07-01"})
    desk.keeper.command("POST", road, {"role": "member", "category": "老党员"})
    file = desk.file(member.id)
    assert [(row["since"], row.get("category")) for row in file["roles"]] == [("1999-07-01", "老党员")]
    assert [(row["since"], row["corrected"], row["given_by"]) for row in file["roles_before"]] == [
        ("1999-07-01", True, file["roles"][0]["given_by"]), (held["since"], True, held["given_by"])]
    assert member.get("/v1/me").json["grants"] and desk.county.admin.get("/v1/organisations:ledger").json == before
    assert member.get("/v1/me/file").json["roles_before"] == file["roles_before"]
    desk.keeper.command("POST", road, {"role": "member", "category": "老党员", "since": "1999-07-01"})
    assert len(desk.file(member.id)["roles_before"]) == 2, "the same said again is no correction"
    desk.keeper.command("POST", road, {"role": "talent"})
    talent = next(row for row in desk.file(member.id)["roles"] if row["role"] == "talent")
    assert talent["since"] == stamp(instance.now() + 8 * 3600000)[:10]


def test_lists_of_a_file(desk):
    person = desk.create("吴履历")
    road = f"/v1/people/{person}/entries"
    body = {"kind": "education", "title": "本科", "institution": "海南大学", "since": "2008-09-01", "until": "2012-07-01", "origin": PAPER}
    entry = desk.keeper.command("POST", road, body)["command"]
    assert desk.keeper.command("POST", road, body, expect=409)
    assert pointer(desk.keeper.command("POST", road, {**body, "until": "2007-01-01"}, expect=422)) == "#/until"
    assert desk.keeper.send("POST", road, {**body, "kind": "hobby"}).status == 422
    desk.keeper.command("POST", road, {"kind": "award", "title": "优秀共产党员", "document": "保发〔2025〕7号", "origin": SELF})
    rows = desk.file(person)["entries"]
    assert [(row["kind"], row["title"]) for row in rows] == [("education", "本科"), ("award", "优秀共产党员")]
    assert rows[0]["entry"] == entry and rows[0]["until"] == "2012-07-01"
    assert desk.keeper.send("POST", f"{road}/{entry}/withdrawal", {}).status == 422
    desk.keeper.command("POST", f"{road}/{entry}/withdrawal", {"reason": "录入有误"})
    assert [row["kind"] for row in desk.file(person)["entries"]] == ["award"]
    gone = desk.file(person)["entries_withdrawn"]
    assert [(row["entry"], row["reason"]) for row in gone] == [(entry, "录入有误")]
    assert gone[0]["recorded_name"] and gone[0]["ended_name"] and gone[0]["ended_at"] > gone[0]["recorded_at"]
    assert desk.keeper.command("POST", f"{road}/{entry}/withdrawal", {"reason": "再撤"}, expect=409)


def behind(client, path, limit, name=lambda row: row["person"]):
    """The rows of a list, a page behind the other, each begun by its last row's name; each page's total is that of all."""
    rows, after, totals = [], "", set()
    while True:
        page = client.get(f"{path}&limit={limit}{after}").json
        rows += page["rows"]
        totals.add(page["total"])
        if "next" not in page:
            assert totals == {len(rows)}
            return rows
        assert page["next"] == name(rows[-1]) and len(page["rows"]) == limit
        after = f"&after={page['next']}"


def test_a_page_behind_nobody_of_the_list_is_not_there(desk):
    other = desk.county.officer("committee_administrator", desk.county.committees[1])
    person, path = desk.create("翻页人"), "/v1/people?organisation={}&after={}"
    assert desk.keeper.get(path.format(desk.branch, person)).status == 200
    assert desk.keeper.get(path.format(desk.county.branches[1], person)).status == 404
    assert other.get(path.format(desk.county.committees[1], person)).status == 404  # nor does it tell where another's stands
    assert desk.keeper.get(path.format(desk.branch, NOBODY)).status == 404
    assert desk.keeper.get(path.format(desk.branch, "x")).status == 400
    assert desk.keeper.get(f"/v1/people?organisation={desk.branch}&offset=10001").status == 400


def test_who_moves_or_is_renamed_is_found_where_he_is(desk):
    """What lists are searched and counted by follows each change, roles too."""
    person = desk.create("董旧名", roles=["cadre"])
    assert "董旧名" in desk.names("&text=%E6%97%A7%E5%90%8D&role=cadre")                    # 旧名
    desk.change(person, name="董新名")
    assert desk.names("&text=%E8%91%A3%E6%96%B0%E5%90%8D") == ["董新名"] and "董旧名" not in desk.names("&text=%E8%91%A3")
    desk.keeper.command("POST", f"/v1/people/{person}/roles/cadre/end", {"until": "2099-01-01", "reason": "退休"})
    assert "董新名" not in desk.names("&role=cadre") and "董新名" in desk.names("&text=dx")
    member = desk.county.enrol(desk.branch)[0]
    desk.change(member.id, name="移动人")
    desk.county.admin.command("POST", f"/v1/organisations/{desk.county.branches[2]}/members", {
        "effective": stamp(desk.county.instance.now() + 8 * 3600000)[:10], "document": "测组〔2026〕9号", "members": [member.id]})
    found = "&text=%E7%A7%BB%E5%8A%A8%E4%BA%BA"
    assert desk.names(found) == [] and desk.names(found, desk.county.admin, desk.county.branches[2]) == ["移动人"]


def test_lists_are_ordered_filtered_and_searched(desk):
    branch = desk.county.organisation(desk.committee, "branch", f"中共测试县名单村支部委员会{uuid.uuid4().hex[:6]}", "名单村支部", 90)
    keeper = desk.keeper
    people = [("曾小凡", "male", "1980-03-04", 5), ("单田芳", "male", "1951", 2), ("张伟", "male", "1990-10", 1),
              ("赵小伟", "female", "1975-12-31", 3), ("阿依古丽·买买提", "female", "2001-01-01", 4)]
    for name, sex, born, place in people:
        person = desk.create(name, branch=branch, sex=sex, birth_date=born, roles=["talent"], education="大专" if place > 2 else "本科")
        keeper.command("POST", f"/v1/people/{person}/roles", {"role": "talent", "since": "2020-01-01", "place": place, "category": "乡土人才"})

    def names(query=""):
        return desk.names(query, organisation=branch)

    assert names() == ["阿依古丽·买买提", "单田芳", "曾小凡", "张伟", "赵小伟"]
    assert names("&order=place&role=talent") == ["张伟", "单田芳", "赵小伟", "阿依古丽·买买提", "曾小凡"]
    assert names("&text=%E5%B0%8F") == ["曾小凡", "赵小伟"]                 # 小
    assert names("&text=%E5%B0%8F%E4%BC%9F") == ["赵小伟"]                # 小伟
    assert names("&text=ZX") == ["曾小凡", "赵小伟"] and names("&text=std") == [] and names("&text=stf") == ["单田芳"]
    assert names("&text=%25") == [] and names("&text=_") == []
    assert names("&sex=female") == ["阿依古丽·买买提", "赵小伟"]
    assert names("&born_from=1980-03-05&born_until=1990-10-01") == ["张伟"]
    assert names("&born_until=1975-12-31") == ["单田芳", "赵小伟"]
    assert names("&education=%E6%9C%AC%E7%A7%91") == ["单田芳", "张伟"]
    assert names("&role=cadre") == []
    page = keeper.get(f"/v1/people?organisation={branch}&limit=2&offset=3").json
    assert [row["name"] for row in page["rows"]] == ["张伟", "赵小伟"] and page["total"] == 5
    assert keeper.get(f"/v1/people?organisation={branch}&limit=2&offset=300").json == {"rows": [], "total": 5}
    assert set(names()) <= set(desk.names("&role=talent")) and not set(names()) & set(desk.names(organisation=desk.county.branches[1]))
    assert "more" not in page and "next" not in page
    for query in ("", "&order=organisation", "&order=place&role=talent", "&text=%E5%B0%8F", "&text=z", "&sex=male", "&order=place"):
        whole = keeper.get(f"/v1/people?organisation={branch}{query}").json["rows"]
        assert whole and behind(keeper, f"/v1/people?organisation={branch}{query}", 1) == whole, query
        assert behind(keeper, f"/v1/people?organisation={branch}{query}", 2) == whole, query
    book = keeper.get(f"/v1/people/workbook?organisation={branch}&order=name")
    shared = "".join(zipfile.ZipFile(io.BytesIO(book.body)).read(name).decode() for name in
                     zipfile.ZipFile(io.BytesIO(book.body)).namelist() if name.endswith("xml"))
    assert all(name in shared for name, *_ in people)


def test_members_see_names_of_their_own_branch_only(desk):
    member = desk.county.enrol(desk.branch)[0]
    desk.create("某同志", mobile="13900001111", sex="male")
    rows = member.get(f"/v1/people?organisation={desk.branch}&limit=200").json["rows"]
    row = next(row for row in rows if row["name"] == "某同志")
    assert set(row) == {"person", "name", "organisation", "organisation_name", "roles"}
    assert member.get(f"/v1/people?organisation={desk.committee}").status == 404
    assert member.get(f"/v1/people?organisation={desk.county.branches[1]}").status == 404
    assert member.get("/v1/people").status == 400
    assert member.get(f"/v1/people/{row['person']}").status == 403


def test_others_people_are_not_there(desk):
    person = desk.create("此处人")
    other = desk.county.officer("committee_administrator", desk.county.committees[1])
    for method, road, body in [("GET", "", None), ("GET", "/history", None),
                               ("POST", "/facts", {"values": {"sex": "male"}, "origin": PAPER}),
                               ("POST", "/roles", {"role": "cadre", "since": "2024-01-01"}),
                               ("POST", "/disclosures", {"field": "mobile", "reason": "好奇"})]:
        assert other.send(method, f"/v1/people/{person}{road}", body).status == 404, road
        assert desk.keeper.send(method, f"/v1/people/{NOBODY}{road}", body).status == 404, road
    assert "此处人" not in desk.names(client=other, organisation=desk.county.committees[1])
    assert other.get(f"/v1/people?organisation={desk.committee}").status == 404
    assert other.get(f"/v1/people/contested?organisation={desk.committee}").status == 404
    assert other.get(f"/v1/people/workbook?organisation={desk.committee}").status == 404
    branch = desk.county.officer("branch_officer", desk.branch)
    assert branch.get(f"/v1/people/{person}").status == 200
    assert desk.county.officer("branch_officer", desk.county.branches[1]).get(f"/v1/people/{person}").status == 404


def test_found_by_private_values_without_any_in_an_address(desk):
    number, mobile = resident_id("19700303", 77), "13712349876"
    person = desk.create("陈可寻", resident_id=number, mobile=mobile)

    def find(client=None, organisation=None, **what):
        reply = (client or desk.keeper).send("POST", "/v1/people:find", {"organisation": organisation or desk.committee, **what})
        assert reply.status == 200, reply
        return [row["person"] for row in reply.json["rows"]]

    assert find(resident_id=number) == find(mobile=mobile) == [person] and person in find(mobile_tail="9876")
    assert find(organisation=desk.county.branches[1], resident_id=number) == []
    assert find(mobile_tail="0001") == []
    assert desk.keeper.send("POST", "/v1/people:find", {"organisation": desk.committee}).status == 422
    assert desk.keeper.send("POST", "/v1/people:find", {"organisation": desk.committee, "resident_id": "1" * 18}).status == 422
    other = desk.county.officer("committee_administrator", desk.county.committees[1])
    assert find(other, desk.county.committees[1], resident_id=number) == []
    assert other.send("POST", "/v1/people:find", {"organisation": desk.committee, "mobile": mobile}).status == 403
    desk.change(person, mobile="13712340000")
    assert find(mobile=mobile) == [] and person in find(mobile_tail="0000")


def test_what_a_file_shows_of_examinations_is_what_was_done(desk):
    from sitting import sit
    member = desk.county.enrol(desk.branch)[0]
    exam = desk.county.exam(organisation=desk.committee)
    sit(member, exam, right=["single", "truth"])
    eventually(lambda: desk.file(member.id)["exams"] == 1)
    eventually(lambda: desk.file(member.id)["points"] > 0)
    row = next(row for row in behind(desk.keeper, f"/v1/people?organisation={desk.branch}", 200) if row["person"] == member.id)
    assert row["exams"] == 1 and row["points"] == desk.file(member.id)["points"]
