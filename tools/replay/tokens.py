"""Access tokens that nobody is given: expired, for somebody else, signed by a stranger. For the authorizer's refusals.

The key is derived as shared/tokens/src/keys.rs derives it; replay.py first lets the authorizer accept a token made here,
so that a refusal is about what the token says and not about how it was made.
"""

import base64
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(part: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def signing_key(secret: str) -> Ed25519PrivateKey:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"accounts", info=b"access-token/ed25519/1")
    return Ed25519PrivateKey.from_private_bytes(derive.derive(secret.encode()))


def sign(header: dict, claims: dict, key: Ed25519PrivateKey) -> str:
    parts = [encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)]
    return ".".join([*parts, encode(key.sign(".".join(parts).encode()))])


def public_part(key: Ed25519PrivateKey) -> str:
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return encode(raw)


def variants(token: str, secret: str) -> dict[str, str]:
    """A token like `token` that is as good, and some that are not."""
    header, claims = (decode(part) for part in token.split(".")[:2])
    key = signing_key(secret)
    return {
        "likewiseToken": sign(header, claims | {"jti": "another"}, key),
        "expiredToken": sign(header, claims | {"iat": claims["iat"] - 3600, "exp": claims["iat"] - 1}, key),
        "foreignAudienceToken": sign(header, claims | {"aud": "another-service"}, key),
        "forgedToken": sign(header, claims, Ed25519PrivateKey.generate()),
    }
