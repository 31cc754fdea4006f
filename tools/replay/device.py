"""A device with a passkey: the answers of `navigator.credentials` (Web Authentication Level 3, section 5.1), by ES256."""

import base64
import hashlib
import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

FLAGS = 0b101  # the user was present and verified (section 6.1)
WITH_CREDENTIAL = 1 << 6


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Device:
    """One credential, for pages at `origin`."""

    def __init__(self, origin: str):
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.handle = b""

    def create(self, options: dict) -> dict:
        self.handle = data(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        # CBOR (RFC 8949): {1: 2, 3: -7, -1: 1, -2: x, -3: y}, the COSE key of RFC 9053 section 7.1.1.
        cose = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        authenticator = self._data(options["rp"]["id"], FLAGS | WITH_CREDENTIAL) + credential
        # {"fmt": "none", "attStmt": {}, "authData": ...}
        attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59" + len(authenticator).to_bytes(2, "big") + authenticator
        client = self._client("webauthn.create", options)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, options: dict) -> dict:
        authenticator = self._data(options["rpId"], FLAGS)
        client = self._client("webauthn.get", options)
        signature = self.key.sign(authenticator + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=authenticator, signature=signature, userHandle=self.handle)

    def _data(self, domain: str, flags: int) -> bytes:
        return hashlib.sha256(domain.encode()).digest() + bytes([flags]) + bytes(4)

    def _client(self, ceremony: str, options: dict) -> bytes:
        client = {"type": ceremony, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(client).encode()

    def _answer(self, **response: bytes) -> dict:
        members = {name: text(value) for name, value in response.items()}
        return {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": members}
