"""Alarms: each reaches a person."""

import json

from checks.stack import Stack


def alarms_reach_somebody(stack: Stack):
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm"):
        if "AlarmTopicArn" not in json.dumps(alarm.get("AlarmActions", "")):
            yield f"{name} tells nobody"
        if alarm.get("TreatMissingData") != "notBreaching":
            yield f"{name} rings, or stays silent, when nothing happens"


RULES = [
    alarms_reach_somebody,
]
