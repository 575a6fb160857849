"""The web clients' files as an independent client gets them.  SPDX-License-Identifier: Apache-2.0"""
import gzip
import http.client
import re
from urllib.parse import urlsplit

import pytest


@pytest.fixture
def get(instance):
    parts = urlsplit(instance.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)

    def ask(path, method="GET", **headers):
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        reply.body = reply.read()
        return reply
    yield ask
    connection.close()


@pytest.fixture
def script(get):
    """The address of the client's first script, a name with a hash."""
    return re.search(r'src="(/phone/assets/[^"]+[.]js)"', get("/phone/").body.decode()).group(1)


def test_a_page_and_its_protection(get):
    page = get("/phone/")
    assert page.status == 200 and page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-cache" and page.headers["X-Content-Type-Options"] == "nosniff"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert not re.search(r"<script(?![^>]*src=)", page.body.decode())
    assert not re.search(r"https?://", page.body.decode())


def test_a_deep_link_is_the_page(get):
    page = get("/phone/")
    for path in ("/phone/exams/018f4f1e-0000-7000-8000-000000000000/sitting", "/phone/board"):
        assert get(path).body == page.body
    for path in ("/phone/assets/none.js", "/phone/../phone/none.css", "/phone/%2e%2e/%2e%2e/etc/passwd.txt"):
        assert get(path).status in (400, 404)
    moved = get("/phone")
    assert moved.status == 302 and moved.headers["Location"] == "/phone/"


def test_the_door_leads_by_device(get):
    door = get("/", User_Agent="Mozilla/5.0 (iPhone) Mobile")
    assert door.status == 302 and door.headers["Location"] == "/phone/"
    assert "User-Agent" in door.headers["Vary"]


def test_codings_are_of_the_same_content(get, script):
    plain, packed, brotli = get(script), get(script, Accept_Encoding="gzip"), get(script, Accept_Encoding="gzip, br")
    assert plain.headers["Content-Encoding"] is None and packed.headers["Content-Encoding"] == "gzip"
    assert brotli.headers["Content-Encoding"] == "br" and len(brotli.body) < len(packed.body) < len(plain.body)
    assert gzip.decompress(packed.body) == plain.body
    assert len({reply.headers["ETag"] for reply in (plain, packed, brotli)}) == 3
    assert "immutable" in plain.headers["Cache-Control"] and plain.headers["Vary"] == "Accept-Encoding"


def test_a_coding_has_no_name_of_its_own(get, script):
    for ending in (".br", ".gz"):
        for headers in ({}, {"Accept_Encoding": "br, gzip"}):
            assert get(script + ending, **headers).status == 404


def test_what_is_there_already_is_not_sent_again(get, script):
    first = get(script, Accept_Encoding="br")
    for asked in (first.headers["ETag"], f'"other", W/{first.headers["ETag"]}', "*"):
        again = get(script, Accept_Encoding="br", If_None_Match=asked)
        assert again.status == 304 and again.body == b"" and again.headers["ETag"] == first.headers["ETag"]
    assert get(script, If_None_Match=first.headers["ETag"]).status == 200
    head = get(script, method="HEAD", Accept_Encoding="br")
    assert head.status == 200 and head.body == b"" and int(head.headers["Content-Length"]) == len(first.body)


def test_parts(get, script):
    whole = get(script)
    part = get(script, Range="bytes=10-19")
    assert part.status == 206 and part.body == whole.body[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.body)}"
    assert get(script, Range="bytes=-7").body == whole.body[-7:]
    assert get(script, Range="bytes=3-", If_Range=whole.headers["ETag"]).body == whole.body[3:]
    assert get(script, Range="bytes=3-", If_Range='"another"').status == 200
    beyond = get(script, Range=f"bytes={len(whole.body)}-")
    assert beyond.status == 416 and beyond.headers["Content-Range"] == f"bytes */{len(whole.body)}"


def test_only_reading(get, script):
    reply = get(script, method="POST")
    assert reply.status == 405 and reply.headers["Allow"] == "GET, HEAD"
    assert reply.headers["Content-Type"] == "application/problem+json"
