"""A million people: their lists, a person and a level of the tree through the front, asked as a branch, a committee and the county, beside
the same statements by bare libpq without policies and evhttp's hello.  SPDX-License-Identifier: Apache-2.0"""
import csv
import os
import subprocess
import sys
import urllib.parse

import instance
import psycopg
from measure import Rounds, Span
from over_http import Harness, unit_pieces
from sitters import County, write_pieces

sys.path.insert(0, str(instance.ROOT / "tests" / "people"))
from asked import AT, LISTS, SIGHT, Asker, deep, people  # noqa: E402

ROLES = {"branch": "branch_officer", "committee": "committee_administrator", "county": "county_administrator"}
WIRE = {"role": ("member", "cadre", "talent", "village_officer"), "order": ("name", "organisation", "place")}
RATIO, BUFFERS = 1.3, 1000


def settings():
    """The instance's settings by name."""
    return dict(line.split("=", 1) for line in (instance.VAR / "settings").read_text(encoding="utf-8").splitlines() if "=" in line)


def load(count):
    """So many people into the branches of the demonstration county."""
    server = settings()["BAOTING_OWNER_DATABASE"].rpartition("@")[2]
    password = (instance.VAR / "keys" / "postgresql.password").read_text(encoding="ascii").strip()
    with psycopg.connect(f"postgresql://postgres:{password}@{server}", autocommit=True) as connection:
        connection.execute("set maintenance_work_mem = '512MB'")
        connection.execute(f"set people.count = {count}")
        connection.execute((instance.ROOT / "tests" / "people" / "people.sql").read_text(encoding="utf-8"))
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


class Asked:
    """Who asks: a role's account with a token, its organisation, and its reach."""

    def __init__(self, role, county, owner):
        with open(instance.VAR / "demo-accounts.csv", encoding="utf-8") as file:
            login = next(row["login"] for row in csv.DictReader(file) if row["role"] == ROLES[role])
        self.sitter = next(sitter for sitter in county.sitters if sitter.session.login == login)
        self.account, self.organisation, self.parent = owner.execute("""select g.account::text, g.organisation::text,
            coalesce(o.parent, o.id)::text from account_grant g join account a on a.id = g.account join organisation o on o.id = g.organisation
            where a.login = %s and g.role = %s and g.ended_at is null""", (login, ROLES[role])).fetchone()
        self.tops = "*" if role == "county" else "{%s}" % self.organisation


def things(asked, asker, owner):
    """What is measured: name, path, statement and its values."""
    def listed(**more):
        wire = {name: WIRE[name][value] if name in WIRE else value for name, value in more.items()}
        return ("/v1/people?" + urllib.parse.urlencode({"organisation": asked.organisation, "limit": 50, **wire}), "person_list",
                people(asked.account, asked.organisation, **more))
    for what, more in LISTS.items():
        yield f"list: {what}", *listed(**more)
    yield "list: deep", *listed(after=deep(asker, asked.organisation, asked.tops, "xue"))
    # the front knows whom it was told of: somebody of the demonstration county
    person, = owner.execute("""select p.id::text from person p join organisation o on o.id = p.organisation join organisation t on
        o.place between t.place and t.last where t.id = %s
        and exists (select from account a where a.id = p.id and a.login like 'm%%') limit 1""", (asked.organisation,)).fetchone()
    yield "a person", f"/v1/people/{person}", "person_show", (asked.account, AT, person, *SIGHT)
    yield "a level of the tree", f"/v1/organisations?parent={asked.parent}&limit=50", "organisation_list", (
        asked.account, AT, asked.parent, None, None, None, None, 50, 0)


def text_of(value):
    """A value as statement.c takes it."""
    return "-" if value is None else "{%s}" % ",".join(value) if isinstance(value, (list, tuple)) else str(value)


def bare(program, uri, name, values, seconds):
    """A statement by bare libpq: CPU seconds per 10⁵, its own and its backend's."""
    span, before = Span(postgresql=instance.pid("postgresql")), os.times()
    told = subprocess.run([program, uri, name, instance.VAR / "ids", str(seconds), *map(text_of, values)], capture_output=True, text=True,
                          check=True).stdout
    span.end()
    after = os.times()
    own = after.children_user + after.children_system - before.children_user - before.children_system
    return (own + span.used["postgresql"]) * 1e5 / int(told.split()[0].partition("=")[2])


def under_policies(asked, name):
    """Where the front's role asks with the caller's reach."""
    tops = "*" if name == "organisation_list" else asked.tops
    options = urllib.parse.quote(f"-c reach.actor={asked.account} -c reach.tops={tops}")
    return f"{settings()['BAOTING_FRONT_DATABASE']}?options={options}"


def measure(report, count, rounds_wanted, seconds):
    """All things as each role, in turn: front and PostgreSQL against the bare statement and hello, and what the policies alone cost."""
    os.environ["BAOTING_REQUESTS_PER_MINUTE"] = "1000000"  # each role is one account
    instance.fresh(demo=True)
    instance.run("stop", "roster", "points", "grading", "relay")
    load(count)
    county = County(9000)
    owner = psycopg.connect(os.environ["BAOTING_PG"], autocommit=True)
    whole = f"{os.environ['BAOTING_PG']}?options={urllib.parse.quote('-c reach.tops=*')}"  # what finds a page asks it of everybody
    asker, program = Asker(settings()["BAOTING_FRONT_DATABASE"]), instance.compiled("statement", "libpq")
    unit, file, front, database = instance.VAR / "unit-get", instance.VAR / "asked", instance.pid("front"), instance.pid("postgresql")
    write_pieces(unit, [unit_pieces("GET")])
    (instance.VAR / "ids").write_text("-\n", encoding="ascii")
    with instance.hello() as server:
        harness, hello = Harness(seconds), Rounds()
        for _ in range(rounds_wanted):
            harness.once(hello, server.port, unit, server.process.pid)
        for role in ROLES:
            asked = Asked(role, county, owner)
            county.do(asked.sitter.session.open())
            for what, path, name, values in things(asked, asker, owner):
                write_pieces(file, [county.get_pieces(asked.sitter, path)])
                query, locked = instance.ROOT / "sql" / "queries" / f"{name}.sql", under_policies(asked, name)
                rows, harness = Rounds(), Harness(seconds)
                for _ in range(rounds_wanted):
                    plain, through = bare(program, whole, query, values, seconds), Rounds()
                    own = harness.once(through, instance.PORT, file, front, ("PostgreSQL", database))
                    store = through.median("PostgreSQL CPU-s/10⁵")
                    rows.add(**{"bare": plain, "front": own, "PostgreSQL": store,
                                "CPU ratio": (own + store) / (plain + hello.median("CPU-s/10⁵")),
                                "policies alone": bare(program, locked, query, values, seconds) / plain})
                rows.add(buffers=asker.buffers(name, values, "*" if name == "organisation_list" else asked.tops)[0])
                report.say("people", f"{role}: {what}", rows, [("CPU ratio", "<", RATIO), ("buffers", "<", BUFFERS)])
                if harness.bad:
                    report.note("people", f"{role}: {what}: {harness.bad:.0f} of {harness.sent:.0f} requests without a good answer")
