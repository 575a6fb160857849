"""A front that is told to end while it works: what it said holds, what it did not say can be asked again.
SPDX-License-Identifier: Apache-2.0"""
import json
import re
import signal
import threading
import uuid

from client import Client
from instance import eventually
from second import Second

LONG = {"argon2_memory_kib": 65536, "argon2_passes": 60, "shutdown_ms": 100, "password_threads": 1}


def waiting(front):
    page = Client(front.url).get("/metrics").body.decode()
    return sum(float(value) for value in re.findall(r"^baoting_passwords_waiting\S* (\S+)$", page, re.M))


def heard(client, method, path, body, key):
    """What a client hears who asks in a thread of its own: its reply, or that there was none."""
    replies = []

    def ask():
        try:
            replies.append(client.send(method, path, body, {"Idempotency-Key": key} if key else {}))
        except OSError as silence:
            replies.append(silence)
    thread = threading.Thread(target=ask)
    thread.start()
    return thread, replies


def test_an_end_amid_sealing(instance, county, witness):
    """A password is still hashed, and more wait behind it, when the time for what is under way is over: nothing was accepted,
    and it can be said again."""
    body = {"organisation": county.branches[0], "initial_password": county.password, "members": [
        {"login": "ending", "name": "收尾者", "ethnicity": "汉族", "birth_year": 1980, "joined_year": 2010}]}
    key, asked = str(uuid.uuid4()), []
    with Second(instance, **LONG) as front:
        eventually(lambda: Client(front.url, None, county.admin.token).get("/v1/me").status == 200)
        for n in range(3):
            members = [{**body["members"][0], "login": f"ending{n}"}]
            asked.append(heard(Client(front.url, witness, county.admin.token), "POST", "/v1/members", {**body, "members": members}, f"{key}-{n}"))
        eventually(lambda: waiting(front) == 2)  # one is in the thread
        asked.append(heard(Client(front.url, witness), "POST", "/v1/sessions", {"login": "nobody", "password": "nothing"}, None))
        eventually(lambda: waiting(front) == 3)
        front.process.send_signal(signal.SIGTERM)
        for thread, replies in asked:
            thread.join()
            assert isinstance(replies[0], OSError), replies
    done = county.admin.command("POST", "/v1/members", {**body, "members": [{**body["members"][0], "login": "ending0"}]}, f"{key}-0")
    assert done["status"] == "applied" and len(done["result"]["members"]) == 1, json.dumps(done)
