"""The story of events/ told to a deployed API: each event becomes the request that API Gateway would have made it from."""

import json
import time

from deploy.api import Api, target
from deploy.emulator import Emulator
from deploy.stack import Stack
from replay.patterns import differences
from replay.replay import EVENTS, LINK, Replay
from replay.standins import THROTTLED_DOMAIN

# In what is recorded.
RECORDED_API = "a1b2c3d4e5"
SECONDS_FOR_A_MAIL = 20


class Deployed(Replay):
    """What is expected stays as events/replay.json has it; the way there is the whole deployment."""

    def __init__(self, stack: Stack, api: Api):
        self._emulator: Emulator = stack.emulator
        self._stack, self._api = stack, api
        self._lambda = self._emulator.client("lambda")
        self._seen = len(self._emulator.mails())
        self.options = type("Options", (), {"write": None, "record": False})
        self.known, self.application = {}, self
        self._handed = False  # whether the present case is an HTTP event that did not go through the gateway
        self.signing_secret = stack.secret("SigningSecretArn")

    def run_all(self) -> list[str]:
        """The cases that failed, each with what is wrong."""
        cases = json.loads((EVENTS / "replay.json").read_text(encoding="utf-8").replace(RECORDED_API, self._api.api_id))
        failed = []
        for case in cases:
            if not case.keys() & {"status", "answer", "error", "mails"}:
                print(f"{case['case']} is told by replay.py only: no request, token or mail says how it went", flush=True)
                continue
            if case["case"].startswith("identity/people-"):
                print(f"{case['case']} is told by replay.py only: this deployment has no platform administrator", flush=True)
                continue
            if case["case"].startswith("identity/passkey-") or case["case"] == "mailer/passkeys":
                print(f"{case['case']} is told by replay.py only: this deployment has no domain for passkeys", flush=True)
                continue
            self._handed = False
            try:
                found = self.run(case)
            except (KeyError, ValueError, OSError, AssertionError) as error:
                found = [f"{type(error).__name__}: {error}"]
            if self._handed:
                print(f"{case['case']} was handed to its function: no gateway sends it", flush=True)
            if found:
                failed.append("\n    ".join([case["case"], *found]))
        print(f"{len(cases) - len(failed)} of {len(cases)} cases of events/replay.json hold", flush=True)
        return failed

    def invoke(self, function: str, event: dict) -> dict:
        """A request through the gateway. What no gateway makes is handed to the deployed function itself."""
        context = event.get("requestContext", {}).get("authorizer")
        expiries = {value for name, value in self.known.items() if name.endswith("Expires")}  # as the authorizer told them
        if "httpMethod" not in event or (context is not None and context["expiresAt"] not in expiries):
            text = json.dumps(event).replace(RECORDED_API, self._api.api_id)
            name, self._handed = self._stack.physical(function), "httpMethod" in event
            return json.load(self._lambda.invoke(FunctionName=name, Payload=text)["Payload"])
        headers = {name: value for name, value in event["headers"].items() if name not in ("Host", "Content-Length")}
        url = target(event["path"], event["multiValueQueryStringParameters"])
        answer = self._api.call(event["httpMethod"], url, event["body"], **headers)
        event["requestContext"]["requestId"] = answer.headers.get("x-request-id")
        return {"statusCode": answer.status, "headers": answer.headers, "body": answer.text}

    def _http(self, event: dict, answer: dict, case: dict) -> list[str]:
        if answer.get("body") == '{"message":"Unauthorized"}' and case["status"] == answer["statusCode"]:
            return []  # the gateway's own refusal, whose form is a difference
        return super()._http(event, answer, case)

    def _mail(self, function: str, case: dict) -> list[str]:
        expected = sorted(case["mails"])
        deadline = time.monotonic() + SECONDS_FOR_A_MAIL
        while True:
            sent = self._emulator.mails()
            mails = [mail for mail in sent[self._seen :] if not mail["To"][0].endswith(THROTTLED_DOMAIN)]
            if len(mails) >= len(expected) or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        self._seen = len(sent)
        found = differences(expected, sorted(mail["To"][0] for mail in mails), "mails to ")
        for mail in mails:
            if not (mail["Subject"] and mail["BodyText"] and mail["BodyHtml"]):
                found.append(f"an incomplete mail: {mail}")
            if "link" in case:
                if self._api.host.partition(".")[0] not in mail["BodyText"]:
                    found.append(f"a link that leads elsewhere: {mail['BodyText']}")
                self.known |= dict.fromkeys([case["link"]], "".join(set(LINK.findall(mail["BodyText"]))))
            for name, recipient in case.get("links", {}).items():
                if mail["To"] == [recipient]:
                    self.known[name] = "".join(set(LINK.findall(mail["BodyText"])))
            if "tags" in case:
                self.known |= dict.fromkeys(case["tags"], self._change(mail["To"][0]))
        return found

    def _change(self, email: str) -> str:
        """The change that asked for the last mail to a member. The emulator does not show a mail's tags, of which it is one."""
        asked = {"FilterExpression": "email = :email AND attribute_exists(delivery)", "ExpressionAttributeValues": {":email": {"S": email}}}
        found = self._emulator.client("dynamodb").scan(TableName=self._stack.outputs()["TableName"], **asked)["Items"]
        return found[0]["delivery"]["M"]["change"]["S"]
