"""A reader of the leaderboard's server-sent events.  SPDX-License-Identifier: Apache-2.0"""
import http.client
import json
import threading
import time


class Stream(threading.Thread):
    def __init__(self, client, query=""):
        super().__init__(daemon=True)
        self.frames, self.ended, self.status = [], False, None
        self.connection = http.client.HTTPConnection(client.host, client.port, timeout=30)
        self.connection.request("GET", f"/v1/leaderboards/members/stream{query}", headers={
            "Authorization": f"Bearer {client.token}", "Accept": "text/event-stream"})
        self.answer = self.connection.getresponse()
        self.start()

    def run(self):
        event = {}
        try:
            for line in self.answer:
                line = line.decode().rstrip("\n")
                if not line and event:
                    self.frames.append((time.monotonic(), event.get("event"), json.loads(event["data"])))
                    event = {}
                elif line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    event[name] = value
        except Exception:  # closed by the test
            pass
        self.ended = True

    def close(self):
        self.connection.sock and self.connection.sock.shutdown(2)
