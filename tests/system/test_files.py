"""The web clients' files as an independent client gets them.  SPDX-License-Identifier: Apache-2.0"""
import gzip
import http.client
import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from wire import Problems


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


@pytest.fixture(scope="module")
def problems(witness):
    return Problems(witness.document)


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
    moved = get("/phone")
    assert moved.status == 302 and moved.headers["Location"] == "/phone/"


PROTECTION = ("Content-Security-Policy", "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy",
              "Cross-Origin-Resource-Policy", "X-Content-Type-Options")


def refused(problems, reply, status, code):
    """A problem, and protected as a page is."""
    problems.check(SimpleNamespace(status=reply.status, body=reply.body, headers={name.lower(): value for name, value in reply.headers.items()}),
                   status, code)
    assert all(reply.headers[name] for name in PROTECTION), reply.headers
    assert reply.headers["ETag"] is None and reply.headers["Content-Encoding"] is None
    assert reply.headers["Strict-Transport-Security"] is None  # only TLS can promise it
    return reply


@pytest.mark.parametrize("path", ["/phone/assets/none.js", "/phone/../phone/none.css", "/phone/..", "/phone/./board", "/phone/%2e%2e/board",
                                  "/phone/%2E./board", "/phone/%2e%2e/%2e%2e/etc/passwd.txt", "/phone/..%2f..%2fetc%2fpasswd", "/phone/board%2Fx",
                                  "/phone/x%5c..%5cy", "/phone/x%0d%0aSet-Cookie:%20a", "/phone/none%2ejs", "/phone/assets/%2e"])
def test_a_path_that_leads_elsewhere_names_nothing(path, get, problems):
    refused(problems, get(path), 404, "not_found")


@pytest.mark.parametrize("path", ["/phone/%", "/phone/%2", "/phone/%zz/x", "/phone/%00", "/phone/board%c3%28", "/phone/%u0041", "/phone/%+1x"])
def test_a_bad_coding_is_refused(path, get, problems):
    refused(problems, get(path), 400, "bad_request")


def test_a_coded_path_is_the_path(get, script):
    assert get(script.replace("/assets/", "/%61ssets/")).body == get(script).body
    assert get("/phone/%E8%80%83%E8%AF%95").body == get("/phone/board").body == get("/phone/").body
    assert get(script.replace(".js", "%2Ejs")).status == 200


DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
PHONES = ["Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
          "Mozilla/5.0 (Linux; Android 14; M2102) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
          "Mozilla/5.0 (Phone; OpenHarmony 4.1) ArkWeb/4.1.6.1 Mobile", "Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0.49"]
TABLETS = ["Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
           "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1"]
DESKS = [DESK, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
         DESK + " MicroMessenger/7.0.20 WindowsWechat(0x63090a13)", "curl/8.5.0"]


@pytest.mark.parametrize("agent, mobile, leads", [
    *((agent, None, "/phone/") for agent in PHONES + TABLETS), *((agent, None, "/console/") for agent in DESKS), (None, None, "/console/"),
    (DESK, "?1", "/phone/"), (PHONES[1], "?0", "/console/"), (TABLETS[0], "?0", "/console/"), (DESK, "?0", "/console/"),
    (PHONES[0], "1", "/phone/"), (DESK, "true", "/console/")])
def test_the_door_leads_by_device(agent, mobile, leads, get):
    """A browser's own word goes before what it calls itself; a word that is none is not heard."""
    door = get("/", **{"User_Agent": agent} if agent else {}, **{"Sec_CH_UA_Mobile": mobile} if mobile else {})
    there = get("/console/").status == 200  # a desk without a console is led to the phone's client
    assert door.status == 302 and door.headers["Location"] == (leads if there else "/phone/")
    assert door.headers["Vary"] == "Sec-CH-UA-Mobile, User-Agent" and door.headers["Cache-Control"] == "no-cache"


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
    assert get(script, method="HEAD", Range="bytes=10-19").status == 200


@pytest.mark.parametrize("coding", [None, "gzip", "br"])
def test_a_part_beyond_the_end_is_a_problem(coding, get, script, problems):
    accept = {"Accept_Encoding": coding} if coding else {}
    whole = get(script, **accept)
    for asked in (f"bytes={len(whole.body)}-", "bytes=-0", "bytes=999999999-"):
        reply = refused(problems, get(script, Range=asked, **accept), 416, "range_not_satisfiable")
        assert reply.headers["Content-Range"] == f"bytes */{len(whole.body)}" and reply.headers["Vary"] == "Accept-Encoding"
        assert reply.headers["Accept-Ranges"] is None
    assert get(script, Range="bytes=999999999-", If_None_Match=whole.headers["ETag"], **accept).status == 304


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=0-1, 1-", "bytes=5-2", "bytes=a-", "bytes=--1", "bytes 0-1", "lines=0-1", "bytes="])
def test_several_parts_or_none_are_the_whole(asked, get, script):
    whole, reply = get(script), get(script, Range=asked)
    assert reply.status == 200 and reply.body == whole.body and reply.headers["Content-Range"] is None


def test_a_part_only_of_the_same_file(get, script):
    whole = get(script)
    tag = whole.headers["ETag"]
    for same in (f"W/{tag}", tag.strip('"'), f'"other", {tag}', "*", whole.headers["Date"]):
        reply = get(script, Range="bytes=3-", If_Range=same)
        assert reply.status == 200 and reply.body == whole.body, same
    other = get(script, Accept_Encoding="gzip").headers["ETag"]  # of another coding, so of other bytes
    assert get(script, Range="bytes=3-", If_Range=other).status == 200
    assert get(script, Range="bytes=3-", If_Range=other, Accept_Encoding="gzip").status == 206


@pytest.mark.parametrize("accept, coding", [
    ("br;q=0", None), ("br;q=0, gzip", "gzip"), ("br;q=0.0, gzip;q=0.001", "gzip"), ("*;q=0", None), ("*", "br"), ("*;q=0.5, identity", None),
    ("gzip, *;q=0", "gzip"), ("identity;q=0, gzip", "gzip"), ("identity;q=0", None), ("GZIP", "gzip"), ("x-gzip", "gzip"), ("", None),
    ("br;q=2", None), ("deflate, zstd", None), ("gzip;q=1.0,br;q=0.5", "gzip")])
def test_a_coding_that_is_not_wanted_is_not_sent(accept, coding, get, script):
    reply = get(script, Accept_Encoding=accept)
    assert reply.status == 200 and reply.headers["Content-Encoding"] == coding and reply.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("held, status", [
    ('W/{tag}', 304), ('"a", "b", {tag}', 304), ('"a" ,{tag}, W/"b"', 304), ("*", 304), ('"a", W/"b"', 200), ("{bare}", 200), ('w/{tag}', 200), ("", 200)])
def test_what_is_held(held, status, get, script):
    first = get(script)
    tag = first.headers["ETag"]
    reply = get(script, If_None_Match=held.format(tag=tag, bare=tag.strip('"')))
    assert reply.status == status
    assert all(reply.headers[name] == first.headers[name] for name in ("ETag", "Cache-Control", "Vary"))
    assert get(script, method="HEAD", If_None_Match=held.format(tag=tag, bare=tag.strip('"'))).status == status


def test_a_head_says_what_a_get_would(get, script):
    for path in ("/phone/", "/phone/board", script):
        page, head = get(path), get(path, method="HEAD")
        page.headers.replace_header("Date", head.headers["Date"])
        assert head.status == 200 and head.body == b"" and head.headers.items() == page.headers.items()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading(method, get, script, problems):
    for path in (script, "/phone/", "/phone/board", "/phone", "/"):
        assert refused(problems, get(path, method=method), 405, "method_not_allowed").headers["Allow"] == "GET, HEAD"


def test_a_refusal_beside_the_clients_is_protected(get, problems):
    for path in ("/favicon.ico", "/phoney", "/%70hone/", "/index.html", "//phone/"):
        refused(problems, get(path), 404, "not_found")
