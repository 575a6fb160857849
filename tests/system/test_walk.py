"""The permission walk: every declared route, by every role, about every place; fronts with one row widened, which it catches; and the
second lock alone, under statements that ask for everything.  SPDX-License-Identifier: Apache-2.0"""
import asyncio
import json
import os
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
from instance import CHECKOUT
from permission_table import CALLS, COLUMNS, LINES, PERSONS
from permission_walk import Walk, World, gaps, within
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


# The second lock: what PostgreSQL alone lets the front's role see, with no predicate of ours and nobody asked before.

GUARDED = {"account": "id", "member": "account", "attempt": "member", "sheet": "member", "refused_hand_in": "member",
           "key_change": "member", "points_ledger": "member", "points_tally": "member", "account_grant": "account", "person": "id",
           "person_fact": "person", "person_role": "person", "membership_fact": "person",
           "membership_version": "person", "membership_entry": "person", "case_file": "subject"}
# Guarded as well: rows that hang on one of these, or are the caller's own alone, or that not everybody of the walk has.
FOLLOWING = {"answer", "admission", "sheet_history", "extra_time", "person_index", "person_entry", "person_photograph", "case_step", "case_deadline",
             "case_task", "import", "import_row", "export", "audit.entry", "session.device", "session.session", "identity_binding", "api_client", "api_key"}
UNSEEN = "the front has no right here but by functions"
KNOWN = "known to all who sign in"
THINGS = "an examination's or a bank's, no person's; who may see it follows from the tree in both directions"
FLOW = "how messages went, by their ids, which are not to be guessed; what they held is sealed"
UNGUARDED = {
    "organisation": KNOWN, "organisation_fact": KNOWN, "organisation_version": KNOWN, "organisation_term": KNOWN,
    "organisation_rule": KNOWN, "office_fact": "who bears an office is known to all who sign in, as domain.md says",
    "tree_change": "that the tree has changed is known to all; whose place changed stands in membership_fact",
    "procedure_pack": KNOWN, "working_calendar": KNOWN, "points_rule": KNOWN, "board_setting": KNOWN,
    **dict.fromkeys(("bank", "question", "question_retirement", "exam", "paper_question", "paper_key", "key_proposal"), THINGS),
    "key_rotation": "how far keys have come, of nobody",
    **dict.fromkeys(("flow.inbox", "flow.parked", "flow.cursor", "flow.sight", "flow.process", "flow.migration"), FLOW),
    **dict.fromkeys(("flow.inbox_conflict", "flow.outbox", "flow.timer", "flow.relay", "audit.head", "credential", "credential_reset",
                     "second_factor", "recovery_code", "factor_removal", "person_sealed", "person_part", "session.refresh"), UNSEEN),
}
# The statements as the front embeds them, about anything at all: $3 and on, of the thing asked about.
STATEMENTS = {
    "exam_candidates": lambda thing: (thing.exam, thing.organisation, None, None, 500, 0),
    "exam_results": lambda thing: (thing.exam, thing.organisation, None, None, 500, 0),
    "refused_list": lambda thing: (thing.exam, 200, 0),
    "key_changes": lambda thing: (thing.exam, thing.proposal, 500, 0),
    "points_entries": lambda thing: (thing.organisation, None, None, None, None, None, None, 500, 0),
    "grant_list": lambda thing: (thing.organisation, None, None, None, None, 200, 0),
    "person_list": lambda thing: (thing.organisation, *[None] * 10, 5000, 0, None, ["name"], []),
    "person_show": lambda thing: (thing.member, ["name"], []),
    "case_list": lambda thing: (None, thing.organisation, None, None, None, None, 200, 0),
    "membership_entries": lambda thing: (thing.organisation, 200, 0),
    "audit_list": lambda thing: (thing.organisation, None, None, None, None, None, 200, 0, None),
}
# What stands in a statement for its predicate, and what it is without.
PREDICATES = {"case_list": ("select f.id from asked a join case_file f on f.opened_by = a.actor", "select f.id from case_file f")}


@pytest.fixture(scope="module")
def locked(instance):
    """Asks as the front's role does, in a transaction with a reach."""
    settings = dict(line.split("=", 1) for line in (instance.var / "settings").read_text().splitlines() if "=" in line)
    with psycopg.connect(settings["BAOTING_FRONT_DATABASE"], autocommit=True) as connection:
        def ask(text, values=(), actor="", tops="{}"):
            with connection.transaction():
                connection.execute("select set_config('reach.actor', %s, true), set_config('reach.tops', %s, true)", (actor, tops))
                return psycopg.RawCursor(connection).execute(text, values).fetchall()
        ask.connection = connection
        yield ask


def reach(world, column):
    """Actor and tops of a column; the county's are everybody's."""
    caller = world.callers[column]
    tops = "{}" if column not in PERSONS else "*" if caller.home == "county" else "{%s}" % world.orgs[caller.home].organisation
    return {"actor": caller.member, "tops": tops}


def statement(name):
    text, (sound, cut) = (CHECKOUT / "sql" / "queries" / f"{name}.sql").read_text(), PREDICATES.get(name, ("", ""))
    assert sound in text
    return text.replace(sound, cut) if sound else text


def shown(world, rows):
    text = json.dumps(rows, default=str)
    return {name for name, thing in world.orgs.items() if thing.login in text or thing.member in text}


def test_the_role_neither_owns_nor_bypasses(locked):
    assert locked("select rolbypassrls, rolsuper from pg_roles where rolname = current_user") == [(False, False)]
    owned = "select c.relname from pg_class c where pg_has_role(current_user, c.relowner, 'usage') and c.relkind in ('r', 'v')"
    assert locked(owned) == []
    open_to_all = """select relname from pg_class where relname = any ($1) and not relrowsecurity"""
    assert locked(open_to_all, (list(GUARDED),)) == []


def test_every_table_is_guarded_or_says_why_not(locked):
    """A new table stands nowhere here, and fails."""
    tables = """select case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname, c.relrowsecurity,
            has_any_column_privilege('baoting_front', c.oid, 'select') from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname in ('public', 'session', 'audit', 'flow')"""
    found = locked(tables)
    assert {name for name, guarded, _ in found if guarded} == set(GUARDED) | FOLLOWING
    assert {name for name, guarded, _ in found if not guarded} == set(UNGUARDED)
    assert [name for name, _, seen in found if seen and UNGUARDED.get(name) == UNSEEN] == []


@pytest.mark.parametrize("table", GUARDED)
def test_rows_within_reach_and_no_others(world, locked, table):
    everything = f"select distinct {GUARDED[table]}::text from {table} where {GUARDED[table]} is not null"
    for column in COLUMNS:
        rows = {one for one, in locked(everything, **reach(world, column))}
        home = COLUMNS[column][1]
        for name, thing in world.orgs.items():
            if name == "D" and home != "county":
                continue  # left, and no organisation's any more
            mine = column in PERSONS and within(name, home)
            assert (thing.member in rows) == mine, f"{column} and the person of {name}"
    assert locked(everything) == []  # who says nothing sees nobody
    assert {one for one, in locked(everything, tops="*")} >= {thing.member for thing in world.orgs.values()}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_without_its_predicate_is_refused_the_same(world, locked, name):
    """Nobody asked whether the caller may: his reach alone stands between him and the rows."""
    for column in COLUMNS:
        for target, thing in world.orgs.items():
            if target == "D":
                continue
            values = (world.callers[column].member, "2030-01-01T00:00:00Z", *STATEMENTS[name](thing))
            seen = shown(world, locked(statement(name), values, **reach(world, column)))
            may = {one for one in world.orgs if column in PERSONS and within(one, COLUMNS[column][1])}
            assert seen <= may, f"{column} sees {seen - may} of {target}"
            assert target in shown(world, locked(statement(name), values, tops="*"))  # it would show them


def test_a_member_sees_his_own_alone(world, locked):
    """Of statements whose `= a.actor` was taken away: of the county's examination, which all of them sat, one's own sheets."""
    exam = world.orgs["county"].exam
    for name, (sound, cut, more) in {
            "exam_result_me": ("on s.member = a.actor", "on s.member is not null", (exam, 100, 0)),
            "points_me": ("on l.member = a.actor", "on l.member is not null", (200, 0))}.items():
        text = statement(name).replace(sound, cut)
        assert text != statement(name)
        for thing in world.orgs.values():
            ask = lambda text, **reach: locked(text, (thing.member, "2030-01-01T00:00:00Z", *more), **reach)[0]  # noqa: B023, E731
            assert ask(text, actor=thing.member) == ask(statement(name), tops="*"), f"{name} of {thing.name}"
            assert ask(text, tops="*")[1] > ask(text, actor=thing.member)[1] > 0


# The walk comes after: it gives grants, by which more people are within reach.

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
    "the county's scope": ("organisation.def", "COMMAND(organisation_create,", ", COUNTY,", ", OWN,", "POST /v1/organisations"),
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
