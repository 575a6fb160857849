"""A stand-in of an outside service: an HTTP server in a thread, with codes that are good once and faults on demand.
SPDX-License-Identifier: Apache-2.0"""
import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CODE_SECONDS = 300


class Service:
    """`faults`: what the next requests get instead of their answer, one each; `asked`: (method, path, parameters) of all."""

    media = "application/json"

    def __init__(self, port=0):
        self.codes, self.used, self.faults, self.asked, self.lock = {}, set(), [], [], threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                service.serve(self, {})

            def do_POST(self):
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                service.serve(self, json.loads(raw) if raw else {})

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def new_code(self, who):
        """A code that its client would be given for that person; `who` is what the service says of him."""
        code = uuid.uuid4().hex
        self.codes[code] = (who, time.monotonic() + CODE_SECONDS)
        return code

    def spend(self, code):
        """Who the code is; "unknown" or "used" otherwise."""
        with self.lock:
            if code in self.used:
                return "used"
            who, until = self.codes.get(code, (None, 0))
            if who is None or time.monotonic() > until:
                return "unknown"
            self.used.add(code)
            return who

    def fault(self):
        with self.lock:
            return self.faults.pop(0) if self.faults else None

    def serve(self, handler, body):
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((handler.command, parts.path, query, body))
        fault = self.fault()
        if callable(fault):
            fault = fault(handler)
            if fault is None:
                return
        answer = self.answer(handler.command, parts.path, query, body) if fault is None or fault == "strings" else fault
        if fault == "strings":
            answer = as_strings(answer)
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        reply(handler, 200, self.media, text)


def as_strings(value):
    """Numbers as texts, as these services send them now and then."""
    if isinstance(value, dict):
        return {name: as_strings(one) for name, one in value.items()}
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def reply(handler, status, media, text):
    payload = text.encode()
    handler.send_response(status)
    handler.send_header("Content-Type", media)
    handler.send_header("Content-Length", str(len(payload)))
    handler.end_headers()
    handler.wfile.write(payload)


# Faults of the wire.
def html(handler):
    """The page of an address that is banned."""
    reply(handler, 200, "text/html", "<!doctype html><html><body>访问被拒绝</body></html>")


def hang_up(handler):
    handler.close_connection = True
    handler.connection.close()


def gateway_timeout(handler):
    reply(handler, 504, "text/html", "<html>504</html>")


def slow(seconds):
    def wait(_):
        time.sleep(seconds)
        return {"errcode": 0}
    return wait


def half(handler):
    """A reply that ends before its length."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"errcode":0,"openid":"o')
    handler.close_connection = True
