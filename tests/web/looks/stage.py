"""A front that answers as a state wants it: the clients' files and headers are the real front's, every answer is made.
SPDX-License-Identifier: Apache-2.0"""
import http.client
import json
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from .replies import MANY, ROWS, Replies, operation_of, problem, reference

HOPS = {"connection", "transfer-encoding", "content-length", "keep-alive", "date"}


class Stage:
    """`mode`: full; empty; many; longest; held (no answer until `release`); refused; silent (the connection ends without a reply).
    `scene`: by operation id, what a page wants otherwise: a function of the value that was made, of the mode and the path with its query."""

    def __init__(self, front):
        self.front = urlsplit(front)
        self.files, self.mode, self.scene, self.asked, self.faults = {}, "full", {}, [], []
        self.changed, self.open, self.era = threading.Condition(), 0, 0
        stage = self

        class Answerer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                stage.answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answerer)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a page that goes away amid a reply
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def set(self, mode, scene=None):
        """From now on; held answers and streams end."""
        with self.changed:
            self.mode, self.era, self.asked = mode, self.era + 1, []
            if scene is not None:
                self.scene = scene
            self.changed.notify_all()

    def close(self):
        self.set("silent")
        self.server.shutdown()
        self.server.server_close()

    def idle(self, seconds=10):
        """Waits until no answer is owed; streams and held answers owe none."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.open == 0, seconds), f"not answered: {self.asked}"

    def answer(self, request):
        with self.changed:
            self.open, era = self.open + 1, self.era
        settled = []

        def settle():
            if not settled:
                settled.append(True)
                with self.changed:
                    self.open -= 1
                    self.changed.notify_all()
        try:
            body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
            if request.path.startswith("/v1/"):
                self.api(request, body, era, settle)
            else:
                self.file(request)
        except AssertionError as fault:
            self.faults.append(str(fault))
            request.close_connection = True
        except OSError:
            request.close_connection = True
        except Exception as fault:
            self.faults.append(f"{request.path}: {fault!r}")
            request.close_connection = True
        finally:
            settle()

    def file(self, request):
        path = request.path
        if path not in self.files:
            link = http.client.HTTPConnection(self.front.hostname, self.front.port, timeout=20)
            link.request("GET", path, headers={"Accept": request.headers.get("Accept", "*/*")})
            reply = link.getresponse()
            self.files[path] = reply.status, [each for each in reply.getheaders() if each[0].lower() not in HOPS], reply.read()
            link.close()
        status, headers, body = self.files[path]
        self.send(request, status, headers, body)

    @staticmethod
    def send(request, status, headers, body):
        request.send_response_only(status)
        for name, value in [*headers, ("Date", formatdate(usegmt=True)), ("Content-Length", str(len(body)))]:
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    def api(self, request, body, era, settle):
        parts = urlsplit(request.path)
        operation = operation_of(request.command, parts.path)
        assert operation, f"no route in docs/openapi.json: {request.command} {parts.path}"
        self.asked.append(operation.id)
        mode = self.mode
        if mode == "held":
            settle()
            with self.changed:
                self.changed.wait_for(lambda: self.era != era)
            mode = self.mode
        if mode == "silent" or mode == "held":
            request.close_connection = True
            return
        if mode == "refused":
            told = json.dumps(problem("forbidden", 403, "您的账号没有这项权限，请联系所在党支部。", "没有权限"), ensure_ascii=False).encode()
            self.send(request, 403, [("Content-Type", "application/problem+json")], told)
            return
        value = self.value(operation, mode, parts, body)
        if isinstance(value, tuple):  # a problem that the scene wants: status and value
            self.send(request, value[0], [("Content-Type", "application/problem+json")], json.dumps(value[1], ensure_ascii=False).encode())
            return
        operation.judge(value)
        text = json.dumps(value, ensure_ascii=False)
        if not operation.stream:
            self.send(request, int(operation.status), [("Content-Type", operation.media)], text.encode())
            return
        request.send_response_only(200)
        for name, said in (("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("Connection", "close")):
            request.send_header(name, said)
        request.end_headers()
        request.wfile.write(f"event: frame\ndata: {text}\n\n".encode())
        request.wfile.flush()
        settle()
        request.close_connection = True
        with self.changed:
            self.changed.wait_for(lambda: self.era != era)

    def value(self, operation, mode, parts, body):
        """What the route answers in this mode, as the scene wants it."""
        replies = Replies(longest=mode == "longest")
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if operation.lists:
            limit = int(asked.get("limit", 50))
            count, total = {"empty": (0, 0), "many": (min(limit, MANY), MANY)}.get(mode, (min(limit, ROWS), ROWS))
            if "$ref" in operation.schema:  # a record that holds rows beside other things
                value = replies.value(operation.schema)
                items = reference(operation.schema)["properties"]["rows"]["items"]
                value["rows"] = [replies.value(items, "rows", row) for row in range(count)]
                if "total" in value:
                    value["total"] = total
            else:
                value = replies.page(operation.schema, count, total)
        else:
            value = replies.value(operation.schema)
        if operation.id in self.scene:
            value = self.scene[operation.id](value, mode, parts.geturl(), body)
        return value
