"""Sends random requests to the local stack by Schemathesis, and judges each answer by openapi.yaml.

    python tools/openapi/fuzz.py

Schemathesis runs in .venv/schemathesis (tools/requirements-schemathesis.txt), with a fixed seed. Two passes: the examples, edge cases
and random values of each operation, in an account that exists; and sequences along the links of the document.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from openapi.stack import PLATFORM, Stack

ROOT = Path(__file__).parents[2]
SCHEMATHESIS = ROOT / ".venv/schemathesis/bin/schemathesis"
# Not the password of the examples, so that no request erases its caller or changes the password.
PASSWORD = "a difference engine"
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
# Schemathesis sends ids that it has seen, the caller's own session among them: ending it would refuse whatever follows.
ENDS_SESSION = "endSession"
PASSES = {
    "each operation": ["--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--exclude-operation-id", ENDS_SESSION],
    "along the links": ["--phases", "stateful", "--max-examples", "100", "--exclude-operation-id", ENDS_SESSION],
    "the end of a session": ["--phases", "examples,coverage,fuzzing", "--max-examples", "12", "--include-operation-id", ENDS_SESSION],
}
# What would end the account or the person that the other operations need: these get random ids.
ENDS = ["deleteAccount", "removeMember", "eraseUser"]


def sign_up(stack: Stack, email: str, account: str) -> dict:
    """A person with a verified address and an account."""
    body = {"email": email, "password": PASSWORD, "firstName": "Ada", "lastName": "L", "accountName": account, "country": "GB"}
    person = stack.send("POST", "/api/accounts/signup", body=body).body
    proof = {"token": stack.mailed_token(email, "verify-email"), "password": PASSWORD}
    stack.send("POST", "/api/auth/verify-email", body=proof)
    return person


def sign_in(stack: Stack, email: str) -> str:
    return stack.send("POST", "/api/auth/login", body={"email": email, "password": PASSWORD}).body["accessToken"]


def configuration(account: int, member: int) -> str:
    """Real ids in paths: random ones would be refused with 404 before anything else is looked at.

    Other methods of a path are left out: those are routes, and tests/contract compares them.
    """
    blocks = ["[phases.coverage]", "unexpected-methods = []"]
    for paths, ids in [
        ("^/api/accounts/[{]id[}]/users/[{]userId", {"path.id": account, "path.userId": member}),
        ("^/api/(accounts|users/me/invitations)/[{]id", {"path.id": account}),
        ("^/api/users/[{]id", {"path.id": member}),
    ]:
        parameters = ", ".join(f'"{name}" = {value}' for name, value in ids.items())
        blocks += [
            "[[operations]]",
            f'include-path-regex = "{paths}"',
            f"exclude-operation-id = {ENDS}",
            f"parameters = {{ {parameters} }}",
        ]
    return "\n".join(blocks) + "\n"


def run(stack: Stack, token: str, options: list[str], config: Path) -> int:
    command = [SCHEMATHESIS, "--no-color", "--config-file", config, "run", ROOT / "openapi.yaml", "--url", stack.url]
    command += ["--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS), "--seed", "15"]
    command += ["--suppress-health-check", "all", "--continue-on-failure", "--no-shrink"]
    # In a folder that goes away: what an earlier run found must not change this one.
    return subprocess.run([*command, *options], cwd=config.parent).returncode


def main() -> int:
    failed = []
    for name, options in PASSES.items():
        print(f"-- {name}", flush=True)
        with Stack() as stack, tempfile.TemporaryDirectory() as folder:
            account = sign_up(stack, PLATFORM, "Platform")["accountId"]
            member = sign_up(stack, "member@example.com", "Member's own")["id"]
            token = sign_in(stack, PLATFORM)
            signed_in = {"Authorization": f"Bearer {token}"}
            added = stack.send("POST", f"/api/accounts/{account}/users/{member}", signed_in, {"roles": ["user"]})
            assert added.status == 200, added.body
            config = Path(folder, "schemathesis.toml")
            config.write_text(configuration(account, member) if name != "along the links" else "", encoding="utf-8")
            if run(stack, token, options, config):
                failed.append(name)
            # Without it, all that follows its end would be refused with 401, and nothing would be tried.
            if stack.send("GET", "/api/users/me", signed_in).status != 200 and "--include-operation-id" not in options:
                failed.append(f"{name}: the session ended")
            if wrong := stack.inconsistencies():
                print("\n".join(wrong), flush=True)
                failed.append(f"{name}: the table is inconsistent")
    print(f"failed: {', '.join(failed)}" if failed else "nothing that openapi.yaml does not describe")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
