"""Fills the exam topic with real hand-ins of 40 questions, for measuring the grading worker.  SPDX-License-Identifier: Apache-2.0

usage: sheets.py prepare MEMBERS       organisations, members, a bank, an examination of 40 drawn from 400 (SQL: measuring needs volume)
       sheets.py starts EXAM           a start command for each member
       sheets.py hand-ins EXAM [MOST]  a hand-in of all 40 answers for each open attempt, of MOST at most
Reads BAOTING_PG and BAOTING_KAFKA. Prints what it made."""
import hashlib
import json
import os
import random
import sys
import time
import uuid

import psycopg
from confluent_kafka import Producer

KINDS = ["single", "multiple", "truth", "blanks", "number", "order", "pairs"]


def stamp(seconds=None):
    now = time.time() if seconds is None else seconds
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"


class Topic:
    def __init__(self):
        self.producer = Producer({"bootstrap.servers": os.environ["BAOTING_KAFKA"], "linger.ms": 50, "acks": "all",
                                  "enable.idempotence": True, "queue.buffering.max.messages": 200000})

    def send(self, topic, kind, path, body, actor, key=None):
        command = str(uuid.uuid4())
        headers = [("ce_specversion", "1.0"), ("ce_id", command), ("ce_source", "front"), ("ce_type", f"baoting.{kind}.v1"),
                   ("ce_time", stamp()), ("ce_subject", path), ("ce_actor", actor),
                   ("ce_digest", hashlib.sha256(body).hexdigest()[:32]), ("content-type", "application/json")]
        while True:
            try:
                self.producer.produce(topic, body, key or actor, headers=headers)
                break
            except BufferError:
                self.producer.poll(0.1)
        self.producer.poll(0)
        return command


def prepare(pg, members):
    root, exam, bank = (str(uuid.uuid4()) for _ in range(3))
    old = pg.execute("select id from organisation where parent is null").fetchone()
    root = str(old[0]) if old else root
    if not old:
        pg.execute("insert into organisation values (%s, null, 0, 'bench', 'bench', 0, 1, now())", (root,))
    have = pg.execute("select count(*) from account where organisation = %s", (root,)).fetchone()[0]
    with pg.cursor().copy("copy account (id, login, name, organisation, sessions_from) from stdin") as copy:
        for n in range(have, members):
            copy.write_row((str(uuid.uuid4()), f"bench{n:08d}", "某某", root, "2026-01-01T00:00:00Z"))
    pg.execute("insert into bank values (%s, %s, 'bench', now())", (bank, root))
    keys = {0: {"right": [2]}, 1: {"right": [1, 3]}, 2: {"truth": True}, 3: {"blanks": [{"accepted": [{"text": "战斗力", "share": 1000000}]}]},
            4: {"numbers": [{"value": 1000000, "low": 1000000, "high": 1000000, "share": 1000000}]}, 5: {"order": [2, 1, 3, 4]},
            6: {"order": [2, 1, 3]}}
    sections = [{"bank": bank, "kind": kind, "draw": 6 if n < 5 else 5, "marks": 2.5} for n, kind in enumerate(KINDS)]
    pg.execute("insert into exam values (%s, %s, 'bench', '2026-01-01', '2027-01-01', 1440, 30, 100, 0, 1, 50, 1, %s, true, 1, 1, 399, 40, 10000, now())",
               (exam, root, json.dumps(sections)))
    pg.execute("insert into points_rule values ('exam', 1, 'bench', '2026-01-01', 0, 1000, 1000, 'bench', %s) on conflict do nothing",
               (str(uuid.uuid4()),))
    number = 0
    with pg.cursor().copy("copy paper_question from stdin") as questions:
        for section in range(7):
            for n in range(57):
                number += 1
                options = [f"选项{i}" for i in range({0: 4, 1: 4, 5: 4, 6: 3}.get(section, 0))]
                rights = [f"右{i}" for i in range(3)] if section == 6 else []
                questions.write_row((exam, number, section, bank, number, 1, section, "topic", f"题{number}", json.dumps(options),
                                     json.dumps(rights), 250, "解析", "出处"))
    with pg.cursor().copy("copy paper_key from stdin") as rows:
        for n in range(1, number + 1):
            rows.write_row((exam, n, 1, json.dumps(keys[(n - 1) // 57]), str(uuid.uuid4()), "bench"))
    return exam


def starts(pg, exam):
    topic = Topic()
    count = 0
    for (member,) in pg.execute("select id from account where login like 'bench%'").fetchall():
        topic.send("exam", "exam_start", f"/v1/exams/{exam}/attempts", b"", str(member))
        count += 1
    topic.producer.flush()
    return count


ANSWERS = [lambda r: {"chosen": [r.randint(1, 4)]}, lambda r: {"chosen": r.choice([[1, 3], [1], [1, 2, 3]])}, lambda r: {"truth": r.random() < .7},
           lambda r: {"blanks": [r.choice(["战斗力", "创造力"])]}, lambda r: {"number": r.choice(["1", "1.0", "2"])},
           lambda r: {"order": r.choice([[2, 1, 3, 4], [1, 2, 3, 4]])},
           lambda r: {"pairs": [{"left": 1, "right": 2}, {"left": 2, "right": 1}, {"left": 3, "right": 3}]}]


def hand_ins(pg, exam, most=None):
    topic, rng, count, size = Topic(), random.Random(1), 0, 0
    rows = pg.execute("select a.id, a.member, a.questions, a.writers from attempt a where a.exam = %s and not exists "
                      "(select from sheet s where s.exam = a.exam and s.member = a.member and s.number = a.number) limit %s",
                      (exam, most)).fetchall()
    for attempt, member, questions, writer in rows:
        numbers = [questions[i] << 8 | questions[i + 1] for i in range(0, len(questions), 2)]
        body = json.dumps({"attempt": str(attempt), "writer": writer, "answers": [
            {"question": n, "seq": i + 1, "answer": ANSWERS[(n - 1) // 57](rng)} for i, n in enumerate(numbers)]},
            ensure_ascii=False, separators=(",", ":")).encode()
        size += len(body)
        topic.send("exam", "exam_submit", f"/v1/exams/{exam}/submissions", body, str(member))
        count += 1
    topic.producer.flush()
    return count, size // max(count, 1)


if __name__ == "__main__":
    with psycopg.connect(os.environ["BAOTING_PG"], autocommit=True) as connection:
        if sys.argv[1] == "prepare":
            print(prepare(connection, int(sys.argv[2])))
        elif sys.argv[1] == "starts":
            print(starts(connection, sys.argv[2]))
        else:
            print(*hand_ins(connection, sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else None))
