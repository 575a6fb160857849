"""A new key of the ring: everything is sealed anew under it, interrupted or not, and then the old one can be taken out.
SPDX-License-Identifier: Apache-2.0"""
import os
import secrets

import pytest
from county import adopt
from instance import eventually
from test_import import Desk as ImportDesk, csv
from test_person import SELF, Desk, resident_id
from test_photograph import bring, jpeg, shown

NUMBER, MOBILE = resident_id("19550505", 55), "18912340055"


@pytest.fixture(scope="module")
def desk(county):
    return Desk(county)


@pytest.fixture
def operator(county):
    return county.officer("operator", county.root)


def turn(instance, text, *clients):
    """The key file's lines from now on, for all who seal or open."""
    path = instance.var / "keys" / "seal.key"
    path.write_text(text)
    os.chmod(path, 0o600)
    instance.run("stop", "front", "roster", "grading", "points", "import")
    instance.run("start", "roster", "grading", "points", "import", "front")
    for client in clients:
        client.close()


def test_all_is_sealed_anew_and_the_old_key_goes(desk, instance, database, operator):
    person = desk.county.enrol(desk.branch)[0].id
    desk.change(person, resident_id=NUMBER, mobile=MOBILE)
    desk.change(person, origin=SELF, mobile="18912340056")
    bring(desk.keeper, jpeg(), person)
    bring(desk.county.enrol(desk.branch)[0], jpeg(pixels=b"another"))
    old = (instance.var / "keys" / "seal.key").read_text()
    kids = lambda: {row[0] for row in database.execute(
        "select split_part(sealed, '|', 2) from person_sealed union select split_part(sealed, '|', 2) from person_photograph")}  # noqa: E731
    before = kids()
    assert len(before) == 1
    adopt(desk.county.admin, "import")
    imports = ImportDesk(desk.county)
    batch, checked = imports.check(csv([imports.row("换钥途中", born="1977-07-07"), imports.row("换钥待改", born="1977-07-07", mobile="12")]))
    staged = lambda: {row[0] for row in database.execute(  # noqa: E731
        "select distinct split_part(cells, '|', 2) from import_row where cells is not null")}
    assert before <= staged()
    new = secrets.token_hex(32) + "\n"
    turn(instance, new + old, desk.keeper, operator)
    find = lambda **what: [row["person"] for row in desk.keeper.send(  # noqa: E731
        "POST", "/v1/people:find", {"organisation": desk.committee, **what}).json["rows"]]
    disclose = lambda field: desk.keeper.send("POST", f"/v1/people/{person}/disclosures",  # noqa: E731
                                              {"field": field, "reason": "换钥核对"}).json["value"]
    assert shown(desk.keeper, person) == jpeg()
    assert find(resident_id=NUMBER) == [person] and disclose("mobile") == MOBILE  # by the old key, as long as it is there
    assert desk.create("换钥同号", expect=409, resident_id=NUMBER)
    assert operator.send("POST", "/v1/keys/rotations", {}).status == 422
    with instance.held("roster"):
        rotation = operator.command("POST", "/v1/keys/rotations", {"reason": "年度换钥"}, wait=0, expect=202)["command"]
        again = {"method": "POST", "target": "/v1/keys/rotations", "body": {"reason": "又换一次"}, "key": "while-one-is-under-way"}
        operator.command(**again, wait=0, expect=202)
    assert operator.command(**again, expect=409)["type"].endswith("conflict")
    instance.run("kill", "roster")  # amid it, or just before or behind
    row = eventually(lambda: next((row for row in operator.get("/v1/keys/rotations").json["rows"]
                                   if row["rotation"] == rotation and row["part"] == "done"), None), 60)
    assert row["sealed"] >= 5 and row["unreadable"] == 0 and "finished_at" in row
    assert kids() == staged() == {row["key"]} and row["key"] not in before
    turn(instance, new, desk.keeper, operator)
    eventually(lambda: desk.keeper.get("/v1/me").status == 200)
    assert find(resident_id=NUMBER) == find(mobile=MOBILE) == [person] and person in find(mobile_tail="0055")
    assert shown(desk.keeper, person) == jpeg()
    assert disclose("resident_id") == NUMBER and disclose("mobile") == MOBILE
    imports.confirm(imports.present(batch, checked))  # what was under way goes on without the old key
    imports.until(batch, "applied")
    assert imports.fates(batch) == {"entered": 1, "bad": 1} and imports.person("换钥途中")
    assert desk.create("换钥又同号", expect=409, resident_id=NUMBER)
    assert desk.keeper.get("/v1/me").json["name"]
    turn(instance, new + old, desk.keeper, operator)  # what Kafka still holds of before, other tests may send again
