# Our request parser beside two that nobody here wrote: llhttp (PyPI httptools) and h11.
# SPDX-License-Identifier: Apache-2.0
"""We may refuse what they accept (our rules are narrower), never the other way about but for JUSTIFIED; and
where a request that both accept ends, and what its body is, must be the same. Environment: REQUEST_DRIVER
(the built driver), REQUEST_SEED, REQUEST_STREAMS (how many, 20000)."""
import collections
import os
import random
import struct
import subprocess
import sys
import zlib

import h11
import httptools

# (peer, a word of its refusal): why we accept what it refuses. There is nothing of the kind at present.
JUSTIFIED = {}

METHODS = [b"GET", b"POST", b"PUT", b"HEAD", b"DELETE", b"PATCH", b"OPTIONS"]
ODD_METHODS = [b"get", b"TRACE", b"CONNECT", b"BREW", b"G T", b"", b"PRI", b"G\x00T", b"PO[T"]
TARGETS = [b"/", b"/v1/exams", b"/a?b=c&d=%20", b"/a/../b", b"/?", b"/~!$&'()*+,;=:@"]
ODD_TARGETS = [b"*", b"http://a/", b"a", b"/a b", b"/\x00", b"/\xe5\x85\x9a", b"/a#b", b"", b'/"',
               b"/\x7f", b"//a", b"/|"]
ODD_VERSIONS = [b"HTTP/1.0", b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/0.9", b"http/1.1",
                b"HTTP/1.1 ", b"HTTP/11", b""]
ENDS = [b"\n", b"\r", b"\r\r\n", b"\n\n", b" \r\n", b"\r\n "]
LINES = [b"Accept: */*", b"X-Own:v", b"X: \t v \t", b"X:", b"Connection: close", b"Connection: keep-alive",
         b"Prefer: wait=5", b"Authorization: Bearer abc.def-ghi", b"Idempotency-Key: 0001",
         b"Expect: 100-continue",
         b"Content-Type: application/json", b"Cookie: a=b; c=d", b"X: a,b;c=\"d\"", b"!#$%&'*+-.^_`|~9: odd",
         b"X: \xe9\xff", b"Accept-Encoding: gzip, br", b"Connection: Upgrade", b"Upgrade: h2c",
         b"TE: trailers"]
ODD_LINES = [b"X : v", b": v", b"X", b" X: v", b"\tX: v", b"X: a\x00b", b"X: a\x01b", b"X: a\x7fb",
             b"X\x00: v", b"X(: v",
             b"Host: b", b"Host:", b"Host : a", b"X: a\rb", b"X: a\nb", b"\xc3\xa9: v", b"Expect: other",
             b"Content-Length: 3", b"Content-Length: 0", b"Transfer-Encoding: chunked", b"X: v\r\n folded"]
LENGTHS = [b"+%d", b"-%d", b"0x%x", b"%d,%d", b"%d, %d", b" %d ", b"\t%d", b"%da", b"%d.0", b"00%d", b"",
           b"%d %d", b"1%d",
           b"\x0b%d", b"18446744073709551616", b"99999999999999999999999%d", b"-0", b"\"%d\"", b"%d;"]
CODINGS = [b"Chunked", b"CHUNKED", b"chunked ", b"\tchunked", b"xchunked", b"chunkedx", b"identity",
           b"gzip", b"gzip, chunked",
           b"chunked, gzip", b"chunked, chunked", b"chunked;a=b", b"\"chunked\"", b"", b"\x0bchunked",
           b",chunked", b"chunked,"]
SIZES = [b"%x", b"%X", b"0%x", b"0000%x", b"%x;a", b"%x;a=b", b"%x;a=\"b c\"", b"%x;a;b=c"]
ODD_SIZES = [b"0x%x", b"+%x", b"-%x", b" %x", b"%x ", b"%x\t", b"%x;", b"%x;;a", b"%x;a=", b"%x;a=\"b",
             b"%x;\x00", b"%x;a\nb", b"",
             b"%xg", b"1%x", b"100000000%x", b"%x_0", b"0000000000%x", b"%x;a b", b"%x ;a", b"%x; a",
             b"%x;a=\"b\\\"c\""]
BEHIND = [b"", b"", b"", b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n", b"GET", b"\r\n", b"x", b"0\r\n\r\n"]


def odd(rng, share=0.06):
    return rng.random() < share


def filled(form, number):
    count = form.count(b"%")
    return form % ((number,) * count) if count else form


def end(rng):
    return rng.choice(ENDS) if odd(rng, 0.01) else b"\r\n"


def chunks(rng, body):
    out = b""
    while body:
        size = rng.randint(1, 9)
        piece, body = body[:size], body[size:]
        form = rng.choice(ODD_SIZES) if odd(rng, 0.04) else rng.choice(SIZES)
        out += filled(form, len(piece)) + end(rng) + piece + (b"" if odd(rng, 0.01) else end(rng))
    out += rng.choice([b"0", b"0", b"00", b"0;a"]) + end(rng)
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        out += (rng.choice(ODD_LINES) if odd(rng, 0.2) else rng.choice(LINES)) + end(rng)
    return out + end(rng)


def request(rng):
    method = rng.choice(ODD_METHODS) if odd(rng, 0.03) else rng.choice(METHODS)
    target = rng.choice(ODD_TARGETS) if odd(rng, 0.03) else rng.choice(TARGETS)
    version = rng.choice(ODD_VERSIONS) if odd(rng) else b"HTTP/1.1"
    lines = [] if odd(rng, 0.03) else [rng.choice([b"Host: a", b"host:a", b"Host: a:80", b"Host: [::1]"])]
    lines += [rng.choice(LINES) for _ in range(rng.choice([0, 0, 1, 2, 3]))]
    if odd(rng, 0.25):
        lines.append(rng.choice(ODD_LINES))
    body = bytes(rng.choice(b"ab\r\n0 {}") for _ in range(rng.choice([0, 1, 3, 16, 40])))
    kind = rng.random()
    if kind < 0.4:
        form = rng.choice(LENGTHS) if odd(rng, 0.2) else b"%d"
        lines.append(b"Content-Length: " + filled(form, len(body)))
    elif kind < 0.75:
        lines.append(b"Transfer-Encoding: " + (rng.choice(CODINGS) if odd(rng, 0.2) else b"chunked"))
        body = chunks(rng, body)
    elif not odd(rng, 0.2):
        body = b""
    rng.shuffle(lines)
    head = method + b" " + target + b" " + version + end(rng)
    return head + b"".join(line + end(rng) for line in lines) + end(rng) + body


def stream(rng):
    data = b"".join(request(rng) for _ in range(rng.choice([1, 1, 1, 2, 3]))) + rng.choice(BEHIND)
    for _ in range(rng.choice([0, 0, 0, 1, 2])):  # mutations of single bytes
        at = rng.randrange(len(data))
        what = rng.random()
        byte = bytes([rng.choice(b"\r\n\t :;,\x00\x0b\x7f\x80\xff0123aZ/%")])
        if what < 0.4:
            data = data[:at] + byte + data[at + 1:]
        elif what < 0.7:
            data = data[:at] + byte + data[at:]
        elif what < 0.9:
            data = data[:at] + data[at + 1:]
        else:
            data = data[:at]
        if not data:
            break
    return data


def by_h11(data):
    """(method, target, end, body), None for more, or the refusal's text."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    connection.receive_data(data)
    found, body = None, b""
    try:
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                return None
            if isinstance(event, h11.Request):
                found = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return found.method, found.target, len(data) - len(connection.trailing_data[0]), body
            else:
                return "closed"
    except h11.RemoteProtocolError as fault:
        return str(fault)


class Seen:
    def __init__(self):
        self.target, self.body, self.complete = b"", b"", 0

    def on_url(self, url):
        self.target += url

    def on_body(self, body):
        self.body += body

    def on_message_complete(self):
        self.complete += 1


def by_llhttp(data, our_end):
    """The same. With our end known, its end is checked by feeding up to the byte before, then that byte."""
    seen = Seen()
    parser = httptools.HttpRequestParser(seen)
    try:
        pieces = [data[: our_end - 1], data[our_end - 1: our_end]] if our_end else [data]
        for i, piece in enumerate(pieces):
            try:
                parser.feed_data(piece)
            except httptools.HttpParserUpgrade:
                pass  # raised once the message is complete: an upgrade was offered, which we never take
            if seen.complete and i + 1 < len(pieces):
                return parser.get_method(), seen.target, 0, seen.body  # it ends sooner
    except httptools.HttpParserError as fault:
        return str(fault) or type(fault).__name__
    if not seen.complete:
        return None
    return parser.get_method(), seen.target, our_end, seen.body


def ours(streams):
    feed = b"".join(struct.pack("<I", len(data)) + data for data in streams)
    done = subprocess.run([os.environ["REQUEST_DRIVER"]], input=feed, stdout=subprocess.PIPE, check=True)
    answers = done.stdout.decode().split("\n")[:-1]
    assert len(answers) == len(streams), "the driver left out streams"
    for answer in answers:
        *requests, last = answer.split("|")
        yield [text.split(" ") for text in requests], last


def is_justified(peer, refusal):
    return any(peer == name and word in refusal for name, word in JUSTIFIED)


def compare(data, requests, last, counts):
    """The faults of one stream, as texts."""
    start = 0
    for method, target, stop, length, total in requests:
        rest, stop = data[start:], int(stop)
        for peer, theirs in ("h11", by_h11(rest)), ("llhttp", by_llhttp(rest, stop - start)):
            mine = (method.encode(), target.encode(), stop - start)
            if isinstance(theirs, str):
                if is_justified(peer, theirs):
                    counts["justified"] += 1
                else:
                    yield f"{peer} refuses ({theirs}) what we accept: {rest[:stop - start]!r}"
            elif theirs is None:
                yield f"{peer} reads on behind our end {stop - start} of {rest!r}"
            elif theirs[:3] != mine or len(theirs[3]) != int(length) or zlib.adler32(theirs[3]) != int(total):
                yield f"{peer} reads {theirs}, we {mine}, {length} bytes of body: {rest!r}"
            else:
                counts["agreed"] += 1
        start = stop
    rest = data[start:]
    for peer, theirs in ("h11", by_h11(rest)), ("llhttp", by_llhttp(rest, None)):
        if last == "more":
            if rest and isinstance(theirs, tuple):
                yield f"{peer} is done where we read on: {rest!r}"
            counts["more"] += 1
        else:
            counts[f"refused, {peer} {'too' if isinstance(theirs, str) else 'not'}"] += 1


def test_request_against_llhttp_and_h11():
    seed = int(os.environ.get("REQUEST_SEED", "20261124"))
    rng = random.Random(seed)
    streams = [stream(rng) for _ in range(int(os.environ.get("REQUEST_STREAMS", "20000")))]
    counts, faults = collections.Counter(), []
    for data, (requests, last) in zip(streams, ours(streams)):
        faults += compare(data, requests, last, counts)
    print(f"seed {seed}: {dict(counts)}")
    assert not faults, f"{len(faults)} differences (seed {seed}):\n" + "\n".join(faults[:20])
    assert counts["agreed"] > len(streams) // 4, "too few requests were accepted by all: a vacuous test"


if __name__ == "__main__":
    test_request_against_llhttp_and_h11()
    sys.exit(0)
