"""Who may do what: written by hand from the permission matrix (domain O), never read from the catalogue. A route that has no
line here fails, and so does a line that has no route.  SPDX-License-Identifier: Apache-2.0

A line is a route and the id that carries what it is about: in its {path}, its ?query or its .body; everything else that it
names is of the caller's own place, so that only that id decides. Its cells say for each column what becomes of it where that
is of the column's own organisation, a sibling beside it, the parent above it, a child below it, a dissolved one that was below:

    +  allowed: the row comes, the command is applied        3  403, nothing happens        .  no such place
    0  allowed, and nothing of it is in what comes           4  404, as if it were not there
    ~  let through; the worker may still refuse it           2  422, as if there were no such thing
    w  let through, and the worker refuses it                x  refused, by whoever finds it out
    9  409, the state of things does not allow it         e  allowed, or 403 where there are more persons than leave at once

 `gone` is the cell of the dissolved one for whoever gets + or ~ of a child. What is not listed is refused with 403. A route that
is about no organisation has one cell a column."""
import json

from instance import CHECKOUT

# The columns: a role, and where it is held. All but M are members of a branch far away, and whoever held a role, EX, is nothing
# but that. Places: the county; committees A, B, C; branches A1, A2 of A, C1 of C; A1g, a group of A1; D, a branch of A that was dissolved.
COLUMNS = {
    "M": ("member", "A1"), "BR": ("branch_officer", "A1"), "PC": ("committee_administrator", "A"),
    "CO": ("county_administrator", "county"), "COL": ("county_administrator", "A"),  # L: held lower than it is meant to be
    "AU": ("auditor", "county"), "AUL": ("auditor", "A"), "SC": ("screen", "A"),
    "OP": ("operator", "county"), "OPL": ("operator", "A"), "SY": ("system_administrator", "county"),
    "SE": ("security_administrator", "county"), "AA": ("audit_administrator", "county"), "EX": ("committee_administrator", "A"),
}
RELATIONS = ("own", "sibling", "parent", "child", "dissolved")
PARENTS = {"county": None, "A": "county", "B": "county", "C": "county", "A1": "A", "A2": "A", "C1": "C", "A1g": "A1", "D": "A"}
NEAR = {"county": {"own": "county", "child": "A", "dissolved": "D"},
        "A": {"own": "A", "sibling": "B", "parent": "county", "child": "A1", "dissolved": "D"},
        "A1": {"own": "A1", "sibling": "A2", "parent": "A", "child": "A1g"}}

EVERYBODY = dict.fromkeys(COLUMNS, "++++")
ALL = dict.fromkeys(COLUMNS, "+")
ADMIN = {"PC": "+44+", "CO": "+..+", "COL": "+44+"}       # what an organisation's administrator does, addressed
LET = {"PC": "~44~", "CO": "~..~", "COL": "~44~"}         # the same, where a second time is refused
ADMIN_BODY = {"PC": "+33+", "CO": "+..+", "COL": "+33+"}  # the same, named in the body: organisations are known to all
AUDIT = {"AU": "+..+", "AUL": "+44+"}
READ = {**ADMIN, **AUDIT}
COUNTY, COUNTY_BODY = {"CO": "+"}, {"CO": "+..+"}
GIVERS = {"CO": "+..+", "SE": "+..+"}
# Examinations of one's own branch, committee and county; all but M are of a branch far away, so the county's alone.
MINE = {"M": "+0+0", **dict.fromkeys(("PC", "COL", "AUL", "SC", "OPL", "EX"), "00+0"), "BR": "0000",
        **dict.fromkeys(("CO", "AU", "OP", "SY", "SE", "AA"), "+..0")}
SIT = {column: cells.replace("0", "w") for column, cells in MINE.items()}
FOREIGN = {column: "4444" for column in COLUMNS}  # another's attempt or command, for anybody
NOTHING = {column: "0000" for column in COLUMNS}  # nothing of mine is there

EXAM = {"title": "#", "opens_at": "^-3600", "closes_at": "^86400", "minutes": 30, "grace_seconds": 0, "attempts": 50,
        "counted": "highest", "multiple": "all_or_nothing", "penalty": 0, "release": "all_at_once",
        "sections": [{"bank": "@home.bank", "kind": "truth", "draw": 1, "marks": 2}]}
QUESTION = {"kind": "truth", "title": "", "topic": "核", "stem": "#", "options": [], "rights": [], "key": {"truth": False},
            "explanation": "", "source": ""}
WHY, BASIS = {"reason": "逐格核查"}, {"legal_basis": "测试县委〔2026〕1号"}
ANSWER = {"writer": 1, "seq": 1, "answer": {"truth": False}}

PICTURE = (CHECKOUT / "tests" / "cases" / "golden" / "my_photograph_set.full.v1" / "body").read_bytes()
ROSTER = "姓名,党组织\n核查员,核查支部\n".encode()

LINES = []


def crowded(cells):
    """Of the whole county there may be more persons than leave at once."""
    return {column: "e" + those[1:] if COLUMNS[column][1] == "county" and those[0] == "+" else those for column, those in cells.items()}


class Line:
    """A route with the id that carries what it is about, and what each column gets."""

    def __init__(self, route, carrier, cells, shows=None, note="", path=None, query=None, body=None, media=None, gone=None):
        self.method, self.path = route.split(" ")
        self.gone = gone
        self.carrier, self.cells, self.shows, self.note = carrier, cells, shows, note
        self.ids = {"exam": "@exam", "bank": "@bank", "organisation": "@organisation", "number": "1", "question": "1",
                    "board": "members", "message": "?", "proposal": "@proposal", "submission": "@refused",
                    "attempt": "@mine", "command": "@attempt", "grant": "@grant", "matter": "@matter", "import": "@batch", "export": "@export",
                    "procedure": "member-correction", **(path or {})}
        self.query, self.body, self.media = query or {}, body, media

    @property
    def name(self):
        return f"{self.method} {self.path}" + (f" {self.carrier}" if self.carrier else "") + (f" ({self.note})" if self.note else "")


def line(*words, **more):
    LINES.append(Line(*words, **more))


# 2.2 organisations: all know the tree; the county's administrator changes it
line("POST /v1/organisations", ".parent", COUNTY_BODY, gone="x", body={"parent": "@organisation", "kind": "group", "name": "#",
                                                                       "short_name": "#", "ordinal": 9})
line("GET /v1/organisations", "?parent", EVERYBODY, query={"parent": "@organisation"})
line("GET /v1/organisations:workbook", "?parent", EVERYBODY, query={"parent": "@organisation"})
line("GET /v1/organisations/{organisation}", "{organisation}", EVERYBODY, "organisation", gone="+")
ONE = "/v1/organisations/{organisation}"
TODAY, NEVER = {"effective": "^today", "document": "核组〔2026〕1号"}, {"effective": "1950-01-01", "document": "核组〔1950〕1号"}
NAMES = {"name": "#", "short_name": "#"}
line(f"POST {ONE}/names", "{organisation}", COUNTY_BODY, body={**TODAY, **NAMES})
line(f"POST {ONE}/adjustments", "{organisation}", COUNTY_BODY, body={**TODAY, "telephone": "0898-83660000"})
# what would take the county apart is asked of a day when nothing stood: the worker says so to whom it is let through
COUNTY_NEVER = {"CO": "w..w"}
line(f"POST {ONE}/moves", "{organisation}", COUNTY_NEVER, body={**NEVER, "parent": "@home.organisation"})
line(f"POST {ONE}/moves", ".parent", COUNTY_NEVER, path={"organisation": "@home.organisation"}, body={**NEVER, "parent": "@organisation"})
SPLIT = {**NEVER, **NAMES, "kind": "group", "ordinal": 1}
line(f"POST {ONE}/splits", "{organisation}", COUNTY_NEVER, body=SPLIT)
line(f"POST {ONE}/splits", ".organisations[]", COUNTY_NEVER, path={"organisation": "@home.organisation"},
     body={**SPLIT, "organisations": ["@organisation"]})
line(f"POST {ONE}/splits", ".members[]", COUNTY_NEVER, path={"organisation": "@home.organisation"}, body={**SPLIT, "members": ["@member"]})
line(f"POST {ONE}/mergers", "{organisation}", COUNTY_NEVER, body={**NEVER, "into": "@home.organisation"})
line(f"POST {ONE}/mergers", ".into", COUNTY_NEVER, path={"organisation": "@home.organisation"}, body={**NEVER, "into": "@organisation"})
line(f"POST {ONE}/dissolutions", "{organisation}", COUNTY_NEVER, body=NEVER)
line(f"POST {ONE}/members", "{organisation}", COUNTY_NEVER, body={**NEVER, "members": ["@home.member"]})
line(f"POST {ONE}/members", ".members[]", COUNTY_NEVER, path={"organisation": "@home.organisation"}, body={**NEVER, "members": ["@member"]})
LEFT = {**NEVER, "standing": "left"}
line(f"POST {ONE}/releases", "{organisation}", COUNTY_NEVER, body={**LEFT, "members": ["@home.member"]})
line(f"POST {ONE}/releases", ".members[]", COUNTY_NEVER, path={"organisation": "@home.organisation"}, body={**LEFT, "members": ["@member"]})
line(f"GET {ONE}/changes", "{organisation}", {**READ, "BR": "+44+"}, "organisation", gone="+")
# who bears an office is known to all; posts and terms are given by who administers the organisation
BEFORE = {"PC": "w44w", "CO": "w..w", "COL": "w44w"}
for what, body in (("officers", {"member": "@home.member", "post": "secretary"}),
                   ("vacancies", {"member": "@home.member", "post": "secretary"}), ("terms", {"years": 3})):
    line(f"POST {ONE}/{what}", "{organisation}", BEFORE, body={**NEVER, **body})
    if "member" in body:
        line(f"POST {ONE}/{what}", ".member", BEFORE, path={"organisation": "@home.organisation"}, body={**NEVER, **body, "member": "@member"})
line(f"GET {ONE}/officers", "{organisation}", EVERYBODY)
line(f"GET {ONE}/officers/workbook", "{organisation}", crowded(EVERYBODY))
line("POST /v1/organisations:rules", "", {"CO": "w"}, body={
    "rule": "walked", "version": 99999, "effective_from": "2026-01-01", "title": "#", "measure": "members", "kinds": [], "clause": "核查"})
line("GET /v1/organisations:rules", "", ALL)
line("GET /v1/organisations:ledger", "", {"CO": "+", "AU": "+", "AA": "+"})
# 2.4 members
line("POST /v1/members", ".organisation", COUNTY_BODY, gone="x", body={
    "organisation": "@organisation", "initial_password": "longenough",
    "members": [{"login": "#login", "name": "新员", "ethnicity": "汉族", "birth_year": 1990, "joined_year": 2015}]})
# who one is
line("GET /v1/me", "", ALL)
line("GET /v1/devices", "", ALL)
line("GET /v1/identities", "", ALL)
NOBODYS, WRONG = dict.fromkeys(COLUMNS, "4"), dict.fromkeys(COLUMNS, "2")  # another's is not there; nothing of mine is changed
line("POST /v1/devices/{device}/closing", "{device}", NOBODYS, path={"device": "?"}, body={})
line("POST /v1/identities/{identity}/closing", "{identity}", NOBODYS, path={"identity": "?"}, body={})
line("POST /v1/identities", "", WRONG, body={"ticket": "x" * 40})
line("POST /v1/me/password", "", WRONG, body={"old_password": "not this one", "new_password": "a fresh one 2026"})
line("POST /v1/me/factor", "", WRONG, body={"password": "not this one"})
line("POST /v1/me/factor/confirmation", "", dict.fromkeys(COLUMNS, "9"), body={"code": "123456"})
# a first password anew, by who administers; a second factor taken away, by the two administrators of accounts
line("POST /v1/accounts/{account}/password", "{account}", {**LET, "BR": "~44~", "SE": "~..~"}, path={"account": "@member"},
     body={"password": "a fresh one 2026", **WHY})
line("POST /v1/accounts/{account}/factor/removal", "{account}", {"SE": "w..w", "SY": "w..w"}, path={"account": "@member"}, body=WHY)
# programs of others: the county's and the system's administrators
CLIENTS = {"CO": "4", "SY": "4"}
line("POST /v1/clients", ".organisation", {"CO": "+..+", "SY": "+..+"}, gone="+", body={
    "name": "#", "scopes": ["exams_read"], "organisation": "@organisation", "expires_at": "^86400"})
line("GET /v1/clients", "", {"CO": "+", "SY": "+", "AU": "+"})
line("POST /v1/clients/{client}/rotation", "{client}", CLIENTS, path={"client": "?"}, body={})
line("POST /v1/clients/{client}/closing", "{client}", CLIENTS, path={"client": "?"}, body={})
# grants: the three administrators are separate; who gives, who audits
TERM = {"from": "^term", "until": "^term_end", "role": "screen"}
line("POST /v1/grants", ".organisation", GIVERS, gone="x", body={"account": "@home.member", "organisation": "@organisation", **TERM})
line("POST /v1/grants", ".account", GIVERS, body={"account": "@member", "organisation": "@home.organisation", **TERM})
line("POST /v1/grants/{grant}/end", "{grant}", GIVERS, path={"grant": "*grant"}, body=WHY)
SEEN = {**READ, "SE": "+..+", "AA": "+..+"}
line("GET /v1/grants", "?organisation", SEEN, "grant", query={"organisation": "@organisation", "limit": 200})
line("GET /v1/grants", "?account", {**{column: cells.replace("4", "0") for column, cells in SEEN.items()}}, "grant",
     query={"organisation": "@home.organisation", "account": "@member", "limit": 200})
line("GET /v1/grants/workbook", "?organisation", crowded(SEEN), query={"organisation": "@organisation"})
line("GET /v1/grants/workbook", "?account", {column: cells.replace("4", "+") for column, cells in SEEN.items()},
     query={"organisation": "@home.organisation", "account": "@member"})  # of another's place: an empty file
# procedures are known to all and adopted by the county; a case is moved by whom its pack says, among those whose organisations it
# is of; it is seen by them, by whom it is about and by who opened it
PACKS = CHECKOUT / "sql"
line("GET /v1/procedures", "", ALL)
line("GET /v1/procedures/{procedure}", "", ALL)
line("GET /v1/procedures:calendar", "", ALL)
line("POST /v1/procedures", "", {"CO": "~"}, body={"pack": json.loads((PACKS / "packs/correction.json").read_text())})
line("POST /v1/procedures:calendar", "", {"CO": "~"}, body={"calendar": json.loads((PACKS / "calendars/2026.json").read_text())})
CORRECT = {"procedure": "member-correction", "move": "submit", "given": {"facts": [], "papers": []}}
OPENERS = dict.fromkeys(COLUMNS, "wwww")  # everybody is a member, and nobody opens this of another
line("POST /v1/cases", ".organisation", OPENERS, body={**CORRECT, "organisation": "@organisation", "subject": "@home.member"})
line("POST /v1/cases", ".subject", OPENERS, body={**CORRECT, "organisation": "@home.organisation", "subject": "@member"})
MOVERS = {**dict.fromkeys(COLUMNS, "4444"), "M": "w44w", "BR": "w44w", "PC": "w44w", "CO": "w..w", "COL": "w44w",
          "SE": "w..w"}  # a security administrator moves grants; of others the worker says that they are not there
line("POST /v1/cases/{matter}/moves", "{matter}", MOVERS, body={"version": 9999, "move": "no-such-move", "given": {}})
CASES = {**dict.fromkeys(COLUMNS, "4444"), **READ, "BR": "+44+"}  # the three administrators of the system see none that does not ask them
line("GET /v1/cases/{matter}", "{matter}", CASES, "matter")
line("GET /v1/cases/{matter}/file", "{matter}", CASES)
line("GET /v1/cases", "", {column: cells.replace("4", "0") for column, cells in CASES.items()}, "matter", query={"limit": 200})
line("GET /v1/cases/workbook", "", crowded(ALL), note="those that one sees")
line("GET /v1/cases", "?organisation", {column: cells.replace("4", "0") for column, cells in CASES.items()}, "matter",
     query={"organisation": "@organisation", "limit": 200})
line("GET /v1/cases/workbook", "?organisation", crowded(EVERYBODY), query={"organisation": "@organisation"})  # of others: an empty file
line("GET /v1/cases:tasks", "", ALL)
# 8 imports: who administers an organisation brings its files; a second one confirms them through a case; auditors read
FILE = {"kind": "members", "format": "csv", "title": "核查.csv"}
line("POST /v1/imports", "?organisation", ADMIN, gone="x", query={"organisation": "@organisation", **FILE}, body=ROSTER, media="text/csv")
line("PUT /v1/imports/{import}/mapping", "{import}", ADMIN, body={"columns": [{"column": 1, "field": "name"},
                                                                              {"column": 2, "field": "organisation"}]})
line("PUT /v1/imports/{import}/rows/{row}/decision", "{import}", LET, path={"row": "9"}, body={"decision": "leave"})
line("GET /v1/imports", "?organisation", READ, "batch", query={"organisation": "@organisation", "limit": 200})
line("GET /v1/imports/{import}", "{import}", READ, "batch")
line("GET /v1/imports/{import}/rows", "{import}", READ)
line("GET /v1/imports/{import}/faults", "{import}", READ)
line("GET /v1/imports/{import}/errors", "{import}", {column: cells.replace("+", "3") for column, cells in READ.items()})  # the operator's alone
# 8, 9 more persons than leave at once: who administers an organisation asks and another approves; a file comes to whoever asked
line("POST /v1/exports", ".organisation", ADMIN_BODY, gone="x", body={
    "organisation": "@organisation", "target": "=/v1/people/workbook?organisation=@organisation", "purpose": "逐格核查"})
line("GET /v1/exports", "?organisation", READ, "export", query={"organisation": "@organisation", "limit": 200})
line("GET /v1/exports/{export}", "{export}", READ, "export")
line("GET /v1/cases:tasks", "?matter", {**NOTHING, "BR": "+000"}, "matter", query={"matter": "@matter", "limit": 200})  # whose branch confirms
# 4.2 banks and drafts: whoever administers the organisation, or all of it
line("POST /v1/banks", ".organisation", ADMIN_BODY, gone="x", body={"organisation": "@organisation", "name": "#"})
line("GET /v1/banks", "?organisation", READ, "bank", query={"organisation": "@organisation", "limit": 200})
line("POST /v1/questions:import", "?bank", ADMIN, query={"bank": "@bank", "format": "csv", "preview": "true"},
     body="number,kind,topic,stem,options,key,marks,explanation,source\n,truth,核,#,,错,2,无,无\n".encode(), media="text/csv")
line("POST /v1/banks/{bank}/questions/{number}/retirement", "{bank}", ADMIN, path={"bank": "*bank"},
     body={"retired": True, **WHY})
line("POST /v1/banks/{bank}/questions", "{bank}", ADMIN, body={"text": QUESTION})
line("PUT /v1/banks/{bank}/questions/{number}", "{bank}", ADMIN, path={"bank": "*bank"}, body={"version": 1, "text": QUESTION})
line("GET /v1/banks/{bank}/questions", "{bank}", READ, "stem", gone="+")
line("GET /v1/banks/{bank}/questions/{number}", "{bank}", READ, "stem")
line("GET /v1/banks/{bank}/topics", "{bank}", READ)
line("POST /v1/exams", ".organisation", ADMIN_BODY, gone="x", body={"organisation": "@organisation", **EXAM})
line("POST /v1/exams", ".audience[]", ADMIN_BODY, body={"organisation": "@home.organisation", "audience": ["@organisation"], **EXAM})
# a bank's id is no more than a name while a draft is written; nothing of it is seen by that (below), and none is drawn from it
DRAWN = {"PC": "++++", "CO": "+..+", "COL": "++++"}
AT = [{"bank": "@bank", "kind": "truth", "draw": 1, "marks": 2}]
line("POST /v1/exams", ".sections[].bank", DRAWN, body={**EXAM, "organisation": "@home.organisation", "sections": AT})
line("PUT /v1/exams/{exam}", "{exam}", ADMIN, path={"exam": "*draft"}, body=EXAM)
line("PUT /v1/exams/{exam}", ".audience[]", ADMIN_BODY, path={"exam": "*home.draft"}, body={"audience": ["@organisation"], **EXAM})
line("PUT /v1/exams/{exam}", ".sections[].bank", DRAWN, path={"exam": "*home.draft"}, body={**EXAM, "sections": AT})
NO_DRAFT = {"BR": "4444", "SC": "4444"}  # they see examinations, and no draft
BANKS = {"PC": "+0++", "CO": "+..+", "COL": "+0++", "AU": "+..+", "AUL": "+0++"}  # banks of those above may be drawn from
line("GET /v1/exams/{exam}", "", {**BANKS, **NO_DRAFT}, "bank_name", note="whose bank it draws from", path={"exam": "@drawing"})
line("GET /v1/exams/{exam}/preview", "", BANKS, "stem", note="whose bank it draws from", path={"exam": "@drawing"})
line("POST /v1/exams/{exam}/publication", "", {"PC": "+w++", "CO": "+..+", "COL": "+w++"}, note="whose bank it draws from",
     path={"exam": "*drawing"})
line("POST /v1/exams/{exam}/discard", "{exam}", ADMIN, path={"exam": "*draft"})
line("POST /v1/exams/{exam}/publication", "{exam}", ADMIN, path={"exam": "*draft"})
line("GET /v1/exams/{exam}", "{exam}", {**READ, **NO_DRAFT}, "draft", note="a draft", path={"exam": "@draft"})
line("GET /v1/exams/{exam}/preview", "{exam}", READ, "stem", path={"exam": "@draft"})
# an examination is known to who administers it and, where its members sit it, to those below; a branch's officers and the
# hall's screen see that it is there and how it goes
AROUND = {**READ, "PC": "+4++", "COL": "+4++", "AUL": "+4++", "BR": "+4++", "SC": "+4++"}
line("GET /v1/exams/{exam}", "{exam}", AROUND, "exam")
OFFICE = {**READ, "BR": "+44+"}
WATCH = {**OFFICE, "SC": "+44+"}
line("GET /v1/organisations/{organisation}/exams", "{organisation}", WATCH, "exam", query={"limit": 200})
line("GET /v1/organisations/{organisation}/exams", "{organisation}", {**WATCH, "BR": "0440", "SC": "0440"}, "draft",
     note="drafts", query={"limit": 200})
line(f"GET {ONE}/warnings", "{organisation}", OFFICE, query={"limit": 200})
line(f"GET {ONE}/movements", "{organisation}", OFFICE, "member", query={"limit": 200})
line(f"GET {ONE}/movements/workbook", "{organisation}", crowded(OFFICE))
line("PUT /v1/exams/{exam}/release", "{exam}", LET, body={"release": "all_at_once", **WHY})
line("POST /v1/exams/{exam}/extra-time", "{exam}", LET, body={"member": "@member", "minutes": 1, **WHY})
# a member who is not in one's organisations is not there
line("POST /v1/exams/{exam}/extra-time", ".member", LET, path={"exam": "@home.exam"},
     body={"member": "@member", "minutes": 1, **WHY})
line("POST /v1/exams/{exam}/closing", "{exam}", LET, body={"closes_at": "^90000", "minutes": 0, **WHY})
line("GET /v1/exams/{exam}/questions", "{exam}", READ, "stem", gone="+")
KEY = {"key": {"truth": True}, **WHY}
line("POST /v1/exams/{exam}/questions/{question}/keys", "{exam}", ADMIN, body=KEY)
line("POST /v1/exams/{exam}/keys/{proposal}/adoption", "{exam}", ADMIN, path={"proposal": "*proposal"}, body=WHY)
line("POST /v1/exams/{exam}/keys/{proposal}/adoption", "{proposal}", {"PC": "+www", "CO": "+..w", "COL": "+www"},
     path={"exam": "@home.exam", "proposal": "*proposal"}, body=WHY)
line("GET /v1/exams/{exam}/keys", "{exam}", READ, "proposal", gone="+")
line("GET /v1/exams/{exam}/keys/{proposal}/changes", "{exam}", READ, "member")
OTHERS = {"PC": "+000", "CO": "+..0", "COL": "+000", "AU": "+..0", "AUL": "+000"}
line("GET /v1/exams/{exam}/keys/{proposal}/changes", "{proposal}", OTHERS, "member", path={"exam": "@home.exam"})
# members by name: a branch's officers those of the branch, committees and county those below
line("GET /v1/exams/{exam}/candidates", "{exam}", OFFICE, "member", query={"limit": 500})
line("GET /v1/exams/{exam}/candidates", "?org", OFFICE, "member", path={"exam": "@county.exam"},
     query={"org": "@organisation", "limit": 500})
line("GET /v1/exams/{exam}/results", "{exam}", OFFICE, "member", query={"limit": 500})
line("GET /v1/exams/{exam}/results", "?org", OFFICE, "member", path={"exam": "@county.exam"},
     query={"org": "@organisation", "limit": 500})
line("GET /v1/exams/{exam}/results.xlsx", "{exam}", OFFICE, "login")
line("GET /v1/exams/{exam}/results.xlsx", "?org", OFFICE, "login", path={"exam": "@county.exam"}, query={"org": "@organisation"})
line("GET /v1/exams/{exam}/progress", "{exam}", WATCH, "organisation")
line("GET /v1/exams/{exam}/progress", "?org", WATCH, "organisation", path={"exam": "@county.exam"}, query={"org": "@organisation"})
line("GET /v1/exams/{exam}/pulse", "{exam}", WATCH)
line("GET /v1/exams/{exam}/pulse", "?org", WATCH, path={"exam": "@county.exam"}, query={"org": "@organisation"})
line("GET /v1/exams/{exam}/refused-submissions", "{exam}", READ, "refused")
ADMIT = "POST /v1/exams/{exam}/refused-submissions/{submission}/admission"
for route in (ADMIT, ADMIT + "/confirmation"):
    line(route, "{exam}", LET, body=WHY)
    line(route, "{submission}", {"PC": "~www", "CO": "~..w", "COL": "~www"}, path={"exam": "@home.exam"}, body=WHY)
# a member's own: examinations that concern him, his attempts, sheets and points, and nobody else's
LISTED = {**MINE, "BR": "+00+", "PC": "+0++", "COL": "+0++", "AUL": "+0++", "SC": "+0++", "CO": "+..+", "AU": "+..+"}
line("GET /v1/exams", "", LISTED, "exam", query={"limit": 200})  # and those that one's role may see
line("GET /v1/me/exams", "", MINE, "exam", query={"limit": 200})
line("POST /v1/exams/{exam}/attempts", "{exam}", SIT)
line("GET /v1/exams/{exam}/attempts/{attempt}", "{exam}", {
    **dict.fromkeys(COLUMNS, "4444"), **dict.fromkeys(("PC", "COL", "AUL", "SC", "OPL", "EX"), "44+4"),
    **dict.fromkeys(("CO", "AU", "OP", "SY", "SE", "AA"), "+..4")}, note="the attempt is of the county's")
line("GET /v1/exams/{exam}/attempts/{attempt}", "{attempt}", FOREIGN, path={"attempt": "@attempt"})
line("PUT /v1/exams/{exam}/attempts/{attempt}/answers/{question}", "{exam}", {
    **dict.fromkeys(COLUMNS, "wwww"), **dict.fromkeys(("PC", "COL", "AUL", "SC", "OPL", "EX"), "ww~w"),
    **dict.fromkeys(("CO", "AU", "OP", "SY", "SE", "AA"), "~..w")}, body=ANSWER)
line("PUT /v1/exams/{exam}/attempts/{attempt}/answers/{question}", "{attempt}", FOREIGN, path={"attempt": "@attempt"}, body=ANSWER)
line("POST /v1/exams/{exam}/submissions", "{exam}", dict.fromkeys(COLUMNS, "~~~~"),
     body={"attempt": "@mine", "writer": 1, "answers": []})
line("POST /v1/exams/{exam}/submissions", ".attempt", FOREIGN, body={"attempt": "@attempt", "writer": 1, "answers": []})
line("GET /v1/exams/{exam}/results/me", "{exam}", NOTHING, "attempt")
line("GET /v1/exams/{exam}/results/me/{number}", "{exam}", NOTHING, "stem")
line("GET /v1/me/wrong-answers", "?exam", NOTHING, "stem", query={"exam": "@exam"})
line("GET /v1/points/me", "", ALL)
line("GET /v1/points/me/summary", "", ALL)
# 6 points: the ledger to whoever administers, rules to the county, boards to all while they are switched on
line("GET /v1/organisations/{organisation}/points", "{organisation}", READ, "member", query={"limit": 500})
LEDGER = {"PC": "+00+", "CO": "+..+", "COL": "+00+", "AU": "+..+", "AUL": "+00+"}
line("GET /v1/organisations/{organisation}/points", "?member", LEDGER, "member", path={"organisation": "@home.organisation"},
     query={"member": "@member", "limit": 500})
line("GET /v1/organisations/{organisation}/points", "?exam", {**LEDGER, "PC": "+0++", "COL": "+0++", "AUL": "+0++"}, "exam",
     path={"organisation": "@home.organisation"}, query={"exam": "@exam", "limit": 500})
line("POST /v1/points/rules", "", {"CO": "~"}, body={
    "rule": "walked", "title": "#", "version": 99999, "effective_from": "^0", "basis": "fixed", "amount": 1, "daily_cap": 1, **BASIS})
line("GET /v1/points/rules", "", dict.fromkeys(("PC", "CO", "COL", "AU", "AUL"), "+"))
line("PUT /v1/boards/{board}", "", COUNTY, body={"open": True, "names": True, **BASIS})
line("GET /v1/boards/{board}", "", {"CO": "+", "AU": "+"})
for board in ("members", "members/me", "members/stream", "organisations"):
    line(f"GET /v1/leaderboards/{board}", "?org", EVERYBODY, query={"org": "@organisation"})
# people: kept by the officers of their own place; a member sees the names of the own branch; what is one's own is asked without an id
KEEP = {"BR": "+44+", **ADMIN}
KEPT, DENIED = {**KEEP, **AUDIT}, {column: cells.replace("+", "w") for column, cells in KEEP.items()}
DECIDED = {column: cells.replace("+", "w") for column, cells in ADMIN.items()}
PERSON, WHOSE, PAPER = "/v1/people/{person}", {"person": "@member"}, {"origin": {"source": "paper_file"}}
line("POST /v1/people", ".organisation", {column: cells.replace("+", "w") for column, cells in ADMIN_BODY.items()}, gone="x",
     body={"organisation": "@organisation", "values": {}, **PAPER})
line(f"GET {PERSON}", "{person}", KEPT, "member", path=WHOSE)
line(f"GET {PERSON}/history", "{person}", KEPT, path=WHOSE)
line(f"POST {PERSON}/facts", "{person}", KEEP, path=WHOSE, body={"values": {"occupation": "核查"}, **PAPER})
line(f"POST {PERSON}/facts/{{fact}}/decision", "{person}", DECIDED, path={**WHOSE, "fact": "?"}, body={"accept": True, **WHY})
line(f"POST {PERSON}/facts/{{fact}}/decision", "{fact}", {column: cells.replace("4", "w") for column, cells in DECIDED.items()},
     path={"person": "@home.member", "fact": "?"}, body={"accept": True, **WHY})
line(f"POST {PERSON}/roles", "{person}", ADMIN, path=WHOSE, body={"role": "talent", "since": "2026-01-01"})
line(f"POST {PERSON}/roles/{{role}}/end", "{person}", DECIDED, path={**WHOSE, "role": "cadre"}, body={"until": "2026-01-01", **WHY})
line(f"POST {PERSON}/entries", "{person}", DENIED, path=WHOSE,
     body={"kind": "post", "title": "核查", "since": "2026-01-02", "until": "2026-01-01", **PAPER})
line(f"POST {PERSON}/entries/{{entry}}/withdrawal", "{person}", DENIED, path={**WHOSE, "entry": "?"}, body=WHY)
line(f"POST {PERSON}/entries/{{entry}}/withdrawal", "{entry}", {column: cells.replace("4", "w") for column, cells in DENIED.items()},
     path={"person": "@home.member", "entry": "?"}, body=WHY)
line(f"POST {PERSON}/disclosures", "{person}", {column: cells.replace("+", "4") for column, cells in KEEP.items()}, path=WHOSE,
     body={"field": "mobile", **WHY})  # a member of the walk has none
# a photograph: brought and withdrawn of somebody new each time, so that the walk's own members keep theirs
ONCE, SHOWN = {"person": "*pictured"}, {"BR": "+444", "PC": "+444", "CO": "+..4", "COL": "+444", "AU": "+..4", "AUL": "+444"}
line(f"PUT {PERSON}/photograph", "{person}", KEEP, path=ONCE, query={"source": "paper_file"}, body=PICTURE, media="image/png")
line(f"POST {PERSON}/photograph/withdrawal", "{person}", KEEP, path=ONCE, body=WHY)
line(f"GET {PERSON}/photograph", "{person}", KEPT, path=WHOSE)
line(f"GET {PERSON}/photograph", "?fact", SHOWN, gone="4", path={"person": "@home.member"}, query={"fact": "@photograph"})
line("PUT /v1/me/photograph", "", ALL, body=PICTURE, media="image/png")
line("POST /v1/me/photograph/withdrawal", "", dict.fromkeys(COLUMNS, "~"), body={})  # whether one was brought before or not
line("GET /v1/me/photograph", "", ALL)
line("GET /v1/me/photograph", "?fact", FOREIGN, query={"fact": "@photograph"})
LISTED = {**{column: "4444" for column in COLUMNS}, **KEPT, "M": "+44+"}
line("GET /v1/people", "?organisation", LISTED, query={"organisation": "@organisation"})
line("GET /v1/people", "?after", LISTED, gone="4", query={"organisation": "@home.organisation", "after": "@member"})
line("GET /v1/people/workbook", "?organisation", KEPT, query={"organisation": "@organisation", "role": "talent"})
line("GET /v1/people/contested", "?organisation", KEPT, query={"organisation": "@organisation"})
line("GET /v1/people/contested/workbook", "?organisation", KEPT, query={"organisation": "@organisation"})
line("POST /v1/people:find", ".organisation", {column: cells.replace("4", "3") for column, cells in KEEP.items()},
     body={"organisation": "@organisation", "mobile_tail": "0000"})
# the export by which a workbook comes: another's is not there, for whoever may have the workbook at all
OWN_PLACE = {"organisation": "@home.organisation"}
line("GET /v1/people/workbook", "?export", {column: "4444" for column in KEPT}, query={"export": "@export", **OWN_PLACE})
line("GET /v1/people/contested/workbook", "?export", {column: "4444" for column in KEPT}, query={"export": "@export", **OWN_PLACE})
line("GET /v1/grants/workbook", "?export", {column: "4444" for column in SEEN}, query={"export": "@export", **OWN_PLACE})
line("GET /v1/cases/workbook", "?export", FOREIGN, query={"export": "@export", **OWN_PLACE})
line(f"GET {ONE}/officers/workbook", "?export", FOREIGN, path=OWN_PLACE, query={"export": "@export"})
line(f"GET {ONE}/movements/workbook", "?export", {column: "4444" for column in OFFICE}, path=OWN_PLACE, query={"export": "@export"})
line("GET /v1/exams/{exam}/results.xlsx", "?export", {column: "4444" for column in OFFICE}, path={"exam": "@home.exam"}, query={"export": "@export"})
line("GET /v1/me/data", "", ALL)
line("GET /v1/me/file", "", ALL)
line("GET /v1/people:fields", "", ALL)
line("GET /v1/me/disclosures", "", ALL)
line("GET /v1/audit", "?organisation", {"PC": "+44+", "AA": "+..+", **AUDIT}, query={"organisation": "@organisation"})
line("GET /v1/audit/workbook", "?organisation", {"PC": "+44+", "AA": "+..+", **AUDIT}, query={"organisation": "@organisation"})
line("GET /v1/audit", "?after", {"PC": "4444", "AA": "4..4", "AU": "4..4", "AUL": "4444"},
     query={"organisation": "@home.organisation", "after": "?"})
for whom in ("actor", "object"):
    line("GET /v1/audit", f"?{whom}", {"PC": "++++", "AA": "+..+", "AU": "+..+", "AUL": "++++"},
         query={"organisation": "@home.organisation", whom: "@member"})
    line("GET /v1/audit/workbook", f"?{whom}", {"PC": "++++", "AA": "+..+", "AU": "+..+", "AUL": "++++"},
         query={"organisation": "@home.organisation", whom: "@member"})
# operation: no personal data, and nobody but operators and who audits
OPERATE = {"OP": "+", "AU": "+"}
line("POST /v1/parked/{message}/replays", "{message}", {"OP": "w"}, body=WHY)
line("GET /v1/parked", "", OPERATE)
line("GET /v1/parked/{message}", "{message}", {"OP": "4", "AU": "4"})
line("GET /v1/processes", "", OPERATE)
line("POST /v1/keys/rotations", "", {"OP": "+"}, body=WHY)
line("GET /v1/keys/rotations", "", OPERATE)
line("GET /v1/lag", "", OPERATE)
line("GET /v1/commands/{command}", "{command}", FOREIGN)

# Nobody is signed in: what the call answers to whoever sends nonsense.
CALLS = {"POST /v1/sessions": ({"login": "nobody", "password": "not this one"}, 401),
         "POST /v1/sessions:refresh": ({"refresh_token": "x" * 40}, 401),
         "POST /v1/sessions:close": ({"refresh_token": "x" * 40}, 204),  # nobody learns whether a token was good
         "POST /v1/sessions:close_all": ({}, 401),  # who is signed in ends his own sessions: test_identity.py
         "POST /v1/sessions:second": ({"ticket": "x" * 40, "code": "123456"}, 401),
         "POST /v1/sessions:wechat": ({"code": "", "app": "mini"}, 422), "POST /v1/sessions:dingtalk": ({"code": ""}, 422)}
# Ids that carry nothing of themselves: what they name beside the examination is of it, or there is no such thing.
FREE = set()

# Whose names and log-in names a column may see at all, whatever it asks: of its own organisation and below.
PERSONS = {"BR", "PC", "CO", "COL", "AU", "AUL"}
OF_THE_BRANCH = "/v1/people"  # where a member sees the names of the own branch
# Routes where anybody's name may stand: boards that are switched on. And those on which the county's administrators of accounts
# see who holds what, and who did what.
BOARDS, ACCOUNTS = "/v1/leaderboards/", {"/v1/grants": {"SE", "AA"}, "/v1/grants/workbook": {"SE", "AA"},
                                         "/v1/audit": {"AA"}, "/v1/audit/workbook": {"AA"}}
