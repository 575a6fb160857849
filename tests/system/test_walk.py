"""The permission walk: every declared route, by every role, about every place; and fronts with one row widened, which it catches.
SPDX-License-Identifier: Apache-2.0"""
import asyncio
import json
import os
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from instance import CHECKOUT
from permission_table import CALLS, LINES
from permission_walk import Walk, World, gaps
from second import Second

BUILD = Path(os.environ.get("BUILD", CHECKOUT / "build"))


@pytest.fixture(scope="module")
def world(instance, admin, new_client, county):
    return World(instance, admin, new_client)


def test_every_route_has_its_line(witness):
    assert gaps(witness.document) == []


def test_a_route_without_a_line_is_found(witness):
    """And an id without one, a line without a route, a line for an id that is none."""
    def said(change):
        document = json.loads(json.dumps(witness.document))
        change(document["paths"])
        return gaps(document)
    assert said(lambda paths: paths.update({"/v1/secrets": {"get": {}}})) == ["GET /v1/secrets has no line"]
    assert said(lambda paths: paths.pop("/v1/lag")) == ["there is no GET /v1/lag"]
    more = {"name": "person", "in": "query", "schema": {"type": "string", "format": "uuid"}}
    assert said(lambda paths: paths["/v1/lag"]["get"].update(parameters=[more])) == ["GET /v1/lag has no line for ?person"]
    assert said(lambda paths: paths["/v1/banks"]["get"].update(parameters=[])) == ["GET /v1/banks takes no ?organisation"]


def test_the_table_holds(world, witness):
    began = time.monotonic()
    walk = Walk(world, witness=witness).all()
    took = time.monotonic() - began
    assert not walk.wrong, f"{len(walk.wrong)} of {walk.asked} cells:\n" + "\n".join(walk.wrong)
    assert walk.asked > 3000 and took < 60, f"{walk.asked} cells in {took:.0f} s"


def test_without_a_token(world, new_client):
    for route, (body, status) in CALLS.items():
        assert new_client().send(*route.split(" "), body).status == status
    walk = Walk(world)
    cells = {cell.line.name: cell for cell in walk.cells()}.values()
    world.callers, kept = {column: strip(caller) for column, caller in world.callers.items()}, world.callers
    try:
        asyncio.run(walk.run(cells))
    finally:
        world.callers = kept
    assert walk.asked == len(LINES) and len(walk.wrong) == len(LINES)
    assert all(": 401, not" in one for one in walk.wrong), [one for one in walk.wrong if ": 401, not" not in one]


def strip(caller):
    nobody = type(caller)(**vars(caller))
    nobody.token = "nothing"
    return nobody


# A row of the catalogue, what it says, and what it is widened to; and the routes at which that shows.
WIDENED = {
    "a role added to a query": ("exam.def", "QUERY_LIST(key_list,", "ROLE_county_administrator |",
                                "ROLE_branch_officer | ROLE_county_administrator |", "GET /v1/exams/{exam}/keys"),
    "a role added to a command": ("exam.def", "COMMAND(bank_create,", "ROLE_county_administrator |",
                                  "ROLE_branch_officer | ROLE_county_administrator |", "POST /v1/banks"),
    "the scope of a query": ("exam.def", "QUERY_LIST(exam_results,", ", WITHIN,", ", OWN,", "GET /v1/exams/{exam}/results"),
    "the scope of a command": ("exam.def", "COMMAND(exam_release,", ", WITHIN,", ", OWN,", "PUT /v1/exams/{exam}/release"),
    "the county's scope": ("roster.def", "COMMAND(organisation_create,", ", COUNTY,", ", OWN,", "POST /v1/organisations"),
    "a path that refers to nothing": ("points.def", "PATH(organisation, ID, REFERS(organisation), \"The organisation\")",
                                      "REFERS(organisation)", "ANY", "GET /v1/organisations/{organisation}/points"),
    "a query that refers to nothing": ("exam.def", "QUERY_LIST(exam_candidates,", "REFERS(part)", "ANY",
                                       "GET /v1/exams/{exam}/candidates"),
    "a body that refers to nothing": ("exam.def", "COMMAND(exam_extend,", "FIELD(member, ID, REFERS(account)",
                                      "FIELD(member, ID, ANY", "POST /v1/exams/{exam}/extra-time"),
    "a role that reads all": ("roles.def", "READS_ALL(auditor)", "auditor", "screen", "GET /v1/banks"),
}


def widen(folder, file, row, sound, wide):
    """A front whose catalogue differs in that row: its rows are data, so that one file is compiled and linked anew."""
    rows = folder / "topics" / "catalogue"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(CHECKOUT / "topics" / "catalogue", rows)
    before, found, after = (rows / file).read_text().partition(row)
    assert found, f"{file} has no {row}"
    changed = (row + after).replace(sound, wide, 1)
    assert changed != row + after
    (rows / file).write_text(before + changed)
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    words = shlex.split(next(one["command"] for one in commands if one["file"].endswith("/topics/catalogue.c")))
    words[words.index("-o") + 1] = str(folder / "catalogue.o")
    words.insert(words.index("-c"), f"-I{folder}")
    words = [word for word in words if not word.startswith("-I")] + [word for word in [f"-I{folder}", *words] if word.startswith("-I")]
    subprocess.run(words, cwd=BUILD, check=True, capture_output=True)
    link = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "front"], check=True, capture_output=True,
                          text=True).stdout.splitlines()[-1]
    words = [word for word in shlex.split(link) if word not in (":", "&&")]
    words[words.index("-o") + 1] = str(folder / "front")
    words.insert(words.index("-o"), str(folder / "catalogue.o"))
    subprocess.run(words, cwd=BUILD, check=True, capture_output=True)
    return folder / "front"


@pytest.mark.parametrize("what", WIDENED)
def test_a_widened_row_is_caught(world, instance, what):
    *change, route = WIDENED[what]
    front = Second(instance)
    front.program = widen(instance.var / "widened", *change)
    lines = [line for line in LINES if f"{line.method} {line.path}" == route]
    with front:
        walk = Walk(world, front.url).all(lines)
    assert any(one.startswith(route) for one in walk.wrong), f"{what} was not caught in {walk.asked} cells"
