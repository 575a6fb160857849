"""An authenticator as people have it: RFC 6238, by Python's own means.  SPDX-License-Identifier: Apache-2.0"""
import base64
import hashlib
import hmac
import struct


def code(secret, milliseconds):
    """The six digits of a base32 secret at that time."""
    sum = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(milliseconds) // 30000), hashlib.sha1).digest()
    at = sum[-1] & 15
    return f"{(struct.unpack('>I', sum[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"
