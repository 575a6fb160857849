"""From topic to table: the grading worker, the relay and the points worker one after the other over the same sheets,
beside a staged COPY of 500-byte rows into the same PostgreSQL.  SPDX-License-Identifier: Apache-2.0"""
import os
import random
import subprocess
import time

import instance
import psycopg
import sheets
from confluent_kafka import Consumer, TopicPartition
from measure import Rounds, Span, pss

PARTS = ("grading", "points", "relay")
STAGED = 1000
TABLE = """create table if not exists bench_row (id text primary key, exam bigint not null, student bigint not null,
course bigint not null, attempt integer not null, submitted bigint not null, lasted bigint not null, answers text not null)"""


def unit_script(file, rows, turn):
    """A script for psql: the rows, a thousand to a commit, through a temporary stage."""
    chance = random.Random(turn)
    with open(file, "w", encoding="ascii") as out:
        out.write("create temp table stage (like bench_row);\n")
        for first in range(0, rows, STAGED):
            out.write("begin;\ncopy stage from stdin csv;\n")
            for number in range(first, min(rows, first + STAGED)):
                key = "%08x-%04x-4%03x-8%03x-%012x" % tuple(chance.getrandbits(bits) for bits in (32, 16, 12, 12, 48))
                row = f"{key},10007,{100000000 + number},1042,1,{1790000000000 + number},1800000,"
                out.write(row + "".join(f"{q}:{'ABCDE'[q * 7 % 5]};" for q in range(1, 120))[:500 - len(row)] + "\n")
            out.write("\\.\ninsert into bench_row select * from stage on conflict do nothing;\ntruncate stage;\ncommit;\n")


class Pipeline:
    """The instance's stores, a connection to look with, and what the goals' unit cost in this round."""

    def __init__(self):
        self.pg = psycopg.connect(os.environ["BAOTING_PG"], autocommit=True)
        self.postgres, self.kafka = instance.pid("postgresql"), instance.pid("kafka")
        self.unit = self.unit_rate = 0.0

    def staged_copy(self, rounds, rows, turn):
        """The unit: how much CPU a million of its rows takes."""
        file = instance.VAR / "staged.sql"
        unit_script(file, rows, turn)
        self.pg.execute(TABLE)
        self.pg.execute("truncate bench_row")
        self.pg.execute("checkpoint") if self.may_checkpoint() else None
        before = os.times()
        span = Span(pg=self.postgres)
        subprocess.run(["psql", "-q", "-X", "-o", "/dev/null", os.environ["BAOTING_PG"], "-f", file], check=True)
        span.end()
        after = os.times()
        own = after.children_user + after.children_system - before.children_user - before.children_system
        self.unit, self.unit_rate = (own + span.used["pg"]) * 1e6 / rows, rows / span.seconds
        rounds.add(**{"rows/s": self.unit_rate, "own CPU-s/10⁶": own * 1e6 / rows,
                      "PostgreSQL CPU-s/10⁶": span.used["pg"] * 1e6 / rows, "box busy %": span.busy})

    def may_checkpoint(self):
        """Whether the role may ask for one."""
        return self.pg.execute("select pg_has_role('pg_checkpoint', 'member') or "
                               "(select rolsuper from pg_roles where rolname = current_user)").fetchone()[0]

    def position(self, worker, topic):
        """How many of the topic's messages the worker has behind it."""
        return int(self.pg.execute("select coalesce(sum(next_offset), 0) from flow.cursor where worker = %s and topic = %s",
                                   (worker, topic)).fetchone()[0])

    def pending(self):
        """Events in the outbox."""
        return int(self.pg.execute("select coalesce(sum(events), 0) from flow.outbox").fetchone()[0])

    def until(self, reached, what, seconds=300):
        """Waits until something is so."""
        limit = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > limit:
                raise SystemExit(f"bench: {what} did not come to its end in {seconds} s: see {instance.VAR}/log")
            time.sleep(0.05)

    def drained(self, name, rounds, begun, done, count, per):
        """Starts one program, waits until it has done all, ends it: its figures per message."""
        span = Span(pg=self.postgres, kafka=self.kafka)
        instance.run("start", name)
        own, from_start = instance.pid(name), time.monotonic()
        self.until(begun, name)
        began = time.monotonic()
        self.until(done, name)
        seconds = max(0.05, time.monotonic() - began)
        time.sleep(0.1)
        used, size = Span(own=own).before["own"], pss(own)
        span.end()
        instance.run("stop", name)
        pg = span.used["pg"]
        rounds.add(**{f"{per}/s": count / seconds, f"{per}/s with the start": count / (time.monotonic() - from_start),
                      "own CPU-s/10⁶": used * 1e6 / count, "PostgreSQL CPU-s/10⁶": pg * 1e6 / count,
                      "Kafka CPU-s/10⁶": span.used["kafka"] * 1e6 / count, "MiB": size,
                      "all ratio": (used + pg) * 1e6 / count / self.unit, "own ratio": used * 1e6 / count / self.unit,
                      "rate ratio": count / seconds / self.unit_rate, "box busy %": span.busy})

    def graded(self, exam, rounds, most):
        """The grading worker over a topic filled with hand-ins; how many."""
        before = self.position("grading", "exam")
        count, size = sheets.hand_ins(self.pg, exam, most)
        end = topic_end("exam")
        had = self.pg.execute("select count(*) from sheet").fetchone()[0]
        self.drained("grading", rounds, lambda: self.position("grading", "exam") > before,
                     lambda: self.position("grading", "exam") >= end, count, "sheets")
        made = self.pg.execute("select count(*) from sheet").fetchone()[0] - had
        if made != count:
            raise SystemExit(f"bench: {count} hand-ins, but {made} sheets")
        return count, size

    def relayed(self, rounds):
        """The relay over a full outbox; how many events."""
        count = self.pending()
        self.drained("relay", rounds, lambda: self.pending() < count, lambda: self.pending() == 0, count, "events")
        return count

    def pointed(self, rounds, count):
        """The points worker over the marks that the relay brought."""
        before, end = self.position("points", "exam_mark"), topic_end("exam_mark")
        had = self.pg.execute("select count(*) from points_ledger").fetchone()[0]
        self.drained("points", rounds, lambda: self.position("points", "exam_mark") > before,
                     lambda: self.position("points", "exam_mark") >= end, count, "entries")
        return self.pg.execute("select count(*) from points_ledger").fetchone()[0] - had


def topic_end(topic):
    """How many messages a topic holds."""
    consumer = Consumer({"bootstrap.servers": os.environ["BAOTING_KAFKA"], "group.id": "bench-ends"})
    numbers = consumer.list_topics(topic, 10).topics[topic].partitions
    ends = sum(consumer.get_watermark_offsets(TopicPartition(topic, number), 10)[1] for number in numbers)
    consumer.close()
    return ends


def measure(report, parts, rounds_wanted, most):
    """Members enough for all rounds start; then round by round the unit, grading, relay, points."""
    pipeline = Pipeline()
    instance.run("stop", "front", "roster", "points", "grading", "relay")
    exam = sheets.prepare(pipeline.pg, rounds_wanted * most)
    sheets.starts(pipeline.pg, exam)
    started = topic_end("exam")
    instance.run("start", "grading", "relay")
    pipeline.until(lambda: pipeline.position("grading", "exam") >= started and pipeline.pending() == 0, "starting", 600)
    instance.run("stop", "grading", "relay")
    pipeline.pg.execute("vacuum analyze account, attempt, paper_question")
    rows = {name: Rounds() for name in ("unit", *PARTS, "relay 2")}
    size = entries = 0
    for turn in range(rounds_wanted):
        pipeline.staged_copy(rows["unit"], most, turn)
        count, size = pipeline.graded(exam, rows["grading"], most)
        if len(parts) > 1 or "grading" not in parts:
            pipeline.relayed(rows["relay"])
            entries = pipeline.pointed(rows["points"], count)
            pipeline.relayed(rows["relay 2"])
    report.say("workers", f"the unit: COPY {STAGED} to a temporary stage, INSERT … ON CONFLICT, {most} rows", rows["unit"])
    if "grading" in parts:
        report.say("workers", f"grading worker, {most} sheets of 40 answers ({size} bytes)", rows["grading"],
                   [("all ratio", "<", 1.75), ("own ratio", "<", 0.5), ("rate ratio", ">", 0.6), ("MiB", "<", 64)])
    if "relay" in parts:
        report.say("workers", "relay, the grading worker's events", rows["relay"], [("all ratio", "<", 0.6)])
        report.say("workers", "relay, the points worker's events", rows["relay 2"], [("all ratio", "<", 0.6)])
    if "points" in parts:
        report.say("workers", f"points worker, {most} marks, {entries} entries", rows["points"], [("all ratio", "<", 1.2)])
    pipeline.pg.close()
