"""HTTP/1.1 over asyncio's sockets: keep-alive connections in a bounded pool, and a reader of event streams.

Speaks only what the demonstration needs and checks what it gets.  SPDX-License-Identifier: Apache-2.0"""
import asyncio
import json
import random
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

HEAD_MAX, BODY_MAX = 64 << 10, 16 << 20
AGAIN = (429, 502, 503, 504)


class Unreachable(Exception):
    """The server did not answer, however often it was asked."""


class Declined(Unreachable):
    """A stream that the server will not give; `status` says why."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class Broken(ConnectionError):
    """A connection that ended or spoke nonsense."""


@dataclass
class Reply:
    """What a request was answered with; `received` is the loop's time of its last byte."""

    status: int
    headers: dict
    body: bytes
    received: float

    def json(self):
        """The body as JSON; an empty object where it is none."""
        try:
            return json.loads(self.body) if self.body else {}
        except ValueError:
            return {}

    def fault(self):
        """One line for a person: status, title and detail of the problem, its faults."""
        problem = self.json() if isinstance(self.json(), dict) else {}
        told = [str(problem[name]) for name in ("title", "detail") if problem.get(name)]
        told += [f"{error.get('pointer', '')} {error.get('detail', '')}" for error in problem.get("errors", [])]
        return f"{self.status} " + (": ".join(told) or self.body[:200].decode("utf-8", "replace"))


def compact(value):
    """A value as JSON without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def parse_head(head):
    """Status and headers of a reply's head, without its empty line."""
    lines = head.decode("latin-1").split("\r\n")
    version, _, rest = lines[0].partition(" ")
    if version not in ("HTTP/1.1", "HTTP/1.0") or not rest[:3].isdigit():
        raise Broken(f"not an HTTP reply: {lines[0][:80]!r}")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return int(rest[:3]), headers


def unchunk(data):
    """The body and what is left of chunked data, or None while more must come."""
    body, at = bytearray(), 0
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            return None
        try:
            size = int(bytes(data[at:end]).split(b";")[0], 16)
        except ValueError as fault:
            raise Broken("not a chunk") from fault
        if len(data) < end + 2 + size + 2:
            return None
        body += data[end + 2:end + 2 + size]
        at = end + 2 + size + 2
        if size == 0:
            return bytes(body), data[at:]


class Connection(asyncio.Protocol):
    """One connection; carries one request at a time."""

    def __init__(self, loop):
        self.loop = loop
        self.transport = None
        self.data = bytearray()
        self.head = None
        self.waiter = None
        self.bodiless = False

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, exc):
        self.transport = None
        self.fail(Broken("the connection ended"))

    def fail(self, fault):
        """Ends the request under way."""
        if self.waiter and not self.waiter.done():
            self.waiter.set_exception(fault)
        self.close()

    def close(self):
        """Ends the connection."""
        if self.transport:
            self.transport.abort()
            self.transport = None

    def data_received(self, data):
        self.data += data
        try:
            self.advance()
        except Broken as fault:
            self.fail(fault)

    def advance(self):
        """Reads as much of a reply as is there."""
        if self.head is None:
            end = self.data.find(b"\r\n\r\n")
            if end < 0:
                if len(self.data) > HEAD_MAX:
                    raise Broken("the head is too long")
                return
            self.head = parse_head(bytes(self.data[:end]))
            del self.data[:end + 4]
            if self.head[0] < 200:
                self.head = None
                self.advance()
                return
        status, headers = self.head
        if status in (204, 304) or self.bodiless:
            self.finish(b"")
        elif "chunked" in headers.get("transfer-encoding", ""):
            taken = unchunk(self.data)
            if taken is not None:
                self.data = bytearray(taken[1])
                self.finish(taken[0])
        else:
            length = int(headers.get("content-length", "0"))
            if length > BODY_MAX:
                raise Broken("the body is too long")
            if len(self.data) >= length:
                body = bytes(self.data[:length])
                del self.data[:length]
                self.finish(body)

    def finish(self, body):
        """Hands the reply over."""
        (status, headers), self.head = self.head, None
        if self.data or self.waiter is None:
            raise Broken("bytes that nobody asked for")
        waiter, self.waiter = self.waiter, None
        if not waiter.done():
            waiter.set_result(Reply(status, headers, body, self.loop.time()))
        if headers.get("connection", "").lower() == "close":
            self.close()

    def exchange(self, data):
        """Sends a request; a future of its reply."""
        self.waiter = self.loop.create_future()
        if not self.transport:
            self.waiter.set_exception(Broken("the connection ended"))
        else:
            self.transport.write(data)
        return self.waiter


class Client:
    """A server and at most `most` connections to it."""

    def __init__(self, url, most=64, agent="baoting-demo"):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unreachable(f"{url!r} is not an http address: check BAOTING_URL")
        self.url, self.host = url, parts.hostname
        self.port = parts.port or (443 if parts.scheme == "https" else 80)
        self.tls = ssl.create_default_context() if parts.scheme == "https" else None
        self.fixed = f"Host: {parts.netloc}\r\nUser-Agent: {agent}\r\n"
        self.idle, self.room = [], asyncio.Semaphore(most)

    async def connection(self):
        """An idle connection, or a new one."""
        while self.idle:
            connection = self.idle.pop()
            if connection.transport:
                return connection
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(loop), self.host, self.port, ssl=self.tls)
        return connection

    def close(self):
        """Ends all idle connections."""
        while self.idle:
            self.idle.pop().close()

    def head(self, method, path, headers):
        """A request's head."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{method} {path} HTTP/1.1\r\n{self.fixed}{lines}\r\n".encode()

    async def once(self, method, path, body, headers, timeout):
        """One exchange on one connection."""
        async with self.room:
            connection = None
            try:
                async with asyncio.timeout(timeout):
                    connection = await self.connection()
                    reply = await connection.exchange(self.head(method, path, headers) + body)
            except BaseException:
                if connection:
                    connection.close()
                raise
            if connection.transport:
                self.idle.append(connection)
            return reply

    async def request(self, method, path, body=None, headers=None, timeout=40.0, patience=60.0):
        """Asks until there is an answer that is not `come again`, for at most `patience` seconds. `body` is JSON to be
        or bytes. Whoever asks for an effect sends an Idempotency-Key, so that asking twice is safe."""
        headers, data = {"Accept": "application/json, application/problem+json", **(headers or {})}, b""
        if body is not None:
            data = body if isinstance(body, bytes) else compact(body)
            headers.setdefault("Content-Type", "application/json")
            headers["Content-Length"] = str(len(data))
        loop = asyncio.get_running_loop()
        until, pause, reply, fault = loop.time() + patience, 0.05, None, None
        while True:
            try:
                reply = await self.once(method, path, data, headers, timeout)
                if reply.status not in AGAIN:
                    return reply
                fault = reply.fault()
                wait = reply.headers.get("retry-after", "")
                pause = max(pause, min(5.0, float(wait) if wait.isdigit() else 0.0))
            except (OSError, TimeoutError) as error:
                fault = str(error) or type(error).__name__
            if loop.time() + pause > until:
                raise Unreachable(f"{method} {self.url}{path} got no answer: {fault}")
            await asyncio.sleep(pause * (0.5 + random.random()))
            pause = min(pause * 2, 2.0)

    async def events(self, path, headers=None):
        """The events of a stream until it ends, as pairs of id and text; OSError when the connection fails."""
        reader, writer = await asyncio.open_connection(self.host, self.port, ssl=self.tls, limit=1 << 20)
        try:
            writer.write(self.head("GET", path, {**(headers or {}), "Accept": "text/event-stream"}))
            status, names = parse_head((await reader.readuntil(b"\r\n\r\n"))[:-4])
            if status != 200:
                body = await reader.read(int(names.get("content-length", "4096")))
                raise Declined(status, f"GET {self.url}{path}: " + Reply(status, names, body, 0).fault())
            lines = chunked_lines(reader) if "chunked" in names.get("transfer-encoding", "") else plain_lines(reader)
            async for event in event_texts(lines):
                yield event
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as fault:
            raise Broken(str(fault)) from fault
        finally:
            writer.close()


async def plain_lines(reader):
    """The lines of a body that lasts as long as its connection."""
    while line := await reader.readline():
        yield line.rstrip(b"\r\n")


async def chunked_lines(reader):
    """The lines of a chunked body."""
    rest = b""
    while size := int((await reader.readline()).split(b";")[0] or b"0", 16):
        rest += await reader.readexactly(size)
        await reader.readexactly(2)
        *lines, rest = rest.split(b"\n")
        for line in lines:
            yield line.rstrip(b"\r")


async def event_texts(lines):
    """Ids and texts of the events in the lines."""
    identity, data = "", []
    async for line in lines:
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
        elif line.startswith(b"id:"):
            identity = line[3:].strip().decode()
        elif not line and data:
            yield identity, b"\n".join(data).decode()
            data = []
