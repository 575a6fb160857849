"""Photographs: taken by their bytes alone, nothing kept but pixels, sealed, judged by their source, shown to whom the catalogue
says, gone when replaced.  SPDX-License-Identifier: Apache-2.0"""
import base64
import struct
import zlib

import pytest
from instance import eventually
from test_person import Desk
from test_person_data import files

SECRET = b"GPS 19.09N 109.70E, taken at home"
WHY = {"reason": "照片不是本人"}


def segment(marker, payload):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload


def jpeg(more=b"", width=240, height=320, behind=b"", pixels=b"pixels"):
    """A JPEG as the front reads it, which decodes no pixels."""
    return (b"\xff\xd8" + more + segment(0xdb, bytes(65)) +
            segment(0xc0, struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)) + segment(0xc4, b"\0\1" + bytes(16)) +
            segment(0xda, bytes([1, 1, 0, 0, 63, 0])) + pixels + b"\xff\0more\xff\xd9" + behind)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(more=b"", width=240, height=320, shade=0, behind=b""):
    row = bytes([0]) + bytes([shade]) * width
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + more +
            chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b"") + behind)


EXIF = segment(0xe0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + segment(0xe1, b"Exif\0\0" + SECRET) + segment(0xfe, SECRET)
TEXTS = chunk(b"eXIf", SECRET) + chunk(b"tEXt", b"Comment\0" + SECRET) + chunk(b"iTXt", SECRET)


@pytest.fixture(scope="module")
def desk(county):
    return Desk(county)


@pytest.fixture
def member(desk):
    return desk.county.enrol(desk.branch)[0]


def bring(client, body, person=None, media="image/jpeg", source="paper_file", expect=200, more=""):
    target = f"/v1/people/{person}/photograph?source={source}{more}" if person else "/v1/me/photograph"
    reply = client.command("PUT", target, body, headers={"Content-Type": media}, expect=expect)
    return {what for what, fields in reply["result"].items() if fields} if expect == 200 else reply


def shown(client, person=None, query=""):
    reply = client.get(f"/v1/people/{person}/photograph{query}" if person else f"/v1/me/photograph{query}")
    return reply.body if reply.status == 200 else reply.status


def kept(database):
    return {row[0] for row in database.execute("select fact::text from person_photograph")}


def test_what_is_brought_is_shown_and_nothing_but_pixels_stays(desk, member, instance):
    assert shown(desk.keeper, member.id) == 404 and shown(member) == 404
    assert bring(desk.keeper, jpeg(EXIF, behind=SECRET), member.id, more="&reference=%E7%AC%AC3%E9%A1%B5") == {"taken"}
    reply = desk.keeper.get(f"/v1/people/{member.id}/photograph")
    assert reply.body == jpeg() and reply.headers["content-type"] == "image/jpeg"
    assert "no-store" in str(reply.headers) and reply.headers["x-content-type-options"] == "nosniff"
    fact = next(fact for fact in desk.file(member.id)["facts"] if fact["field"] == "photograph")
    assert (fact["value"], fact["source"], fact["reference"], fact["masked"]) == ("240 × 320", "paper_file", "第3页", False)
    assert fact["decided_by"] == fact["recorded_by"]
    assert bring(desk.keeper, png(TEXTS, behind=SECRET), member.id, "image/png") == {"taken"}
    reply = member.get("/v1/me/photograph")
    assert reply.body == png() and reply.headers["content-type"] == "image/png"
    assert shown(desk.keeper, member.id, f"?fact={fact['fact']}") == 404  # replaced
    history = desk.keeper.get(f"/v1/people/{member.id}/history?field=photograph").json["rows"]
    assert [(row["state"], row["recorded_name"] != "") for row in history] == [("current", True), ("replaced", True)]
    assert history[1]["replaced_by"] == history[0]["fact"]
    assert bring(desk.keeper, png(), member.id, "image/png") == {"same"}
    assert [str(path) for path, content in files(instance.var) if SECRET in content] == []


@pytest.mark.parametrize("body, media, status, word", [
    (b"GIF89a" + bytes(400), "image/jpeg", 415, "JPEG 或 PNG"),
    (b"<svg onload='alert(1)'/>", "image/png", 415, "JPEG 或 PNG"),
    (png(), "image/jpeg", 415, "不一致"),
    (jpeg(), "image/png", 415, "不一致"),
    (png(), "image/gif", 415, ""),
    (png(), "application/json", 415, ""),
    (b"", "image/png", 415, "JPEG 或 PNG"),
    (jpeg()[:-2], "image/jpeg", 422, "不完整"),
    (png()[:-5], "image/png", 422, "不完整"),
    (png(width=99), "image/png", 422, "至少 100"),
    (jpeg(height=2049), "image/jpeg", 422, "2048"),
    (png(width=100000, height=100), "image/png", 422, "2048"),
    (jpeg().replace(b"\xff\xc0", b"\xff\xc9"), "image/jpeg", 422, "编码"),
    (jpeg(pixels=bytes(1 << 19)), "image/jpeg", 413, "512 KB"),
])
def test_what_is_no_such_picture_is_refused_and_changes_nothing(desk, member, body, media, status, word):
    for client, person in ((desk.keeper, member.id), (member, None)):
        target = f"/v1/people/{person}/photograph?source=paper_file" if person else "/v1/me/photograph"
        reply = client.send("PUT", target, body, {"Content-Type": media})
        assert reply.status == status and word in reply.json["detail_zh"], reply
        assert "command" not in reply.json
    assert shown(desk.keeper, member.id) == 404


def test_a_source_is_needed_and_one_that_is(desk, member):
    for query in ("", "?source=rumour", "?source=paper_file&fields=x"):
        reply = desk.keeper.send("PUT", f"/v1/people/{member.id}/photograph{query}", png(), {"Content-Type": "image/png"})
        assert reply.status in (400, 422), reply


def test_mine_waits_beside_a_stronger_one_until_another_decides(desk, member, database):
    assert bring(member, png(shade=1), media="image/png") == {"taken"}
    assert bring(desk.keeper, png(shade=2), member.id, "image/png") == {"taken"}
    assert bring(member, png(shade=3), media="image/png") == {"contested"}
    assert bring(member, png(shade=4), media="image/png") == {"contested"}
    assert shown(desk.keeper, member.id) == shown(member) == png(shade=2)
    history = desk.keeper.get(f"/v1/people/{member.id}/history?field=photograph").json["rows"]
    assert [row["state"] for row in history] == ["contested", "replaced", "current", "replaced"], "one of mine waits at most"
    waits, holds = history[0]["fact"], history[2]["fact"]
    assert shown(desk.keeper, member.id, f"?fact={waits}") == shown(member, query=f"?fact={waits}") == png(shade=4)
    assert {waits, holds} <= kept(database) and not {history[1]["fact"], history[3]["fact"]} & kept(database)
    row = next(row for row in desk.keeper.get(f"/v1/people/contested?organisation={desk.branch}&limit=200").json["rows"]
               if row["fact"] == waits)
    assert (row["field"], row["value"], row["present"]) == ("photograph", "240 × 320", "240 × 320")
    desk.keeper.command("POST", f"/v1/people/{member.id}/facts/{waits}/decision", {"accept": True, "reason": "已当面核对"})
    assert shown(desk.keeper, member.id) == png(shade=4)
    assert waits in kept(database) and holds not in kept(database)
    bring(desk.keeper, png(shade=5), member.id, "image/png", source="superior_system")
    bring(member, png(shade=6), media="image/png")
    waits = next(row["fact"] for row in desk.keeper.get(f"/v1/people/{member.id}/history?field=photograph").json["rows"]
                 if row["state"] == "contested")
    desk.keeper.command("POST", f"/v1/people/{member.id}/facts/{waits}/decision", {"accept": False, "reason": "不清晰"})
    assert shown(member) == png(shade=5) and waits not in kept(database)


def test_withdrawn_it_is_wiped_and_stays_in_the_history(desk, member, database):
    reply = member.command("POST", "/v1/me/photograph/withdrawal", {}, expect=409)
    assert "没有可撤回的照片" in reply["detail_zh"]
    assert member.send("POST", "/v1/me/photograph/withdrawal", {"reason": "x"}).status == 422
    desk.keeper.command("POST", f"/v1/people/{member.id}/photograph/withdrawal", WHY, expect=409)
    assert desk.keeper.send("POST", f"/v1/people/{member.id}/photograph/withdrawal", {}).status == 422
    bring(desk.keeper, png(), member.id, "image/png")
    bring(member, png(shade=7), media="image/png")
    member.command("POST", "/v1/me/photograph/withdrawal", {})
    assert shown(member) == png(), "what the organisation brought is not the member's to take away"
    desk.keeper.command("POST", f"/v1/people/{member.id}/photograph/withdrawal", WHY)
    assert shown(member) == shown(desk.keeper, member.id) == 404
    history = desk.keeper.get(f"/v1/people/{member.id}/history?field=photograph").json["rows"]
    assert [(row["state"], row["reason"]) for row in history] == [("refused", "本人撤回"), ("refused", "照片不是本人")]
    assert not {row["fact"] for row in history} & kept(database)
    bring(member, jpeg())
    member.command("POST", "/v1/me/photograph/withdrawal", {})
    assert shown(member) == 404


def test_who_has_no_file_has_no_photograph(desk):
    admin = desk.county.admin
    account = admin.get("/v1/me").json["account"]
    assert bring(admin, png(), media="image/png", expect=404)["type"].endswith("not_found")
    admin.command("POST", "/v1/me/photograph/withdrawal", {}, expect=409)
    operator = desk.county.officer("operator", desk.county.root)
    assert operator.get("/v1/me/photograph").status == 404
    assert bring(admin, png(), account, "image/png", expect=404)["type"].endswith("not_found")


def test_others_photographs_are_not_there(desk, member):
    bring(desk.keeper, png(), member.id, "image/png")
    other = desk.county.enrol(desk.branch)[0]
    stranger = desk.county.officer("committee_administrator", desk.county.committees[1])
    auditor = desk.county.officer("auditor", desk.committee)
    branch = desk.county.officer("branch_officer", desk.branch)
    assert [shown(client, member.id) for client in (stranger, other)] == [404, 403]
    assert shown(auditor, member.id) == shown(branch, member.id) == png()
    fact = next(fact["fact"] for fact in desk.file(member.id)["facts"] if fact["field"] == "photograph")
    assert shown(desk.keeper, other.id, f"?fact={fact}") == shown(other, query=f"?fact={fact}") == 404


def test_it_is_nowhere_in_the_clear_and_in_what_is_handed_out(desk, member, instance):
    pixels = b"a row of pixels that stands in one photograph alone"
    plain = "一句不密封的话所以找得到"
    bring(desk.keeper, jpeg(pixels=pixels), member.id)
    desk.change(member.id, native_place=plain)
    assert shown(desk.keeper, member.id) == jpeg(pixels=pixels)
    wanted = (pixels, base64.b64encode(jpeg(pixels=pixels))[200:260])
    member_data = {opened["field"]: opened["value"] for opened in member.get("/v1/me/data").json["sealed"]}
    assert base64.b64decode(member_data["photograph"]) == jpeg(pixels=pixels)
    found = {str(path) for path, content in files(instance.var) for bytes_ in wanted if bytes_ in content}
    assert not found
    assert any(plain.encode() in content for _, content in files(instance.var)), "the search finds what is not sealed"
    eventually(lambda: desk.file(member.id)["facts"])
