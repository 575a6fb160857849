"""Lists at very many people: what PostgreSQL reads for them under the policies of rows, and that pages behind each other are all of it.

SPDX-License-Identifier: Apache-2.0"""
import hashlib
import os
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg
import pytest
from instance import CHECKOUT

sys.path.insert(0, str(CHECKOUT / "tests" / "people"))
from asked import AT, LISTS, SIGHT, Asker, deep, people  # noqa: E402

PEOPLE, MOST = 100_000, 1000
BUILD = Path(os.environ.get("BUILD", CHECKOUT / "build"))


def known(word):
    """The ids of tree.sql and people.sql."""
    return str(uuid.UUID(hashlib.md5(word.encode()).hexdigest()))


ACTOR = known("person1")
ROLES = {"branch": (known("branch8"), "{%s}" % known("branch8")), "committee": (known("committee9"), "{%s}" % known("committee9")),
         "county": (known("county"), "*")}


# What the loader wrote at once is what the triggers would have written.
DIFFER = """select count(*) from ((select id, unnest(name_parts(name)) from person except select person, part from person_part)
    union all (select person, part from person_part except select id, unnest(name_parts(name)) from person)) d"""


@pytest.fixture(scope="module")
def asker(instance):
    """The front's role in a database of its own with so many people."""
    settings = dict(line.split("=", 1) for line in (instance.var / "settings").read_text().splitlines() if "=" in line)
    server = settings["BAOTING_OWNER_DATABASE"].rpartition("/")[0]
    password = (instance.var / "keys" / "postgresql.password").read_text().strip()
    superuser = f"postgresql://postgres:{password}@{server.rpartition('@')[2]}"
    with psycopg.connect(f"{superuser}/postgres", autocommit=True) as connection:
        connection.execute("drop database if exists people")
        connection.execute("create database people owner baoting")
    subprocess.run([BUILD / "schema", "migrate"], env={**os.environ, "BAOTING_OWNER_DATABASE": f"{server}/people"}, check=True,
                   capture_output=True)
    with psycopg.connect(f"{superuser}/people", autocommit=True) as connection:
        connection.execute((CHECKOUT / "tests" / "people" / "tree.sql").read_text())
        connection.execute(f"set people.count = {PEOPLE}")
        connection.execute((CHECKOUT / "tests" / "people" / "people.sql").read_text())
        connection.execute("vacuum analyze")
        assert connection.execute(DIFFER).fetchone()[0] == 0
    return Asker(settings["BAOTING_FRONT_DATABASE"].rpartition("/")[0] + "/people")


@pytest.mark.parametrize("what", LISTS)
@pytest.mark.parametrize("role", ROLES)
def test_a_list_reads_little(asker, role, what):
    organisation, tops = ROLES[role]
    values = people(ACTOR, organisation, **LISTS[what])
    buffers, _ = asker.buffers("person_list", values, tops)
    assert buffers <= MOST
    rows, total, after, more = asker.ask("person_list", values, tops)
    if role == "county":
        assert len(rows) == (1 if "of one" in what else 0 if "of none" in what else 50)
        assert total == (total if not more else 1_000 if "text" in LISTS[what] else 10_000) and (more or what != "first")
        assert (after is None) == (len(rows) < 50)


@pytest.mark.parametrize("role", ROLES)
def test_a_deep_page_a_person_and_a_level_of_the_tree_read_little(asker, role):
    organisation, tops = ROLES[role]
    after = deep(asker, organisation, tops, "xue")
    assert asker.buffers("person_list", people(ACTOR, organisation, after=after), tops)[0] <= MOST
    assert asker.buffers("person_show", (ACTOR, AT, after, *SIGHT), tops)[0] <= MOST
    assert asker.buffers("organisation_list", (ACTOR, AT, organisation, None, None, None, None, 50, 0), "*")[0] <= MOST


@pytest.mark.parametrize("role", ["committee", "county"])
def test_pages_behind_each_other_are_the_whole_list(asker, role):
    """Of all people called 王: every one, once, in their order."""
    organisation, tops = ROLES[role]
    seen, after = [], None
    while True:
        rows, total, after, _ = asker.ask("person_list", people(ACTOR, organisation, text="王", limit=200, after=after), tops)
        seen += [row["person"] for row in rows]
        if after is None:
            break
    everyone = asker.ask("", (organisation,), tops, """
        select array_agg(p.id::text order by p.name_key, p.id) from person p where p.name like '%王%'
            and p.organisation in (select id from organisations_below($1::text::uuid))""")[0]
    assert seen == everyone and total == min(len(seen), 1_000) > 200


@pytest.mark.parametrize("role", ("branch", "committee"))
def test_what_is_counted_is_within_reach(asker, role):
    """The owner's function looks through no more than the caller may, whatever the statement asks for."""
    organisation, tops = ROLES[role]
    own, wide = (asker.ask("person_list", people(ACTOR, one, ethnicity="苗族"), tops) for one in (organisation, ROLES["county"][0]))
    assert own[1] > 0 and own == wide
    assert asker.ask("person_list", people(ACTOR, ROLES["county"][0]), "{}")[1] == 0


TRAIL = """insert into audit.entry (chain, number, at, actor, action, object, organisation, digest, hash)
    select 'roster', n, '2026-01-01'::timestamptz + n / 3 * interval '1 ms', p.id, case n % 5 when 0 then 'person_create' else 'person_change' end,
        p.id, p.organisation, '', sha256(int4send(n::integer)) from (select row_number() over (order by id) as n, id, organisation from person) p (n, id, organisation)
    where n <= 100000"""
ASKED = {"all": {}, "an action": {"action": "person_create"}, "a day": {"until": "2026-01-01T00:00:20+00:00"}, "nothing": {"action": "no"}}


@pytest.fixture(scope="module")
def trail(asker, instance):
    """As many entries of the audit trail, a person each."""
    settings = dict(line.split("=", 1) for line in (instance.var / "settings").read_text().splitlines() if "=" in line)
    with psycopg.connect(settings["BAOTING_OWNER_DATABASE"].rpartition("/")[0] + "/people", autocommit=True) as connection:
        connection.execute(TRAIL)
        connection.execute("vacuum analyze audit.entry")

    def asked(organisation, after=None, actor=None, object=None, action=None, until=None):
        return (ACTOR, AT, organisation, actor, object, action, None, until, 50, 0, after)
    return asked


@pytest.mark.parametrize("what", ASKED)
@pytest.mark.parametrize("role", ROLES)
def test_the_trail_reads_little(asker, trail, role, what):
    organisation, tops = ROLES[role]
    rows, total, after, more = asker.ask("audit_list", trail(organisation, **ASKED[what]), tops)
    assert len(rows) == min(50, total) and (after is None) == (total <= 50) and total == (0 if what == "nothing" else total)
    assert asker.buffers("audit_list", trail(organisation, **ASKED[what]), tops)[0] <= MOST
    if after:
        assert asker.buffers("audit_list", trail(organisation, after, **ASKED[what]), tops)[0] <= MOST
        assert asker.ask("audit_list", trail(organisation, after, **ASKED[what]), tops)[0][0]["at"] <= rows[-1]["at"]
