"""The local stack in memory, its mailbox and its clock."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import struct
import subprocess
import threading
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

PLATFORM = "platform@example.com"


class Answer:
    def __init__(self, response: http.client.HTTPResponse):
        raw = response.read()
        self.status, self.headers = response.status, response.headers
        self.kind = response.headers.get("content-type", "")
        self.body = json.loads(raw) if self.kind.endswith("json") and raw else raw.decode()


class Stack:
    """A started stack. `ACCOUNTS_LOCAL` names another binary than that of a debug build."""

    def __enter__(self):
        binary = os.environ.get("ACCOUNTS_LOCAL", f"{os.environ.get('CARGO_TARGET_DIR', 'target')}/debug/local")
        self.process = subprocess.Popen(
            [binary, "--memory", "--port", "0", "--parameter", f"PlatformAdminEmails={PLATFORM}"],
            env={"RUST_LOG": "error"} | os.environ,
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in self.process.stdout:
            if found := re.search(r"listening on (http://\S+)", line):
                self.url = found.group(1).rstrip("/")
                # So that it never waits for us to read.
                threading.Thread(target=self.process.stdout.read, daemon=True).start()
                return self
        raise RuntimeError(f"{binary} ended with {self.process.wait()} before it listened")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def send(self, method: str, target: str, headers: dict | None = None, body: object = None) -> Answer:
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        headers = dict(headers or {})
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, target, json.dumps(body) if body is not None else None, headers)
        try:
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def inconsistencies(self) -> list[str]:
        """What the operators' command finds wrong with the table, a line each."""
        admin = Path(self.process.args[0]).with_name("admin")
        command = [str(admin), f"--local={self.url}", "check", "--grace", "30"]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        return (checked.stdout + checked.stderr).splitlines() if checked.returncode else []

    def now(self) -> int:
        """The service's time in Unix seconds."""
        return int(datetime.fromisoformat(self.send("GET", "/_local/clock").body["now"]).timestamp())

    def advance(self, seconds: int):
        self.send("POST", "/_local/clock", body={"advanceSeconds": seconds})

    def mailed_token(self, address: str, page: str, before: str | None = None) -> str:
        """The token in the newest mail to `address` with a link to `page`, once it is another than `before`."""
        for _ in range(200):
            mails = self.send("GET", f"/_local/mailbox.json?to={quote(address)}").body
            tokens = [found.group(1) for mail in mails if (found := re.search(rf"/{page}#token=([\w-]+)", mail["text"]))]
            if tokens and tokens[0] != before:
                return tokens[0]
            time.sleep(0.05)
        raise AssertionError(f"no mail to {address} with a link to /{page}")

    def code(self, secret: str) -> str:
        """The present code of an authenticator app with this secret (RFC 6238)."""
        key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        digest = hmac.digest(key, struct.pack(">Q", self.now() // 30), hashlib.sha1)
        start = digest[-1] & 15
        return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"
