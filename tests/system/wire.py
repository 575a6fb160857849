"""Bytes to the front as no well-behaved client sends them, and its replies as they came.  SPDX-License-Identifier: Apache-2.0"""
import json
import socket
import time
from urllib.parse import urlsplit

from client import Reply
from jsonschema import Draft202012Validator


def parse(received):
    """All replies in the bytes, each with its Content-Length; what is left over fails."""
    answers = []
    while received:
        head, end, rest = received.partition(b"\r\n\r\n")
        assert end, f"half a head: {head[:200]!r}"
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        assert version == "HTTP/1.1", first
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if status == "100":
            received = rest
            continue
        length = int(headers.get("content-length", 0))
        assert len(rest) >= length, f"half a body: {rest!r}"
        answers.append(Reply(int(status), headers, rest[:length]))
        received = rest[length:]
    return answers


class Wire:
    """One connection."""

    def __init__(self, url, seconds=5):
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=seconds)
        self.seconds, self.closed, self.reset = seconds, False, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, data):
        """Sends what the front takes; it may have closed already."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            self.reset = True
        return self

    def drip(self, data, pause, seconds):
        """A byte each `pause`, until the front answers or so many seconds are over; gives the seconds it took."""
        began = time.monotonic()
        self.socket.settimeout(pause)
        self.early = b""
        for byte in data:
            if time.monotonic() - began > seconds:
                break
            self.say(bytes([byte]))
            try:
                self.early = self.socket.recv(65536)
                self.closed = not self.early
                break
            except TimeoutError:
                continue
            except ConnectionResetError:
                self.closed = True
                break
        self.socket.settimeout(self.seconds)
        return time.monotonic() - began

    def no_more(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def hear(self, quiet=None):
        """All replies until the front closes (self.closed), or, where `quiet` is given, says nothing for so long."""
        received = getattr(self, "early", b"")
        self.socket.settimeout(quiet or self.seconds)
        try:
            while not self.closed:
                more = self.socket.recv(65536)
                if not more:
                    self.closed = True
                received += more
        except ConnectionResetError:
            self.closed = True
        except TimeoutError:
            pass
        return parse(received)


class Problems:
    """Says whether a reply is a problem as /openapi.json declares it."""

    def __init__(self, document):
        self.validator = Draft202012Validator(document["components"]["schemas"]["problem"])

    def check(self, reply, status, code, pointer=None):
        assert reply.status == status, reply
        assert reply.headers["content-type"] == "application/problem+json", reply.headers
        assert reply.headers["cache-control"] == "no-store"
        said = json.loads(reply.body)
        self.validator.validate(said)
        assert said["type"] == f"urn:baoting:problem:{code}" and said["status"] == status, said
        if pointer is not None:
            assert [error["pointer"] for error in said["errors"]] == ([pointer] if pointer else []), said
        needed = {401: "www-authenticate", 405: "allow", 429: "retry-after", 503: "retry-after"}.get(status)
        assert needed is None or needed in reply.headers, reply.headers
        return said
