"""A client whose every reply is checked against /openapi.json by openapi-core.  SPDX-License-Identifier: Apache-2.0"""
import http.client
import json
import uuid
from collections import defaultdict
from urllib.parse import parse_qsl, urlsplit

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:600]!r}"


class SeenRequest:
    """What openapi-core wants to know of a request."""

    def __init__(self, host, method, target, headers, body):
        parts = urlsplit(target)
        self.host_url, self.path, self.method = host, parts.path, method.lower()
        self.content_type = headers.get("Content-Type", "application/json")
        self.body = body
        self.parameters = RequestParameters(query=ImmutableMultiDict(parse_qsl(parts.query)), header=Headers(headers))


class SeenResponse:
    def __init__(self, reply):
        self.data, self.status_code, self.headers = reply.body, reply.status, Headers(reply.headers)
        self.content_type = (reply.headers.get("content-type") or "").split(";")[0]


class Witness:
    """Checks replies and remembers which declared commands were applied, rejected and refused, which queries answered."""

    def __init__(self, document):
        self.document = document
        self.openapi = OpenAPI.from_dict(document, config=Config(
            extra_media_type_deserializers={
            "application/problem+json": json.loads,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": lambda body: body.decode("latin-1"),
            "image/jpeg": lambda body: body.decode("latin-1"), "image/png": lambda body: body.decode("latin-1")}))
        self.seen = defaultdict(set)

    def operation(self, method, path):
        """The operation of the path that leaves least to its parameters."""
        found = []
        for template, operations in self.document["paths"].items():
            parts, wanted = path.split("/"), template.split("/")
            if len(parts) == len(wanted) and all(w.startswith("{") or w == p for w, p in zip(wanted, parts)):
                if method.lower() in operations:
                    found.append((template.count("{"), operations[method.lower()]["operationId"]))
        return min(found)[1] if found else None

    def look(self, host, method, target, headers, body, reply):
        path = urlsplit(target).path
        operation = self.operation(method, path)
        if operation is None or (reply.status != 204 and not reply.headers.get("content-type", "").startswith(("application/", "image/", "text/plain"))):
            return
        self.openapi.validate_response(SeenRequest(host, method, target, headers, body), SeenResponse(reply))
        if reply.status == 200 and method != "GET":
            self.seen[operation].add("applied")
        elif reply.status < 300:
            self.seen[operation].add("answered")
        elif reply.status >= 400 and reply.status < 500:
            self.seen[operation].add("rejected" if b'"command":' in reply.body else "refused")


class Client:
    """One connection, one token."""

    def __init__(self, url, witness=None, token=None):
        self.url, self.witness, self.token = url, witness, token
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        self.connection, self.login = None, None

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def send(self, method, target, body=None, headers=None, timeout=30):
        reply = self.exchange(method, target, body, headers, timeout)
        if reply.status == 401 and self.login and not target.startswith("/v1/sessions"):
            self.log_in(*self.login)  # the clock was turned: the token is over
            reply = self.exchange(method, target, body, headers, timeout)
        return reply

    def exchange(self, method, target, body, headers, timeout):
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {self.token}"} if self.token else {}),
                   **(headers or {})}
        payload = body if isinstance(body, (bytes, type(None))) else json.dumps(body, ensure_ascii=False).encode()
        try:
            reply = self.ask(method, target, payload, headers, timeout)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            if method != "GET" and "Idempotency-Key" not in headers:
                raise
            reply = self.ask(method, target, payload, headers, timeout)  # it had been closed while idle
        if self.witness:
            self.witness.look(self.url, method, target, headers, payload, reply)
        return reply

    def ask(self, method, target, payload, headers, timeout):
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            self.connection.request(method, target, body=payload, headers=headers)
            answer = self.connection.getresponse()
            reply = Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        except Exception:
            self.close()
            raise
        if reply.headers.get("connection") == "close":
            self.close()
        return reply

    def get(self, target, **more):
        return self.send("GET", target, **more)

    def command(self, method, target, body=None, key=None, wait=15, headers=None, expect=200):
        """Sends a command with a key and waits for its outcome; gives the result (or the problem)."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4()), **({"Prefer": f"wait={wait}"} if wait else {}), **(headers or {})}
        reply = self.send(method, target, body if body is not None else {}, headers)
        assert reply.status == expect, f"{method} {target}: {reply}"
        return reply.json

    def log_in(self, login, password):
        reply = self.send("POST", "/v1/sessions", {"login": login, "password": password})
        assert reply.status == 201, reply
        self.token = reply.json["access_token"]
        self.refresh, self.login = reply.json["refresh_token"], (login, password)
        return self
