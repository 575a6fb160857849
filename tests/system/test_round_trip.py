"""A county exported as workbooks and imported into an empty instance is the same county again.  SPDX-License-Identifier: Apache-2.0"""
import io
import os

import openpyxl
import pytest
from client import Client
from county import adopt
from instance import Instance
from test_import import Desk

ROLES = {"member": "members", "cadre": "cadres", "talent": "talents", "village_officer": "village_officers"}
NOT_BROUGHT = {"手机号码", "公民身份号码", "考试次数", "积分"}  # masked, or counted by the house
OWN = "经办"  # who brings the files, here and there


@pytest.fixture(scope="module")
def empty(instance, tmp_path_factory):
    made = Instance(os.environ.get("SYSTEM_NAME", "system") + "-round", int(instance.environment["PORT_BASE"]) + 50).up()
    yield made
    made.down()


def workbook(client, path):
    reply = client.get(path)
    assert reply.status == 200, reply
    return reply.body


def rows(file):
    """A workbook's rows by heading, what is not brought left out, in one order."""
    sheet = openpyxl.load_workbook(io.BytesIO(file)).active
    head, *body = sheet.iter_rows(values_only=True)
    named = [{name: cell for name, cell in zip(head, row) if name not in NOT_BROUGHT and cell is not None} for row in body]
    return sorted((sorted((name, str(cell)) for name, cell in row.items()) for row in named if not str(row.get("姓名", "")).startswith(OWN)))


def exported(client, top):
    people = {role: workbook(client, f"/v1/people/workbook?organisation={top}&role={role}&order=place") for role in ROLES}
    return workbook(client, "/v1/organisations:workbook"), people


class Keeper(Desk):
    """Two administrators of a county, who bring all of it."""

    def __init__(self, instance, admin, top, branch):
        self.committee = top
        made = admin.command("POST", "/v1/members", {
            "organisation": branch, "initial_password": "correct horse battery",
            "members": [{"login": f"keeper{n}", "name": f"{OWN}{n}", "ethnicity": "汉族", "birth_year": 1990, "joined_year": 2015}
                        for n in (1, 2)]})["result"]["members"]
        for account in made:
            admin.command("POST", "/v1/grants", {"account": account, "role": "county_administrator", "organisation": top})
        self.operator, self.confirmer = (Client(instance.url).log_in(f"keeper{n}", "correct horse battery") for n in (1, 2))

    def mapped(self, file, kind):
        """Brought with all columns that were guessed but those that are masked."""
        begun = self.upload(file, kind=kind, title=f"{kind}.xlsx", format="xlsx")
        columns = [each for each in begun["result"]["columns"] if "field" in each and each["heading"] not in NOT_BROUGHT]
        self.operator.command("PUT", f"/v1/imports/{begun['command']}/mapping", {"columns": columns})
        shown = self.until(begun["command"], "checked")
        self.confirm(self.present(begun["command"], shown))
        self.until(begun["command"], "applied", seconds=180)
        return self.fates(begun["command"])


def test_the_same_county_again(county, empty):
    keeper, paper = county.admin, {"source": "paper_file"}
    for n, role in enumerate(("cadre", "talent", "village_officer")):
        person = keeper.command("POST", "/v1/people", {
            "organisation": county.branches[n], "roles": [role], "origin": paper,
            "values": {"name": f"往返{role[:2]}", "sex": "female", "birth_date": "1985-03-12", "ethnicity": "苗族", "education": "大专"}})["command"]
        keeper.command("POST", f"/v1/people/{person}/roles", {"role": role, "since": "2020-05-06", "post": "副镇长", "rank": 7, "place": n + 1,
                                                              "category": "科级"})
    organisations, people = exported(keeper, county.root)
    admin = Client(empty.url).log_in(empty.env["BAOTING_ADMIN"], empty.env["BAOTING_ADMIN_PASSWORD"])
    top = next(row for row in keeper.get("/v1/organisations?limit=1").json["rows"])
    root = admin.command("POST", "/v1/organisations", {name: top[name] for name in ("kind", "name", "short_name", "ordinal")})["command"]
    adopt(admin, "import")
    lone = admin.command("POST", "/v1/organisations", {"parent": root, "kind": "branch", "name": f"{OWN}支部委员会", "short_name": f"{OWN}支部",
                                                       "ordinal": 999})["command"]
    desk = Keeper(empty, admin, root, lone)
    assert desk.mapped(organisations, "organisations")["same"] == 1
    for role, kind in ROLES.items():
        fates = desk.mapped(people[role], kind)
        assert set(fates) == {"entered"}, (role, fates)
    again_organisations, again_people = exported(admin, root)
    strip = lambda listed: [row for row in listed if not any(OWN in cell for _, cell in row)]  # noqa: E731
    trees = [[[cell for cell in row if cell[0] not in ("直接下级", "本级党员")] for row in strip(rows(each))] for each in (organisations, again_organisations)]
    assert trees[0] == trees[1]
    for role in ROLES:
        assert rows(people[role]) == rows(again_people[role]), role
    assert desk.mapped(people["cadre"], "cadres") == {"same": 1}
