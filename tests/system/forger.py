"""Tokens as a forger makes them: Ed25519 by RFC 8032 in plain Python, HMAC for mixed-up algorithms.
SPDX-License-Identifier: Apache-2.0"""
import base64
import hashlib
import hmac
import json

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    z, t = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, t - z, t + z, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    sum_ = (0, 1, 1, 0)
    while number:
        if number & 1:
            sum_ = add(sum_, point)
        point, number = add(point, point), number >> 1
    return sum_


def base_point():
    y = 4 * pow(5, P - 2, P) % P
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    x = P - x if x & 1 else x
    return x, y, 1, x * y % P


BASE = base_point()


def packed(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


class Key:
    def __init__(self, seed):
        digest = hashlib.sha512(seed).digest()
        self.scalar = (int.from_bytes(digest[:32], "little") & (1 << 254) - 8) | 1 << 254
        self.prefix = digest[32:]
        self.public = packed(times(self.scalar, BASE))
        self.kid = hashlib.sha256(self.public).hexdigest()[:16]

    def sign(self, message):
        nonce = int.from_bytes(hashlib.sha512(self.prefix + message).digest(), "little") % ORDER
        point = packed(times(nonce, BASE))
        challenge = int.from_bytes(hashlib.sha512(point + self.public + message).digest(), "little") % ORDER
        return point + ((nonce + challenge * self.scalar) % ORDER).to_bytes(32, "little")


def text(part):
    """base64url without padding of bytes, or of an object's JSON."""
    if not isinstance(part, bytes):
        part = (part if isinstance(part, str) else json.dumps(part, separators=(",", ":"))).encode()
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def raw(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def signed(head, body, key):
    front = f"{text(head)}.{text(body)}"
    return f"{front}.{text(key.sign(front.encode()))}"


def hashed(head, body, secret, digest="sha256"):
    front = f"{text(head)}.{text(body)}"
    return f"{front}.{text(hmac.new(secret, front.encode(), digest).digest())}"


def without(members, *names):
    return {name: value for name, value in members.items() if name not in names}
