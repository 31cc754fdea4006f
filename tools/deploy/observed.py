"""Tries each difference between the emulator and AWS that docs/emulators.md names. One that is none any more is a failure."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import ClientError

from deploy.api import Api
from deploy.differences import LEFT_OUT, NAMES_OF_SECRETS, PERMISSIONS_TO_SEND
from deploy.emulator import Emulator
from deploy.stack import Stack

DOCUMENT = Path("docs/emulators.md")
SENDER = "accounts@example.com"


class Observed:
    """The differences by name, each with a check that says whether it still stands."""

    def __init__(self, emulator: Emulator, stack: Stack, api: Api):
        self._emulator, self._stack, self._api = emulator, stack, api
        self.checks: dict[str, Callable[[], bool]] = {
            NAMES_OF_SECRETS: self._names_of_secrets,
            PERMISSIONS_TO_SEND: self._permissions_to_send,
            "conditions on leading keys": self._leading_keys,
            "gateway responses": self._gateway_responses,
            "preflight requests": self._preflight,
            "renamed headers": self._renamed_headers,
            "throttling": self._throttling,
            "access logs": self._access_logs,
            "metrics of the API": self._metrics,
        } | {difference.name: lambda example=difference.example: self._refused(example) for difference in LEFT_OUT}

    def run(self) -> list[str]:
        """What is wrong with the list of differences."""
        gone = [f"{name} stands in one of {DOCUMENT} and here, not in both" for name in sorted(documented() ^ self.checks.keys())]
        gone += [f"{name}: is no difference any more; take it out" for name, stands in self.checks.items() if not stands()]
        for name in sorted(self.checks):
            print(f"not tried here, because the emulator differs: {name}", flush=True)
        return gone

    def _refused(self, example: dict) -> bool:
        cloudformation = self._emulator.client("cloudformation")
        body = json.dumps({"Resources": {"One": example}})
        try:
            cloudformation.create_stack(StackName="example", TemplateBody=body)
        except ClientError:
            return True
        while (status := self._status(cloudformation)).endswith("IN_PROGRESS"):
            time.sleep(0.2)
        cloudformation.delete_stack(StackName="example")
        return status != "CREATE_COMPLETE"

    @staticmethod
    def _status(cloudformation) -> str:
        return cloudformation.describe_stacks(StackName="example")["Stacks"][0]["StackStatus"]

    def _names_of_secrets(self) -> bool:
        return not self._stack.physical("SigningSecret").startswith("arn:")

    def _permissions_to_send(self) -> bool:
        resource = f"arn:aws:ses:eu-west-1:000000000000:identity/{SENDER}"
        ses = self._as_one_who_may({"Effect": "Allow", "Action": "ses:SendEmail", "Resource": resource}, "ses")
        text = {"Data": "."}
        to = {"ToAddresses": ["ada@example.com"]}
        return not permitted(lambda: ses.send_email(Source=SENDER, Destination=to, Message={"Subject": text, "Body": {"Text": text}}))

    def _leading_keys(self) -> bool:
        statement = {
            "Effect": "Allow",
            "Action": "dynamodb:GetItem",
            "Resource": "*",
            "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["JWKS"]}},
        }
        table = self._as_one_who_may(statement, "dynamodb")
        key = {"pk": {"S": "USER#1"}, "sk": {"S": "USER"}}
        return permitted(lambda: table.get_item(TableName=self._stack.outputs()["TableName"], Key=key))

    def _as_one_who_may(self, statement: dict, service: str):
        """A client of somebody who has these rights only."""
        iam, name = self._emulator.client("iam"), f"one-of-{service}"
        iam.create_user(UserName=name)
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return self._emulator.client(service, key["AccessKeyId"], key["SecretAccessKey"])

    def _gateway_responses(self) -> bool:
        return self._api.call("PATCH", "/api/nothing").status == 403 and "code" not in self._api.call("GET", "/api/users/me").body

    def _preflight(self) -> bool:
        asked = {"Origin": "https://app.example.com", "Access_Control_Request_Method": "POST"}
        return "access-control-allow-methods" not in self._api.call("OPTIONS", "/api/accounts", **asked).headers

    def _renamed_headers(self) -> bool:
        wrong = {"email": "nobody@example.com", "password": "not the password"}
        return "www-authenticate" in self._api.call("POST", "/api/auth/login", wrong).headers

    def _throttling(self) -> bool:
        """The stack was deployed with one request per second for public methods."""
        wrong = {"token": "A" * 98}
        return 429 not in {self._api.call("POST", "/api/invitations/lookup", wrong).status for _ in range(8)}

    def _access_logs(self) -> bool:
        group = self._stack.physical("ApiLogs")
        return not self._emulator.client("logs").describe_log_streams(logGroupName=group)["logStreams"]

    def _metrics(self) -> bool:
        known = self._emulator.client("cloudwatch").list_metrics()["Metrics"]
        return not {metric["Namespace"] for metric in known} & {"AWS/ApiGateway"}


def documented() -> set[str]:
    """The differences that the document names: the first column of its table."""
    return set(re.findall(r"^\| \*\*(.+?)\*\* \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))


def permitted(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as error:
        if "AccessDenied" not in error.response["Error"]["Code"]:
            raise
        return False
    return True
