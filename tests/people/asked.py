"""What is asked of a county of very many people, and what PostgreSQL reads for it under the policies of rows.

SPDX-License-Identifier: Apache-2.0"""
import json
from pathlib import Path

import psycopg

QUERIES = Path(__file__).resolve().parents[2] / "sql" / "queries"
AT = "2030-01-01T00:00:00Z"
PLAIN = ["name", "sex", "birth_date", "ethnicity", "native_place", "education", "occupation", "worked_from", "joined_on", "regular_on",
         "exams", "points"]
MASKED = ["mobile", "address", "resident_id", "family"]
SIGHT = (PLAIN, MASKED)
# Of each list the parameters that differ from none; in people.sql every tenth is called 王, every tenth is 苗族.
LISTS = {
    "first": {}, "filter of many": {"ethnicity": "苗族"}, "filter of one": {"ethnicity": "珞巴族"}, "filter of none": {"ethnicity": "塔塔尔族"},
    "search of many": {"text": "王"}, "search of one": {"text": "独一无"}, "search of none": {"text": "龘"},
    "initials of many": {"text": "w"}, "initials of one": {"text": "dyw"}, "role of many": {"role": 0}, "role of few": {"role": 3},
    "by organisation": {"order": 1},
}
NAMES = ("role", "text", "sex", "ethnicity", "education", "born_from", "born_until", "joined_from", "joined_until", "order")


def people(actor, organisation, limit=50, offset=0, after=None, **asked):
    """The values of person_list."""
    return (actor, AT, organisation, *(asked.get(name) for name in NAMES), limit, offset, after, *SIGHT)


def statement(name):
    """A query's statement as the front prepares it."""
    return (QUERIES / f"{name}.sql").read_text()


class Asker:
    """A session of the front's role; each statement in a transaction that says its reach."""

    def __init__(self, uri):
        self.connection = psycopg.connect(uri, autocommit=True)

    def ask(self, name, values, tops, text=None):
        """The row that a statement gives."""
        with self.connection.transaction():
            self.connection.execute("select set_config('reach.actor', %s, true), set_config('reach.tops', %s, true)", (values[0], tops))
            return psycopg.RawCursor(self.connection).execute(text or statement(name), values).fetchone()

    def plan(self, name, values, tops):
        """Its plan as it ran."""
        return self.ask(name, values, tops, "explain (analyze, buffers, format json) " + statement(name))[0][0]["Plan"]

    def buffers(self, name, values, tops):
        """How many buffers it reads once the session has seen it before."""
        self.ask(name, values, tops)
        plan = self.plan(name, values, tops)
        return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], plan["Actual Total Time"]


def deep(asker, organisation, tops, where):
    """A person somewhere far behind in the list of an organisation: what a page behind is asked by."""
    found = asker.ask("", (organisation,), tops, f"""select p.id::text from person p join organisation t on t.id = $1::text::uuid
        join organisation o on o.place between t.place and t.last and o.id = p.organisation where p.name_key < '{where}'
        order by p.name_key desc, p.id limit 1""")
    return found[0]
