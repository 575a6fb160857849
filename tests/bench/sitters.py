"""The county's members over HTTP: logged in, each with a started attempt, and the hand-in each will send.

SPDX-License-Identifier: Apache-2.0"""
import asyncio
import datetime
import pathlib
import random
import sys
import time
from dataclasses import dataclass

from instance import ROOT

sys.path.insert(0, str(pathlib.Path(ROOT) / "ops" / "demo"))
from answering import Knowledge, answer_to  # noqa: E402
from http_client import Client, compact  # noqa: E402
from session import Session, outcome_of, setting  # noqa: E402

AT_ONCE = 64


@dataclass
class Sitter:
    """A member with a session; `body` is the hand-in of the attempt started last, of examination `exam`."""

    session: Session
    exam: str = ""
    body: bytes = b""


async def each(things, act):
    """Does something with all things, some at a time."""
    queue = iter(things)

    async def hand():
        for thing in queue:
            await act(thing)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(hand())


class County:
    """All members, and the administrator."""

    def __init__(self, members):
        self.client = Client(setting("BAOTING_URL"), AT_ONCE, "baoting-bench")
        self.admin = Session(self.client, setting("BAOTING_ADMIN"), setting("BAOTING_ADMIN_PASSWORD"))
        password = setting("BAOTING_DEMO_PASSWORD")
        self.sitters = [Sitter(Session(self.client, f"m{number:06d}", password)) for number in range(1, members + 1)]
        self.knowledge, self.runs, self.loop = Knowledge(), 0, asyncio.new_event_loop()

    def do(self, step):
        """Runs one of the steps below to its end."""
        return self.loop.run_until_complete(step)

    async def log_in(self):
        """Everybody gets a token."""
        await self.admin.open()
        await each(self.sitters, lambda sitter: sitter.session.open())

    async def get_known(self):
        """Everybody learns the own account's id."""
        await each(self.sitters, lambda sitter: sitter.session.who())

    async def another_exam(self, title):
        """An examination like the demonstration's, published: its id."""
        organisation = (await self.admin.get("/v1/organisations?limit=1"))["rows"][0]["organisation"]
        bank = (await self.admin.get(f"/v1/banks?organisation={organisation}"))["rows"][0]["bank"]
        now = datetime.datetime.now(datetime.timezone.utc)
        sections = [("single", 14, 2), ("multiple", 8, 3), ("truth", 6, 2), ("blanks", 4, 3), ("number", 4, 2),
                    ("order", 2, 4), ("pairs", 2, 4)]
        body = {"organisation": organisation, "title": title, "opens_at": utc(now - datetime.timedelta(hours=1)),
                "closes_at": utc(now + datetime.timedelta(days=1)), "minutes": 60, "grace_seconds": 60, "attempts": 1,
                "counted": "highest", "multiple": "partial", "penalty": 0.5, "release": "mark_at_once",
                "sections": [{"bank": bank, "kind": kind, "draw": draw, "marks": marks} for kind, draw, marks in sections]}
        exam, _ = await self.admin.command(title, "POST", "/v1/exams", body, f"bench-exam-{self.runs}", absent=20)
        await self.admin.command(title, "POST", f"/v1/exams/{exam}/publication", {}, f"bench-publication-{self.runs}", absent=20)
        return exam

    async def high_cap(self):
        """A version of the points rule whose daily cap many examinations of one day do not reach."""
        body = {"rule": "exam", "title": "在线考试", "version": 2, "effective_from": "2026-01-02T00:00:00.000Z",
                "basis": "mark_share", "amount": 10, "daily_cap": 1000, "legal_basis": "测量用"}
        await self.admin.command("the points rule", "POST", "/v1/points/rules", body, "bench-rule", absent=20)

    async def start(self, exam):
        """Everybody starts an attempt and decides the answers of all its questions."""
        self.runs += 1
        path, key, chance = f"/v1/exams/{exam}/attempts", f"bench-{self.runs}", random.Random(self.runs)

        async def one(sitter):
            until = time.monotonic() + 20
            while True:
                reply = await sitter.session.ask("POST", path, {}, {"Idempotency-Key": key, "Prefer": "wait=20"})
                if reply.status != 404 or time.monotonic() > until:  # the front hears of the examination in a moment
                    break
                await asyncio.sleep(0.2)
            status, paper, problem = outcome_of(reply)
            if status != "applied":
                raise SystemExit(f"bench: {sitter.session.login} cannot start: {problem or reply.fault()}")
            sitter.exam, sitter.body = exam, self.hand_in(chance, paper)

        await each(self.sitters, one)

    def hand_in(self, chance, paper):
        """The body of a hand-in that answers all questions, some wrong."""
        answers = []
        for shown in paper["questions"]:
            answer = None
            while answer is None:
                answer = answer_to(chance, self.knowledge, shown, 0.8)
            answers.append({"question": shown["question"], "seq": len(answers) + 1, "answer": answer})
        return compact({"attempt": paper["attempt"], "writer": paper["writer"], "answers": answers})

    def hand_in_pieces(self, sitter):
        """The hand-in as a request, cut where its idempotency key goes."""
        head = (f"POST /v1/exams/{sitter.exam}/submissions HTTP/1.1\r\n{self.client.fixed}"
                f"Authorization: Bearer {sitter.session.access}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(sitter.body)}\r\nIdempotency-Key: ")
        return head.encode(), b"\r\n\r\n" + sitter.body

    def get_pieces(self, sitter, path):
        """A query as a request in two pieces."""
        head = f"GET {path} HTTP/1.1\r\n{self.client.fixed}Authorization: Bearer {sitter.session.access}\r\n\r\n"
        return head.encode(), b""


def utc(time):
    """RFC 3339 in UTC with milliseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def write_pieces(file, pairs):
    """Writes pairs of pieces as requests.lua and journey.c read them."""
    with open(file, "wb") as out:
        for pair in pairs:
            for piece in pair:
                out.write(b"%d\n" % len(piece) + piece)
