"""Looks at an instance from outside and kills its processes at drawn moments.  SPDX-License-Identifier: Apache-2.0"""
import hashlib
import os
import signal
import subprocess
import time
import urllib.request

import psycopg
from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from kill.people import HAND_IN, ROSTER, WRITE
from kill.wire import ANSWERED, PRESS, SENT

TOPICS = {"grading": ("exam", "education"), "points": ("exam_mark", "points"), "roster": ("roster", "operation")}
PRESSED = {"grading": WRITE, "points": HAND_IN, "roster": ROSTER, "relay": WRITE | HAND_IN, "front": WRITE, "kafka": WRITE,
           "postgresql": WRITE}
SECOND = 20                                 # what a second process adds to PORT_BASE: above every program's own port
LEAST = 105
MARGIN = {"front": 260, "kafka": 260}       # wanted where nothing can be looked up at the instant itself


class Watch:
    def __init__(self, instance, board, random, began):
        self.instance, self.board, self.random, self.began = instance, board, random, began
        self.admin = self.client()
        self.partitions = {name: list(topic.partitions) for name, topic in self.admin.list_topics(timeout=20).topics.items()}
        self.database, self.kills = None, []

    def client(self):
        return AdminClient({"bootstrap.servers": self.instance.kafka, "log_level": 0, "socket.timeout.ms": 5000})

    def sql(self, text, *arguments):
        end = time.monotonic() + 60
        while True:
            try:
                if self.database is None:
                    self.database = psycopg.connect(self.instance.pg, autocommit=True, connect_timeout=5)
                return self.database.execute(text, arguments).fetchall()
            except psycopg.OperationalError:
                self.database = None
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def ends(self, worker):
        wanted = {TopicPartition(topic, n): OffsetSpec.latest() for topic in TOPICS[worker] for n in self.partitions[topic]}
        end = time.monotonic() + 60
        while True:
            try:
                found = self.admin.list_offsets(wanted, request_timeout=5)
                return {f"{place.topic}/{place.partition}": future.result().offset for place, future in found.items()}
            except KafkaException:          # a broker that has just come back
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
                self.admin = self.client()

    def cursor(self, worker):
        return {f"{topic}/{partition}": at for topic, partition, at in
                self.sql("select topic, partition, next_offset from flow.cursor where worker = %s", worker)}

    def behind(self, worker):
        """(how many messages the worker has not committed, where the logs end, where it stands); what may be wrong is low."""
        ends = self.ends(worker)
        cursor = self.cursor(worker)
        return sum(end - min(cursor.get(place, 0), end) for place, end in ends.items()), ends, cursor

    def outbox(self):
        """How many events have not been said."""
        return self.sql("select coalesce(sum(events), 0)::int from flow.outbox")[0][0]

    def marks(self):
        """How many marks wait in the outbox."""
        return self.sql("select count(*) from flow.outbox_event where topic = 'exam_mark'")[0][0]

    def under_way(self, what):
        """How much there is to lose now, and what is to be noted of it."""
        if what in ("front", "kafka"):
            return self.board[SENT] - self.board[ANSWERED], {}
        if what == "relay":     # what was written since it last looked, it cannot have said
            return self.sql("select coalesce(sum(events), 0)::int from flow.outbox where xmin::text::bigint > "
                            "(select xmin::text::bigint from flow.relay)")[0][0], {}
        count, ends, cursor = self.behind("grading" if what == "postgresql" else what)
        return count, {"ends": ends, "cursor": cursor}

    def await_load(self, what, seconds, wait):
        """From a drawn moment on (so many seconds from now), the first instant at which enough is under way. A worker is
        held for the milliseconds of a second look, so that the count is that of the instant; it stays held if it is enough."""
        time.sleep(wait)
        held = {"postgresql": "grading"}.get(what, what if what in TOPICS or what == "relay" else None)
        end, best, pulse = time.monotonic() + seconds, (-1, {}), time.monotonic() + 3
        while time.monotonic() < end:
            if time.monotonic() > pulse:
                pulse = self.breathe(what)
            count, note = self.under_way(what)
            if count >= MARGIN.get(what, LEAST) and held:
                os.kill(self.pid(held), signal.SIGSTOP)
                time.sleep(0.003)
                count, note = self.under_way(what)
                if count < LEAST:
                    os.kill(self.pid(held), signal.SIGCONT)
            if count >= MARGIN.get(what, LEAST):
                return count, note
            best = max(best, (count, note), key=lambda pair: pair[0])
            if what in ("front", "kafka"):
                time.sleep(0.0005)
        return best

    def breathe(self, what):
        """Everybody rests, and then all act at once."""
        self.board[PRESS] = 0
        time.sleep(1.5)
        self.board[PRESS] = PRESSED[what]
        if what == "points":
            self.gather_marks()
        return time.monotonic() + 3

    def gather_marks(self):
        """The relay is held until marks stand in the outbox, which then come to the points worker at once: where the grading
        worker is the slower of the two, they would else never be many."""
        relay, end = self.pid("relay"), time.monotonic() + 6
        os.kill(relay, signal.SIGSTOP)
        while self.marks() < 2 * LEAST and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(relay, signal.SIGCONT)

    def pid(self, name):
        try:
            return int((self.instance.var / "run" / f"{name}.pid").read_text())
        except (OSError, ValueError):
            return None

    def ready(self, name):
        port = int(self.instance.environment["PORT_BASE"]) + {"front": 0, "relay": 4, "grading": 5, "points": 6, "roster": 7}[name]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def all_back(self, name, old, seconds=90):
        """Until the killed one runs again and everything is ready."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.pid(name) not in (None, old) and all(map(self.ready, ("front", "relay", "grading", "points", "roster"))):
                return time.monotonic() - began
            time.sleep(0.1)
        raise AssertionError(f"{name} did not come back in {seconds} s")

    def moves(self, worker, seconds=60):
        """Until the worker commits again."""
        before, end = sum(self.cursor(worker).values()), time.monotonic() + seconds
        while time.monotonic() < end:
            if sum(self.cursor(worker).values()) > before or self.behind(worker)[0] == 0:
                return
            time.sleep(0.02)
        raise AssertionError(f"{worker} does not go on")

    def kill(self, what, freeze=False):
        """Kills it under load and waits until all is well again, or, where it is to be frozen next, until it works again
        on what has come together meanwhile."""
        self.board[PRESS] = PRESSED[what]
        old = self.pid(what)
        seen, note = self.await_load(what, 40, self.random.uniform(0.05, 0.6))
        at = time.time()
        os.kill(old, signal.SIGKILL)
        if what == "postgresql":
            os.kill(self.pid("grading"), signal.SIGCONT)
        if what == "relay":
            note["outbox"] = [[topic, hashlib.sha256(value).hexdigest()] for topic, value in
                              self.sql("select topic, value from flow.outbox_event")]
        if freeze:
            while self.pid(what) in (None, old):
                time.sleep(0.02)
            self.moves(what)
            back = time.time() - at
        else:
            time.sleep(self.random.uniform(0.1, 0.5))
            self.board[PRESS] = 0
            back = self.all_back(what, old)
            for worker in TOPICS:
                self.moves(worker)
        self.kills.append({"how": "SIGKILL", "what": what, "at": at, "after": at - self.began, "seen": seen, "back": back, **note})
        print(f"  killed {what} with {seen} under way, back in {back:.1f} s", flush=True)

    def second(self, name):
        """Another process of the same name, as an operator would start it."""
        settings = dict(line.split("=", 1) for line in (self.instance.var / "settings").read_text().splitlines() if "=" in line)
        settings["BAOTING_METRICS_PORT"] = str(int(self.instance.environment["PORT_BASE"]) + SECOND)
        log = open(self.instance.var / "log" / f"{name}.second.log", "ab")
        environment = {**{k: v for k, v in os.environ.items() if not k.startswith("BAOTING_")}, **settings}
        return subprocess.Popen([self.instance.environment["BUILD"] + "/worker", name], env=environment, stdout=log, stderr=log)

    def frozen_at_work(self, name, pid):
        """Stops the process with a batch in hand: its transaction is begun, the position not yet claimed."""
        time.sleep(self.random.uniform(0, 0.05))
        end, pulse = time.monotonic() + 60, time.monotonic() + 3
        while time.monotonic() < end:
            if time.monotonic() > pulse:
                pulse = self.breathe(name)
            os.kill(pid, signal.SIGSTOP)
            time.sleep(0.002)
            begun = self.sql("select count(*) from pg_stat_activity where application_name = %s and "
                             "state = 'idle in transaction' and query like 'begin%%'", name)[0][0]
            if begun == 1:
                count, ends, cursor = self.behind(name)
                if count >= LEAST:
                    return count, {"ends": ends, "cursor": cursor}
            os.kill(pid, signal.SIGCONT)
            time.sleep(self.random.uniform(0.004, 0.03))
        raise AssertionError(f"{name} was never found with a batch in hand")

    def fenced(self, name, mark):
        return '"fenced"' in (self.instance.var / "log" / f"{name}.log").read_text(errors="replace")[mark:]

    def freeze(self, name):
        """Past its session, until another has taken over; then on again, and it must lose."""
        pid = self.pid(name)
        seen, note = self.frozen_at_work(name, pid)
        at = time.time()
        waiting = {place: note["cursor"].get(place, 0) for place, end in note["ends"].items() if end > note["cursor"].get(place, 0)}
        self.board[PRESS] = 0
        mark = len((self.instance.var / "log" / f"{name}.log").read_text(errors="replace"))
        other = self.second(name)
        try:
            end = time.monotonic() + 40
            while time.monotonic() < end:       # until the other has moved every position that the frozen one may hold
                assert other.poll() is None, f"the second {name} ended: see its log"
                cursor = self.cursor(name)
                if all(cursor.get(place, 0) > stood for place, stood in waiting.items()):
                    break
                time.sleep(0.02)
            taken = time.time() - at
            time.sleep(self.random.uniform(0.1, 1.0))
            os.kill(pid, signal.SIGCONT)
            end = time.monotonic() + 15
            while not self.fenced(name, mark) and time.monotonic() < end:
                time.sleep(0.1)
        finally:
            os.kill(pid, signal.SIGCONT)
            other.terminate()
            other.wait(30)
        for worker in TOPICS:
            self.moves(worker)
        fenced = self.fenced(name, mark)
        self.kills.append({"how": "SIGSTOP", "what": name, "at": at, "after": at - self.began, "seen": seen, "back": taken,
                           "fenced": fenced, **note})
        print(f"  froze {name} with {seen} under way, another took over in {taken:.1f} s, fenced: {fenced}", flush=True)
        return fenced

    def quiet(self, seconds):
        """Until every worker stands at its logs' ends, and nothing waits to be said or to fall due."""
        end, before = time.monotonic() + seconds, None
        while time.monotonic() < end:
            looks = [self.behind(worker) for worker in TOPICS]
            now = self.instance.now()
            rest = self.outbox() + self.sql("select count(*) from flow.timer where due <= to_timestamp(%s / 1000.0)", now)[0][0]
            state = [look[1] for look in looks]
            if rest == 0 and all(look[0] == 0 for look in looks):
                if state == before:
                    return None
                before = state
                time.sleep(0.7)
            else:
                before = None
                time.sleep(0.2)
        return f"not quiet within {seconds} s: behind {[look[0] for look in looks]}, outbox and due timers {rest}"
