"""Expected answers: JSON in which a string such as "<time>" stands for any value of that form."""

import re

NAME = re.compile(r"\$\{(\w+)\}")

FORMS = {
    "<id>": lambda value: type(value) is int and 0 < value < 2**53,
    "<number>": lambda value: type(value) is int,
    "<text>": lambda value: isinstance(value, str) and value != "",
    "<time>": lambda value: isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value),
    "<token>": lambda value: isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_.-]{20,}", value),
    "<etag>": lambda value: isinstance(value, str) and re.fullmatch(r'(W/)?"[^"]+"', value),
    "<any>": lambda _value: True,
}


def differences(expected, actual, at: str = "") -> list[str]:
    """Where `actual` is not what `expected` says, by JSON pointer."""
    if isinstance(expected, str) and expected in FORMS:
        return [] if FORMS[expected](actual) else [f"{at or '/'}: {actual!r} is no {expected}"]
    if isinstance(expected, dict) and isinstance(actual, dict):
        found = [f"{at}/{key}: is missing" for key in expected.keys() - actual.keys()]
        found += [f"{at}/{key}: is unexpected ({actual[key]!r})" for key in actual.keys() - expected.keys()]
        for key in expected.keys() & actual.keys():
            found += differences(expected[key], actual[key], f"{at}/{key}")
        return sorted(found)
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [line for i, (e, a) in enumerate(zip(expected, actual, strict=True)) for line in differences(e, a, f"{at}/{i}")]
    if type(expected) is type(actual) and expected == actual:
        return []
    return [f"{at or '/'}: {actual!r} is not {expected!r}"]


def fill(value, known: dict):
    """`value` with ${name} replaced by what is known; a string that is nothing but ${name} takes the value's own type."""
    if isinstance(value, dict):
        return {key: fill(entry, known) for key, entry in value.items()}
    if isinstance(value, list):
        return [fill(entry, known) for entry in value]
    if not isinstance(value, str):
        return value
    whole = NAME.fullmatch(value)
    return known[whole.group(1)] if whole else fill_text(value, known)


def fill_text(text: str, known: dict) -> str:
    """`text` with ${name} replaced by what is known, as text."""
    return NAME.sub(lambda name: str(known[name.group(1)]), text)


def pick(value, pointer: str):
    """The part of a JSON value that a pointer (RFC 6901, without escapes) names."""
    for part in pointer.strip("/").split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
