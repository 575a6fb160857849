"""The front and its reading, measured with wrk beside evhttp's hello.  SPDX-License-Identifier: Apache-2.0"""
import datetime
import os
import random
import subprocess
import time
import uuid

import instance
from confluent_kafka import Consumer, TopicPartition
from measure import Rounds, Span, pss
from sitters import utc, write_pieces

CONNECTIONS = 64


def unit_body():
    """A hand-in of 500 bytes, as the goals' peers get it."""
    text = '{"exam_id":10007,"student_id":123456789,"course_id":1042,"attempt":1,"answers":"'
    answers = "".join(f"{number}:{'ABCDE'[number * 7 % 5]};" for number in range(1, 199))
    return (text + answers[:500 - len(text) - 2] + '"}').encode()


def unit_pieces(method):
    """The request of the unit: what peers/measure sends to evhttp's hello."""
    host = f"Host: 127.0.0.1:{instance.HELLO_PORT}\r\n"
    if method == "GET":
        return f"GET / HTTP/1.1\r\n{host}\r\n".encode(), b""
    head = f"POST /submissions HTTP/1.1\r\n{host}Content-Type: application/json\r\nContent-Length: 500\r\nIdempotency-Key: "
    return head.encode(), b"\r\n\r\n" + unit_body()


def wrk(port, file, seconds, key="", begin=0):
    """One run of wrk over a file of requests: its figures."""
    environment = {**os.environ, "REQUESTS": str(file), "SECONDS": str(seconds), "FROM": str(begin)}
    if key:
        environment["KEY"] = key
    told = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds + 2}s", "-s", instance.HERE / "requests.lua",
                           f"http://127.0.0.1:{port}/"], env=environment, capture_output=True, text=True, check=True).stdout
    line = next(line for line in told.splitlines() if line.startswith("RESULT "))
    return {name: float(value) for name, _, value in (word.partition("=") for word in line.split()[1:])}


class Harness:
    """wrk against some servers, in turn."""

    def __init__(self, seconds):
        self.seconds, self.sent, self.bad = seconds, 0, 0

    def once(self, rounds, port, file, pids, store=("", None), key=""):
        """One run: its figures into `rounds`, those of the store too, a name and a process; CPU per 10⁵ requests, returned."""
        span = Span(own=pids, **({"store": store[1]} if store[1] else {}))
        told = wrk(port, file, self.seconds, key, random.randrange(1 << 20))
        span.end()
        count = told["answered"]
        self.sent += told["sent"]
        self.bad += told["bad"] + told["broken"] + told["sent"] - count
        rounds.add(**{"req/s": count / told["seconds"], "p50 ms": told["p50"], "p99 ms": told["p99"],
                      "CPU-s/10⁵": span.used["own"] * 1e5 / count})
        if store[1]:
            rounds.add(**{f"{store[0]} CPU-s/10⁵": span.used["store"] * 1e5 / count})
        rounds.add(**{"MiB": pss(*span.roots["own"]), "box busy %": span.busy})
        return span.used["own"] * 1e5 / count


def exam_ends():
    """The end of each partition of the exam topic."""
    consumer = Consumer({"bootstrap.servers": os.environ["BAOTING_KAFKA"], "group.id": "bench-ends"})
    partitions = consumer.list_topics("exam", 10).topics["exam"].partitions
    ends = {number: consumer.get_watermark_offsets(TopicPartition("exam", number), 10)[1] for number in partitions}
    consumer.close()
    return ends


def distinct_commands(begins):
    """How many messages, and how many different command ids, an independent consumer finds behind these offsets."""
    ends = exam_ends()
    consumer = Consumer({"bootstrap.servers": os.environ["BAOTING_KAFKA"], "group.id": "bench-count",
                         "enable.auto.commit": False, "enable.partition.eof": False, "fetch.message.max.bytes": 4 << 20})
    consumer.assign([TopicPartition("exam", number, begins.get(number, 0)) for number in ends])
    missing, ids, last = sum(ends[number] - begins.get(number, 0) for number in ends), set(), time.monotonic()
    found = 0
    while found < missing and time.monotonic() - last < 20:
        for message in consumer.consume(10000, 1.0):
            if not message.error():
                last, found = time.monotonic(), found + 1
                ids.add(bytes(dict(message.headers())["ce_id"]))
    consumer.close()
    return found, len(ids)


def front(report, county, rounds_wanted, seconds):
    """Accepting a hand-in: the front beside evhttp's hello with the unit's and with the same requests."""
    file, unit = instance.VAR / "hand-ins", instance.VAR / "unit"
    write_pieces(file, [county.hand_in_pieces(sitter) for sitter in county.sitters])
    write_pieces(unit, [unit_pieces("POST")])
    size = sum(len(sitter.body) for sitter in county.sitters) / len(county.sitters)
    front_pid, kafka, harness = instance.pid("front"), ("Kafka", instance.pid("kafka")), Harness(seconds)
    with instance.hello() as server:
        begins, rows = exam_ends(), {"hello": Rounds(), "hello, same requests": Rounds(), "front": Rounds()}
        wrk(server.port, unit, 1, "warm-")
        harness.sent += wrk(instance.PORT, file, 2, "warm-")["sent"]
        hello_sent = Harness(seconds)
        for turn in range(rounds_wanted):
            least = hello_sent.once(rows["hello"], server.port, unit, server.process.pid, key=f"unit-{turn}-")
            same = hello_sent.once(rows["hello, same requests"], server.port, file, server.process.pid, key=f"same-{turn}-")
            own = harness.once(rows["front"], instance.PORT, file, front_pid, kafka, f"bench-{turn}-")
            rate = rows["front"].figures["req/s"][-1]
            rows["front"].add(**{"CPU ratio": own / least, "CPU ratio, same requests": own / same,
                                 "rate ratio": rate / rows["hello"].figures["req/s"][-1],
                                 "rate ratio, same requests": rate / rows["hello, same requests"].figures["req/s"][-1]})
    found, distinct = distinct_commands(begins)
    report.say("front", "evhttp hello, 500-byte hand-ins (the unit)", rows["hello"])
    report.say("front", f"evhttp hello, the front's own requests ({size:.0f}-byte bodies)", rows["hello, same requests"])
    report.say("front", f"front, hand-ins of 40 answers ({size:.0f} bytes), {len(county.sitters)} tokens", rows["front"],
               [("CPU ratio", "<", 0.7), ("rate ratio", ">", 0.9), ("MiB", "<", 64)])
    report.note("front", f"202s {harness.sent:.0f} ({harness.bad:.0f} requests otherwise); an independent consumer finds "
                f"{found} messages with {distinct} different command ids: "
                + ("equal" if found == distinct == harness.sent and not harness.bad else "NOT EQUAL"))


def reading(report, county, rounds_wanted, seconds):
    """My rank and ten neighbours over HTTP with a token, beside evhttp's hello."""
    file, unit = instance.VAR / "ranks", instance.VAR / "unit-get"
    write_pieces(file, [county.get_pieces(sitter, "/v1/leaderboards/members/me") for sitter in county.sitters])
    write_pieces(unit, [unit_pieces("GET")])
    front_pid, harness, rows = instance.pid("front"), Harness(seconds), {"hello": Rounds(), "same": Rounds(), "front": Rounds()}
    with instance.hello() as server:
        wrk(server.port, unit, 1)
        wrk(instance.PORT, file, 1)
        for _ in range(rounds_wanted):
            least = harness.once(rows["hello"], server.port, unit, server.process.pid)
            same = harness.once(rows["same"], server.port, file, server.process.pid)
            own = harness.once(rows["front"], instance.PORT, file, front_pid)
            rows["front"].add(**{"CPU ratio": own / least, "CPU ratio, same requests": own / same})
    report.say("reading", "evhttp hello, GET / (the unit)", rows["hello"])
    report.say("reading", "evhttp hello, the front's own requests", rows["same"])
    report.say("reading", "front, GET /v1/leaderboards/members/me with a token", rows["front"], [("CPU ratio", "<", 0.8)])
    report.note("reading", f"{harness.sent:.0f} requests, {harness.bad:.0f} of them without a good answer")


def statement(program, name, ids, seconds, parameters):
    """The query's statement asked by bare libpq: how often, and CPU per 10⁵, its own and PostgreSQL's."""
    span = Span(postgresql=instance.pid("postgresql"))
    before = os.times()
    told = subprocess.run([program, os.environ["BAOTING_PG"], instance.ROOT / "sql" / "queries" / f"{name}.sql", ids,
                           str(seconds), "@", utc(datetime.datetime.now(datetime.timezone.utc)), *parameters],
                          capture_output=True, text=True, check=True).stdout
    span.end()
    after = os.times()
    own = after.children_user + after.children_system - before.children_user - before.children_system
    asked = int(told.split()[0].partition("=")[2])
    return asked, (own + span.used["postgresql"]) * 1e5 / asked


def queries(report, county, rounds_wanted, seconds):
    """Declared queries through the front, beside the same prepared statement by bare libpq and evhttp's hello."""
    declared = [("points_me", "/v1/points/me?limit=50", ["50", "0"]),
                ("organisation_list", "/v1/organisations?limit=50", ["-", "50", "0"])]
    unit, ids, program = instance.VAR / "unit-get", instance.VAR / "ids", instance.compiled("statement", "libpq")
    write_pieces(unit, [unit_pieces("GET")])
    county.do(county.get_known())
    ids.write_text("".join(f"{uuid.UUID(sitter.session.account)}\n" for sitter in county.sitters), encoding="ascii")
    front_pid, database = instance.pid("front"), instance.pid("postgresql")
    with instance.hello() as server:
        for name, path, parameters in declared:
            file, harness = instance.VAR / name, Harness(seconds)
            write_pieces(file, [county.get_pieces(sitter, path) for sitter in county.sitters])
            rows = {"hello": Rounds(), "statement": Rounds(), "front": Rounds()}
            wrk(instance.PORT, file, 1)
            for _ in range(rounds_wanted):
                hello = harness.once(rows["hello"], server.port, unit, server.process.pid)
                asked, bare = statement(program, name, ids, seconds, parameters)
                rows["statement"].add(**{"asked/s": asked / seconds, "CPU-s/10⁵": bare})
                own = harness.once(rows["front"], instance.PORT, file, front_pid, ("PostgreSQL", database))
                own += rows["front"].figures["PostgreSQL CPU-s/10⁵"][-1]
                rows["front"].add(**{"all CPU-s/10⁵": own, "CPU ratio": own / (bare + hello)})
            report.say("queries", f"{name}: the statement by bare libpq", rows["statement"])
            report.say("queries", f"{name}: front, GET {path}", rows["front"], [("CPU ratio", "<", 1.3)])
            report.note("queries", f"{name}: {harness.sent:.0f} requests, {harness.bad:.0f} of them without a good answer")
