"""Judges by another library what a browser and this service said to each other about passkeys.

    CEREMONIES=target/ceremonies.json cargo test --test api a_passkey_is_added
    python tools/checks/test_ceremonies.py target/ceremonies.json

The browser is Chromium with a virtual authenticator, and the service accepted each of its answers. Here, the relying party is fido2 of
PyPI. Both have to agree on every answer, and on one that was tampered with.
"""

import copy
import json
import sys
import unittest
from pathlib import Path
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import PublicKeyCredentialRpEntity, UserVerificationRequirement

REGISTRATION, SIGN_IN = "/api/users/me/factors/passkeys", "/api/auth/passkey/login"
SECOND_STEP, AGAIN = "/api/auth/login/second-factor", "/api/auth/reauthenticate"


class Ceremonies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        kept = json.loads(Path(FILE).read_text(encoding="utf-8"))
        cls.origin = kept["origin"]
        party = PublicKeyCredentialRpEntity(id="localhost", name="Accounts")
        cls.party = Fido2Server(party, verify_origin=lambda origin: origin == cls.origin)
        requests = [(urlsplit(one["url"]).path, one) for one in kept["requests"]]
        cls.challenges = [json.loads(one["answer"])["challenge"] for path, one in requests if path.endswith("/options")]
        cls.answers = {}
        for path, one in requests:
            credential = json.loads(one["body"] or "{}").get("credential")
            if credential:
                cls.answers[path] = credential

    def state(self, credential: dict) -> dict:
        """The challenge of ours that the browser answered; an unknown one is refused below."""
        client = json.loads(websafe_decode(credential["response"]["clientDataJSON"]))
        challenge = next(one for one in self.challenges if one == client["challenge"])
        return {"challenge": challenge, "user_verification": UserVerificationRequirement.REQUIRED}

    def registered(self):
        created = self.answers[REGISTRATION]
        return self.party.register_complete(self.state(created), created).credential_data

    def test_the_registration_is_acceptable(self):
        self.assertEqual(self.registered().credential_id, websafe_decode(self.answers[REGISTRATION]["id"]))

    def test_each_assertion_is_acceptable(self):
        for path in (SIGN_IN, SECOND_STEP, AGAIN):
            with self.subTest(path):
                used = self.answers[path]
                self.party.authenticate_complete(self.state(used), [self.registered()], used)

    def test_an_assertion_under_another_signature_is_not(self):
        used = copy.deepcopy(self.answers[SIGN_IN])
        used["response"]["signature"] = self.answers[AGAIN]["response"]["signature"]
        with self.assertRaises(ValueError):
            self.party.authenticate_complete(self.state(self.answers[SIGN_IN]), [self.registered()], used)


if __name__ == "__main__":
    FILE = sys.argv.pop(1)
    unittest.main()
