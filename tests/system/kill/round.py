"""One kill round on an instance of its own: round.py SEED [--name NAME] [--port-base N].

Ends with 0 when the judge found all sound, 2 when the round was vacuous, 4 when something is broken, 1 when the round could
not be brought to its end.
SPDX-License-Identifier: Apache-2.0"""
import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.error
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))

import psycopg  # noqa: E402

from client import Client  # noqa: E402
from instance import Instance, eventually  # noqa: E402
from kill import bank  # noqa: E402
from kill.watch import Watch  # noqa: E402
from kill.wire import DONE, PEOPLE, PRESS, STOP, Board  # noqa: E402

BRANCHES, A_BRANCH, CLERKS, SPEED = 6, 80, 120, 5
BROKEN = 4
DAY, SHANGHAI = 86400000, 8 * 3600000
HISTORY = """
create schema judge;
create table judge.history (n bigserial, worker text, topic text, partition integer, old_offset bigint, new_offset bigint);
create function judge.note() returns trigger language plpgsql security definer as $$
begin
    insert into judge.history (worker, topic, partition, old_offset, new_offset)
    values (new.worker, new.topic, new.partition, old.next_offset, new.next_offset);
    return null;
end $$;
create trigger note after update on flow.cursor for each row execute function judge.note();
"""


class Clock(threading.Thread):
    """The one clock of all processes, running so many times as fast."""

    def __init__(self, instance, base):
        super().__init__(daemon=True)
        self.instance, self.base, self.began, self.runs, self.offset = instance, base, time.monotonic(), True, base

    def run(self):
        while self.runs:
            self.offset = self.base + int((time.monotonic() - self.began) * 1000 * (SPEED - 1))
            self.instance.turn_clock(self.offset)
            time.sleep(0.1)

    def stop(self):
        self.runs = False
        self.join()


class Hall:
    """The county, its people, bank, rule and examinations, set up by commands."""

    def __init__(self, instance, random_):
        self.instance, self.random, self.setup = instance, random_, []
        self.admin = Client(instance.url).log_in(instance.env["BAOTING_ADMIN"], instance.env["BAOTING_ADMIN_PASSWORD"])
        self.password, self.members = "correct horse battery", {}
        self.root = self.organisation(None, "county_committee", "中共测试县委员会", 0)
        self.organisations = [self.root]
        for c in range(2):
            committee = self.organisation(self.root, "committee", f"中共测试县第{c + 1}镇委员会", c)
            self.organisations.append(committee)
            for b in range(BRANCHES // 2):
                self.enrol(committee, c, b)
        text, self.right = bank.questions(random_)
        self.bank = self.do("POST", "/v1/banks", {"organisation": self.root, "name": "测试题库"})["command"]
        taken = self.do("POST", f"/v1/questions:import?bank={self.bank}&format=csv", text.encode(),
                        headers={"Content-Type": "text/csv"})
        assert taken["result"]["taken"] == len(bank.KINDS) * bank.A_KIND, taken
        self.do("POST", "/v1/points/rules", {
            "rule": "exam", "title": "在线考试", "version": 1, "effective_from": "2026-01-01T00:00:00Z", "basis": "mark_share",
            "amount": 10, "daily_cap": 12, "legal_basis": "测试县委〔2026〕1号"})
        self.do("PUT", "/v1/boards/members", {"open": True, "names": True, "legal_basis": "测试县委〔2026〕1号"})
        self.exams = {}
        self.long = [self.exam("甲", 60, "highest", "partial", "all_at_once"), self.exam("乙", 60, "first", "all_or_nothing", "never")]
        self.short = [self.exam("丙", 1, "latest", "partial", "after_closing"), self.exam("丁", 1, "highest", "all_or_nothing", "never")]

    def do(self, method, path, body=None, **more):
        done = self.admin.command(method, path, body, **more)
        self.setup.append(done["command"])
        return done

    def organisation(self, parent, kind, name, ordinal):
        return self.do("POST", "/v1/organisations", {"kind": kind, "name": name, "short_name": name[4:24], "ordinal": ordinal,
                                                     **({"parent": parent} if parent else {})})["command"]

    def enrol(self, committee, c, b):
        branch = self.organisation(committee, "branch", f"中共测试县第{c + 1}镇第{b + 1}村支部委员会", b)
        self.organisations.append(branch)
        logins = [f"k{c}{b}{n:03d}" for n in range(A_BRANCH)]
        done = self.do("POST", "/v1/members", {
            "organisation": branch, "initial_password": self.password,
            "members": [{"login": login, "name": "测试员", "ethnicity": "黎族", "birth_year": 1980, "joined_year": 2010}
                        for login in logins]})
        self.members.update(zip(logins, done["result"]["members"]))

    def exam(self, name, minutes, counted, multiple, release):
        now = self.instance.now()
        opens, closes, marks = now - 3600000, now + 2 * DAY, self.random.choice((1, 1.5, 2.55))
        body = {"organisation": self.root, "title": f"测试考试{name}", "opens_at": stamp(opens), "closes_at": stamp(closes),
                "minutes": minutes, "grace_seconds": 10, "attempts": 100, "counted": counted, "multiple": multiple,
                "penalty": 0.5, "release": release,
                "sections": [{"bank": self.bank, "kind": kind, "draw": 2, "marks": marks} for kind in bank.KINDS]}
        exam = self.do("POST", "/v1/exams", body)["command"]
        full = self.do("POST", f"/v1/exams/{exam}/publication")["result"]["full_mark"]
        assert round(full * 100) == round(marks * 100) * 14
        self.exams[exam] = {"opens": opens, "closes": closes, "minutes": minutes, "grace": 10000, "attempts": 100,
                            "counted": counted, "multiple": multiple, "penalty": 0.5, "draw": 2, "full": round(full * 100),
                            "shows": release in ("all_at_once", "mark_at_once")}
        eventually(lambda: any(row["exam"] == exam for row in self.admin.get("/v1/exams").json["rows"]))
        return exam


def stamp(milliseconds):
    seconds, rest = divmod(int(milliseconds), 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:03d}Z"


def stages(random_):
    """What befalls the instance, in a drawn order."""
    # PostgreSQL three times: what a kill takes from it is only what it has not yet written, a page of its log at most.
    order = [("freeze" if what == "grading" else "kill", what)
             for what in ("grading", "points", "roster", "front", "relay", "kafka", *["postgresql"] * 3)]
    random_.shuffle(order)
    return order


def load(plan, var):
    path = var / "plan.json"
    path.write_text(json.dumps(plan, ensure_ascii=False))
    return subprocess.Popen([sys.executable, HERE / "kill" / "load.py", path])


def strike(watch, order):
    """A worker that is to be frozen is killed first: what comes together while it is away it then has in hand."""
    for how, what in order:
        fenced, tries = how == "kill", 0
        watch.kill(what, freeze=not fenced)
        while not fenced and not (fenced := watch.freeze(what)) and (tries := tries + 1) < 5:
            watch.kills.pop()
            watch.kill(what, freeze=True)
        time.sleep(watch.random.uniform(0.3, 1.2))


def round_(seed, name, port_base, only=None):
    random_ = random.Random(seed)
    began = time.monotonic()
    # The running day of Shanghai ends while the kills go on.
    real = int(time.time() * 1000)
    order = [stage for stage in stages(random_) if not only or stage[1] in only]
    midnight = (real + SHANGHAI) // DAY * DAY + DAY - SHANGHAI
    base = midnight - real - random_.randrange(100, 250) * 1000
    print(f"round of seed {seed}: " + ", ".join(f"{how} {what}" for how, what in order), flush=True)
    # Small batches: more is under way than the one batch in a worker's hand, so that a kill can meet it anywhere.
    instance = Instance(name, port_base, kafka_session_ms=3000, access_token_seconds=86400, exam_skew_s=1,
                        batch_messages=60).up()
    process, clock = None, None
    try:
        with psycopg.connect(instance.pg, autocommit=True) as database:
            database.execute(HISTORY)
        instance.turn_clock(base)
        hall = Hall(instance, random_)
        board = Board(instance.var / "numbers", make=True)
        logins = sorted(hall.members)
        random_.shuffle(logins)
        process = load({"url": instance.url, "log": str(instance.var / "load.jsonl"), "board": str(instance.var / "numbers"),
                        "seed": seed, "logins": logins, "password": hall.password, "right": hall.right, "long": hall.long,
                        "short": hall.short, "clerks": CLERKS, "parent": hall.root, "admin": instance.env["BAOTING_ADMIN"],
                        "admin_password": instance.env["BAOTING_ADMIN_PASSWORD"]}, instance.var)
        print(f"  county of {len(logins)} members, up after {time.monotonic() - began:.1f} s", flush=True)
        eventually(lambda: board[DONE] == len(logins) + CLERKS, 60)
        clock = Clock(instance, base)
        clock.start()
        time.sleep(random_.uniform(2, 3))
        watch = Watch(instance, board, random_, time.time())
        strike(watch, order)
        time.sleep(2)
        board[PRESS], board[STOP] = 0, 1
        process.wait(90)
        clock.stop()
        instance.turn_clock(clock.offset + 75 * 60000)      # whatever is still open falls due
        trouble = watch.quiet(60)
        case = {"pg": instance.pg, "kafka": instance.kafka, "url": instance.url, "log": str(instance.var / "load.jsonl"),
                "admin": instance.env["BAOTING_ADMIN"], "admin_password": instance.env["BAOTING_ADMIN_PASSWORD"],
                "admin_account": hall.admin.get("/v1/me").json["account"], "password": hall.password, "members": hall.members,
                "organisations": hall.organisations, "setup": hall.setup, "exams": hall.exams, "due_after": 6000,
                "rule": {"amount": 1000, "cap": 1200}, "kills": watch.kills}
        (instance.var / "case.json").write_text(json.dumps(case, ensure_ascii=False))
        if trouble:
            print(f"  FAULT {trouble}")
        verdict = subprocess.run([sys.executable, HERE / "judge.py", instance.var / "case.json"]).returncode
        print(f"round of seed {seed}: {time.monotonic() - began:.0f} s", flush=True)
        return BROKEN if trouble else verdict
    finally:
        if process and process.poll() is None:
            process.kill()
        if clock:
            clock.runs = False
        instance.down()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("--name", default=os.environ.get("KILL_NAME", "kill"))
    parser.add_argument("--port-base", type=int, default=int(os.environ.get("KILL_PORT_BASE", "28300")))
    parser.add_argument("--only", nargs="*")
    asked = parser.parse_args()
    try:
        return round_(asked.seed, asked.name, asked.port_base, asked.only)
    except (AssertionError, OSError, subprocess.SubprocessError, urllib.error.URLError) as fault:
        print(f"  FAULT the round could not be brought to its end: {fault}\nverdict: NONE", flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
