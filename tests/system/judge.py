"""The judge of a kill round: nothing lost, nothing twice, nothing invented. Shares no code with the product.

judge.py CASE reads the case (JSON), the clients' fsynced log, every topic as an independent consumer, PostgreSQL, and
the front over HTTP; recomputes every decision, mark and point; prints what it counted and each difference.
SPDX-License-Identifier: Apache-2.0"""
import hashlib
import json
import re
import socket
import struct
import sys
import time
import unicodedata
import uuid
from collections import Counter, defaultdict
from datetime import datetime, timezone
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from confluent_kafka import Consumer, TopicPartition

COMMAND_ID = re.compile(r'"command":\s*"([0-9a-f-]{36})"')
KINDS = ["single", "multiple", "truth", "blanks", "number", "order", "pairs"]
WORKERS = {"grading": ("exam", "education"), "points": ("exam_mark", "points"), "roster": ("roster", "procedure", "operation"), "import": ("import",)}
DAY, SHANGHAI = 86400000, 8 * 3600000


def milliseconds(text):
    return round(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def instant(value):
    return round(value.timestamp() * 1000)


# Marking, from the stored keys alone. ---------------------------------------------------------------------------------

def form(text):
    """The form in which texts are compared: width, white space, characters without width, case."""
    out, gap, before = [], False, 0
    for char in text:
        point = ord(char)
        if 0xff01 <= point <= 0xff5e:
            point -= 0xfee0
        elif point == 0x2212:
            point = ord("-")
        if point in (0x200b, 0x200c, 0x200d, 0x2060, 0xfeff):
            continue
        char = chr(point)
        if unicodedata.category(char) in ("Zs", "Zl", "Zp") or 9 <= point <= 13 or point == 0x85:
            gap = bool(out)
            continue
        char = char.lower() if len(char.lower()) == 1 else char
        if gap and before < 0x2e80 and point < 0x2e80:
            out.append(" ")
        out.append(char)
        gap, before = False, point
    return "".join(out)


def part(marks, share):
    """A share of the mark in whole hundredths, half a hundredth up."""
    share = min(max(share, 0), 1)
    return int(Fraction(marks) * share + Fraction(1, 2))


def mark_choice(question, key, given, rule):
    right, options = set(key["right"]), len(question["options"])
    if "chosen" not in given or any(not 1 <= option <= options for option in given["chosen"]):
        return 0
    chosen, marks = set(given["chosen"]), question["marks"]
    if question["kind"] == "single":
        return marks if len(chosen) == 1 and chosen <= right else 0
    if chosen == right:
        return marks
    if rule["multiple"] == "all_or_nothing":
        return 0
    return part(marks, (len(chosen & right) - Fraction(str(rule["penalty"])) * len(chosen - right)) / len(right))


def mark_blanks(question, key, given):
    if "blanks" not in given or len(given["blanks"]) > len(key["blanks"]):
        return 0
    share = Fraction(0)
    for text, blank in zip(given["blanks"], key["blanks"]):
        fitting = [accepted["share"] for accepted in blank["accepted"] if form(text) and form(accepted["text"]) == form(text)]
        share += Fraction(max(fitting, default=0), 1000000 * len(key["blanks"]))
    return part(question["marks"], share)


def mark_number(question, key, given):
    text = form(given.get("number", ""))
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{1,60})?", text, re.ASCII):
        return 0
    number = Fraction(text) * 1000000
    return part(question["marks"], max((Fraction(accepted["share"], 1000000) for accepted in key["numbers"]
                                        if accepted["low"] <= number <= accepted["high"]), default=0))


def mark_pairs(question, key, given):
    lefts = [pair["left"] for pair in given.get("pairs", [])]
    if "pairs" not in given or len(set(lefts)) < len(lefts):
        return 0
    for pair in given["pairs"]:
        if not 1 <= pair["left"] <= len(question["options"]) or not 1 <= pair["right"] <= len(question["rights"]):
            return 0
    good = sum(key["order"][pair["left"] - 1] == pair["right"] for pair in given["pairs"])
    return part(question["marks"], Fraction(good, len(question["options"])))


def mark(question, key, given, rule):
    kind = question["kind"]
    if kind in ("single", "multiple"):
        return mark_choice(question, key, given, rule)
    if kind == "truth":
        return question["marks"] if given.get("truth") is key["truth"] else 0
    if kind == "blanks":
        return mark_blanks(question, key, given)
    if kind == "number":
        return mark_number(question, key, given)
    if kind == "order":
        return question["marks"] if given.get("order") == key["order"] else 0
    return mark_pairs(question, key, given)


# What happened, as others saw it. -------------------------------------------------------------------------------------

class Ask:
    """One command of a client with all its tries."""

    def __init__(self, line):
        self.who, self.method, self.path, self.key = line["who"], line["method"], line["path"], line["key"]
        self.body, self.statuses, self.command, self.open = line["body"], [], None, 0


def read_log(path, faults):
    """The clients' log: asks by (who, method, path, key); requests by number with the times of sending and answer."""
    asks, requests = {}, {}
    for text in Path(path).read_text().splitlines():
        line = json.loads(text)
        if "q" in line:
            requests[line["q"]] = request = {"sent": line["t"], "answered": None, "status": None, "ask": None}
            if line["key"] is None:
                continue
            place = (line["who"], line["method"], line["path"], line["key"])
            request["ask"] = ask = asks.setdefault(place, Ask(line))
            if ask.body != line["body"]:
                faults.add("the load used one key for two bodies", place)
        else:
            request = requests[line["a"]]
            request["answered"], request["status"] = line["t"], line["status"]
            ask = request["ask"]
            if ask is None:
                continue
            ask.statuses.append(line["status"])
            found = COMMAND_ID.search(line.get("body", ""))
            if found and line["status"] < 500:
                if ask.command not in (None, found.group(1)):
                    faults.add("one key was answered with two command ids", place)
                ask.command = found.group(1)
    return asks, requests


class Record:
    """A message as it stands in Kafka."""
    __slots__ = ("topic", "partition", "offset", "stored", "key", "value", "headers", "id", "type", "time")

    def __init__(self, message):
        self.topic, self.partition, self.offset = message.topic(), message.partition(), message.offset()
        self.stored, self.value = message.timestamp()[1], message.value()
        self.key = message.key().decode() if message.key() else None
        self.headers = {name: value.decode() for name, value in message.headers() or []}
        self.id, self.time = self.headers.get("ce_id"), self.headers.get("ce_time")
        self.type = self.headers.get("ce_type", "").removeprefix("baoting.").removesuffix(".v1")


def dump_topics(brokers):
    """Every record of every topic from its first offset to its end as it is now, and those ends."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": f"judge-{uuid.uuid4()}", "enable.auto.commit": False,
                         "auto.offset.reset": "earliest", "enable.partition.eof": False, "check.crcs": True})
    places = [TopicPartition(topic.topic, number, 0) for topic in consumer.list_topics(timeout=20).topics.values()
              if not topic.topic.startswith("__") for number in topic.partitions]
    ends, records = {}, []
    for place in places:
        low, high = consumer.get_watermark_offsets(place, timeout=20)
        ends[place.topic, place.partition] = high
        place.offset = low
    left = {place: high for place, high in ends.items() if high > 0}
    consumer.assign([p for p in places if (p.topic, p.partition) in left])
    patience = time.monotonic() + 120
    while left and time.monotonic() < patience:
        for message in consumer.consume(5000, 0.5):
            if message.error():
                raise RuntimeError(message.error().str())
            place = (message.topic(), message.partition())
            if message.offset() < ends[place]:
                records.append(Record(message))
        for at in consumer.position([TopicPartition(*place) for place in left]):
            if at.offset >= left[at.topic, at.partition]:
                del left[at.topic, at.partition]
    consumer.close()
    if left:
        raise RuntimeError(f"the topics could not be read to their ends: {left}")
    return records, ends


class Faults:
    def __init__(self):
        self.count, self.examples = Counter(), defaultdict(list)

    def add(self, what, example=""):
        self.count[what] += 1
        if len(self.examples[what]) < 3:
            self.examples[what].append(str(example)[:400])

    def same(self, what, expected, found, example=""):
        if expected != found:
            self.add(what, f"{example} expected {expected!r} found {found!r}")

    def sets(self, what, expected, found):
        for one in expected - found:
            self.add(f"{what}: missing", one)
        for one in found - expected:
            self.add(f"{what}: not accounted for", one)


# The examinations, played again from the log alone. ----------------------------------------------------------------

class Attempt:
    def __init__(self, exam, member, number, row):
        self.exam, self.member, self.number = exam, member, number
        self.id, self.started, self.deadline, self.questions = row["id"], row["started"], row["deadline"], row["questions"]
        self.writers, self.written, self.sheet = 1, {}, None

    def best(self, more=()):
        """question -> (writer, seq, answer) that counts."""
        best = {}
        for (question, writer, seq), given in list(self.written.items()) + list(more):
            if question not in best or (writer, seq) > best[question][:2]:
                best[question] = (writer, seq, given)
        return best


class Play:
    """The worker's rules, written down once more: each command's outcome and every sheet."""

    def __init__(self, case, database, faults):
        self.case, self.faults, self.attempts, self.by_id = case, faults, defaultdict(list), {}
        self.outcomes, self.graded, self.answers, self.refused, self.due = {}, [], {}, {}, defaultdict(set)
        self.rows = {str(row[0]): {"id": str(row[0]), "exam": str(row[1]), "member": str(row[2]), "number": row[3],
                                   "started": instant(row[4]), "deadline": instant(row[5]), "writers": row[6],
                                   "questions": [int.from_bytes(row[7][i:i + 2], "big") for i in range(0, len(row[7]), 2)]}
                     for row in database.execute("select id, exam, member, number, started_at, deadline, writers, questions "
                                                 "from attempt")}
        self.questions = {(str(exam), number): {"kind": KINDS[kind], "options": options, "rights": rights, "marks": marks}
                          for exam, number, kind, options, rights, marks in
                          database.execute("select exam, number, kind, options, rights, marks from paper_question")}
        self.keys = {(str(exam), number): json.loads(key) for exam, number, key in
                     database.execute("select exam, number, key from paper_key order by version")}

    def play(self, records):
        for record in records:
            if record.id in self.outcomes or (record.type == "attempt_due" and record.id in self.due[record.id]):
                continue
            at = milliseconds(record.time)
            if record.type == "attempt_due":
                self.due[record.id].add(record.id)
                self.fall_due(record, json.loads(record.value), at)
                continue
            parts = record.headers["ce_subject"].split("/")
            exam, actor = parts[3], record.headers["ce_actor"]
            body = json.loads(record.value or b"{}")
            self.outcomes[record.id] = {"exam_start": self.start, "exam_answer": self.answer, "exam_submit": self.submit}[
                record.type](record, exam, actor, at, body, parts)

    def fall_due(self, record, body, at):
        attempt = self.by_id.get(body["attempt"])
        if attempt is None:
            self.faults.add("a timer came for an attempt that nobody began", record.id)
            return
        terms = self.case["exams"][attempt.exam]
        self.faults.same("a timer's time", attempt.deadline + terms["grace"] + self.case["due_after"], at, attempt.id)
        if attempt.sheet is None:
            self.end(attempt, "closed", attempt.deadline, record.id, [])

    def start(self, record, exam, actor, at, body, parts):
        terms, mine = self.case["exams"].get(exam), self.attempts[exam, actor]
        if terms is None:
            return "not_found", None
        if mine and mine[-1].sheet is None:
            if at > mine[-1].deadline:
                return "too_late", None
            mine[-1].writers += 1
            return "applied", self.drawn(mine[-1])
        if at < terms["opens"]:
            return "too_early", None
        if at >= terms["closes"]:
            return "too_late", None
        if len(mine) >= terms["attempts"]:
            return "attempts_used", None
        row = self.rows.get(record.id)
        if row is None:
            self.faults.add("an attempt that was begun is not there", record.id)
            row = {"id": record.id, "started": at, "deadline": at, "questions": []}
        else:
            self.faults.same("an attempt's owner", (exam, actor, len(mine) + 1), (row["exam"], row["member"], row["number"]))
            self.faults.same("an attempt's deadline", min(row["started"] + terms["minutes"] * 60000, terms["closes"]),
                             row["deadline"], record.id)
            kinds = Counter(self.questions[exam, number]["kind"] for number in row["questions"])
            self.faults.same("an attempt's draw", {kind: terms["draw"] for kind in KINDS}, dict(kinds), record.id)
            if len(set(row["questions"])) != len(row["questions"]):
                self.faults.add("a question drawn twice", record.id)
        attempt = Attempt(exam, actor, len(mine) + 1, row)
        mine.append(attempt)
        self.by_id[attempt.id] = attempt
        return "applied", self.drawn(attempt)

    def drawn(self, attempt):
        return {"attempt": attempt.id, "number": attempt.number, "writer": attempt.writers, "started_at": attempt.started,
                "deadline": attempt.deadline, "questions": list(attempt.questions),
                "saved": {q: (w, s, g) for q, (w, s, g) in attempt.best().items()}}

    def last(self, attempt):
        return attempt.deadline + self.case["exams"][attempt.exam]["grace"]

    def find(self, exam, actor, attempt):
        found = self.by_id.get(attempt)
        return found if found and (found.exam, found.member) == (exam, actor) else None

    def answer(self, record, exam, actor, at, body, parts):
        attempt, question = self.find(exam, actor, parts[5]), int(parts[7])
        if attempt is None:
            return "not_yours", None
        if question not in attempt.questions:
            return "unknown_reference", None
        if body["writer"] > attempt.writers:
            return "invalid", None
        sheet = attempt.sheet
        handed_in = sheet is not None and sheet["ended"] == "handed_in"
        if at > min(self.last(attempt), sheet["at"] if handed_in else self.last(attempt)):
            return ("handed_in" if handed_in else "too_late"), None
        place = (question, body["writer"], body["seq"])
        if place in attempt.written:
            return ("applied" if attempt.written[place] == body["answer"] else "conflict"), None
        attempt.written[place] = body["answer"]
        self.answers[attempt.id, *place] = (body["answer"], at)
        if sheet is not None:
            more = [((q, w, s), g) for q, (w, s, g) in sheet["answers"].items()]
            self.end(attempt, sheet["ended"], sheet["at"], sheet["command"], more)
        return "applied", None

    def submit(self, record, exam, actor, at, body, parts):
        attempt = self.find(exam, actor, body["attempt"])
        reason = None
        if attempt is None:
            reason = "not_yours"
        elif at > self.last(attempt):
            reason = "too_late"
        elif attempt.sheet is not None and attempt.sheet["ended"] == "handed_in":
            reason = "handed_in"
        elif body["writer"] > attempt.writers:
            reason = "invalid"
        elif any(write["question"] not in attempt.questions for write in body["answers"]):
            reason = "unknown_reference"
        if reason:
            self.refused[record.id] = (body["attempt"], actor, at, reason)
            return reason, None
        self.end(attempt, "handed_in", at, record.id,
                 [((write["question"], body["writer"], write["seq"]), write["answer"]) for write in body["answers"]])
        sheet, terms = attempt.sheet, self.case["exams"][exam]
        shown = {"mark": Fraction(sheet["mark"], 100), "full_mark": Fraction(terms["full"], 100)} if terms["shows"] else {}
        return "applied", {"attempt": attempt.id, "number": attempt.number, "handed_in_at": at,
                           "answered": len(sheet["answers"]), **shown}

    def end(self, attempt, ended, at, command, more):
        best = attempt.best(more)
        marks = {question: mark(self.questions[attempt.exam, question], self.keys[attempt.exam, question], given,
                                self.case["exams"][attempt.exam]) for question, (_, _, given) in best.items()}
        attempt.sheet = {"ended": ended, "at": at, "command": command, "answers": best, "marks": marks,
                         "mark": sum(marks.values()), "revision": attempt.sheet["revision"] + 1 if attempt.sheet else 1}
        self.graded.append((attempt.id, attempt.sheet["revision"], attempt.sheet["mark"], ended, at))

    def counted(self, exam, member):
        """The attempt whose mark counts, by the examination's rule; the earliest of equals."""
        ended = [attempt for attempt in self.attempts[exam, member] if attempt.sheet]
        how = self.case["exams"][exam]["counted"]
        if not ended:
            return None
        return {"highest": lambda: max(ended, key=lambda a: (a.sheet["mark"], -a.number)), "first": lambda: ended[0],
                "latest": lambda: ended[-1]}[how]()


# The judgement. -------------------------------------------------------------------------------------------------------

class Judge:
    def __init__(self, case):
        self.case, self.faults, self.numbers = case, Faults(), {}
        self.database = psycopg.connect(case["pg"], autocommit=True)
        self.asks, self.requests = read_log(case["log"], self.faults)
        self.records, self.ends = dump_topics(case["kafka"])
        self.of = defaultdict(list)
        for record in self.records:
            self.of[record.topic].append(record)
        for records in self.of.values():
            records.sort(key=lambda record: (record.partition, record.offset))

    def judge(self):
        self.commands()
        self.flow()
        self.play = Play(self.case, self.database, self.faults)
        self.play.play(self.of["exam"])
        self.outcomes()
        self.sheets()
        self.acknowledged_answers()
        self.events()
        self.points()
        self.boards()
        self.roster()
        self.status_of_commands()
        return not self.faults.count

    def sql(self, text, *arguments):
        return self.database.execute(text, arguments).fetchall()

    def actor(self, ask):
        return self.case["admin_account"] if ask.who == self.case["admin"] else self.case["members"][ask.who]

    def prefix(self, ask):
        sum_ = hashlib.sha256(uuid.UUID(self.actor(ask)).bytes)
        for piece in (ask.method, ask.path, ask.key):
            sum_.update(len(piece.encode()).to_bytes(4, "big") + piece.encode())
        return sum_.digest()[:12].hex()

    def commands(self):
        """What clients were told and what the log holds."""
        self.known = defaultdict(list)
        for record in self.records:
            if "ce_actor" in record.headers:
                self.known[record.id].append(record)
        by_prefix = {command.replace("-", "")[:24]: command for command in self.known}
        expected, acknowledged, refused, silent = set(self.case["setup"]), 0, 0, 0
        for ask in self.asks.values():
            prefix = self.prefix(ask)
            found = by_prefix.get(prefix)
            if ask.command:
                acknowledged += 1
                self.faults.same("a command's id is not made of its actor, path and key", prefix,
                                 ask.command.replace("-", "")[:24], ask.path)
                if ask.command not in self.known:
                    self.faults.add("LOST: acknowledged and in no topic", (ask.command, ask.method, ask.path, ask.statuses))
            elif ask.statuses and all(400 <= status < 500 for status in ask.statuses):
                refused += 1
                if found:
                    self.faults.add("INVENTED: refused and yet in a topic", (found, ask.path, ask.statuses))
                continue
            else:
                silent += 1
            if found:
                expected.add(found)
                for record in self.known[found]:
                    if (record.headers["ce_subject"], record.headers["ce_actor"], record.value.decode()) != \
                            (ask.path, self.actor(ask), ask.body):
                        self.faults.add("INVENTED: a command that is not what the client sent", found)
        self.faults.sets("commands in the topics", expected, set(self.known))
        copies = [records for records in self.known.values() if len(records) > 1]
        self.numbers.update(requests=len(self.requests), commands=len(self.asks), acknowledged=acknowledged, refused=refused,
                            unanswered_to_the_end=silent, sent_twice=len(copies))
        for records in copies:
            if len({(record.topic, record.partition, record.key) for record in records}) > 1:
                self.faults.add("copies of a command in two partitions", records[0].id)

    def flow(self):
        """Positions, inbox, outbox, timers, parked."""
        self.inbox, rows = {}, Counter()
        for message, worker, status, outcome in self.sql("select message_id, worker, status, outcome from flow.inbox"):
            rows[str(message), worker] += 1
            self.inbox[str(message), worker] = (status, json.loads(outcome) if outcome else None)
        for place, count in rows.items():
            if count > 1:
                self.faults.add("TWICE: a message stands twice in the inbox", place)
        expected = {(record.id, worker) for worker, topics in WORKERS.items() for topic in topics for record in self.of[topic]}
        self.faults.sets("the inbox", expected, set(self.inbox))
        for what in ("flow.parked", "flow.outbox", "flow.timer", "flow.inbox_conflict"):
            count = self.sql(f"select count(*) from {what}")[0][0]
            self.faults.same(f"rows in {what} at the end", 0, count)
        cursors = {(worker, topic, partition): at for worker, topic, partition, at in
                   self.sql("select worker, topic, partition, next_offset from flow.cursor")}
        for worker, topics in WORKERS.items():
            for (topic, partition), end in self.ends.items():
                if topic in topics:
                    self.faults.same("a position is not at its partition's end", end, cursors.get((worker, topic, partition)),
                                     (worker, topic, partition))
        before = {}
        for worker, topic, partition, old, new in self.sql(
                'select worker, topic, partition, old_offset, new_offset from judge.history order by n'):
            place = (worker, topic, partition)
            if new <= old or before.get(place, old) != old:
                self.faults.add("a position went back or jumped", (place, before.get(place), old, new))
            before[place] = new
        self.numbers.update(records=len(self.records), inbox=len(self.inbox))

    def result_as_played(self, record_type, result):
        if result is None:
            return None
        if record_type == "exam_start":
            return {**{name: result[name] for name in ("attempt", "number", "writer")},
                    "started_at": milliseconds(result["started_at"]), "deadline": milliseconds(result["deadline"]),
                    "questions": sorted(question["question"] for question in result["questions"]),
                    "saved": {one["question"]: (one["writer"], one["seq"], one["answer"]) for one in result["saved"]}}
        if record_type == "exam_submit":
            shown = {name: Fraction(str(result[name])) for name in ("mark", "full_mark") if name in result}
            return {"attempt": result["attempt"], "number": result["number"], "answered": result["answered"],
                    "handed_in_at": milliseconds(result["handed_in_at"]), **shown}
        return result

    def outcomes(self):
        """Inbox, outcome topic and the game played again say the same of each command."""
        said, kinds = defaultdict(dict), Counter()
        for record in self.of["outcome"]:
            value = json.loads(record.value)
            value.pop("decided_at")
            text = json.dumps(value, sort_keys=True)
            said[value["command"]][text] = value
        for command, records in self.known.items():
            worker = next(worker for worker, topics in WORKERS.items() if records[0].topic in topics)
            status, content = self.inbox.get((command, worker), (None, None))
            if status is None:
                continue
            told = list(said.pop(command, {}).values())
            if len(told) != 1:
                self.faults.add("a command has no outcome in the topic" if not told else "TWICE: outcomes that differ",
                                (command, told[:2]))
                continue
            applied = status < 300
            self.faults.same("outcome and inbox differ", ("applied" if applied else "rejected", content),
                             (told[0]["status"], told[0].get("result" if applied else "problem")), command)
            if command in self.play.outcomes:
                verdict, result = self.play.outcomes[command]
                found = "applied" if applied else content["type"].rsplit("/", 1)[-1].rsplit(":", 1)[-1]
                kinds[records[0].type, verdict] += 1
                if verdict != found:
                    self.faults.add("WRONG: a command's outcome", (command, records[0].type, records[0].partition,
                                                                    records[0].offset, "expected", verdict, "found", found))
                elif applied and result is not None:
                    result = {**result, **({"questions": sorted(result["questions"])} if "questions" in result else {})}
                    self.faults.same("WRONG: a command's result", result, self.result_as_played(records[0].type, content), command)
        for command in said:
            self.faults.add("INVENTED: an outcome of no command", command)
        self.numbers["outcomes"] = {f"{kind} {verdict}": count for (kind, verdict), count in sorted(kinds.items())}

    def sheets(self):
        expected = {}
        for attempt in self.play.by_id.values():
            sheet = attempt.sheet
            if sheet is None:
                self.faults.add("LOST: an attempt was never closed", attempt.id)
                continue
            body = self.known[sheet["command"]][0].value.decode() if sheet["ended"] == "handed_in" else None
            expected[attempt.id] = (attempt.exam, attempt.member, attempt.number, sheet["ended"], sheet["at"], sheet["command"],
                                    body, sheet["marks"], sheet["mark"], sheet["revision"])
        found = {}
        for row in self.sql("select attempt, exam, member, number, ended, ended_at, command, hand_in, marks, mark, revision "
                            "from sheet"):
            attempt = str(row[0])
            if attempt in found:
                self.faults.add("TWICE: two sheets of an attempt", attempt)
            found[attempt] = (str(row[1]), str(row[2]), row[3], ("handed_in", "closed")[row[4]], instant(row[5]), str(row[6]),
                              row[7], {word >> 20: word & 0xfffff for (word,) in struct.iter_unpack(">I", row[8])},
                              row[9], row[10])
        self.faults.sets("sheets", set(expected), set(found))
        for attempt in set(expected) & set(found):
            self.faults.same("WRONG: a sheet", expected[attempt], found[attempt], attempt)
        results = Counter((str(exam), str(member), number, Fraction(score), str(command)) for exam, member, number, score, command
                          in self.sql("select exam_id, member_id, attempt_no, score, command_id from exam_result"))
        wanted = Counter((e[0], e[1], e[2], Fraction(e[8], 100), e[5]) for e in expected.values())
        self.faults.same("WRONG: the view exam_result", wanted, results)
        rows = Counter((str(attempt), question, writer, seq) for attempt, question, writer, seq in
                       self.sql("select attempt, question, writer, seq from answer"))
        self.faults.sets("saved answers", set(self.play.answers), set(rows))
        for attempt, question, writer, seq, at, text in self.sql(
                "select attempt, question, writer, seq, accepted_at, answer from answer"):
            place = (str(attempt), question, writer, seq)
            if place in self.play.answers:
                self.faults.same("WRONG: a saved answer", self.play.answers[place], (json.loads(text), instant(at)), place)
        refused = {str(command): (str(attempt), str(member), instant(at), reason) for command, attempt, member, at, reason in
                   self.sql("select command, attempt, member, accepted_at, reason from refused_hand_in")}
        self.faults.same("refused hand-ins", self.play.refused, refused)
        self.faults.sets("attempts", set(self.play.by_id), set(self.play.rows))
        ended = Counter(attempt.sheet["ended"] for attempt in self.play.by_id.values() if attempt.sheet)
        self.numbers.update(attempts=len(self.play.by_id), **ended, saved=len(rows),
                            marked_again=sum(e[9] > 1 for e in expected.values()))

    def acknowledged_answers(self):
        """Straight from the clients: no sheet is older than the last answer they were promised."""
        times = {command: milliseconds(records[0].time) for command, records in self.known.items()}
        checked = 0
        for ask in self.asks.values():
            parts = ask.path.split("/")
            if ask.method != "PUT" or not ask.command or 202 not in ask.statuses and 200 not in ask.statuses:
                continue
            attempt, body = self.play.by_id.get(parts[5]), json.loads(ask.body)
            if attempt is None or attempt.sheet is None or ask.command not in times:
                continue
            until = self.play.last(attempt)
            if attempt.sheet["ended"] == "handed_in":
                until = min(until, attempt.sheet["at"])
            if times[ask.command] > until or body["writer"] > attempt.writers:
                continue
            checked += 1
            kept = attempt.sheet["answers"].get(int(parts[7]))
            if kept is None or kept[:2] < (body["writer"], body["seq"]):
                self.faults.add("LOST: an acknowledged answer does not count", (ask.command, ask.path, kept))
        self.numbers["promised_answers"] = checked

    def events(self):
        """An event is said once, whatever was killed: copies are the same to the byte."""
        values = {}
        for record in self.records:
            if record.topic in ("exam_mark", "ledger", "board", "outcome", "tree", "account", "paper", "setting") or \
                    record.type == "attempt_due":
                first = values.setdefault((record.topic, record.id), record.value)
                if first != record.value:
                    self.faults.add("TWICE: an event of one id was said in two ways", (record.topic, record.id, first, record.value))
        due = defaultdict(set)
        for record in self.of["exam"]:
            if record.type == "attempt_due":
                due[json.loads(record.value)["attempt"]].add(record.id)
        for attempt in self.play.by_id.values():
            closed = attempt.sheet and attempt.sheet["ended"] == "closed"
            if len(due[attempt.id]) > 1 or (closed and not due[attempt.id]):
                self.faults.add("a timer did not come back once", (attempt.id, due[attempt.id]))
        graded, ids = Counter(), defaultdict(set)
        for record in self.of["exam_mark"]:
            value = json.loads(record.value)
            ids[value["attempt"], value["revision"]].add(record.id)
            if len(ids[value["attempt"], value["revision"]]) == 1:
                graded[value["attempt"], value["revision"], Fraction(str(value["mark"])) * 100, value["ended"],
                       milliseconds(value["ended_at"])] = 1
        for place, some in ids.items():
            if len(some) > 1:
                self.faults.add("TWICE: a marking was said twice", place)
        self.faults.sets("markings said", {(a, r, Fraction(m), e, at) for a, r, m, e, at in self.play.graded}, set(graded))

    def points(self):
        """What every member has earned, from the sheets and the rule alone."""
        rule, sums, counts = self.case["rule"], Counter(), defaultdict(int)
        self.touched = set()
        earned = defaultdict(list)
        for exam, member in list(self.play.attempts):
            best = self.play.counted(exam, member)
            if best is None:
                continue
            full = self.case["exams"][exam]["full"]
            value = int(Fraction(rule["amount"] * best.sheet["mark"], full) + Fraction(1, 2))
            day = (best.sheet["at"] + SHANGHAI) // DAY
            earned[member, day].append((best.sheet["at"], uuid.UUID(exam).bytes, exam, value))
        for (member, day), causes in earned.items():
            left = rule["cap"]
            for _, _, exam, value in sorted(causes):
                taken = min(value, left)
                left -= taken
                counts[member, exam, day] = taken
                for period in periods_of(day):
                    sums[member, period] += taken
        stands, revisions, totals = Counter(), defaultdict(list), Counter()
        for member, cause, day, revision, counted, name in self.sql(
                "select member, cause, day, revision, counted, rule from points_ledger order by revision"):
            stands[str(member), str(cause), day] += counted
            revisions[str(member), str(cause), name].append(revision)
            for period in periods_of(day):
                totals[str(member), period] += counted
                if counted:
                    self.touched.add((str(member), period))
        drop = lambda some: {place: value for place, value in some.items() if value}  # noqa: E731
        compare(self.faults, "WRONG: the ledger", drop(counts), drop(stands))
        for place, list_ in revisions.items():
            self.faults.same("a cause's entries", list(range(1, len(list_) + 1)), sorted(list_), place)
        self.sums = {place: value for place, value in sums.items()}
        kept, versions = {}, {}
        for member, period, points, version in self.sql("select member, period, points, version from points_sum"):
            kept[str(member), period], versions[str(member), period] = points, version
        compare(self.faults, "WRONG: the kept sums", drop(sums), drop(kept))
        compare(self.faults, "the ledger's sum and the kept sums", drop(totals), drop(kept))
        views = {str(member): Fraction(points) for member, points in self.sql("select member_id, points from points_total")}
        compare(self.faults, "WRONG: the view points_total", {m: Fraction(v, 100) for (m, p), v in sums.items() if p == "all" and v},
                drop(views))
        entries = Counter()
        for member, points in self.sql("select member_id, points from points_entry"):
            entries[str(member)] += Fraction(points)
        compare(self.faults, "WRONG: the view points_entry", drop(views), drop(entries))
        self.board_topic(kept, versions)
        posted = {(json.loads(r.value)["member"], json.loads(r.value)["cause"], json.loads(r.value)["revision"]): r.id
                  for r in self.of["ledger"]}
        self.faults.sets("entries said", {(m, c, r) for (m, c, _), list_ in revisions.items() for r in list_}, set(posted))
        self.numbers.update(ledger=sum(map(len, revisions.values())), members_with_points=len(drop(views)),
                            points=str(sum(views.values())), capped=sum(
                                sum(v for *_, v in causes) > rule["cap"] for causes in earned.values()),
                            days=len({day for _, day in earned}))

    def board_topic(self, kept, versions):
        """The last record of a period tells its kept sum; that of all time, which every move tells, is the member's last."""
        latest = {}
        for record in self.of["board"]:
            value = json.loads(record.value)
            place = (value["member"], value["period"])
            if place not in latest or value["version"] >= latest[place][0]:
                latest[place] = (value["version"], int(Fraction(str(value["points"])) * 100))
        compare(self.faults, "WRONG: the topic board", {place: points for place, points in kept.items() if points},
                {place: points for place, (_, points) in latest.items() if points})
        for place in latest:
            due, said = versions.get(place), latest[place][0]
            if due is None or said > due or (place[1] == "all" and said != due):
                self.faults.add("WRONG: the topic board's version", (place, due, said))

    def boards(self):
        """The leaderboard over HTTP: every member, every period, the county and each organisation."""
        parents = {str(i): str(p) if p else None for i, p in self.sql("select id, parent from organisation")}
        homes = {str(a): str(o) for a, o in self.sql("select id, organisation from account where organisation is not null")}
        periods = sorted({period for _, period in self.touched}) or ["all"]
        wire, looks = Wire(self.case["url"], self.case["admin"], self.case["admin_password"]), 0
        for org in [None] + self.case["organisations"]:
            below = [m for m in homes if org is None or within(parents, homes[m], org)]
            for period in periods:
                values = {m: self.sums.get((m, period), 0) for m in below if (m, period) in self.touched}
                order = sorted(values, key=lambda m: (-values[m], uuid.UUID(m).bytes))
                ranks = [1 + sum(v > values[m] for v in values.values()) for m in order]
                expected = [(rank, m, homes[m], Fraction(values[m], 100)) for rank, m in zip(ranks, order)]
                found, total = [], None
                while total is None or len(found) < total:
                    answer = wire.get(f"/v1/leaderboards/members?period={quote(period)}&limit=1000&offset={len(found)}" +
                                      (f"&org={org}" if org else ""))
                    total = answer["total"]
                    found += [(row["rank"], row["member"], row["org"], Fraction(str(row["points"]))) for row in answer["rows"]]
                    if not answer["rows"]:
                        break
                looks += 1
                if expected != found:
                    odd = [pair for pair in zip(expected, found) if pair[0] != pair[1]][:1]
                    self.faults.add("WRONG: the leaderboard", (org, period, len(expected), len(found), odd))
        self.numbers["leaderboards"] = looks

    def roster(self):
        made = {str(one): name for one, name in self.sql("select id, name from organisation")}
        wanted = {}
        for ask in self.asks.values():
            if ask.path == "/v1/organisations" and ask.command:
                wanted[ask.command] = json.loads(ask.body)["name"]
        setup = {one: made.get(one) for one in self.case["organisations"]}
        self.faults.sets("organisations", set(wanted.items()) | set(setup.items()), set(made.items()))
        told = {json.loads(record.value)["organisation"] for record in self.of["tree"]}
        self.faults.sets("organisations said", set(made), told)
        self.numbers["organisations"] = len(made)

    def status_of_commands(self):
        """GET /v1/commands/{id} of each acknowledged id says applied or rejected."""
        by_person = defaultdict(list)
        for ask in self.asks.values():
            if ask.command:
                by_person[ask.who].append(ask.command)
        seen = Counter()
        for who, commands in by_person.items():
            password = self.case["admin_password"] if who == self.case["admin"] else self.case["password"]
            wire = Wire(self.case["url"], who, password)
            for command, answer in zip(commands, wire.get_many([f"/v1/commands/{command}" for command in commands])):
                status = answer.get("status")
                seen[status] += 1
                inbox = next((self.inbox[command, w] for w in WORKERS if (command, w) in self.inbox), None)
                if status not in ("applied", "rejected") or inbox is None or (inbox[0] < 300) != (status == "applied"):
                    self.faults.add("LOST: an acknowledged command is not told as done", (command, answer))
            wire.close()
        self.numbers["asked_after"] = dict(seen)

    def vacuity(self, kills):
        """How much was under way at each kill, counted afterwards from what others saw."""
        first = {}
        for record in self.records:
            place = (record.topic, hashlib.sha256(record.value or b"").hexdigest())
            first[place] = min(first.get(place, record.stored), record.stored)
        enough = True
        for kill in kills:
            what, at, least = kill["what"], kill["at"], 100
            if what in ("front", "kafka"):
                count = sum(request["sent"] < at and (request["answered"] is None or request["answered"] > at and
                            (what == "kafka" or request["status"] == 0)) for request in self.requests.values())
                unit = "requests unanswered"
            elif what == "relay":
                count = sum(first.get(tuple(one), at * 1000 + 1) > at * 1000 for one in kill["outbox"])
                unit = "outbox rows unsent"
            else:
                ids = {record.id for record in self.records
                       if f"{record.topic}/{record.partition}" in kill["ends"] and
                       kill["cursor"].get(f"{record.topic}/{record.partition}", 0) <= record.offset
                       < kill["ends"][f"{record.topic}/{record.partition}"] and
                       ("ce_actor" in record.headers or record.type == "exam_graded")}
                count, unit = len(ids), "accepted and not yet applied"
            good = count >= least and kill.get("fenced", True)
            enough = enough and good
            kill["count"] = count
            print(f"  {kill['how']:7} {what:10} at {kill['after']:6.2f} s: {count:5} {unit}" +
                  (f", fenced: {'yes' if kill['fenced'] else 'NO'}" if "fenced" in kill else "") +
                  f", back after {kill['back']:.1f} s" + ("" if good else "   VACUOUS"))
        return enough


def within(parents, org, top):
    while org and org != top:
        org = parents.get(org)
    return org == top


def periods_of(day):
    date = datetime.fromtimestamp(day * 86400, timezone.utc)
    return ["all", f"{date.year:04d}", f"{date.year:04d}Q{(date.month + 2) // 3}", f"{date.year:04d}-{date.month:02d}"]


def compare(faults, what, expected, found):
    for place in expected.keys() | found.keys():
        faults.same(what, expected.get(place), found.get(place), place)


class Wire:
    """A connection of the judge's own, logged in; asks for many things at once. The front ends one after 10,000 requests."""

    def __init__(self, url, login, password):
        self.where = urlsplit(url)
        self.host, self.token = self.where.netloc, None
        self.connect()
        body = json.dumps({"login": login, "password": password}).encode()
        for _ in range(20):
            self.socket.sendall(f"POST /v1/sessions HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
                                f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            status, answer = self.read()
            if status == 201:
                self.token = answer["access_token"]
                return
            time.sleep(0.3)
        raise RuntimeError(f"{login} cannot log in: {status} {answer}")

    def connect(self):
        self.socket = socket.create_connection((self.where.hostname, self.where.port), timeout=60)
        self.file = self.socket.makefile("rb")

    def read(self):
        status = int(self.file.readline().split()[1])
        length = 0
        while (line := self.file.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, json.loads(self.file.read(length) or b"{}")

    def request(self, path):
        return (f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {self.token}\r\n\r\n").encode()

    def get(self, path):
        self.socket.sendall(self.request(path))
        status, answer = self.read()
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {answer}")
        return answer

    def get_many(self, paths):
        answers = []
        for at in range(0, len(paths), 16):
            if at % 8000 == 0:
                self.close()
                self.connect()
            some = paths[at:at + 16]
            self.socket.sendall(b"".join(map(self.request, some)))
            answers += [self.read()[1] for _ in some]
        return answers

    def close(self):
        self.socket.close()


def main(path):
    case = json.loads(Path(path).read_text())
    began = time.monotonic()
    judge = Judge(case)
    fine = judge.judge()
    print("the judge counted: " + ", ".join(f"{name} {value}" for name, value in judge.numbers.items()))
    enough = judge.vacuity(case["kills"])
    for what, count in judge.faults.count.most_common():
        print(f"  FAULT {what}: {count}")
        for example in judge.faults.examples[what]:
            print(f"        {example}")
    verdict = "sound" if fine and enough else "vacuous" if fine else "BROKEN"
    print(f"verdict: {verdict} ({time.monotonic() - began:.1f} s of judging)")
    return {"sound": 0, "vacuous": 2, "BROKEN": 4}[verdict]      # 1 is any program that fell over


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
