"""Mails that wait because the sender is not verified, as on a first deployment, and records that the mailer gives up.

The mailer parks the mails and sends them on its schedule. The emulator keeps no record that the mailer refuses,
so the invocation record that Lambda would keep is put into the bucket here, for `admin redrive`.
"""

import copy
import json
import re
import time

from deploy.api import Api
from deploy.emulator import Emulator
from deploy.journey import SECONDS_FOR_A_MAIL, sign_up
from deploy.stack import Failed, Stack
from replay.surroundings import as_lambda_has_it

# Of a mail that is none of this service's: the mailer has nothing to note, and takes it.
NEWS = {
    "version": "0",
    "id": "00000000-0000-4000-8000-000000000000",
    "detail-type": "Email Delivered",
    "source": "aws.ses",
    "time": "2026-06-02T10:30:00Z",
    "detail": {"eventType": "Delivery", "mail": {"messageId": "0", "tags": {}}, "delivery": {"timestamp": "2026-06-02T10:30:00Z"}},
}
EMAILS = ["given-up-1@example.org", "given-up-2@example.org", "given-up-3@example.org"]


class Undelivered:
    def __init__(self, emulator: Emulator, stack: Stack, api: Api):
        self._emulator, self._stack, self._api = emulator, stack, api
        self._s3 = emulator.client("s3")
        self._bucket = stack.outputs()["UndeliveredBucketName"]
        self._function = stack.physical("MailerFunction")

    def run(self, sender: str) -> None:
        for number, email in enumerate(EMAILS):
            self._api.call("POST", "/api/accounts/signup", sign_up(email, f"Given up {number}"))
        records = self._records()
        self._wait_until_said("a mail has to wait", len(records))
        # The mailer can never read the one in the middle: its item has no key.
        del records[1]["dynamodb"]["NewImage"]["pk"]
        keys = [self._keep(records[:1], "early"), self._keep(records, "late")]
        self._expect(keys)
        self._redrive("--list", said="2 waiting", code=0)
        self._expect_listed(keys)
        self._redrive("--function", "Nobody", said="0 handed over, 0 records refused", code=0)
        self._redrive("--dry-run", said="would hand over", code=0)
        self._expect(keys)
        self._redrive(said="2 handed over, 1 records refused", code=1)
        self._expect(keys[1:])
        left = json.load(self._s3.get_object(Bucket=self._bucket, Key=keys[1])["Body"])["payload"]
        if left != {"Records": records[1:2]}:
            raise Failed(f"kept is not the one record that was refused: {left}")
        self._redrive(said="1 handed over, 1 records refused", code=1)
        self._s3.delete_object(Bucket=self._bucket, Key=keys[1])
        self._redrive(said="0 handed over, 0 records refused", code=0)
        if self._emulator.mails():
            raise Failed(f"an unverified sender sent {self._emulator.mails()}")
        self._emulator.client("ses").verify_email_identity(EmailAddress=sender)
        self._run_until_sent()
        self._redrive_news()
        print("mails that waited arrived once; admin redrive: what is refused again stays", flush=True)

    def _redrive_news(self) -> None:
        """News of a mail that EventBridge could not bring, in the queue as EventBridge puts it there."""
        attributes = {
            "RULE_ARN": "arn:aws:events:eu-west-1:000000000000:rule/accounts-MailNews",
            "TARGET_ARN": self._emulator.client("lambda").get_function(FunctionName=self._function)["Configuration"]["FunctionArn"],
            "ERROR_CODE": "NO_PERMISSIONS",
        }
        self._emulator.client("sqs").send_message(
            QueueUrl=self._stack.outputs()["MailNewsQueueUrl"],
            MessageBody=json.dumps(NEWS),
            MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
        )
        self._redrive(said="1 handed over, 0 records refused", code=0)
        self._redrive(said="0 handed over, 0 records refused", code=0)

    def _records(self) -> list[dict]:
        """The stream's records that ask for these mails, as Lambda has them."""
        streams = self._emulator.client("dynamodbstreams")
        found = streams.list_streams(TableName=self._stack.outputs()["TableName"])["Streams"][0]["StreamArn"]
        shard = streams.describe_stream(StreamArn=found)["StreamDescription"]["Shards"][0]["ShardId"]
        start = {"StreamArn": found, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        records = streams.get_records(ShardIterator=streams.get_shard_iterator(**start)["ShardIterator"])["Records"]
        asking = [r for r in records if "mail" in r["dynamodb"].get("NewImage", {}).get("change", {}).get("M", {})]
        return [as_lambda_has_it(record, found) for record in asking]

    def _said(self, text: str) -> int:
        return len(re.findall(text, self._emulator.log.read_text(encoding="utf-8")))

    def _wait_until_said(self, text: str, count: int) -> None:
        deadline = time.monotonic() + SECONDS_FOR_A_MAIL
        while self._said(text) < count:
            if time.monotonic() > deadline:
                raise Failed(f"the mailer did not say {text!r} {count} times")
            time.sleep(0.1)

    def _run_until_sent(self) -> None:
        """The schedule, as EventBridge starts it; a mail is tried again after a minute."""
        deadline = time.monotonic() + 61 + SECONDS_FOR_A_MAIL
        while len(self._emulator.mails()) < len(EMAILS):
            if time.monotonic() > deadline:
                raise Failed(f"of the mails that waited, {self._emulator.mails()} were sent")
            time.sleep(3)
            self._emulator.client("lambda").invoke(FunctionName=self._function, Payload=json.dumps({"source": "aws.events"}))
        sent = sorted(mail["To"][0] for mail in self._emulator.mails())
        if sent != EMAILS:
            raise Failed(f"mails that waited went to {sent}")

    def _keep(self, records: list[dict], name: str) -> str:
        """An object as Lambda writes it for a stream's batch."""
        source = self._emulator.client("lambda").list_event_source_mappings(FunctionName=self._function)["EventSourceMappings"][0]
        function = self._emulator.client("lambda").get_function(FunctionName=self._function)["Configuration"]["FunctionArn"]
        document = {
            "requestContext": {
                "requestId": "00000000-0000-4000-8000-000000000000",
                "functionArn": function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 21,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": None},
            "version": "1.0",
            "timestamp": "2026-06-02T10:30:00.000Z",
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000001700000000000-00000000",
                "startSequenceNumber": records[0]["dynamodb"]["SequenceNumber"],
                "endSequenceNumber": records[-1]["dynamodb"]["SequenceNumber"],
                "batchSize": len(records),
                "streamArn": source["EventSourceArn"],
            },
            "payload": {"Records": copy.deepcopy(records)},
        }
        key = f"aws/lambda/{source['UUID']}/{document['DDBStreamBatchInfo']['shardId']}/2026/06/02/2026-06-02T10.30.00-{name}"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=json.dumps(document).encode())
        return key

    def _expect(self, keys: list[str]) -> None:
        found = [entry["Key"] for entry in self._s3.list_objects_v2(Bucket=self._bucket).get("Contents", [])]
        if found != keys:
            raise Failed(f"the bucket has {found}, not {keys}")

    def _expect_listed(self, keys: list[str]) -> None:
        """The bucket alone, for a program, in the order of the changes."""
        printed = self._stack.admin_of_bucket(self._bucket, "--json", "redrive", "--list")
        listed = [json.loads(line) for line in printed.splitlines()]
        found = {(one["key"], one["function"], one["outcome"]) for one in listed}
        if found != {(key, self._function, "waits") for key in keys} or [one["records"] for one in listed] != [1, 3]:
            raise Failed(f"admin redrive --list says {listed}, not {keys}")

    def _redrive(self, *options: str, said: str, code: int) -> None:
        printed = self._stack.admin("redrive", *options, code=code)
        if said not in printed:
            raise Failed(f"admin redrive {' '.join(options)} did not say {said!r}: {printed}")
