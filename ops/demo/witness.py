"""The burst's own log, for a judge who trusts nobody: each request before it leaves, each reply as it came, on disk.

Lines of JSON: {"n", "at", "login", "account", "method", "path", "key", "body"} and {"n", "at", "status", "location",
"reply"}; `at` is in milliseconds since the epoch.  SPDX-License-Identifier: Apache-2.0"""
import json
import os
import threading
import time

EVERY = 0.02


class Witness:
    """A log whose lines are forced to disk by a thread, every twenty milliseconds; nothing without a path."""

    def __init__(self, path):
        self.file = open(path, "ab", buffering=0) if path else None
        self.lines, self.guard, self.ending, self.count = [], threading.Lock(), threading.Event(), 0
        if self.file:
            self.thread = threading.Thread(target=self.run, daemon=True)
            self.thread.start()

    def run(self):
        """Writes what has gathered until the end."""
        while not self.ending.wait(EVERY):
            self.flush()

    def flush(self):
        """Writes what has gathered and forces it to disk."""
        with self.guard:
            lines, self.lines = self.lines, []
        if lines:
            self.file.write(b"".join(lines))
            os.fsync(self.file.fileno())

    def add(self, entry):
        """Adds a line."""
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self.guard:
            self.lines.append(line)

    def sent(self, session, method, path, key, body):
        """A request about to leave: its number."""
        self.count += 1
        if self.file:
            self.add({"n": self.count, "at": round(time.time() * 1000), "login": session.login,
                      "account": session.account, "method": method, "path": path, "key": key, "body": body})
        return self.count

    def got(self, number, reply):
        """The reply to request `number`; None when there was none."""
        if self.file:
            told = {"status": reply.status, "location": reply.headers.get("location", ""), "reply": reply.json()} \
                if reply else {"status": 0, "location": "", "reply": {}}
            self.add({"n": number, "at": round(time.time() * 1000), **told})

    def end(self):
        """Writes the rest."""
        if self.file:
            self.ending.set()
            self.thread.join()
            self.flush()
            self.file.close()
