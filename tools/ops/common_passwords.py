#!/usr/bin/env python3
"""Writes shared/model/data/common_passwords.txt anew from the two packages that shared/model/data/README.md names.

    python3 -m venv .venv && .venv/bin/pip install Django==5.2.19 zxcvbn==4.5.0
    .venv/bin/python tools/ops/common_passwords.py
"""

import gzip
import pathlib
import unicodedata

import django
from zxcvbn.frequency_lists import FREQUENCY_LISTS

COUNT = 10_000
MIN_CHARACTERS = 8  # Shorter ones are refused for their length.
BROKEN = "пїѕ"  # What is left of texts that were decoded wrongly: nobody types it.
TARGET = pathlib.Path(__file__).parents[2] / "shared" / "model" / "data" / "common_passwords.txt"


def ranked():
    """The passwords of both sources, the most common first; the larger corpus goes before the other."""
    packed = pathlib.Path(django.__file__).parent / "contrib" / "auth" / "common-passwords.txt.gz"
    yield from gzip.decompress(packed.read_bytes()).decode().splitlines()
    yield from FREQUENCY_LISTS["passwords"]


def caseless(text):
    """The form in which the service compares."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded)


def main():
    chosen = {}
    for password in map(caseless, ranked()):
        if len(password) >= MIN_CHARACTERS and BROKEN not in password and len(chosen) < COUNT:
            chosen[password] = None
    lines = sorted(chosen, key=str.encode)
    assert len(lines) == COUNT, len(lines)
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


main()
