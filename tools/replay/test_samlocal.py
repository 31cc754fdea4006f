"""The built functions behind SAM's own API Gateway code: routes, authorizer and events as `sam local start-api` makes them.

    python tools/replay/test_samlocal.py
"""

import json
import re
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from replay.rie import free_port, stop, wait_for

PASSWORD = "correct horse battery staple"


class StartApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        port = free_port()
        cls.address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "tools/replay/samlocal.py", "start-api", "--alone", "--port", str(port)]
        cls.process = subprocess.Popen(command, start_new_session=True)
        cls.addClassCleanup(stop, cls.process)
        wait_for(port, cls.process, seconds=600)

    def call(self, method: str, path: str, body=None, token: str | None = None) -> tuple[int, dict, dict]:
        """Status, headers and body."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), json.loads(answer.read() or "null")
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, dict(refusal.headers), json.loads(refusal.read() or "null")

    def test_a_visitor_becomes_an_owner(self):
        ada = {"email": "ada@example.com", "password": PASSWORD}
        person = {"firstName": "Ada", "lastName": "Lovelace", "accountName": "Acme", "country": "GB"}
        status, _, signed_up = self.call("POST", "/api/accounts/signup", ada | person)
        self.assertEqual(status, 201, signed_up)
        status, _, session = self.call("POST", "/api/auth/login", ada)
        self.assertEqual(status, 200, session)
        token = session["accessToken"]

        status, _, accounts = self.call("GET", "/api/accounts", token=token)
        self.assertEqual((status, accounts.get("count")), (200, 1), accounts)
        status, headers, account = self.call("GET", f"/api/accounts/{signed_up['accountId']}", token=token)
        self.assertEqual((status, account.get("name")), (200, "Acme"), account)
        self.assertRegex({name.lower(): value for name, value in headers.items()}.get("etag", ""), re.compile(".+"))
        status, _, page = self.call("GET", "/api/accounts?%24filter=name%20eq%20%27Acme%27&%24top=1", token=token)
        self.assertEqual((status, len(page.get("value", []))), (200, 1), page)

        # SAM says 502 where an authorizer answers `Unauthorized`; API Gateway, and `cargo run`, say 401.
        forged = token[:-8] + ("AAAAAAAA" if token[-8:] != "AAAAAAAA" else "BBBBBBBB")
        self.assertIn(self.call("GET", "/api/accounts", token=forged)[0], (401, 502))

    def test_a_route_behind_the_authorizer_needs_a_token(self):
        self.assertEqual(self.call("GET", "/api/accounts")[0], 401)

    def test_the_public_keys_are_public(self):
        status, _, keys = self.call("GET", "/.well-known/jwks.json")
        self.assertEqual((status, [key["crv"] for key in keys["keys"]]), (200, ["Ed25519"]))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
