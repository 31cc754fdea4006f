"""Hands records that a function gave up back to it, once the reason is gone.

    python tools/ops/redrive.py --stack accounts --list
    python tools/ops/redrive.py --stack accounts [--function Mailer] [--dry-run]

They wait in the bucket UndeliveredBucket as Lambda's invocation records, each with the whole batch. They are handed over in
the order of their time, batch by batch. What the function takes is removed from the bucket; what it refuses again stays, and
is named. Interrupting this, or running it twice, hands over again what was in a function's hands just then, and no more:
functions take a change twice without harm.

Needs boto3, which comes with SAM, and the permissions that docs/operations.md lists.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

PREFIX = "aws/lambda/"  # where Lambda puts what was given up
OUTPUT = "UndeliveredBucketName"


@dataclass(frozen=True)
class Waiting:
    """One object of the bucket: an invocation record."""

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
        if told := self.document.get("timestamp"):
            return datetime.fromisoformat(told)
        return datetime.fromtimestamp(0, UTC)

    def line(self) -> str:
        count = len(self.records) if self.records is not None else 1
        return f"{self.time:%Y-%m-%d %H:%M:%S}  {self.function}  {self.condition}  {count} record{'s' * (count != 1)}  {self.key}"


class Bucket:
    def __init__(self, name: str):
        self.name, self._s3 = name, boto3.client("s3")

    def waiting(self, function: str = "") -> list[Waiting]:
        """Everything that waits for a function with this text in its name, oldest first."""
        return sorted((one for one in self._objects() if function in one.function), key=lambda one: (one.time, one.key))

    def _objects(self) -> Iterator[Waiting]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=PREFIX):
            for entry in page.get("Contents", []):
                try:
                    found = self._s3.get_object(Bucket=self.name, Key=entry["Key"])
                except self._s3.exceptions.NoSuchKey:
                    continue  # somebody else has just handed it over
                yield Waiting(entry["Key"], found["ETag"], json.load(found["Body"]))

    def remove(self, one: Waiting) -> None:
        self._s3.delete_object(Bucket=self.name, Key=one.key)

    def keep(self, one: Waiting, records: list[dict]) -> None:
        """Keeps these records of it, unless somebody else has changed or removed it meanwhile."""
        document = one.document | {"payload": {"Records": records}}
        body = json.dumps(document, ensure_ascii=False).encode()
        try:
            self._s3.put_object(Bucket=self.name, Key=one.key, Body=body, ContentType="application/json", IfMatch=one.tag)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] not in (404, 409, 412):
                raise


class Functions:
    def __init__(self):
        # A function may take its time, and a lost answer must not start it again.
        self._lambda = boto3.client("lambda", config=Config(read_timeout=900, retries={"total_max_attempts": 1}))

    def take(self, function: str, event: dict) -> tuple[set[str], str]:
        """The sequence numbers that the function refuses, and why it took nothing of the event at all, if so."""
        answer = self._lambda.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        said = json.load(answer["Payload"]) or {}
        if "FunctionError" in answer:
            return set(), f"{said.get('errorType', 'Error')}: {said.get('errorMessage', '')}"[:300]
        failures = said.get("batchItemFailures") or []
        return {failure["itemIdentifier"] for failure in failures}, ""

    def refused(self, function: str, records: list[dict]) -> list[tuple[dict, str]]:
        """The records that the function does not take, in their order.

        As Lambda does it: from the first record that is refused on, none counts as taken. That one is kept, and those
        after it are handed over without it. A batch that fails as a whole is handed over record by record.
        """
        kept: list[tuple[dict, str]] = []
        while records:
            failures, error = self.take(function, {"Records": records})
            if error and len(records) > 1:
                return kept + [pair for record in records for pair in self.refused(function, [record])]
            if error:
                return [*kept, (records[0], error)]
            numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
            if not failures.issubset(numbers):  # an answer that Lambda takes for a failure of the whole batch
                return [*kept, *((record, f"an answer about other records: {sorted(failures)}") for record in records)]
            first = next((at for at, number in enumerate(numbers) if number in failures), len(records))
            kept += [(record, "refused") for record in records[first : first + 1]]
            records = records[first + 1 :]
        return kept


def redrive(one: Waiting, bucket: Bucket, functions: Functions) -> int:
    """How many records of it are refused."""
    if one.records is None:
        _, error = functions.take(one.function, one.event)
        refused = [(None, error)] if error else []
    else:
        refused = functions.refused(one.function, one.records)
    if not refused:
        bucket.remove(one)
        print(f"taken    {one.line()}", flush=True)
        return 0
    if one.records is not None and len(refused) < len(one.records):
        bucket.keep(one, [record for record, _ in refused])
    reasons = ", ".join(sorted({reason for _, reason in refused}))
    print(f"kept {len(refused)} of  {one.line()}: {reasons}", flush=True)
    return len(refused)


def bucket_of(stack: str) -> str:
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return next(output["OutputValue"] for output in described["Outputs"] if output["OutputKey"] == OUTPUT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--stack", help="the stack whose bucket it is")
    where.add_argument("--bucket", help="the bucket itself")
    parser.add_argument("--function", default="", metavar="TEXT", help="only functions with this in their name")
    parser.add_argument("--list", action="store_true", help="say what waits, and leave it there")
    parser.add_argument("--dry-run", action="store_true", help="say what would be handed over, and leave it there")
    chosen = parser.parse_args()
    bucket = Bucket(chosen.bucket or bucket_of(chosen.stack))
    waiting = bucket.waiting(chosen.function)
    if chosen.list or chosen.dry_run:
        for one in waiting:
            print(("would hand over  " if chosen.dry_run else "") + one.line())
        print(f"{len(waiting)} waiting")
        return 0
    functions = Functions()
    refused = sum(redrive(one, bucket, functions) for one in waiting)
    print(f"{len(waiting)} handed over, {refused} records refused")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
