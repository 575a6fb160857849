"""Personal data: nowhere in the clear, mine to see and to take along, and who looked at it.  SPDX-License-Identifier: Apache-2.0"""
import re
from pathlib import Path

import pytest
from instance import eventually
from test_person import PAPER, SELF, Desk, resident_id

NUMBER, OTHER, MOBILE, SECOND = resident_id("19480217", 357), resident_id("19480217", 358), "18976340159", "18976340158"
PLACE = "只此一处的籍贯"


@pytest.fixture(scope="module")
def desk(county):
    return Desk(county)


@pytest.fixture(scope="module")
def planted(desk):
    """A member with an account whose number and mobile were entered, contested, refused, searched, exported and shown."""
    member = desk.county.enrol(desk.branch)[0]
    desk.change(member.id, resident_id=NUMBER, mobile=MOBILE, family="配偶符某，子女二人", native_place=PLACE)
    desk.change(member.id, origin=SELF, mobile=SECOND)
    desk.create("同号者", expect=409, resident_id=NUMBER)
    desk.keeper.send("POST", "/v1/people:find", {"organisation": desk.committee, "resident_id": NUMBER})
    desk.keeper.send("POST", "/v1/people", {"organisation": desk.branch, "values": {"name": "x", "mobile": MOBILE, "y": "z"},
                                            "origin": PAPER})
    desk.keeper.get(f"/v1/people/workbook?organisation={desk.branch}")
    assert desk.keeper.send("POST", f"/v1/people/{member.id}/disclosures",
                            {"field": "resident_id", "reason": "办理组织关系"}).json["value"] == NUMBER
    return member


def files(folder):
    for path in Path(folder).rglob("*"):
        if path.is_file() and not path.is_symlink():
            try:
                yield path, path.read_bytes()
            except OSError:
                continue  # gone meanwhile


def test_planted_values_stand_in_no_file_and_no_process(planted, instance, desk):
    planted.get("/v1/me/data")
    wanted = {text.encode() for text in (NUMBER, OTHER, MOBILE, SECOND, "配偶符某")} | \
        {text.encode("utf-16-le") for text in (NUMBER, MOBILE)}
    found = {str(path) for path, content in files(instance.var) for text in wanted if text in content}
    assert not found
    # What is not private was written by the same commands: the search reads what they wrote, WAL (the disclosure's commit was on
    # disk) and segments alike.
    seen = {path.relative_to(instance.var).parts[0] for path, content in files(instance.var) if PLACE.encode() in content}
    assert "postgresql" in seen
    assert any("kafka" in str(path) for path, content in files(instance.var) if planted.id.encode() in content)
    metrics = desk.keeper.get("/metrics").body
    assert not any(text in metrics for text in wanted)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(instance.var).encode() in words:
            assert not any(text in words for text in wanted), process


def test_the_search_for_planted_values_finds_what_is_planted(instance):
    """The search itself: a file that holds the number is found."""
    path = instance.var / "planted"
    path.write_text(f"x{NUMBER}y")
    try:
        assert any(NUMBER.encode() in content for _, content in files(instance.var))
    finally:
        path.unlink()


def test_i_see_everything_that_is_held_of_me(planted, desk):
    mine = planted.get("/v1/me/data").json
    assert {opened["field"]: opened["value"] for opened in mine["sealed"]} == {
        "resident_id": NUMBER, "mobile": MOBILE, "family": "配偶符某，子女二人"}
    tables = {}
    for row in mine["held"]:
        tables.setdefault(row["table"], []).append({column["column"]: column["value"] for column in row["columns"]})
    assert tables["account"][0]["login"] == planted.login[0] and tables["person"][0]["id"] == planted.id
    assert {fact["field"] for fact in tables["person_fact"]} >= {"name", "resident_id", "mobile", "birth_date", "family"}
    assert any(entry["action"] == "person_disclose" for entry in tables["audit.entry"])
    assert "phc" not in str(tables["credential"]) and "session.session" in tables
    other = desk.county.enrol(desk.branch)[0]
    assert planted.id not in str(other.get("/v1/me/data").json) and other.get("/v1/me/data").json["sealed"] == []


def test_my_own_file_has_every_field_and_opens_none(planted, desk):
    mine, kept = planted.get("/v1/me/file").json, desk.file(planted.id)
    values = {fact["field"]: (fact["value"], fact["masked"], fact["source"]) for fact in mine["facts"]}
    assert values["native_place"] == (PLACE, False, "paper_file") and values["birth_date"][0] == "1948-02-17"
    assert values["resident_id"] == (f"{NUMBER[:3]}{'*' * 11}{NUMBER[-4:]}", True, "paper_file")
    assert mine == kept, "an officer of the branch sees the same"
    assert mine["roles"][0]["role"] == "member"
    other = desk.county.enrol(desk.branch)[0]
    assert other.get("/v1/me/file").json["person"] == other.id
    assert desk.county.admin.get("/v1/me/file").status == 404, "who is no person has no file"


def test_what_fields_are_for_and_who_sees_them(planted):
    fields = {row["field"]: row for row in planted.get("/v1/people:fields").json["rows"]}
    assert {fact["field"] for fact in planted.get("/v1/me/file").json["facts"]} < set(fields)
    assert (fields["mobile"]["title_zh"], fields["mobile"]["purpose_zh"], fields["mobile"]["plain"]) == ("手机号码", "联络通知", [])
    assert re.fullmatch(fields["mobile"]["pattern"], MOBILE) and fields["mobile"]["most"] == 11 and fields["mobile"]["wrong_zh"]
    assert "pattern" not in fields["address"] and fields["address"]["most"] == 120 and "most" not in fields["points"]
    assert "branch_officer" in fields["mobile"]["masked"] and "member" in fields["name"]["plain"] and fields["points"]["purpose_zh"]


# A column that names a person, and why no row of its table is handed out by it.
NOT_MINE = {
    "account.id", "person.id",  # handed out by these themselves
    "session.refresh.session",  # digests of tokens: secrets
    "person_sealed.fact", "person_photograph.person",  # handed out opened
    "person_part.person",  # parts of the name, which is handed out
    "api_client.account", "api_key.account",  # programs, nobody's
}
NAMES_A_PERSON = re.compile(r"^(account|person|member|actor|subject|object)$|_(by|member|person|account)$")
OF_WHAT_I_DID = re.compile(r"_by$|^actor$")  # acts in office, which the audit trail hands out


def left_out(database):
    """Tables with a column that names a person, of which nothing is handed out."""
    body = database.execute("select prosrc from pg_proc where proname = 'held_of'").fetchone()[0]
    handed = set(re.findall(r"select '([a-z_.]+)'", body))
    columns = database.execute(
        "select case when table_schema = 'public' then table_name else table_schema || '.' || table_name end, column_name "
        "from information_schema.columns c join information_schema.tables t using (table_schema, table_name) "
        "where t.table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')").fetchall()
    return {table for table, column in columns if NAMES_A_PERSON.search(column) and not OF_WHAT_I_DID.search(column)
               and f"{table}.{column}" not in NOT_MINE} - handed - {"person_sealed"}


def test_every_table_that_names_a_person_is_handed_out(database):
    assert left_out(database) == set()
    database.execute("create table newcomer (id uuid, person uuid)")
    try:
        assert left_out(database) == {"newcomer"}
    finally:
        database.execute("drop table newcomer")


def test_i_see_who_looked(planted, desk):
    rows = planted.get("/v1/me/disclosures").json
    assert rows["total"] == 1 and rows["rows"][0]["field"] == "resident_id" and rows["rows"][0]["reason"] == "办理组织关系"
    keeper = desk.keeper.get("/v1/me").json
    assert (rows["rows"][0]["actor"], rows["rows"][0]["actor_name"]) == (keeper["account"], keeper["name"])
    eventually(lambda: desk.keeper.get("/v1/me/disclosures").json["total"] == 0)
