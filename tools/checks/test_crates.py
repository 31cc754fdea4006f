"""Holds what a crate must not know: python tools/checks/test_crates.py

Cargo.toml lists only what a crate may use; this follows the whole tree below it."""

import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).parents[2]
AWS = ("aws-sdk-", "aws-smithy-", "aws-config")
HTTP = ("axum", "lambda_http", "hyper", "tower-http")
# What must not be below a crate, not even through another one.
BANS = {
    "model": (*AWS, *HTTP, "http", "tokio", "lambda_runtime"),
    "odata": (*AWS, *HTTP, "http", "tokio", "lambda_runtime", "model"),
    "tokens": (*AWS, "axum", "lambda_http", "tokio", "lambda_runtime"),
    "observe": (*AWS, "axum", "lambda_http", "model", "lambda_runtime"),
    "template": (*AWS, *HTTP, "tokio", "model"),
    "store": ("axum", "lambda_http", "lambda_runtime", "aws-sdk-ses", "aws-sdk-eventbridge", "aws-sdk-secretsmanager"),
    "runtime": ("axum", "lambda_http"),
    "authorizer": ("axum", "lambda_http"),
    "mailer": ("axum", "lambda_http"),
    "trail": ("axum", "lambda_http"),
    "purge": ("axum", "lambda_http"),
    "admin": ("axum", "lambda_http", "shared", "accounts", "members", "identity", "mailer", "trail", "purge", "local"),
}


def below(crate: str) -> set[str]:
    """The crates that `crate` is built from, without those of its tests."""
    command = ["cargo", "tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--package", crate]
    tree = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {line.split()[0] for line in tree.splitlines() if line.strip()} - {crate}


def banned(name: str, bans: tuple[str, ...]) -> bool:
    return any(name.startswith(ban) if ban.endswith("-") else name == ban for ban in bans)


class Crates(unittest.TestCase):
    def test_no_crate_knows_what_it_must_not(self):
        for crate, bans in BANS.items():
            with self.subTest(crate):
                self.assertEqual([], sorted(name for name in below(crate) if banned(name, bans)))

    def test_a_ban_would_be_seen(self):
        self.assertIn("axum", below("shared"))
        self.assertTrue(banned("aws-sdk-dynamodb", AWS))
        self.assertFalse(banned("aws-lc-rs", AWS))


if __name__ == "__main__":
    unittest.main()
