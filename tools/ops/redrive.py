"""Hands records that a function gave up back to it, once the reason is gone.

    python tools/ops/redrive.py --stack accounts --list
    python tools/ops/redrive.py --stack accounts [--function Mailer] [--dry-run]

They wait in the bucket UndeliveredBucket as Lambda's invocation records, each with the whole batch, and in MailNewsQueue as the
events that EventBridge could not bring. They are handed over in the order of their time, batch by batch. What the function takes
is removed; what it refuses again stays, and is named. Interrupting this, or running it twice, hands over again what was in a
function's hands just then, and no more: functions take a change twice without harm.

Needs boto3, which comes with SAM, and the permissions that docs/operations.md lists.
"""

import argparse
import json
import sys
from pathlib import Path

import boto3
from botocore.config import Config

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from ops.waiting import Bucket, Queue, Waiting

OUTPUT, QUEUE_OUTPUT = "UndeliveredBucketName", "MailNewsQueueUrl"


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


def redrive(one: Waiting, place: Bucket | Queue, functions: Functions) -> int:
    """How many records of it are refused."""
    if one.records is None:
        _, error = functions.take(one.function, one.event)
        refused = [(None, error)] if error else []
    else:
        refused = functions.refused(one.function, one.records)
    if not refused:
        place.remove(one)
        print(f"taken    {one.line()}", flush=True)
        return 0
    if one.records is not None and len(refused) < len(one.records):
        place.keep(one, [record for record, _ in refused])
    reasons = ", ".join(sorted({reason for _, reason in refused}))
    print(f"kept {len(refused)} of  {one.line()}: {reasons}", flush=True)
    return len(refused)


def places_of(stack: str) -> list[Bucket | Queue]:
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    return [Bucket(outputs[OUTPUT]), Queue(outputs[QUEUE_OUTPUT])]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--stack", help="the stack whose bucket and queue they are")
    where.add_argument("--bucket", help="the bucket alone")
    parser.add_argument("--function", default="", metavar="TEXT", help="only functions with this in their name")
    parser.add_argument("--list", action="store_true", help="say what waits, and leave it there")
    parser.add_argument("--dry-run", action="store_true", help="say what would be handed over, and leave it there")
    chosen = parser.parse_args()
    places = [Bucket(chosen.bucket)] if chosen.bucket else places_of(chosen.stack)
    only_looking = chosen.list or chosen.dry_run
    found = [(one, place) for place in places for one in place.waiting(chosen.function, only_looking)]
    found.sort(key=lambda pair: (pair[0].time, pair[0].key))
    if only_looking:
        for one, _ in found:
            print(("would hand over  " if chosen.dry_run else "") + one.line())
        print(f"{len(found)} waiting")
        return 0
    functions = Functions()
    refused = sum(redrive(one, place, functions) for one, place in found)
    print(f"{len(found)} handed over, {refused} records refused")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
