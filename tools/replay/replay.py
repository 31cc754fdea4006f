"""Replays events/ through the built functions, in the order of events/replay.json, and compares the answers.

    python tools/replay/replay.py                       after sam build --parameter-overrides Architecture=x86_64
    python tools/replay/replay.py --write .aws-sam/events   also keeps the events as they were sent, without placeholders
    python tools/replay/replay.py --record              also writes the stream's batches into events/mailer/ and events/trail/

The functions are the release binaries under AWS's runtime interface emulator, with the environment of the template. The
table is an embedded one (`cargo run -- --memory`), Secrets Manager and SES are the stand-ins of standins.py.
"""

import argparse
import json
import os
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.expand_template import expand, parse
from replay.codes import code
from replay.device import Device
from replay.patterns import differences, fill, fill_text, pick
from replay.rie import BUILT_TEMPLATE, Application
from replay.surroundings import SECRETS, SETTINGS, Surroundings
from replay.tokens import variants

EVENTS = Path("events")
# The API's own, as its events name it.
ORIGIN = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"
LINK = re.compile(r"[A-Za-z0-9_-]{98}")  # shared/tokens/src/link.rs


def matches(pattern, value) -> bool:
    """Whether a value passes an event filter, as far as the template's filters go: literals and {"exists": ...}."""
    if isinstance(pattern, dict):
        return all(matches(inner, value.get(key) if isinstance(value, dict) else None) for key, inner in pattern.items())
    return any((value is not None) == rule["exists"] if isinstance(rule, dict) else value == rule for rule in pattern)


# Attributes that are maps from ids which are drawn at random.
MAPS_BY_ID = {"sessions", "passkeys", "spent"}


def outline(value):
    """The shape of a recorded item: its members and the types of these, without values."""
    if not isinstance(value, dict):
        return type(value).__name__
    members = {}
    for name, entry in sorted(value.items()):
        if name in MAPS_BY_ID and isinstance(entry, dict):
            # Every shape once, in an order that does not depend on the ids.
            shapes = {json.dumps(outline(inner), sort_keys=True) for inner in entry["M"].values()}
            members[name] = {f"any id, shape {place}": json.loads(shape) for place, shape in enumerate(sorted(shapes))}
            continue
        members[name] = outline(entry)
    return members


def shapes(event: dict) -> list[dict]:
    """The items of a batch, in outline."""
    images = [{name: record["dynamodb"].get(name) for name in ("Keys", "OldImage", "NewImage")} for record in event["Records"]]
    return [outline(image) for image in images]


class Replay:
    """One run over all cases."""

    def __init__(self, application: Application, around: Surroundings, filters: dict[str, list], options):
        self.application, self.table, self.services = application, around.table, around.services
        self.filters, self.options = filters, options
        self.signing_secret = SECRETS["SigningSecret"]
        self.device = Device(ORIGIN)
        self.known: dict = {}

    def run(self, case: dict) -> list[str]:
        """What is wrong with the answer."""
        group = case["case"].partition("/")[0]
        function = f"{group.capitalize()}Function"
        if group == "mailer" and "mails" in case:
            return self._mail(function, case)
        if group == "trail":
            return self._trail(function, case)
        for name, (secret, steps) in case.get("codes", {}).items():
            self.known[name] = code(self.known[secret], steps)
        for name, (ceremony, challenge) in case.get("passkey", {}).items():
            self.known[name] = self._passkey(ceremony, self.known[challenge])
        path = EVENTS / f"{case['case']}.json"
        event = json.loads(fill_text(path.read_text(encoding="utf-8"), Escaped(self.known)))
        self._keep(case["case"], event)
        answer = self.application.invoke(function, event)
        return self._http(event, answer, case) if "status" in case else self._other(answer, case)

    def _passkey(self, ceremony: str, challenge: str) -> str:
        """What the device of the story answers to a challenge, as JSON."""
        domain = SETTINGS["PASSKEY_DOMAIN"]
        if ceremony == "create":
            user = {"id": self.known["bobHandle"]}
            return json.dumps(self.device.create({"challenge": challenge, "rp": {"id": domain}, "user": user}))
        return json.dumps(self.device.get({"challenge": challenge, "rpId": domain}))

    def _http(self, event: dict, answer: dict, case: dict) -> list[str]:
        self.known["requestId"] = event["requestContext"]["requestId"]
        if "errorType" in answer:
            return [f"the function failed: {answer}"]
        headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
        for name, values in (answer.get("multiValueHeaders") or {}).items():
            headers.setdefault(name.lower(), values[0])
        text = answer.get("body") or ""
        body = json.loads(text) if text.startswith(("{", "[")) else text
        found = [] if answer["statusCode"] == case["status"] else [f"status {answer['statusCode']}, not {case['status']}: {text}"]
        found += differences(fill(case.get("body", ""), self.known), body)
        wanted = {"x-request-id": "${requestId}"} | case.get("headers", {})
        if body != "":
            kind = "application/problem+json" if case["status"] >= 400 else "application/json"
            wanted = {"content-type": kind} | wanted
        wanted = fill(wanted, self.known)
        found += differences(wanted, {name: headers[name] for name in wanted.keys() & headers.keys()}, "header ")
        if not found:
            for name, source in case.get("save", {}).items():
                self.known[name] = pick(body, source) if source.startswith("/") else headers[source]
            if "accessToken" in case.get("body", {}):
                self.known |= variants(body["accessToken"], self.signing_secret)
        return found

    def _other(self, answer, case: dict) -> list[str]:
        if "error" in case:
            return [] if answer.get("errorMessage") == case["error"] else [f"answered {answer}"]
        found = differences(fill(case["answer"], self.known), answer)
        if not found:
            self.known |= {name: pick(answer, source) for name, source in case.get("save", {}).items()}
        return found

    def _batch(self, function: str, case: dict) -> tuple[dict, list[str]]:
        """What the stream has for the function since its last case, and how that differs from what was recorded."""
        wanted = self.filters[function]
        records = [one for one in self.table.new_records(function) if any(matches(pattern, one) for pattern in wanted)]
        event = {"Records": records}
        self._keep(case["case"], event)
        if not records:
            return event, ["no change is for this function"]
        path = EVENTS / f"{case['case']}.json"
        if self.options.record:
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(event, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
        found = differences(shapes(json.loads(path.read_text(encoding="utf-8"))), shapes(event))
        return event, [f"{line} (recorded before; see --record)" for line in found]

    def _trail(self, function: str, case: dict) -> list[str]:
        event, found = self._batch(function, case)
        self.services.events.clear()
        answer = self.application.invoke(function, event)
        if answer != {"batchItemFailures": []}:
            found.append(f"answered {answer}")
        put = [entry["DetailType"] for entry in self.services.events]
        if put != case["puts"]:
            found.append(f"put {put} on the bus, not {case['puts']}")
        return found

    def _mail(self, function: str, case: dict) -> list[str]:
        event, found = self._batch(function, case)
        self.services.mails.clear()
        answer = self.application.invoke(function, event)
        if answer != {"batchItemFailures": []}:
            found.append(f"answered {answer}")
        # A mailer that SES has throttled parks what comes within ten seconds.
        time.sleep(case.get("pause", 0))
        sent = [mail["to"] for mail in self.services.mails]
        if sorted(sent) != sorted(case["mails"]):
            found.append(f"sent mails to {sent}, not to {case['mails']}")
        for mail in self.services.mails:
            if not (mail["subject"] and mail["text"] and mail["html"]):
                found.append(f"an incomplete mail: {mail}")
            if "link" in case:
                links = set(LINK.findall(mail["text"]))
                if len(links) != 1:
                    found.append(f"{len(links)} links in {mail['text']!r}")
                else:
                    self.known[case["link"]] = links.pop()
            for name, recipient in case.get("links", {}).items():
                if mail["to"] == recipient:
                    self.known[name] = LINK.findall(mail["text"])[0]
            self.known |= {name: mail["tags"][tag] for name, tag in case.get("tags", {}).items()}
        return found

    def _keep(self, case: str, event: dict) -> None:
        if self.options.write:
            path = self.options.write / f"{case}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(event, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


class Escaped(dict):
    """Known values as they are written inside a JSON string inside a JSON file."""

    def __getitem__(self, name):
        return json.dumps(str(super().__getitem__(name)))[1:-1]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--template", type=Path, default=BUILT_TEMPLATE)
    parser.add_argument("--dynamodb", metavar="URL", help="another DynamoDB with streams, instead of an embedded one")
    parser.add_argument("--write", type=Path, metavar="DIR")
    parser.add_argument("--record", action="store_true")
    return parser.parse_args()


def main() -> int:
    chosen = options()
    cases = json.loads((EVENTS / "replay.json").read_text(encoding="utf-8"))
    recorded = {str(path.relative_to(EVENTS).with_suffix("")) for path in EVENTS.glob("*/*.json")}
    if not chosen.record and recorded != {case["case"] for case in cases}:
        print("events without a case, or cases without an event:", recorded ^ {case["case"] for case in cases})
        return 1
    resources = expand(parse(Path("template.yaml").read_text(encoding="utf-8")))["Resources"]
    sources = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::Lambda::EventSourceMapping"]
    patterns = [[json.loads(entry["Pattern"]) for entry in one["FilterCriteria"]["Filters"]] for one in sources]
    filters = {one["FunctionName"]["Ref"]: pattern for one, pattern in zip(sources, patterns, strict=True)}
    around = Surroundings(resources, chosen.dynamodb)
    environment = around.environment | {"RUST_LOG": os.environ.get("RUST_LOG", "error")}
    application = Application(chosen.template, {}, {"Parameters": environment})
    failed = 0
    try:
        replay = Replay(application, around, filters, chosen)
        for case in cases:
            try:
                found = replay.run(case)
            except (KeyError, ValueError, OSError) as error:  # most likely what an earlier case should have told
                found = [f"{type(error).__name__}: {error}"]
            failed += bool(found)
            print(f"{'FAILED' if found else 'ok    '} {case['case']}", *(f"\n         {line}" for line in found), flush=True)
    finally:
        application.close()
        around.close()
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
