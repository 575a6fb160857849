"""Many keep-alive connections on one epoll, every request and reply in an fsynced log before it counts.

A person is a generator that yields Send and Pause and is sent replies. A request whose fate is unknown (the connection
broke, or 429 or 5xx) goes out again with the same key until it has an answer, as a good client does.
SPDX-License-Identifier: Apache-2.0"""
import errno
import heapq
import json
import mmap
import os
import random
import select
import socket
import struct
import time
from dataclasses import dataclass, field

SENT, ANSWERED, ACCEPTED, PRESS, STOP, PEOPLE, DONE, CLERKS = range(8)
AGAIN = (429, 500, 502, 503, 504)


class Board:
    """Numbers shared between the load's process and who watches it."""

    def __init__(self, path, make=False):
        if make:
            path.write_bytes(bytes(4096))
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 4096)

    def __getitem__(self, at):
        return struct.unpack_from("=q", self.memory, at * 8)[0]

    def __setitem__(self, at, value):
        struct.pack_into("=q", self.memory, at * 8, value)


@dataclass
class Send:
    """A request; `until` names the statuses that end the retries."""
    method: str
    path: str
    body: object = None
    key: str = None
    wait: int = None
    token: str = None
    quiet: bool = False     # not in the log: it holds a password
    tries: int = 0
    number: int = 0


@dataclass
class Pause:
    seconds: float
    thinking: bool = False      # ends at once when everybody is pressed


@dataclass
class Reply:
    status: int
    body: bytes

    @property
    def json(self):
        return json.loads(self.body) if self.body else {}


@dataclass
class Person:
    name: str
    life: object
    engine: object
    socket: object = None
    read: bytearray = field(default_factory=bytearray)
    sending: bytes = b""
    request: Send = None
    flying: bool = False

    def open(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read.clear()
        code = self.socket.connect_ex(self.engine.address)
        if code not in (0, errno.EINPROGRESS):
            self.close()
            return False
        self.engine.people[self.socket.fileno()] = self
        self.engine.epoll.register(self.socket.fileno(), select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
        return True

    def close(self):
        if self.socket:
            self.engine.people.pop(self.socket.fileno(), None)
            self.socket.close()
            self.socket = None
        self.sending = b""


class Engine:
    def __init__(self, host, port, log_path, board, seed):
        self.address, self.board = (host, port), board
        self.host = f"{host}:{port}".encode()
        self.log = open(log_path, "ab", buffering=0)
        self.epoll = select.epoll()
        self.people, self.timers, self.lines, self.outgoing = {}, [], [], []
        self.serial = 0
        self.random = random.Random(seed)
        self.alive = self.pressed = 0

    def add(self, name, life):
        person = Person(name, life, self)
        self.alive += 1
        self.later(0, person, None)
        return person

    def later(self, seconds, person, what):
        self.serial += 1
        heapq.heappush(self.timers, (time.monotonic() + seconds, self.serial, person, what))

    def note(self, **line):
        self.lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode())

    def step(self, person, reply):
        """Lets a person go on until the next request or pause."""
        try:
            what = person.life.send(reply)
        except StopIteration:
            person.request = None
            person.close()
            self.alive -= 1
            return
        if isinstance(what, Pause):
            self.later(what.seconds, person, "thinking" if what.thinking else None)
        else:
            person.request = what
            self.outgoing.append(person)

    def send(self, person):
        """Notes the request; the bytes go out after the log is on disk."""
        request = person.request
        self.serial += 1
        request.number = self.serial
        request.tries += 1
        body = b"" if request.body is None else json.dumps(request.body, ensure_ascii=False).encode()
        head = [f"{request.method} {request.path} HTTP/1.1\r\nHost: ".encode(), self.host,
                b"\r\nContent-Type: application/json\r\nContent-Length: ", str(len(body)).encode()]
        if request.token:
            head += [b"\r\nAuthorization: Bearer ", request.token.encode()]
        if request.key:
            head += [b"\r\nIdempotency-Key: ", request.key.encode()]
        if request.wait is not None:
            head += [b"\r\nPrefer: wait=", str(request.wait).encode()]
        person.sending = b"".join(head) + b"\r\n\r\n" + body
        if not request.quiet:
            self.note(q=request.number, t=time.time(), who=person.name, method=request.method, path=request.path,
                      key=request.key, body=body.decode())

    def fail(self, person, why):
        """No answer: the same again a little later."""
        person.close()
        if not person.flying:
            return
        person.flying = False
        if not person.request.quiet:
            self.note(a=person.request.number, t=time.time(), status=0, why=why)
        self.board[ANSWERED] += 1
        self.later(self.backoff(person.request), person, "again")

    def backoff(self, request):
        return self.random.uniform(0.05, 0.15) * min(2 ** min(request.tries, 4), 8)

    def write(self, person):
        if person.socket is None and not person.open():
            person.flying = True
            self.fail(person, "no connection")
            return
        self.push(person)

    def push(self, person):
        try:
            while person.sending:
                person.sending = person.sending[person.socket.send(person.sending):]
        except BlockingIOError:
            pass
        except OSError as fault:
            if fault.errno != errno.ENOTCONN:
                self.fail(person, str(fault))

    def heard(self, person, events):
        if events & select.EPOLLOUT and person.sending:
            self.push(person)
        if person.socket is None:
            return
        try:
            while True:
                piece = person.socket.recv(65536)
                if not piece:
                    self.fail(person, "closed")
                    return
                person.read += piece
        except BlockingIOError:
            pass
        except OSError as fault:
            self.fail(person, str(fault))
            return
        self.parse(person)

    def parse(self, person):
        data = person.read
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(data[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15:].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(data) < end + 4 + length:
            return
        status, body = int(head[9:12]), bytes(data[end + 4:end + 4 + length])
        del data[:end + 4 + length]
        if b"connection: close" in head:
            person.close()
        request, person.flying = person.request, False
        if not request.quiet:
            self.note(a=request.number, t=time.time(), status=status,
                      body=body.decode() if len(body) < 700 or status >= 400 else body[:120].decode(errors="ignore"))
        self.replies.append((person, Reply(status, body)))

    def settle(self):
        """What came in: counted, and handed on, once the log holds it."""
        for person, reply in self.replies:
            self.board[ANSWERED] += 1
            if reply.status == 202:
                self.board[ACCEPTED] += 1
            if reply.status in AGAIN:
                self.later(self.backoff(person.request), person, "again")
            else:
                self.step(person, reply)

    def flush(self):
        if self.lines:
            self.log.write(b"\n".join(self.lines) + b"\n")
            os.fdatasync(self.log.fileno())
            self.lines.clear()

    def wake(self):
        """Who only thinks acts at once when the press begins."""
        pressed, before = self.board[PRESS], self.pressed
        self.pressed = pressed
        if pressed and not before:
            self.timers = [(0.0 if what == "thinking" else due, n, person, what) for due, n, person, what in self.timers]
            heapq.heapify(self.timers)

    def turn(self):
        self.wake()
        now = time.monotonic()
        timeout = max(0.0, min(0.02, self.timers[0][0] - now)) if self.timers else 0.02
        self.replies = []
        for number, events in self.epoll.poll(timeout, 1024):
            person = self.people.get(number)
            if person:
                self.heard(person, events)
        self.flush()
        self.settle()
        now = time.monotonic()
        while self.timers and self.timers[0][0] <= now:
            _, _, person, what = heapq.heappop(self.timers)
            if what == "again":
                self.outgoing.append(person)
            else:
                self.step(person, None)
        outgoing, self.outgoing = self.outgoing, []
        for person in outgoing:
            self.send(person)
        self.flush()
        for person in outgoing:
            person.flying = True
            self.board[SENT] += 1
            self.write(person)

    def run(self):
        while self.alive:
            self.turn()
            self.board[PEOPLE] = self.alive
        self.flush()
