"""Codes of an authenticator app (RFC 6238), for a secret that an earlier answer showed."""

import base64
import hashlib
import hmac
import struct
import time

STEP_SECONDS = 30


def code(secret: str, steps: int) -> str:
    """The code of now, or of so many steps later."""
    step = int(time.time()) // STEP_SECONDS + steps
    tag = hmac.new(base64.b32decode(secret), struct.pack(">q", step), hashlib.sha1).digest()
    offset = tag[-1] & 0xF
    number = struct.unpack(">I", tag[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
