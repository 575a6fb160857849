"""Walks the table of permissions: a small county with something in each organisation, an account for each column, and every line
asked about every organisation near it.  SPDX-License-Identifier: Apache-2.0"""
import asyncio
import io
import json
import re
import sys
import threading
import uuid
import zipfile
from itertools import count
from types import SimpleNamespace
from urllib.parse import urlencode

import psycopg
from county import stamp
from instance import CHECKOUT, eventually
from permission_table import (
    ACCOUNTS, BOARDS, CALLS, COLUMNS, FILE, FREE, LINES, NEAR, OF_THE_BRANCH, PARENTS, PERSONS, PICTURE, RELATIONS, ROSTER,
)
from sitting import hand_in, start

sys.path.insert(0, str(CHECKOUT / "ops" / "demo"))
from http_client import Client as Http, Declined  # noqa: E402

KINDS = {None: "county_committee", "county": "committee", "A": "branch", "C": "branch", "A1": "group"}
NOWHERE = "00000000-0000-4000-8000-00000000000f"
CSV = "number,kind,topic,stem,options,key,marks,explanation,source\n1,truth,核,{stem},,错,2,无,无\n"
CONNECTIONS, LATE_MS = 96, 32 * 60000


def within(place, top):
    while place and place != top:
        place = PARENTS[place]
    return place == top


class World:
    """The county: of each organisation a person who sat its examination and the county's, a bank, a draft, a proposed key, a
    late hand-in and a grant; every one with words of its own."""

    def __init__(self, instance, admin, new_client):
        self.instance, self.admin, self.new_client = instance, admin, new_client
        self.password, self.unique, self.terms = "correct horse battery", count(1), count(1)
        self.mark, self.one_by_one = uuid.uuid4().hex[:6], threading.Lock()
        self.near, self.parents = {home: dict(near) for home, near in NEAR.items()}, dict(PARENTS)
        self.orgs = {}
        self.adopt()
        for name, parent in PARENTS.items():
            self.orgs[name] = self.settle(name, parent)
        for thing in self.orgs.values():  # in time, and late
            late = [(thing, thing), *([(thing, self.orgs["county"])] if thing.name != "county" else [])]
            thing.begun = start(thing.client, thing.exam)
            for who, where in late:
                sheet = start(who.client, where.exam)
                hand_in(who.client, where.exam, sheet, [{"question": 1, "seq": 1, "answer": {"truth": False}}])
        self.hand_in_late()
        for name in NEAR:
            for other in self.orgs.values():
                other.drawing[name] = self.draft(self.orgs[name].organisation, other.bank)
        self.dissolve(self.orgs["D"])
        self.callers = {column: self.cast(column, *held) for column, held in COLUMNS.items()}

    def word(self):
        return f"{self.mark}{next(self.unique):05d}"

    def command(self, method, target, body, **more):
        return self.admin.command(method, target, body, **more)

    def settle(self, name, parent):
        """An organisation and what is its own."""
        word = self.word()
        made = SimpleNamespace(name=name, drawing={}, login=f"w{word}", bank_name=f"题库{word}", stem=f"题干{word}", title=f"考试{word}")
        made.organisation = self.organisation(name, parent, word)
        made.member, made.client = self.enrol(made.login, made.organisation, f"人{word}")
        made.photograph, made.pictured = self.picture(made.client), made.member
        made.bank = self.bank(made.organisation, made.bank_name, made.stem)
        made.draft = self.draft(made.organisation, made.bank)
        made.batch = self.command("POST", f"/v1/imports?{urlencode({'organisation': made.organisation, **FILE})}", ROSTER,
                                  headers={"Content-Type": "text/csv"})["command"]
        made.export = self.command("POST", "/v1/exports", {
            "organisation": made.organisation, "target": f"/v1/people/workbook?organisation={made.organisation}", "purpose": "核查"})["command"]
        made.exam = self.draft(made.organisation, made.bank, title=made.title)
        self.command("POST", f"/v1/exams/{made.exam}/publication", {})
        eventually(lambda: any(row["exam"] == made.exam for row in made.client.get("/v1/exams?limit=200").json["rows"]))
        made.grant, made.matter = self.grant(made), self.case(made)
        return made

    def adopt(self):
        """The pack and the days by which a member asks for a correction; they may stand already."""
        for line in LINES:
            if line.method == "POST" and line.path.startswith("/v1/procedures"):
                key = {"Idempotency-Key": str(uuid.uuid4()), "Prefer": "wait=20"}
                assert self.admin.send("POST", line.path, line.body, key).status in (200, 409)

    def case(self, thing):
        """Its member asks for a correction of his own record."""
        scan = {"paper": "evidence-scan", "digest": "ab" * 32}
        facts = [{"fact": "field", "value": {"code": "education"}}, {"fact": "value", "value": {"private": "大学本科"}}]
        return thing.client.command("POST", "/v1/cases", {
            "procedure": "member-correction", "organisation": thing.organisation, "subject": thing.member, "move": "submit",
            "given": {"facts": facts, "papers": [scan]}})["command"]

    def organisation(self, name, parent, word):
        if parent is None:
            roots = [row for row in self.admin.get("/v1/organisations?limit=1").json["rows"] if "parent" not in row]
            if roots:
                return roots[0]["organisation"]
        return self.command("POST", "/v1/organisations", {
            "kind": KINDS[parent], "name": f"中共核查县{word}组织", "short_name": f"组{word}", "ordinal": 1,
            **({"parent": self.orgs[parent].organisation} if parent else {})})["command"]

    def enrol(self, login, organisation, name):
        member = self.command("POST", "/v1/members", {
            "organisation": organisation, "initial_password": self.password,
            "members": [{"login": login, "name": name, "ethnicity": "汉族", "birth_year": 1990, "joined_year": 2015}]},
        )["result"]["members"][0]
        return member, self.new_client().log_in(login, self.password)

    def picture(self, client, target="/v1/me/photograph"):
        """A photograph, brought; its id."""
        return client.command("PUT", target, PICTURE, headers={"Content-Type": "image/png"})["command"]

    def bank(self, organisation, name, stem):
        bank = self.command("POST", "/v1/banks", {"organisation": organisation, "name": name})["command"]
        self.command("POST", f"/v1/questions:import?bank={bank}&format=csv", CSV.format(stem=stem).encode(),
                     headers={"Content-Type": "text/csv"})
        return bank

    def draft(self, organisation, bank, **more):
        now = self.instance.now()
        return self.command("POST", "/v1/exams", {
            "organisation": organisation, "title": f"草稿{self.word()}", "opens_at": stamp(now - 3600000),
            "closes_at": stamp(now + 86400000), "minutes": 30, "grace_seconds": 0, "attempts": 50, "counted": "latest",
            "multiple": "all_or_nothing", "penalty": 0, "release": "all_at_once",
            "sections": [{"bank": bank, "kind": "truth", "draw": 1, "marks": 2}], **more})["command"]

    def today(self):
        """The day in Shanghai."""
        return stamp(self.instance.now() + 8 * 3600000)[:10]

    def dissolve(self, thing):
        """Its member leaves, then it is dissolved."""
        of = f"/v1/organisations/{thing.organisation}"
        decided = {"effective": self.today(), "document": "核组〔2026〕9号"}
        self.command("POST", f"{of}/releases", {**decided, "standing": "left", "members": [thing.member]})
        self.command("POST", f"{of}/dissolutions", decided)

    def term(self):
        """A term far away that no other grant has."""
        begins = self.instance.now() + next(self.terms) * 7200000
        return stamp(begins), stamp(begins + 3600000)

    def grant(self, thing):
        begins, ends = self.term()
        return self.command("POST", "/v1/grants", {"account": thing.member, "role": "screen", "organisation": thing.organisation,
                                                   "from": begins, "until": ends})["command"]

    def proposal(self, thing):
        return self.command("POST", f"/v1/exams/{thing.exam}/questions/1/keys", {"key": {"truth": True}, "reason": "核查"})[
            "result"]["proposal"]

    def hand_in_late(self):
        """The attempt begun is handed in when its time is over: refused and kept; then keys are proposed."""
        self.instance.advance(LATE_MS)
        for thing in self.orgs.values():
            told = hand_in(thing.client, thing.exam, thing.begun, expect=409)
            thing.refused, thing.attempt = told["command"], thing.begun["attempt"]
        for thing in self.orgs.values():
            thing.proposal = self.proposal(thing)

    def cast(self, column, role, place):
        """An account of a branch far away, but for members, with a role at a place; EX had it."""
        word = self.word()
        caller = SimpleNamespace(column=column, home=place, login=f"c{word}")
        branch = self.orgs[place if column == "M" else "C1"].organisation
        caller.member, caller.client = self.enrol(caller.login, branch, f"员{word}")
        self.picture(self.admin, f"/v1/people/{caller.member}/photograph?source=paper_file")
        if column != "M":
            given = self.command("POST", "/v1/grants", {"account": caller.member, "role": role,
                                                        "organisation": self.orgs[place].organisation})["command"]
            if column == "EX":
                self.command("POST", f"/v1/grants/{given}/end", {"reason": "任期届满"})
        caller.mine = start(caller.client, self.orgs["county"].exam)["attempt"]
        caller.token = caller.client.token
        return caller

    def fresh(self, kind, thing, home):
        """One more of its kind, for a command that may be given but once."""
        with self.one_by_one:
            return self.made(kind, thing, home)

    def made(self, kind, thing, home):
        if kind == "bank":
            return self.bank(thing.organisation, f"题库{self.word()}", f"题干{self.word()}")
        if kind == "pictured":
            member, client = self.enrol(f"p{self.word()}", thing.organisation, "照片人")
            self.picture(client)
            return member
        if kind == "draft":
            return self.draft(thing.organisation, thing.bank)
        if kind == "drawing":
            return self.draft(self.orgs[home].organisation, thing.bank)
        return self.grant(thing) if kind == "grant" else self.proposal(thing)

    def digest(self):
        """What stands in each table of the record, and how many messages were ever accepted."""
        with psycopg.connect(self.instance.pg, autocommit=True) as connection:
            tables = [row[0] for row in connection.execute(
                "select tablename from pg_tables where schemaname = 'public' order by 1").fetchall()]
            return {table: connection.execute(
                f"select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text from {table} t").fetchone()
                for table in tables}


class Cell(SimpleNamespace):
    """A line, a column and a relation: what is wanted of it."""

    def __str__(self):
        return f"{self.line.name} | {self.column} {self.relation}"


class Walk:
    """Asks cells of a front, many at once, and keeps what was not as it should be."""

    def __init__(self, world, url=None, witness=None):
        self.world, self.witness = world, witness
        self.url = url or world.instance.url
        self.wrong, self.asked, self.seen, self.unknowns = [], 0, set(), {}

    def cells(self, lines=LINES, columns=COLUMNS):
        for line in lines:
            for column in columns:
                home = COLUMNS[column][1]
                near, wanted = self.world.near[home], line.cells.get(column, "3")
                if len(wanted) == 1 and not any(len(cells) > 1 for cells in line.cells.values()):
                    yield Cell(line=line, column=column, relation="own", target=home, wanted=wanted)
                    continue
                for place, relation in enumerate(RELATIONS):
                    letter = wanted if len(wanted) == 1 else wanted[place] if place < len(wanted) else "."
                    if relation == "dissolved":
                        child = wanted[-1]
                        letter = "." if not line.gone else line.gone if child in "+~" else child
                    if relation in near and letter != ".":
                        yield Cell(line=line, column=column, relation=relation, target=near[relation], wanted=letter)

    def value(self, template, cell, changes):
        """What a word of the table stands for: @ of what it is about, * of a new one, ^ a time, # a new word, ? nothing there; = a text
        that holds such."""
        if template[:1] == "=":
            return re.sub(r"@[a-z.]+", lambda m: self.value(m.group(0), cell, changes), template[1:])
        caller, orgs = self.world.callers[cell.column], self.world.orgs
        thing, word = orgs[cell.target], template[1:]
        if template[:1] not in tuple("@*^#?") or not template:
            return template
        if template == "?":
            return NOWHERE
        if template[0] == "#":
            return f"新{self.world.word()}" if not word else f"x{self.world.word()}"
        if template[0] == "^":
            return self.time(word)
        for name, other in (("home.", orgs[caller.home]), ("county.", orgs["county"])):
            if word.startswith(name):
                thing, word = other, word[len(name):]
        if word == "mine":
            return caller.mine
        if template[0] == "*" and changes:
            return self.world.fresh(word, thing, caller.home)
        found = getattr(thing, word)
        return found[caller.home] if isinstance(found, dict) else found

    def time(self, word):
        if word == "today":
            return self.world.today()
        if word == "term":
            self.begins, self.ends = self.world.term()
            return self.begins
        return self.ends if word == "term_end" else stamp(self.world.instance.now() + int(word) * 1000)

    def filled(self, part, cell, changes):
        if isinstance(part, str):
            return self.value(part, cell, changes)
        if isinstance(part, dict):
            return {name: self.filled(value, cell, changes) for name, value in part.items()}
        return [self.filled(value, cell, changes) for value in part] if isinstance(part, list) else part

    def request(self, cell, unknown=False):
        """Target and body of a cell's request; of one about nothing, where the id that carries it names nothing."""
        line, changes = cell.line, cell.wanted in "+~" and cell.line.method != "GET"
        nowhere = lambda carrier, value: NOWHERE if unknown and line.carrier == carrier else value  # noqa: E731
        path = re.sub(r"\{(\w+)\}", lambda m: nowhere(m.group(0), self.value(line.ids[m.group(1)], cell, changes)), line.path)
        query = {name: nowhere(f"?{name}", self.filled(value, cell, changes)) for name, value in line.query.items()}
        body = line.body if isinstance(line.body, bytes) else self.filled(line.body, cell, changes)
        if unknown and line.carrier.startswith("."):
            body = {**body, line.carrier[1:]: NOWHERE}
        return path + ("?" + urlencode(query) if query else ""), body

    async def send(self, http, cell, target, body):
        caller = self.world.callers[cell.column]
        headers = {"Authorization": f"Bearer {caller.token}", "Accept": "*/*"}
        if cell.line.method != "GET":
            headers |= {"Idempotency-Key": str(uuid.uuid4()), "Prefer": "wait=20"}
            body = body if body is not None else {}
        if cell.line.media:
            headers["Content-Type"] = cell.line.media
        if target.partition("?")[0].endswith("/stream"):
            return await self.first_event(http, target, headers)
        return await http.request(cell.line.method, target, body, headers)

    async def first_event(self, http, target, headers):
        try:
            async for _, text in http.events(target, headers):
                return SimpleNamespace(status=200, body=text.encode(), headers={})
        except Declined as fault:
            return SimpleNamespace(status=fault.status, body=str(fault).encode(), headers={})

    async def ask(self, http, cell):
        target, body = await asyncio.to_thread(self.request, cell) if cell.line.method != "GET" else self.request(cell)
        reply = await self.send(http, cell, target, body)
        self.asked += 1
        text = words_of(reply.body)
        got = self.letter(cell, reply, text)
        if got not in {"~": "+w", "x": "342w", "e": "+3"}.get(cell.wanted, cell.wanted):
            self.wrong.append(f"{cell}: {got}, not {cell.wanted}: {text[:240]}")
        for leak in self.leaks(cell, text):
            self.wrong.append(f"{cell}: shows {leak}")
        if not counts(cell, reply):
            self.wrong.append(f"{cell}: counts more than it shows: {text[-60:]}")
        if cell.wanted in "42" and cell.line.carrier and got == cell.wanted:
            await self.compare(http, cell, reply)
        self.look(cell, target, body, reply)

    def letter(self, cell, reply, text):
        if cell.line.method == "GET" and reply.status == 200:
            if not cell.line.shows:
                return "+"
            return "+" if str(self.value(f"@{cell.line.shows}", cell, False)) in text else "0"
        if reply.status in (200, 201, 204):
            return "+"
        if '"command":' in text and reply.status < 500:
            return "w"
        return {403: "3", 404: "4", 409: "9", 422: "2"}.get(reply.status, str(reply.status))

    async def compare(self, http, cell, reply):
        """What one may not see is answered like what is not there."""
        key = cell.line.name, cell.column
        if key not in self.unknowns:
            target, body = self.request(cell, unknown=True)
            self.unknowns[key] = told(await self.send(http, cell, target, body))
        if told(reply) != self.unknowns[key]:
            self.wrong.append(f"{cell}: tells it from what is not there: {told(reply)}, {self.unknowns[key]}")

    def leaks(self, cell, text):
        """Names, log-in names and ids of people of whom the column may know nothing."""
        if cell.line.path.startswith(BOARDS) or cell.column in ACCOUNTS.get(cell.line.path, ()):
            return []
        home = COLUMNS[cell.column][1]
        hidden = [thing for name, thing in self.world.orgs.items()
                  if not ((cell.column in PERSONS or cell.line.path == OF_THE_BRANCH) and within(name, home))
                  and thing.member not in str(cell.line.query)]
        return [f"{thing.login} of {thing.name}" for thing in hidden if thing.login in text or thing.member in text]

    def look(self, cell, target, body, reply):
        """One reply of each kind is held against the document."""
        kind = cell.line.method, cell.line.path, reply.status
        if self.witness and kind not in self.seen and "event-stream" not in reply.headers.get("content-type", "") and reply.headers:
            self.seen.add(kind)
            payload = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
            self.witness.look(self.url, cell.line.method, target, {"Content-Type": cell.line.media or "application/json"}, payload,
                              reply)

    async def run(self, cells):
        http, room = Http(self.url, CONNECTIONS), asyncio.Semaphore(CONNECTIONS)

        async def one(cell):
            async with room:
                try:
                    await self.ask(http, cell)
                except Exception as fault:  # the cell is named, and the others go on
                    self.wrong.append(f"{cell}: {type(fault).__name__}: {fault}")
        await asyncio.gather(*(one(cell) for cell in cells))
        http.close()

    def all(self, lines=LINES, columns=COLUMNS):
        """First all that may change nothing, with the record before and after, then what may."""
        cells = list(self.cells(lines, columns))
        still = [cell for cell in cells if cell.line.method == "GET" or cell.wanted in "342wx"]
        before = self.world.digest()
        asyncio.run(self.run(still))
        after = self.world.digest()
        self.wrong += [f"{table} was changed by what is refused" for table in after if after[table] != before[table]]
        asyncio.run(self.run([cell for cell in cells if cell not in still]))
        return self


def words_of(body):
    """A reply's text; of a workbook the texts of its parts."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    return body.decode(errors="replace")


def counts(cell, reply):
    """Whether a list that is shown whole, and not behind somebody, counts what it shows."""
    if "after" in cell.line.query or cell.line.path.startswith(BOARDS) or cell.line.method != "GET" or reply.status != 200 or not reply.body.startswith(b'{"rows"'):
        return True
    said = json.loads(reply.body)
    return len(said["rows"]) >= int(cell.line.query.get("limit", 50)) or said["total"] == len(said["rows"])


def told(reply):
    """What a refusal says, but for ids of its own."""
    said = json.loads(reply.body or b"{}")
    return reply.status, said.get("title"), said.get("detail"), json.dumps(said.get("errors"), ensure_ascii=False)


def ids_of(document, schema, at=""):
    """The places of ids in a body."""
    while "$ref" in schema:
        found = document
        for part in schema["$ref"][2:].split("/"):
            found = found[part]
        schema = found
    if schema.get("format") == "uuid":
        yield at
    for name, inside in schema.get("properties", {}).items():
        yield from ids_of(document, inside, f"{at}.{name}")
    if "items" in schema:
        yield from ids_of(document, schema["items"], f"{at}[]")
    for choice in ("oneOf", "anyOf", "allOf"):
        for inside in schema.get(choice, []):
            yield from ids_of(document, inside, at)


def carriers(document):
    """Every route of the document, and each id that it takes."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            route = f"{method.upper()} {path}"
            taken = [""]
            for parameter in operation.get("parameters", []):
                if parameter["in"] != "header" and list(ids_of(document, parameter["schema"])):
                    taken.append("{%s}" % parameter["name"] if parameter["in"] == "path" else f"?{parameter['name']}")
            for media in operation.get("requestBody", {}).get("content", {}).values():
                taken += ids_of(document, media.get("schema", {}))
            yield route, taken


def gaps(document):
    """Routes and ids without a line, lines without a route."""
    known = {}
    for line in LINES:
        known.setdefault(f"{line.method} {line.path}", set()).add(line.carrier)
    declared = dict(carriers(document))
    missing = [f"{route} has no line" for route in declared if route not in known and route not in CALLS]
    missing += [f"{route} has no line for {carrier}" for route, taken in declared.items() for carrier in taken[1:]
                if route in known and carrier not in known[route] and (route, carrier) not in FREE]
    stray = [f"there is no {route}" for route in [*known, *CALLS] if route not in declared]
    stray += [f"{route} takes no {carrier}" for route, taken in known.items() for carrier in taken
              if route in declared and carrier and carrier not in declared[route]]
    return missing + stray
