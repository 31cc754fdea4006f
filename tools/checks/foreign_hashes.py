"""Makes the hashes of tests/data/password-hashes anew, by libraries that are not ours.

    pip install passlib bcrypt==4.0.1 argon2-cffi scrypt
    npm install bcryptjs firebase-scrypt @noble/hashes    (in the folder that is named)
    python tools/checks/foreign_hashes.py FOLDER > tests/data/password-hashes/hashes.json
"""

import hashlib
import json
import subprocess
import sys
import unicodedata
from base64 import b64encode
from pathlib import Path

ASCII = "correct horse battery staple"
DECOMPOSED = unicodedata.normalize("NFD", "mañana-por-la-mañana")
#: The first 72 bytes decide.
LONG = "a long sentence of more than seventy-two bytes, of which bcrypt sees only the first part"


def base64(data: bytes) -> str:
    return b64encode(data).decode().rstrip("=")


def by_passlib() -> list[tuple[str, str, str]]:
    from passlib import hash as passlib

    made = [
        ("bcrypt", ASCII, passlib.bcrypt.using(rounds=10).hash(ASCII)),
        ("bcrypt", LONG, passlib.bcrypt.using(rounds=5, truncate_error=False).hash(LONG)),
        ("bcrypt", ASCII, passlib.bcrypt.using(rounds=4, ident="2a").hash(ASCII)),
        ("bcrypt", ASCII, passlib.bcrypt.using(rounds=4, ident="2y").hash(ASCII)),
        ("scrypt", ASCII, passlib.scrypt.using(rounds=14, block_size=8).hash(ASCII)),
        ("scrypt", DECOMPOSED, passlib.scrypt.using(rounds=12, block_size=8, parallelism=3).hash(DECOMPOSED)),
        ("pbkdf2_sha1", ASCII, passlib.pbkdf2_sha1.using(rounds=20000).hash(ASCII)),
        ("pbkdf2_sha256", ASCII, passlib.pbkdf2_sha256.using(rounds=29000).hash(ASCII)),
        ("pbkdf2_sha512", DECOMPOSED, passlib.pbkdf2_sha512.using(rounds=25000).hash(DECOMPOSED)),
    ]
    return [(f"passlib, {name}", password, hashed) for name, password, hashed in made]


def by_argon2_cffi() -> list[tuple[str, str, str]]:
    from argon2 import PasswordHasher, Type

    def hashed(password: str, kind: Type, memory: int, time: int, lanes: int, **more: int) -> str:
        return PasswordHasher(time, memory, lanes, type=kind, **more).hash(password)

    return [
        ("argon2-cffi", ASCII, hashed(ASCII, Type.ID, 65536, 3, 4)),
        ("argon2-cffi", DECOMPOSED, hashed(DECOMPOSED, Type.ID, 19456, 2, 1)),
        ("argon2-cffi", ASCII, hashed(ASCII, Type.ID, 19456, 2, 1, hash_len=16)),
        ("argon2-cffi", ASCII, hashed(ASCII, Type.I, 4096, 3, 1)),
        ("argon2-cffi", ASCII, hashed(ASCII, Type.D, 1024, 2, 2)),
    ]


def by_hashlib() -> list[tuple[str, str, str]]:
    """As Keycloak does: 64 bytes of output, whatever the function."""
    made = []
    for name, iterations in (("sha1", 20000), ("sha256", 27500), ("sha512", 30000)):
        salt = hashlib.sha256(name.encode()).digest()[:16]
        derived = hashlib.pbkdf2_hmac(name, ASCII.encode(), salt, iterations, 64)
        made.append(("hashlib", ASCII, f"$pbkdf2-{name}$i={iterations},l=64${base64(salt)}${base64(derived)}"))
    return made


def by_node(folder: Path) -> list[tuple[str, str, str]]:
    script = Path(__file__).with_suffix(".mjs").resolve()
    printed = subprocess.run(["node", script], cwd=folder, capture_output=True, check=True, text=True).stdout
    return [(made["by"], made["password"], made["hash"]) for made in json.loads(printed)]


def main() -> None:
    made = by_passlib() + by_argon2_cffi() + by_hashlib() + by_node(Path(sys.argv[1]))
    lines = [json.dumps({"by": by, "password": password, "hash": hashed}) for by, password, hashed in made]
    print("[\n  " + ",\n  ".join(lines) + "\n]")


if __name__ == "__main__":
    main()
