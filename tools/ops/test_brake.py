"""Tests of brake.py that need no emulator.

    python tools/ops/test_brake.py

The rest is in tools/deploy/deployment.py, as far as an emulator has the alarms.
"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # tools/: its folders are packages

from checks.expand_template import parse
from ops.brake import ALARMS, triggers

RESOURCES = parse(Path("template.yaml").read_text(encoding="utf-8"))["Resources"]


class Triggers(unittest.TestCase):
    def test_its_alarms_are_alarms_of_the_template(self):
        self.assertEqual({RESOURCES[alarm]["Type"] for alarm in ALARMS}, {"AWS::CloudWatch::Alarm"})
        self.assertLessEqual(len(ALARMS), 5)  # CloudFormation takes no more

    def test_a_trigger_is_the_alarm_by_its_arn(self):
        resources = [{"LogicalResourceId": alarm, "PhysicalResourceId": f"accounts-{alarm}-1"} for alarm in ALARMS]
        found = triggers(resources, "aws-cn", "cn-north-1", "123456789012")
        self.assertEqual(found[0]["Arn"], "arn:aws-cn:cloudwatch:cn-north-1:123456789012:alarm:accounts-ApiErrorsAlarm-1")
        self.assertEqual({trigger["Type"] for trigger in found}, {"AWS::CloudWatch::Alarm"})

    def test_a_missing_alarm_is_named(self):
        with self.assertRaisesRegex(SystemExit, "AuthorizerErrorsAlarm"):
            triggers([{"LogicalResourceId": "ApiErrorsAlarm", "PhysicalResourceId": "a"}], "aws", "eu-west-1", "1")


if __name__ == "__main__":
    unittest.main()
