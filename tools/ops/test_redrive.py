"""Tests of redrive.py that need no emulator: the forms of what waits, and what counts as taken.

    python tools/ops/test_redrive.py

The rest is in tools/deploy/undelivered.py, on a deployment.
"""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from ops.redrive import Functions
from ops.waiting import Waiting, of_message

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:accounts-MailerFunction-1"


def record(number: str, made: int = 1_780_396_200) -> dict:
    return {"dynamodb": {"SequenceNumber": number, "ApproximateCreationDateTime": made}}


def of_a_stream(payload) -> Waiting:
    context = {"functionArn": ARN, "condition": "RetryAttemptsExhausted"}
    return Waiting("key", "tag", {"requestContext": context, "DDBStreamBatchInfo": {}, "payload": payload})


class Lambda(Functions):
    """A function that refuses some records, or fails over some."""

    def __init__(self, refuses: str = "", fails: str = ""):
        self.refuses, self.fails, self.taken = refuses, fails, []

    def take(self, function: str, event: dict) -> tuple[set[str], str]:
        numbers = [entry["dynamodb"]["SequenceNumber"] for entry in event["Records"]]
        if set(numbers) & set(self.fails):
            return set(), "Runtime.ExitError: "
        refused = [number for number in numbers if number in self.refuses]
        self.taken += numbers[: numbers.index(refused[0])] if refused else numbers
        return set(refused[:1]), ""

    def keeps(self, numbers: str) -> str:
        return "".join(entry["dynamodb"]["SequenceNumber"] for entry, _ in self.refused("any", [record(n) for n in numbers]))


class Forms(unittest.TestCase):
    def test_a_payload_is_read_as_json_and_as_text(self):
        batch = {"Records": [record("1")]}
        self.assertEqual(of_a_stream(batch).records, batch["Records"])
        self.assertEqual(of_a_stream(json.dumps(batch)).records, batch["Records"])

    def test_an_asynchronous_event_is_one_whatever_it_holds(self):
        document = {"requestContext": {"functionArn": f"{ARN}:$LATEST"}, "requestPayload": {"Records": []}}
        waiting = Waiting("key", "tag", document | {"timestamp": "2026-06-02T10:30:00.000Z"})
        self.assertIsNone(waiting.records)
        self.assertEqual(waiting.event, {"Records": []})
        self.assertEqual(waiting.function, "accounts-MailerFunction-1")
        self.assertIn("2026-06-02 10:30:00  accounts-MailerFunction-1", waiting.line())

    def test_a_message_of_the_queue_is_the_event_of_its_target(self):
        attributes = {
            "RULE_ARN": "arn:aws:events:eu-west-1:123456789012:rule/accounts-MailNews",
            "TARGET_ARN": ARN,
            "ERROR_CODE": "NO_PERMISSIONS",
        }
        message = {
            "MessageId": "1",
            "ReceiptHandle": "handle",
            "Body": '{"detail-type":"Email Bounced","detail":{}}',
            "Attributes": {"SentTimestamp": "1780396200500"},
            "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
        }
        waiting = of_message(message)
        self.assertIsNone(waiting.records)
        self.assertEqual(waiting.event["detail-type"], "Email Bounced")
        self.assertIn("accounts-MailerFunction-1  NO_PERMISSIONS  1 record", waiting.line())
        self.assertEqual(waiting.time.timestamp(), 1_780_396_200.5)

    def test_the_time_is_that_of_the_change_not_of_giving_up(self):
        first, second = of_a_stream({"Records": [record("2", 10)]}), of_a_stream({"Records": [record("1", 20)]})
        self.assertLess(first.time, second.time)


class Taking(unittest.TestCase):
    def test_all_are_taken_in_order(self):
        function = Lambda()
        self.assertEqual(function.keeps("123"), "")
        self.assertEqual(function.taken, ["1", "2", "3"])

    def test_only_what_is_refused_is_kept_and_nothing_is_taken_twice(self):
        for refuses, taken in {"1": "23", "2": "13", "3": "12", "13": "2", "123": ""}.items():
            function = Lambda(refuses=refuses)
            self.assertEqual(function.keeps("123"), refuses)
            self.assertEqual("".join(function.taken), taken)

    def test_a_batch_that_fails_as_a_whole_is_tried_record_by_record(self):
        function = Lambda(fails="2")
        self.assertEqual(function.keeps("123"), "2")
        self.assertEqual(function.taken, ["1", "3"])

    def test_an_answer_about_other_records_takes_none(self):
        function = Lambda()
        function.take = lambda *_: ({"9"}, "")
        self.assertEqual(function.keeps("12"), "12")


if __name__ == "__main__":
    unittest.main()
