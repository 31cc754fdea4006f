"""What built functions need around them: a table with its stream, Secrets Manager, SES and EventBridge, all on loopback."""

import base64
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
from botocore.config import Config

from replay.rie import free_port, stop, wait_for
from replay.standins import StandIns

SECRETS = {
    "SigningSecret": "signing-secret-of-the-replay",
    "LinkSecret": "link-secret-of-the-replay",
    "FactorSecret": "factor-secret-of-the-replay",
    "CursorSecret": "cursor-secret-of-the-replay",
}


class Table:
    """A table as the template declares it, and its stream, in the embedded DynamoDB of the local stack."""

    def __init__(self, declared: dict, endpoint: str | None):
        self.name = f"replay-{os.getpid()}"
        self._process = None
        self._folder = tempfile.TemporaryDirectory()
        if endpoint is None:
            port = free_port()
            log = Path(self._folder.name, "log")
            with log.open("w", encoding="utf-8") as output:
                self._process = subprocess.Popen(
                    ["cargo", "run", "--quiet", "--locked", "--", "--memory", "--port", "0", "--dynamodb-port", str(port)],
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
            try:
                wait_for(port, self._process, seconds=600)
            except Exception:
                print(log.read_text(encoding="utf-8"), file=sys.stderr)
                raise
            endpoint = f"http://127.0.0.1:{port}"
        self.endpoint = endpoint
        arguments = {
            "endpoint_url": endpoint,
            "region_name": "eu-west-1",
            "aws_access_key_id": "local",
            "aws_secret_access_key": "local",
            "config": Config(retries={"max_attempts": 0}, parameter_validation=False),
        }
        self._table = boto3.client("dynamodb", **arguments)
        self._streams = boto3.client("dynamodbstreams", **arguments)
        taken = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        stream = declared["StreamSpecification"] | {"StreamEnabled": True}
        self._table.create_table(
            TableName=self.name, StreamSpecification=stream, **{name: declared[name] for name in taken}
        )
        self.stream = self._table.describe_table(TableName=self.name)["Table"]["LatestStreamArn"]
        self._positions: dict[tuple[str, str], str] = {}

    def new_records(self, reader: str) -> list[dict]:
        """What the stream says since the reader's last call, as Lambda hands it over."""
        records = []
        shards = self._streams.describe_stream(StreamArn=self.stream)["StreamDescription"]["Shards"]
        for shard in shards:
            name = shard["ShardId"]
            iterator = self._positions.get((reader, name))
            if iterator is None:
                answer = self._streams.get_shard_iterator(
                    StreamArn=self.stream, ShardId=name, ShardIteratorType="TRIM_HORIZON"
                )
                iterator = answer["ShardIterator"]
            while iterator:
                answer = self._streams.get_records(ShardIterator=iterator)
                iterator = answer.get("NextShardIterator")
                records += answer["Records"]
                if not answer["Records"]:
                    break
            self._positions[reader, name] = iterator
        return [as_lambda_has_it(record, self.stream) for record in records]

    def items(self, partition: str) -> list[dict]:
        """The items of a partition, as DynamoDB's protocol has them."""
        pages = self._table.get_paginator("query").paginate(
            TableName=self.name, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": partition}}
        )
        return [item for page in pages for item in page["Items"]]

    def put(self, items: list[dict]) -> None:
        """Writes items of the same form."""
        for start in range(0, len(items), 25):
            requests = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
            self._table.batch_write_item(RequestItems={self.name: requests})

    def close(self) -> None:
        if self._process is not None:
            stop(self._process)
        self._folder.cleanup()


def as_lambda_has_it(record: dict, stream: str) -> dict:
    """A record of the stream's API in the form of Lambda's events."""
    change = dict(record["dynamodb"])
    made = change.get("ApproximateCreationDateTime")
    change["ApproximateCreationDateTime"] = int(made.timestamp()) if made else int(time.time())
    base = {key: record.get(key) for key in ("eventID", "eventName", "eventVersion")}
    return plain(base | {"eventSource": "aws:dynamodb", "awsRegion": "eu-west-1", "dynamodb": change, "eventSourceARN": stream})


def plain(value):
    """JSON of what boto3 answers: bytes in base64, sets as lists."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(entry) for entry in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


# Parameters of the deployment that the story is told to.
SETTINGS = {
    # Ada administers the platform once her address is verified.
    "PLATFORM_ADMIN_EMAILS": "ada@example.com",
    "PASSKEY_DOMAIN": "example.com",
}


class Surroundings:
    """All of it, with the environment that leads the functions there."""

    def __init__(self, resources: dict, endpoint: str | None = None):
        self.services = StandIns(SECRETS)
        self.table = Table(resources["Table"]["Properties"], endpoint)
        self.environment = {
            "TABLE_NAME": self.table.name,
            "AWS_ENDPOINT_URL_DYNAMODB": self.table.endpoint,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self.services.url,
            "AWS_ENDPOINT_URL_SES": self.services.url,
            "AWS_ENDPOINT_URL_EVENTBRIDGE": self.services.url,
            # SAM's own reading of the template calls it "localhost".
            "URL_SUFFIX": "amazonaws.com",
        } | SETTINGS

    def close(self) -> None:
        self.table.close()
        self.services.close()
