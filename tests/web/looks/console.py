"""The console's pages, a row each.  SPDX-License-Identifier: Apache-2.0"""
from .replies import ident
from .rows import Client, Page

EXAM, BANK, PROPOSAL, MESSAGE = (ident(name, 0) for name in ("exam", "bank", "proposal", "message"))
EXAMINER, OPERATOR = "county_administrator", "operator"
FORM = {"empty": "a form is empty when it is new", "many": "it is one thing"}
NEW = {**FORM, "loading": "nothing is asked for before it is shown", "stale": "it shows nothing that could be old", "refused": "as it is sent: see the clients' tests",
       "offline": "as it is sent: see the clients' tests"}
ONE = {"empty": "it is one thing", "many": "it is one thing"}


def table(name, path, role=EXAMINER, **more):
    """A page that lists: every state."""
    return Page(name, path, role=role, **more)


def one(name, path, role=EXAMINER, **more):
    """A page about one thing."""
    return Page(name, path, role=role, without=ONE, **more)


def form(name, path, role=EXAMINER, **more):
    """A form for something new."""
    return Page(name, path, role=role, without=NEW, **more)


CLIENT = Client("console", sizes=((1440, 900), (390, 844), (1920, 1080)), pages=[
    Page("login", "/login", role=None, without={**dict.fromkeys(("empty", "loading", "stale", "longest", "many"), "it asks for nothing"),
                                               "refused": "as the phone's", "offline": "as the phone's"}),
    table("start", "/"),
    table("exams", "/exams"),
    form("exam.new", "/exams/new"),
    one("exam", f"/exams/{EXAM}"),
    one("exam.edit", f"/exams/{EXAM}/edit"),
    table("exam.progress", f"/exams/{EXAM}/progress"),
    table("exam.candidates", f"/exams/{EXAM}/candidates"),
    one("exam.extra", f"/exams/{EXAM}/candidates/m000001"),
    table("exam.results", f"/exams/{EXAM}/results"),
    table("exam.late", f"/exams/{EXAM}/late"),
    table("exam.paper", f"/exams/{EXAM}/questions"),
    one("exam.key", f"/exams/{EXAM}/questions/1"),
    table("exam.keys", f"/exams/{EXAM}/keys"),
    table("exam.proposal", f"/exams/{EXAM}/keys/{PROPOSAL}"),
    table("banks", "/banks"),
    form("bank.new", "/banks/new"),
    table("bank", f"/banks/{BANK}"),
    form("bank.import", f"/banks/{BANK}/import"),
    form("question.new", f"/banks/{BANK}/questions/new"),
    one("question", f"/banks/{BANK}/questions/1"),
    one("question.edit", f"/banks/{BANK}/questions/1/edit"),
    table("points.entries", "/points"),
    table("points.rules", "/points/rules"),
    one("points.board", "/points/board"),
    table("processes", "/processes", role=OPERATOR),
    table("lag", "/lag", role=OPERATOR),
    table("parked", "/parked", role=OPERATOR),
    one("parked.message", f"/parked/{MESSAGE}", role=OPERATOR),
])
