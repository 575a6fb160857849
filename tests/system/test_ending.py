"""A front that is told to end while it works: what it said holds, what it did not say can be asked again.
SPDX-License-Identifier: Apache-2.0"""
import json
import re
import signal
import threading
import uuid

import pytest
from client import Client
from instance import eventually
from second import Second

LONG = {"argon2_memory_kib": 65536, "argon2_passes": 8, "shutdown_ms": 100, "password_threads": 1}


def waiting(front, name="requests"):
    page = Client(front.url).get("/metrics").body.decode()
    return sum(float(value) for value in re.findall(rf"^baoting_{name}_waiting\S* (\S+)$", page, re.M))


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


@pytest.mark.parametrize("more", [0, 2])
def test_an_end_amid_sealing(more, instance, county, witness):
    """The password is still hashed when the time for what is under way is over: nothing was accepted, and it is said again.
    More of them wait behind it, and log-ins too."""
    body = {"organisation": county.branches[0], "initial_password": county.password, "members": [
        {"login": f"ending{more}", "name": "收尾者", "ethnicity": "汉族", "birth_year": 1980, "joined_year": 2010}]}
    key, asked = str(uuid.uuid4()), []
    with Second(instance, **LONG) as front:
        client = Client(front.url, witness, county.admin.token)
        eventually(lambda: Client(front.url, None, county.admin.token).get("/v1/me").status == 200)
        asked.append(heard(client, "POST", "/v1/members", body, key))
        eventually(lambda: asked[0][1] or waiting(front) == 1)
        assert not asked[0][1], asked[0][1]
        for n in range(more):
            asked.append(heard(Client(front.url, witness, county.admin.token), "POST", "/v1/members",
                               {**body, "members": [{**body["members"][0], "login": f"behind{n}"}]}, str(uuid.uuid4())))
            asked.append(heard(Client(front.url, witness), "POST", "/v1/sessions", {"login": "nobody", "password": "nothing"}, None))
        eventually(lambda: waiting(front) == 1 + 2 * more)
        assert not any(replies for _, replies in asked), asked
        front.process.send_signal(signal.SIGTERM)
        for thread, replies in asked:
            thread.join()
            assert isinstance(replies[0], OSError), replies
    done = county.admin.command("POST", "/v1/members", body, key)
    assert done["status"] == "applied" and len(done["result"]["members"]) == 1, json.dumps(done)
