"""The web folder as an operator leaves it: absent, too full, changed; and what a front with it holds, says and keeps.
SPDX-License-Identifier: Apache-2.0"""
import gzip
import http.client
import re
import ssl
import subprocess

import pytest
from instance import eventually
from second import Second
from wire import Wire, parse

LARGE = bytes(range(256)) * 16384  # 4 MiB, more than a socket holds


@pytest.fixture
def folder(tmp_path):
    """A client of one page and one script, a console, and a large file."""
    made = tmp_path / "web"
    for client in ("phone", "console"):
        (made / client / "assets").mkdir(parents=True)
        (made / client / "index.html").write_text(f'<script type="module" src="/{client}/assets/app-1a.js"></script>')
    script = b"export const words = '" + b"a word " * 500 + b"'\n"
    (made / "phone/assets/app-1a.js").write_bytes(script)
    (made / "phone/assets/app-1a.js.gz").write_bytes(gzip.compress(script))
    (made / "phone/assets/large-1.bin").write_bytes(LARGE)
    return made


def ask(front, path, method="GET", context=None, **headers):
    connection = (http.client.HTTPSConnection("localhost", front.port, timeout=20, context=context) if context
                  else http.client.HTTPConnection("127.0.0.1", front.port, timeout=20))
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    reply = connection.getresponse()
    reply.body = reply.read()
    connection.close()
    return reply


@pytest.mark.parametrize("named", ["", "nowhere"])
def test_without_a_folder_all_else_is_served(named, instance, tmp_path):
    with Second(instance, web_folder=tmp_path / named if named else "") as front:
        for path in ("/phone/", "/phone/board", "/console/", "/screen/x.js"):
            reply = ask(front, path)
            assert reply.status == 404 and b"ops/run" in reply.body and reply.headers["Content-Security-Policy"], path
        assert ask(front, "/healthz").status == 200 and ask(front, "/openapi.json").status == 200
        assert ask(front, "/").headers["Location"] == "/phone/"


@pytest.mark.parametrize("settings, says", [({"web_files": 4}, "web_files"), ({"web_bytes": 1 << 20}, "web_bytes")])
def test_a_folder_past_a_ceiling_is_refused_at_the_start(settings, says, instance, folder):
    said = Second(instance, web_folder=folder, **settings).refuses()
    assert f"the setting {says}" in said, said
    (folder / "phone/assets/large-1.bin").unlink()
    with Second(instance, web_folder=folder, **settings) as front:  # at the ceiling it is served
        assert ask(front, "/phone/").status == 200


def test_a_file_that_cannot_be_read_is_told_at_the_start(instance, folder):
    (folder / "phone/gone.js").symlink_to("nowhere.js")
    assert "gone.js" in Second(instance, web_folder=folder).refuses()


def test_a_restart_serves_what_was_built_since(instance, folder):
    with Second(instance, web_folder=folder) as front:
        page = ask(front, "/phone/")
        old = re.search(r'src="([^"]+)"', page.body.decode()).group(1)
        assert ask(front, old).status == 200
        (folder / "phone/assets/app-1a.js").rename(folder / "phone/assets/app-2b.js")
        (folder / "phone/assets/app-1a.js.gz").unlink()
        (folder / "phone/index.html").write_text('<script type="module" src="/phone/assets/app-2b.js"></script>')
        assert ask(front, "/phone/").body == page.body and ask(front, old).status == 200  # read once, at the start
    with Second(instance, web_folder=folder) as front:
        again = ask(front, "/phone/", If_None_Match=page.headers["ETag"])
        new = re.search(r'src="([^"]+)"', again.body.decode()).group(1)
        assert again.status == 200 and new != old and ask(front, new).status == 200
        assert ask(front, old).status == 404 and ask(front, old).headers["Cache-Control"] == "no-store"
        assert ask(front, new, Accept_Encoding="gzip").headers["Content-Encoding"] is None


def test_desk_and_hand_are_led_apart(instance, folder):
    with Second(instance, web_folder=folder) as front:
        assert ask(front, "/", User_Agent="Mozilla/5.0 (Windows NT 10.0)").headers["Location"] == "/console/"
        assert ask(front, "/", User_Agent="Mozilla/5.0 (Android 13)").headers["Location"] == "/phone/"
        assert ask(front, "/", User_Agent="Mozilla/5.0 (Android 13)", Sec_CH_UA_Mobile="?0").headers["Location"] == "/console/"
        assert ask(front, "/", User_Agent="Mozilla/5.0 (Windows NT 10.0)", Sec_CH_UA_Mobile="?1").headers["Location"] == "/phone/"


def test_requests_behind_a_body_that_stays(instance, folder):
    """A file is sent from where it lies, in several writes; what was asked behind it comes behind it."""
    def get(path, *lines):
        return "\r\n".join([f"GET {path} HTTP/1.1", "Host: a", *lines, "", ""]).encode()

    large = "/phone/assets/large-1.bin"
    asked = [get(large), get("/healthz"), get(large, "Range: bytes=5-14"), get(large).replace(b"GET", b"HEAD"), get("/phone/board"),
             get(large), get("/phone/none.js", "Connection: close")]
    with Second(instance, web_folder=folder) as front, Wire(front.url, 20) as wire:
        wire.say(b"".join(asked))
        received = b""
        while more := wire.socket.recv(1 << 16):
            received += more
    head = received.index(b"HTTP/1.1", received.index(LARGE[5:15] + b"HTTP/1.1") + 10)
    end = received.index(b"\r\n\r\n", head) + 4
    answers = parse(received[:head]) + [None] + parse(received[end:])  # the answer to HEAD has a length and no body
    assert [answer and answer.status for answer in answers] == [200, 200, 206, None, 200, 200, 404]
    assert answers[0].body == answers[5].body == LARGE and answers[2].body == LARGE[5:15]
    assert answers[1].headers["content-type"] == "application/health+json" and answers[4].body == (folder / "phone/index.html").read_bytes()
    assert f"Content-Length: {len(LARGE)}".encode() in received[head:end]


def test_a_reader_who_leaves_amid_a_body_harms_nobody(instance, folder):
    with Second(instance, web_folder=folder) as front:
        for _ in range(20):
            with Wire(front.url) as wire:
                wire.say(b"GET /phone/assets/large-1.bin HTTP/1.1\r\nHost: a\r\n\r\n" * 3).socket.recv(1000)
        assert ask(front, "/phone/assets/large-1.bin").body == LARGE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    made = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", made / "key.pem", "-out", made / "chain.pem"], check=True, capture_output=True)
    return made


def test_only_tls_promises_tls(instance, folder, certificate):
    name = "Strict-Transport-Security"
    with Second(instance, web_folder=folder) as front:
        assert all(ask(front, path).headers[name] is None for path in ("/phone/", "/", "/none"))
    with Second(instance, web_folder=folder, tls_certificate=certificate / "chain.pem", tls_key=certificate / "key.pem") as front:
        trusted = ssl.create_default_context(cafile=certificate / "chain.pem")
        for path, status in (("/phone/", 200), ("/", 302), ("/phone/none.js", 404), ("/none", 404), ("/phone/%", 400)):
            reply = ask(front, path, context=trusted)
            assert reply.status == status and reply.headers[name] == "max-age=31536000", path
        assert ask(front, "/phone/assets/large-1.bin", context=trusted).body == LARGE


def test_memory_does_not_grow_with_requests(instance, folder):
    """Ten thousand files, refusals and parts later the front holds what it held."""
    lines = [("GET", "/phone/", ""), ("GET", "/phone/assets/app-1a.js", "Accept-Encoding: gzip\r\n"), ("GET", "/phone/%E8%80%83/x", ""),
             ("GET", "/phone/assets/large-1.bin", "Range: bytes=7-1006\r\n"), ("GET", "/phone/assets/large-1.bin", "Range: bytes=-0\r\n"),
             ("GET", "/", "User-Agent: Android\r\n"), ("POST", "/phone/", "Content-Length: 0\r\n"), ("GET", "/phone/%zz", ""), ("GET", "/none", ""),
             ("GET", "/phone/none.js", "")]
    batch = "".join(f"{method} {path} HTTP/1.1\r\nHost: a\r\n{more}\r\n" for method, path, more in lines).encode()

    def thousand(front):
        with Wire(front.url, 20) as wire:
            for _ in range(100):
                wire.say(batch)
                received, answered = b"", []
                while len(answered) < len(lines):
                    received += wire.socket.recv(1 << 16)
                    answered = re.findall(rb"HTTP/1.1 (\d+) ", received)
                assert answered == b"200 200 200 206 416 302 405 400 404 404".split(), answered

    with Second(instance, web_folder=folder, connection_requests=0) as front:
        eventually(lambda: ask(front, "/readyz").status == 200)  # its views are read: they grow no more
        for _ in range(3):
            thousand(front)
        before = front.resident()
        for _ in range(10):
            thousand(front)
        assert front.resident() - before < 2 << 20, "it grew"
