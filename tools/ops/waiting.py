"""What functions could not take, and where it waits: the bucket UndeliveredBucket, the queue MailNewsQueue."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import boto3
from botocore.exceptions import ClientError

# Seconds for which a message of the queue is hidden from others.
HIDDEN_WHILE_LOOKING, HIDDEN_WHILE_HANDED_OVER = 10, 900
PREFIX = "aws/lambda/"  # where Lambda puts what was given up


@dataclass(frozen=True)
class Waiting:
    """What one function could not take: an invocation record of the bucket, or a message of the queue in its form."""

    key: str
    tag: str
    document: dict

    @property
    def function(self) -> str:
        """The function's name. An asynchronous invocation's record has a qualifier behind it."""
        return self.document["requestContext"]["functionArn"].split(":")[6]

    @property
    def condition(self) -> str:
        return self.document["requestContext"].get("condition", "")

    @property
    def event(self) -> dict:
        """What the function was invoked with: of a stream `payload`, of an asynchronous invocation `requestPayload`."""
        event = self.document["payload"] if "payload" in self.document else self.document["requestPayload"]
        return json.loads(event) if isinstance(event, str) else event

    @property
    def records(self) -> list[dict] | None:
        """The records of a stream's batch; none of an event that is taken or refused as a whole."""
        event = self.event
        return event["Records"] if isinstance(event, dict) and "DDBStreamBatchInfo" in self.document else None

    @property
    def time(self) -> datetime:
        """When the first change was made, or the event was given up."""
        for record in self.records or []:
            if made := record["dynamodb"].get("ApproximateCreationDateTime"):
                return datetime.fromtimestamp(made, UTC)
        if given_up := self.document.get("timestamp"):
            return datetime.fromisoformat(given_up)
        return datetime.fromtimestamp(0, UTC)

    def line(self) -> str:
        count = len(self.records) if self.records is not None else 1
        return f"{self.time:%Y-%m-%d %H:%M:%S}  {self.function}  {self.condition}  {count} record{'s' * (count != 1)}  {self.key}"


class Bucket:
    def __init__(self, name: str):
        self.name, self._s3 = name, boto3.client("s3")

    def waiting(self, function: str, only_looking: bool = False) -> list[Waiting]:
        """Everything that waits for a function with this text in its name."""
        return [one for one in self._objects() if function in one.function]

    def _objects(self) -> Iterator[Waiting]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=PREFIX):
            for entry in page.get("Contents", []):
                try:
                    found = self._s3.get_object(Bucket=self.name, Key=entry["Key"])
                except self._s3.exceptions.NoSuchKey:
                    continue  # another run has just handed it over
                yield Waiting(entry["Key"], found["ETag"], json.load(found["Body"]))

    def remove(self, one: Waiting) -> None:
        self._s3.delete_object(Bucket=self.name, Key=one.key)

    def keep(self, one: Waiting, records: list[dict]) -> None:
        """Keeps these records of it, unless another run has changed or removed it meanwhile."""
        document = one.document | {"payload": {"Records": records}}
        body = json.dumps(document, ensure_ascii=False).encode()
        try:
            self._s3.put_object(Bucket=self.name, Key=one.key, Body=body, ContentType="application/json", IfMatch=one.tag)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in (404, 409, 412):
                raise


class Queue:
    """The dead-letter queue of an EventBridge rule."""

    def __init__(self, url: str):
        self.url, self._sqs = url, boto3.client("sqs")

    def waiting(self, function: str, only_looking: bool = False) -> list[Waiting]:
        """Every message for a function with this text in its name. Looking hides a message for a moment, handing over for its time."""
        found: dict[str, Waiting] = {}
        while messages := self._receive(HIDDEN_WHILE_LOOKING if only_looking else HIDDEN_WHILE_HANDED_OVER):
            new = {message["MessageId"]: of_message(message) for message in messages}
            if new.keys() <= found.keys():
                break
            found |= new
        return [one for one in found.values() if function in one.function]

    def _receive(self, hidden_for: int) -> list[dict]:
        answer = self._sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=hidden_for,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        return answer.get("Messages", [])

    def remove(self, one: Waiting) -> None:
        self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=one.tag)


def of_message(message: dict) -> Waiting:
    """A message of the queue: the event, with EventBridge's attributes about the rule, its target and what went wrong."""
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    document = {
        "requestContext": {"functionArn": attributes["TARGET_ARN"], "condition": attributes.get("ERROR_CODE", "")},
        "requestPayload": message["Body"],
        "timestamp": sent.isoformat(),
    }
    return Waiting(message["MessageId"], message["ReceiptHandle"], document)
