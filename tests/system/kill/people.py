"""How those behave who sit the examinations: a third change saved answers, a third change devices, a third never hand in.
SPDX-License-Identifier: Apache-2.0"""
from kill.bank import answer
from kill.wire import CLERKS, DONE, PRESS, STOP, Pause, Send

WRITE, HAND_IN, ROSTER = 1, 2, 4       # what is pressed for: answers, hand-ins, organisations


class Member:
    def __init__(self, engine, login, password, exams, right, random):
        self.engine, self.login, self.password = engine, login, password
        self.exams, self.right, self.random, self.keys = exams, right, random, 0
        self.token = None

    def key(self):
        self.keys += 1
        return f"{self.login}-{self.keys}"

    @property
    def pressed(self):
        return self.engine.board[PRESS]

    def stopped(self):
        return self.engine.board[STOP] != 0

    def think(self):
        return Pause(0.0 if self.pressed & (WRITE | HAND_IN) else self.random.uniform(1.0, 3.0), thinking=True)

    def log_in(self):
        reply = yield Send("POST", "/v1/sessions", {"login": self.login, "password": self.password}, quiet=True)
        while reply.status != 201:
            yield Pause(0.3)
            reply = yield Send("POST", "/v1/sessions", {"login": self.login, "password": self.password}, quiet=True)
        self.token = reply.json["access_token"]
        self.engine.board[DONE] += 1
        yield Pause(self.random.uniform(0.5, 1.5))

    def start(self, exam):
        """The attempt, or None where no further one may be begun now."""
        request = Send("POST", f"/v1/exams/{exam}/attempts", {}, self.key(), wait=5, token=self.token)
        reply = yield request
        while reply.status == 202:
            if self.random.random() < 0.5:
                yield Pause(0.2)
                yield Send("GET", f"/v1/commands/{reply.json['command']}", token=self.token)
            request.tries = 0
            reply = yield request
        return reply.json["result"] if reply.status == 200 else None

    def save(self, sheet, exam, question, seq, writer=None):
        body = {"writer": writer or sheet["writer"], "seq": seq, "answer": answer(self.random, question, self.right)}
        return (yield Send("PUT", f"/v1/exams/{exam}/attempts/{sheet['attempt']}/answers/{question['question']}", body,
                           self.key(), token=self.token))

    def hand_in(self, sheet, exam, seq):
        some = self.random.sample(sheet["questions"], self.random.randrange(0, 6))
        body = {"attempt": sheet["attempt"], "writer": sheet["writer"],
                "answers": [{"question": q["question"], "seq": seq + n, "answer": answer(self.random, q, self.right)}
                            for n, q in enumerate(some)]}
        wait = None if self.pressed or self.random.random() < 0.5 else 5
        reply = yield Send("POST", f"/v1/exams/{exam}/submissions", body, self.key(), wait=wait, token=self.token)
        if self.random.random() < 0.05:     # once more, by mistake, with a key of its own
            yield Send("POST", f"/v1/exams/{exam}/submissions", body, self.key(), token=self.token)
        return reply

    def live(self):
        yield from self.log_in()
        turn = self.random.randrange(2)
        while not self.stopped():
            exam = self.exams[turn % len(self.exams)]
            turn += 1
            sheet = yield from self.start(exam)
            if sheet is None:
                yield Pause(self.random.uniform(0.3, 0.8))
                continue
            yield from self.sit(sheet, exam)


class Changer(Member):
    """Saves answers, changes them, hands in."""

    def sit(self, sheet, exam):
        for seq in range(1, self.random.randrange(6, 16)):
            yield self.think()
            if self.stopped() or self.pressed & HAND_IN:
                break
            yield from self.save(sheet, exam, self.random.choice(sheet["questions"][:8]), seq)
        yield from self.hand_in(sheet, exam, 100)


class Mover(Member):
    """Goes on with another device; the old one still says something now and then."""

    def sit(self, sheet, exam):
        seq = 0
        for device in range(self.random.choice((1, 2, 2, 3))):
            if device:
                old, sheet = sheet, (yield from self.start(exam)) or sheet
                if self.random.random() < 0.5:
                    yield from self.save(sheet, exam, self.random.choice(sheet["questions"]), seq + 50, old["writer"])
            for seq in range(1, self.random.randrange(3, 7)):
                yield self.think()
                if self.stopped() or self.pressed & HAND_IN:
                    break
                yield from self.save(sheet, exam, self.random.choice(sheet["questions"][:8]), seq)
        yield from self.hand_in(sheet, exam, 100)


class Sleeper(Member):
    """Never hands in, and makes room for those who do."""

    def think(self):
        return Pause(0.0 if self.pressed & WRITE else self.random.uniform(1.0, 3.0), thinking=True)

    def sit(self, sheet, exam):
        for seq in range(1, 1000):
            yield self.think()
            if self.stopped():
                return
            question = self.random.choice(sheet["questions"])
            reply = yield from self.save(sheet, exam, question, seq)
            if seq % 5 == 0 and reply.status == 202:
                state = yield Send("GET", f"/v1/commands/{reply.json['command']}", token=self.token)
                if state.status == 200 and state.json["status"] == "rejected":
                    return


class Clerk(Member):
    """Sets up branches while the roster is pressed."""

    def live(self):
        yield from self.log_in()
        done = 0
        while not self.stopped():
            if not self.pressed & ROSTER:
                yield Pause(0.05)
                continue
            done += 1
            name = f"{self.clerk}号办事员第{done}支部"
            yield Send("POST", "/v1/organisations",
                       {"parent": self.parent, "kind": "branch", "name": "中共测试县" + name, "short_name": name[:20],
                        "ordinal": done}, f"clerk{self.clerk}-{done}", token=self.token)
            self.engine.board[CLERKS] += 1
