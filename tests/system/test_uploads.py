"""Uploads: a large file goes sealed to the blob store and is imported; what becomes of it when things break.
SPDX-License-Identifier: Apache-2.0"""
import hashlib
import json
import os
import signal
import socket
import time
import uuid

import pytest
from client import Client
from instance import eventually

HEAD = "number,kind,topic,stem,options,key,marks,explanation,source\n"
MIB = 1 << 20


def question(number, words=0):
    return (f"{number},single,大卷,第{number}题：下列说法正确的是哪一项？,甲{number} | 乙{number} | 丙{number},2,2,"
            f"{'解析' * words},《中国共产党章程》第{number}条\n")


def large(size=6 * MIB, rows=4500, start=1):
    """A CSV of so many bytes in fewer rows than an import may have."""
    each = (size - len(HEAD)) // rows
    lines, length = [HEAD], len(HEAD)
    for number in range(start, start + rows):
        bare = len(question(number).encode())
        lines.append(question(number, max(0, (each - bare) // 6 + 1)))
        length += len(lines[-1].encode())
    body = "".join(lines).encode()
    assert len(body) >= size
    return body


@pytest.fixture(scope="module")
def bank(county, admin):
    return admin.command("POST", "/v1/banks", {"organisation": county.root, "name": "大题库"})["command"]


def upload(admin, bank, body, key=None, wait=20, expect=200, **headers):
    return admin.command("POST", f"/v1/questions:import?bank={bank}&format=csv", body, key, wait,
                         {"Content-Type": "text/csv", **headers}, expect)


def stored(instance):
    return {path.name for path in (instance.var / "blobs").iterdir() if not path.name.startswith("new-")}


def arriving(instance):
    return [path for path in (instance.var / "blobs").iterdir() if path.name.startswith("new-")]


def test_six_megabytes_are_imported(admin, bank, instance, database, watch):
    body, key = large(), str(uuid.uuid4())
    assert 6 * MIB <= len(body) <= 8 * MIB
    done = upload(admin, bank, body, key)
    assert done["status"] == "applied" and done["result"]["taken"] == 4500 and done["result"]["refused"] == 0
    assert database.execute("select count(*) from question where bank = %s", (bank,)).fetchone()[0] == 4500
    record = eventually(lambda: [r for r in watch.of("question_import") if r.id == done["command"]])[0]
    name = hashlib.sha256(body).hexdigest()
    assert record.json == {"digest": name, "size": len(body), "media": "text/csv"}, "the command names the file"
    assert record.headers["ce_digest"].decode() == name[:32]
    kept = (instance.var / "blobs" / name).read_bytes()
    pieces = -(-len(body) // 65536)
    assert len(kept) == 32 + len(body) + 16 * pieces and body[:64] not in kept and "大卷".encode() not in kept, "sealed"
    assert not arriving(instance)
    # the same key with the same bytes is the same command; with other bytes it is a conflict
    assert upload(admin, bank, body, key)["command"] == done["command"]
    assert upload(admin, bank, body[:-3], key, expect=422)["type"].endswith("key_reused")


def test_the_ceiling_is_upload_bytes(admin, bank, instance):
    """32 MiB, as shipped, is reached to the byte; a byte more is 413."""
    body = large(8 * MIB - 60000, 4500)
    assert len(body) < 32 * MIB
    body += b"\n" * (32 * MIB - len(body))
    assert upload(admin, bank, body)["status"] == "applied"
    assert upload(admin, bank, body + b"\n", expect=413)["type"].endswith("too_large")


def test_a_small_and_an_empty_file(admin, bank, instance):
    body = (HEAD + question(1)).encode()
    assert upload(admin, bank, body)["result"]["taken"] == 1
    assert hashlib.sha256(body).hexdigest() in stored(instance)
    assert upload(admin, bank, b"", expect=422)["type"].endswith("import_refused")
    with raw(instance, admin, bank, f"Authorization: Bearer {admin.token}") as wire:
        assert wire.recv(65536).startswith(b"HTTP/1.1 400"), "no body at all"


def raw(instance, admin, bank, *more):
    url = instance.url.removeprefix("http://").split(":")
    made = socket.create_connection((url[0], int(url[1])), timeout=20)
    made.sendall((f"POST /v1/questions:import?bank={bank}&format=csv HTTP/1.1\r\nHost: front\r\nContent-Type: text/csv\r\n"
                  f"Idempotency-Key: {uuid.uuid4()}\r\n" + "".join(f"{line}\r\n" for line in more) + "\r\n").encode())
    return made


def test_in_chunks_and_slowly(admin, bank, instance):
    """The same bytes in chunks of odd sizes are the same file."""
    body = large(MIB, 700, start=5000)
    wire = raw(instance, admin, bank, f"Authorization: Bearer {admin.token}", "Transfer-Encoding: chunked", "Prefer: wait=20")
    at, step = 0, 1
    while at < len(body):
        piece = body[at:at + step]
        wire.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        at, step = at + step, step * 3 % 70001 + 1
    wire.sendall(b"0\r\n\r\n")
    reply = b""
    while b"\r\n\r\n" not in reply or not reply.endswith(b"}"):
        reply += wire.recv(65536)
    assert reply.startswith(b"HTTP/1.1 200") and json.loads(reply.split(b"\r\n\r\n", 1)[1])["result"]["taken"] == 700
    assert hashlib.sha256(body).hexdigest() in stored(instance)


def test_of_a_stranger_nothing_is_stored(admin, bank, instance, county):
    before = stored(instance)
    body = large(MIB, 700, start=6000)
    for line in ((), ("Authorization: Bearer nonsense",)):
        with raw(instance, admin, bank, f"Content-Length: {len(body)}", *line) as wire:
            wire.sendall(body[:MIB // 2])
            time.sleep(0.3)
            assert not arriving(instance)
            wire.sendall(body[MIB // 2:])
            assert wire.recv(65536).startswith(b"HTTP/1.1 401")
    member = county.recruit()
    assert upload(member, bank, body, expect=403)["type"].endswith("forbidden")
    assert stored(instance) == before and not arriving(instance), "what is refused is not kept"


def test_a_client_that_leaves_leaves_nothing(admin, bank, instance):
    with raw(instance, admin, bank, "Content-Length: 4000000", f"Authorization: Bearer {admin.token}") as wire:
        wire.sendall(b"x" * 1000000)
        eventually(lambda: arriving(instance))
    eventually(lambda: not arriving(instance))


def test_a_lost_file_parks_its_command(admin, bank, instance, database):
    """The file is gone before the worker comes: the command waits, parked with its reason, and is done once it is back."""
    body = (HEAD + question(7001)).encode()
    name = hashlib.sha256(body).hexdigest()
    with instance.held("grading"):
        command = upload(admin, bank, body, wait=0, expect=202)["command"]
        held = instance.var / "held"
        (instance.var / "blobs" / name).rename(held)
    entry, reason = eventually(lambda: database.execute(
        "select entry, reason from flow.parked where message_id = %s", (command,)).fetchone())
    assert reason == f"its file {name[:16]}… is not in the blob store"
    assert admin.get(f"/v1/commands/{command}").json["status"] == "accepted"
    # changed on disk is as good as lost
    whole = held.read_bytes()
    (instance.var / "blobs" / name).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    admin.command("POST", f"/v1/parked/{entry}/replays", {"reason": "已修复"})
    eventually(lambda: database.execute("select count(*) from flow.parked where message_id = %s and reason = "
                                        "'the file is not what was kept'", (command,)).fetchone()[0])
    held.rename(instance.var / "blobs" / name)
    admin.command("POST", f"/v1/parked/{entry}/replays", {"reason": "已恢复"})
    assert eventually(lambda: admin.get(f"/v1/commands/{command}").json["status"] == "applied")


def test_a_front_killed_while_a_file_arrives(admin, bank, instance, new_client):
    """What was half-written harms nobody; the same upload again is done."""
    body = large(MIB, 700, start=8000)
    wire = raw(instance, admin, bank, f"Content-Length: {len(body)}", f"Authorization: Bearer {admin.token}")
    wire.sendall(body[:MIB // 2])
    eventually(lambda: arriving(instance))
    front = int((instance.var / "run" / "front.pid").read_text())
    os.kill(front, signal.SIGKILL)
    wire.close()

    def back():
        try:
            return Client(instance.url).get("/readyz").status == 200
        except OSError:
            return False
    eventually(lambda: (instance.var / "run" / "front.pid").read_text().strip() != str(front) and back())
    admin.close()
    half, = arriving(instance)
    assert hashlib.sha256(body).hexdigest() not in stored(instance)
    assert upload(admin, bank, body)["result"]["taken"] == 700
    # a day later what is half is swept, with the first file that is kept
    old = time.time() - 90000
    os.utime(half, (old, old))
    front = int((instance.var / "run" / "front.pid").read_text())
    os.kill(front, signal.SIGKILL)
    eventually(lambda: (instance.var / "run" / "front.pid").read_text().strip() != str(front) and back())
    admin.close()
    assert upload(admin, bank, (HEAD + question(9999)).encode())["result"]["taken"] == 1
    assert eventually(lambda: not arriving(instance))
