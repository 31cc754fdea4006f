"""Alarms: each reaches a person, and says the right thing while nothing happens."""

import json

from checks.metrics import of_alarm
from checks.stack import Stack

# Metrics whose absence is what the alarm is about.
ABSENCE = {"Invocations"}


def alarms_reach_a_person(stack: Stack):
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm"):
        if "AlarmTopicArn" not in json.dumps(alarm.get("AlarmActions", "")):
            yield f"{name} has no topic"
        about_absence = {metric.name for metric in of_alarm(name, alarm)} <= ABSENCE
        if alarm.get("TreatMissingData") != ("breaching" if about_absence else "notBreaching"):
            yield f"{name} rings, or stays silent, when nothing happens"


RULES = [
    alarms_reach_a_person,
]
