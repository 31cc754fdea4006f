"""Lets CloudFormation take an update of the stack back when an alarm goes off within minutes of it.

    python tools/ops/brake.py --stack accounts --minutes 10
    python tools/ops/brake.py --stack accounts --off

CloudFormation keeps these rollback triggers with the stack, and uses them in each later update, `sam deploy` included. An alarm that is
in ALARM before an update begins refuses it. This makes one update of the stack as it was deployed last, which changes a tag only.
docs/decisions/0029-releases-without-aliases.md says why releases are not shifted by an alias.
"""

import argparse
import sys
import time

import boto3

# What a bad release does to callers, to tokens and to what follows a request. Others are about load, or about hours.
ALARMS = ("ApiErrorsAlarm", "AuthorizerErrorsAlarm", "MailerErrorsAlarm", "TrailErrorsAlarm", "UndeliveredAlarm")
TAG = "brake"


def triggers(resources: list[dict], partition: str, region: str, account: str) -> list[dict[str, str]]:
    """The rollback triggers of a stack with these resources."""
    names = {entry["LogicalResourceId"]: entry["PhysicalResourceId"] for entry in resources}
    if missing := [alarm for alarm in ALARMS if alarm not in names]:
        raise SystemExit(f"the stack has no {', '.join(missing)}")
    arns = [f"arn:{partition}:cloudwatch:{region}:{account}:alarm:{names[alarm]}" for alarm in ALARMS]
    return [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in arns]


def update(stack: str, minutes: int) -> None:
    cloudformation = boto3.client("cloudformation")
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    _, partition, _, region, account, *_ = described["StackId"].split(":")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [entry for page in pages for entry in page["StackResourceSummaries"]]
    chosen = triggers(resources, partition, region, account) if minutes else []
    tags = [tag for tag in described["Tags"] if tag["Key"] != TAG] + [{"Key": TAG, "Value": f"{minutes} minutes"}]
    both = {"StackName": stack, "ChangeSetName": f"brake-{int(time.time())}"}
    cloudformation.create_change_set(
        **both,
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": one["ParameterKey"], "UsePreviousValue": True} for one in described["Parameters"]],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Tags=tags,
        RollbackConfiguration={"RollbackTriggers": chosen, "MonitoringTimeInMinutes": minutes},
    )
    cloudformation.get_waiter("change_set_create_complete").wait(**both, WaiterConfig={"Delay": 2})
    cloudformation.execute_change_set(**both)
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 5, "MaxAttempts": 900})
    print(f"{stack}: {len(chosen)} alarms, {minutes} minutes")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stack", required=True)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--minutes", type=int, help="how long each update is watched; 180 at most")
    how.add_argument("--off", action="store_true", help="watch no update any more")
    chosen = parser.parse_args()
    if chosen.minutes is not None and not 1 <= chosen.minutes <= 180:
        parser.error("--minutes is 1 to 180")
    update(chosen.stack, chosen.minutes or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
