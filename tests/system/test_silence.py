"""Kafka frozen: what is told to whom, and when.  SPDX-License-Identifier: Apache-2.0"""
import threading
import time
import uuid

from instance import eventually


def test_a_frozen_broker(county, instance, new_client):
    """What went out before the silence is waited for; what came into it is surely not kept and told so as soon as the broker
    counts as away; then all is refused at once. The broker thaws: nobody was told what is not so."""
    client = county.admin
    replies = {}

    def send(name, key, wait=0):
        mine = new_client()
        mine.token = client.token
        began = time.monotonic()
        reply = mine.send("POST", "/v1/banks", {"organisation": county.root, "name": f"静默题库{name}"},
                          {"Idempotency-Key": key, **({"Prefer": f"wait={wait}"} if wait else {})})
        replies[name] = reply.status, reply.json.get("type", "").rpartition(":")[2], time.monotonic() - began, reply.json
    keys = {name: str(uuid.uuid4()) for name in ("first", "second", "third")}
    with instance.held("kafka"):
        threads = [threading.Thread(target=send, args=(name, keys[name])) for name in keys]
        for thread, pause in zip(threads, (0, 1, 1.6)):
            time.sleep(pause)
            thread.start()
        threads[1].join()
        threads[2].join()
        time.sleep(1)
    threads[0].join()
    assert replies["first"][0] == 202 and 3 < replies["first"][2] < 5, replies
    assert replies["second"][:2] == (503, "kafka_away") and 0.8 < replies["second"][2] < 2, replies
    assert replies["third"][:2] == (503, "kafka_away") and replies["third"][2] < 0.5, replies
    command = replies["first"][3]["command"]
    assert eventually(lambda: client.get(f"/v1/commands/{command}").json["status"] == "applied")
    for name in ("second", "third"):
        eventually(lambda: send(name, keys[name], 10) or replies[name][0] == 200)
    names = [row["name"] for row in client.get(f"/v1/banks?organisation={county.root}&limit=200").json["rows"]]
    assert sorted(name for name in names if name.startswith("静默题库")) == sorted(f"静默题库{name}" for name in keys)
